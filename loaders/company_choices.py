"""What a field of a company file takes, in words: the choices that a template offers, examples, and the list's name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from hefboom.loaders.company_schema import Field
from hefboom.ontology.codes import UNKNOWN_WORDS, Code, Language, codes, in_order, scheme_label
from hefboom.plain_text import fold

SEPARATOR: Final = ";"
_CODED: Final = frozenset({"code", "country", "sdg"})
_IN_ORDER_OF_WORDS: Final = frozenset({"country", "process"})
_RATINGS: Final = ("1", "2", "3", "4", "5")
_YES_NO: Final[dict[Language, dict[str, str]]] = {"en": {"yes": "yes", "no": "no"}, "nl": {"yes": "ja", "no": "nee"}}
_UNKNOWN: Final[dict[Language, str]] = {"en": "unknown", "nl": "onbekend"}
_TITLES: Final[dict[str, dict[Language, str]]] = {
    "yesno": {"en": "Yes or no", "nl": "Ja of nee"},
    "rating": {"en": "Rating from 1 to 5", "nl": "Score van 1 tot 5"},
    "unknown": {"en": "Not known yet", "nl": "Nog niet bekend"},
    "sdg": {"en": "SDG targets", "nl": "SDG-subdoelen"},
}


def choices(field: Field, language: Language) -> list[str]:
    """The values that a field takes, as a reader of that language sees them; none where it takes any text."""
    match field.kind:
        case "yesno":
            return list(_YES_NO[language].values())
        case "rating":
            return list(_RATINGS)
        case "unknown":
            return [_UNKNOWN[language]]
        case kind if kind in _CODED:
            return [code.label(language) for code in _offered(field, language)]
    return []


def list_of(field: Field) -> str:
    """The list that a field chooses from: its scheme, or its kind."""
    return field.target if field.kind == "code" else field.kind


def list_title(name: str, language: Language) -> str:
    """The name of a list as people read it."""
    return _TITLES[name][language] if name in _TITLES else scheme_label(name, language)


def in_words(field: Field, values: Iterable[str], language: Language) -> str:
    """The text of a cell: the word of each code, and what is no code as it stands."""
    return f"{SEPARATOR} ".join(_word(field, value, language) for value in values)


def example(field: Field, text: str, language: Language) -> str:
    """An example of the tables of facts in the words of one language."""
    return in_words(field, map(str.strip, text.split(SEPARATOR)) if field.many else [text], language)


def _word(field: Field, value: str, language: Language) -> str:
    if fold(value) in UNKNOWN_WORDS and field.unknown:
        return _UNKNOWN[language]
    if field.kind == "yesno":
        return _YES_NO[language].get(value, value)
    if field.kind in _CODED:
        return next((code.label(language) for code in codes(list_of(field)) if value in (code.short, code.id)), value)
    return value


def _offered(field: Field, language: Language) -> list[Code]:
    """The codes in the order in which people look for them."""
    name = list_of(field)
    if name in _IN_ORDER_OF_WORDS:
        return sorted(codes(name), key=lambda code: fold(code.label(language)))
    return in_order(codes(name))
