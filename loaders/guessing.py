"""Guess a column profile from the headers and the values of a table, and say how sure each guess is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import polars as pl

from hefboom.loaders.column_profile import Profile, fixed_profile
from hefboom.loaders.findings import Finding
from hefboom.loaders.formats import Format, detect_headers
from hefboom.loaders.headers import (
    ALIAS_HEADERS,
    KEEP,
    LEAVE_OUT,
    LIST_FIELDS,
    MEMBERSHIP_HEADERS,
    RELATIONSHIP_HEADERS,
    SIDES,
    SITE_HEADERS,
    canonical,
    field_of,
    is_personal,
)
from hefboom.loaders.value_looks import IsCountry, looks_like_country, share_alike

_KEY_FIELDS = frozenset({"name", "address", "country"})
_YEARS = frozenset({"year", "jaar", "list year", "reporting year"})
# Shares of the filled cells that must look like the field; below, the guess says that it doubts.
_MOSTLY = 0.8
_ALMOST_ALL = 0.95
_HARDLY = 0.3
_ENOUGH = 8
_FULL_ADDRESS = 0.5


# Headers that name a place rather than the firm behind it.
_OF_A_SITE = re.compile(
    r"^(name|naam)$|factory|facility|site|production|unit|mill|location|fabriek|locatie|productie|plant"
)


class Table(Protocol):
    """What guessing needs of a source."""

    path: Path
    headers: tuple[str, ...]


@dataclass
class Guess:
    """A guessed profile: why each column holds what it holds, what is open, and what must be answered first.

    ``unsure`` is in words and not empty when name, address or country (buyer or supplier in a table of relationships)
    is in doubt; such a guess must be confirmed by a person.
    """

    profile: Profile
    reasons: dict[str, str]
    doubts: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)


@dataclass
class _Columns:
    """The state of one guess."""

    fields: dict[str, str]
    reasons: dict[str, str]
    doubts: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)

    def doubt(self, about: str, words: str) -> None:
        (self.unsure if about in _KEY_FIELDS else self.doubts).append(words)

    def holder(self, *names: str) -> str | None:
        return next((header for name in names for header, held in self.fields.items() if held == name), None)


def guess_profile(
    table: Table, sample: pl.DataFrame, is_country: IsCountry | None = None, format: Format | None = None
) -> Guess:
    """Guess the profile of a table from its headers and a sample of its rows (as ``SourceTable.sample`` gives it).

    ``is_country`` says whether a text names a country; without it, English and Dutch names and two-letter codes do. A
    register's own format has a fixed profile and nothing is guessed. SourceError when the headers are those of no list
    and no ``format`` is given.
    """
    format = format or detect_headers(table.headers, table.path)
    if format in ("osh-download", "osh-upload", "osh-api", "scdex"):
        profile = fixed_profile(format, table.headers)
        return Guess(profile, {header: f"fixed by the format {format}" for header in table.headers})
    match format:
        case "relationships":
            return _guess_fixed_words(
                format, table.headers, RELATIONSHIP_HEADERS, (("buyer", "buyer_os_id"), ("supplier", "supplier_os_id"))
            )
        case "memberships":
            return _guess_fixed_words(format, table.headers, MEMBERSHIP_HEADERS, (("company",),))
        case "aliases":
            return _guess_fixed_words(format, table.headers, ALIAS_HEADERS, (("old_os_id",), ("new_os_id",)))
    columns = _by_headers(table.headers, SITE_HEADERS, sample)
    _choose_street(columns, sample)
    _check_values(columns, sample, is_country or looks_like_country)
    _check_missing(columns, sample, is_country or looks_like_country)
    contributor_column = columns.holder("contributor")
    profile = Profile(
        format, columns.fields, _constant(sample, contributor_column), contributor_column, _date(columns, sample)
    )
    return Guess(profile, columns.reasons, columns.doubts, columns.unsure)


def _by_headers(
    headers: Sequence[str], vocabulary: dict[str, tuple[str, ...]], sample: pl.DataFrame | None
) -> _Columns:
    """Fields by header; of several headers for one field the most usual one, with a doubt."""
    columns = _Columns(dict.fromkeys(headers, KEEP), dict.fromkeys(headers, "no known header; kept as text"))
    ranked: dict[str, list[tuple[int, str]]] = {}
    for header in headers:
        words = canonical(header)
        if vocabulary is SITE_HEADERS and is_personal(header):
            columns.fields[header], columns.reasons[header] = LEAVE_OUT, "contact or claim person"
            continue
        for name, names in vocabulary.items():
            if words in names:
                ranked.setdefault(name, []).append((names.index(words), header))
                break
    for name, found in ranked.items():
        found.sort(key=lambda one: one[0])
        for place, (_, header) in enumerate(found):
            if place == 0 or name in LIST_FIELDS:
                columns.fields[header], columns.reasons[header] = name, f"the header {header!r} is one of {name}"
            else:
                columns.reasons[header] = f"{found[0][1]!r} holds {name}; kept as text"
        _doubt_rivals(columns, name, [header for _, header in found], sample)
    return columns


def _doubt_rivals(columns: _Columns, name: str, found: list[str], sample: pl.DataFrame | None) -> None:
    """Several columns for one field are in doubt, unless the others are blank or say the same."""
    if name in LIST_FIELDS:
        return
    for rival in found[1:]:
        if (
            sample is not None
            and sample.filter(pl.col(rival).is_not_null() & pl.col(rival).ne_missing(pl.col(found[0]))).is_empty()
        ):
            continue
        words = f"both {found[0]!r} and {rival!r} could be the {name}; {found[0]!r} is taken"
        if name == "name" and _OF_A_SITE.search(canonical(found[0])) and not _OF_A_SITE.search(canonical(rival)):
            columns.doubts.append(words)
        else:
            columns.doubt(name, words)


def _choose_street(columns: _Columns, sample: pl.DataFrame) -> None:
    """An address column beside a city column is only a street, unless it mostly names the city itself."""
    address, city = columns.holder("address"), columns.holder("city")
    if address is None or city is None or columns.holder("street"):
        return
    both = sample.select(pl.col(address).str.to_lowercase().alias("a"), pl.col(city).str.to_lowercase().alias("c"))
    both = both.drop_nulls()
    within = both.select(pl.col("a").str.contains(pl.col("c").str.strip_chars(), literal=True).mean()).item()
    if within is not None and within < _FULL_ADDRESS:
        columns.fields[address] = "street"
        columns.reasons[address] = f"the header {address!r} beside {city!r}; {within:.0%} of the cells name the city"


def _check_values(columns: _Columns, sample: pl.DataFrame, is_country: IsCountry) -> None:
    for header, name in columns.fields.items():
        if name in (KEEP, LEAVE_OUT):
            continue
        values = sample[header].drop_nulls()
        if values.is_empty():
            words = f"column {header!r} is blank in the first {sample.height} rows"
            columns.reasons[header] += "; " + words
            if name in _KEY_FIELDS | {"street"}:
                columns.doubts.append(words)
            continue
        share = share_alike(name, values, is_country)
        if share >= _MOSTLY:
            continue
        example = values[0]
        about = {"street": "address", "country_code": "country"}.get(name, name)
        words = f"only {share:.0%} of column {header!r} looks like {name} (first: {example[:60]!r})"
        # A header that says what a column holds is believed, and its bad cells are told row by row, unless almost
        # nothing in it looks like that.
        if share >= _HARDLY or values.len() < _ENOUGH:
            columns.doubts.append(words)
        elif about in _KEY_FIELDS:
            columns.unsure.append(words)
        elif name in ("lat", "lng", "os_id", "lei", "duns"):
            columns.fields[header] = KEEP
            columns.reasons[header] = f"{words}; kept as text"
            columns.doubts.append(words)
        else:
            columns.doubts.append(words)


def _check_missing(columns: _Columns, sample: pl.DataFrame, is_country: IsCountry) -> None:
    """Name, address and country must each have a column, unless the rows are known by OS ID."""
    if columns.holder("os_id"):
        return
    if not columns.holder("country", "country_code"):
        _find_country(columns, sample, is_country)
    if not columns.holder("name"):
        columns.unsure.append("no column holds the name of the site")
    if not columns.holder("address", "street"):
        # Where no column is left that could hold it, there is nothing to ask.
        asked = columns.unsure if KEEP in columns.fields.values() else columns.doubts
        asked.append("no column holds the address")


def _find_country(columns: _Columns, sample: pl.DataFrame, is_country: IsCountry) -> None:
    """The one column whose values are countries, whatever its header says; several, or none, must be answered."""
    shares = {
        header: share_alike("country", values, is_country)
        for header, name in columns.fields.items()
        if name == KEEP and not (values := sample[header].drop_nulls()).is_empty()
    }
    likely = [header for header, share in shares.items() if share >= _MOSTLY]
    if not likely:
        columns.unsure.append("no column holds the country; name it, or set country_default")
        return
    chosen = likely[0]
    columns.fields[chosen] = "country"
    columns.reasons[chosen] = "its values are countries; the header is unknown"
    words = f"column {chosen!r} holds countries, though its header does not say so"
    certain = len(likely) == 1 and shares[chosen] >= _ALMOST_ALL
    (columns.doubts if certain else columns.unsure).append(words)


def _guess_fixed_words(
    format: Format, headers: Sequence[str], vocabulary: dict[str, tuple[str, ...]], needed: tuple[tuple[str, ...], ...]
) -> Guess:
    """Tables with words of our own: the headers decide, and each needed field must be there once."""
    columns = _by_headers(headers, vocabulary, None)
    if format == "relationships":
        for header in headers:
            name = f"supplier_{field_of(header, SITE_HEADERS)}"
            if name in vocabulary and columns.fields[header] == KEEP and not columns.holder(name):
                columns.fields[header], columns.reasons[header] = name, "taken as the supplier's"
    for names in needed:
        if not columns.holder(*names):
            columns.unsure.append(f"no column holds the {names[0]}")
    columns.unsure += [words for words in columns.doubts if any(f"the {names[0]};" in words for names in needed)]
    return Guess(Profile(format, columns.fields), columns.reasons, columns.doubts, columns.unsure)


def unread_sides(guess: Guess) -> list[Finding]:
    """A warning for each column about buyer or supplier that is kept as text: a site may go for a company for it."""
    found = []
    for header, held in guess.profile.columns.items():
        words = f" {canonical(header)} "
        sides = [side for side, names in SIDES.items() if any(f" {name} " in words for name in names)]
        if held != KEEP or not sides or is_personal(header):
            continue
        reason = f"this column is about the {sides[0]} and is kept as text only"
        hint = (
            f"if it tells where the {sides[0]} is, name it {sides[0]}_address, {sides[0]}_city, {sides[0]}_country or "
            f"{sides[0]}_os_id, or say so in a column profile; without address or OS ID a buyer goes for a company"
        )
        found.append(Finding(None, header, None, "side-unread", "warning", reason, hint))
    return found


def _constant(sample: pl.DataFrame, header: str | None) -> str | None:
    values = sample[header].drop_nulls().unique() if header else None
    return str(values[0]).strip() if values is not None and values.len() == 1 else None


def _date(columns: _Columns, sample: pl.DataFrame) -> str | None:
    """The first day of the year that a column of years says in every row of the sample."""
    for header in columns.fields:
        if canonical(header) not in _YEARS:
            continue
        year = _constant(sample, header)
        if year and re.fullmatch(r"(19|20)\d\d", year):
            columns.reasons[header] = f"says {year} in every row; kept as text"
            return f"{year}-01-01"
        columns.doubts.append(f"column {header!r} has more than one year; give the date of the list (--date)")
    return None
