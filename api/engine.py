"""One engine process seen from the server: started, asked, ended."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import os
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from hefboom.api import frames
from hefboom.api.asked import Asked, EngineGone, SentBack
from hefboom.api.settings import Limits

logger = logging.getLogger(__name__)
_CPU_CLOCK: Final = 2  # Linux: with the complement of a process id it makes the id of that process's clock
_MEMORY: Final = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=127:glibc.malloc.tcache_max=65536"}
"""A query allocates thousands of small pieces and frees them again: have glibc keep more of them at hand."""
_LOOK: Final = 0.005
"""Seconds between two looks at a process that is at work."""
_AT_FIRST: Final = 0.01
"""Seconds within which most light queries are answered: before that nobody looks after them."""
_AT_LAST: Final = 0.03
"""Seconds after which a query is slow though its process has had no processor: it may wait for the disk."""
_SETTLED: Final = 0.1
"""Seconds that an engine may be at queries which were taken back a moment too late; it is ended after that."""


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


class Engine(asyncio.Protocol):
    """A process that answers one query after another over its own socket.

    Queries may be sent ahead: `load` counts those that it was chosen for and that have not ended, and is kept by who
    chooses; `pace` is the CPU time that queries have taken of late. What waits behind a query that takes its time is
    taken back. `on_change` is called when that happens, and when the process has heard of it.
    """

    def __init__(
        self, served: Served, spool: Path, on_lost: Callable[[Engine], None], on_change: Callable[[Engine], None]
    ) -> None:
        self.served = served
        self.tired = False
        self.load = 0
        self.pace = 0.0
        self._spool = spool
        self._on_lost = on_lost
        self._on_change = on_change
        self._assembler = frames.Assembler()
        self._asked: deque[Asked] = deque()
        self._numbers = itertools.count(1)
        self._watch: asyncio.TimerHandle | None = None
        self._slow = False
        self._answered = 0
        self._used = 0.0
        self._used_before = 0.0
        self._taken_back: list[int] = []
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

    @property
    def quick(self) -> bool:
        """Whether a query sent ahead now will have its turn soon, as far as can be told."""
        return not (self._slow or self.tired or self._lost or self._taken_back)

    @property
    def settled(self) -> bool:
        """Whether the process is at no query that has been taken back."""
        return not self._taken_back

    def spool_of(self, number: int) -> Path:
        """The file in which the process leaves its answer to a query when that is large."""
        return self._spool.with_name(f"{self._spool.name}-{number}")

    async def start(self, limits: Limits, services: frozenset[str]) -> None:
        """Start the process and wait until its store is open; EngineGone when it cannot be opened."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        configuration = {
            "descriptor": theirs.fileno(),
            "store": str(self.served.store),
            "base": self.served.base,
            "audience": self.served.audience,
            "spool": str(self._spool),
            "services": sorted(services),
            "memory_mb": limits.memory_mb,
            "characters": limits.query_characters,
            "depth": limits.query_depth,
            "operators": limits.query_operators,
        }
        command = [sys.executable, "-m", self.served.module, json.dumps(configuration)]
        loop = asyncio.get_running_loop()
        ready = Asked(0, loop)
        self._asked.append(ready)
        with theirs:
            self._process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, env={**os.environ, **_MEMORY}
            )
        await loop.create_connection(lambda: self, sock=ours)
        reply = await ready.first
        if not (reply and reply[0].get("sandboxed")) and not services:
            logger.warning("engine %d runs without a system call filter on this system", self.pid)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's transports are none of asyncio's classes

    def data_received(self, data: bytes) -> None:
        """Collect replies and hand over those that are whole."""
        for message in self._assembler.feed(data):
            if not message.head:
                self._settle(message.number)
            elif self._asked and self._asked[0].number == message.number:
                self._slow = False
                self._answered += 1
                if not self._asked.popleft().answer((message.head, message.body)):
                    self.spool_of(message.number).unlink(missing_ok=True)
                if self._asked:
                    self._asked[0].began = time.monotonic()
                elif self._taken_back:
                    self._look_in(_SETTLED)
            else:  # taken back, but it had begun by then
                self.spool_of(message.number).unlink(missing_ok=True)

    def connection_lost(self, exc: Exception | None) -> None:
        """The process has ended, by us or by itself: collect it, then tell whoever waits."""
        self._lost = True
        if self._watch is not None:
            self._watch.cancel()
        task = asyncio.get_running_loop().create_task(self._collect())
        task.add_done_callback(lambda _: self._on_lost(self))

    async def _collect(self) -> None:
        code = 0
        if self._process is not None:
            code = await asyncio.get_running_loop().run_in_executor(None, self._process.wait)
        for number in (*self._taken_back, *(asked.number for asked in self._asked)):
            self.spool_of(number).unlink(missing_ok=True)
        if self._asked:  # only the first has begun, so it alone can be the cause
            self._asked.popleft().fail(EngineGone(-code if code < 0 else 0))
            self._send_back()

    def ask(self, request: bytes, query: bytes) -> Asked:
        """Send a query with the encoded head of its request."""
        asked = Asked(next(self._numbers), asyncio.get_running_loop())
        if self._transport is None or self._lost:
            asked.fail(EngineGone(0))
            return asked
        self._asked.append(asked)
        if self._watch is None:
            self._answered, self._used = 0, self.processor_seconds()
            self._used_before = self._used
            self._look_in(_LOOK)
        self._transport.write(frames.pack(asked.number, request, query))
        return asked

    def _look_in(self, seconds: float) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._watch = asyncio.get_running_loop().call_later(seconds, self._look)

    def _look(self) -> None:
        """See whether the process is still at the same query: one watch for all, since most are answered before."""
        self._watch = None
        before, self._used = self._used, self.processor_seconds()
        if self._answered:
            self.pace = (self._used - self._used_before) / self._answered
            self._answered, self._used_before = 0, self._used
        if not self._asked:
            if self._taken_back and not self._lost:
                self.end()
            return
        age = time.monotonic() - self._asked[0].began
        at_work = self._used - before > _LOOK / 2
        if age < _AT_FIRST or (age < _AT_LAST and not at_work):
            self._look_in(_LOOK)
            return
        self._slow = True
        self._asked[0].look_after()
        if len(self._asked) > 1:
            self._take_back()
        self._on_change(self)

    def _take_back(self) -> None:
        """Take back all queries but the first, which has begun."""
        first = self._asked.popleft()
        self._taken_back += [asked.number for asked in self._asked]
        number = next(self._numbers)
        if self._transport is not None:
            self._transport.write(frames.taking_back(number, self._asked[0].number))
        self._taken_back.append(number)
        self._send_back()
        self._asked.append(first)

    def _send_back(self) -> None:
        """Let all that is under way be asked elsewhere."""
        while self._asked:
            self._asked.popleft().fail(SentBack())

    def _settle(self, number: int) -> None:
        """The process has heard what was taken back."""
        if self._taken_back and self._taken_back[-1] == number:
            self._taken_back.clear()
            self._on_change(self)

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
