"""References to guidance, law and treaties: in the words of the language, and what their short names stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from hefboom.ontology.terms import fact_table


def in_words(reference: str, lang: str) -> str:
    """A reference such as `RVO-2025 step 6; UNGP-2011 principle 29` with its words in English or Dutch.

    Short names, numbers and names of instruments stay as they are.
    """
    if lang != "nl":
        return reference
    return "; ".join(_dutch(part) for part in reference.split("; "))


def short_names(reference: str) -> list[str]:
    """The short names of the texts that a reference is to, as far as they are known."""
    return [name for part in reference.split("; ") if (name := part.split(" ")[0]) in _titles()]


def titles(names: Iterable[str], lang: str) -> list[tuple[str, str, str]]:
    """Per short name, in order of the alphabet: the name, the title of the text and when it was issued."""
    place = 1 if lang == "nl" else 0
    return [(name, _titles()[name][place], _titles()[name][2]) for name in sorted(set(names))]


@cache
def _titles() -> dict[str, tuple[str, str, str]]:
    return {row["key"]: (row["title"], row["title_nl"] or row["title"], row["issued"]) for row in fact_table("sources")}


def _dutch(part: str) -> str:
    name, blank, place = part.partition(" ")
    return name + blank + _phrases().sub(lambda found: locators()[found[0]], place)


@cache
def locators() -> dict[str, str]:
    """The words that say where in a text something stands, English to Dutch."""
    return {row["en"]: row["nl"] for row in fact_table("locators")}


@cache
def _phrases() -> re.Pattern[str]:
    longest_first = sorted(locators(), key=len, reverse=True)
    return re.compile("|".join(rf"(?<![\w.-]){re.escape(one)}(?![\w-])" for one in longest_first))
