"""Codes and their words: the concepts of each scheme with their labels, and the code that a text names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Final, Literal

from hefboom.errors import both
from hefboom.ontology.terms import SCHEME, SDG, fact_table, schemes
from hefboom.plain_text import fold

Language = Literal["en", "nl"]

UNKNOWN_WORDS: Final = frozenset({"unknown", "onbekend"})
YES_WORDS: Final = frozenset({"yes", "ja", "true", "waar", "1"})
NO_WORDS: Final = frozenset({"no", "nee", "false", "onwaar", "0"})

_OTHER_NAMES: Final = {"sector": "high-risk-sector"}
"""Schemes by what stands before the ids of their concepts, where that is another name."""
_SUGGESTIONS: Final = 3
_FEW: Final = 10
"""Lists up to this long are named whole."""
_SHORT: Final = 3
"""Codes up to this long, such as those of countries, are like any text."""
_ALIKE: Final = 55
"""Score of 100 above which a code is near enough to be suggested."""
_LESS_ALIKE: Final = 25
"""How much lower than the best score that of another code may be."""


@dataclass(frozen=True, slots=True)
class Code:
    """One value of a list: the id of its concept, its labels, and other names by which it is known."""

    id: str
    label_en: str
    label_nl: str
    also: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The id without its scheme: what stands in a file."""
        return self.id.partition("/")[2]

    @property
    def names(self) -> tuple[str, ...]:
        """Every way to write it."""
        return (self.short, self.id, self.label_en, self.label_nl, *self.also)

    def label(self, language: str) -> str:
        """The label in one language."""
        return self.label_nl if language == "nl" else self.label_en


@cache
def concepts(scheme: str) -> tuple[Code, ...]:
    """Every concept of a scheme, by id; none for a scheme that there is not.

    `sdg` gives the goals and targets, each label with its number, and `condition` the conditions of the six steps, each
    with the message that says it is not met.
    """
    match scheme:
        case "country":
            found = [Code(f"country/{row['alpha2']}", row["label_en"], row["label_nl"]) for row in _rows("countries")]
        case "sdg":
            found = [_sdg_code(row) for row in _rows("sdg")]
        case "condition":
            found = [Code(f"condition/{row['id']}", row["message_en"], row["message_nl"]) for row in _rows("steps")]
        case _:
            name = _OTHER_NAMES.get(scheme, scheme)
            tables = [one.facts for one in schemes() if one.id == name]
            rows = [row for table in tables for row in _rows(table) if row.get("scheme", name) == name]
            found = [Code(row["id"], row["label_en"], row["label_nl"], _also(row)) for row in rows]
    return tuple(sorted(found, key=lambda code: code.id))


@cache
def codes(scheme: str) -> tuple[Code, ...]:
    """The codes that a company file takes from a list, by id: of `ddg` the six steps, of `sdg` the targets."""
    found = concepts(scheme)
    if scheme == "ddg":
        return tuple(code for code in found if "." not in code.id)
    return tuple(code for code in found if "." in code.id) if scheme == "sdg" else found


def countries() -> tuple[Code, ...]:
    """The countries, as `country/<alpha-2>`, by code."""
    return concepts("country")


@cache
def sdg_targets() -> dict[str, str]:
    """The IRIs of the Sustainable Development Goals targets, by number."""
    return {row["notation"]: row["iri"] for row in _rows("sdg") if row["level"] == "target"}


@cache
def scheme_label(scheme: str, language: Language) -> str:
    """The name of a list of codes in one language."""
    named = _OTHER_NAMES.get(scheme, scheme)
    return next(row[f"label_{language}"] for row in _rows("schemes") if row["scheme"] == named)


def concept(name: str) -> Code | None:
    """The concept of an id such as `risk/labour/wages` or of an IRI; None when there is none."""
    short = name.removeprefix(SCHEME)
    if short == name and name.startswith(SDG):
        short = f"sdg/{name.removeprefix(SDG)}"
    return _by_id(short.partition("/")[0]).get(short)


def named(known: Iterable[Code]) -> dict[str, Code]:
    """Codes by every way to write them, folded; the first of two that share a name has it."""
    return {fold(word): code for code in reversed(tuple(known)) for word in code.names}


def suggestion(known: Iterable[Code], text: str) -> str | None:
    """What to give where a text names no code, in words: all codes where they are few, or the nearest ones."""
    from rapidfuzz import fuzz, process

    offered = tuple(known)
    if len(offered) <= _FEW:
        return f"choose {_either(offered)}"
    by_word, said = named(offered), fold(text)
    words = [word for word in by_word if len(word) > _SHORT]
    found = process.extract(said, words, scorer=fuzz.WRatio, limit=2 * _SUGGESTIONS, score_cutoff=_ALIKE)
    likely = [word for word, score, _ in found if score > found[0][1] - _LESS_ALIKE]
    if any(sign.isdigit() for sign in said):
        numbers = [word for word in by_word if word[0].isdigit() and len(word) <= len(said) + 1]
        likely = [*get_close_matches(said, numbers, _SUGGESTIONS, _ALIKE / 100), *likely]
    near = list(dict.fromkeys(by_word[word] for word in likely))[:_SUGGESTIONS]
    return f"did you mean {_either(near)}?" if near else None


def in_order(found: Iterable[Code]) -> list[Code]:
    """Codes by id, with the numbers in it as numbers: 2 before 10."""
    return sorted(found, key=lambda code: re.sub(r"\d+", lambda number: number[0].zfill(3), code.id))


def _either(found: Iterable[Code]) -> str:
    return " or ".join(both(code.label_en, code.label_nl) for code in found)


@cache
def _rows(table: str) -> list[dict[str, str]]:
    return fact_table(table)


@cache
def _by_id(scheme: str) -> dict[str, Code]:
    return {code.id: code for code in concepts(scheme)}


def _also(row: dict[str, str]) -> tuple[str, ...]:
    """Where a list has a code for it, not knowing is an answer like any other.

    A treaty is known by its number too, and a good by the name that its source gives it.
    """
    if row["id"].endswith("/unknown"):
        return tuple(sorted(UNKNOWN_WORDS))
    return (row["notation"],) if row["id"].startswith(("ilo/", "good/")) else ()


def _sdg_code(row: dict[str, str]) -> Code:
    """A goal or target is known by its number first; its words alone do as well."""
    number, english, dutch = row["notation"], row["label_en"], row["label_nl"]
    return Code(f"sdg/{number}", f"{number} {english}", f"{number} {dutch}", (english, dutch))
