"""Tables beside a company's due diligence file: audits, certificates, a complaints register, engagements, a heat map.

Each table has columns that stand for fields of the sheets of the file; one row may fill several of these sheets, as an
audit with its finding and corrective action does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from hefboom.loaders.company_schema import Field, sheets
from hefboom.ontology.codes import Language
from hefboom.ontology.terms import fact_table
from hefboom.plain_text import fold

PARTS: Final = ("audits", "certificates", "complaints", "engagements", "heat-map")
HEAT_MAP: Final = "heat-map"
_ENOUGH: Final = 3


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: the sheet and field that it fills; `id` is the id of a row of that sheet.

    `names` are its headers in English, in Dutch, and others by which it is known.
    """

    part: str
    sheet: str
    field: str
    required: bool
    names: tuple[str, ...]
    help_en: str
    help_nl: str
    example: str

    def label(self, language: Language) -> str:
        """The header in one language."""
        return self.names[1] if language == "nl" else self.names[0]

    def help(self, language: Language) -> str:
        """What to fill in, in one language."""
        return self.help_nl if language == "nl" else self.help_en

    @property
    def schema(self) -> Field | None:
        """The field of the company file that it stands for; None for ids."""
        return None if self.field == "id" else sheets()[self.sheet].field(self.field)


@cache
def table_columns(part: str) -> tuple[Column, ...]:
    """The columns of a table, in the order of its template."""
    return tuple(
        Column(
            part=row["part"],
            sheet=row["sheet"],
            field=row["field"],
            required=row["required"] == "yes",
            names=(row["label_en"], row["label_nl"], *filter(None, row["also"].split(";"))),
            help_en=row["help_en"],
            help_nl=row["help_nl"],
            example=row["example"],
        )
        for row in fact_table("company_tables")
        if row["part"] == part
    )


def columns_by_header(part: str, headers: Sequence[str]) -> dict[str, Column]:
    """Which column each header means; headers that mean none are absent."""
    known = {fold(name): column for column in table_columns(part) for name in column.names}
    return {header: known[fold(header)] for header in headers if fold(header) in known}


def recognise_part(headers: Sequence[str]) -> str | None:
    """The table that these headers are of: its id column must be there, and at least three columns in all.

    A heat map must have its likelihoods too: a list of sites may have a column for risk.
    """
    for part in PARTS:
        found = columns_by_header(part, headers).values()
        own = table_columns(part)
        needed = [own[0], *(column for column in own if (part, column.field) == (HEAT_MAP, "likelihood"))]
        if len(set(found)) >= _ENOUGH and all(column in found for column in needed):
            return part
    return None
