"""The workbook of a company file: an empty template with explanations and choices, or one that holds a document."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from hefboom.loaders.company_choices import choices, example, in_words
from hefboom.loaders.company_lists import Lists
from hefboom.loaders.company_schema import COMPANY_SHEET, Field, Sheet, sheets
from hefboom.ontology.codes import Language

_LAST_ROW: Final = 500
_NAMED_CHOICES: Final = 20
"""How many choices the explanation names; the sheet with lists has all."""
_WORDS: Final[dict[str, dict[Language, str]]] = {
    "explanation": {"en": "Explanation", "nl": "Uitleg"},
    "sheet": {"en": "Sheet", "nl": "Blad"},
    "column": {"en": "Column", "nl": "Kolom"},
    "meaning": {"en": "What to fill in", "nl": "Wat u invult"},
    "example": {"en": "Example", "nl": "Voorbeeld"},
    "choices": {"en": "Choices", "nl": "Keuzes"},
    "several": {"en": "Several values: separate them with ;", "nl": "Meer waarden: scheid ze met ;"},
    "required": {"en": "Required.", "nl": "Verplicht."},
    "unknown": {"en": "Write 'unknown' when not known yet.", "nl": "Schrijf 'onbekend' als het nog niet bekend is."},
    "id": {
        "en": "A short id of your own, such as R1; other sheets refer to it.",
        "nl": "Een kort eigen kenmerk, zoals R1; andere bladen verwijzen ernaar.",
    },
    "title": {"en": "Due diligence file of a company", "nl": "Dossier gepaste zorgvuldigheid van een bedrijf"},
    "intro": {
        "en": "Fill in what you have; leave the rest empty. The check says what is missing and what to do next."
        " Do not enter names, e-mail addresses or telephone numbers of persons.",
        "nl": "Vul in wat u hebt; laat de rest leeg. De controle zegt wat ontbreekt en wat u kunt doen."
        " Vul geen namen, e-mailadressen of telefoonnummers van personen in.",
    },
}


def write_company_template(path: Path, language: Language = "en") -> None:
    """Write an empty company file: a sheet per subject, with choices, notes at every header and an explanation."""
    write_company_workbook(path, language, {})


def write_company_workbook(path: Path, language: Language, document: Mapping[str, Any]) -> None:
    """Write a document, in the form that YAML holds, as a workbook with headers in one language."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        # The same answers give the same bytes, so that a file that was loaded before is known again.
        book.set_properties({"created": datetime.datetime(2026, 1, 1)})
        _Writer(book, language).write(document)


class _Writer:
    def __init__(self, book: Workbook, language: Language) -> None:
        self._book = book
        self._language: Language = language
        self._bold: Format = book.add_format({"bold": True, "bg_color": "#DCE6F1", "text_wrap": True, "valign": "top"})
        self._wrap: Format = book.add_format({"text_wrap": True, "valign": "top"})
        self._text: Format = book.add_format({"num_format": "@"})

    def write(self, document: Mapping[str, Any]) -> None:
        self._explain()
        pages = {name: self._book.add_worksheet(sheet.label(self._language)) for name, sheet in sheets().items()}
        self._lists = Lists(self._book, self._language, self._bold)
        for name, page in pages.items():
            rows = document.get(name, [])
            if name == COMPANY_SHEET:
                self._company(page, sheets()[name], rows or {})
            else:
                self._table(page, sheets()[name], rows)

    def _word(self, key: str) -> str:
        return _WORDS[key][self._language]

    def _explain(self) -> None:
        page = self._book.add_worksheet(self._word("explanation"))
        page.set_column(0, 1, 24)
        page.set_column(2, 2, 70, self._wrap)
        page.set_column(3, 4, 40, self._wrap)
        page.write_string(0, 0, self._word("title"), self._bold)
        page.write_string(1, 0, self._word("intro"))
        for column, key in enumerate(("sheet", "column", "meaning", "example", "choices")):
            page.write_string(3, column, self._word(key), self._bold)
        line = 4
        for sheet in sheets().values():
            page.write_row(line, 0, [sheet.label(self._language), "", sheet.help(self._language)], self._bold)
            line += 1
            for field in sheet.fields:
                cells = [sheet.label(self._language), field.label(self._language), self._help(field)]
                page.write_row(line, 0, [*cells, self._example(field), self._choices(field)])
                line += 1
        page.freeze_panes(4, 0)

    def _help(self, field: Field) -> str:
        parts = [field.help(self._language)]
        parts += [self._word("required")] if field.required else []
        parts += [self._word("several")] if field.many else []
        parts += [self._word("unknown")] if field.unknown else []
        return " ".join(parts)

    def _example(self, field: Field) -> str:
        return example(field, field.example(self._language), self._language)

    def _choices(self, field: Field) -> str:
        """The values that a column takes, or the first of many."""
        offered = choices(field, self._language)
        more = ["..."] if len(offered) > _NAMED_CHOICES else []
        return "; ".join(offered[:_NAMED_CHOICES] + more)

    def _company(self, page: Worksheet, sheet: Sheet, row: Mapping[str, Any]) -> None:
        page.set_column(0, 0, 28)
        page.set_column(1, 1, 40, self._text)
        page.set_column(2, 2, 80, self._wrap)
        for line, field in enumerate(sheet.fields):
            page.write_string(line, 0, field.label(self._language), self._bold)
            page.write_string(line, 1, self._cell(field, row.get(field.name, "")), self._text)
            page.write_string(line, 2, self._help(field))
            self._lists.offer(page, field, line, line, 1)

    def _table(self, page: Worksheet, sheet: Sheet, rows: Sequence[Mapping[str, Any]]) -> None:
        page.write_string(0, 0, "id", self._bold)
        page.write_comment(0, 0, self._word("id"))
        page.set_column(0, len(sheet.fields), 20, self._text)
        for column, field in enumerate(sheet.fields, start=1):
            page.write_string(0, column, field.label(self._language), self._bold)
            page.write_comment(0, column, f"{self._help(field)} {self._word('example')}: {self._example(field)}")
            self._lists.offer(page, field, 1, _LAST_ROW, column)
        for line, row in enumerate(rows, start=1):
            page.write_string(line, 0, str(row["id"]), self._text)
            for column, field in enumerate(sheet.fields, start=1):
                if value := row.get(field.name):
                    page.write_string(line, column, self._cell(field, value), self._text)
        page.freeze_panes(1, 1)

    def _cell(self, field: Field, value: Any) -> str:
        """A value of a document in the words of the workbook's language."""
        return in_words(field, map(str, value) if isinstance(value, list) else [str(value)], self._language)
