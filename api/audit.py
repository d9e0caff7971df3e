"""The audit log: one line of JSON per closed answer, who asked what when; readable by the server's owner only.

Lines form a chain: each carries a code over itself and the code before it, made with the key of the access folder. A
line that was changed, taken out or put in breaks the chain; `audit.tip` remembers its end, so a tail that is missing
shows too, and the chain goes on over a rotated file. Who has the key can make a chain anew: keep copies elsewhere
against that.
"""

from __future__ import annotations

import datetime
import fcntl
import gzip
import hmac
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from hefboom.api.tokens import access_key

_NONE: Final = "0" * 64
_CHAIN: Final = ', "chain": "'


@dataclass(frozen=True)
class Audited:
    """What is in the logs: the entries, oldest first, and in plain words what does not hold; empty when all does."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class AuditLog:
    """Appends to a file that only its owner may read; each line is written whole, also by several processes."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._tip = file.with_suffix(".tip")
        self._key = b""

    def write(self, who: str, role: str, what: str, parameters: Mapping[str, Any]) -> None:
        """Record one closed answer, refusal or change of access; OSError when that cannot be kept."""
        with self._locked() as tip:
            number, code = self._end(tip)
            entry = {
                "n": number + 1,
                "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
                "who": who,
                "role": role,
                "what": what,
                "parameters": dict(parameters),
            }
            text = json.dumps(entry, ensure_ascii=False)
            code = self._code(code, text)
            line = f'{text[:-1]}{_CHAIN}{code}"}}\n'.encode()
            handle = os.open(self._file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                size = os.fstat(handle).st_size
                if size and os.pread(handle, 1, size - 1) != b"\n":  # a line that a full disk or a crash cut short
                    line = b"\n" + line
                if os.write(handle, line) != len(line):
                    raise OSError(f"{self._file}: the disk is full")
            finally:
                os.close(handle)
            os.pwrite(tip, f"{number + 1:020d} {code}\n".encode(), 0)

    def read(self) -> Audited:
        """Every entry that is kept, the rotated files too, and whether the chain holds."""
        entries, wrong = [], []
        for file in sorted(self._file.parent.glob(self._file.name + "*")):
            for place, line in enumerate(_lines(file), 1):
                entry = _parsed(line)
                if entry is None:
                    wrong.append(f"{file.name}, line {place}: this is no whole entry")
                else:
                    entries.append((entry, line))
        entries.sort(key=lambda pair: pair[0]["n"])
        wrong += self._breaks(entries)
        return Audited([entry for entry, _ in entries], wrong)

    def _breaks(self, entries: list[tuple[dict[str, Any], str]]) -> Iterator[str]:
        previous: dict[str, Any] | None = None
        for entry, line in entries:
            if previous is not None and entry["n"] != previous["n"] + 1:
                yield f"between entries {previous['n']} and {entry['n']}: entries are missing or stand twice"
            elif previous is not None or entry["n"] == 1:
                text = f"{line.rpartition(_CHAIN)[0]}}}"
                if not hmac.compare_digest(self._code(previous["chain"] if previous else _NONE, text), entry["chain"]):
                    yield f"entry {entry['n']}: this or the entry before it was changed"
            previous = entry
        kept = _tip(self._tip.read_bytes()) if self._tip.is_file() else (0, _NONE)
        last = previous["n"] if previous else 0
        if last < kept[0]:
            yield f"after entry {last}: {kept[0] - last} entries are missing at the end"

    @contextmanager
    def _locked(self) -> Iterator[int]:
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        tip = os.open(self._tip, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(tip, fcntl.LOCK_EX)
            yield tip
        finally:
            os.close(tip)

    def _end(self, tip: int) -> tuple[int, str]:
        """Number and code of the last entry: of the tip, or of one that a crash kept from it."""
        kept = _tip(os.pread(tip, 100, 0))
        if not self._file.is_file() or not self._file.stat().st_size:
            return kept
        with self._file.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - 200, 0))  # the end of a line is enough: it carries the code
            if file.read().rstrip(b"\n").endswith(f'{kept[1]}"}}'.encode()):
                return kept
        last = next((entry for line in reversed(list(_lines(self._file))) if (entry := _parsed(line))), None)
        return (last["n"], last["chain"]) if last is not None and last["n"] > kept[0] else kept

    def _code(self, previous: str, text: str) -> str:
        self._key = self._key or access_key(self._file.parent)
        return hmac.digest(self._key, f"{previous}{text}".encode(), "sha256").hex()


def _tip(content: bytes) -> tuple[int, str]:
    number, _, code = content.decode("ascii", "replace").strip().partition(" ")
    return (int(number), code) if number.isdigit() and len(code) == len(_NONE) else (0, _NONE)


def _lines(file: Path) -> Iterator[str]:
    with gzip.open(file, "rt") if file.suffix == ".gz" else file.open() as lines:
        for line in lines:
            if line.strip():
                yield line.rstrip("\n")


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    whole = isinstance(entry, dict) and isinstance(entry.get("n"), int) and isinstance(entry.get("chain"), str)
    return entry if whole else None
