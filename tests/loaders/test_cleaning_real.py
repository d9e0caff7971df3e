"""The real lists, cleaned: every row is accounted for, and what is said about them is known."""

from __future__ import annotations

import csv
import json
import os
import re
from pathlib import Path

import polars as pl
import pytest

from hefboom.loaders.cleaning import Cleaned, clean_sites
from hefboom.loaders.countries import resolve
from hefboom.loaders.keys import identity_key
from hefboom.loaders.os_ids import check_os_ids

REAL = Path(os.environ.get("HEFBOOM_REAL_DATA", Path(__file__).parents[3] / "shared" / "data" / "real"))
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason=f"no real lists at {REAL}; set HEFBOOM_REAL_DATA")

UPLOAD = {name: name for name in ("country", "name", "address", "sector", "lat", "lng")}
RETAILER = {"supplier": "name", "address": "address", "workers": "workers", "country": "country", "sector": "sector"}
NIKE = {
    **{"Factory Name": "name", "Factory Type": "facility_type", "Product Type": "product_type", "Address": "street"},
    **{"City": "city", "State": "region", "Postal Code": "postcode", "Country/Region": "country"},
    **{"Total Workers": "workers", "Supplier Group": "parent_company"},
}
REGISTER = {
    **{
        name: name for name in ("os_id", "contribution_date", "name", "address", "country_code", "lat", "lng", "sector")
    },
    **{name: name for name in ("parent_company", "facility_type", "processing_type", "product_type")},
    **{"country_name": "country", "contributor (list)": "contributors", "number_of_workers": "workers"},
    "is_closed": "closed",
}
LISTS = [
    *[(f"upload_lists/{number}.csv", UPLOAD, {}) for number in (3, 4, 6, 7, 9, 10, 12, 13, 15)],
    *[(f"upload_lists/geocoded/{number}.csv", UPLOAD, {}) for number in (3, 4, 6, 7, 9, 10, 12, 13, 15)],
    ("upload_lists/2.csv", UPLOAD, {"stray-characters": 7}),
    ("brands/tesco_2024.csv", RETAILER, {"placeholder": 16}),
    ("brands/asda_2024.csv", RETAILER, {}),
    ("brands/nike_2021-02.csv", NIKE, {"postcode-zero": 26, "workers-zero": 2}),
    ("osh/download_wilmar_2024.csv", REGISTER, {"sector-unknown": 1}),
    ("osh/download_samsung_2026_sample.csv", REGISTER, {"process-unknown": 1}),
]


def read(path: Path) -> pl.DataFrame:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *records = csv.reader(file)
    columns = {name: [record[at] or None for record in records] for at, name in enumerate(header)}
    rows = {"_row": [str(number) for number in range(2, len(records) + 2)]}
    return pl.DataFrame(rows | columns, schema=dict.fromkeys(["_row", *header], pl.String))


def clean(name: str, columns: dict[str, str]) -> tuple[pl.DataFrame, Cleaned]:
    raw = read(REAL / name)
    return raw, clean_sites(raw, columns)


@pytest.mark.parametrize(("name", "columns", "found"), LISTS, ids=[name for name, _, _ in LISTS])
def test_every_real_row_is_stored_with_known_findings(
    name: str, columns: dict[str, str], found: dict[str, int]
) -> None:
    raw, cleaned = clean(name, columns)
    assert cleaned.refused.is_empty()
    assert cleaned.listings["row"].to_list() == raw["_row"].to_list()
    assert cleaned.listings["country"].null_count() == 0
    assert dict(cleaned.findings["code"].value_counts().iter_rows()) == found


@pytest.mark.parametrize("name", ["brands/tesco_2024.csv", "osh/download_samsung_2026_sample.csv"])
def test_source_text_is_the_row_as_it_stood(name: str) -> None:
    raw, cleaned = clean(name, {})
    stored = [json.loads(text) for text in cleaned.refused["source_text"]]
    assert stored == [{key: cell for key, cell in row.items() if cell} for row in raw.drop("_row").to_dicts()]


def test_check_character_holds_for_every_real_os_id() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (REAL / "osh").iterdir()]
    ids = {one for text in texts for one in re.findall(r"\b[A-Z]{2}20\d{5}[0-9A-Z]{6}\b", text)}
    assert len(ids) > 2_000
    assert check_os_ids(pl.Series(sorted(ids))).ids.null_count() == 0


def test_country_columns_of_all_sources_resolve() -> None:
    known_gaps = {"Netherlands Antilles (former)", "ANT"}
    names = set()
    for path in [
        *REAL.glob("reference/countries.csv"),
        *REAL.glob("osh/countries_*.csv"),
        *REAL.glob("risk/wgi_*.csv"),
    ]:
        frame = read(path)
        columns = [name for name in frame.columns if re.search(r"country|iso|un_short|cldr", name)]
        names |= {cell for name in columns for cell in frame[name].drop_nulls()}
    assert {name for name in names if resolve(name).alpha2 is None} == known_gaps


def test_exact_key_joins_no_pair_that_people_call_different() -> None:
    """Tesco and Asda pairs labelled by hand; row references are record numbers."""
    keys: dict[tuple[str, str], str | None] = {}
    for name in ("brands/tesco_2024.csv", "brands/asda_2024.csv"):
        listings = clean(name, RETAILER)[1].listings.select("row", key=identity_key())
        keys |= {(name, row): key for row, key in listings.iter_rows()}
    pairs = read(REAL / "matching/gold_pairs_dev.csv").filter(pl.col("pool") == "D1a")
    sides = pairs.select("left_file", "left_row", "right_file", "right_row", "label").rows()
    ends = {file for left, _, right, _, _ in sides for file in (left, right)}
    places = {file: next(name for name, _ in keys if Path(name).name == Path(file).name) for file in ends}
    met = [label for left, one, right, other, label in sides if keys[places[left], one] == keys[places[right], other]]
    assert met
    assert set(met) <= {"match"}
