"""One list on its way from cells to values: which column holds which field, and what was found there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from hefboom.loaders.cell_findings import CellFindings, Wording
from hefboom.loaders.text import clean_text, has_stray, is_placeholder, source_text

KEEP = "keep"
"""Marks a column that is not a field of the model: it stays in the source text only."""

LEAVE_OUT = "leave-out"
"""Marks a column that is not stored at all, such as a contact person."""

STRAY_CHARACTERS = Wording(
    "warning",
    "the text holds a character that stands for one that was lost; it was left out",
    "check the spelling, or read the file in its right encoding",
)
PLACEHOLDER = Wording("info", "the text says that there is no value; the field was left blank")
SECOND_COLUMN = Wording(
    "warning",
    "two columns give this field and differ; the first column was used",
    "correct the column profile or the row",
)


@dataclass(frozen=True, slots=True)
class Field:
    """The cleaned text of one field, and per row the number of the header that it came from."""

    text: pl.Series
    headers: tuple[str, ...]
    origin: pl.Series


class Sheet:
    """The cells of a list with the fields its columns stand for.

    ``raw`` is all text, its first column ``_row``; ``columns`` maps headers to fields, ``keep`` or ``leave-out``.
    """

    def __init__(self, raw: pl.DataFrame, columns: Mapping[str, str]) -> None:
        self.raw = raw
        self.findings = CellFindings(raw)
        self._columns = columns
        self._fields: dict[str, Field] = {}

    @property
    def rows(self) -> pl.Series:
        """The row numbers as text."""
        return self.raw.get_column("_row")

    def headers(self, field: str) -> tuple[str, ...]:
        """The headers of the columns that hold ``field``, in the order of the list."""
        return tuple(header for header in self.raw.columns if self._columns.get(header) == field)

    def holds(self, field: str) -> bool:
        """Whether any column stands for ``field``."""
        return bool(self.headers(field))

    def source_text(self) -> pl.Series:
        """Per row the original cells as a JSON object, without the columns that are left out."""
        kept = [name for name in self.raw.columns if name != "_row" and self._columns.get(name) != LEAVE_OUT]
        return source_text(self.raw, kept)

    def blank(self) -> pl.Series:
        """A text column without values."""
        return pl.Series([None], dtype=pl.String).new_from_index(0, self.raw.height)

    def text(self, field: str, *, placeholders: bool = False) -> pl.Series:
        """The cleaned text of a field: the first non-blank cell of its columns; null where there is none.

        Stray characters, and columns that contradict each other, are reported. A cell that only says that there is no
        value becomes null and is reported, unless ``placeholders`` asks to keep it.
        """
        read = self._read(field)
        if placeholders:
            return read.text
        empty = is_placeholder(read.text)
        self.note(field, empty, "placeholder", PLACEHOLDER)
        return read.text.set(empty, None)

    def _read(self, field: str) -> Field:
        if field in self._fields:
            return self._fields[field]
        text = self.blank()
        headers = self.headers(field)
        origin = pl.zeros(self.raw.height, dtype=pl.UInt8, eager=True)
        for number, header in enumerate(headers):
            cells = self.raw.get_column(header)
            cleaned = clean_text(cells)
            self.findings.add(has_stray(cells), header, "stray-characters", STRAY_CHARACTERS)
            differs = text.is_not_null() & (text != cleaned).fill_null(False)
            self.findings.add(differs, header, "second-column", SECOND_COLUMN)
            taken = text.is_null() & cleaned.is_not_null()
            origin = origin.set(taken, number) if number else origin
            text = cleaned.zip_with(taken, text) if number else cleaned
        self._fields[field] = Field(text.rename(field), headers, origin)
        return self._fields[field]

    def note(
        self,
        field: str,
        where: pl.Series,
        code: str,
        wording: Wording,
        *,
        reason: pl.Series | None = None,
        hint: pl.Series | None = None,
    ) -> None:
        """A finding about ``field`` for every row in which ``where`` is true, at the column the value came from.

        Where the list has no column for the field, one finding about the whole list says so, unless rows are refused.
        """
        read = self._read(field)
        if not read.headers and wording.severity == "error":
            self.findings.add(where, None, code, wording, reason=reason, hint=hint)
        elif not read.headers and where.any():
            self.findings.add_whole(code, wording)
        for number, header in enumerate(read.headers):
            here = where & (read.origin == number) if len(read.headers) > 1 else where
            self.findings.add(here, header, code, wording, reason=reason, hint=hint)

    def note_codes(self, field: str, codes: pl.Series, wordings: Mapping[str, Wording]) -> None:
        """A finding about ``field`` for every row that has one of the codes in ``codes``; null means nothing to say."""
        for code in codes.drop_nulls().unique(maintain_order=True):
            self.note(field, (codes == code).fill_null(False), code, wordings[code])
