"""Small answers kept in memory: a publication never changes, so neither does the answer to the same request."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, Generic, TypeVar

Key = TypeVar("Key")
Kept = TypeVar("Kept")
_LARGEST: Final = 65_536
_OVERHEAD: Final = 2_048


class Remembered(Generic[Key, Kept]):
    """The answers asked for last, up to so many bytes; keys hold the tag of the publication."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[Key, tuple[Kept, int]] = OrderedDict()
        self._bytes = 0

    def get(self, key: Key) -> Kept | None:
        """The answer to a request, if it is still kept."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def keep(self, key: Key, value: Kept, size: int) -> None:
        """Keep a small answer."""
        size += _OVERHEAD
        if size > min(_LARGEST, self._most):
            return
        _, before = self._kept.pop(key, (None, 0))
        self._kept[key] = value, size
        self._bytes += size - before
        while self._bytes > self._most:
            _, (_, oldest) = self._kept.popitem(last=False)
            self._bytes -= oldest
