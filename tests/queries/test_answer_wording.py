"""What people read around the rows of an answer: every column has a name and a meaning in both languages."""

from __future__ import annotations

import csv
import datetime as dt
import io
from importlib.resources import files

import openpyxl
import pyoxigraph as ox
import pytest
from golden_facts import GOLDEN, P1
from rich.console import Console

from hefboom.graph.match_measures import CONFLICTS
from hefboom.ontology import terms
from hefboom.queries import Answer, Question, catalogue, run
from hefboom.queries.formats import FORMATS, as_xlsx
from hefboom.queries.tables import show
from hefboom.queries.wording import heading, meaning, worded

QUESTIONS = list(catalogue().values())
COLUMNS = [column for question in QUESTIONS for column in question.header.columns]
DAY = dt.date(2024, 6, 1)
SCHEME_OF = {
    "before": "level",
    "change": "order-change",
    "decision": "decision",
    "involvement": "involvement",
    "kinds": "document-kind",
    "level": "level",
    "planned": "response",
    "relationName": "sdg-relation",
    "share": "share",
    "visibility": "visibility",
}
"""Columns whose cells hold the codes of a concept scheme."""


def table(name: str) -> list[dict[str, str]]:
    text = (files("hefboom.queries") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def screen(answer: Answer, lang: str) -> str:
    out = io.StringIO()
    show(answer, Console(file=out, width=200, highlight=False), lang)
    return out.getvalue()


def ask(question: str, lang: str, **params: str) -> Answer:
    return run(question, params, GOLDEN.evidence(), today=DAY, lang=lang)


@pytest.mark.parametrize(
    ("file", "key", "used"),
    [
        ("column_names.csv", "name", {column.name for column in COLUMNS}),
        ("column_texts.csv", "text_en", {column.description for column in COLUMNS}),
    ],
    ids=["names", "meanings"],
)
def test_each_column_is_worded_once_and_nothing_else_is(file: str, key: str, used: set[str]) -> None:
    rows = table(file)
    assert [row[key] for row in rows] == sorted(used), f"{file}: one row per {key} of the catalogue, in order"
    assert all(text.strip() == text != "" for row in rows for text in row.values())


@pytest.mark.parametrize("lang", ["en", "nl"])
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_columns_of_a_question_are_told_apart(question: Question, lang: str) -> None:
    headings = [heading(column.name, lang) for column in question.header.columns]
    assert len(set(headings)) == len(headings)


def test_words_for_codes_are_of_columns_that_there_are() -> None:
    rows = table("cell_words.csv")
    keys = [(row["column"], row["value"]) for row in rows]
    assert keys == sorted(set(keys))
    assert {column for column, _ in keys} <= {column.name for column in COLUMNS}
    assert all(row["nl"].strip() == row["nl"] != "" for row in rows)


@pytest.mark.parametrize(("column", "scheme"), SCHEME_OF.items())
def test_each_code_of_a_scheme_has_its_word(column: str, scheme: str) -> None:
    start = terms.concept_iri(f"{scheme}/")
    [file] = [file for file in terms.scheme_files() if file.name == f"{scheme}.ttl"]
    subjects = {getattr(quad.subject, "value", "") for quad in ox.parse(file.read_bytes(), ox.RdfFormat.TURTLE)}
    codes = {subject.removeprefix(start) for subject in subjects if subject.startswith(start)}
    assert {row["value"] for row in table("cell_words.csv") if row["column"] == column} - {"not stated"} == codes


def test_each_conflict_of_two_rows_has_its_word() -> None:
    assert {row["value"] for row in table("cell_words.csv") if row["column"] == "conflicts"} == {*CONFLICTS, "cluster"}


def test_dutch_table_has_dutch_headings_and_words() -> None:
    shown = screen(ask("who-uses-site", "nl", site=P1), "nl")
    for word in ("bedrijfsnaam", "deelnemer", "schakel", "hoe zeker", "leveringsrelatie"):
        assert word in shown
    assert "relationship" not in shown


def test_english_table_keeps_its_codes() -> None:
    shown = screen(ask("who-uses-site", "en", site=P1), "en")
    assert "company name" in shown
    assert "relationship" in shown


@pytest.mark.parametrize("form", ["csv", "json", "ttl"])
def test_software_reads_the_same_columns_and_codes_in_dutch(form: str) -> None:
    english, dutch = (FORMATS[form](ask("who-uses-site", lang, site=P1)) for lang in ("en", "nl"))
    assert english == dutch


def test_dutch_workbook_names_columns_and_sheets_in_dutch() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(ask("shared-sites", "nl"))))
    assert book.sheetnames == ["antwoord", "toelichting"]
    assert [cell.value for cell in book["antwoord"][1]][:3] == ["locatie", "naam", "land"]
    assert [row[0].value for row in book["toelichting"].iter_rows()][:2] == ["vraag", "per"]


def test_code_among_several_is_worded_and_other_text_is_kept() -> None:
    assert worded("required", "own part; leverage", "nl") == "eigen deel; invloed"
    assert worded("missing", "DD-1.1; own part", "nl") == "DD-1.1; eigen deel"
    assert worded("companyName", "likely", "nl") == "likely"


def test_column_of_no_question_is_split_into_its_words() -> None:
    assert heading("farMills_of", "nl") == "far mills of"
    assert meaning("of no question", "nl") == "of no question"
