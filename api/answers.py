"""Writing an answer inside an engine process: bounded, counted, compressed, to memory or to a spool file.

Nothing leaves before the answer is whole, so a failure at any moment is still an error with its own status, and a slow
reader never holds an engine. Memory stays at `_IN_MEMORY` bytes; what is longer goes to the spool file.
"""

from __future__ import annotations

import re
import zlib
from typing import IO, Final, Protocol

import brotli

from hefboom.api.errors import Problem

_IN_MEMORY: Final = 262_144
_WORTH_COMPRESSING: Final = 1_400
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)


_SHORTEST_ROW: Final = {"json": 3, "xml": 17, "csv": 2, "tsv": 1}


class RowCounter:
    """Counts the rows of a SELECT answer as its bytes go by; exact for the four result formats as they are written."""

    def __init__(self, name: str, most: int) -> None:
        self._name = name
        self._most = most
        self._rows = 0
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """Take the next piece."""
        data = self._rest + data
        if self._name == "xml":
            self._rows += data.count(b"</result>")
            self._rest = data[-8:] if not data.endswith(b"</result>") else b""
        elif self._name == "tsv":
            self._rows += data.count(b"\n")
            self._rest = b""
        elif self._name == "csv":
            self._csv(data)
        else:
            self._json(data)

    def _csv(self, data: bytes) -> None:
        pieces = data.split(b'"')
        whole = len(pieces) % 2 == 1 and not data.endswith(b"\r")
        cut = len(data) if whole else data.rfind(b'"') if len(pieces) % 2 == 0 else len(data) - 1
        self._rest = data[cut:]
        self._rows += sum(piece.count(b"\r\n") for piece in data[:cut].split(b'"')[::2])

    def _json(self, data: bytes) -> None:
        bare = _STRING.sub(b"", data)
        quote = bare.find(b'"')
        if quote >= 0:  # a string that goes on in the next piece
            tail = len(bare) - quote
            self._rest, bare = data[len(data) - tail :], bare[:quote]
            held = bare[-2:] if bare[-2:] in (b"},",) else bare[-1:] if bare[-1:] == b"}" else b""
            self._rest = held + self._rest
            bare = bare[: len(bare) - len(held)]
        else:
            held = bare[-2:] if bare[-2:] == b"}," else bare[-1:] if bare[-1:] == b"}" else b""
            self._rest, bare = held, bare[: len(bare) - len(held)]
        self._rows += bare.count(b"},{")

    def may_be_full(self, size: int) -> bool:
        """Whether an answer of so many bytes can hold the most rows that are given: if not, nobody need count."""
        return size >= self._most * _SHORTEST_ROW[self._name]

    @property
    def full(self) -> bool:
        """Whether the most rows that are given have gone by."""
        return self.rows() >= self._most

    def rows(self) -> int:
        """The rows so far; the header line of CSV and TSV is not one."""
        if self._name == "xml":
            return self._rows
        return self._rows + 1 if self._name == "json" else self._rows - 1


class _Packer(Protocol):
    """Compresses piece by piece."""

    def pack(self, data: bytes) -> bytes:
        """Take a piece; what there is to send by now."""

    def end(self) -> bytes:
        """The rest."""


class _Gzip:
    def __init__(self) -> None:
        self._packer = zlib.compressobj(3, wbits=31)

    def pack(self, data: bytes) -> bytes:
        return self._packer.compress(data)

    def end(self) -> bytes:
        return self._packer.flush()


class _Brotli:
    def __init__(self) -> None:
        self._packer = brotli.Compressor(quality=3)

    def pack(self, data: bytes) -> bytes:
        return bytes(self._packer.process(data))

    def end(self) -> bytes:
        return bytes(self._packer.finish())


_PACKERS: Final[dict[str, type[_Packer]]] = {"gzip": _Gzip, "br": _Brotli}


class Answer:
    """A binary file that the engine writes an answer to."""

    def __init__(self, spool: str, most: int, coding: str, counter: RowCounter | None) -> None:
        self._spool_path = spool
        self._most = most
        self._coding = coding
        self._counter = counter
        self._parts: list[bytes] = []
        self._held = 0
        self._file: IO[bytes] | None = None
        self._packer: _Packer | None = None
        self.size = 0

    def write(self, data: bytes) -> int:
        """Take a piece of the answer; Problem (413) once it is longer than the limit."""
        self.size += len(data)
        if self.size > self._most:
            raise Problem(
                413,
                "answer-too-large",
                f"The answer is larger than {self._most:,} bytes; ask for less with LIMIT and OFFSET.",
            )
        self._parts.append(data)
        self._held += len(data)
        if self._held > _IN_MEMORY:
            self._flush()
        return len(data)

    def flush(self) -> None:
        """Nothing to do: the answer leaves when it is whole."""

    def _flush(self) -> None:
        if self._file is None:
            self._file = open(self._spool_path, "wb")  # noqa: SIM115 (closed in finish)
            self._packer = _PACKERS[self._coding]() if self._coding else None
        data = b"".join(self._parts)
        if self._counter is not None:
            self._counter.feed(data)
        self._parts, self._held = [], 0
        self._file.write(self._packer.pack(data) if self._packer else data)

    def finish(self) -> tuple[bytes, bool, str]:
        """The body (empty when spooled), whether it was spooled, and its content coding."""
        if self._file is None:
            body = b"".join(self._parts)
            if self._counter is not None and self._counter.may_be_full(len(body)):
                self._counter.feed(body)
            if self._coding and len(body) > _WORTH_COMPRESSING:
                packer = _PACKERS[self._coding]()
                return packer.pack(body) + packer.end(), False, self._coding
            return body, False, ""
        self._flush()
        if self._packer is not None:
            self._file.write(self._packer.end())
        self._file.close()
        return b"", True, self._coding

    def abandon(self) -> None:
        """Close the spool file of an answer that will not be sent."""
        if self._file is not None:
            self._file.close()
