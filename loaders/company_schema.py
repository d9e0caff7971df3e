"""The format of a company's due diligence file: sheets, fields and the codes they take, as the tables of facts say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from hefboom.ontology.terms import PREFIXES, fact_table

Kind = Literal[
    "text", "integer", "decimal", "date", "yesno", "rating", "code", "country", "ref", "url", "sdg", "unknown"
]
Language = Literal["en", "nl"]

COMPANY_SHEET: Final = "company"
UNKNOWN_WORDS: Final = frozenset({"unknown", "onbekend"})
YES_WORDS: Final = frozenset({"yes", "ja", "true", "waar", "1"})
NO_WORDS: Final = frozenset({"no", "nee", "false", "onwaar", "0"})

_CODE_TABLES: Final = {"process": "process_types", "share": "share_bands"}
_OECD_SCHEMES: Final = {"sector": "high-risk-sector"}


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a sheet. `target` is the scheme of a code, or the sheet that an id refers to (`*`: any sheet).

    `also` are headers that it had before and by which it is still known.
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


@dataclass(frozen=True, slots=True)
class Code:
    """One value that a code field takes: the id of its concept, its labels, and other names by which it is known."""

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
        """Every way to write it in a file."""
        return (self.short, self.id, self.label_en, self.label_nl, *self.also)

    def label(self, language: Language) -> str:
        """The label in one language."""
        return self.label_nl if language == "nl" else self.label_en


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
        **{
            f"{text}_{language}": row[f"{text}_{language}"]
            for text in ("label", "help", "example")
            for language in ("en", "nl")
        },
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


@cache
def codes(scheme: str) -> tuple[Code, ...]:
    """The codes of a scheme, by id; the six steps alone for `ddg`, the kinds below the umbrella terms for `risk`.

    `country` gives the countries and `sdg` the targets of the Sustainable Development Goals.
    """
    if scheme == "country":
        return countries()
    if scheme == "sdg":
        return tuple(_sdg_code(row) for row in _sdg_rows())
    if scheme in _CODE_TABLES:
        rows = fact_table(_CODE_TABLES[scheme])
    else:
        rows = [row for row in fact_table("due_diligence_lists") if row["scheme"] == scheme]
        rows += [row for row in fact_table("oecd") if row["scheme"] == _OECD_SCHEMES.get(scheme, scheme)]
    found = [Code(row["id"], row["label_en"], row["label_nl"], _said_unknown(row["id"])) for row in rows]
    if scheme == "ddg":
        found = [code for code in found if "." not in code.id]
    return tuple(sorted(found, key=lambda code: code.id))


def _said_unknown(name: str) -> tuple[str, ...]:
    """Where a list has a code for it, not knowing is an answer like any other."""
    return tuple(sorted(UNKNOWN_WORDS)) if name.endswith("/unknown") else ()


@cache
def countries() -> tuple[Code, ...]:
    """The countries, as `country/<alpha-2>`, by code."""
    rows = fact_table("countries")
    return tuple(
        sorted((Code(f"country/{row['alpha2']}", row["label_en"], row["label_nl"]) for row in rows), key=lambda c: c.id)
    )


@cache
def sdg_targets() -> dict[str, str]:
    """The IRIs of the Sustainable Development Goals targets, by number."""
    return {row["notation"]: row["iri"] for row in _sdg_rows()}


@cache
def scheme_label(scheme: str, language: Language) -> str:
    """The name of a list of codes in one language."""
    named = _OECD_SCHEMES.get(scheme, scheme)
    return next(row[f"label_{language}"] for row in fact_table("schemes") if row["scheme"] == named)


def _sdg_rows() -> list[dict[str, str]]:
    return [row for row in fact_table("sdg") if row["level"] == "target"]


def _sdg_code(row: dict[str, str]) -> Code:
    """A target is known by its number first; its words alone do as well."""
    number, english, dutch = row["notation"], row["label_en"], row["label_nl"]
    return Code(f"sdg/{number}", f"{number} {english}", f"{number} {dutch}", (english, dutch))
