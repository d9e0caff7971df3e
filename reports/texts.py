"""The words of reports, English and Dutch, from `texts.csv`."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["en", "nl"]


@cache
def texts() -> dict[str, dict[str, str]]:
    """Every text by key and language."""
    with Path(__file__).with_name("texts.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: {"en": row["en"], "nl": row["nl"]} for row in csv.DictReader(file)}
