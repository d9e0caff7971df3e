"""What people read around the rows of an answer: every column has a name and a meaning in both languages."""

from __future__ import annotations

import csv
import datetime as dt
import io
from importlib.resources import files

import pytest
from golden_facts import GOLDEN, P1
from rich.console import Console

from hefboom.queries import Answer, Question, catalogue, run
from hefboom.queries.tables import show
from hefboom.queries.wording import heading, meaning

QUESTIONS = list(catalogue().values())
COLUMNS = [column for question in QUESTIONS for column in question.header.columns]
DAY = dt.date(2024, 6, 1)


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


def test_dutch_table_has_dutch_headings() -> None:
    shown = screen(ask("who-uses-site", "nl", site=P1), "nl")
    for word in ("bedrijfsnaam", "deelnemer", "schakel", "hoe zeker"):
        assert word in shown


def test_english_table_has_english_headings() -> None:
    assert "company name" in screen(ask("who-uses-site", "en", site=P1), "en")


def test_column_of_no_question_is_split_into_its_words() -> None:
    assert heading("farMills_of", "nl") == "far mills of"
    assert meaning("of no question", "nl") == "of no question"
