"""A report as an Excel workbook: a sheet per section; every text is written as text, so that none runs as a formula."""

from __future__ import annotations

import datetime as dt
import io
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from hefboom.reports.model import Cell, Report, Section, Text, shown

_EPOCH = dt.datetime(2000, 1, 1)
_FILLS = {
    "severe": "#F3B6AE", "high": "#F9D3B0", "medium": "#FBEAB4", "partial": "#FBEAB4", "low": "#E9F0D8",
    "minimum": "#DBE9F7", "good": "#CFE8D4", "absent": "#E4E0E8",
}  # fmt: skip
_BROADEST = 48
_LONGEST_NAME = 31


def written(report: Report, fonts: Path | None = None) -> bytes:
    """The report as a workbook."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": f"{report.title} - {report.subtitle}", "created": _EPOCH})
    formats = _Formats(book)
    first = book.add_worksheet(_sheet_name(report.subtitle, set()))
    names = {first.get_name()}
    first.set_column(0, 0, 28)
    first.set_column(1, 1, 70)
    first.write_string(0, 0, report.title, formats.title)
    first.write_string(1, 0, report.subtitle, formats.plain)
    for number, (name, value) in enumerate(report.facts, start=3):
        first.write_string(number, 0, name, formats.bold)
        first.write_string(number, 1, value, formats.plain)
    for section in report.sections:
        name = _sheet_name(section.title, names)
        names.add(name)
        _write_section(book.add_worksheet(name), section, report, formats)
    book.close()
    return out.getvalue()


class _Formats:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._toned: dict[tuple[str, str], Any] = {}
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.bold = book.add_format({"bold": True, "valign": "top"})
        self.plain = book.add_format({"valign": "top"})
        self.words = book.add_format({"valign": "top", "italic": True, "font_color": "#4C5766"})
        self.header = book.add_format(
            {"bold": True, "bg_color": "#EEF1F5", "border": 1, "text_wrap": True, "valign": "top"}
        )

    def of(self, tone: str, kind: str) -> Any:
        """The format of a cell: its tone as a fill, days as days."""
        if (tone, kind) not in self._toned:
            look: dict[str, Any] = {"border": 1, "text_wrap": True, "valign": "top"}
            if tone in _FILLS:
                look["bg_color"] = _FILLS[tone]
            if kind == "day":
                look |= {"num_format": "yyyy-mm-dd", "align": "left"}
            if kind == "head":
                look["bold"] = True
            self._toned[tone, kind] = self._book.add_format(look)
        return self._toned[tone, kind]


def _sheet_name(title: str, taken: set[str]) -> str:
    """A sheet's name: without the signs that Excel refuses, at most 31 characters, not used before."""
    name = re.sub(r"[\[\]:*?/\\']", " ", title)[:_LONGEST_NAME].strip() or "sheet"
    number = 2
    base = name
    while name.casefold() in {one.casefold() for one in taken}:
        name = f"{base[: _LONGEST_NAME - 3]} {number}"
        number += 1
    return name


def _write_section(sheet: Any, section: Section, report: Report, formats: _Formats) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    widths: dict[int, int] = {}
    sheet.write_string(0, 0, section.title, formats.title)
    line = 2
    for block in section.blocks:
        if isinstance(block, Text):
            sheet.write_string(line, 0, block.words, formats.words)
            line += 2
            continue
        if block.caption != section.title:
            sheet.write_string(line, 0, block.caption, formats.bold)
            line += 1
        for place, header in enumerate(block.headers):
            sheet.write_string(line, place, header, formats.header)
            widths[place] = max(widths.get(place, 10), len(header))
        for row in block.rows:
            line += 1
            for place, cell in enumerate(row):
                text = _write(sheet, line, place, cell, report, formats, block.row_headers and place == 0)
                widths[place] = max(widths.get(place, 10), len(text))
        line += 2
    for place, width in widths.items():
        sheet.set_column(place, place, min(width + 2, _BROADEST))


def _write(sheet: Any, line: int, place: int, cell: Cell, report: Report, formats: _Formats, head: bool) -> str:
    value = cell.value
    if isinstance(value, dt.date):
        sheet.write_datetime(line, place, dt.datetime(value.year, value.month, value.day), formats.of(cell.tone, "day"))
    elif isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        sheet.write_number(line, place, value, formats.of(cell.tone, ""))
    else:
        text = shown(value, report.words["yes"], report.words["no"])
        sheet.write_string(line, place, text, formats.of(cell.tone, "head" if head else ""))
    return shown(value)
