"""Findings on rows alike in name, address and country that carry different LEIs or DUNS numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from hefboom.graph.contested_keys import RowApart
from hefboom.loaders.findings import Finding, findings_frame

_NAMES = {"lei": "LEI", "duns": "DUNS number"}


def findings_of_ids(rows: Sequence[RowApart], columns: Mapping[str, str]) -> pl.DataFrame:
    """One finding per row; `columns` gives the header of the file for `lei` and `duns` where it is known."""
    return findings_frame(_finding(row, columns) for row in rows)


def _finding(row: RowApart, columns: Mapping[str, str]) -> Finding:
    own, other = ({"lei": lei, "duns": duns} for lei, duns in ((row.lei, row.duns), (row.other_lei, row.other_duns)))
    kind = next((kind for kind in own if own[kind] and other[kind] and own[kind] != other[kind]), None)
    where = f"row {row.other_row} of list '{row.other_list}'"
    if kind is not None:
        reason = (
            f"{where} has the same name, address and country, but the {_NAMES[kind]} '{other[kind]}'; "
            "they are kept as two sites"
        )
        hint = "correct the number that is wrong; if both are right and it is one site, say so in 'hefboom review'"
        return Finding(row.row, columns.get(kind, kind), own[kind], "id-conflict", "warning", reason, hint)
    kind = "lei" if other["lei"] else "duns"
    reason = (
        f"rows of the same name, address and country carry different numbers, such as '{other[kind]}' in {where}; "
        "which of them this row means is not told, so it is kept as a site of its own"
    )
    hint = "add the number, or say in 'hefboom review' which site it is"
    return Finding(row.row, columns.get(kind, kind), own[kind] or None, "id-missing", "warning", reason, hint)
