"""The row limit of the endpoint: put into a query, and kept in the answer to a SELECT as its bytes go by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from hefboom.api.guard import Scan


def with_row_limit(query: str, found: Scan, rows: int) -> str:
    """The same query with an outermost LIMIT of at most `rows`; itself where it has one, or where none can be put."""
    if found.form not in ("SELECT", "CONSTRUCT") or found.end_at == 0:
        return query
    if found.limit_at is not None:
        start, end = found.limit_at
        asked = query[start:end]
        if not asked.isdigit() or int(asked) <= rows:
            return query
        return f"{query[:start]}{rows}{query[end:]}"
    return f"{query[: found.end_at]}\nLIMIT {rows}\n{query[found.end_at :]}"


@dataclass(frozen=True)
class _Format:
    """How a result format parts its rows.

    `mark` stands between or after rows; `extra` tells how many marks more than rows there are before the first row
    too many; from the place `keep` characters into that mark on, all is left out and `end` written instead. `token` is
    a mark or a string, for marks in strings do not count.
    """

    mark: bytes
    extra: int
    keep: int
    end: bytes
    token: re.Pattern[bytes]
    shortest: int


_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_REST_OF_STRING: Final = re.compile(rb'(?:[^"\\]|\\.)*+"', re.DOTALL)
_FORMATS: Final = {
    "json": _Format(b"},{", 0, 1, b"]}}", re.compile(_STRING.pattern + rb"|},{", re.DOTALL), 3),
    "xml": _Format(b"<result>", 1, 0, b"</results></sparql>", re.compile(rb"<result>"), 17),
    "csv": _Format(b"\r\n", 1, 2, b"", re.compile(rb'"[^"]*+"|\r\n'), 2),
    "tsv": _Format(b"\n", 1, 1, b"", re.compile(rb"\n"), 1),
}


class RowCut:
    """Lets an answer to SELECT pass piece by piece, with at most so many rows; exact for the four result formats."""

    def __init__(self, name: str, most: int) -> None:
        self._name = name
        self._format = _FORMATS[name]
        self._left = most + self._format.extra
        self._most = most
        self._in_string = False
        self._held = b""
        self._ended = False
        self.cut = False

    def may_cut(self, size: int) -> bool:
        """Whether an answer of so many bytes can hold the most rows that are given: if not, nobody need look."""
        return size >= self._most * self._format.shortest

    def passed(self, piece: bytes) -> bytes:
        """What may leave once this piece has come."""
        if self._ended:
            self.cut = self.cut or bool(piece)
            return b""
        data = self._held + piece
        end = len(data) - self._unsure(data)
        data, self._held = data[:end], data[end:]
        within = self._in_string
        marks = self._marks(data)
        if marks < self._left:
            self._left -= marks
            return data
        place = self._place(data, within)
        self.cut = place < len(data) or bool(self._held)
        self._ended, self._held = True, b""
        return data[:place]

    def rest(self) -> bytes:
        """What must still leave after the last piece."""
        return self._format.end if self._ended else self._held

    def _unsure(self, data: bytes) -> int:
        """How many bytes at the end of a piece may be the beginning of a mark, or half of an escape."""
        mark = self._format.mark
        if self._name == "json" and (len(data) - len(data.rstrip(b"\\"))) % 2:
            return 1
        return next((size for size in range(len(mark) - 1, 0, -1) if data.endswith(mark[:size])), 0)

    def _marks(self, data: bytes) -> int:
        """The marks outside strings, and whether a string goes on behind these data."""
        mark = self._format.mark
        if self._name == "csv":
            parts = data.split(b'"')
            outside = parts[int(self._in_string) :: 2]
            self._in_string ^= len(parts) % 2 == 0
            return sum(part.count(mark) for part in outside)
        if self._name != "json":
            return data.count(mark)
        if self._in_string:
            string = _REST_OF_STRING.match(data)
            if string is None:
                return 0
            data = data[string.end() :]
        bare = _STRING.sub(b"", data)
        opened = bare.find(b'"')
        self._in_string = opened >= 0
        return (bare[:opened] if self._in_string else bare).count(mark)

    def _place(self, data: bytes, within: bool) -> int:
        """Where the first mark too many lets the answer end."""
        start = 0
        if within:
            string = _REST_OF_STRING.match(data) if self._name == "json" else None
            start = string.end() if string else data.index(b'"') + 1
        for token in self._format.token.finditer(data, start):
            if token[0] == self._format.mark:
                self._left -= 1
                if not self._left:
                    return token.start() + self._format.keep
        raise AssertionError("a mark that was counted is not found")
