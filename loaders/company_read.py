"""Reading a company file in either form, workbook or YAML/JSON, into the same records."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import python_calamine

from hefboom.errors import SourceError
from hefboom.loaders.archives import UNREADABLE
from hefboom.loaders.broken_text import BROKEN, broken
from hefboom.loaders.company_schema import COMPANY_SHEET, Field, Sheet, sheets
from hefboom.loaders.findings import Finding
from hefboom.loaders.formulas import cell_name, unsaved_formulas
from hefboom.loaders.json_files import first_keys
from hefboom.loaders.repeated_keys import read_json, read_yaml
from hefboom.plain_text import fold

_SEPARATOR: Final = ";"
_WORKBOOKS: Final = (".xlsx", ".xlsm", ".ods", ".xls")
_TEXTS: Final = (".yaml", ".yml", ".json")
SUFFIXES: Final = _WORKBOOKS + _TEXTS
_MOST_SHEETS: Final = 6
_OWN_SHEETS: Final = frozenset({"explanation", "uitleg", "lists", "lijsten"})


@dataclass(frozen=True, slots=True)
class Record:
    """One row of one sheet: `row` as a reader looks it up, the id as written, values by field, others by header.

    `rows` has the row of each field, or other header, of a record whose fields stand below each other.
    """

    sheet: str
    row: str
    id: str
    values: dict[str, tuple[str, ...]]
    others: dict[str, str]
    rows: Mapping[str, str] | None = None

    def row_of(self, name: str) -> str:
        """Where a reader looks up a field, or another header."""
        return (self.rows or {}).get(name, self.row)


@dataclass(frozen=True, slots=True)
class RawFile:
    """All records of a file, in its order, what was found while reading it, and how it calls sheets and columns itself.

    `headers` gives, for `risks.type`, the names as they stand in the file, such as `Risico's.Soort`.
    """

    records: tuple[Record, ...]
    findings: tuple[Finding, ...]
    headers: Mapping[str, str]


def read_company_file(path: Path) -> RawFile:
    """The records of a workbook, or of a YAML or JSON file; which one its suffix says.

    Sheets and columns are known by their name in the format, in English or in Dutch. Raises SourceError when the file
    cannot be read at all.
    """
    suffix = path.suffix.lower()
    if suffix in _WORKBOOKS:
        return _from_tables(_workbook(path))
    if suffix in _TEXTS:
        return _from_tables(_document(path))
    raise SourceError(f"'{path}' is no company file; hand in one of {', '.join(SUFFIXES)}")


def is_company_file(path: Path) -> bool:
    """Whether a file looks like a company's due diligence file: by its sheets or sections, whatever its name."""
    suffix = path.suffix.lower()
    if suffix in (".yaml", ".yml"):
        return True
    if suffix == ".json":
        kind, keys = first_keys(path)
        return kind == "object" and (COMPANY_SHEET in keys or _looks_like_one(keys))
    if suffix not in _WORKBOOKS:
        return False
    try:
        return _looks_like_one(_sheet_names(path))
    except (*UNREADABLE, KeyError, python_calamine.CalamineError):
        # What cannot be opened is for the reader of lists to report.
        return False


def _sheet_names(path: Path) -> list[str]:
    """The names of the sheets; of the usual kind of workbook without reading its cells, which takes long for a list."""
    if path.suffix.lower() in (".xls", ".ods"):
        return python_calamine.load_workbook(str(path)).sheet_names
    with zipfile.ZipFile(path) as book:
        text = book.read("xl/workbook.xml").decode("utf-8", "replace")
    return [html.unescape(name) for name in re.findall(r'<(?:\w+:)?sheet\s[^>]*?\bname="([^"]*)"', text)]


def _looks_like_one(names: Sequence[str]) -> bool:
    """The company and another sheet of the format; or, where that sheet was lost, most of the others."""
    known = {sheet.name for name in names if (sheet := _sheet_named(name)) is not None}
    return (COMPANY_SHEET in known and len(known) > 1) or len(known) >= _MOST_SHEETS


