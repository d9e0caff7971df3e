"""Writing an answer inside an engine process: bounded, cut, compressed, to memory or to a spool file.

Nothing leaves before the answer is whole, so a failure at any moment is still an error with its own status, and a slow
reader never holds an engine. Memory stays at `_IN_MEMORY` bytes; what is longer goes to the spool file.
"""

from __future__ import annotations

import zlib
from typing import IO, Final, Protocol

import brotli

from hefboom.api.errors import Problem
from hefboom.api.row_limit import RowCut

_IN_MEMORY: Final = 262_144
_WORTH_COMPRESSING: Final = 1_400


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

    def __init__(self, spool: str, most: int, coding: str, rows: RowCut | None) -> None:
        self._spool_path = spool
        self._most = most
        self._coding = coding
        self._rows = rows
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
        if self._rows is not None:
            data = self._rows.passed(data)
        self._parts, self._held = [], 0
        self._spool(data)

    def _spool(self, data: bytes) -> None:
        assert self._file is not None
        self._file.write(self._packer.pack(data) if self._packer else data)

    def finish(self) -> tuple[bytes, bool, str]:
        """The body (empty when spooled), whether it was spooled, and its content coding."""
        if self._file is None:
            body = b"".join(self._parts)
            if self._rows is not None and self._rows.may_cut(len(body)):
                body = self._rows.passed(body) + self._rows.rest()
            if self._coding and len(body) > _WORTH_COMPRESSING:
                packer = _PACKERS[self._coding]()
                return packer.pack(body) + packer.end(), False, self._coding
            return body, False, ""
        self._flush()
        if self._rows is not None:
            self._spool(self._rows.rest())
        if self._packer is not None:
            self._file.write(self._packer.end())
        self._file.close()
        return b"", True, self._coding

    def abandon(self) -> None:
        """Close the spool file of an answer that will not be sent."""
        if self._file is not None:
            self._file.close()
