"""An answer as bytes: CSV, JSON, Excel or Turtle; the same answer gives the same bytes.

A cell of a spreadsheet that begins like a formula could run when the file is opened, so in CSV and Excel such a text is
kept a text: with an apostrophe before it in CSV, as a string cell in Excel.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType

import xlsxwriter
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from hefboom.queries.answers import Answer, Plain, is_number, plain
from hefboom.queries.wording import heading, said_twice, worded
from hefboom.spreadsheet_text import safe_text

_RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_EPOCH = dt.datetime(2000, 1, 1)
_WIDEST = 60
_LONGEST_SHEET_NAME = 31
_WORDS = {
    "en": {"answer": "answer", "about": "about", "question": "question", "as of": "as of", "note": "note"},
    "nl": {"answer": "antwoord", "about": "toelichting", "question": "vraag", "as of": "per", "note": "opmerking"},
}


def as_csv(answer: Answer) -> bytes:
    """CSV in UTF-8 with a header row and CRLF line ends (RFC 4180)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.name for column in answer.columns])
    for row in answer.rows:
        writer.writerow([_text(plain(cell)) if is_number(cell) else safe_text(_text(plain(cell))) for cell in row])
    return out.getvalue().encode()


def as_json(answer: Answer) -> bytes:
    """A JSON array of objects keyed by column: IRIs, texts and dates as strings, numbers as numbers, empty as null."""
    records = [{name: _json(value) for name, value in record.items()} for record in answer.plain()]
    return (json.dumps(records, ensure_ascii=False, indent=2) + "\n").encode()


def as_xlsx(answer: Answer, *more: Answer) -> bytes:
    """An Excel workbook: sheet `answer` with a bold, frozen header and a filter, sheet `about` with title and notes.

    Of several answers each has a sheet named after its question. Sheets and columns have names, and codes words, in the
    language of the answer; IRIs of sites, companies and records stay, as keys.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": answer.title, "created": _EPOCH})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    words = _WORDS["nl" if answer.lang == "nl" else "en"]
    for one in (answer, *more):
        _add_rows(book.add_worksheet(one.question[:_LONGEST_SHEET_NAME] if more else words["answer"]), one, bold, day)
    about = book.add_worksheet(words["about"])
    about.set_column(0, 0, 14)
    about.set_column(1, 1, 100)
    facts: list[tuple[str, Plain]] = []
    for one in (answer, *more):
        facts += [("question", one.title), ("as of", one.as_of), *(("note", note) for note in one.notes)]
    for number, (kind, fact) in enumerate(facts):
        about.write_string(number, 0, words[kind], bold)
        _write(about, number, 1, fact, day)
    book.close()
    return out.getvalue()


def _add_rows(sheet: xlsxwriter.worksheet.Worksheet, answer: Answer, bold: object, day: object) -> None:
    sheet.freeze_panes(1, 0)
    records = answer.plain()
    names = [column.name for column in answer.columns]
    repeated = said_twice(names, records, answer.lang)
    shown = [name for name in names if name not in repeated]
    values = [[_told(name, record[name], answer.lang) for name in shown] for record in records]
    for place, name in enumerate(shown):
        named = heading(name, answer.lang)
        sheet.write_string(0, place, named, bold)
        longest = max([len(named), *(len(_text(row[place])) for row in values)])
        sheet.set_column(place, place, min(longest + 2, _WIDEST))
    for number, row in enumerate(values, start=1):
        for place, value in enumerate(row):
            _write(sheet, number, place, value, day)
    sheet.autofilter(0, 0, max(len(values), 1), len(shown) - 1)


def as_turtle(answer: Answer) -> bytes:
    """The answer as RDF in the result set vocabulary of the SPARQL test suite, rows in order by `rs:index`."""
    result = BlankNode("result")
    triples = [Triple(result, _TYPE, NamedNode(_RS + "ResultSet"))]
    triples += [Triple(result, NamedNode(_RS + "resultVariable"), Literal(column.name)) for column in answer.columns]
    for number, row in enumerate(answer.rows, start=1):
        solution = BlankNode(f"row{number}")
        triples.append(Triple(result, NamedNode(_RS + "solution"), solution))
        triples.append(Triple(solution, NamedNode(_RS + "index"), Literal(number)))
        for place, (column, cell) in enumerate(zip(answer.columns, row, strict=True)):
            if cell is not None:
                binding = BlankNode(f"row{number}cell{place}")
                triples.append(Triple(solution, NamedNode(_RS + "binding"), binding))
                triples.append(Triple(binding, NamedNode(_RS + "variable"), Literal(column.name)))
                triples.append(Triple(binding, NamedNode(_RS + "value"), cell))
    written = serialize(triples, format=RdfFormat.TURTLE, prefixes={"rs": _RS})
    assert written is not None
    return written


FORMATS: Mapping[str, Callable[[Answer], bytes]] = MappingProxyType(
    {"csv": as_csv, "json": as_json, "ttl": as_turtle, "xlsx": as_xlsx}
)


def _text(value: Plain) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _told(column: str, value: Plain, lang: str) -> Plain:
    return worded(column, value, lang) if isinstance(value, str) else value


def _json(value: Plain) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Plain, day: object) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (int, Decimal)):
        sheet.write_number(row, column, float(value))
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime(value.year, value.month, value.day), day)
    else:
        sheet.write_string(row, column, value)
