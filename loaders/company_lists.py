"""The sheet of a template that holds its lists, and the drop-downs that point to it."""

from __future__ import annotations

from typing import Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from hefboom.loaders.company_choices import choices, list_of, list_title
from hefboom.loaders.company_schema import Field
from hefboom.ontology.codes import Language

_NAME: Final[dict[Language, str]] = {"en": "Lists", "nl": "Lijsten"}
_WRONG: Final[dict[Language, str]] = {
    "en": "Choose a value from the list, or write its code.",
    "nl": "Kies een waarde uit de lijst, of schrijf de code ervan.",
}
_WIDTH: Final = 22


class Lists:
    """One column per list, written when the first drop-down needs it."""

    def __init__(self, book: Workbook, language: Language, header: Format) -> None:
        self._language: Language = language
        self._header = header
        self._page = book.add_worksheet(_NAME[language])
        self._ranges: dict[str, str] = {}

    def offer(self, page: Worksheet, field: Field, first_row: int, last_row: int, column: int) -> None:
        """A drop-down that warns, as a code does as well; where a cell may hold several values it only helps."""
        if (source := self._range(field)) is None:
            return
        rule = {
            "validate": "list",
            "source": source,
            "show_error": not (field.many or field.unknown),
            "error_type": "warning",
            "error_message": _WRONG[self._language],
        }
        page.data_validation(first_row, column, last_row, column, rule)

    def _range(self, field: Field) -> str | None:
        """Where the list of a field stands; None where it takes any text."""
        name, offered = list_of(field), choices(field, self._language)
        if offered and name not in self._ranges:
            column = len(self._ranges)
            self._page.set_column(column, column, _WIDTH)
            self._page.write_string(0, column, list_title(name, self._language), self._header)
            self._page.write_column(1, column, offered)
            letter = xlsxwriter.utility.xl_col_to_name(column)
            self._ranges[name] = f"='{_NAME[self._language]}'!${letter}$2:${letter}${len(offered) + 1}"
        return self._ranges.get(name) if offered else None
