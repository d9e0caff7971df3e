"""The page of questions in the docs is the one that the headers give."""

from __future__ import annotations

from pathlib import Path

from hefboom.queries.reference import reference


def test_page_of_questions_is_fresh() -> None:
    page = Path(__file__).parents[2] / "docs" / "questions.md"
    assert page.read_text(encoding="utf-8") == reference()
