"""The few places for long queries: counted in all and per client, with a bounded line of those who wait."""

from __future__ import annotations

import asyncio
from collections import Counter, deque

from hefboom.api.errors import Problem, busy
from hefboom.api.settings import Limits


class LongPlaces:
    """Who holds a place for a long query, and who waits for one."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._held: Counter[str] = Counter()
        self._line: deque[tuple[str, asyncio.Future[None]]] = deque()

    @property
    def held(self) -> int:
        """Places in use."""
        return self._held.total()

    @property
    def waiting(self) -> int:
        """Queries in the line."""
        return sum(not turn.done() for _, turn in self._line)

    def try_take(self, client: str) -> bool:
        """Take a place if one is free for this client and nobody who could use it waits."""
        if not self._free(client) or any(not turn.done() and self._free(who) for who, turn in self._line):
            return False
        self._held[client] += 1
        return True

    def queue(self, client: str) -> asyncio.Future[None]:
        """Stand in line; the future ends when the place is this client's. Problem (503) when the line is full."""
        waiting = [who for who, turn in self._line if not turn.done()]
        limits = self._limits
        if len(waiting) >= limits.long_waiting or waiting.count(client) >= limits.long_waiting_per_client:
            raise too_many_long()
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.try_take(client):
            turn.set_result(None)
        else:
            self._line.append((client, turn))
        return turn

    def give_back(self, client: str) -> None:
        """Free a place and pass it to the first in line who may have it."""
        self._held[client] -= 1
        if self._held[client] <= 0:
            del self._held[client]
        for entry in list(self._line):
            who, turn = entry
            if turn.done():
                self._line.remove(entry)
            elif self._free(who):
                self._line.remove(entry)
                self._held[who] += 1
                turn.set_result(None)
                return

    def leave(self, client: str, turn: asyncio.Future[None]) -> None:
        """Step out of the line, or give back the place that has just come."""
        if turn.done() and not turn.cancelled():
            self.give_back(client)
        else:
            turn.cancel()

    def _free(self, client: str) -> bool:
        limits = self._limits
        return self.held < limits.long_queries and self._held[client] < limits.long_queries_per_client


def too_many_long() -> Problem:
    """The 503 for a long query that finds no place."""
    return busy("too-many-long-queries", "Too many long queries are running; try again later, or ask for less.", 10)
