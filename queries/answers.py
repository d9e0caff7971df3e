"""An answer: rows of RDF terms under named columns, with what must be said beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from hefboom.graph.iris import SCHEME, Names
from hefboom.queries.headers import Column
from hefboom.queries.values import XSD

Cell: TypeAlias = NamedNode | Literal | None
Row: TypeAlias = tuple[Cell, ...]
Plain: TypeAlias = str | int | bool | Decimal | dt.date | None

SET_SEPARATOR = "\x1f"
"""What GROUP_CONCAT puts between the members of a set in a question file; no name holds it, as one may hold a bar."""

_SHOWN_SEPARATOR = "; "
_NUMBERS = ("integer", "decimal", "double")


@dataclass(frozen=True)
class Answer:
    """The rows of a question. `suppressed` counts the rows that the group-size rule hid or replaced by a bound.

    `lang` is the language of title, notes and of labels in cells; columns keep their names in every language.
    """

    question: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    as_of: dt.date | None = None
    suppressed: int = 0
    form: str = "sparql"
    lang: str = "en"

    def plain(self) -> list[dict[str, Plain]]:
        """The rows as plain values keyed by column: IRIs as text, numbers, dates and booleans as themselves."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, map(plain, row), strict=True)) for row in self.rows]


def plain(cell: Cell) -> Plain:
    """A term as a Python value; an unbound cell is None."""
    if cell is None or isinstance(cell, NamedNode):
        return cell.value if cell else None
    kind = cell.datatype.value.removeprefix(XSD)
    if kind == "integer":
        return int(cell.value)
    if kind == "decimal":
        return Decimal(cell.value)
    if kind == "boolean":
        return cell.value in ("true", "1")
    return dt.date.fromisoformat(cell.value) if kind == "date" else cell.value


def settle(column: Column, term: object) -> Cell:
    """A term of a SPARQL answer as its column promises: sets in order, empty texts unbound, doubles as decimals."""
    if not isinstance(term, Literal):
        return term if isinstance(term, NamedNode) else None
    if column.many:
        return _set(term.value.split(SET_SEPARATOR))
    if column.type == "xsd:decimal":
        return _decimal(float(term.value))
    return term if term.value else None


def from_sql(column: Column, value: object, names: Names) -> Cell:
    """A value of an SQL answer as the term that its column promises; ids become IRIs."""
    if value is None:
        return None
    if column.many:
        return _set(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else None
    text = str(value)
    places = {
        "hef:Site": names.site,
        "hef:Company": names.company,
        "hef:Covenant": names.covenant,
        "hef:List": names.list,
    }
    if column.type in places:
        return NamedNode(places[column.type](text))
    if column.type in ("hef:Country", "hef:ProcessType"):
        scheme = "country/" if column.type == "hef:Country" else "process/"
        return NamedNode(SCHEME + scheme + text.removeprefix(scheme))
    if column.type == "xsd:decimal":
        return _decimal(float(text))
    if column.type == "xsd:boolean":
        return Literal(bool(value))
    return Literal(text, datatype=NamedNode(XSD + column.type.removeprefix("xsd:"))) if text else None


def is_number(cell: Cell) -> bool:
    """Whether a cell holds a number."""
    return isinstance(cell, Literal) and cell.datatype.value.removeprefix(XSD) in _NUMBERS


def _set(members: Iterable[str]) -> Literal | None:
    kept = sorted({member for member in members if member})
    return Literal(_SHOWN_SEPARATOR.join(kept)) if kept else None


def _decimal(number: float) -> Literal:
    text = format(Decimal(repr(number)), "f")
    return Literal(text.removesuffix(".0"), datatype=NamedNode(XSD + "decimal"))
