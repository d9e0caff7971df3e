"""A query that an engine process has been sent, and what may come of it."""

from __future__ import annotations

import asyncio
import time
from typing import cast

from hefboom.api import frames

Reply = tuple[frames.Head, bytes]


class EngineGone(Exception):
    """The process ended before it answered; `signal` is what ended it, 0 when it left by itself."""

    def __init__(self, signal: int) -> None:
        super().__init__(f"engine process ended by signal {signal}")
        self.signal = signal


class SentBack(Exception):
    """The query was sent ahead to an engine that another query keeps busy, and has not begun."""


class Asked:
    """A query at an engine.

    `first` ends with the reply, or with None when the query has run so long that it must be looked after; the reply
    then comes in `reply`. Either ends with EngineGone when the process ends at this query, `first` with SentBack when
    it has not begun and must be asked elsewhere. `began` is when it may have begun, by the monotonic clock.
    """

    __slots__ = ("began", "first", "number", "reply")

    def __init__(self, number: int, loop: asyncio.AbstractEventLoop) -> None:
        self.number = number
        self.began = time.monotonic()
        self.first: asyncio.Future[Reply | None] = loop.create_future()
        self.reply: asyncio.Future[Reply] | None = None

    def look_after(self) -> asyncio.Future[Reply]:
        """Tell whoever waits that this query takes its time; the future in which its reply will come."""
        if self.reply is None:
            self.reply = self.first.get_loop().create_future()
            if not self.first.done():
                self.first.set_result(None)
            elif not self.first.cancelled() and (error := self.first.exception()) is not None:
                self.reply.set_exception(error)
        return self.reply

    def answer(self, reply: Reply) -> bool:
        """Hand over the reply; False when nobody waits for it any more."""
        future = cast("asyncio.Future[Reply]", self.first) if self.reply is None else self.reply
        if future.done():
            return False
        future.set_result(reply)
        return True

    def fail(self, error: Exception) -> None:
        """Tell whoever waits that no reply will come."""
        future = self.first if self.reply is None else self.reply
        if not future.done():
            future.set_exception(error)
            future.exception()  # a caller that has left must not make the loop complain
