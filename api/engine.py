"""One engine process seen from the server: started, asked, ended."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from hefboom.api import frames
from hefboom.api.settings import Limits

logger = logging.getLogger(__name__)
_CPU_CLOCK: Final = 2  # Linux: with the complement of a process id it makes the id of that process's clock
Reply = tuple[frames.Head, bytes]


@dataclass(frozen=True)
class Served:
    """A publication as an engine opens it: folder of its store, the tag that goes into ETags, whose it is.

    `module` is the program of the engine process.
    """

    store: Path
    tag: str
    base: str = ""
    audience: str = "public"
    module: str = "hefboom.api.worker"


class EngineGone(Exception):
    """The process ended before it answered; `signal` is what ended it, 0 when it left by itself."""

    def __init__(self, signal: int) -> None:
        super().__init__(f"engine process ended by signal {signal}")
        self.signal = signal


class Engine(asyncio.Protocol):
    """A process that answers one query at a time over its own socket."""

    def __init__(self, served: Served, spool: Path, on_lost: Callable[[Engine], None]) -> None:
        self.served = served
        self.spool = spool
        self.tired = False
        self._on_lost = on_lost
        self._assembler = frames.Assembler()
        self._reply: asyncio.Future[Reply] | None = None
        self._transport: asyncio.Transport | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._lost = False

    @property
    def pid(self) -> int:
        """The process id; 0 before the start."""
        return self._process.pid if self._process else 0

    @property
    def lost(self) -> bool:
        """Whether the process is gone or has been told to go."""
        return self._lost

    async def start(self, limits: Limits, services: frozenset[str]) -> None:
        """Start the process and wait until its store is open; EngineGone when it cannot be opened."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        configuration = {
            "descriptor": theirs.fileno(),
            "store": str(self.served.store),
            "base": self.served.base,
            "audience": self.served.audience,
            "spool": str(self.spool),
            "services": sorted(services),
            "memory_mb": limits.memory_mb,
            "characters": limits.query_characters,
            "depth": limits.query_depth,
            "operators": limits.query_operators,
        }
        command = [sys.executable, "-m", self.served.module, json.dumps(configuration)]
        loop = asyncio.get_running_loop()
        self._reply = loop.create_future()
        with theirs:
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        await loop.create_connection(lambda: self, sock=ours)
        head, _ = await self._reply
        if not head.get("sandboxed") and not services:
            logger.warning("engine %d runs without a system call filter on this system", self.pid)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's transports are none of asyncio's classes

    def data_received(self, data: bytes) -> None:
        """Collect a reply and hand it over when it is whole."""
        reply = self._assembler.feed(data)
        if reply is not None and self._reply is not None and not self._reply.done():
            self._reply.set_result(reply)

    def connection_lost(self, exc: Exception | None) -> None:
        """The process has ended, by us or by itself: collect it, then tell whoever waits."""
        self._lost = True
        task = asyncio.get_running_loop().create_task(self._collect())
        task.add_done_callback(lambda _: self._on_lost(self))

    async def _collect(self) -> None:
        code = 0
        if self._process is not None:
            code = await asyncio.get_running_loop().run_in_executor(None, self._process.wait)
        self.spool.unlink(missing_ok=True)
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(EngineGone(-code if code < 0 else 0))
            self._reply.exception()  # a caller that has left must not make the loop complain

    def ask(self, request: bytes, query: bytes) -> asyncio.Future[Reply]:
        """Send a query with the encoded head of its request; the future ends with the reply, or with EngineGone."""
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._reply = reply
        if self._transport is None or self._lost:
            reply.set_exception(EngineGone(0))
        else:
            self._transport.write(frames.pack(request, query))
        return reply

    def processor_seconds(self) -> float:
        """CPU time that the process has used; wall time where the system tells it of no other process."""
        if sys.platform != "linux":
            return time.monotonic()
        try:
            return time.clock_gettime(~self.pid << 3 | _CPU_CLOCK)
        except OSError:  # it has just ended
            return 0.0

    def yield_to_others(self) -> None:
        """Give the processor to the engines of light queries first; this one is not used again afterwards."""
        self.tired = True
        try:
            os.setpriority(os.PRIO_PROCESS, self.pid, 10)
        except ProcessLookupError:
            logger.info("engine %d ended while it was being slowed", self.pid)

    def end(self) -> None:
        """End the process now, whatever it does."""
        self._lost = True
        if self._process is not None and self._process.poll() is None:
            self._process.kill()

    async def ended(self) -> None:
        """Wait until an ended process is gone."""
        if self._process is not None:
            await asyncio.get_running_loop().run_in_executor(None, self._process.wait)


async def moment(reply: asyncio.Future[Reply], seconds: float) -> None:
    """Wait for a reply, but only so long; cheaper than asyncio.wait, for every light query passes here."""
    loop = asyncio.get_running_loop()
    turn: asyncio.Future[None] = loop.create_future()

    def wake(_: object = None) -> None:
        if not turn.done():
            turn.set_result(None)

    timer = loop.call_later(seconds, wake)
    reply.add_done_callback(wake)
    try:
        await turn
    finally:
        timer.cancel()
        reply.remove_done_callback(wake)
