"""What people read around the rows of an answer, in English and Dutch: names and meanings of columns.

The names of columns are the same in every language wherever software reads them: in CSV, JSON, Turtle and SPARQL. Only
pages and tables on a screen say them in words.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path


def heading(name: str, lang: str = "en") -> str:
    """A column as people call it: `memberNames` is "member names", in Dutch "namen deelnemers".

    A name that no question of the catalogue has is split into its words.
    """
    named = _headings().get(name)
    return named[lang == "nl"] if named else re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name).lower()


def meaning(description: str, lang: str = "en") -> str:
    """What a column means, from its description in the header of a question; as it stands where there is no Dutch."""
    return _meanings().get(description, description) if lang == "nl" else description


def _rows(file: str) -> list[dict[str, str]]:
    with Path(__file__).with_name(file).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@cache
def _headings() -> dict[str, tuple[str, str]]:
    return {row["name"]: (row["en"], row["nl"]) for row in _rows("column_names.csv")}


@cache
def _meanings() -> dict[str, str]:
    return {row["text_en"]: row["text_nl"] for row in _rows("column_texts.csv")}
