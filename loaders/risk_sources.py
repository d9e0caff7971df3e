"""Public sources of risk evidence: which table is which, told by its headers, and what each of its columns measures.

The facts are `risk_sources.csv`, `risk_indicators.csv` and `risk_goods.csv` of the ontology. A column whose name holds
a year is described with `{year}`: `hdi_{year}` stands for `hdi_2022` and says which year the figures are about.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from hefboom.ontology.terms import fact_table

SIGNALS = ("severe", "high", "medium")
"""How strongly a value points to a risk, the strongest first; no signal says nothing about safety."""

_CONTAINS = "~"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One column of a source: its concept id, its header, and the bounds of each signal.

    For numbers a bound is the value from which the signal holds, upwards where `worse` is `high`, downwards where it is
    `low`. For texts it is a list of beginnings, or of words that the text holds where they stand behind `~`.
    """

    id: str
    column: str
    is_number: bool
    worse: str
    bounds: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def key(self) -> str:
        """The last part of the concept id."""
        return self.id.rpartition("/")[2]

    def header_in(self, headers: Sequence[str]) -> tuple[str, int | None] | None:
        """The header that this column has in a table, with the year that it names; None when it is not there."""
        if "{year}" not in self.column:
            return (self.column, None) if self.column in headers else None
        pattern = re.compile(re.escape(self.column).replace(r"\{year\}", r"((?:19|20)\d\d)"))
        found = [(header, int(match[1])) for header in headers if (match := pattern.fullmatch(header))]
        return max(found, key=lambda pair: pair[1], default=None)

    def pattern(self, signal: str) -> str | None:
        """The regular expression of the texts that give a signal, None where none does."""
        texts = dict(self.bounds)[signal]
        parts = [
            re.escape(text.removeprefix(_CONTAINS)) if text.startswith(_CONTAINS) else rf"^{re.escape(text)}(?:\W|$)"
            for text in texts
        ]
        return "|".join(parts) or None


@dataclass(frozen=True, slots=True)
class Source:
    """One public source: who published which edition when, under which licence, and how its columns are to be read.

    `date_is` says whether the day of publication is known, or only its year.
    """

    key: str
    publisher: str
    publisher_kind: str
    title: str
    edition: str
    date: str
    date_is: str
    licence: str | None
    url: str
    country_columns: tuple[str, ...]
    year_column: str | None
    good_column: str | None
    site_column: str | None
    indicators: tuple[Indicator, ...]

    @property
    def full_title(self) -> str:
        """Title and edition; where only the year of publication is known, that its first day stands for it."""
        named = f"{self.title} {self.edition}".strip()
        return named if self.date_is == "day" else f"{named} [only the year {self.date[:4]} is known]"

    def of_figures_up_to(self, newest: datetime.date | None) -> Source:
        """This source, or the edition of it whose newest figures are too late for the one described: its year only."""
        if newest is None or newest.isoformat() < self.date:
            return self
        return replace(self, edition=f"figures up to {newest.year}", date=newest.isoformat(), date_is="year")

    def fits(self, headers: Sequence[str]) -> bool:
        """Whether a table with these headers is this source: a country column, and every other column it needs."""
        needed = {column for column in (self.year_column, self.good_column, self.site_column) if column}
        countries = any(column in headers for column in self.country_columns)
        return countries and needed <= set(headers) and all(one.header_in(headers) for one in self.indicators)


@cache
def sources() -> tuple[Source, ...]:
    """All sources that can be read, those with most columns first, so that the closest description wins."""
    made = [_source(row) for row in fact_table("risk_sources")]
    return tuple(sorted(made, key=lambda source: (-len(source.indicators), source.key)))


def recognise(headers: Sequence[str]) -> Source | None:
    """The source that a table with these headers comes from, None when it comes from none of them."""
    return next((source for source in sources() if source.fits(headers)), None)


@cache
def goods() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """For each good by its name in lower case, its commodities and the processes that make it; concept ids."""
    return {
        row["notation"].casefold(): (_split(row["commodities"]), _split(row["processes"]))
        for row in fact_table("risk_goods")
    }


def _source(row: dict[str, str]) -> Source:
    return Source(
        key=row["key"],
        publisher=row["publisher"],
        publisher_kind=row["publisher_kind"],
        title=row["title"],
        edition=row["edition"],
        date=row["date"],
        date_is=row["date_is"],
        licence=row["licence"] or None,
        url=row["url"],
        country_columns=_split(row["country"]),
        year_column=row["year"] or None,
        good_column=row["good"] or None,
        site_column=row["site"] or None,
        indicators=tuple(
            Indicator(
                one["id"],
                one["column"],
                one["kind"] == "number",
                one["worse"],
                tuple((signal, _split(one[signal])) for signal in SIGNALS),
            )
            for one in fact_table("risk_indicators")
            if one["source_key"] == row["key"]
        ),
    )


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)
