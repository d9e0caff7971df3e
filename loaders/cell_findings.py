"""Findings about cells, gathered column by column while a list is cleaned."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from hefboom.loaders.findings import FINDING_SCHEMA, Finding, Severity, findings_frame

VALUE_LENGTH = 200
"""Characters of a cell that a finding shows."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How serious a kind of finding is, why it matters and what to do about it."""

    severity: Severity
    reason: str
    hint: str | None = None


@dataclass(slots=True)
class CellFindings:
    """Collects findings about one list and hands them back in the order of its rows.

    ``cells`` holds the list as it was read, with the row numbers in ``_row``; the values of findings come from it.
    """

    cells: pl.DataFrame
    _frames: list[pl.DataFrame] = field(default_factory=list)

    def add(
        self,
        where: pl.Series,
        column: str | None,
        code: str,
        wording: Wording,
        *,
        reason: pl.Series | None = None,
        hint: pl.Series | None = None,
    ) -> None:
        """One finding for every row in which ``where`` is true.

        ``reason`` and ``hint`` have one text per row of the list and replace those of the wording.
        """
        rows = where.fill_null(False).arg_true()
        if not rows.len():
            return
        blank = pl.Series([None] * rows.len(), dtype=pl.String)
        values = blank if column is None else self.cells.get_column(column).gather(rows).str.head(VALUE_LENGTH)
        frame = pl.DataFrame(
            {"_order": rows.cast(pl.UInt32), "row": self.cells.get_column("_row").gather(rows), "value": values}
        ).with_columns(
            column=pl.lit(column, dtype=pl.String),
            code=pl.lit(code),
            severity=pl.lit(wording.severity),
            reason=pl.lit(wording.reason) if reason is None else reason.gather(rows),
            hint=pl.lit(wording.hint, dtype=pl.String) if hint is None else hint.gather(rows),
        )
        self._frames.append(frame)

    def add_one(self, row: int, column: str, value: str, code: str, wording: Wording) -> None:
        """One finding about the value ``value`` that is first met in the row at index ``row``."""
        where = pl.Series([row], dtype=pl.UInt32)
        frame = pl.DataFrame({"_order": where, "row": self.cells.get_column("_row").gather(where)}).with_columns(
            value=pl.lit(value[:VALUE_LENGTH]),
            column=pl.lit(column),
            code=pl.lit(code),
            severity=pl.lit(wording.severity),
            reason=pl.lit(wording.reason),
            hint=pl.lit(wording.hint, dtype=pl.String),
        )
        self._frames.append(frame)

    def add_whole(self, code: str, wording: Wording) -> None:
        """One finding about the whole list, which has no column for what is missing; it stands before all others."""
        finding = Finding(
            None, None, None, code, wording.severity, f"{wording.reason} (no column for it)", wording.hint
        )
        self._frames.append(findings_frame([finding]).with_columns(_order=pl.lit(0, dtype=pl.UInt32)))

    def frame(self) -> pl.DataFrame:
        """All findings with the columns of ``FINDING_SCHEMA``, by row, within a row in the order they were added."""
        if not self._frames:
            return pl.DataFrame(schema=FINDING_SCHEMA)
        parts = [frame.select("_order", *FINDING_SCHEMA) for frame in self._frames]
        whole_first = [pl.col("_order"), pl.col("row").is_not_null()]
        return pl.concat(parts).sort(whole_first, maintain_order=True).drop("_order")