def _text(value: object) -> str:
    """A cell as text: dates as ISO, whole numbers without a point, booleans as yes or no."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(str(value).split())


Rows = Iterator[tuple[str | dict[str, str], dict[str, tuple[str, ...]]]]
"""Rows of a sheet: the row number, or the row of each header where these stand below each other, and cells by header;
a cell has one value or several."""


def _workbook(path: Path) -> Iterable[tuple[str, Rows]]:
    try:
        book = python_calamine.load_workbook(str(path))
        found = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except (OSError, python_calamine.CalamineError) as error:
        raise SourceError(f"cannot read '{path}' as a workbook: {error}") from error
    for name, rows in found:
        if fold(name) not in _OWN_SHEETS:
            if unsaved := unsaved_formulas(path, name):
                raise SourceError(
                    f"{path}: sheet '{name}', cell {cell_name(*unsaved[0])} holds a formula without a saved value;"
                    " open the workbook in a spreadsheet program, save it, and load it again"
                )
            yield (
                name,
                _company_rows(path, rows)
                if _sheet_named(name) is sheets()[COMPANY_SHEET]
                else _table_rows(path, name, rows),
            )


def _company_rows(path: Path, rows: Sequence[Sequence[object]]) -> Rows:
    """The one record of the company sheet, whose fields stand below each other."""
    cells: dict[str, tuple[str, ...]] = {}
    places: dict[str, str] = {}
    _refuse_two_names(path, COMPANY_SHEET, dict.fromkeys(_text(row[0]) for row in rows if len(row) > 1))
    for number, row in enumerate(rows, start=1):
        name = _text(row[0]) if len(row) > 1 else ""
        if name in cells:
            raise SourceError(
                f"{path}: the sheet of the company says '{name}' twice, the second time in row {number} with"
                f" '{_text(row[1])}'; a file is about one company and one year, so hand in a file for each"
            )
        if name:
            cells[name], places[name] = (_text(row[1]),), str(number)
    yield places, cells


def _table_rows(path: Path, sheet: str, rows: Sequence[Sequence[object]]) -> Rows:
    header = [_text(cell) for cell in rows[0]] if rows else []
    _refuse_two_names(path, sheet, header)
    for number, row in enumerate(rows[1:], start=2):
        cells: dict[str, tuple[str, ...]] = {
            name: (_text(cell),) for name, cell in zip(header, row, strict=False) if name
        }
        if any(value for values in cells.values() for value in values):
            yield str(number), cells


def _document(path: Path) -> Iterable[tuple[str, Rows]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = read_json(path, text) if path.suffix.lower() == ".json" else read_yaml(path, text)
    except BROKEN as error:
        raise broken(path, error) from error
    except OSError as error:
        raise SourceError(f"cannot read '{path}': {error}") from error
    if not isinstance(content, Mapping):
        raise SourceError(f"'{path}' holds no company file; it starts with 'company:'")
    for name, records in content.items():
        for record in [records] if isinstance(records, Mapping) else records or []:
            _refuse_two_names(path, str(name), [str(field) for field in record] if isinstance(record, Mapping) else [])
        yield str(name), _document_rows(path, str(name), [records] if isinstance(records, Mapping) else records)


def _document_rows(path: Path, name: str, records: Any) -> Rows:
    for number, record in enumerate(records or [], start=1):
        if not isinstance(record, Mapping):
            raise SourceError(f"{path}, '{name}': entry {number} is no record; write field: value")
        yield (
            str(number),
            {
                str(field): tuple(_text(value) for value in values) if isinstance(values, list) else (_text(values),)
                for field, values in record.items()
            },
        )


def _sheet_named(name: str) -> Sheet | None:
    wanted = fold(name)
    return next((s for s in sheets().values() if wanted in {fold(s.name), fold(s.label_en), fold(s.label_nl)}), None)


def _from_tables(tables: Iterable[tuple[str, Rows]]) -> RawFile:
    records: list[Record] = []
    findings: list[Finding] = []
    headers: dict[str, str] = {}
    for name, rows in tables:
        if sheet := _sheet_named(name):
            headers[f"{sheet.name}.id"] = f"{name}.id"
            for row, cells in rows:
                records.append(_record(sheet, row, cells))
                headers |= {
                    f"{sheet.name}.{field.name}": f"{name}.{header}"
                    for header in cells
                    if (field := _fields(sheet).get(fold(header))) is not None
                }
        elif any(True for _ in rows):
            known = ", ".join(f"{one.label_en} ({one.label_nl})" for one in sheets().values())
            hint = f"name it as in the template: {known}"
            findings.append(Finding(None, name, None, "unknown-sheet", "warning", f"sheet '{name}' is not known", hint))
    return RawFile(tuple(records), tuple(findings), headers)


@cache
def _fields(sheet: Sheet) -> dict[str, Field]:
    """The fields of a sheet by every name that a header may have."""
    return {
        fold(name): field
        for field in sheet.fields
        for name in (field.name, field.label_en, field.label_nl, *field.also)
    }


def _refuse_two_names(path: Path, name: str, headers: Iterable[str]) -> None:
    """Raise SourceError when two columns are one field: of two answers only one could be kept."""
    sheet = _sheet_named(name)
    names: dict[str, str] = {}
    for header in headers if sheet is not None else ():
        field = _fields(sheet).get(fold(header))
        known = field.name if field is not None else "id" if fold(header) == "id" else None
        if known is not None and (first := names.setdefault(known, header)) is not header:
            raise SourceError(
                f"{path}, '{name}': '{first}' and '{header}' are two names of one field; keep one of them"
            )


def _record(sheet: Sheet, row: str | dict[str, str], cells: Mapping[str, tuple[str, ...]]) -> Record:
    names = _fields(sheet)
    values: dict[str, tuple[str, ...]] = {}
    others: dict[str, str] = {}
    for header, texts in cells.items():
        given = tuple(text for text in texts if text)
        if (field := names.get(fold(header))) is not None:
            values[field.name] = _split(given) if field.many else given
        elif fold(header) != "id" and given:
            others[header] = "; ".join(given)
    identifier = next((texts[0] for header, texts in cells.items() if fold(header) == "id" and "id" not in names), "")
    if isinstance(row, str):
        return Record(sheet.name, row, identifier, values, others)
    rows = {known.name if (known := names.get(fold(header))) else header: place for header, place in row.items()}
    return Record(sheet.name, "1", identifier, values, others, rows)


def _split(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for text in texts for part in text.split(_SEPARATOR) if part.strip())
