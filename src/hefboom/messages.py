"""Findings, errors and remarks in Dutch: made in English where they arise, said in Dutch where a person reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from babel.messages.pofile import read_po

from hefboom.loaders.company_schema import sheets
from hefboom.loaders.company_tables import PARTS, table_columns
from hefboom.ontology.codes import concept

_CATALOGUE: Final = "messages.nl.po"
_LONGEST: Final = 5_000
_DEEPEST: Final = 3
_COUNTRY: Final = re.compile(r"[^'()]+ \(([A-Z]{2})\)")
"""A country with its code, as a suggestion names it."""
_THOUSANDS: Final = re.compile(r"\d{1,3}(,\d{3})+")
_BOTH: Final = re.compile(r"'.+' \('(.+)'\)")
"""A word in both languages, as `hefboom.errors.both` writes it."""


def in_language(text: str, lang: str, terms: Mapping[str, str] | None = None) -> str:
    """A message in the language asked for, `en` or `nl`.

    A message of `messages.nl.po` may hold values, `{1}`, `{2}`, ...; they stand in the translation as they were, or
    translated themselves where they are a message or one of `terms`. A value between quotation marks is somebody's own
    text and always stands as it was; a number gets the points of Dutch (1.234). A value that is always the label or
    explanation of a field of the company file is written `{1:field}` in the translation; one that names countries with
    their codes, or words in both languages (`hefboom.errors.both`), `{1:words}`. What is none of these stays as it is.
    """
    if lang != "nl" or len(text) > _LONGEST:
        return text
    return _said(text, terms or {}, 0)


@dataclass(frozen=True)
class _Value:
    """What stands in a message for `{1}`: written as the translation asks."""

    text: str
    terms: Mapping[str, str]
    depth: int
    quoted: bool

    def __format__(self, kind: str) -> str:
        if kind == "field":
            return _labels().get(self.text, self.text)
        if kind == "words":
            return " of ".join(_dutch_word(word) for word in re.split(r" or (?=')|(?<=\)) or ", self.text))
        if not self.quoted and _THOUSANDS.fullmatch(self.text):
            return self.text.replace(",", ".")
        single = " " not in self.text and self.text not in self.terms
        return self.text if single or self.quoted or self.depth > _DEEPEST else _said(self.text, self.terms, self.depth)


def _dutch_word(text: str) -> str:
    if country := _COUNTRY.fullmatch(text):
        known = concept(f"country/{country[1]}")
        return f"{known.label('nl')} ({country[1]})" if known else text
    found = _BOTH.fullmatch(text)
    return f"'{found[1]}'" if found else text


def _said(text: str, terms: Mapping[str, str], depth: int) -> str:
    exact, patterns = _messages()
    known = terms.get(text) or exact.get(text)
    if known is not None:
        return known
    for parts, translation in patterns:
        values = _values(parts, text)
        if values is not None:
            return translation.format(
                text,
                *(
                    _Value(value, terms, depth + 1, before.endswith("'") and after.startswith("'"))
                    for value, (before, after) in zip(values, pairwise(parts), strict=True)
                ),
            )
    return text


def _values(parts: tuple[str, ...], text: str) -> list[str] | None:
    """What stands between the fixed parts of a message in a text, or None where the text is another message.

    Each part is looked for once and from left to right, so that no text makes this slow.
    """
    first, *middle, last = parts
    end = len(text) - len(last)
    if not text.startswith(first) or not text.endswith(last) or end <= len(first):
        return None
    values, place = [], len(first)
    for part in middle:
        found = text.find(part, place + 1, end - 1)
        if found < 0:
            return None
        values.append(text[place:found])
        place = found + len(part)
    return [*values, text[place:end]] if place < end else None


@lru_cache(maxsize=1)
def _messages() -> tuple[dict[str, str], list[tuple[tuple[str, ...], str]]]:
    """The messages without values, and those with: their fixed parts, the most telling first, and the translation."""
    with files("hefboom").joinpath(_CATALOGUE).open("rb") as file:
        entries = [(str(entry.id), str(entry.string)) for entry in read_po(file, locale="nl") if entry.id]
    exact = {english: dutch for english, dutch in entries if "{1}" not in english}
    patterns = [(_parts(english), dutch) for english, dutch in entries if "{1}" in english]
    return exact, sorted(patterns, key=lambda one: -sum(map(len, one[0])))


def _parts(message: str) -> tuple[str, ...]:
    """The texts around the values of a message."""
    parts, rest = [], message
    for number in range(1, message.count("{") + 1):
        before, found, after = rest.partition(f"{{{number}}}")
        if not found:
            break
        parts.append(before)
        rest = after
    return (*parts, rest)


@lru_cache(maxsize=1)
def _labels() -> dict[str, str]:
    """Labels and explanations of the fields of a company file and its tables, from English to Dutch."""
    fields = [field for sheet in sheets().values() for field in sheet.fields]
    columns = {column.help_en: column.help_nl for part in PARTS for column in table_columns(part)}
    return (
        columns
        | {field.help_en: field.help_nl for field in fields}
        | {field.label_en: field.label_nl for field in fields}
    )
