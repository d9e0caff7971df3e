"""JSON files read as a stream: the shape of what stands in them, and errors that name the place."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

import ijson  # type: ignore[import-untyped]

from hefboom.errors import SourceError
from hefboom.loaders.encodings import check_file

_BLOCK = 1 << 16
# Enough to pass the first record; a file whose list begins later still shows its keys.
_EVENTS = 20_000


def is_json(path: Path) -> bool:
    """Whether the first sign in a file is one that opens a JSON object or array."""
    with path.open("rb") as file:
        head = file.read(1 << 12)
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return head.decode(name, errors="ignore").lstrip()[:1] in ("{", "[")
    return head.lstrip()[:1] in (b"{", b"[")


@contextmanager
def open_json(path: Path) -> Iterator[IO[bytes]]:
    """The file as UTF-8 bytes without a byte order mark, whatever Unicode encoding it is in."""
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(3 if head.startswith(codecs.BOM_UTF8) else 0)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            yield cast("IO[bytes]", _Recoded(file))
        else:
            yield file


class _Recoded:
    """UTF-16 bytes read as UTF-8 ones."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-16")("strict")

    def read(self, size: int = -1) -> bytes:
        """Bytes of about the size asked for, none at the end only."""
        while block := self._file.read(size):
            if text := self._decoder.decode(block):
                return text.encode()
        return self._decoder.decode(b"", final=True).encode()


def items(path: Path, prefix: str) -> Iterator[Any]:
    """The values at an ijson prefix, one at a time, numbers as Decimal; several top-level values may follow each other.

    SourceError with line and byte when the file is no valid JSON or ends too early.
    """
    try:
        with open_json(path) as file:
            yield from ijson.items(file, prefix, multiple_values=True)
    except (ijson.JSONError, UnicodeError) as error:
        raise _invalid(path, error) from error


def count_items(path: Path, prefix: str) -> Counter[str]:
    """How often each text stands at a prefix, such as the types of the features; reads the whole file once."""
    return Counter(value if isinstance(value, str) else type(value).__name__ for value in items(path, prefix))


def first_keys(path: Path) -> tuple[str, list[str]]:
    """What the top of the file is (``object``, ``array of object``, ``array of string`` ...) and its first keys."""
    check_file(path)
    keys: list[str] = []
    kind = ""
    depth = 0
    try:
        with open_json(path) as file:
            for event, value in islice(ijson.basic_parse(file), _EVENTS):
                if not kind:
                    kind = {"start_map": "object", "start_array": "array"}.get(event, event)
                elif kind == "array":
                    inner = {"start_map": "object", "start_array": "array", "end_array": "nothing"}.get(event, event)
                    kind = f"array of {inner}"
                    if inner != "object":
                        return kind, keys
                depth += event in ("start_map", "start_array")
                depth -= event in ("end_map", "end_array")
                if event == "map_key" and depth == 1 + kind.startswith("array"):
                    keys.append(str(value))
                if event == "end_map" and depth == int(kind.startswith("array")):
                    return kind, keys
    except (ijson.JSONError, UnicodeError) as error:
        raise _invalid(path, error) from error
    return kind, keys


def _invalid(path: Path, error: Exception) -> SourceError:
    """The error in words, with its place: found by parsing once more, first in blocks and then byte by byte."""
    said = error.args[0] if error.args else ""
    words = (said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)).split("\n")[0].strip()
    place = _failing_byte(path, _failing_byte(path, 0, _BLOCK), 1)
    with open_json(path) as file:
        line = file.read(place).count(b"\n") + 1
    what = "the JSON ends too early" if "premature EOF" in words else "this is not valid JSON"
    return SourceError(f"{path}: {what} at line {line}, byte {place} ({words}); download or export the file again")


def _failing_byte(path: Path, sure: int, step: int) -> int:
    """How many bytes parse when the first ``sure`` are given at once and the others in steps."""
    parser = ijson.basic_parse_coro(_Nowhere(), multiple_values=True)
    with open_json(path) as file:
        done = 0
        try:
            if sure:
                parser.send(file.read(sure))
                done = sure
            while block := file.read(step):
                parser.send(block)
                done += len(block)
        except (ijson.JSONError, UnicodeError):
            pass
    return done


class _Nowhere:
    """A target of parse events that forgets them."""

    def send(self, event: object) -> None:
        """Take an event."""
