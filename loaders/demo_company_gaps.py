"""Fictional due diligence files with gaps: rows and answers left out, ids and references whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from hefboom.loaders.company_schema import COMPANY_SHEET, sheets
from hefboom.loaders.demo_company_parts import Row

Document = dict[str, Row | list[Row]]
"""A company file as YAML or JSON hold it: the sheet `company` is one record, every other a list of records."""


def with_gaps(document: Document, share: float, random: Random) -> Document:
    """The document with about that share of its answers left open or changed; ids and references stay whole."""
    gone: set[tuple[str, str]] = set()
    thinner: Document = {COMPANY_SHEET: _thin(COMPANY_SHEET, rows_of(document, COMPANY_SHEET)[0], share, random)}
    for name in sheets():
        for row in rows_of(document, name) if name != COMPANY_SHEET else []:
            if random.random() < share / 2:
                gone.add((name, str(row["id"])))
    while grown := gone | set(_orphans(document, gone)):
        if grown == gone:
            break
        gone = grown
    for name in sheets():
        kept = [row for row in rows_of(document, name) if name != COMPANY_SHEET and (name, str(row["id"])) not in gone]
        if kept:
            thinner[name] = [_thin(name, _without(name, row, gone), share, random) for row in kept]
    return thinner


def closed_document(document: Document) -> Document:
    """The document without references to rows that it does not hold, and without rows that need one."""
    known = {(name, str(row["id"])) for name in document if name != COMPANY_SHEET for row in rows_of(document, name)}
    named = {
        (sheet, key) for name in document for row in rows_of(document, name) for _, sheet, key in _references(name, row)
    }
    gone = named - known
    while grown := gone | set(_orphans(document, gone)):
        if grown == gone:
            break
        gone = grown
    closed: Document = {}
    for name in document:
        if name == COMPANY_SHEET:
            closed[name] = document[name]
        elif kept := [
            _without(name, row, gone) for row in rows_of(document, name) if (name, str(row["id"])) not in gone
        ]:
            closed[name] = kept
    return closed


def rows_of(document: Document, name: str) -> list[Row]:
    """The rows of a sheet; the company is one."""
    rows = document.get(name, [])
    return rows if isinstance(rows, list) else [rows]


def _references(name: str, row: Row) -> Iterator[tuple[str, str, str]]:
    """Field, sheet and id of everything a row refers to."""
    for field in sheets()[name].fields:
        if field.kind == "ref":
            value = row.get(field.name, [])
            for text in value if isinstance(value, list) else [value]:
                if text and field.target == "*":
                    yield field.name, *text.split("/", 1)  # type: ignore[misc]  # sheet and id
                elif text:
                    yield field.name, field.target, text


def _orphans(document: Document, gone: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Rows that cannot stand without a row that is gone."""
    for name in sheets():
        required = {field.name for field in sheets()[name].fields if field.required}
        for row in rows_of(document, name) if name != COMPANY_SHEET else []:
            if any(field in required and (sheet, key) in gone for field, sheet, key in _references(name, row)):
                yield name, str(row["id"])


def _without(name: str, row: Row, gone: set[tuple[str, str]]) -> Row:
    """The row without what it says of rows that are gone."""
    lost = {
        (field, key if sheets()[name].field(field).target != "*" else f"{sheet}/{key}")
        for field, sheet, key in _references(name, row)
        if (sheet, key) in gone
    }
    return {
        field: [text for text in value if (field, text) not in lost]
        if isinstance(value, list)
        else ""
        if (field, value) in lost
        else value
        for field, value in row.items()
    }


def _thin(name: str, row: Row, share: float, random: Random) -> Row:
    """The row with some answers left open, dates moved back, or yes turned into no."""
    fields = {field.name: field for field in sheets()[name].fields}
    thinner: Row = {}
    for key, value in row.items():
        field = fields.get(key)
        if field is None or field.required or random.random() >= share:
            thinner[key] = value
        elif field.unknown and random.random() < 0.5:
            thinner[key] = ["unknown"] if field.many else "unknown"
        elif field.kind == "date" and isinstance(value, str) and value and random.random() < 0.6:
            moved = earlier(value, random.choice((200, 420, 900)))
            thinner[key] = max(moved, str(row.get("from", ""))) if key == "to" else moved
        elif field.kind == "yesno" and random.random() < 0.7:
            thinner[key] = "no" if value == "yes" else "yes"
        elif key == "kind" and name == "involvements" and random.random() < 0.8:
            thinner[key] = random.choice(("caused", "contributed", "linked"))
        elif key == "decision" and random.random() < 0.6:
            thinner[key] = "later"
        elif isinstance(value, list) and len(value) > 1 and random.random() < 0.7:
            thinner[key] = value[:-1]
    return thinner


def earlier(day: str, days: int) -> str:
    """The day some days before another."""
    return (date.fromisoformat(day) - timedelta(days=days)).isoformat()
