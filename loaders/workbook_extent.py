"""How far the cells of a workbook reach: its reader makes room for every cell of a sheet up to its last ones."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hefboom.errors import SourceError
from hefboom.loaders.formulas import cell_name, column_number

_MOST_CELLS: Final = 1 << 26
"""As many rows as a sheet has, of 64 columns; the reader takes some 30 bytes for each."""
_MOST_ROWS: Final = 1_048_576
_PIECE: Final = 1 << 20
_LONGEST: Final = 65_536
"""What may stand in one tag; a longer one is not looked at, and its cell is small beside what it says."""
_XLSX_COLUMN: Final = re.compile(rb'\sr="([A-Z]{1,3})[0-9]')
_XLSX_FILLED: Final = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"(?:[^>/]|/(?!>))*>')
_ODS_TAG: Final = re.compile(rb"<(?:[\w.-]+:)?(table|table-row|table-cell|covered-table-cell)(?![\w-])([^>]*)>")
_ODS_TIMES: Final = re.compile(rb"number-(?:rows|columns)-repeated\s*=\s*[\"']([0-9]{1,7})[\"']")


def check_extent(path: Path, archive: zipfile.ZipFile) -> None:
    """SourceError where the filled cells of a sheet lie so far apart that there is no room for all between them."""
    for name in archive.namelist():
        if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
            _check_xlsx(path, archive, name)
        elif name == "content.xml":
            _check_ods(path, archive, name)


def _check_xlsx(path: Path, archive: zipfile.ZipFile, name: str) -> None:
    """Look at the columns of all cells first, which is quick; at rows and what is filled only where there are many."""
    columns = {column for piece in _tags(archive, name) for column in set(_XLSX_COLUMN.findall(piece))}
    if max(map(_number, columns), default=0) * _MOST_ROWS <= _MOST_CELLS:
        return
    last_row, columns = 0, {b"A"}
    for piece in _tags(archive, name):
        cells = _XLSX_FILLED.findall(piece)
        columns |= {column for column, _ in cells}
        last_row = max(last_row, *(int(row) for _, row in cells), 0)
    _check(path, last_row, max(map(_number, columns)))


def _number(letters: bytes) -> int:
    return column_number(letters.decode())


def _check_ods(path: Path, archive: zipfile.ZipFile, name: str) -> None:
    row = last_row = column = last_column = times = 0
    for piece in _tags(archive, name):
        for tag, attributes in _ODS_TAG.findall(piece):
            found = _ODS_TIMES.search(attributes)
            repeated = int(found[1]) if found else 1
            if tag == b"table":
                _check(path, last_row, last_column)
                row = last_row = last_column = times = 0
            elif tag == b"table-row":
                row, column, times = row + times, 0, repeated
            else:
                column += repeated
                if not attributes.endswith(b"/") or b"value" in attributes:
                    last_row, last_column = row + times, max(last_column, column)
    _check(path, last_row, last_column)


def _tags(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The text of an entry in pieces that end behind a tag."""
    with archive.open(name) as content:
        rest = b""
        while piece := content.read(_PIECE):
            whole, end, rest = (rest + piece).rpartition(b">")
            yield whole + end
            rest = rest[-_LONGEST:]


def _check(path: Path, row: int, column: int) -> None:
    if row * column > _MOST_CELLS:
        raise SourceError(
            f"{path}: the cells of the workbook reach to {cell_name(row, column)}, more than can be read; empty the "
            "cells that lie apart from the list, or save the list alone"
        )
