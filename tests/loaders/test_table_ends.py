"""Totals and notes of a table are no sites; whatever has a place or an identifier is one, whatever its name."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from list_desk import Desk

from hefboom.loaders.cleaning import clean_sites

COLUMNS = {"Name": "name", "Address": "address", "Country": "country", "Staff": "workers", "OS ID": "os_id"}
WORDS = ("Total", "TOTAAL", "Subtotaal", "Grand total", "* not checked", "Source: own records", "Bron: inkoop", "Alpha")


def _clean(*rows: dict[str, str | None]) -> Any:
    cells = [{"_row": str(number), **row} for number, row in enumerate(rows, start=2)]
    return clean_sites(pl.DataFrame(cells, schema=dict.fromkeys(["_row", *COLUMNS], pl.String)), COLUMNS)


@pytest.mark.parametrize(
    "row",
    [
        *({"Name": word} for word in WORDS[:-1]),
        {"Name": "Totaal", "Staff": "5.205"},
        {"Name": "Total: 12"},
        {"Name": "Note: some sites are closed."},
        {"Name": "N.B. kopie"},
    ],
    ids=lambda row: str(row["Name"]),
)
def test_total_or_note_is_refused_with_its_words(row: dict[str, str]) -> None:
    cleaned = _clean({"Name": "Alpha", "Address": "1 Road", "Country": "India"}, row)
    assert cleaned.refused["row"].to_list() == ["3"]
    (found,) = cleaned.findings.filter(pl.col("severity") == "error").to_dicts()
    assert (found["row"], found["column"], found["value"], found["code"]) == ("3", "Name", row["Name"], "no-site")


@pytest.mark.parametrize(
    "row",
    [
        {"Name": "Total", "Address": "1 Road"},
        {"Name": "* Star Fashion", "Country": "India"},
        {"Name": "Total Garments Ltd"},
        {"Name": "Totally Knitted"},
        {"Name": "Source Fashion"},
        {"Name": "Sumitra"},
        {"Name": "* Star Fashion", "Staff": "120"},
        {"Name": "Total", "OS ID": "IN2019098JCG3BG"},
    ],
)
def test_site_is_kept_whatever_its_name(row: dict[str, str]) -> None:
    assert _clean(row).refused.is_empty()


@given(st.lists(st.fixed_dictionaries({
    "Name": st.sampled_from(WORDS), "Address": st.sampled_from([None, "1 Road"]),
    "Country": st.sampled_from([None, "India"]), "Staff": st.sampled_from([None, "12"]), "OS ID": st.none(),
}), max_size=8))  # fmt: skip
def test_every_row_is_a_listing_or_refused_and_none_with_a_place_is_lost(rows: list[dict[str, str | None]]) -> None:
    cleaned = _clean(*rows)
    assert sorted([*cleaned.listings["row"], *cleaned.refused["row"]]) == sorted(str(at + 2) for at in range(len(rows)))
    placed = {str(at) for at, row in enumerate(rows, start=2) if row["Address"] or row["Country"]}
    assert placed <= set(cleaned.listings["row"])


def test_account_of_a_load_counts_them_as_refused(desk: Desk) -> None:
    text = "Naam,Adres,Land,Aantal medewerkers\nAlpha,1 Weg,India,10\nTotaal,,,10\n* Opgave door inkoop,,,\n"
    counts = desk.load("list.csv", text, contributor="Nike", date="2024-01-01").counts
    assert (counts.rows_read, counts.stored, counts.refused) == (3, 1, 2)
