"""Empty tables of audits, certificates, complaints and engagements for people to fill in, with choices and notes."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Final

import xlsxwriter

from hefboom.loaders.company_schema import Language, codes, countries
from hefboom.loaders.company_tables import Column, table_columns

_LAST_ROW: Final = 1_000
_TITLES: Final[dict[str, dict[Language, str]]] = {
    "audits": {"en": "Audits", "nl": "Audits"},
    "certificates": {"en": "Certificates", "nl": "Certificaten"},
    "complaints": {"en": "Complaints", "nl": "Klachten"},
    "engagements": {"en": "Engagements", "nl": "Gesprekken"},
    "heat-map": {"en": "Heat map", "nl": "Heatmap"},
}
_WORDS: Final[dict[str, dict[Language, str]]] = {
    "lists": {"en": "Lists", "nl": "Lijsten"},
    "example": {"en": "Example", "nl": "Voorbeeld"},
    "required": {"en": "Required.", "nl": "Verplicht."},
    "wrong": {"en": "Choose a value from the list.", "nl": "Kies een waarde uit de lijst."},
}
_YES_NO: Final[dict[Language, list[str]]] = {"en": ["yes", "no"], "nl": ["ja", "nee"]}


def write_table_template(path: Path, part: str, language: Language) -> None:
    """Write an empty table: one sheet with a note at every header, and a sheet with the choices."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": datetime.datetime(2026, 1, 1)})
        bold = book.add_format({"bold": True, "bg_color": "#DCE6F1", "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@"})
        page = book.add_worksheet(_TITLES[part][language])
        lists_name = _WORDS["lists"][language]
        lists = book.add_worksheet(lists_name)
        columns = table_columns(part)
        page.set_column(0, len(columns) - 1, 20, text)
        for place, column in enumerate(columns):
            label = column.label(language)
            page.write_string(0, place, label, bold)
            page.write_comment(0, place, _note(column, language))
            if choices := _choices(column, language):
                lists.write_string(0, place, label, bold)
                lists.write_column(1, place, choices)
                letter = xlsxwriter.utility.xl_col_to_name(place)
                many = column.schema is not None and column.schema.many
                page.data_validation(
                    1,
                    place,
                    _LAST_ROW,
                    place,
                    {
                        "validate": "list",
                        "source": f"='{lists_name}'!${letter}$2:${letter}${len(choices) + 1}",
                        "show_error": not many,
                        "error_message": _WORDS["wrong"][language],
                    },
                )
        page.freeze_panes(1, 1)


def _note(column: Column, language: Language) -> str:
    required = f" {_WORDS['required'][language]}" if column.required else ""
    example = f" {_WORDS['example'][language]}: {column.example}" if column.example else ""
    return f"{column.help(language)}{required}{example}"


def _choices(column: Column, language: Language) -> list[str]:
    """The values that a column takes, as a reader sees them."""
    schema = column.schema
    if schema is None:
        return []
    match schema.kind:
        case "yesno":
            return _YES_NO[language]
        case "country":
            return [code.short for code in countries()]
        case "code" if schema.target == "risk":
            return [code.short for code in codes("risk")]
        case "code":
            return [code.label(language) for code in codes(schema.target)]
    return []
