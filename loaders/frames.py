"""Records to frames: a batch of records becomes one Polars frame of text, with what is odd about it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import polars as pl

from hefboom.errors import SourceError
from hefboom.loaders.findings import Finding

ROW = "_row"
SURPLUS = "_surplus"
_CONTROL = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
# A column that at least this share of the full rows fill is one that a short row misses.
_USUALLY_FILLED = 0.9
# So many lines inside one cell that each split like a row are rows, not an address.
_LINES_OF_TABLE = 20


@dataclass(frozen=True, slots=True)
class Built:
    """One batch as a frame, what was found in it, and the numbers of records that gave no row."""

    frame: pl.DataFrame
    findings: list[Finding]
    blank: int
    repeated_headers: int


@dataclass(frozen=True, slots=True)
class Shape:
    """What every batch of one table has in common."""

    place: str
    headers: tuple[str, ...]
    header: tuple[str, ...]
    delimiter: str | None
    has_controls: bool


def build_frame(batch: list[Any], first_row: int, shape: Shape) -> Built:
    """Turn records into a frame of ``_row``, the headers and, where cells stand beyond the header, ``_surplus``.

    ``batch`` is a list of lists of text; longer ones are cut in place. ``first_row`` is the number of its first record.
    Blank cells are null, blank records and repeats of the header are left out and counted.
    """
    width = len(shape.headers)
    lengths = pl.Series(map(len, batch), dtype=pl.UInt32)
    surplus = _cut_surplus(batch, (lengths > width).arg_true().to_list(), width)
    columns = list(zip_longest(*batch))
    columns += [(None,) * len(batch)] * (width - len(columns))
    rows = pl.int_range(first_row, first_row + len(batch), eager=True).cast(pl.String)
    frame = pl.DataFrame(
        [rows.alias(ROW)]
        + [pl.Series(name, column, dtype=pl.String) for name, column in zip(shape.headers, columns, strict=True)]
    )
    cells = pl.col(shape.headers)
    frame = frame.with_columns(pl.when(cells.str.contains(r"\S")).then(cells))
    if surplus:
        extra = pl.DataFrame(
            {"_at": list(surplus), SURPLUS: list(surplus.values())}, schema={"_at": pl.Int64, SURPLUS: pl.String}
        )
        index = pl.int_range(pl.len(), dtype=pl.Int64).alias("_at")
        frame = frame.with_columns(index).join(extra, on="_at", how="left", maintain_order="left").drop("_at")
    frame = frame.with_columns(_length=lengths)
    blank = pl.all_horizontal(pl.col([*shape.headers, *([SURPLUS] if surplus else [])]).is_null())
    repeated = pl.all_horizontal(
        [
            pl.col(name).eq_missing(stood if stood.strip() else None)
            for name, stood in zip(shape.headers, shape.header, strict=True)
        ]
    )
    marked = frame.with_columns(_blank=blank, _repeated=repeated)
    blanks, repeats = int(marked["_blank"].sum()), marked.filter("_repeated")
    if blanks or repeats.height:
        frame = marked.filter(~pl.col("_blank") & ~pl.col("_repeated")).drop("_blank", "_repeated")
    findings = [*_repeat_findings(repeats), *_findings(frame, shape, bool(surplus))]
    return Built(frame.drop("_length"), findings, blanks, repeats.height)


def _cut_surplus(batch: list[Any], long: list[int], width: int) -> dict[int, str]:
    """The filled cells beyond the header by index in the batch, as JSON arrays; the records are cut to the header."""
    surplus: dict[int, str] = {}
    for index in long:
        beyond = list(batch[index][width:])
        batch[index] = batch[index][:width]
        while beyond and not beyond[-1].strip():
            beyond.pop()
        if beyond:
            surplus[index] = json.dumps(beyond, ensure_ascii=False)
    return surplus


def _repeat_findings(repeats: pl.DataFrame) -> Iterator[Finding]:
    for row in repeats[ROW]:
        yield Finding(row, None, None, "repeated-header-row", "info", "the header stands here again", "left out")


def _findings(frame: pl.DataFrame, shape: Shape, has_surplus: bool) -> Iterator[Finding]:
    if has_surplus:
        for row, value in frame.filter(pl.col(SURPLUS).is_not_null()).select(ROW, SURPLUS).iter_rows():
            yield Finding(
                row, None, value, "surplus-cells", "warning",
                f"this row has cells beyond the {len(shape.headers)} columns of the header",
                "a separator inside a cell without quotes shifts the columns: compare the row with the header",
            )  # fmt: skip
    yield from _short_rows(frame, shape)
    if shape.has_controls:
        yield from _control_characters(frame, shape)
    if shape.delimiter:
        yield from _swallowed_rows(frame, shape, shape.delimiter)


def _short_rows(frame: pl.DataFrame, shape: Shape) -> Iterator[Finding]:
    """Rows that end before a column which nearly all full rows fill; others just leave their last cells away."""
    short = pl.col("_length") < len(shape.headers)
    candidates = frame.filter(short)
    if candidates.is_empty():
        return
    full = frame.filter(~short)
    if full.is_empty():
        return
    shares = full.select(pl.col(shape.headers).is_not_null().mean()).row(0)
    needed = max((index for index, share in enumerate(shares, 1) if share >= _USUALLY_FILLED), default=0)
    for row, length in candidates.filter(pl.col("_length") < needed).select(ROW, "_length").iter_rows():
        yield Finding(
            row, shape.headers[length], None, "short-row", "warning",
            f"ends after {length} of {len(shape.headers)} cells; nearly all rows fill {shape.headers[needed - 1]!r}",
            "look whether a line break without quotes has cut the row in two",
        )  # fmt: skip


def _control_characters(frame: pl.DataFrame, shape: Shape) -> Iterator[Finding]:
    for name in shape.headers:
        for row, value in frame.filter(pl.col(name).str.contains(_CONTROL)).select(ROW, name).iter_rows():
            yield Finding(
                row, name, value, "control-character", "warning",
                f"the cell holds a character that cannot be seen: {value[:60]!r}", "remove it at the source",
            )  # fmt: skip


def _swallowed_rows(frame: pl.DataFrame, shape: Shape, delimiter: str) -> Iterator[Finding]:
    """Cells whose inner lines look like rows: a quote that was opened and closed only many rows later."""
    breaks = len(shape.headers) - 1
    if breaks < 1:
        return
    for name in shape.headers:
        cell = pl.col(name)
        several = cell.str.contains("\n", literal=True) & (cell.str.count_matches(delimiter, literal=True) >= breaks)
        for row, value in frame.filter(several).select(ROW, name).iter_rows():
            lines = [line for line in value.split("\n")[1:] if line.count(delimiter) >= breaks]
            if not lines:
                continue
            # A quote that closes in a later row leaves one of that row behind as text, so their number is odd.
            if len(lines) >= _LINES_OF_TABLE or (value.count('"') % 2 and breaks > 1):
                raise unclosed_quote(shape.place, row, name, value, len(lines))
            yield Finding(
                row, name, value, "line-break-in-cell", "warning",
                f"{len(lines)} lines inside this cell look like rows of the table",
                "if they are rows, a quote in this row is not closed: correct it and load again",
            )  # fmt: skip


def regroup(frames: Iterable[pl.DataFrame], size: int) -> Iterator[pl.DataFrame]:
    """Small frames joined into frames of at most ``size`` rows (a larger one stays as it is); empty ones vanish."""
    parts: list[pl.DataFrame] = []
    height = 0
    for frame in frames:
        if parts and height + frame.height > size:
            yield pl.concat(parts, how="diagonal")
            parts, height = [], 0
        if frame.height:
            parts.append(frame)
            height += frame.height
    if parts:
        yield pl.concat(parts, how="diagonal")


def unclosed_quote(place: str, row: str | int, column: str | None, value: str, lines: int) -> SourceError:
    """The error for a quote that swallows what follows it."""
    where = f", column {column!r}" if column else ""
    return SourceError(
        f"{place}, row {row}{where}: a quote is opened before {value[:60]!r} and not closed in that row, so {lines} "
        'further lines would vanish into one cell; close the quote, or write a quote inside a cell as two quotes ("")'
    )
