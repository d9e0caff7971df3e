"""A report as an Excel workbook: a sheet per section; every text is written as text, so that none runs as a formula."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from hefboom.reports.model import Cell, Report, Section, Table, Text, shown
from hefboom.reports.texts import texts

_EPOCH = dt.datetime(2000, 1, 1)
_FILLS = {
    "severe": "#F3B6AE", "high": "#F9D3B0", "medium": "#FBEAB4", "partial": "#FBEAB4", "low": "#E9F0D8",
    "minimum": "#DBE9F7", "good": "#CFE8D4", "absent": "#E4E0E8",
}  # fmt: skip
_NARROWEST = 12
_BROADEST = 48
_WORDS_ALONE = 100
_LINE_HEIGHT = 15
_ROOM = 1.15
_LONGEST_NAME = 31
_LONGEST_FOOTER = 100


def written(report: Report, fonts: Path | None = None) -> bytes:
    """The report as a workbook."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": f"{report.title} - {report.subtitle}", "created": _EPOCH})
    formats = _Formats(book)
    first = book.add_worksheet(_sheet_name(report.subtitle, set()))
    _set_page(first, report)
    names = {first.get_name()}
    first.set_column(0, 0, 28)
    first.set_column(1, 1, 70)
    first.write_string(0, 0, report.title, formats.title)
    first.write_string(1, 0, report.subtitle, formats.plain)
    for number, (name, value) in enumerate(report.facts, start=3):
        first.write_string(number, 0, name, formats.bold)
        first.write_string(number, 1, value, formats.wrapped)
    for section in report.sections:
        name = _sheet_name(section.title, names)
        names.add(name)
        sheet = book.add_worksheet(name)
        _set_page(sheet, report)
        _write_section(sheet, section, report, formats)
    book.close()
    return out.getvalue()


def _set_page(sheet: Any, report: Report) -> None:
    """Print on A4 across, as wide as the page, with title and page number below."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    number = texts()["page"]["nl" if report.lang == "nl" else "en"].format(page="&P", pages="&N")
    title = report.title[:_LONGEST_FOOTER].replace("&", "&&")
    sheet.set_footer(f"&L{title}&R{number}")


class _Formats:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._toned: dict[tuple[str, str], Any] = {}
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.bold = book.add_format({"bold": True, "valign": "top"})
        self.plain = book.add_format({"valign": "top"})
        self.wrapped = book.add_format({"valign": "top", "text_wrap": True})
        self.words = book.add_format({"valign": "top", "text_wrap": True, "italic": True, "font_color": "#4C5766"})
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
    """A sheet's name: whole words of a title without the signs that Excel refuses, at most 31 characters, new."""
    words = " ".join(re.sub(r"[\[\]:*?/\\]", " ", title).split()).strip("'") or "sheet"
    base = _cut(words, _LONGEST_NAME)
    name, number = base, 2
    while name.casefold() in {one.casefold() for one in taken}:
        name = f"{_cut(words, _LONGEST_NAME - 3)} {number}"
        number += 1
    return name


def _cut(words: str, longest: int) -> str:
    """The words that fit; a single word that does not is cut."""
    if len(words) <= longest:
        return words
    return (words[: longest + 1].rpartition(" ")[0] or words[:longest]).rstrip(" ,;-'")


def _write_section(sheet: Any, section: Section, report: Report, formats: _Formats) -> None:
    widths = _widths(section, report)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, section.title, formats.title)
    line = 2
    for block in section.blocks:
        if isinstance(block, Text):
            _write_words(sheet, line, block.words, widths, formats)
            line += 2
            continue
        if block.caption != section.title:
            sheet.write_string(line, 0, block.caption, formats.bold)
            line += 1
        if sum(isinstance(one, Table) for one in section.blocks) == 1:
            _keep_header(sheet, line, block)
        for place, header in enumerate(block.headers):
            sheet.write_string(line, place, header, formats.header)
        for row in block.rows:
            line += 1
            for place, cell in enumerate(row):
                _write(sheet, line, place, cell, report, formats, block.row_headers and place == 0)
        line += 2


def _widths(section: Section, report: Report) -> list[int]:
    """The width of each column, as its longest text asks within limits; a sheet of words alone has one broad column."""
    longest: dict[int, int] = {}
    for block in section.blocks:
        if isinstance(block, Table):
            rows = [[_told(cell, report) for cell in row] for row in block.rows]
            for row in (list(block.headers), *rows):
                for place, text in enumerate(row):
                    longest[place] = max(longest.get(place, _NARROWEST), len(text) + 2)
    return [min(longest[place], _BROADEST) for place in sorted(longest)] or [_WORDS_ALONE]


def _write_words(sheet: Any, line: int, words: str, widths: list[int], formats: _Formats) -> None:
    """A paragraph over the columns of the tables, as high as its lines."""
    if len(widths) > 1:
        sheet.merge_range(line, 0, line, len(widths) - 1, "", formats.words)
    sheet.write_string(line, 0, words, formats.words)
    sheet.set_row(line, _LINE_HEIGHT * math.ceil((len(words) + 1) * _ROOM / sum(widths)))


def _keep_header(sheet: Any, line: int, block: Table) -> None:
    """Keep the header of a sheet's only table in view and on every page, with filters where it names columns."""
    sheet.freeze_panes(line + 1, int(block.row_headers))
    sheet.repeat_rows(line)
    if all(block.headers) and block.rows:
        sheet.autofilter(line, 0, line + len(block.rows), len(block.headers) - 1)


def _write(sheet: Any, line: int, place: int, cell: Cell, report: Report, formats: _Formats, head: bool) -> None:
    value = cell.value
    if isinstance(value, dt.date):
        sheet.write_datetime(line, place, dt.datetime(value.year, value.month, value.day), formats.of(cell.tone, "day"))
    elif isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        sheet.write_number(line, place, value, formats.of(cell.tone, ""))
    else:
        sheet.write_string(line, place, _told(cell, report), formats.of(cell.tone, "head" if head else ""))


def _told(cell: Cell, report: Report) -> str:
    return shown(cell.value, report)
