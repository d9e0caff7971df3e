"""Dates in lists: ISO, Dutch, a year or a month alone, and the day numbers of a spreadsheet."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

_SPREADSHEET_EPOCH = date(1899, 12, 30)
_SPREADSHEET_DAYS = range(20_000, 80_000)
"""Day numbers read as dates: late 1954 to 2119, so that a year or a count is never taken for one."""

_YEARS = range(1900, 2200)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januari",
            "february feb februari",
            "march mar maart mrt",
            "april apr",
            "may mei",
            "june jun juni",
            "july jul juli",
            "august aug augustus",
            "september sep sept",
            "october oct oktober okt",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}


class Day(NamedTuple):
    """A day, and a code when the text leaves something open: see ``parse_day``."""

    day: date | None
    code: str | None = None


def parse_day(text: str, *, end: bool = False) -> Day:
    """The day that ``text`` names: 2024-03-01 (with or without a time), 1-3-2024, 1 maart 2024, 2024-03, 2024, 45352.

    A year or month alone is its first day; with ``end`` it is the first day after it, because a period ends before the
    day it is given. Codes: ``date-partial`` for a year or month alone, ``date-ambiguous`` where day and month could
    change places (read as day-month, the Dutch way), ``date-day-number`` for a day number of a spreadsheet,
    ``date-unreadable`` with no day.
    """
    bare = " ".join(text.split())
    if match := re.match(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?$", bare):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := re.match(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?: \d{1,2}:\d{2}.*)?$", bare):
        return _day_first(int(match[1]), int(match[2]), int(match[3]))
    if match := re.match(r"(?i)^(\d{1,2})(?:st|nd|rd|th)?[-/. ]+([a-z]+)\.?,?[-/. ]+(\d{4})$", bare):
        return _day(int(match[3]), _MONTHS.get(match[2].lower(), 0), int(match[1]))
    if match := re.match(r"(?i)^([a-z]+)\.? (?:(\d{1,2})(?:st|nd|rd|th)?,? )?(\d{4})$", bare):
        month, year = _MONTHS.get(match[1].lower(), 0), int(match[3])
        return _day(year, month, int(match[2])) if match[2] else _partial(year, month, end)
    if match := re.match(r"^(\d{4})[-/](\d{1,2})$", bare):
        return _partial(int(match[1]), int(match[2]), end)
    if match := re.match(r"^(\d{1,2})[-/](\d{4})$", bare):
        return _partial(int(match[2]), int(match[1]), end)
    if match := re.match(r"^(\d{4})(?:\.0)?$", bare):
        return _partial(int(match[1]), None, end)
    if match := re.match(r"^(\d{8})$", bare):
        return _day(int(bare[:4]), int(bare[4:6]), int(bare[6:]))
    if (match := re.match(r"^(\d{5})(?:[.,]\d+)?$", bare)) and int(match[1]) in _SPREADSHEET_DAYS:
        return Day(_SPREADSHEET_EPOCH + timedelta(days=int(match[1])), "date-day-number")
    return Day(None, "date-unreadable")


def _day(year: int, month: int, day: int, code: str | None = None) -> Day:
    if year not in _YEARS:
        return Day(None, "date-unreadable")
    try:
        return Day(date(year, month, day), code)
    except ValueError:
        return Day(None, "date-unreadable")


def _day_first(first: int, second: int, year: int) -> Day:
    if second > 12:
        return _day(year, first, second)
    return _day(year, second, first, "date-ambiguous" if first <= 12 and first != second else None)


def _partial(year: int, month: int | None, end: bool) -> Day:
    if month is None:
        return _day(year + end, 1, 1, "date-partial")
    if not 1 <= month <= 12:
        return Day(None, "date-unreadable")
    after = month == 12 and end
    return _day(year + after, 1 if after else month + end, 1, "date-partial")
