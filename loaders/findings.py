"""What a loader has to say about a list: one finding per doubtful or refused row, cell or file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Literal

import polars as pl

Severity = Literal["error", "warning", "info"]
"""error: the row is refused; warning: stored, but a value was left out or changed; info: worth knowing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a list, in words that a person can act on.

    ``row`` is the CSV record number (the file's first record is "1"), the sheet's row number or a record's own id; None
    when the finding is about the whole file. ``column`` is the header as it stood, ``value`` the cell as it stood,
    ``code`` a stable short name such as ``surplus-cells``, ``reason`` what is wrong and ``hint`` what to do.
    """

    row: str | None
    column: str | None
    value: str | None
    code: str
    severity: Severity
    reason: str
    hint: str | None = None

    def to_dict(self) -> dict[str, str | None]:
        """The finding as a plain mapping, keys in the order of ``FINDING_SCHEMA``."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


FINDING_SCHEMA: dict[str, type[pl.String]] = {field.name: pl.String for field in fields(Finding)}
"""Columns of a frame of findings: row, column, value, code, severity, reason, hint; all text."""


def findings_frame(findings: Iterable[Finding]) -> pl.DataFrame:
    """A frame with the columns of ``FINDING_SCHEMA``, one row per finding, in the order given."""
    return pl.DataFrame([finding.to_dict() for finding in findings], schema=FINDING_SCHEMA, orient="row")
