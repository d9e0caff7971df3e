"""One reader for all tables: CSV in any usual encoding and separator, XLSX, XLS and ODS, in chunks of text frames."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal

import polars as pl

from hefboom.errors import SourceError
from hefboom.loaders.encodings import check_file, detect_encoding, open_text
from hefboom.loaders.findings import Finding
from hefboom.loaders.frames import ROW, SURPLUS, Shape, build_frame, regroup, unclosed_quote
from hefboom.loaders.layout import find_layout
from hefboom.loaders.workbooks import WorkbookKind, open_sheet, workbook_kind

__all__ = ["ROW", "SURPLUS", "SourceTable", "open_table"]

Kind = Literal["csv", "xlsx", "xls", "ods"]
_SAMPLE = 1 << 19
# Records held as Python lists at a time: more costs memory, fewer costs time.
_BATCH = 16_000
# Far above any real cell; a longer one is a quote that was never closed.
_CELL_LIMIT = 1 << 22
# As many as Excel has; a frame of more columns costs more memory than any list is worth.
_MOST_COLUMNS = 16_384
# Stands behind the last line. It comes back as a record of its own, unless an open quote has swallowed it.
_END = "\x00end of file\x00"


@dataclass
class SourceTable:
    """A table in a file: where it is, how it is written, its columns, and its rows in chunks.

    ``headers`` are the column names as they stood, made unique. ``header_row`` is the record number of the header (the
    file's first record is 1; in a workbook the sheet's row number). ``skipped`` counts records that gave no row:
    ``title`` above the header, ``blank``, ``repeated-header``; it and ``findings`` are complete once ``chunks`` has run
    to its end. ``chosen_sheet`` is the sheet where it is another than the one that is read when none is named.
    """

    path: Path
    kind: Kind
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    headers: tuple[str, ...]
    header_row: int
    _shape: Shape = field(repr=False)
    _records: Callable[[], Iterator[Any]] = field(repr=False)
    _opening: tuple[Finding, ...] = field(repr=False)
    _above: dict[str, int] = field(repr=False)
    _streamed: list[Finding] = field(default_factory=list, repr=False)
    _counted: dict[str, int] = field(default_factory=dict, repr=False)
    chosen_sheet: str | None = None

    @property
    def findings(self) -> list[Finding]:
        """What is odd about the file, then what the latest run of ``chunks`` met, in the order of the rows."""
        return [*self._opening, *self._streamed]

    @property
    def skipped(self) -> dict[str, int]:
        """Numbers of records that are no rows: title, blank, repeated-header."""
        return {
            key: self._above.get(key, 0) + self._counted.get(key, 0) for key in ("title", "blank", "repeated-header")
        }

    def chunks(self, size: int = 50_000) -> Iterator[pl.DataFrame]:
        """The rows, at most ``size`` records at a time, in memory that does not grow with the file.

        Each frame has ``_row`` (the record number as text), the headers, and ``_surplus`` (JSON array) where cells
        stand beyond the header; all columns are text, blank cells null, text as it stood. SourceError when a quote is
        not closed or the file changes while it is read. Every call starts at the first row again.
        """
        self._streamed.clear()
        self._counted.clear()
        yield from regroup(self._told(min(size, _BATCH)), size)

    def _told(self, size: int) -> Iterator[pl.DataFrame]:
        for frame, findings, counts in self._built(size):
            self._streamed += findings
            for key, count in counts.items():
                self._counted[key] = self._counted.get(key, 0) + count
            yield frame

    def sample(self, rows: int = 1_000) -> pl.DataFrame:
        """The first rows, without touching what ``chunks`` has counted and found."""
        for frame, _, _ in self._built(rows):
            if frame.height:
                return frame
        return pl.DataFrame(schema=dict.fromkeys((ROW, *self.headers), pl.String))

    def _built(self, size: int) -> Iterator[tuple[pl.DataFrame, list[Finding], dict[str, int]]]:
        for first_row, batch in _batches(self._records(), self.header_row, size, self._shape.place, self.kind == "csv"):
            built = build_frame(batch, first_row, self._shape)
            yield built.frame, built.findings, {"blank": built.blank, "repeated-header": built.repeated_headers}


def open_table(path: Path, sheet: str | None = None, encoding: str | None = None) -> SourceTable:
    """Open a CSV, XLSX, XLS or ODS file by what it contains, whatever its name ends in.

    ``sheet`` names the sheet of a workbook; without it the first that looks like a list is taken; ``encoding`` is
    that of a text file, told from its bytes without it. UsageError for a missing file, a folder, an unknown sheet
    or encoding; SourceError for an empty, binary, encrypted or damaged file, and for one without a header or
    without a row below it.
    """
    path = Path(path)
    check_file(path)
    kind = workbook_kind(path)
    return _open_csv(path, encoding) if kind is None else _open_workbook(path, kind, sheet)


def _batches(
    records: Iterator[Any], header_row: int, size: int, place: str, is_csv: bool
) -> Iterator[tuple[int, list[Any]]]:
    """Lists of records below the header with the number of the first; checks that the end of the file was seen."""
    row = header_row + 1
    rest = islice(records, header_row, None)
    while True:
        batch: list[Any] = []
        try:
            batch.extend(islice(rest, size))
        except csv.Error as error:
            raise _csv_error(place, row + len(batch), error) from error
        except UnicodeError as error:
            raise SourceError(
                f"{place}, near row {row + len(batch)}: {error}; did the file change meanwhile?"
            ) from error
        ended = is_csv and bool(batch) and any(_END in cell for cell in batch[-1])
        if ended:
            _check_end(batch.pop(), row + len(batch), place)
        elif is_csv and len(batch) < size:
            raise SourceError(f"{place}: the file ends before row {row + len(batch)}; did it change while it was read?")
        if batch:
            yield row, batch
        if ended or len(batch) < size:
            return
        row += size


def _check_end(last: list[str], row: int, place: str) -> None:
    if last != [_END]:
        cell = next(cell for cell in last if _END in cell).removesuffix(_END)
        raise unclosed_quote(place, row, None, cell, cell.count("\n"))


def _csv_error(place: str, row: int, error: csv.Error) -> SourceError:
    if "field larger" in str(error):
        return SourceError(
            f"{place}, row {row}: a cell is longer than {_CELL_LIMIT:,} characters; probably a quote is not closed"
        )
    return SourceError(f"{place}, row {row}: {error}")


def _open_csv(path: Path, given: str | None) -> SourceTable:
    encoding = detect_encoding(path, given)
    csv.field_size_limit(max(csv.field_size_limit(), _CELL_LIMIT))
    with open_text(path, encoding) as text:
        start = text.read(_SAMPLE)
        complete = not text.read(1)
    layout = find_layout(start, complete)
    if layout is None:
        raise SourceError(f"{path}: there is no filled cell in the file; a list needs a header and rows below it")

    def records() -> Iterator[list[str]]:
        with open_text(path, encoding) as text:
            yield from csv.reader(chain(text, (_END,)), delimiter=layout.delimiter)

    shape = Shape(str(path), layout.headers, layout.header, layout.delimiter, encoding.has_controls)
    above = list(islice(records(), layout.header_row - 1))
    return _checked(
        SourceTable(
            path, "csv", encoding.name, layout.delimiter, None, layout.headers, layout.header_row, shape, records,
            (*encoding.findings, *layout.findings, *_title_findings(above)), _count_above(above),
        )
    )  # fmt: skip


def _open_workbook(path: Path, kind: WorkbookKind, sheet: str | None) -> SourceTable:
    opened = open_sheet(path, kind, sheet)
    shape = Shape(f"{path}, sheet {opened.name!r}", opened.headers, opened.header, None, True)
    above = list(islice(opened.records(), opened.header_row - 1))
    return _checked(
        SourceTable(
            path, kind, None, None, opened.name, opened.headers, opened.header_row, shape, opened.records,
            (*opened.findings, *_title_findings(above)), _count_above(above),
            chosen_sheet=None if opened.is_default else opened.name,
        )
    )  # fmt: skip


def _checked(table: SourceTable) -> SourceTable:
    if len(table.headers) > _MOST_COLUMNS:
        raise SourceError(
            f"{table.path}: the table has {len(table.headers):,} columns, more than a spreadsheet can have "
            f"({_MOST_COLUMNS:,}); keep those that say something about a site"
        )
    if table.sample(1_000).is_empty():
        raise SourceError(
            f"{table.path}: the header in row {table.header_row} ({', '.join(table.headers[:6])}) has no row below it"
        )
    return table


def _count_above(above: list[Any]) -> dict[str, int]:
    titles = sum(1 for record in above if any(cell.strip() for cell in record))
    return {"title": titles, "blank": len(above) - titles}


def _title_findings(above: list[Any]) -> Iterator[Finding]:
    for number, record in enumerate(above, 1):
        words = " ".join(cell.strip() for cell in record if cell.strip())
        if words:
            yield Finding(str(number), None, words, "title-row", "info", "a line above the header", "left out")
