"""Rows of a relationship table: both sides, the period, the share and the confidence."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from hefboom.loaders.cleaning import (
    LISTING_SCHEMA,
    RELATIONSHIP_SCHEMA,
    CleanedRelationships,
    clean_relationships,
)

FIELDS = (
    *("buyer", "buyer_kind", "buyer_os_id", "buyer_address", "buyer_country", "supplier", "supplier_os_id"),
    *("supplier_address", "supplier_country", "product", "process", "from", "to", "share", "source", "confidence"),
)
OS_ID = "IN2019098JCG3BG"


def clean(*rows: dict[str, str | None]) -> CleanedRelationships:
    cells = [{"_row": str(number), **row} for number, row in enumerate(rows, start=2)]
    raw = pl.DataFrame(cells, schema=dict.fromkeys(["_row", *FIELDS], pl.String))
    return clean_relationships(raw, {name: name for name in FIELDS})


def relation(**cells: str | None) -> dict[str, str | None]:
    named = {"buyer": "Alpha BV", "supplier": "Mill One", "supplier_address": "1 Road", "supplier_country": "India"}
    return {**named, **cells}


def test_company_buys_from_a_site() -> None:
    row = relation(process="Dyeing", product="cotton", share="12%", source="audit", confidence="waarschijnlijk")
    cleaned = clean({**row, "from": "2021-02-01", "to": "2023"})
    assert cleaned.relationships.schema == pl.Schema(RELATIONSHIP_SCHEMA)
    assert cleaned.relationships.rows() == [
        ("2", "Alpha BV", "company", "cotton", "process/dyeing", date(2021, 2, 1), date(2024, 1, 1), "share/10-25",
         "audit", "likely")
    ]  # fmt: skip
    assert cleaned.suppliers.schema == pl.Schema(LISTING_SCHEMA)
    assert cleaned.suppliers.select("row", "name", "country", "processes", "product_types").rows() == [
        ("2", "Mill One", "IN", ["process/dyeing"], ["cotton"])
    ]
    assert cleaned.buyers.is_empty()
    assert cleaned.findings["code"].to_list() == ["date-partial"]


@pytest.mark.parametrize(
    "buyer",
    [{"buyer_kind": "site"}, {"buyer_os_id": OS_ID}, {"buyer_address": "2 Road"}],
    ids=lambda buyer: next(iter(buyer)),
)
def test_buyer_is_a_site_when_the_row_says_so(buyer: dict[str, str | None]) -> None:
    cleaned = clean(relation(buyer="Sewing Two", buyer_country="India", **buyer))
    assert cleaned.relationships.select("buyer", "buyer_kind").rows() == [(None, "site")]
    assert cleaned.buyers.select("row", "name", "country", "source_text").rows() == [("2", "Sewing Two", "IN", None)]
    assert cleaned.listings.select("row", "part").rows() == [("2", "supplier"), ("2", "buyer")]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"buyer": None}, "buyer-missing"),
        ({"supplier": None}, "unidentified"),
        ({"supplier_country": "Mars"}, "country-unknown"),
        ({"buyer_kind": "site", "buyer_country": "Mars"}, "country-unknown"),
    ],
)
def test_row_without_two_sides_is_refused_whole(cells: dict[str, str | None], code: str) -> None:
    cleaned = clean(relation(), relation(**cells))
    assert cleaned.refused["row"].to_list() == ["3"]
    assert {frame.height for frame in (cleaned.relationships, cleaned.suppliers)} == {1}
    assert cleaned.findings.filter(pl.col("severity") == "error").select("row", "code").rows() == [("3", code)]


def test_doubts_are_stored_as_such() -> None:
    cleaned = clean(relation(share="10-30", confidence="hm", process="Dyeing|Sewing"), relation(share="onbekend"))
    assert cleaned.relationships.select("process", "share_band", "confidence").rows() == [
        ("process/dyeing", "share/unknown", "assumed"),
        (None, "share/unknown", "stated"),
    ]
    assert set(cleaned.findings["code"]) == {"share-no-band", "confidence-unreadable", "several-processes"}


def test_period_that_runs_backwards_is_reported() -> None:
    cleaned = clean({**relation(), "from": "2023-01-01", "to": "2022-01-01"})
    assert cleaned.findings.select("column", "code").rows() == [("to", "period-reversed")]
