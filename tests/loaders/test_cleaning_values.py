"""Dates, company identifiers and text as lists write them."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefboom.loaders.company_ids import parse_duns, parse_lei
from hefboom.loaders.dates import parse_day
from hefboom.loaders.text import clean_text, fold_cells, is_placeholder
from hefboom.plain_text import fold

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("text", "day", "code"),
    [
        ("2022-10-16", date(2022, 10, 16), None),
        ("2022-10-16T10:00:00Z", date(2022, 10, 16), None),
        ("16-10-2022", date(2022, 10, 16), None),
        ("10/16/2022", date(2022, 10, 16), None),
        ("4/4/2022", date(2022, 4, 4), None),
        ("3-4-2022", date(2022, 4, 3), "date-ambiguous"),
        ("1 maart 2024", date(2024, 3, 1), None),
        ("March 2024", date(2024, 3, 1), "date-partial"),
        ("2022-10", date(2022, 10, 1), "date-partial"),
        ("2022", date(2022, 1, 1), "date-partial"),
        ("45352", date(2024, 3, 1), "date-day-number"),
        ("2022-02-30", None, "date-unreadable"),
        ("31-31-2022", None, "date-unreadable"),
        ("soon", None, "date-unreadable"),
    ],
)
def test_day(text: str, day: date | None, code: str | None) -> None:
    assert parse_day(text) == (day, code)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2022", date(2023, 1, 1)),
        ("2022-12", date(2023, 1, 1)),
        ("2022-10", date(2022, 11, 1)),
        ("2022-10-16", date(2022, 10, 16)),
    ],
)
def test_period_ends_after_the_year_or_month_it_names(text: str, day: date) -> None:
    assert parse_day(text, end=True).day == day


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_iso_and_dutch_dates_are_read_back(day: date) -> None:
    assert parse_day(day.isoformat()) == (day, None)
    assert parse_day(f"{day:%d-%m-%Y}").day == day


def test_lei_keeps_its_check_digits() -> None:
    assert parse_lei("5299 00T8BM49AURSDO55").value == "529900T8BM49AURSDO55"
    assert parse_lei("529900T8BM49AURSDO56").code == "lei-check"
    assert parse_lei("529900").code == "lei-malformed"


def test_duns_gets_its_leading_zeros_back() -> None:
    assert parse_duns("12-345-6789").value == "123456789"
    assert parse_duns("1234567.0").value == "001234567"


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), TEXT)))
def test_fold_of_a_column_is_fold_of_its_cells(cells: list[str | None]) -> None:
    expected = [None if cell is None else fold(cell) for cell in cells]
    assert fold_cells(pl.Series(cells, dtype=pl.String)).to_list() == expected


@settings(deadline=None)
@given(TEXT)
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(deadline=None)
@given(st.lists(TEXT))
def test_clean_text_is_idempotent(cells: list[str]) -> None:
    once = clean_text(pl.Series(cells, dtype=pl.String))
    assert clean_text(once).to_list() == once.to_list()


@pytest.mark.parametrize(
    "text", ["#N/A", "N/A", "n.a.", "-", "--", ".", "null", "None", "(blank)", "unknown", "onbekend"]
)
def test_placeholder_says_that_there_is_no_value(text: str) -> None:
    assert is_placeholder(pl.Series([text])).to_list() == [True]


@pytest.mark.parametrize("text", ["Nana", "None Such Mill", "Unknown Road 1", "A", "N.A. Textiles", "7"])
def test_real_text_is_no_placeholder(text: str) -> None:
    assert is_placeholder(pl.Series([text])).to_list() == [False]
