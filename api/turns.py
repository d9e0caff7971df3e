"""Whose turn it is: which engine process takes the next query, and which query waits.

A process that has just answered has its memory warm, and one that is sent its next query while it is busy need not wake
up for it. So light queries go to as few processes as there are processors, each with some queries ahead, as long as
these are quick; the others are idle until a query takes its time.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque

from hefboom.api.engine import Engine
from hefboom.api.errors import busy
from hefboom.api.settings import Limits

_AHEAD = 8
"""The most queries that one process is given at a time."""
_BEHIND = 0.005
"""Seconds of CPU time that a query sent ahead should wait for its turn at the most."""


class Turns:
    """The engines of a pool that can take a query, and the line of those who wait for one."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._idle: list[Engine] = []
        self._busy: list[Engine] = []
        self._line: deque[tuple[asyncio.Future[Engine], bool]] = deque()
        self._pace = 0.0
        self._processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    @property
    def idle(self) -> int:
        """Engines that are at no query."""
        return len(self._idle)

    @property
    def waiting(self) -> int:
        """Queries in the line."""
        return len(self._line)

    @property
    def short(self) -> bool:
        """Whether queries wait and no engine is idle."""
        return bool(self._line) and not self._idle

    async def take(self, ahead: bool = False) -> Engine:
        """An engine for one query, to be given back after it; with `ahead` it may be at others still.

        Problem (503) when the line is too long, or no engine has room in time.
        """
        engine = None if self._line else self._with_room(ahead)
        if engine is not None:
            self._hand_out(engine)
            return engine
        if len(self._line) >= self._limits.waiting:
            raise busy("too-many-queries", "Too many queries are waiting; try again later.")
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[Engine] = loop.create_future()
        self._line.append((turn, ahead))
        timer = loop.call_later(self._limits.wait, _give_up, turn)
        try:
            return await turn
        except BaseException:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.give_back(turn.result())
            elif (turn, ahead) in self._line:
                self._line.remove((turn, ahead))
            raise
        finally:
            timer.cancel()

    def give_back(self, engine: Engine) -> None:
        """Take note that one query of an engine has ended."""
        engine.load -= 1
        self.offer(engine)

    def offer(self, engine: Engine) -> None:
        """Take note of an engine that is new, or can do more or less than before."""
        self._pace = engine.pace or self._pace
        if not engine.load:
            if engine in self._busy:
                self._busy.remove(engine)
            if engine.tired and not engine.lost:
                engine.end()
            elif engine.settled and not engine.lost and engine not in self._idle:
                self._idle.append(engine)
        while self._line:
            turn, ahead = self._line[0]
            if not turn.done():
                free = self._with_room(ahead)
                if free is None:
                    return
                self._hand_out(free)
                turn.set_result(free)
            self._line.popleft()

    def forget(self, engine: Engine) -> None:
        """Give out no more an engine that has ended."""
        for engines in (self._idle, self._busy):
            if engine in engines:
                engines.remove(engine)

    def retire(self, engine: Engine) -> None:
        """Have an engine end when it is at no query."""
        engine.tired = True
        if engine in self._idle:
            self._idle.remove(engine)
            engine.end()

    def _hand_out(self, engine: Engine) -> None:
        if not engine.load:
            self._idle.remove(engine)
            self._busy.append(engine)
        engine.load += 1

    def _with_room(self, ahead: bool) -> Engine | None:
        """The engine that takes the next query; with `ahead` a busy one before one that is idle."""
        if ahead:
            quick = 0
            room = min(_AHEAD, _BEHIND / self._pace) if self._pace else _AHEAD
            for engine in self._busy:
                if engine.quick:
                    if engine.load < room:
                        return engine
                    quick += 1
            if room > 1 and quick >= self._processors:
                return None
        while self._idle and self._idle[-1].lost:
            self._idle.pop()
        return self._idle[-1] if self._idle else None


def _give_up(turn: asyncio.Future[Engine]) -> None:
    if not turn.done():
        turn.set_exception(busy("too-many-queries", "No engine was free in time; try again later."))
