"""An answer as CSV, Excel, JSON, Turtle and as a table: the same bytes each time, no cell that a spreadsheet runs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import openpyxl
import pytest
from golden_facts import GOLDEN, S1
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Store
from rich.console import Console

from hefboom.graph.iris import DEFAULT_BASE
from hefboom.queries import Answer, run
from hefboom.queries.answers import Plain, Row
from hefboom.queries.cells import decimal, told_figure
from hefboom.queries.formats import FORMATS, as_csv, as_json, as_turtle, as_xlsx
from hefboom.queries.headers import Column
from hefboom.queries.tables import show
from hefboom.queries.wording import heading
from hefboom.spreadsheet_text import safe_text

XSD = "http://www.w3.org/2001/XMLSchema#"
COLUMNS = (
    Column("site", "hef:Site", "a site"),
    Column("label", "xsd:string", "its name"),
    Column("n", "xsd:integer", "a number"),
    Column("km", "xsd:decimal", "a distance"),
    Column("member", "xsd:boolean", "a truth"),
    Column("since", "xsd:date", "a day"),
)
FULL: Row = (
    NamedNode(f"{DEFAULT_BASE}/site/{S1}"),
    Literal('=HYPERLINK("x"), é'),
    Literal(-2),
    Literal("11.5", datatype=NamedNode(XSD + "decimal")),
    Literal(True),
    Literal("2024-01-01", datatype=NamedNode(XSD + "date")),
)
ANSWER = Answer("x", "Sites", COLUMNS, (FULL, (None,) * 6), ("A note.",), dt.date(2024, 6, 1))


def test_csv_is_quoted_and_runs_nothing() -> None:
    header, full, empty = csv.reader(io.StringIO(as_csv(ANSWER).decode(), newline=""))
    assert header == [column.name for column in COLUMNS]
    assert full == [f"{DEFAULT_BASE}/site/{S1}", '\'=HYPERLINK("x"), é', "-2", "11.5", "true", "2024-01-01"]
    assert empty == [""] * 6


def test_json_keeps_types() -> None:
    full, empty = json.loads(as_json(ANSWER))
    assert full == {
        "site": f"{DEFAULT_BASE}/site/{S1}",
        "label": '=HYPERLINK("x"), é',
        "n": -2,
        "km": 11.5,
        "member": True,
        "since": "2024-01-01",
    }
    assert set(empty.values()) == {None}


def test_excel_keeps_types_and_formulas_stay_text() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(ANSWER)))
    sheet = book["answer"]
    assert [cell.value for cell in sheet[1]] == [heading(column.name) for column in COLUMNS]
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes == "A2"
    values = [cell.value for cell in sheet[2]]
    assert values == [f"{DEFAULT_BASE}/site/{S1}", '=HYPERLINK("x"), é', -2, 11.5, True, dt.datetime(2024, 1, 1)]
    assert [cell.data_type for cell in sheet[2]] == ["s", "s", "n", "n", "b", "d"]
    assert [row[1].value for row in book["about"].iter_rows()] == ["Sites", dt.datetime(2024, 6, 1), "A note."]


def test_turtle_is_a_sparql_result_set() -> None:
    store = Store()
    store.load(as_turtle(ANSWER), format=RdfFormat.TURTLE)
    found = store.query(
        "PREFIX rs: <http://www.w3.org/2001/sw/DataAccess/tests/result-set#> SELECT ?i ?value "
        "{ ?s rs:index ?i ; rs:binding [ rs:variable 'n' ; rs:value ?value ] }"
    )
    assert [(row["i"].value, row["value"].value) for row in found] == [("1", "-2")]  # type: ignore[union-attr]


@pytest.mark.parametrize("form", FORMATS)
def test_same_answer_gives_the_same_bytes(form: str) -> None:
    evidence = GOLDEN.evidence()
    once, twice = (run("shared-sites", {}, evidence, today=dt.date(2024, 6, 1)) for _ in range(2))
    assert FORMATS[form](once) == FORMATS[form](twice)


@given(st.text(max_size=10))
def test_no_text_cell_of_a_csv_begins_like_a_formula(text: str) -> None:
    assert not safe_text(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def screen(answer: Answer, lang: str = "en", width: int = 120) -> str:
    out = io.StringIO()
    show(answer, Console(file=out, width=width, highlight=False), lang)
    return out.getvalue()


def test_table_shows_names_and_ids_in_place_of_iris() -> None:
    shown = screen(run("shared-sites", {}, GOLDEN.evidence(), today=dt.date(2024, 6, 1)), width=200)
    assert shown.splitlines()[0].strip() == "Sites shared by several members"
    assert "Company A (1); Company B (1)" in shown
    assert S1 in shown
    assert "https://" not in shown
    assert "2 rows, as of 2024-06-01" in shown


def test_empty_table_says_nothing_on_file() -> None:
    answer = run("shared-sites", {"n": "3"}, GOLDEN.evidence(), today=dt.date(2024, 6, 1), lang="nl")
    assert screen(answer, "nl").startswith("Locaties die meerdere deelnemers delen\nniets vastgelegd, per 2024-06-01\n")


def test_markup_in_a_name_is_shown_as_it_stands() -> None:
    row: Row = (None, Literal("[red]Mill[/red]"), *[None] * 4)
    assert "[red]Mill[/red]" in screen(Answer("x", "Sites", COLUMNS, (row,)))


def test_dutch_table_has_decimal_commas_and_software_reads_points() -> None:
    figures = (
        Column("km", "xsd:decimal", "km"), Column("value", "xsd:string", "value"), Column("site", "hef:Site", "site"),
        Column("target", "xsd:string", "target"),
    )  # fmt: skip
    row: Row = (decimal(0.498, 3), Literal("-1.219"), NamedNode(f"{DEFAULT_BASE}/site/a.b"), Literal("8.7"))
    answer = Answer("x", "Figures", figures, (row,), lang="nl")
    dutch = screen(answer, "nl")
    assert "0,498" in dutch
    assert "-1,219" in dutch
    assert "8.7" in dutch
    assert "0.498" in screen(answer)
    assert b"0.498,'-1.219" in as_csv(answer)


@pytest.mark.parametrize(
    ("stated", "lang", "told"),
    [
        ("-0.63662280467457", "en", "-0.6366"),
        ("45.0237", "nl", "45,02"),
        ("0.378", "nl", "0,378"),
        ("-1.219", "nl", "-1,219"),
        ("1958", "nl", "1958"),
        ("0.378", "en", "0.378"),
        ("1234567", "en", "1234567"),
        ("2.2 million", "en", "2.2 million"),
        ("Yes", "en", "Yes"),
        ("Yes", "nl", "Ja"),
        ("No Advancement", "nl", "Geen vooruitgang"),
        ("1958 (denounced 1990)", "nl", "1958 (opgezegd in 1990)"),
        (None, "nl", None),
    ],
)
def test_figure_of_a_source_is_told_with_four_digits_that_count(stated: Plain, lang: str, told: Plain) -> None:
    assert told_figure(stated, lang) == told
