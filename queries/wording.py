"""What people read around the rows of an answer, in English and Dutch: names and meanings of columns, words for codes.

The names of columns and the codes in cells are the same in every language wherever software reads them: in CSV, JSON,
Turtle and SPARQL. Pages, tables on a screen and workbooks say both in words: those of the concept where a code has one
(`cell_schemes.csv` names the scheme of a column), or else those of `cell_words.csv`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from hefboom.ontology.citations import in_words
from hefboom.ontology.codes import Code, concept, concepts
from hefboom.ontology.terms import fact_table

_BETWEEN_SETS = "; "
_TWICE = {"en": {"messageNl": "message", "nextNl": "next"}, "nl": {"message": "messageNl", "next": "nextNl"}}
"""By language, columns in the other language and the column that says the same in this one."""
_THINGS: Final = {
    "frameworkLabel": ("framework",),
    "label": ("asked",),
    "regimeLabel": ("regime",),
    "riskLabel": ("riskType", "type", "risk"),
    "targetLabel": ("target",),
    "targetName": ("target",),
}
"""Columns of labels, and the columns of codes that they may be the labels of."""
_RECORD: Final = re.compile(
    r"https?://.*/file/(?P<company>[^/]+)/(?P<year>\d{4})(?:(?:/[^/]+)?/(?P<segment>[^/]+)/(?P<id>[^/]+))?$"
)
_REFERENCES: Final = "cited"
"""The column of references to guidance and law, which have words in them."""
_DENOUNCED: Final = re.compile(r"\(denounced (\d{4})\)")
"""How the source of ratifications says that a treaty was given up."""
_FIGURES: Final = ("value", "siteValue")
"""Columns of figures that stand as texts, as their sources have them."""
_FIGURE: Final = re.compile(r"-?\d+\.\d+")
_IRI: Final = ("https://", "http://")


def heading(name: str, lang: str = "en") -> str:
    """A column as people call it: `memberNames` is "member names", in Dutch "namen deelnemers".

    A name that no question of the catalogue has is split into its words.
    """
    named = _headings().get(name)
    return named[lang == "nl"] if named else re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name).lower()


def meaning(description: str, lang: str = "en") -> str:
    """What a column means, from its description in the header of a question; as it stands where there is no Dutch."""
    return _meanings().get(description, description) if lang == "nl" else description


def in_figures(text: str, lang: str = "en") -> str:
    """A number as people write it: with a decimal comma in Dutch; any other text stays as it is."""
    return text.replace(".", ",") if lang == "nl" and _FIGURE.fullmatch(text) else text


def worded(column: str, text: str, lang: str = "en") -> str:
    """The text of a cell with its codes in words: "stated" under `confidence` is "vermeld" in Dutch.

    A code that is a useful key as well stands beside its word: "Bangladesh (BD)", "8.7 End forced labour ...". The IRI
    of a concept is a code under any column; other IRIs and texts stay as they are.
    """
    if text.startswith(_IRI):
        return _of_concept(text, lang) or text
    if column == _REFERENCES:
        return in_words(text, lang)
    if lang == "nl" and column in _FIGURES:
        text = _DENOUNCED.sub(r"(opgezegd in \1)", in_figures(text, lang))
    words, (scheme, shown) = _words().get(column, {}), _schemes().get(column, ("", ""))
    if not words and not scheme:
        return text
    parts = [
        words[part][lang == "nl"] if part in words else (scheme and _of_code(scheme, part, shown, lang)) or part
        for part in text.split(_BETWEEN_SETS)
    ]
    return _BETWEEN_SETS.join(parts)


def record_name(iri: str, lang: str = "en") -> str | None:
    """A due diligence file, or a record of it or of a table beside it: "Risks r3"; None for any other IRI."""
    found = _RECORD.match(iri)
    if found is None:
        return None
    sheet = _sheets().get(found["segment"] or "")
    return f"{sheet[lang == 'nl']} {found['id']}" if sheet else f"{found['company']} {found['year']}"


def said_twice(names: Sequence[str], rows: Iterable[Mapping[str, object]], lang: str = "en") -> set[str]:
    """The columns that say nothing which one beside them does not say in this language.

    They are texts in the other language, and labels of a code whose own column shows it in words.
    """
    pairs = [(name, thing) for name in names for thing in _THINGS.get(name, ()) if thing in names]
    differ = {
        (name, thing)
        for row in rows
        for name, thing in pairs
        if not worded(thing, str(row[thing] or ""), lang).endswith(str(row[name] or ""))
    }
    return told_elsewhere(names, lang) | {name for name, thing in pairs if (name, thing) not in differ}


def told_elsewhere(names: Iterable[str], lang: str = "en") -> set[str]:
    """The columns among these that only say in the other language what one beside them says in this one."""
    beside = set(names)
    return {other for other, same in _TWICE.get(lang, {}).items() if {other, same} <= beside}


def _rows(file: str) -> list[dict[str, str]]:
    with Path(__file__).with_name(file).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@cache
def _headings() -> dict[str, tuple[str, str]]:
    return {row["name"]: (row["en"], row["nl"]) for row in _rows("column_names.csv")}


@cache
def _meanings() -> dict[str, str]:
    return {row["text_en"]: row["text_nl"] for row in _rows("column_texts.csv")}


@cache
def _words() -> dict[str, dict[str, tuple[str, str]]]:
    words: dict[str, dict[str, tuple[str, str]]] = {}
    for row in _rows("cell_words.csv"):
        words.setdefault(row["column"], {})[row["value"]] = (row["en"], row["nl"])
    return words


@cache
def _schemes() -> dict[str, tuple[str, str]]:
    return {row["column"]: (row["scheme"], row["shown"]) for row in _rows("cell_schemes.csv")}


@cache
def _sheets() -> dict[str, tuple[str, str]]:
    """The names of the sheets of a due diligence file, by what stands for each in an IRI."""
    return {row["segment"]: (row["label_en"], row["label_nl"]) for row in fact_table("company_file_sheets")}


def _of_concept(iri: str, lang: str) -> str | None:
    found = concept(iri)
    if found is None:
        return None
    return f"{found.label(lang)} ({found.short})" if found.id.startswith("country/") else found.label(lang)


def _of_code(scheme: str, code: str, shown: str, lang: str) -> str | None:
    found = concept(f"{scheme}/{code}") or _by_notation(scheme).get(code)
    if found is None:
        return None
    return f"{code} {found.label(lang).removesuffix('.')}" if shown == "code and word" else found.label(lang)


@cache
def _by_notation(scheme: str) -> dict[str, Code]:
    """Concepts by a name that is no label, as treaties have in their number."""
    return {name: code for code in concepts(scheme) for name in code.also}
