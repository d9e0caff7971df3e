"""Pairs of values in one row of a company's file of which one cannot be beyond the other."""

from __future__ import annotations

from typing import Final

from hefboom.loaders.claims import WORKERS
from hefboom.loaders.company_read import Record
from hefboom.loaders.company_schema import sheets
from hefboom.loaders.findings import Finding

_FEWEST: Final = "workers_min"
_MOST: Final = "workers_max"


def check_pairs(record: Record, statements: list[tuple[str, str]]) -> list[Finding]:
    """What there is to say of a row that ends before it begins; a range of workers from high to low is turned round."""
    findings = []
    begins, ends = (_term(record.sheet, name, statements) for name in ("from", "to"))
    if begins and ends and ends < begins:
        reason = f"it ends on '{_text(ends)}', before it begins on '{_text(begins)}'"
        column, value = f"{record.sheet}.to", next(iter(record.values["to"]))
        hint = "correct one of the two days"
        findings.append(Finding(record.row, column, value, "ends-before-it-begins", "warning", reason, hint))
    fewest, most = (_term(record.sheet, name, statements) for name in (_FEWEST, _MOST))
    if fewest and most and int(_text(most)) < int(_text(fewest)):
        own = {name: sheets()[record.sheet].field(name).property for name in (_FEWEST, _MOST)}
        swapped = {own[_FEWEST]: most, own[_MOST]: fewest}
        statements[:] = [(name, swapped.get(name, term)) for name, term in statements]
        value, words = next(iter(record.values[_FEWEST])), WORKERS["workers-reversed"]
        column = f"{record.sheet}.{_FEWEST}"
        findings.append(Finding(record.row, column, value, "workers-reversed", "warning", words.reason, words.hint))
    return findings


def _term(sheet: str, name: str, statements: list[tuple[str, str]]) -> str | None:
    """What a row says in one field; None where it has no such field or leaves it empty."""
    properties = {field.name: field.property for field in sheets()[sheet].fields}
    return next((term for stated, term in statements if stated == properties.get(name)), None)


def _text(term: str) -> str:
    return term[1 : term.rindex('"')]
