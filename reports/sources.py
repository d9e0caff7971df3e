"""The sources of a report: each list, file or publication has a number, and every line names number and row."""

from __future__ import annotations

import datetime as dt
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
        """The reference for one line: `[2] row 17`, or `[2] R1` where rows have ids."""
        if key not in self._numbers:
            self._sources.append(source)
            self._numbers[key] = len(self._sources)
        label = f"{self.row_word} {row}" if row[:1].isdigit() else row
        return f"[{self._numbers[key]}] {label}".strip()

    def entries(self) -> list[tuple[int, Source]]:
        """All sources by number."""
        return list(enumerate(self._sources, start=1))
