"""An answer as a table for the terminal."""

from __future__ import annotations

import re

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hefboom.queries.answers import Answer, Cell, is_number, plain
from hefboom.queries.headers import Column
from hefboom.queries.wording import heading, told_elsewhere, worded

LABELLED = {
    "company": "name",
    "site": "label",
    "contributor": "contributorName",
    "first": "firstName",
    "second": "secondName",
}
"""Columns of things, and the column that names them where it stands beside."""
_LOCAL = re.compile(r"^https?://.*/(?:site|company|covenant|list|listing|country|process)/(?P<id>.+)$")
_WORDS = {
    "en": {"rows": "rows", "row": "row", "as of": "as of", "none": "nothing on file", "yes": "yes", "no": "no"},
    "nl": {"rows": "rijen", "row": "rij", "as of": "per", "none": "niets vastgelegd", "yes": "ja", "no": "nee"},
}


def answer_table(answer: Answer, lang: str = "en", most: int | None = None) -> Table:
    """The rows of an answer as a table, at most `most` of them.

    A column of companies is left out where a column with their names stands beside it, and a text where one beside it
    says the same in the language asked for; IRIs are cut to their ids.
    """
    table = Table(title=answer.title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    repeated = told_elsewhere([column.name for column in answer.columns], lang)
    shown = [
        (place, column)
        for place, column in enumerate(answer.columns)
        if column.name not in repeated and not _is_named(column, answer)
    ]
    for place, column in shown:
        numeric = any(is_number(row[place]) for row in answer.rows)
        table.add_column(heading(column.name, lang), justify="right" if numeric else "left", overflow="fold")
    for row in answer.rows[:most]:
        table.add_row(*(Text(worded(column.name, short(row[place], lang), lang)) for place, column in shown))
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


def short(cell: Cell, lang: str = "en") -> str:
    """A cell as a person reads it: ids instead of IRIs."""
    value = plain(cell)
    if value is None:
        return ""
    if isinstance(value, bool):
        return _WORDS[lang]["yes" if value else "no"]
    found = _LOCAL.match(value) if isinstance(value, str) else None
    return found["id"] if found else str(value)


def _is_named(column: Column, answer: Answer) -> bool:
    names = {one.name for one in answer.columns}
    return column.type == "hef:Company" and LABELLED.get(column.name) in names
