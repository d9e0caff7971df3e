"""Sheets of XLSX, XLS and ODS workbooks as records of text, numbers and dates as a person reads them."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from hefboom.errors import SourceError, UsageError
from hefboom.loaders.archives import UNREADABLE
from hefboom.loaders.findings import Finding
from hefboom.loaders.formulas import cell_name, unsaved_formulas
from hefboom.loaders.headers import count_known
from hefboom.loaders.layout import find_header, name_columns, pad_header
from hefboom.loaders.ods_repeats import check_repeats
from hefboom.loaders.workbook_extent import check_extent

WorkbookKind = Literal["xlsx", "xls", "ods"]
# A workbook of a million rows unpacks to less; so does one that packs well. Beyond both it is refused unread.
_MOST_BYTES = 2 << 30
_MOST_RATIO = 1_000
_RATIO_MATTERS = 64 << 20
_SAMPLE = 300
_LONGEST_MERGE = 10_000


@dataclass
class OpenedSheet:
    """One sheet of a workbook: its columns and a way to read its records again and again.

    `is_default` tells that it is the sheet that is read when none is named.
    """

    name: str
    header_row: int
    header: tuple[str, ...]
    headers: tuple[str, ...]
    findings: list[Finding]
    _sheet: CalamineSheet = field(repr=False)
    _merged: dict[int, list[tuple[int, int]]] = field(repr=False)
    is_default: bool = True

    @property
    def first_column(self) -> int:
        """Where the records begin: 1 for column A."""
        return self._sheet.start[1] + 1 if self._sheet.start else 1

    def records(self) -> Iterator[list[str]]:
        """All records of the sheet from its first row on, blank leading rows included."""
        return _records(self._sheet, self._merged)


def workbook_kind(path: Path) -> WorkbookKind | None:
    """Which kind of workbook a file is by its first bytes; None for anything that may be text.

    SourceError for another archive, and for a web page that calls itself a workbook.
    """
    with path.open("rb") as file:
        head = file.read(512)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    if head.startswith(b"PK"):
        return _zip_kind(path)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<html", b"<!doctype html", b"<table", b"<?xml")):
        raise SourceError(
            f"{path}: this is a web page or XML, not a table; open it in a spreadsheet program and save it as XLSX"
        )
    return None


def _zip_kind(path: Path) -> WorkbookKind:
    """The kind of workbook in a zip archive, after a check that it does not unpack to more than a list can be."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            size = sum(entry.file_size for entry in entries)
            packed = max(1, path.stat().st_size)
            if size > _MOST_BYTES or (size > _RATIO_MATTERS and size > _MOST_RATIO * packed):
                raise SourceError(
                    f"{path}: this workbook of {packed:,} bytes unpacks to {size:,}, which no list needs. "
                    "Save the sheet as CSV if the list is really that large"
                )
            damaged = archive.testzip()
            if not damaged and names >= {"content.xml", "mimetype"}:
                check_repeats(path, archive)
            if not damaged:
                check_extent(path, archive)
    except UNREADABLE as error:
        raise SourceError(
            f"{path}: the workbook is damaged or encrypted ({error}); save it again without password"
        ) from error
    if damaged:
        raise SourceError(f"{path}: the workbook is damaged ({damaged}); download or save it again")
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "xlsx"
    if "content.xml" in names and "mimetype" in names:
        return "ods"
    raise SourceError(f"{path}: this is an archive without a workbook; unpack it and give the files in it")


def open_sheet(path: Path, kind: WorkbookKind, sheet: str | None) -> OpenedSheet:
    """The sheet named ``sheet``, or the first that looks like a list, or else the first with something in it."""
    try:
        workbook = CalamineWorkbook.from_path(path)
        names = workbook.sheet_names
        if sheet is not None and sheet not in names:
            raise UsageError(f"{path}: there is no sheet {sheet!r}; the sheets are {', '.join(map(repr, names))}")
        sheets = [workbook.get_sheet_by_name(name) for name in names]
    except PasswordError as error:
        raise SourceError(f"{path}: the workbook has a password; save it without one") from error
    except CalamineError as error:
        raise SourceError(
            f"{path}: this {kind.upper()} workbook cannot be read ({error}); save it again as XLSX"
        ) from error
    filled = [(opened, known) for each in sheets if (opened := _open(each)) for known in [count_known(opened.header)]]
    named = [opened for opened, _ in filled if opened.name == sheet]
    if not filled or (sheet is not None and not named):
        where = f"the sheet {sheet!r}" if sheet else "every sheet"
        raise SourceError(f"{path}: {where} is empty")
    lists = [opened for opened, known in filled if known >= 2]
    default = lists[0] if lists else filled[0][0]
    taken = named[0] if named else default
    taken.is_default = taken is default
    if len(filled) > 1 and sheet is None:
        taken.findings.append(_choice(taken, [opened.name for opened, _ in filled], len(lists) > 1))
    if kind == "xlsx":
        taken.findings.extend(_unsaved(path, taken))
    return taken


