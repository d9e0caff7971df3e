"""The reader on real lists: all rows, none twice, and the files that are no lists refused."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from hefboom.errors import SourceError
from hefboom.loaders.formats import detect
from hefboom.loaders.geojson import open_geojson
from hefboom.loaders.profiles import guess_profile
from hefboom.loaders.tables import open_table

REAL = Path(os.environ.get("HEFBOOM_REAL_DATA", Path(__file__).parents[3] / "shared" / "data" / "real"))
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason=f"no real lists at {REAL}; set HEFBOOM_REAL_DATA")

UPLOADS = {2: 83, 3: 19, 4: 81, 6: 44, 7: 30, 9: 34, 10: 54, 12: 15, 13: 26, 15: 351}
LISTS = {
    "brands/nike_2021-02.csv": ("table", 498),
    "brands/tesco_2024.csv": ("table", 1_136),
    "brands/asda_2024.csv": ("table", 2_498),
    "osh/membership_2022.csv": ("table", 1_592),
    "osh/download_wilmar_2024.csv": ("osh-download", 51),
    "osh/download_samsung_2026_sample.csv": ("osh-download", 24),
    "osh/facilities_adidas_pvh_acaamfori_2022.geojson": ("osh-api", 1_592),
    "osh/facilities_ch_light_list859_2022.geojson": ("osh-api", 364),
    "osh/api_facilities_page_list859.json": ("osh-api", 30),
    "osh/api_facility_detail.json": ("osh-api", 1),
    "upload_lists/12.xlsx": ("osh-upload", 15),
    "upload_lists/12.xls": ("osh-upload", 15),
    **{f"upload_lists/{number}.csv": ("osh-upload", count) for number, count in UPLOADS.items()},
    **{
        f"upload_lists/geocoded/{number}.csv": ("osh-upload", count - {2: 1, 6: 2, 7: 1}.get(number, 0))
        for number, count in UPLOADS.items()
    },
}
FOLDERS = ("osh", "upload_lists", "brands")


@pytest.mark.parametrize("name", LISTS)
def test_every_row_of_a_list_is_read(name):
    path = REAL / name
    found, count = LISTS[name]
    assert detect(path) == found
    source = open_geojson(path) if found == "osh-api" else open_table(path)
    numbers = [row for chunk in source.chunks(100) for row in chunk["_row"]]
    assert (len(numbers), len(set(numbers))) == (count, count)
    assert source.findings == []


def test_every_other_file_is_refused_with_its_reason():
    others = [
        path
        for folder in FOLDERS
        for path in sorted((REAL / folder).rglob("*"))
        if path.is_file() and str(path.relative_to(REAL)) not in LISTS
    ]
    assert len(others) >= 10
    for path in others:
        with pytest.raises(SourceError, match=r"list of sites|of sites needs"):
            detect(path)


def test_records_are_counted_not_lines():
    path = REAL / "brands/tesco_2024.csv"
    last = list(open_table(path).chunks(500))[-1]["_row"][-1]
    assert (last, path.read_bytes().count(b"\n")) == ("1137", 1_308)


@pytest.mark.parametrize("ending", ["xls", "xlsx"])
def test_a_workbook_says_the_same_as_its_csv(ending):
    csv, workbook = (next(open_table(REAL / f"upload_lists/12.{end}").chunks()) for end in ("csv", ending))
    assert csv["_row", "country", "name"].equals(workbook["_row", "country", "name"])


def test_the_2026_download_reads_alike_from_csv_and_workbook(tmp_path):
    frame = next(open_table(REAL / "osh/download_samsung_2026_sample.csv").chunks())
    path = tmp_path / "facilities.xlsx"
    frame.drop("_row").with_columns(pl.col("lat", "lng").cast(pl.Float64)).write_excel(path, autofit=False)
    assert detect(path) == "osh-download"
    assert next(open_table(path).chunks()).equals(frame)


@pytest.mark.parametrize("name", ["brands/nike_2021-02.csv", "brands/asda_2024.csv", "brands/tesco_2024.csv"])
def test_the_columns_of_a_brand_are_guessed_without_doubt_about_the_site(name):
    table = open_table(REAL / name)
    guess = guess_profile(table, table.sample())
    held = set(guess.profile.columns.values())
    assert guess.unsure == []
    assert {"name", "country", "workers"} <= held
    assert held & {"address", "street"}


def test_retailers_name_themselves_and_the_year_in_their_rows():
    table = open_table(REAL / "brands/asda_2024.csv")
    profile = guess_profile(table, table.sample()).profile
    assert (profile.contributor, profile.date) == ("Asda", "2024-01-01")
