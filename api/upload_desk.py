"""The queue of uploads: one check and one load at a time, each in a process of its own that can be ended."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from hefboom.api.settings import Settings
from hefboom.api.uploads import Upload, Uploads
from hefboom.graph.catalogue import read_entries
from hefboom.graph.folder import DataFolder

logger = logging.getLogger(__name__)
_FILE_BYTES: Final = 16 << 30
_STARTS: Final = 2
"""How often a load that the server's end cut short is begun; one that ends its process is not begun again."""
_SWEEP_EVERY: Final = 3600.0


class UploadDesk:
    """Takes uploads in turn. Whatever happens to a process, data and uploads stay whole: a load commits in one step."""

    def __init__(self, settings: Settings) -> None:
        self.uploads = Uploads(settings.data)
        self._settings = settings
        self._folder = DataFolder(settings.data)
        self._lines: dict[str, asyncio.Queue[str]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._running: set[asyncio.subprocess.Process] = set()
        self._moved = asyncio.Condition()
        self._stopping = False

    def start(self) -> None:
        """Begin to work, first on what was left when the server last stopped."""
        loop = asyncio.get_running_loop()
        for step in ("check", "load"):
            self._lines[step] = asyncio.Queue()
            self._tasks.append(loop.create_task(self._work(step)))
        self._tasks.append(loop.create_task(self._sweep()))
        for upload in reversed(self.uploads.all()):
            if upload.state in ("checking", "loading"):
                self._resume(upload)
            elif upload.state.startswith("waiting-"):
                self.put(upload)

    async def stop(self) -> None:
        """End the processes; what they were at is begun again after the next start."""
        self._stopping = True
        for process in self._running:
            with suppress(ProcessLookupError):
                process.kill()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def put(self, upload: Upload) -> None:
        """Have an upload checked or loaded in its turn, as its state says."""
        self._lines[upload.state.removeprefix("waiting-")].put_nowait(upload.id)

    async def settled(self, identity: str, seconds: float) -> None:
        """Wait until an upload is worked on no more, at most so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._moved:
                await self._moved.wait_for(lambda: not self._is_working(identity))

    def waiting(self) -> int:
        """Uploads whose turn has not come."""
        return sum(line.qsize() for line in self._lines.values())

    def _is_working(self, identity: str) -> bool:
        upload = self.uploads.find(identity)
        return upload is not None and upload.state in ("waiting-check", "checking", "waiting-load", "loading")

    def _resume(self, upload: Upload) -> None:
        """Go on with an upload that the end of the server cut short; a load may have been committed all the same."""
        if upload.state == "loading" and self._committed(upload):
            self._note_committed(upload)
        elif upload.started >= _STARTS:
            self._fail(upload, "the server ended twice during this upload; nothing was changed")
        else:
            state = {"checking": "waiting-check", "loading": "waiting-load"}[upload.state]
            self.put(self.uploads.save(upload, state=state))

    async def _work(self, step: str) -> None:
        line = self._lines[step]
        while True:
            upload = self.uploads.find(await line.get())
            if upload is None or upload.state != f"waiting-{step}":
                continue  # discarded meanwhile
            try:
                await self._step(upload, step)
            except (OSError, ValueError) as error:
                logger.error("an upload could not be worked on: %s", type(error).__name__)
                self._fail(upload, "the server could not work on this upload; nothing was changed")
            async with self._moved:
                self._moved.notify_all()

    async def _step(self, upload: Upload, step: str) -> None:
        generation = self._generation()
        upload = self.uploads.save(
            upload, state={"check": "checking", "load": "loading"}[step], started=upload.started + 1,
            generation=generation, message="",
        )  # fmt: skip
        (self.uploads.folder(upload.id) / "outcome.json").unlink(missing_ok=True)
        code, late = await self._run(upload, step)
        if self._stopping:
            return
        outcome = self.uploads.outcome(upload)
        if outcome is not None and code == 0:
            self._conclude(upload, step, outcome)
        elif step == "load" and self._committed(upload):
            self._note_committed(upload)
        else:
            self._fail(upload, _why(code, late, self._settings))

    async def _run(self, upload: Upload, step: str) -> tuple[int, bool]:
        """Run the process of a step; its exit code, and whether the time limit ended it."""
        settings = self._settings
        configuration: dict[str, Any] = {
            "data": str(settings.data.absolute()),
            "folder": str(self.uploads.folder(upload.id).absolute()),
            "file": upload.file,
            "options": dict(upload.options),
            "step": step,
            "publish": upload.publish and step == "load",
            "memory_mb": settings.uploads.memory_mb,
            "columns": settings.uploads.columns,
            "file_bytes": _FILE_BYTES,
            "wait": settings.uploads.timeout,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "hefboom.api.upload_worker", json.dumps(configuration),
            cwd=self.uploads.file(upload).parent, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            env={**os.environ, "POLARS_MAX_THREADS": "2", "RUST_BACKTRACE": "0"},
        )  # fmt: skip
        self._running.add(process)
        late = False
        try:
            async with asyncio.timeout(settings.uploads.timeout):
                await process.wait()
        except TimeoutError:
            late = True
            process.kill()
            await process.wait()
        finally:
            self._running.discard(process)
        return process.returncode or 0, late

    def _conclude(self, upload: Upload, step: str, outcome: dict[str, Any]) -> None:
        if outcome.get("error") and step == "load" and self._committed(upload):
            self._note_committed(upload)
            return
        if outcome.get("error"):
            self.uploads.save(upload, state="refused", message=outcome["error"])
        elif step == "check":
            self.uploads.save(upload, state="checked", message="")
            return
        else:
            state = "unchanged" if outcome["unchanged"] else "loaded"
            told = {"message": outcome.get("message", ""), "published": outcome.get("published", [])}
            self.uploads.save(upload, state=state, **told)
        self.uploads.forget_file(upload)

    def _fail(self, upload: Upload, message: str) -> None:
        """Report that nothing came of an upload; its file stays, so that it can be loaded again."""
        logger.error("an upload failed: %s", message)
        self.uploads.save(upload, state="failed", message=message)

    def _committed(self, upload: Upload) -> bool:
        """Whether the list of an upload stands in the data although its process did not live to say so."""
        generation = self._folder.current()
        if generation is None or generation.name == upload.generation:
            return False
        before = self._folder.path / "generations" / (upload.generation or "-") / "tables" / "lists.parquet"
        known = {entry.list for entry in read_entries(before)}
        entries = read_entries(generation / "tables" / "lists.parquet")
        return any(entry.sha256 == upload.sha256 and entry.list not in known for entry in entries)

    def _note_committed(self, upload: Upload) -> None:
        message = "the list was loaded, but the process ended before it could report; publish anew if that was asked"
        self.uploads.save(upload, state="loaded", message=message)
        self.uploads.forget_file(upload)

    def _generation(self) -> str:
        current = self._folder.current()
        return current.name if current else ""

    async def _sweep(self) -> None:
        while True:
            await asyncio.to_thread(self.uploads.sweep, self._settings.uploads.days)
            await asyncio.sleep(_SWEEP_EVERY)


def _why(code: int, late: bool, settings: Settings) -> str:
    """Why a process ended without an outcome, as its sender is told."""
    if late:
        return f"reading took longer than {settings.uploads.timeout:g} seconds; nothing was changed"
    if code in (3, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS):
        return (
            f"the file needs more memory than an upload may use ({settings.uploads.memory_mb:,} MiB); nothing was "
            "changed. Remove empty rows and columns, or save the sheet as CSV"
        )
    return "the process that worked on this upload was ended; nothing was changed. Load it again"


def stored_bytes(source: Any, target: Path) -> tuple[int, str]:
    """Write what a file object holds to a file of its own; its size and SHA-256."""
    import hashlib

    digest, size = hashlib.sha256(), 0
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while piece := source.read(1 << 20):
            digest.update(piece)
            size += len(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return size, digest.hexdigest()