def _unsaved(path: Path, sheet: OpenedSheet) -> Iterator[Finding]:
    """A warning for each column with formulas that nobody calculated: they read as empty."""
    left = sheet.first_column
    columns: dict[int, list[int]] = {}
    for row, column in unsaved_formulas(path, sheet.name):
        if row > sheet.header_row:
            columns.setdefault(column, []).append(row)
    for column, rows in columns.items():
        header = sheet.headers[column - left] if left <= column < left + len(sheet.headers) else None
        more = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
        yield Finding(
            str(rows[0]), header, None, "formula-without-value", "warning",
            f"cell {cell_name(rows[0], column)}{more} holds a formula without a saved value, so it reads as empty",
            "open the workbook in a spreadsheet program, save it, and load it again",
        )  # fmt: skip


def _choice(taken: OpenedSheet, names: list[str], several: bool) -> Finding:
    others = ", ".join(repr(name) for name in names if name != taken.name)
    alike = f"{others} look like lists too" if several else f"{others} are not"
    return Finding(
        None, None, taken.name, "sheet", "warning" if several else "info",
        f"sheet {taken.name!r} is read; {alike}",
        "load each other sheet with --sheet NAME; it is a list of its own beside this one",
    )  # fmt: skip


def _open(sheet: CalamineSheet) -> OpenedSheet | None:
    first = list(islice(_records(sheet, {}), _SAMPLE))
    header = find_header(first)
    if header is None:
        return None
    merged, findings = _merges(sheet, header)
    names, named = name_columns(first[header], first[header + 1 :])
    stood = pad_header(first[header], len(names))
    return OpenedSheet(sheet.name, header + 1, stood, names, [*named, *findings], sheet, merged)


def _merges(sheet: CalamineSheet, header: int) -> tuple[dict[int, list[tuple[int, int]]], list[Finding]]:
    """For cells merged over rows below the header: which rows repeat which cell, as the reader of the sheet sees it."""
    left = sheet.start[1] if sheet.start else 0
    merged: dict[int, list[tuple[int, int]]] = {}
    findings = []
    for (top, first), (bottom, last) in sheet.merged_cell_ranges or []:
        if top <= header or bottom == top or bottom - top > _LONGEST_MERGE or first != last:
            continue
        for row in range(top + 1, bottom + 1):
            merged.setdefault(row, []).append((top, first - left))
        findings.append(
            Finding(
                str(top + 1), None, None, "merged-cells", "info",
                f"column {first + 1} is merged over rows {top + 1} to {bottom + 1}", "each of them gets its value",
            )
        )  # fmt: skip
    return merged, findings


def _records(sheet: CalamineSheet, merged: dict[int, list[tuple[int, int]]]) -> Iterator[list[str]]:
    values: dict[tuple[int, int], str] = {}
    tops = {place for places in merged.values() for place in places}
    top_rows = {row for row, _ in tops}
    for number, row in enumerate(sheet.iter_rows()):
        record = list(map(_text, row))
        if number in merged:
            for top, column in merged[number]:
                record[column] = values.get((top, column), "")
        if number in top_rows:
            values.update({(top, column): record[column] for top, column in tops if top == number})
        yield record


@lru_cache(maxsize=200_000, typed=True)
def _text(value: Any) -> str:
    """A cell as a person reads it: 4.0 as ``4``, fifteen digits like a spreadsheet, dates as ISO 8601."""
    match value:
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return format(value, ".15g") if abs(value) < 1e15 else format(value, ".0f")
        case datetime.datetime():
            return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ")
        case datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            return str(value)
