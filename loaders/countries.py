"""Which country a list means: ISO codes, official, common, historic and Dutch names, and the ways lists write them."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl
from rapidfuzz import fuzz, process

from hefboom.loaders.text import map_unique
from hefboom.plain_text import fold

RESOLUTION = pl.Struct({"alpha2": pl.String, "how": pl.String, "suggestions": pl.List(pl.String), "note": pl.String})
"""The data type of a column of resolutions; the fields are those of ``Resolution``."""

_FILLERS = frozenset({"the", "of", "and"})
_SUGGESTIONS = 3
_LIKENESS = 70.0


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a text says about the country.

    ``alpha2`` is null when nothing certain is known. ``how`` is ``code``, the kind of name that matched (``official``,
    ``common``, ``historic``, ``nl``, ``variant``, or ``part`` for a part of the country), ``ambiguous`` for a name of
    several countries, or ``unknown``. ``suggestions`` (such as "Bangladesh (BD)") come nearest first. ``note`` says
    what a reader of the list should know.
    """

    alpha2: str | None
    how: str
    suggestions: tuple[str, ...] = ()
    note: str | None = None

    def to_dict(self) -> dict[str, object]:
        """The resolution as one value of the data type ``RESOLUTION``."""
        return {"alpha2": self.alpha2, "how": self.how, "suggestions": list(self.suggestions), "note": self.note}


@dataclass(frozen=True, slots=True)
class _Name:
    alpha2: str
    name: str
    kind: str
    note: str | None


@dataclass(frozen=True, slots=True)
class _Index:
    codes: dict[str, str]
    names: dict[str, list[_Name]]
    words: dict[tuple[str, ...], list[_Name]]
    labels: dict[str, str]
    spellings: dict[str, str]


def _records(name: str) -> list[dict[str, str]]:
    text = files("hefboom.ontology").joinpath(f"facts/{name}").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _words(folded: str) -> tuple[str, ...]:
    return tuple(sorted(set(folded.split()) - _FILLERS))


@cache
def _index() -> _Index:
    codes: dict[str, str] = {}
    labels: dict[str, str] = {}
    entries: list[_Name] = []
    for record in _records("countries.csv"):
        alpha2 = record["alpha2"]
        labels[alpha2] = record["label_en"]
        codes |= {alpha2: alpha2, record["alpha3"]: alpha2}
        if record["m49"]:
            codes[record["m49"].zfill(3)] = alpha2
        entries.append(_Name(alpha2, record["label_en"], "common", None))
        entries.append(_Name(alpha2, record["label_nl"], "nl", None))
    for record in _records("country_names.csv"):
        entries.append(_Name(record["alpha2"], record["name"], record["kind"], record["note"] or None))
    names: dict[str, list[_Name]] = defaultdict(list)
    words: dict[tuple[str, ...], list[_Name]] = defaultdict(list)
    spellings: dict[str, str] = {}
    for entry in entries:
        folded = fold(entry.name)
        names[folded.replace(" ", "")].append(entry)
        words[_words(folded)].append(entry)
        spellings.setdefault(folded, entry.alpha2)
    return _Index(codes, dict(names), dict(words), labels, spellings)


def resolve(text: str) -> Resolution:
    """The country that ``text`` names: a code, else a name, whatever its case, accents, punctuation and word order.

    A name that several countries bear, or an unknown one, gives no country but the nearest suggestions.
    """
    index = _index()
    code = re.sub(r"\.0$", "", text.strip()).upper()
    code = code.zfill(3) if code.isdigit() else code
    if code in index.codes:
        return Resolution(index.codes[code], "code")
    folded = fold(text)
    found = index.names.get(folded.replace(" ", "")) or index.words.get(_words(folded))
    if not found:
        return Resolution(None, "unknown", _nearest(folded))
    countries = sorted({entry.alpha2 for entry in found})
    if len(countries) > 1:
        return Resolution(None, "ambiguous", tuple(map(label, countries)), found[0].note)
    return Resolution(countries[0], found[0].kind, note=found[0].note)


def label(alpha2: str) -> str:
    """How a country is shown to a person, for example "Namibia (NA)"; an unknown code is shown as it is."""
    name = _index().labels.get(alpha2)
    return f"{name} ({alpha2})" if name else alpha2


def _nearest(folded: str) -> tuple[str, ...]:
    spellings = _index().spellings
    near = process.extract(folded, spellings.keys(), scorer=fuzz.ratio, score_cutoff=_LIKENESS, limit=10)
    distinct = dict.fromkeys(spellings[name] for name, _, _ in near)
    return tuple(label(alpha2) for alpha2 in list(distinct)[:_SUGGESTIONS])


def resolve_column(cells: pl.Series) -> pl.Series:
    """``resolve`` of every non-null cell, as structs of type ``RESOLUTION``; null cells give null."""
    return map_unique(cells, lambda text: resolve(text).to_dict(), RESOLUTION)


def is_country(alpha2: str) -> bool:
    """Whether ``alpha2`` is a code of the country scheme, in capitals."""
    return alpha2 in _index().labels


@cache
def codes() -> tuple[str, ...]:
    """All alpha-2 codes of the country scheme, in order."""
    return tuple(sorted(_index().labels))


@cache
def folded_names(alpha2: str | None) -> tuple[str, ...]:
    """The folded names of one whole country, longest first; none for an unknown code.

    Names of its parts are not among them: in an address, "England" and "Scotland" tell two places apart.
    """
    index = _index()
    names = {
        fold(entry.name)
        for entries in index.names.values()
        for entry in entries
        if entry.alpha2 == alpha2 and entry.kind != "part"
    }
    return tuple(sorted(names, key=lambda name: (-len(name), name)))
