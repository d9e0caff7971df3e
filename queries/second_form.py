"""The second form of a question, in SQL on the projection: bind its parameters and make terms of its rows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from pyoxigraph import NamedNode

from hefboom.graph.iris import SCHEME, Names
from hefboom.queries.answers import Cell, from_sql
from hefboom.queries.catalogue import Question
from hefboom.queries.evidence import Visible
from hefboom.queries.headers import Column
from hefboom.queries.values import Term


def sql_records(question: Question, bound: Mapping[str, list[Term]], visible: Visible) -> list[dict[str, Cell]]:
    """Run the SQL form on the projection, with every parameter bound as `$name` (absent: NULL)."""
    evidence = visible.evidence
    assert evidence.tables is not None
    assert question.sql is not None
    names = Names(evidence.base)
    values = {
        param.name: _sql_value(bound.get(param.name), param.many, evidence.base) for param in question.header.params
    }
    used = {name: value for name, value in values.items() if re.search(rf"\${name}\b", question.sql)}
    connection = evidence.tables(evidence.scopes)
    cursor = connection.execute(question.sql, used)
    found = [entry[0] for entry in cursor.description or ()]
    rows = cursor.fetchall()
    by_name = {column.name: column for column in question.header.queried}
    columns = zip(found, zip(*rows, strict=True), strict=False)
    made = [_column_of_terms(by_name[name], cells, names) for name, cells in columns if name in by_name]
    kept = [name for name in found if name in by_name]
    return [dict(zip(kept, row, strict=True)) for row in zip(*made, strict=True)]


def _column_of_terms(column: Column, values: Sequence[object], names: Names) -> list[Cell]:
    """The values of one column as terms; each value that comes again is made a term once."""
    if column.many:
        return [from_sql(column, value, names) for value in values]
    terms = {value: from_sql(column, value, names) for value in set(values)}
    return [terms[value] for value in values]


def _sql_value(terms: list[Term] | None, many: bool, base: str) -> object:
    if not terms:
        return None
    plain = [_sql_plain(term, base) for term in terms]
    return plain if many else plain[0]


def _sql_plain(term: Term, base: str) -> object:
    if isinstance(term, NamedNode):
        short = term.value.removeprefix(SCHEME).removeprefix("country/")
        return re.sub(rf"^{re.escape(base)}/(?:site|company|covenant|list)/", "", short)
    kind = term.datatype.value.rpartition("#")[2]
    if kind == "date":
        return dt.date.fromisoformat(term.value)
    if kind == "boolean":
        return term.value == "true"
    return {"integer": int, "decimal": float}.get(kind, str)(term.value)
