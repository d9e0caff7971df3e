"""The rows of a grouped question as they may be shown on a day: see `steady`, which says why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from hefboom.graph.iris import HEF
from hefboom.queries.answers import Cell, Row
from hefboom.queries.evidence import RDF_TYPE, Visible
from hefboom.queries.headers import Header
from hefboom.queries.rules import large_groups
from hefboom.queries.steady import Key, State, shares_of, steady_rows

_YEARS_BACK = 10
_COUNTS = ("xsd:integer", "xsd:decimal")


def year_ends(visible: Visible, at: dt.date) -> list[dt.date]:
    """The last day of each year since the first list or file, at most ten years back, then the day itself."""
    years = [at.year]
    for kind, told in (("List", "validFrom"), ("CompanyFile", "reportingYear")):
        for quad in visible.quads(None, RDF_TYPE, NamedNode(HEF + kind)):
            if isinstance(quad.subject, NamedNode):
                found = visible.quads(quad.subject, NamedNode(HEF + told))
                years += [int(one.object.value[:4]) for one in found if isinstance(one.object, Literal)]
    first = max(min(years), at.year - _YEARS_BACK)
    return [*(dt.date(year, 12, 31) for year in range(first, at.year)), at]


def shown_rows(
    header: Header, group: str, days: Sequence[Sequence[Mapping[str, Cell]]], k: int
) -> tuple[tuple[Row, ...], bool]:
    """The rows to be shown of the last of several days; and whether one of them stands as it did earlier."""
    states = [_states(header, records) for records in days]
    shown, old = steady_rows(states, k, lambda row: bool(large_groups(header.columns, [row], group, k)))
    return tuple(shown), old


def _states(header: Header, records: Sequence[Mapping[str, Cell]]) -> dict[Key, State]:
    """The rows of one day by what they are about: the columns that hold no counts and no sets; a year is no count."""
    about = [one.name for one in header.columns if not one.many and (one.type not in _COUNTS or one.name == "year")]
    found: dict[Key, State] = {}
    for record in records:
        told = record.get(header.steady or "")
        shares = shares_of(told.value if isinstance(told, Literal) else "")
        row = tuple(record.get(column.name) for column in header.columns)
        found[tuple(record.get(name) for name in about)] = State(row, shares)
    return found
