"""Cells of an answer made by an analysis: numbers and texts as terms, and terms as plain values."""

from __future__ import annotations

from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from hefboom.queries.answers import Cell, Plain
from hefboom.queries.values import XSD
from hefboom.queries.wording import in_figures, worded


def whole(number: int) -> Literal:
    """A whole number."""
    return Literal(str(number), datatype=NamedNode(XSD + "integer"))


def decimal(number: float, digits: int = 1) -> Literal:
    """A number with so many digits behind the point, zeros at the end left out."""
    text = f"{round(Decimal(repr(number)), digits):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return Literal(text, datatype=NamedNode(XSD + "decimal"))


def truth(value: bool) -> Literal:
    """Yes or no."""
    return Literal("true" if value else "false", datatype=NamedNode(XSD + "boolean"))


def words(text: str) -> Literal | None:
    """A text; nothing when it is empty."""
    return Literal(text) if text else None


def value(cell: Cell) -> str:
    """The IRI or the lexical form of a cell; empty when it is unbound."""
    return cell.value if cell is not None else ""


def told_figure(text: Plain, lang: str = "en") -> Plain:
    """What a public source states, as people read it: four digits that count, and its words in their language."""
    if not isinstance(text, str):
        return text
    try:
        number = float(text)
    except ValueError:
        return worded("value", text, lang)
    digits = sum(letter.isdigit() for letter in text.lstrip("-0."))
    return in_figures(text if digits <= 4 or number.is_integer() else format(number, ".4g"), lang)
