"""An answer as a table for the terminal."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from pyoxigraph import NamedNode
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hefboom.queries.answers import Answer, Cell, is_number, plain
from hefboom.queries.headers import Column
from hefboom.queries.wording import heading, in_figures, record_name, said_twice, worded

_LABELLED: Final[Mapping[str, tuple[str, ...]]] = {
    "claim": ("claimId",),
    "company": ("name", "companyName"),
    "contributor": ("contributorName",),
    "file": ("fileTitle",),
    "first": ("firstName",),
    "focus": ("focusName",),
    "listing": ("siteName",),
    "risk": ("riskId",),
    "second": ("secondName",),
    "site": ("label", "siteName", "siteLabel"),
    "subject": ("subjectId",),
}
"""Columns of things, and the columns that name them where one stands beside."""
_LOCAL = re.compile(r"^https?://.*/(?:site|company|covenant|list|listing)/(?P<id>.+)$")
_WORDS = {
    "en": {"rows": "rows", "row": "row", "as of": "as of", "none": "nothing on file", "yes": "yes", "no": "no"},
    "nl": {"rows": "rijen", "row": "rij", "as of": "per", "none": "niets vastgelegd", "yes": "ja", "no": "nee"},
}


def answer_table(answer: Answer, lang: str = "en", most: int | None = None) -> Table:
    """The rows of an answer as a table, at most `most` of them.

    A column of things other than sites is left out where a column beside it names each of them, and a text where one
    beside it says the same in the language asked for. Codes are said in words; IRIs are cut to their ids.
    """
    table = Table(title=answer.title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    names, records = [column.name for column in answer.columns], answer.plain()
    keys = {column.name for column in answer.columns if column.type == "hef:Site"}
    left_out = said_twice(names, records, lang)
    left_out |= {
        thing
        for thing, name in labelled(names).items()
        if thing not in keys and all(record[name] is not None or record[thing] is None for record in records)
    }
    shown = [(place, column) for place, column in enumerate(answer.columns) if column.name not in left_out]
    for place, column in shown:
        numeric = any(is_number(row[place]) for row in answer.rows)
        table.add_column(heading(column.name, lang), justify="right" if numeric else "left", overflow="fold")
    for row in answer.rows[:most]:
        table.add_row(*(Text(_told(column, row[place], lang)) for place, column in shown))
    return table


def show(answer: Answer, console: Console, lang: str = "en") -> None:
    """Print an answer: its table, how many rows and for which day, then the notes.

    An empty answer says "nothing on file", since no finding is no proof of absence.
    """
    words = _WORDS[lang]
    console.print(answer_table(answer, lang) if answer.rows else Text(answer.title, style="bold"))
    count = f"{len(answer.rows)} {words['row' if len(answer.rows) == 1 else 'rows']}" if answer.rows else words["none"]
    day = f", {words['as of']} {answer.as_of.isoformat()}" if answer.as_of else ""
    console.print(Text(f"{count}{day}"))
    for note in answer.notes:
        console.print(Text(note, style="dim"))


def labelled(names: Collection[str]) -> dict[str, str]:
    """The columns of things among these that have a column of names beside them, with that column."""
    found = {thing: next((name for name in known if name in names), "") for thing, known in _LABELLED.items()}
    return {thing: name for thing, name in found.items() if name and thing in names}


def short(cell: Cell, lang: str = "en") -> str:
    """A cell as a person reads it: ids instead of IRIs, numbers with the comma of Dutch."""
    value = plain(cell)
    if value is None:
        return ""
    if isinstance(value, bool):
        return _WORDS[lang]["yes" if value else "no"]
    if not isinstance(value, str):
        return in_figures(str(value), lang)
    found = _LOCAL.match(value)
    return record_name(value, lang) or (found["id"] if found else value)


def _told(column: Column, cell: Cell, lang: str) -> str:
    """A cell in words."""
    if isinstance(cell, NamedNode):
        said = worded(column.name, cell.value, lang)
        return short(cell, lang) if said == cell.value else said
    return worded(column.name, short(cell, lang), lang)
