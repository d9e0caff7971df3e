"""What a report consists of, whatever it is written as: sections of words and tables, and the sources of every line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

from hefboom.queries.wording import in_figures

Value: TypeAlias = str | int | Decimal | dt.date | bool | None
Tone = Literal["", "absent", "partial", "minimum", "good", "severe", "high", "medium", "low", "quiet"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, and a tone that colours it; whatever the colour says, the words say too."""

    value: Value = None
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; `remark` marks what must be said beside the figures."""

    words: str
    remark: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headers; `row_headers` makes the first column the heading of its row; `wide` names broad columns."""

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    row_headers: bool = False
    widths: tuple[int, ...] = ()


Block: TypeAlias = Text | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report; `id` is the same in every language."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A report as every writer takes it."""

    kind: str
    title: str
    subtitle: str
    at: dt.date
    lang: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    words: dict[str, str] = field(default_factory=dict)


Line: TypeAlias = "list[Cell | Value]"


def table(caption: str, headers: Sequence[str], rows: Sequence[Sequence[Cell | Value]], *, row_headers: bool = False,
          widths: Sequence[int] = ()) -> Table:  # fmt: skip
    """A table of plain values and cells."""
    made = tuple(tuple(one if isinstance(one, Cell) else Cell(one) for one in row) for row in rows)
    return Table(caption, tuple(headers), made, row_headers, tuple(widths))


def shown(value: Value, report: Report) -> str:
    """A value as a reader sees it, in every format alike: days as 2026-11-01, nothing as nothing, 0,5 in Dutch."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return report.words["yes" if value else "no"]
    if isinstance(value, dt.date):
        return value.isoformat()
    return in_figures(str(value), report.lang) if isinstance(value, Decimal) else str(value)
