"""One cell of a company file as the terms of its statements, or what is wrong with it and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Final

from hefboom.errors import both
from hefboom.graph.iris import SCHEME
from hefboom.loaders.cell_findings import Wording
from hefboom.loaders.claims import DATES
from hefboom.loaders.company_choices import list_of, list_title
from hefboom.loaders.company_schema import Field
from hefboom.loaders.dates import parse_day
from hefboom.loaders.numbers import parse_share
from hefboom.ontology.codes import NO_WORDS, UNKNOWN_WORDS, YES_WORDS, Code, codes, named, sdg_targets, suggestion
from hefboom.plain_text import fold

_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_THOUSANDS: Final = r"[1-9]\d{0,2}(?:[., ]\d{3}|'\d{3})+"
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]{2,}")
_PHONE: Final = re.compile(r"(?<![\w/.-])(?:(?:\+|00)\d[\d ()-]{7,}\d|0\d{1,3}[- ]?\d{6,8})(?![\w/-])")


class CellError(Exception):
    """A cell that cannot be read: a code for the kind of fault, the reason, the hint."""

    def __init__(self, code: str, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.hint = hint


def literal(text: str, datatype: str | None = None) -> str:
    """A literal of N-Triples; `datatype` is the name of a type of XML Schema."""
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    )
    return f'"{escaped}"' + (f"^^<{_XSD}{datatype}>" if datatype else "")


def remark_on(field: Field, text: str) -> Wording | None:
    """What to say of a value that could be read, but perhaps not as it was meant."""
    return DATES["date-ambiguous"] if field.kind == "date" and parse_day(text).code == "date-ambiguous" else None


def says_unknown(field: Field, text: str) -> bool:
    """Whether a cell says that the answer is not known yet, and its list has no code for that."""
    listed = field.kind == "code" and fold(text) in _known(list_of(field))
    return fold(text) in UNKNOWN_WORDS and not listed


def holds_contact(text: str) -> bool:
    """Whether a text holds an e-mail address or a telephone number."""
    return bool(_EMAIL.search(text) or _PHONE.search(text))


def read_value(field: Field, text: str) -> str:
    """One value of a field as a term of N-Triples; ids of other records are not read here. Raises CellError."""
    return _READERS[field.kind](field, text)


def _text(field: Field, text: str) -> str:
    if holds_contact(text):
        raise CellError(
            "personal-data",
            f"'{field.label_en}' holds an e-mail address or telephone number",
            "write a role or department; data about persons is not stored",
        )
    return literal(text)


def _integer(field: Field, text: str) -> str:
    text = text.strip().removesuffix(".0").removesuffix(",0")
    if re.fullmatch(_THOUSANDS, text):
        text = re.sub(r"\D", "", text)
    if not re.fullmatch(r"\d{1,9}", text):
        raise CellError("no-number", f"'{text}' is not a whole number", "write digits only")
    if field.name == "tier" and int(text) > 5:
        raise CellError("out-of-range", f"'{text}' is not a tier", "write 1 for the direct supplier, up to 5")
    return literal(str(int(text)), "integer")


def _plain_decimal(field: Field, text: str) -> str:
    """A number with a point before its decimals: "1.250.000,50" and, in euros, "15.000" have thousands."""
    last = max(text.rfind("."), text.rfind(","))
    whole, decimals = (text[:last], text[last + 1 :]) if last >= 0 else (text, "")
    if re.fullmatch(_THOUSANDS, text) and (field.name == "budget" or len(re.findall(r"[.,' ]", text)) > 1):
        return re.sub(r"\D", "", text)
    if re.fullmatch(_THOUSANDS, whole) and decimals.isdigit() and text[last] not in whole:
        return f"{re.sub(r'[^0-9]', '', whole)}.{decimals}"
    return text.replace(",", ".")


def _decimal(field: Field, text: str) -> str:
    try:
        number = Decimal(_plain_decimal(field, text)).normalize()
    except InvalidOperation:
        raise CellError("no-number", f"'{text}' is not a number", "write digits with a point, such as 23.99") from None
    limit = {"latitude": 90, "longitude": 180}.get(field.name)
    if not number.is_finite() or (limit and abs(number) > limit):
        raise CellError("out-of-range", f"'{text}' is no {field.name}", f"write degrees from -{limit} to {limit}")
    return literal(format(number, "f"), "decimal")


def _date(_: Field, text: str) -> str:
    day = parse_day(text)
    if not isinstance(day.day, date) or day.code == "date-partial":
        raise CellError("no-date", f"'{text}' is not a day", "write year-month-day, such as 2026-03-01")
    return literal(day.day.isoformat(), "date")


def _yesno(_: Field, text: str) -> str:
    if fold(text) in YES_WORDS:
        return literal("true", "boolean")
    if fold(text) in NO_WORDS:
        return literal("false", "boolean")
    raise CellError("no-yes-or-no", f"'{text}' is neither yes nor no", "write yes or no")


def _rating(_: Field, text: str) -> str:
    if text not in {"1", "2", "3", "4", "5"}:
        raise CellError("out-of-range", f"'{text}' is not a rating", "write a whole number from 1 (low) to 5 (high)")
    return literal(text, "integer")


def _url(_: Field, text: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", text):
        raise CellError("no-address", f"'{text}' is not a web address", "write it in full, starting with https://")
    return literal(text, "anyURI")


def _sdg(field: Field, text: str) -> str:
    return f"<{sdg_targets()[_find(field, text).partition('/')[2]]}>"


def _code(field: Field, text: str) -> str:
    return f"<{SCHEME}{_find(field, text)}>"


def _unknown(field: Field, text: str) -> str:
    raise CellError(
        "unknown-value", f"'{text}' is not understood in '{field.label_en}'", "write 'unknown' or leave it empty"
    )


_READERS: Final[Mapping[str, Callable[[Field, str], str]]] = {
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "yesno": _yesno,
    "rating": _rating,
    "url": _url,
    "sdg": _sdg,
    "code": _code,
    "country": _code,
    "unknown": _unknown,
}


@cache
def _known(name: str) -> dict[str, Code]:
    """The codes of a list by every way to write them."""
    return named(codes(name))


def _find(field: Field, text: str) -> str:
    """The id of the code that a text names."""
    name = list_of(field)
    if found := _known(name).get(fold(text)):
        return found.id
    if name == "share" and (share := parse_share(text)).code is None:
        return share.band
    title = both(list_title(name, "en"), list_title(name, "nl"))
    hint = suggestion(codes(name), text) or "the sheet with lists in the template has all choices"
    raise CellError("unknown-code", f"'{text}' is not in the list {title}", hint)
