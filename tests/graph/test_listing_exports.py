"""Listings go out in formats of others and come back as they were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from list_desk import Desk, made_os_id

from hefboom.graph.listing_records import ListingRecord, listing_records

ROWS = [
    {
        "name": "Mill, with a comma", "address": 'Plot 1, "X" Road', "country": "India",
        "lat": "12.3456", "lng": "77.1",
        "sector": "Apparel|Footwear", "processing type": "Yarn dyeing|Sewing", "number of workers": "100-150",
        "parent company": "Group A|Group B", "native name": "মিল", "os_id": made_os_id(3), "closed": "true",
    },
    {"name": "Beta Knits", "address": "2 Dock\nStreet", "country": "Bangladesh", "number of workers": "20"},
    {"name": "Öziplik İplik", "country": "NL"},
]  # fmt: skip


def listings(desk: Desk, name: str) -> list[dict[str, Any]]:
    """What is stored of each row of a list, by what it says; the order of several values does not count."""
    records = listing_records(desk.data.store, desk.data.names.list(name))
    return [said(record) for record in records]


def said(record: ListingRecord) -> dict[str, Any]:
    found = {key: sorted(value) if isinstance(value, list) else value for key, value in vars(record).items()}
    return {key: value for key, value in found.items() if key not in ("iri", "rows")}


@pytest.mark.parametrize(("form", "file"), [("oshub", "back.csv"), ("scdex", "back.json")])
def test_exported_list_loads_as_the_same_listings(tmp_path: Path, form: str, file: str) -> None:
    desk = Desk(tmp_path)
    desk.load("mine.csv", ROWS, contributor="Nike", date="2024-01-01", visibility="public")
    run = desk.hefboom("export", "listings", "--format", form, "--list", "nike/2024-01-01", "-o", file)
    assert run.returncode == 0, run.stderr
    report = desk.load(file, contributor="Back", date="2024-01-01", visibility="public")
    assert (report.counts.rows_read, report.counts.stored) == (3, 3)
    assert listings(desk, "back/2024-01-01") == listings(desk, "nike/2024-01-01")


def test_export_of_one_list_says_what_it_needs(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.load("mine.csv", ROWS, contributor="Nike", date="2024-01-01", visibility="public")
    scdex = ["--format", "scdex"]
    for wrong in (scdex, [*scdex, "--list", "nike/2020-01-01"], ["--list", "nike/2024-01-01"]):
        assert desk.hefboom("export", "listings", *wrong).returncode == 2


def test_no_cell_of_a_table_starts_a_formula(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.load("mine.csv", [ROWS[1] | {"name": "=1+1"}], contributor="Nike", date="2024-01-01")
    written = desk.hefboom("export", "listings", "--format", "oshub", "--list", "nike/2024-01-01").stdout
    assert ",'=1+1," in written
    whole = desk.hefboom("export", "listings").stdout
    assert ",'=1+1," in whole
    assert '"=1+1"' in desk.hefboom("export", "listings", "--format", "json").stdout
