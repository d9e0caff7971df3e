"""The sources of a report: each list, file or publication has a number, and every line names number and row."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Source:
    """A list, a due diligence file or a publication, with its day."""

    title: str
    kind: str
    day: dt.date | None = None
    more: str = ""


@dataclass
class SourceBook:
    """Gives every source a number in the order in which it is first cited."""

    row_word: str
    _numbers: dict[str, int] = field(default_factory=dict)
    _sources: list[Source] = field(default_factory=list)

    def cite(self, key: str, source: Source, row: str = "") -> str:
        """The reference for one line: `[2] row 17`, or `[2] R1` where rows have ids; several rows are separated by ;"""
        if key not in self._numbers:
            self._sources.append(source)
            self._numbers[key] = len(self._sources)
        rows = ", ".join(sorted(filter(None, row.split("; ")), key=by_number))
        label = f"{self.row_word} {rows}" if rows[:1].isdigit() else rows
        return f"[{self._numbers[key]}] {label}".strip()

    def entries(self) -> list[tuple[int, Source]]:
        """All sources by number."""
        return list(enumerate(self._sources, start=1))


def joined(references: Iterable[str]) -> str:
    """Several references as one text, each once, in the order of their numbers."""
    return "; ".join(sorted(dict.fromkeys(filter(None, references)), key=by_number))


def by_number(text: str) -> list[tuple[int, str]]:
    """A key that puts texts with numbers in the order of the numbers: 3.9 before 12.4, R9 before R10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", text) if part]
