"""What people read around the rows of an answer, in English and Dutch: names and meanings of columns, words for codes.

The names of columns and the codes in cells are the same in every language wherever software reads them: in CSV, JSON,
Turtle and SPARQL. Pages and tables on a screen say both in words; a Dutch workbook names its columns so.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_BETWEEN_SETS = "; "
_TWICE = {"en": {"messageNl": "message", "nextNl": "next"}, "nl": {"message": "messageNl", "next": "nextNl"}}
"""By language, columns in the other language and the column that says the same in this one."""


def heading(name: str, lang: str = "en") -> str:
    """A column as people call it: `memberNames` is "member names", in Dutch "namen deelnemers".

    A name that no question of the catalogue has is split into its words.
    """
    named = _headings().get(name)
    return named[lang == "nl"] if named else re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name).lower()


def meaning(description: str, lang: str = "en") -> str:
    """What a column means, from its description in the header of a question; as it stands where there is no Dutch."""
    return _meanings().get(description, description) if lang == "nl" else description


def worded(column: str, text: str, lang: str = "en") -> str:
    """The text of a cell with its codes in words: "stated" under `confidence` is "vermeld" in Dutch."""
    words = _words().get(column, {}) if lang == "nl" else {}
    return _BETWEEN_SETS.join(words.get(part, part) for part in text.split(_BETWEEN_SETS)) if words else text


def told_elsewhere(names: Iterable[str], lang: str = "en") -> set[str]:
    """The columns among these that only say in the other language what one beside them says in this one."""
    beside = set(names)
    return {other for other, same in _TWICE.get(lang, {}).items() if {other, same} <= beside}


def _rows(file: str) -> list[dict[str, str]]:
    with Path(__file__).with_name(file).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@cache
def _headings() -> dict[str, tuple[str, str]]:
    return {row["name"]: (row["en"], row["nl"]) for row in _rows("column_names.csv")}


@cache
def _meanings() -> dict[str, str]:
    return {row["text_en"]: row["text_nl"] for row in _rows("column_texts.csv")}


@cache
def _words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = {}
    for row in _rows("cell_words.csv"):
        words.setdefault(row["column"], {})[row["value"]] = row["nl"]
    return words
