"""Writing a list as members send it: workbook or text, with the columns, language and encoding of each."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import xlsxwriter
from anyascii import anyascii

from hefboom.loaders.demo_spelling import Row

Columns = tuple[tuple[str, str], ...]
"""Header as written and field of the row, in the order of the file."""

_CREATED = datetime(2025, 1, 6)


@dataclass(frozen=True, slots=True)
class Style:
    """How a file is written: its kind and columns; separator, encoding and quoting count for text only.

    ``title`` is a line above the header, followed by a blank one.
    """

    kind: Literal["xlsx", "csv", "tsv", "txt"]
    columns: Columns
    delimiter: str = ","
    encoding: str = "utf-8"
    quote_all: bool = False
    title: str = ""


def write_rows(path: Path, style: Style, rows: Sequence[Row]) -> None:
    """Write the rows; the same rows give the same bytes. A field that a row lacks is an empty cell."""
    cells = [[row.get(field, "") for _, field in style.columns] for row in rows]
    header = [header for header, _ in style.columns]
    top = [[style.title], []] if style.title else []
    if style.kind == "xlsx":
        _write_workbook(path, [*top, header], cells)
    else:
        _write_text(path, style, [*top, header, *cells])


def _write_workbook(path: Path, top: list[list[str]], cells: list[list[str]]) -> None:
    workbook = xlsxwriter.Workbook(str(path))
    workbook.set_properties({"created": _CREATED})
    sheet = workbook.add_worksheet("Productielocaties")
    bold = workbook.add_format({"bold": True})
    for number, row in enumerate([*top, *cells]):
        for column, cell in enumerate(row):
            if number < len(top):
                sheet.write_string(number, column, cell, bold)
            elif cell.isdecimal() and not cell.startswith("0"):
                sheet.write_number(number, column, int(cell))
            elif cell:
                sheet.write_string(number, column, cell)
    sheet.autofit()
    workbook.close()


def _write_text(path: Path, style: Style, records: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=style.delimiter,
        quoting=csv.QUOTE_ALL if style.quote_all else csv.QUOTE_MINIMAL,
        lineterminator="\r\n",
    )
    writer.writerows(records)
    path.write_bytes(fit(text.getvalue(), style.encoding).encode(style.encoding))


def fit(text: str, encoding: str) -> str:
    """The text with what the encoding cannot hold written in plain letters, as people type it."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(letter if _holds(encoding, letter) else anyascii(letter) for letter in text)
    return text


def _holds(encoding: str, letter: str) -> bool:
    try:
        letter.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
