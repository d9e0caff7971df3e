"""What in a company file may be about a person: columns of complaints by header, and names where a role should stand.

Names are told by their form: a title, or words with capitals of which none is known as part of a role or of the name of
an organisation. A name in small letters, or a single name beside words of a role, is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Final

from hefboom.ontology.codes import codes
from hefboom.ontology.terms import fact_table
from hefboom.plain_text import fold

_ROLES: Final = frozenset({("policies", "approver"), ("responsibilities", "role"), ("actions", "owner")})
"""Sheets and fields that take a role, complaints aside."""


@cache
def _words(kind: str) -> frozenset[str]:
    """The words of one kind in `ontology/facts/person_words.csv`.

    Of a header: `header-word`, `header-stem` (beginnings of words: `klager` finds `klagers` and `klagernaam`) and
    `header-end` (last words that ask for who did something). Of names: `title`, `role-in-capitals` (titles in small
    letters only: `IR` is industrial relations, `MD` a managing director) and `particle`. Of roles and departments:
    `role-word`, `role-stem` (long enough that names rarely begin so) and `role-end` (ends of Dutch compounds). Of
    organisations, beside whose words other words with capitals are their own name: `organisation-word`,
    `organisation-stem` and `organisation-end`. And `place`.
    """
    return frozenset(row["word"] for row in fact_table("person_words") if row["kind"] == kind)


@cache
def _ends(kind: str) -> tuple[str, ...]:
    """The same as beginnings or ends to look for."""
    return tuple(sorted(_words(kind)))


def may_hold_person(header: str) -> bool:
    """Whether a column of complaints that is not known by its header may hold a person."""
    words = fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header.replace("e-mail", "email"))).split()
    stems = any(word.startswith(_ends("header-stem")) for word in words)
    return stems or bool(_words("header-word") & set(words)) or (bool(words) and words[-1] in _words("header-end"))


def holds_person(sheet: str, field: str, text: str) -> bool:
    """Whether a field that takes a role names a person: by any sign where a complaint is handled, else beyond doubt."""
    if (sheet, field) == ("complaints", "handler"):
        return seems_person(text)
    return (sheet, field) in _ROLES and names_person(text)


def seems_person(text: str) -> bool:
    """Whether a text that should name a role or a department seems to name a person."""
    return any(_titled(words) or _name(words) for words in _parts(text))


def names_person(text: str) -> bool:
    """Whether a text names a person beyond doubt: by a title, or by initials with a surname (`J. de Vries`).

    For roles of which a wrong guess would refuse a whole row of the file; `seems_person` sees more, and errs more.
    """
    parts = _parts(text)
    surname_first = any(
        _kind(words[-1]) == "name" and [_kind(word) for word in after[:1]] == ["initial"]
        for words, after in pairwise(parts)
    )
    return surname_first or any(_titled(words) or _initialled(words) for words in parts)


def _parts(text: str) -> list[list[str]]:
    return [part.split() for part in re.split(r"[()\[\]/,;:&|]|\s[-–]\s|\s(?:en|and)\s", text) if part.strip()]


def _initialled(words: Sequence[str]) -> bool:
    """Whether a surname follows initials, with or without particles between them."""
    kinds = [kind for kind in map(_kind, words) if kind != "particle"]
    return "organisation" not in kinds and ("initial", "name") in pairwise(kinds)


def _titled(words: Sequence[str]) -> bool:
    for place, word in enumerate(words[:-1]):
        plain = fold(word)
        title = plain in _words("title") and word not in _words("role-in-capitals")
        if title and (word.endswith(".") or words[place + 1][:1].isupper()):
            return True
    return False


def _name(words: Sequence[str]) -> bool:
    """Whether words have the form of a name: all of a part, beside places, or two or more with capitals in a row."""
    kinds = [_kind(word) for word in words]
    if "organisation" in kinds:
        return False
    if set(kinds) <= {"name", "initial", "particle", "place"} and "name" in kinds:
        return True
    run = 0
    for kind in kinds:
        run = run + 1 if kind in ("name", "initial") else run if kind == "particle" else 0
        if run > 1:
            return True
    return False


def _kind(word: str) -> str:
    """What a word is: `name` has a capital and is not known, `other` has none."""
    if re.fullmatch(r"(?:\w\.)+\w?\.?|[^\W\d_]", word) and word[0].isupper():
        return "initial"
    if word in _words("particle"):
        return "particle"
    parts = [fold(part) for part in re.split(r"[-–'’]", word) if fold(part)]
    if any(_organisation(part) for part in parts):
        return "organisation"
    if any(_role(part) for part in parts) or not parts:
        return "role"
    if all(part in _words("place") or part in _countries() for part in parts):
        return "place"
    letters = re.sub(r"\W", "", word)
    abbreviation = letters.isupper() and len(letters) <= 3
    if abbreviation or not letters[:1].isupper() or any(letter.isdigit() for letter in letters):
        return "other"
    return "name"


def _organisation(word: str) -> bool:
    told = word.startswith(_ends("organisation-stem")) or word.endswith(_ends("organisation-end"))
    return told or word in _words("organisation-word")


def _role(word: str) -> bool:
    return word.startswith(_ends("role-stem")) or word.endswith(_ends("role-end")) or word in _words("role-word")


@cache
def _countries() -> frozenset[str]:
    """The names of countries that are one word; longer ones hold words that are names of persons too."""
    labels = (fold(label) for code in codes("country") for label in (code.label_en, code.label_nl))
    return frozenset(label for label in labels if " " not in label)
