"""What the name of a file hints at: who handed the list in, and of what day it is."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-_. ]?(0[1-9]|1[0-2])(?:[-_. ]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)")
_DUTCH_DATE = re.compile(r"(?<!\d)(0?[1-9]|[12]\d|3[01])[-_. ](0?[1-9]|1[0-2])[-_. ]((?:19|20)\d\d)(?!\d)")
_NUMBERED = re.compile(r"(?i:v|list|lijst|n|no)?\d+")
# Words that say what a file is, not who made it.
_GENERIC = frozenset(
    {
        *("list", "lists", "lijst", "lijsten", "supplier", "suppliers", "leverancier", "leveranciers", "factory"),
        *("factories", "facility", "facilities", "fabrieken", "sites", "site", "productielocaties", "production"),
        *("locations", "locaties", "productie", "export", "download", "upload", "final", "def", "definitief", "copy"),
        *("kopie", "sample", "data", "osh", "opensupplyhub", "membership", "map", "manufacturing", "public", "table"),
        *("the", "of", "per", "en", "and", "tier", "version", "versie", "disclosure", "full", "new", "nieuw", "light"),
        *("relationships", "relaties", "members", "leden", "aliases", "api", "page", "detail"),
    }
)


def hints_from_name(path: Path) -> tuple[str | None, datetime.date | None]:
    """The contributor and the date in a file name, if any: ``nike_2021-02.csv`` is nike, 1 February 2021."""
    stem = path.stem
    dutch, match = _DUTCH_DATE.search(stem), _DATE.search(stem)
    day = None
    if dutch:
        day = _day(int(dutch[3]), int(dutch[2]), int(dutch[1]))
        stem = stem.replace(dutch[0], " ")
    elif match:
        day = _day(int(match[1]), int(match[2] or 1), int(match[3] or 1))
        stem = stem.replace(match[0], " ")
    words = [word for word in re.split(r"[\s_.\-()]+", stem) if word]
    names = [word for word in words if word.casefold() not in _GENERIC and not _NUMBERED.fullmatch(word)]
    return " ".join(names) or None, day


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
