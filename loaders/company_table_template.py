"""Empty tables of audits, certificates, complaints and engagements for people to fill in, with choices and notes."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Final

import xlsxwriter

from hefboom.loaders.company_choices import example
from hefboom.loaders.company_lists import Lists
from hefboom.loaders.company_tables import Column, table_columns
from hefboom.ontology.codes import Language

_LAST_ROW: Final = 1_000
_TITLES: Final[dict[str, dict[Language, str]]] = {
    "audits": {"en": "Audits", "nl": "Audits"},
    "certificates": {"en": "Certificates", "nl": "Certificaten"},
    "complaints": {"en": "Complaints", "nl": "Klachten"},
    "engagements": {"en": "Engagements", "nl": "Gesprekken"},
    "heat-map": {"en": "Heat map", "nl": "Heatmap"},
}
_WORDS: Final[dict[str, dict[Language, str]]] = {
    "example": {"en": "Example", "nl": "Voorbeeld"},
    "required": {"en": "Required.", "nl": "Verplicht."},
}


def write_table_template(path: Path, part: str, language: Language) -> None:
    """Write an empty table: one sheet with a note at every header, and a sheet with the choices."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": datetime.datetime(2026, 1, 1)})
        bold = book.add_format({"bold": True, "bg_color": "#DCE6F1", "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@"})
        page = book.add_worksheet(_TITLES[part][language])
        lists = Lists(book, language, bold)
        columns = table_columns(part)
        page.set_column(0, len(columns) - 1, 20, text)
        for place, column in enumerate(columns):
            page.write_string(0, place, column.label(language), bold)
            page.write_comment(0, place, _note(column, language))
            if column.schema is not None:
                lists.offer(page, column.schema, 1, _LAST_ROW, place)
        page.freeze_panes(1, 1)


def _note(column: Column, language: Language) -> str:
    required = f" {_WORDS['required'][language]}" if column.required else ""
    shown = example(column.schema, column.example, language) if column.schema is not None else column.example
    return f"{column.help(language)}{required}" + (f" {_WORDS['example'][language]}: {shown}" if shown else "")
