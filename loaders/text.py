"""Text as lists write it: made readable, compared without accents, and kept whole as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import polars as pl
from anyascii import anyascii

T = TypeVar("T")

_NOT_PLAIN = r"[^\x21-\x7e ]|  |^ | $"
_BLANKS = r"[\s\u{00a0}\u{200b}\u{2060}\u{feff}]+"
_CONTROLS = r"[\p{Cc}\u{00ad}\u{200e}\u{200f}\u{202a}-\u{202e}]"
STRAY = r"[\u{fffd}\u{25a1}]"
"""Characters that stand for a lost one: the replacement character and the empty box."""

_MOST_PATTERNS = 256
_MOST_PARTLY_BLANK = 60
_PLACEHOLDER = (
    r"(?i)^(?:[\p{P}\p{S}]+|#?n[./ ]?[/.]? ?a\.?|#(?:ref|value|name|null|div/0|num)[!?]?|null|none|nil|nan|undefined"
    r"|\(?(?:blank|leeg|empty)\)?|unknown|onbekend|not (?:available|applicable|known|provided|disclosed)"
    r"|n\.?v\.?t\.?|niet (?:bekend|beschikbaar|van toepassing)|tb[acd])$"
)


def clean_text(cells: pl.Series) -> pl.Series:
    """Cells in Unicode NFC, blanks and newlines as one space, without control and stray characters; blank is null."""
    odd = cells.str.contains(_NOT_PLAIN).fill_null(False)
    if odd.any():
        where = odd.arg_true()
        tidy = cells.gather(where).str.normalize("NFC").str.replace_all(_BLANKS, " ")
        tidy = tidy.str.replace_all(_CONTROLS, "").str.replace_all(STRAY, "").str.replace_all(" {2,}", " ")
        cells = cells.clone().scatter(where, tidy.str.strip_chars())
    return cells.set(cells == "", None)


def has_stray(cells: pl.Series) -> pl.Series:
    """True where a cell holds a character that stands for a lost one (see ``STRAY``); null cells give false."""
    return cells.str.contains(STRAY).fill_null(False)


def is_placeholder(cells: pl.Series) -> pl.Series:
    """True where a cleaned cell says that there is no value ("N/A", "-", "(blank)", "onbekend"); null gives false."""
    return cells.str.contains(_PLACEHOLDER).fill_null(False)


def fold_cells(cells: pl.Series) -> pl.Series:
    """``fold`` over a column; only the distinct characters outside ASCII pass through Python."""
    odd = cells.str.contains(r"[^\x00-\x7f]").fill_null(False)
    if odd.any():
        where = odd.arg_true()
        wide = cells.gather(where).str.normalize("NFKC")
        letters = wide.str.extract_all(r"[^\x00-\x7f]").explode().drop_nulls().unique().to_list()
        if letters:
            wide = wide.str.replace_many(letters, [anyascii(letter) for letter in letters])
        cells = cells.clone().scatter(where, wide)
    lower = cells.str.to_lowercase().str.replace_all("&", " and ", literal=True)
    return lower.str.replace_all(r"[^a-z0-9]+", " ").str.strip_chars()


def map_unique(cells: pl.Series, function: Callable[[str], T], into: pl.DataType | type[pl.DataType]) -> pl.Series:
    """``function`` of every cell, called once per distinct non-null value; null cells give null.

    ``into`` is the data type of the answers, for example a struct of a value and what was wrong with it.
    """
    values = cells.drop_nulls().unique(maintain_order=True)
    if not values.len():
        return pl.Series("answer", [None], dtype=into).new_from_index(0, cells.len())
    answers = pl.Series("answer", [function(value) for value in values], dtype=into)
    table = pl.DataFrame({"cell": values, "answer": answers}, schema={"cell": pl.String, "answer": into})
    keys = cells.rename("cell").to_frame()
    return keys.join(table, on="cell", how="left", maintain_order="left").get_column("answer")


def source_text(raw: pl.DataFrame, headers: Iterable[str]) -> pl.Series:
    """Per row a JSON object of its non-blank cells as they stood, keys in the order of ``headers``."""
    cells = raw.select(pl.col(header).replace("", None) for header in headers)
    return _objects(cells).fill_null("{}").rename("source_text")


def _objects(cells: pl.DataFrame) -> pl.Series:
    """JSON objects of the cells that are not null; null for a row without any.

    Rows with the same blank columns are encoded together, which costs a third of encoding cell by cell. Where the
    columns are blank in too many combinations, two halves are encoded and joined: the seam ``"}{"`` cannot occur inside
    a value, because quotes are escaped there.
    """
    partly = [name for name in cells.columns if 0 < cells.get_column(name).null_count() < cells.height]
    always = {name for name in cells.columns if cells.get_column(name).null_count() == 0}
    if len(partly) <= _MOST_PARTLY_BLANK:
        filled = [pl.col(name).is_not_null().cast(pl.UInt64) * 2**place for place, name in enumerate(partly)]
        pattern = cells.select(pl.sum_horizontal([pl.repeat(0, pl.len(), dtype=pl.UInt64), *filled])).to_series()
        patterns = pattern.unique().to_list()
        if len(patterns) <= _MOST_PATTERNS:
            parts = [(pattern == one).arg_true() for one in patterns]
            names = [always | {name for place, name in enumerate(partly) if one >> place & 1} for one in patterns]
            encoded = [_encoded(cells[rows], kept) for rows, kept in zip(parts, names, strict=True)]
            return pl.concat(encoded).gather(pl.concat(parts).arg_sort()) if parts else pl.Series([], dtype=pl.String)
    half = len(cells.columns) // 2
    sides = [_objects(cells[:, :half]).alias("left"), _objects(cells[:, half:]).alias("right")]
    joined = pl.concat_str("left", "right", ignore_nulls=True).replace("", None)
    return pl.DataFrame(sides).select(joined.str.replace('"}{"', '","', literal=True)).to_series()


def _encoded(rows: pl.DataFrame, names: set[str]) -> pl.Series:
    if not names:
        return pl.Series([None], dtype=pl.String).new_from_index(0, rows.height)
    kept = [name for name in rows.columns if name in names]
    return rows.select(pl.struct(kept).struct.json_encode().alias("object")).to_series()
