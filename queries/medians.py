"""The median of days over the complaints of each row, which SPARQL cannot compute.

The rows have what each complaint adds, as `contributions`: the complaint, whether it was remedied, and its days from
receipt to the last step, where it had one. The median leaves out those without.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from hefboom.queries.answers import Cell
from hefboom.queries.cells import decimal, value

Record = dict[str, Cell]


def analyse(rows: Sequence[Record], given: Mapping[str, Sequence[object]], lang: str) -> list[Record]:
    """The rows with `medianDays`, empty where no complaint had a step."""
    return [{**row, "medianDays": _median(value(row["contributions"]))} for row in rows]


def _median(contributions: str) -> Cell:
    days = [int(told.rpartition(" ")[2] or -1) for told in contributions.split("; ")]
    known = [count for count in days if count >= 0]
    return decimal(median(known)) if known else None
