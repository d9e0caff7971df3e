"""The real public sources, as they came: every row told, figures as an independent reading of the files gives them."""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
from pathlib import Path

import pytest

from hefboom.graph import DataFolder, open_data
from hefboom.loaders.load import load
from hefboom.loaders.load_options import LoadOptions
from hefboom.loaders.load_report import LoadResult
from hefboom.queries import Evidence, run
from hefboom.queries.wording import worded

REAL = Path(os.environ.get("HEFBOOM_REAL_DATA", Path(__file__).parents[2].parent / "shared/data/real")) / "risk"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason=f"no real sources at {REAL}; set HEFBOOM_REAL_DATA")

ROWS = {
    "ilab_countries_2022.csv": (143, 0), "ilab_goods_2022.csv": (467, 0), "ilo_core_conventions_2026.csv": (187, 0),
    "ituc_global_rights_index_2025.csv": (151, 0), "nd_gain_2020.csv": (192, 0),
    "owid_human_rights_protection_2019.csv": (194, 0), "ti_cpi_2017.csv": (180, 0), "undp_hdr_2022.csv": (195, 0),
    "wgi_2023.csv": (214, 1), "wikirate_living_wage_gap_facilities.csv": (167, 0),
}  # fmt: skip
"""Rows and refused rows of each file, counted apart from this project; one row is of a state that is no more."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[LoadResult, DataFolder]:
    folder = DataFolder(tmp_path_factory.mktemp("real-risk") / "data")
    return load([REAL / name for name in ROWS], LoadOptions(today=dt.date(2026, 1, 1)), folder), folder


def test_every_row_of_every_source_is_told(world: tuple[LoadResult, DataFolder]) -> None:
    for report in world[0].reports:
        assert report.error is None
        counts = report.counts
        assert counts.rows_read == counts.stored + counts.merged + counts.refused
        assert (counts.rows_read, counts.refused) == ROWS[Path(report.file).name]


def test_signals_equal_a_plain_recount_of_the_ratings(world: tuple[LoadResult, DataFolder]) -> None:
    with (REAL / "ituc_global_rights_index_2025.csv").open(encoding="utf-8") as file:
        expected = {row["iso2"]: row["rating"] for row in csv.DictReader(file)}
    connection = open_data(world[1].path).tables()
    found = connection.execute(
        "SELECT country, value_text, signal FROM evidence WHERE indicator = 'indicator/ituc-rights-index/rating'"
    ).fetchall()
    bands = {"5+": "severe", "5": "severe", "4": "high", "3": "medium"}
    assert {(country, value, signal) for country, value, signal in found} == {
        (country, rating, bands.get(rating)) for country, rating in expected.items()
    }


def test_blanks_and_words_for_nothing_have_no_number(world: tuple[LoadResult, DataFolder]) -> None:
    connection = open_data(world[1].path).tables()
    rows = connection.execute("SELECT DISTINCT lower(value_text), value_number, signal FROM evidence WHERE NOT given")
    assert {(text, number, signal) for text, number, signal in rows.fetchall()} == {
        (text, None, None) for text in (None, "unknown", "unavailable", "n/a", "no assessment")
    }


def test_every_good_and_every_word_of_a_source_has_dutch(world: tuple[LoadResult, DataFolder]) -> None:
    held = open_data(world[1].path)
    evidence = Evidence(held.store, held.tables, base=held.names.base)
    rows = [
        row
        for country in ("BD", "CN", "IN", "MY", "MM", "AF", "BR", "TR")
        for row in run("risk-evidence", {"country": country, "at": "2026-06-01"}, evidence, "public").plain()
    ]
    said = {
        (name, str(row[name]))
        for row in rows
        for name in ("good", "value")
        if re.search("[a-z]{3}", str(row[name] or "")) and " sites: " not in str(row[name])
    }
    assert len(said) > 60
    same = {"Broccoli", "Cement", "Jade", "Mica", "Rubber", "Sisal", "Tin"}
    assert {text for name, text in said if worded(name, text, "nl") == text} <= same


def test_a_denounced_convention_keeps_its_words_and_gives_a_signal(world: tuple[LoadResult, DataFolder]) -> None:
    held = open_data(world[1].path)
    evidence = Evidence(held.store, held.tables, base=held.names.base)
    rows = run("risk-evidence", {"country": "MY", "at": "2026-06-01"}, evidence, "public").plain()
    denounced = [(row["value"], row["signal"]) for row in rows if "C105" in str(row["indicator"])]
    assert denounced == [("1958 (denounced 1990)", "high")]


def test_wages_of_sites_are_told_as_a_range_for_the_country(world: tuple[LoadResult, DataFolder]) -> None:
    held = open_data(world[1].path)
    evidence = Evidence(held.store, held.tables, base=held.names.base)
    rows = run("risk-evidence", {"country": "ID", "at": "2026-06-01"}, evidence, "public").plain()
    wages = [row for row in rows if row["riskLabel"] == "Living wage gap"]
    assert [row["signal"] for row in wages] == ["severe"]
    assert str(wages[0]["value"]).endswith(" sites: 26 - 155")
