"""Rows of a list as listings: what is stored, what is refused, what is said about it."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefboom.loaders.cleaning import CONTRIBUTION_SCHEMA, LISTING_SCHEMA, Cleaned, clean_sites
from hefboom.loaders.findings import FINDING_SCHEMA
from hefboom.loaders.text import source_text

OS_ID = "IN2019098JCG3BG"
FIELDS = {
    **{name: name for name in ("name", "address", "street", "city", "region", "postcode", "country", "country_code")},
    **{name: name for name in ("os_id", "new_os_id", "lat", "lng", "lei", "duns", "sector", "workers", "closed")},
    **{name: name for name in ("processing_type", "facility_type", "product_type", "parent_company", "contributors")},
    "contribution_date": "contribution_date",
    "native_name": "native_name",
    "contact": "leave-out",
    "remark": "keep",
}


def clean(*rows: dict[str, str | None], **columns: str) -> Cleaned:
    headers = list(dict.fromkeys(header for row in rows for header in row))
    cells = [{"_row": str(number), **row} for number, row in enumerate(rows, start=2)]
    raw = pl.DataFrame(cells, schema=dict.fromkeys(["_row", *headers], pl.String))
    return clean_sites(raw, {**FIELDS, **columns})


def site(**cells: str | None) -> dict[str, str | None]:
    return {"name": "Mill One", "address": "1 Mill Road", "country": "India", **cells}


def codes(cleaned: Cleaned) -> list[tuple[str | None, str, str]]:
    return cleaned.findings.select("column", "code", "severity").rows()


def test_listing_has_the_columns_of_the_projection() -> None:
    cleaned = clean(site())
    assert cleaned.listings.schema == pl.Schema(LISTING_SCHEMA)
    assert cleaned.contributions.schema == pl.Schema(CONTRIBUTION_SCHEMA)
    assert cleaned.findings.schema == pl.Schema(FINDING_SCHEMA)
    assert cleaned.refused.columns == ["row", "source_text"]
    assert cleaned.findings.is_empty()


def test_list_without_rows_gives_empty_frames() -> None:
    raw = pl.DataFrame(schema={"_row": pl.String, "name": pl.String, "country": pl.String, "contributors": pl.String})
    cleaned = clean_sites(raw, FIELDS)
    assert cleaned.listings.schema == pl.Schema(LISTING_SCHEMA)
    assert cleaned.listings.is_empty()


def test_full_row_is_read_to_its_last_field() -> None:
    row = site(
        country="IN", os_id=OS_ID.lower(), lat="23,5", lng="88.25", sector="Apparel|Mining", workers="1,001-5000",
        processing_type="Dyeing|Sewing|Alchemy", facility_type="Final Product Assembly", closed="False",
        product_type="Shirts, woven|Shirts, woven|-", parent_company="One Ltd|Two; Three",
        contribution_date="16-10-2022",
        contributors="Alpha [Public List] (Alpha list)|A Brand / Retailer|A Brand / Retailer", contact="Bob",
    )  # fmt: skip
    cleaned = clean(row)
    (listing,) = cleaned.listings.to_dicts()
    assert {name: value for name, value in listing.items() if name != "source_text" and value is not None} == {
        "row": "2",
        "name": "Mill One",
        "address": "1 Mill Road",
        "country": "IN",
        "os_id": OS_ID,
        "lat": 23.5,
        "lng": 88.25,
        "sectors": ["industry/apparel", "industry/mining"],
        "processes": ["process/dyeing", "process/sewing", "process/final-product-assembly"],
        "process_text": ["Alchemy"],
        "product_types": ["Shirts, woven"],
        "parent_companies": ["One Ltd", "Two; Three"],
        "workers_min": 1001,
        "workers_max": 5000,
        "closed": False,
        "reported_on": date(2022, 10, 16),
        "name_key": "mill one",
        "address_key": "1 mill road",
    }
    assert json.loads(listing["source_text"]) == {key: value for key, value in row.items() if key != "contact"}
    assert cleaned.contributions.rows() == [
        ("2", "Alpha", None, "Alpha list", 1),
        ("2", None, "brand", None, 2),
        ("2", None, "brand", None, 3),
    ]
    assert codes(cleaned) == [("processing_type", "process-unknown", "info")]


def test_unknown_country_is_refused_with_the_nearest_ones() -> None:
    cleaned = clean(site(), site(country="Bangledesh"))
    assert cleaned.listings["row"].to_list() == ["2"]
    assert cleaned.refused["row"].to_list() == ["3"]
    (finding,) = cleaned.findings.to_dicts()
    assert (finding["row"], finding["column"], finding["value"]) == ("3", "country", "Bangledesh")
    assert (finding["code"], finding["severity"]) == ("country-unknown", "error")
    assert finding["hint"] == "did you mean Bangladesh (BD)?"


@pytest.mark.parametrize("country", ["N/A", "-", "(blank)", None], ids=str)
def test_blank_country_is_stored_and_reported(country: str | None) -> None:
    cleaned = clean(site(country=country))
    assert cleaned.listings["country"].to_list() == [None]
    assert codes(cleaned) == [("country", "country-missing", "warning")]


def test_letters_na_are_namibia() -> None:
    cleaned = clean(site(country="NA"))
    assert cleaned.listings["country"].to_list() == ["NA"]
    assert cleaned.findings.is_empty()


def test_country_comes_from_the_os_id_before_the_default() -> None:
    raw = pl.DataFrame(
        {"_row": ["2", "3"], "name": ["A", "B"], "os_id": [OS_ID, None], "address": ["1 Road", "2 Road"]}
    )
    cleaned = clean_sites(raw, FIELDS, country_default="BD")
    assert cleaned.listings["country"].to_list() == ["IN", "BD"]
    assert cleaned.findings["code"].to_list() == ["country-from-os-id"]


def test_code_wins_from_a_name_that_says_otherwise() -> None:
    cleaned = clean(site(country="China", country_code="VN"))
    assert cleaned.listings["country"].to_list() == ["VN"]
    (finding,) = cleaned.findings.to_dicts()
    assert finding["reason"] == "the country code says Vietnam (VN), the country name China (CN); the code was used"


def test_one_readable_country_column_is_enough() -> None:
    cleaned = clean(site(country="Mars", country_code="VN"), site(country="Vietnam", country_code="??"))
    assert cleaned.listings["country"].to_list() == ["VN", "VN"]
    assert codes(cleaned) == [("country", "country-unread", "warning")]


def test_os_id_of_another_country_is_a_warning() -> None:
    cleaned = clean(site(country="China", os_id=OS_ID))
    assert cleaned.listings["os_id"].to_list() == [OS_ID]
    assert codes(cleaned) == [("os_id", "os-id-country", "warning")]


def test_os_id_that_fails_its_check_stays_in_the_source_text_only() -> None:
    wrong = OS_ID[:-1] + "H"
    cleaned = clean(site(os_id=wrong))
    assert cleaned.listings["os_id"].to_list() == [None]
    assert json.loads(cleaned.listings["source_text"][0])["os_id"] == wrong
    assert codes(cleaned) == [("os_id", "os-id-check", "warning")]


def test_row_needs_a_name_or_a_sound_os_id() -> None:
    cleaned = clean(site(name=None, os_id=OS_ID), site(name="--", os_id=None), site(name=None, os_id=OS_ID[:-1] + "H"))
    assert cleaned.listings["row"].to_list() == ["2"]
    assert cleaned.refused["row"].to_list() == ["3", "4"]
    assert [code for _, code, severity in codes(cleaned) if severity == "error"] == ["unidentified", "unidentified"]


@pytest.mark.parametrize("name", ["6600", "12/3", "N/A", "unknown"])
def test_doubtful_name_is_stored_but_never_a_key(name: str) -> None:
    cleaned = clean(site(name=name))
    assert cleaned.listings.select("name", "name_key").rows() == [(name, None)]
    assert codes(cleaned) == [("name", "name-doubtful", "warning")]


def test_missing_address_is_one_finding_per_row_or_one_for_a_list_without_the_column() -> None:
    assert codes(clean(site(address=None), site(address="#N/A"))) == [("address", "address-missing", "warning")] * 2
    bare: list[dict[str, str | None]] = [{"name": "A", "country": "IN"}, {"name": "B", "country": "IN"}]
    assert codes(clean(*bare)) == [(None, "address-missing", "warning")]


def test_address_in_pieces_becomes_whole_without_repeating_a_piece() -> None:
    pieces = site(address=None, street="1 Mill Road", city="PUNE", region="Maharashtra", postcode="0")
    whole = site(address="1 Mill Road, Pune 411001", city="PUNE", region=None, postcode="411001")
    cleaned = clean(pieces, whole)
    assert cleaned.listings["address"].to_list() == ["1 Mill Road, PUNE, Maharashtra", "1 Mill Road, Pune 411001"]
    assert cleaned.listings["postcode"].to_list() == [None, "411001"]
    assert codes(cleaned) == [("postcode", "postcode-zero", "info")]


def test_lost_characters_are_left_out_and_reported() -> None:
    cleaned = clean(site(name="Caf\ufffd  Mill\n\tOne", address="1 Road\u25a1"))
    assert cleaned.listings.select("name", "address").rows() == [("Caf Mill One", "1 Road")]
    assert json.loads(cleaned.listings["source_text"][0])["name"] == "Caf\ufffd  Mill\n\tOne"
    assert codes(cleaned) == [("name", "stray-characters", "warning"), ("address", "stray-characters", "warning")]


@pytest.mark.parametrize(
    ("lat", "lng", "found"),
    [
        ("0", "0.0", [("lat", "coordinate-zero"), ("lng", "coordinate-zero")]),
        ("120.5", "30.5", [("lat", "coordinate-swapped"), ("lng", "coordinate-swapped")]),
        ("95", "200", [("lat", "coordinate-range"), ("lng", "coordinate-range")]),
        ("23.5", None, [("lat", "coordinate-half")]),
        ("north", "88", [("lat", "coordinate-unreadable")]),
        ("nan", "88", [("lat", "placeholder"), ("lng", "coordinate-half")]),
    ],
)
def test_coordinates_that_cannot_be_true_are_not_stored(
    lat: str, lng: str | None, found: list[tuple[str, str]]
) -> None:
    cleaned = clean(site(lat=lat, lng=lng))
    assert cleaned.listings.select("lat", "lng").rows() == [(None, None)]
    assert cleaned.findings.select("column", "code").rows() == found


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("workers", "many", "workers-unreadable"),
        ("workers", "0", "workers-zero"),
        ("lei", "529900T8BM49AURSDO56", "lei-check"),
        ("duns", "12", "duns-malformed"),
        ("closed", "perhaps", "closed-unreadable"),
        ("contribution_date", "soon", "date-unreadable"),
        ("contributors", "Alpha (list", "contributor-unbalanced"),
    ],
)
def test_unreadable_value_is_left_out_with_its_cell(column: str, value: str, code: str) -> None:
    (finding,) = clean(site(**{column: value})).findings.to_dicts()
    assert (finding["column"], finding["value"], finding["code"], finding["severity"]) == (
        column,
        value,
        code,
        "warning",
    )


def test_unmatched_term_is_reported_once_with_its_rows() -> None:
    cleaned = clean(site(sector="Apparel|Gadgets"), site(sector="Gadgets"))
    (finding,) = cleaned.findings.to_dicts()
    assert (finding["row"], finding["value"], finding["code"]) == ("2", "Gadgets", "sector-unknown")
    assert finding["reason"] == "no sector bears this name; kept as the source text (2 rows)"


def test_second_column_of_a_field_fills_blanks_and_reports_contradictions() -> None:
    cleaned = clean(site(name=None, other="B"), site(name="A", other="B"), other="name")
    assert cleaned.listings["name"].to_list() == ["B", "A"]
    assert codes(cleaned) == [("other", "second-column", "warning")]


def test_long_values_are_cut_in_findings() -> None:
    assert clean(site(country="x" * 500)).findings["value"].str.len_chars().to_list() == [200]


def test_findings_stand_in_the_order_of_rows() -> None:
    cleaned = clean(site(lat="x", lng="y"), site(country="Mars"), site(workers="0"))
    assert cleaned.findings["row"].to_list() == ["2", "2", "3", "4"]


CELLS = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=12))


@settings(deadline=None)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(["name", "address", "country", "os_id", "lat", "workers"], CELLS))))
def test_every_row_is_a_listing_or_refused(rows: list[dict[str, str | None]]) -> None:
    raw = pl.DataFrame(
        [{"_row": str(number), **row} for number, row in enumerate(rows, start=2)],
        schema=dict.fromkeys(["_row", "name", "address", "country", "os_id", "lat", "workers"], pl.String),
    )
    cleaned = clean_sites(raw, FIELDS)
    stored, refused = cleaned.listings["row"].to_list(), cleaned.refused["row"].to_list()
    assert sorted(stored + refused, key=int) == raw["_row"].to_list()
    assert set(refused) == set(cleaned.findings.filter(pl.col("severity") == "error")["row"])


@settings(deadline=None)
@given(st.lists(st.tuples(*[CELLS] * 4), max_size=30))
def test_source_text_keeps_every_cell_in_order(rows: list[tuple[str | None, ...]]) -> None:
    headers = ['a"', "b\\", "c}", '"}{"']
    raw = pl.DataFrame(rows, schema=dict.fromkeys(headers, pl.String), orient="row")
    found = [json.loads(text) for text in source_text(raw, headers)]
    expected = [{name: cell for name, cell in zip(headers, row, strict=True) if cell} for row in rows]
    assert [list(one.items()) for one in found] == [list(one.items()) for one in expected]


def test_source_text_of_many_patterns_is_joined_from_halves() -> None:
    width = 70
    cells = [[f"v{row}-{column}" if (row * 7919 + 3) >> (column % 17) & 1 else None for column in range(width)]
             for row in range(600)]  # fmt: skip
    headers = [f"h{column}" for column in range(width)]
    raw = pl.DataFrame(cells, schema=dict.fromkeys(headers, pl.String), orient="row")
    found = [json.loads(text) for text in source_text(raw, headers)]
    assert found == [{name: cell for name, cell in zip(headers, row, strict=True) if cell} for row in cells]
