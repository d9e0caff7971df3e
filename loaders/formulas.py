"""Cells of an XLSX workbook whose formula was never calculated, so that they read as empty."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from hefboom.errors import SourceError
from hefboom.loaders.archives import UNREADABLE

_BOOK = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_UNSAVED = re.compile(
    rb'<c\s[^>]*?r="([A-Z]+)([0-9]+)"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)


def unsaved_formulas(path: Path, sheet: str) -> list[tuple[int, int]]:
    """The cells of a sheet with a formula and no saved value: row and column, both from 1, in order.

    Other kinds of workbook have none: XLS and ODS programs save values. Raises SourceError for a damaged one.
    """
    if not zipfile.is_zipfile(path):
        return []
    try:
        with zipfile.ZipFile(path) as archive:
            part = _part(archive, sheet)
            text = b"" if part is None else archive.read(part)
    except (*UNREADABLE, ElementTree.ParseError) as error:
        raise SourceError(f"{path}: the workbook is damaged ({error}); save it again as XLSX") from error
    if b"<f" not in text:
        return []
    return sorted((int(row), column_number(letters.decode())) for letters, row in _UNSAVED.findall(text))


def cell_name(row: int, column: int) -> str:
    """A cell as spreadsheet programs call it: row 3, column 28 is `AB3`."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def column_number(letters: str) -> int:
    """The number of a column by its letters: `AB` is 28."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The entry of the archive that holds a sheet; None where the workbook does not say so in the usual way."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    places = {one.get("Id"): one.get("Target", "") for one in relations}
    for one in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{_BOOK}sheet"):
        if one.get("name") == sheet:
            target = places.get(one.get(_RELATION), "")
            part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            return part if part in names else None
    return None
