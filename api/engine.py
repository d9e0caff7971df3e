"""One engine process seen from the server: started, asked, ended."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, cast

from hefboom.api import frames
from hefboom.api.asked import Asked, EngineGone, SentBack
from hefboom.api.template import Served, Template

logger = logging.getLogger(__name__)
_CPU_CLOCK: Final = 2  # Linux: with the complement of a process id it makes the id of that process's clock
_LOOK: Final = 0.005
"""Seconds between two looks at a process that is at work."""
_AT_FIRST: Final = 0.01
"""Seconds within which most light queries are answered: before that nobody looks after them."""
_AT_LAST: Final = 0.03
"""Seconds after which a query is slow though its process has had no processor: it may wait for the disk."""
_SETTLED: Final = 0.1
"""Seconds that an engine may be at queries which were taken back a moment too late; it is ended after that."""


class Engine(asyncio.Protocol):
    """A process that answers one query after another over its own socket.

    `up` says that it has begun, `tired` that it ends when it is at no query; both are kept by the pool.
    Queries may be sent ahead: `load` counts those that it was chosen for and that have not ended, and is kept by who
    chooses; `pace` is the CPU time that queries have taken of late. What waits behind a query that takes its time is
    taken back. `on_change` is called when that happens, and when the process has heard of it.
    """

    def __init__(
        self, served: Served, spool: Path, on_lost: Callable[[Engine], None], on_change: Callable[[Engine], None]
    ) -> None:
        self.served = served
        self.up = False
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
        self._template: Template | None = None
        self._collected: asyncio.Future[None] | None = None
        self._lost = False
        self.pid = 0

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

    async def start(self, template: Template) -> None:
        """Have the process forked and wait until its store is open; EngineGone when it cannot be opened."""
        loop = asyncio.get_running_loop()
        ready = Asked(0, loop)
        self._asked.append(ready)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        try:
            with theirs:
                self.pid = await template.fork(theirs, self._spool)
        except BaseException:
            self._lost = True
            ours.close()
            raise
        self._template, self._collected = template, loop.create_future()
        if self._lost:  # it was to end before it began
            self.end()
        await loop.create_connection(lambda: self, sock=ours)
        await ready.first

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
        ended_by = await self._template.collect(self.pid) if self._template is not None else 0
        if self._collected is not None:
            self._collected.set_result(None)
        for number in (*self._taken_back, *(asked.number for asked in self._asked)):
            self.spool_of(number).unlink(missing_ok=True)
        if self._asked:  # only the first has begun, so it alone can be the cause
            self._asked.popleft().fail(EngineGone(ended_by))
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
        if self._collected is not None and not self._collected.done():
            with suppress(ProcessLookupError):  # the process that it came from has ended, and it with that
                os.kill(self.pid, signal.SIGKILL)

    async def ended(self) -> None:
        """Wait until an ended process is gone."""
        if self._collected is not None:
            await asyncio.shield(self._collected)
