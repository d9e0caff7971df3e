"""The format of a company's due diligence file: sheets, fields and the codes they take, as the tables of facts say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from hefboom.ontology.codes import Language
from hefboom.ontology.terms import PREFIXES, fact_table

Kind = Literal[
    "text", "integer", "decimal", "date", "yesno", "rating", "code", "country", "ref", "url", "sdg", "unknown"
]

COMPANY_SHEET: Final = "company"


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a sheet. `target` is the scheme of a code, or the sheet that an id refers to (`*`: any sheet).

    `also` are headers that it had before and by which it is still known. `happened` marks the day of something that has
    happened once the file is handed in, and is no plan.
    """

    sheet: str
    name: str
    property: str | None
    kind: Kind
    target: str
    many: bool
    required: bool
    unknown: bool
    label_en: str
    label_nl: str
    help_en: str
    help_nl: str
    example_en: str
    example_nl: str
    also: tuple[str, ...]
    happened: bool

    def label(self, language: Language) -> str:
        """The header of the column in one language."""
        return self.label_nl if language == "nl" else self.label_en

    def help(self, language: Language) -> str:
        """What to fill in, in one language."""
        return self.help_nl if language == "nl" else self.help_en

    def example(self, language: Language) -> str:
        """An example of a value; `""` where the example company has none."""
        return self.example_nl if language == "nl" else self.example_en


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of the file: its records become nodes of one class; `step` is the step that they are evidence of."""

    name: str
    class_iri: str
    segment: str
    step: str
    label_en: str
    label_nl: str
    help_en: str
    help_nl: str
    fields: tuple[Field, ...]

    def label(self, language: Language) -> str:
        """The name of the sheet in one language."""
        return self.label_nl if language == "nl" else self.label_en

    def help(self, language: Language) -> str:
        """What the sheet is for, in one language."""
        return self.help_nl if language == "nl" else self.help_en

    def field(self, name: str) -> Field:
        """The field of that name; KeyError when there is none."""
        return next(field for field in self.fields if field.name == name)


def expand(curie: str) -> str:
    """The IRI of a prefixed name such as `hef:Risk`."""
    prefix, _, name = curie.partition(":")
    return PREFIXES[prefix] + name


def _field(row: dict[str, str]) -> Field:
    return Field(
        sheet=row["sheet"],
        name=row["field"],
        property=None if row["property"] == "-" else expand(row["property"]),
        kind=row["kind"],  # type: ignore[arg-type]  # the table is tested to hold kinds only
        target=row["target"],
        many=row["many"] == "yes",
        required=row["required"] == "yes",
        unknown=row["unknown"] == "yes",
        also=tuple(filter(None, row["also"].split(";"))),
        happened=(row["sheet"], row["field"]) in _happened(),
        **{
            f"{text}_{language}": row[f"{text}_{language}"]
            for text in ("label", "help", "example")
            for language in ("en", "nl")
        },
    )


@cache
def _happened() -> frozenset[tuple[str, str]]:
    """Sheet and name of the fields whose day is never one to come; a relation may be said to begin later."""
    return frozenset(
        (row["sheet"], row["field"]) for row in fact_table("company_file_dates") if row["happens"] != "begins"
    )


@cache
def sheets() -> dict[str, Sheet]:
    """The sheets by name, in the order of the workbook."""
    fields: dict[str, list[Field]] = {}
    for row in fact_table("company_file_fields"):
        fields.setdefault(row["sheet"], []).append(_field(row))
    return {
        row["sheet"]: Sheet(
            name=row["sheet"],
            class_iri=expand(row["class"]),
            segment=row["segment"],
            step=row["step"],
            label_en=row["label_en"],
            label_nl=row["label_nl"],
            help_en=row["help_en"],
            help_nl=row["help_nl"],
            fields=tuple(fields[row["sheet"]]),
        )
        for row in fact_table("company_file_sheets")
    }
