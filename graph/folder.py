"""The data folder: immutable generations, one writer, an atomic switch from one to the next."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from hefboom.errors import StoreError
from hefboom.graph.iris import DEFAULT_BASE

LAYOUT = 1
_KEEP = 2
_SCRATCH = "load-"
# Seconds within which a process that lives has put its lock into its scratch folder.
_TOO_YOUNG = 3600


class DataFolder:
    """A data folder on disk; see `docs/model.md` for what lies in it.

    A generation is complete before `CURRENT` names it and is never written to afterwards, so readers need no lock.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def exists(self) -> bool:
        """Whether a first load has been committed here."""
        return (self.path / "CURRENT").is_file()

    def current(self) -> Path | None:
        """The folder of the generation in use, or None before the first load.

        Raises StoreError when the folder was written by another layout or lost its generation.
        """
        if not self.exists:
            self._check_pointer_not_lost()
            return None
        name = (self.path / "CURRENT").read_text().strip()
        generation = self.path / "generations" / (name or "-")
        stamp = generation / "stamp.json"
        if not stamp.is_file():
            raise StoreError(
                f"{self.path}: generation '{name}' named by CURRENT is missing or incomplete; "
                "restore a backup, or write the name of another folder under 'generations' into CURRENT"
            )
        layout = _read_stamp(stamp).get("layout")
        if layout != LAYOUT:
            newer = isinstance(layout, int) and layout > LAYOUT
            advice = (
                "install that version, or a later one"
                if newer
                else "load its lists again into a new folder, or use the version that wrote it"
            )
            raise StoreError(
                f"{self.path}: written by {'a newer' if newer else 'an older'} version of Hefboom (layout {layout}); "
                f"this one reads layout {LAYOUT}. Nothing was changed; {advice}"
            )
        return generation

    def base(self) -> str:
        """The base IRI of the data: fixed by the first load, from `HEFBOOM_BASE` or the default."""
        wanted = os.environ.get("HEFBOOM_BASE", "").strip().rstrip("/")
        generation = self.current()
        if generation is None:
            return wanted or DEFAULT_BASE
        base = str(self.stamp()["base"])
        if wanted and wanted != base:
            raise StoreError(f"{self.path}: its IRIs begin with '{base}', but HEFBOOM_BASE says '{wanted}'; unset it")
        return base

    def stamp(self) -> dict[str, Any]:
        """What the generation in use says of itself: layout, number, base IRI, how it was derived; empty before any."""
        generation = self.current()
        return {} if generation is None else _read_stamp(generation / "stamp.json")

    @contextmanager
    def writing(self, wait: float, on_wait: object = None) -> Iterator[None]:
        """Hold the one writer's lock; wait up to `wait` seconds for another writer.

        `on_wait`, when callable, is called once before waiting. Raises StoreError when the time is up. The operating
        system frees the lock of a process that dies.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if callable(on_wait):
                on_wait()
            try:
                lock.acquire(timeout=wait)
            except Timeout as error:
                raise StoreError(
                    f"{self.path}: another process is writing here and did not finish within {wait:g} s; "
                    "try again later"
                ) from error
        try:
            self._sweep()
            yield
        finally:
            lock.release()

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder to prepare a load in, before the writer's lock is held; it goes when the block ends.

        When the process dies instead, a later writer removes it: a lock on the file `alive` in it tells.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=self.path, prefix=_SCRATCH))
        # The name appears with the lock on it, so that nobody ever finds it free while this process lives.
        with (folder / "alive.new").open("w") as alive:
            fcntl.flock(alive, fcntl.LOCK_EX)
            (folder / "alive.new").rename(folder / "alive")
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def next_generation(self, more: Mapping[str, str]) -> Iterator[Path]:
        """A folder for the next generation, starting as a copy of the current one; committed when the block ends well.

        Its stamp says `more` beside layout, number and base.

        Sorted string tables and Parquet files are hard links (they are never changed in place), the rest copies. Call
        only inside `writing`.
        """
        current = self.current()
        number = int(current.name) + 1 if current else 1
        folder = self.path / "generations" / f"{number:06d}"
        staging = folder.with_name(folder.name + ".staging")
        shutil.rmtree(staging, ignore_errors=True)
        if current:
            _link_tree(current, staging)
        else:
            staging.mkdir(parents=True)
        try:
            yield staging
            base = self.base()
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise
        stamp = {"layout": LAYOUT, "generation": number, "base": base, **more}
        (staging / "stamp.json").unlink(missing_ok=True)
        (staging / "stamp.json").write_text(json.dumps(stamp) + "\n")
        _sync_tree(staging)
        staging.rename(folder)
        self._switch(folder.name)

    def _check_pointer_not_lost(self) -> None:
        """Raise StoreError where more than a first load cut short lies without CURRENT."""
        found = sorted(stamp.parent.name for stamp in (self.path / "generations").glob("*[0-9]/stamp.json"))
        if found and found != ["000001"]:
            raise StoreError(
                f"{self.path}: the file CURRENT is gone, but {len(found)} generations are there; write '{found[-1]}' "
                "into a file CURRENT, or name another folder"
            )

    def _switch(self, name: str) -> None:
        pointer = self.path / "CURRENT.new"
        with pointer.open("w") as file:
            file.write(name + "\n")
            file.flush()
            os.fsync(file.fileno())
        pointer.replace(self.path / "CURRENT")
        _sync(self.path)

    def _sweep(self) -> None:
        """Remove what a killed writer left and generations that nobody needs; the last one stays for its readers."""
        for leftover in self.path.glob("spill-*"):
            shutil.rmtree(leftover)
        for leftover in self.path.glob(f"{_SCRATCH}*"):
            if _is_dead(leftover):
                shutil.rmtree(leftover, ignore_errors=True)
        generations = self.path / "generations"
        if not generations.is_dir():
            return
        current = self.current()
        for folder in generations.iterdir():
            if (
                not folder.name.isdigit()
                or current is None
                or not int(current.name) - _KEEP < int(folder.name) <= int(current.name)
            ):
                shutil.rmtree(folder)


def _read_stamp(file: Path) -> dict[str, Any]:
    try:
        stamp: dict[str, Any] = json.loads(file.read_text())
    except ValueError as error:
        raise StoreError(f"{file}: this is not a stamp: {error}; restore a backup") from error
    return stamp


def _is_dead(scratch: Path) -> bool:
    """Whether the process that made a scratch folder is gone; one that is too young to tell counts as living."""
    try:
        with (scratch / "alive").open() as alive:
            fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except BlockingIOError:
        return False
    except FileNotFoundError:
        return scratch.is_dir() and time.time() - scratch.stat().st_mtime > _TOO_YOUNG


def _link_tree(source: Path, target: Path) -> None:
    def copy(one: str, other: str) -> str:
        if one.endswith((".sst", ".parquet")):
            os.link(one, other)
        else:
            shutil.copy2(one, other)
        return other

    shutil.copytree(source, target, copy_function=copy)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_tree(folder: Path) -> None:
    for root, _, files in os.walk(folder):
        for name in files:
            _sync(Path(root, name))
        _sync(Path(root))
