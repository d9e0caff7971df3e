"""A backup of a data folder in one file, and back: taken while others read and write, verified when it is put back.

Generations and publications are never written to once they are in use, so they can be read as they lie. The archive
ends with `backup.json`: the SHA-256 of every file in it and the number of statements.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from hefboom.errors import SourceError, StoreError, UsageError
from hefboom.graph.folder import DataFolder
from hefboom.graph.publications import Publications

_MANIFEST: Final = "backup.json"
_WHOLE: Final = ("profiles", "reports", "access")
_LEFT_OUT: Final = ("access.sqlite", "access.sqlite-journal", "access.sqlite-wal", "access.sqlite-shm", "lock")


@dataclass(frozen=True)
class Backup:
    """What a backup holds."""

    file: Path
    files: int
    bytes: int
    statements: int


def backup(data: Path, target: Path) -> Backup:
    """Write the generation in use, the publications in use, profiles, reports and access of a data folder to one file.

    Raises StoreError when there is nothing to back up, UsageError when the file exists.
    """
    if target.exists():
        raise UsageError(f"{target}: the file exists; name another, or remove it")
    generation = DataFolder(data).current()
    if generation is None:
        raise StoreError(f"{data}: nothing is loaded here yet, so there is nothing to back up")
    statements = len(ox.Store.read_only(str(generation / "store")))
    publications = Publications(data)
    staging = target.with_name(target.name + ".partial")
    checksums: dict[str, str] = {}
    try:
        with tarfile.open(staging, "w") as archive:
            for file in _files(data, generation):
                _add(archive, file, file.relative_to(data).as_posix(), checksums)
            _add_pointer(archive, "CURRENT", generation.name, checksums)
            for publication in map(publications.current, publications.audiences()):
                if publication is not None:
                    pointer = f"publications/{publication.audience}/CURRENT"
                    _add_pointer(archive, pointer, publication.version, checksums)
            if (data / "access" / "access.sqlite").is_file():
                with tempfile.TemporaryDirectory() as folder:
                    copy = _copied(data / "access" / "access.sqlite", Path(folder))
                    _add(archive, copy, "access/access.sqlite", checksums)
            members = {"statements": statements, "generation": generation.name, "sha256": checksums}
            _add_bytes(archive, _MANIFEST, json.dumps(members, indent=1).encode())
        staging.rename(target)
    except BaseException:
        staging.unlink(missing_ok=True)
        raise
    return Backup(target, len(checksums), target.stat().st_size, statements)


def restore(file: Path, data: Path) -> Backup:
    """Put a backup back into an empty or absent data folder, after checking every file and counting the statements.

    Raises UsageError when the folder is not empty, SourceError when the file is no backup or is damaged.
    """
    if data.exists() and any(data.iterdir()):
        raise UsageError(f"{data}: the folder is not empty; name another with --data, or move it away")
    staging = data.with_name(data.name + ".restoring")
    shutil.rmtree(staging, ignore_errors=True)
    try:
        try:
            with tarfile.open(file) as archive:
                archive.extractall(staging, filter="data")
            members = json.loads((staging / _MANIFEST).read_text())
        except (tarfile.TarError, OSError, ValueError, EOFError) as error:
            raise SourceError(f"{file}: this is no whole backup: {error}") from error
        _verify(file, staging, members)
        (staging / _MANIFEST).unlink()
        if data.exists():
            data.rmdir()
        staging.rename(data)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return Backup(file, len(members["sha256"]), file.stat().st_size, members["statements"])


def _verify(file: Path, staging: Path, members: dict[str, object]) -> None:
    checksums = members["sha256"]
    if not isinstance(checksums, dict):
        raise SourceError(f"{file}: its list of files cannot be read")
    found = {path.relative_to(staging).as_posix() for path in staging.rglob("*") if path.is_file()} - {_MANIFEST}
    for name in sorted(found ^ set(checksums)):
        raise SourceError(f"{file}: '{name}' is {'not in its list of files' if name in found else 'missing'}")
    for name, checksum in checksums.items():
        if _sha256(staging / name) != checksum:
            raise SourceError(f"{file}: '{name}' is damaged; use another backup")
    store = ox.Store.read_only(str(staging / "generations" / str(members["generation"]) / "store"))
    if len(store) != members["statements"]:
        raise SourceError(f"{file}: the store holds {len(store)} statements where {members['statements']} were saved")


def _files(data: Path, generation: Path) -> Iterator[Path]:
    folders = [generation, *(data / name for name in _WHOLE)]
    publications = Publications(data)
    folders += [p.folder for p in map(publications.current, publications.audiences()) if p is not None]
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and (path.name not in _LEFT_OUT or folder == generation):
                yield path


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


def _add_pointer(archive: tarfile.TarFile, name: str, value: str, checksums: dict[str, str]) -> None:
    data = f"{value}\n".encode()
    checksums[name] = hashlib.sha256(data).hexdigest()
    _add_bytes(archive, name, data)


def _add_bytes(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), 0o600
    archive.addfile(entry, io.BytesIO(data))


def _sha256(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
