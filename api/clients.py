"""How much one client may ask: a token bucket for the rate, a count for what is under way."""

from __future__ import annotations

import ipaddress
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from hefboom.api.errors import Problem
from hefboom.api.exchange import Exchange
from hefboom.api.settings import Settings

_REMEMBERED: Final = 10_000


class Clients:
    """Counts requests per client; a client is an address, or the holder of a token."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = settings.limits
        self._exempt = tuple(ipaddress.ip_network(network) for network in settings.own_networks)
        self._clock = clock
        self._under_way: Counter[str] = Counter()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._known_exempt: dict[str, bool] = {}

    @contextmanager
    def admitted(self, client: str, address: str) -> Iterator[None]:
        """Count a request while it runs. Problem (429) when this client sends too many."""
        if not self.is_own(address):
            self._take(client)
        if self._under_way[client] >= self._limits.per_client:
            raise Problem(
                429,
                "too-many-requests-at-once",
                f"You have {self._limits.per_client} requests under way; wait for one to end.",
                {"Retry-After": "1"},
            )
        self._under_way[client] += 1
        try:
            yield
        finally:
            self._under_way[client] -= 1
            if self._under_way[client] <= 0:
                del self._under_way[client]

    def name_of(self, client: str, exchange: Exchange) -> str:
        """Whom a request counts for: in the networks of the house each connection counts for itself, for there one
        address may stand for many people, or for a program that asks much at once.
        """
        if client == exchange.address and self.is_own(client):
            return f"{client} {exchange.port}"
        return client

    def _take(self, client: str) -> None:
        now = self._clock()
        tokens, then = self._buckets.pop(client, (float(self._limits.burst), now))
        tokens = min(float(self._limits.burst), tokens + (now - then) * self._limits.rate)
        self._buckets[client] = (max(tokens - 1, 0.0), now)
        if len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        if tokens < 1:
            raise Problem(
                429,
                "too-many-requests",
                f"You send more than {self._limits.rate:g} requests a second; slow down.",
                {"Retry-After": str(max(1, round((1 - tokens) / self._limits.rate)))},
            )

    def is_own(self, address: str) -> bool:
        """Whether an address lies in the networks of the house."""
        known = self._known_exempt.get(address)
        if known is None:
            known = self._look_up(address)
            if len(self._known_exempt) < _REMEMBERED:
                self._known_exempt[address] = known
        return known

    def _look_up(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:  # a socket without an address, as a test client's
            return True
        return any(parsed in network for network in self._exempt)
