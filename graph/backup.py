"""A backup of a data folder in one file, and back: taken while others read and write, verified when it is put back.

Generations and publications are never written to once they are in use: links to them keep them while they are read. The
archive ends with `backup.json`: the SHA-256 of every file in it, the number of statements, a question and its answer.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import pyoxigraph as ox

from hefboom.errors import SourceError, StoreError, UsageError
from hefboom.graph.folder import DataFolder
from hefboom.graph.publications import Publications

Ask = Callable[[Path, str], str]
"""The answer to some question about a data folder as of a day, in short; empty where it cannot be asked."""
_MANIFEST: Final = "backup.json"
_WHOLE: Final = ("profiles", "reports", "access", "uploads", "covenants")
_PRIVATE: Final = ("access", "uploads", "covenants")
_ATTEMPTS: Final = 5
_LEFT_OUT: Final = ("access.sqlite", "access.sqlite-journal", "access.sqlite-wal", "access.sqlite-shm", "lock")


@dataclass(frozen=True)
class Backup:
    """What a backup holds."""

    file: Path
    files: int
    bytes: int
    statements: int


def backup(data: Path, target: Path, ask: Ask | None = None) -> Backup:
    """Write what is in use of a data folder to one file: data, publications, profiles, reports, access, uploads.

    `ask` gives the answer to a question about a data folder as of a day, in short; it is kept, and asked again when the
    backup is put back. Raises StoreError when there is nothing to back up, UsageError when the file exists.
    """
    if target.exists():
        raise UsageError(f"{target}: the file exists; name another, or remove it")
    if DataFolder(data).current() is None:
        raise StoreError(f"{data}: nothing is loaded here yet, so there is nothing to back up")
    staging = target.with_name(target.name + ".partial")
    checksums: dict[str, str] = {}
    day = datetime.date.today().isoformat()
    with DataFolder(data).scratch() as scratch:
        still = scratch / "still"
        _keep_still(data, still)
        generation = DataFolder(still).current()
        if generation is None:
            raise StoreError(f"{data}: the data went while they were being read; try again")
        statements = len(ox.Store.read_only(str(generation / "store")))
        members: dict[str, object] = {"statements": statements, "generation": generation.name, "sha256": checksums}
        if ask is not None:
            members["question"] = {"day": day, "answer": ask(still, day)}
        try:
            with open(os.open(staging, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                with tarfile.open(fileobj=file, mode="w") as archive:
                    for path in sorted(path for path in still.rglob("*") if path.is_file()):
                        _add(archive, path, path.relative_to(still).as_posix(), checksums)
                    _add_changing(archive, data, checksums)
                    _add_bytes(archive, _MANIFEST, json.dumps(members, indent=1).encode())
                file.flush()
                os.fsync(file.fileno())
            staging.rename(target)
        except BaseException:
            staging.unlink(missing_ok=True)
            raise
    return Backup(target, len(checksums), target.stat().st_size, statements)


def _unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Write an archive's files below a folder. TarError for anything that is no plain file or folder below it.

    The guard that tarfile has itself came with Python 3.11.4 only.
    """
    for member in archive:
        path = PurePosixPath(member.name)
        if not (member.isfile() or member.isdir()) or path.is_absolute() or ".." in path.parts:
            raise tarfile.TarError(f"'{member.name}' is no file of a backup")
        place = folder / path
        if member.isdir():
            place.mkdir(parents=True, exist_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        source = archive.extractfile(member)
        if source is None:
            raise tarfile.TarError(f"'{member.name}' cannot be read")
        with source, place.open("wb") as target:
            shutil.copyfileobj(source, target)
        place.chmod(member.mode & 0o755 | 0o600)
        os.utime(place, (member.mtime, member.mtime))


def restore(file: Path, data: Path, ask: Ask | None = None) -> Backup:
    """Put a backup back into an empty or absent data folder, after checking every file, counting the statements and
    asking the question that was asked when it was made.

    Raises UsageError when the folder is not empty, SourceError when the file is no backup or is damaged.
    """
    if data.exists() and any(data.iterdir()):
        raise UsageError(f"{data}: the folder is not empty; name another with --data, or move it away")
    staging = data.with_name(data.name + ".restoring")
    shutil.rmtree(staging, ignore_errors=True)
    try:
        try:
            with tarfile.open(file) as archive:
                _unpack(archive, staging)
            members = json.loads((staging / _MANIFEST).read_text())
        except (tarfile.TarError, OSError, ValueError, EOFError) as error:
            raise SourceError(f"{file}: this is no whole backup: {error}") from error
        _verify(file, staging, members)
        (staging / _MANIFEST).unlink()
        asked = members.get("question")
        answer = ask(staging, str(asked["day"])) if ask is not None and asked is not None else ""
        if answer and asked["answer"] and answer != asked["answer"]:
            raise SourceError(
                f"{file}: a question is answered otherwise than when this backup was made; use another backup, or "
                "restore it with the version of Hefboom that made it"
            )
        _make_private(staging)
        if data.exists():
            data.rmdir()
        staging.rename(data)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return Backup(file, len(members["sha256"]), file.stat().st_size, members["statements"])


def _keep_still(data: Path, still: Path) -> None:
    """Link what is in use to a data folder of its own, where it stays whatever others load and publish meanwhile."""
    for attempt in range(_ATTEMPTS):
        shutil.rmtree(still, ignore_errors=True)
        try:
            generation = DataFolder(data).current()
            if generation is not None:
                _link(generation, still / "generations" / generation.name)
                _point(still, generation.name)
            publications = Publications(data)
            for audience in publications.audiences():
                current = publications.current(audience)
                if current is not None:
                    place = still / "publications" / audience
                    _link(current.folder, place / "versions" / current.version)
                    _point(place, current.version)
            return
        except FileNotFoundError:  # two loads or publications ended meanwhile, and the first of them was swept away
            if attempt == _ATTEMPTS - 1:
                raise


def _link(source: Path, target: Path) -> None:
    shutil.copytree(source, target, copy_function=os.link)


def _point(folder: Path, name: str) -> None:
    (folder / "CURRENT").write_text(f"{name}\n")


def _make_private(data: Path) -> None:
    """Give the folders of access and uploads back to their owner alone, as they were."""
    for name in _PRIVATE:
        for path in (data / name, *(data / name).rglob("*")):
            if path.exists():
                path.chmod(0o700 if path.is_dir() else 0o600)


def _verify(file: Path, staging: Path, members: dict[str, object]) -> None:
    checksums = members["sha256"]
    if not isinstance(checksums, dict):
        raise SourceError(f"{file}: its list of files cannot be read")
    found = {path.relative_to(staging).as_posix() for path in staging.rglob("*") if path.is_file()} - {_MANIFEST}
    for name in sorted(found ^ set(checksums)):
        if name in found:
            raise SourceError(f"{file}: '{name}' is not in its list of files; use another backup")
        raise SourceError(f"{file}: '{name}' is missing; use another backup")
    for name, checksum in checksums.items():
        if _sha256(staging / name) != checksum:
            raise SourceError(f"{file}: '{name}' is damaged; use another backup")
    store = ox.Store.read_only(str(staging / "generations" / str(members["generation"]) / "store"))
    if len(store) != members["statements"]:
        raise SourceError(f"{file}: the store holds {len(store)} statements where {members['statements']} were saved")


def _add_changing(archive: tarfile.TarFile, data: Path, checksums: dict[str, str]) -> None:
    """Add what others may write to meanwhile: each file as it is when its turn comes, left out when it has gone."""
    for folder in (data / name for name in _WHOLE):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name not in _LEFT_OUT and path.suffix != ".new":
                with suppress(FileNotFoundError):
                    _add(archive, path, path.relative_to(data).as_posix(), checksums)
    if (data / "access" / "access.sqlite").is_file():
        with tempfile.TemporaryDirectory() as folder_of_copy:
            copy = _copied(data / "access" / "access.sqlite", Path(folder_of_copy))
            _add(archive, copy, "access/access.sqlite", checksums)


def _copied(database: Path, folder: Path) -> Path:
    """A consistent copy of a database that may be written to meanwhile."""
    copy = folder / database.name
    source, target = sqlite3.connect(database), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
    return copy


def _add(archive: tarfile.TarFile, file: Path, name: str, checksums: dict[str, str]) -> None:
    """Add a file as it is now: one that grows meanwhile, as a log does, is cut at the length it had."""
    with file.open("rb") as source:
        entry = archive.gettarinfo(arcname=name, fileobj=source)
        hashing = _Hashing(source, entry.size)
        archive.addfile(entry, hashing)
    checksums[name] = hashing.digest.hexdigest()


class _Hashing(io.RawIOBase):
    """Reads a file up to a length and keeps the SHA-256 of what was read."""

    def __init__(self, source: io.BufferedReader, left: int) -> None:
        self._source = source
        self._left = left
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        self.digest.update(data)
        return data


def _add_bytes(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), 0o600
    archive.addfile(entry, io.BytesIO(data))


def _sha256(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
