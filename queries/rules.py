"""The rules for safe answers: group size, columns for the secretariat only, and what a closed audience may slice by.

A closed audience is any other than the secretariat. It never gets a row from a list it may not see. What it may get
from such lists is a count, under one rule that is the same for every slice:

* a count below `k` is shown as "fewer than k", also when it is zero;
* companies that the audience already sees by name are not counted, so that taking them off again tells nothing;
* where there are several covenants, a count is given for one of them and never for all together, and only for today or
  for the last day of a past year, so that two answers do not differ by one company;
* where there is one covenant, a row of a grouped answer counts its members, whether or not it was asked for: a count of
  all companies beside it would tell of those that are in none;
* of two covenants that share members and differ by 1 to `k` - 1 companies, on that day or on a year-end that the answer
  rests on, only the one that held first is counted (by the first day of a membership, then by IRI); for the other there
  is no count, and the answer says why. Not covered: several covenants that together have nearly the members of another,
  and the same covenant's successor where the two never hold on one day;
* a row of a grouped answer below `k` is left out whole, with all its other counts, and no total stands beside the rows;
* such a row changes from year-end to year-end only when at least `k` contributors changed it (see `steady`), so that
  two answers cannot be subtracted. Somebody who asks day after day over a live store, not a publication, can still see
  a row change on the day on which the last of `k` changes came in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from pyoxigraph import Literal

from hefboom.queries.answers import Cell, Row
from hefboom.queries.headers import Column

GROUP_SIZE = 3
"""The smallest count that is shown, unless the operator sets another."""


def bounded_count(count: int, k: int, noun: str, lang: str) -> str:
    """A count in words: "fewer than k" where it is below the group size."""
    if count >= k:
        return f"{count} {noun}"
    return f"{'minder dan' if lang == 'nl' else 'fewer than'} {k} {noun}"


def count_row(columns: Sequence[Column], place: str, text: str) -> Row:
    """The row that carries a count beside the rows with names: only the column `place` is filled."""
    return tuple(Literal(text) if column.name == place else None for column in columns)


def large_groups(columns: Sequence[Column], rows: Sequence[Row], column: str, k: int) -> tuple[Row, ...]:
    """The rows whose count in `column` reaches the group size."""
    index = [one.name for one in columns].index(column)
    return tuple(row for row in rows if _number(row[index]) >= k)


def without_closed(columns: Sequence[Column], rows: Sequence[Row], closed: Collection[str]) -> tuple[Row, ...]:
    """The rows with the columns emptied that only the secretariat may see."""
    return tuple(
        tuple(None if column.name in closed else cell for column, cell in zip(columns, row, strict=True))
        for row in rows
    )


def countable_slice(params: Mapping[str, Sequence[object]], at: dt.date | None, today: dt.date, covenants: int) -> bool:
    """Whether a closed audience may get a count for these parameters.

    With several covenants a count needs one of them; the day must be today or the last of a past year.
    """
    one_covenant = covenants < 2 or len(params.get("covenant", ())) == 1
    fixed_day = at is None or at == today or (at < today and (at.month, at.day) == (12, 31))
    return one_covenant and fixed_day


def _number(cell: Cell) -> int:
    return int(cell.value) if isinstance(cell, Literal) else 0
