"""`hefboom load` over real lists, as they came: every row is stored, merged or refused, and findings are explained."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
REAL = Path(os.environ.get("HEFBOOM_REAL_DATA", ROOT.parent / "shared/data/real"))
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason=f"no real lists at {REAL}; set HEFBOOM_REAL_DATA")

ROWS = {
    "osh/facilities_adidas_pvh_acaamfori_2022.geojson": 1592,
    "osh/facilities_ch_light_list859_2022.geojson": 364,
    "osh/download_wilmar_2024.csv": 51,
    "osh/download_samsung_2026_sample.csv": 24,
    "osh/api_facility_detail.json": 1,
    "osh/api_facilities_page_list859.json": 30,
    "osh/membership_2022.csv": 1592,
    "upload_lists/2.csv": 83,
    "upload_lists/3.csv": 19,
    "upload_lists/4.csv": 81,
    "upload_lists/6.csv": 44,
    "upload_lists/7.csv": 30,
    "upload_lists/9.csv": 34,
    "upload_lists/10.csv": 54,
    "upload_lists/12.csv": 15,
    "upload_lists/12.xlsx": 15,
    "upload_lists/12.xls": 15,
    "upload_lists/13.csv": 26,
    "upload_lists/15.csv": 351,
    "upload_lists/geocoded/2.csv": 82,
    "upload_lists/geocoded/3.csv": 19,
    "upload_lists/geocoded/4.csv": 81,
    "upload_lists/geocoded/6.csv": 42,
    "upload_lists/geocoded/7.csv": 29,
    "upload_lists/geocoded/9.csv": 34,
    "upload_lists/geocoded/10.csv": 54,
    "upload_lists/geocoded/12.csv": 15,
    "upload_lists/geocoded/13.csv": 26,
    "upload_lists/geocoded/15.csv": 351,
    "brands/nike_2021-02.csv": 498,
    "brands/tesco_2024.csv": 1136,
    "brands/asda_2024.csv": 2498,
}
"""How many records each list has, counted apart from this project."""

MERGED = {"upload_lists/2.csv": 3, "upload_lists/geocoded/2.csv": 3}
"""Rows that repeat an earlier row cell by cell, read by eye."""

NO_LISTS = (
    "brands/wikirate_brand_owners.csv",
    "osh/api_contributor_lists_25.json",
    "osh/api_match_confirm_response.json",
    "osh/api_match_reject_response.json",
    "osh/api_workers_ranges.json",
    "osh/contributor_types_2022.csv",
    "osh/contributors_2022.csv",
    "osh/countries_api_2022.csv",
    "osh/facility_processing_types_2022.csv",
    "osh/parent_companies_api_2022_dirty.csv",
    "osh/product_types_api_2022_dirty.csv",
    "osh/sectors_api_2022_dirty.csv",
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("real") / "data"


def _hefboom(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hefboom", "--data", str(data), *arguments]
    return subprocess.run(command, cwd=REAL, capture_output=True, text=True)


@pytest.fixture(scope="module")
def loaded(data: Path) -> dict[str, dict[str, Any]]:
    done = _hefboom(data, "load", *ROWS, *NO_LISTS, "--json")
    assert done.returncode == 1, done.stderr
    return {report["file"]: report for report in map(json.loads, done.stdout.splitlines())}


def test_every_file_is_known_as_a_list_or_as_none() -> None:
    files = [path for folder in ("osh", "upload_lists", "brands") for path in (REAL / folder).rglob("*.*")]
    assert {str(path.relative_to(REAL)) for path in files} == {*ROWS, *NO_LISTS}


@pytest.mark.parametrize("file", ROWS)
def test_every_row_of_a_real_list_is_accounted_for(loaded: dict[str, dict[str, Any]], file: str) -> None:
    report = loaded[file]
    assert report["rows_read"] == ROWS[file]
    assert report["merged"] == MERGED.get(file, 0)
    assert report["refused"] == 0
    assert report["stored"] == ROWS[file] - MERGED.get(file, 0)


@pytest.mark.parametrize("file", NO_LISTS)
def test_file_that_is_no_list_is_left_out_with_a_reason(loaded: dict[str, dict[str, Any]], file: str) -> None:
    assert loaded[file]["rows_read"] == 0
    assert loaded[file]["list"] is None
    assert file in loaded[file]["error"]


def test_codes_of_all_findings_are_explained(loaded: dict[str, dict[str, Any]]) -> None:
    explained = (ROOT / "docs/errors.md").read_text()
    found = {finding["code"] for report in loaded.values() for finding in report["findings"]}
    assert not {code for code in found if f"`{code}`" not in explained}


def test_every_stored_listing_is_exported_with_its_country(loaded: dict[str, dict[str, Any]], data: Path) -> None:
    rows = list(csv.DictReader(_hefboom(data, "export", "listings", "--format", "csv").stdout.splitlines()))
    per_file = Counter(row["file"] for row in rows)
    assert all(per_file[file] == loaded[file]["stored"] for file in ROWS)
    assert sum(not row["country"] for row in rows) == 0


def test_same_lists_again_change_nothing(loaded: dict[str, dict[str, Any]], data: Path) -> None:
    before = (data / "CURRENT").read_text()
    again = _hefboom(data, "load", "brands/nike_2021-02.csv", "upload_lists/2.csv", "--json")
    assert again.returncode == 0, again.stderr
    assert (data / "CURRENT").read_text() == before
