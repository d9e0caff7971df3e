"""Small answers kept in memory: a publication never changes, so neither does the answer to the same request."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from hefboom.api.outcomes import Answered

_LARGEST: Final = 65_536


class Remembered:
    """The answers asked for last, up to so many bytes; keys begin with the tag of the publication."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._answers: OrderedDict[str, Answered] = OrderedDict()
        self._bytes = 0

    def get(self, key: str) -> Answered | None:
        """The answer to a request, if it is still kept."""
        found = self._answers.get(key)
        if found is not None:
            self._answers.move_to_end(key)
        return found

    def keep(self, key: str, answered: Answered) -> None:
        """Keep a whole answer that is small and does not change by itself."""
        size = len(answered.body)
        if answered.spool is not None or answered.head["volatile"] or size > min(_LARGEST, self._most):
            return
        if key not in self._answers:
            self._bytes += size
        self._answers[key] = answered
        while self._bytes > self._most:
            _, oldest = self._answers.popitem(last=False)
            self._bytes -= len(oldest.body)
