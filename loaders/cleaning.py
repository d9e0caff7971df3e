"""From the cells of a list to listings: the door of the cleaning side.

Every row comes out as a listing or as refused, never both and never neither. What was left out, changed or doubted is a
finding with the cell as it stood, and the source text of a listing keeps the row whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from hefboom.loaders.cell_findings import Wording
from hefboom.loaders.contributors import read_contributions
from hefboom.loaders.listings import LISTING_SCHEMA, read_listings
from hefboom.loaders.relationship_rows import (
    RELATIONSHIP_SCHEMA,
    CleanedRelationships,
    clean_relationships,
)
from hefboom.loaders.sheet import Sheet

__all__ = [
    "CONTRIBUTION_SCHEMA",
    "LISTING_SCHEMA",
    "RELATIONSHIP_SCHEMA",
    "Cleaned",
    "CleanedRelationships",
    "clean_relationships",
    "clean_sites",
]

CONTRIBUTION_SCHEMA: dict[str, pl.DataType] = {
    "row": pl.String(),
    "contributor_name": pl.String(),
    "kind": pl.String(),
    "title": pl.String(),
    "ordinal": pl.Int64(),
}
"""Columns of contributions; no contributor_name means an anonymous one. ``ordinal`` counts within the row from 1."""

_UNBALANCED = Wording("warning", "the brackets around a list title do not close; the whole text was taken for the name")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What cleaning makes of rows.

    ``listings`` has the columns of LISTING_SCHEMA, ``contributions`` those of CONTRIBUTION_SCHEMA, ``refused`` row and
    source_text, ``findings`` those of FINDING_SCHEMA, in the order of the rows.
    """

    listings: pl.DataFrame
    contributions: pl.DataFrame
    refused: pl.DataFrame
    findings: pl.DataFrame


def clean_sites(raw: pl.DataFrame, columns: Mapping[str, str], *, country_default: str | None = None) -> Cleaned:
    """The listings in ``raw``, a frame of text whose first column is ``_row``, in the same order.

    ``columns`` maps headers to fields, to ``keep`` (source text only) or to ``leave-out`` (not stored at all); a header
    that it lacks is kept. ``country_default`` (alpha-2) is the country of rows that name none and whose OS ID gives
    none. A row is refused when its country is unknown, when it has neither a name nor an OS ID,
    or when it is a total or a note of the table.
    """
    sheet = Sheet(raw, columns)
    frame, refused = read_listings(sheet, country_default)
    contributions = _contributions(sheet, refused)
    return Cleaned(
        listings=frame.filter(~refused),
        contributions=contributions,
        refused=frame.filter(refused).select("row", "source_text"),
        findings=sheet.findings.frame(),
    )


def _contributions(sheet: Sheet, refused: pl.Series) -> pl.DataFrame:
    if not sheet.holds("contributors"):
        return pl.DataFrame(schema=CONTRIBUTION_SCHEMA)
    cells = sheet.text("contributors").set(refused, None)
    read = read_contributions(sheet.rows, cells)
    unbalanced = read.filter(pl.col("code").is_not_null()).get_column("index").unique()
    where = pl.zeros(sheet.raw.height, dtype=pl.UInt8, eager=True).cast(pl.Boolean).scatter(unbalanced, True)
    sheet.note("contributors", where, "contributor-unbalanced", _UNBALANCED)
    return read.select(pl.col(name).cast(kind) for name, kind in CONTRIBUTION_SCHEMA.items())
