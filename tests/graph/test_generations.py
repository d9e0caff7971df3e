"""Derived data follow from the lists alone: not from how often, in which order or by which path they were loaded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from list_desk import Desk, made_os_id

from hefboom.errors import StoreError
from hefboom.graph import open_data
from hefboom.graph.catalogue import read_entries
from hefboom.graph.changes import retract_list
from hefboom.graph.health import examine
from hefboom.graph.rebuild import rebuild

ONE, TWO, THREE = (made_os_id(number) for number in (1, 2, 3))
LISTS = (
    (
        "nike.csv",
        [
            {"name": "Alpha Mills Ltd.", "address": "1 Mill Road, Dhaka", "country": "Bangladesh", "os_id": ONE},
            {"name": "Beta Knits", "address": "2 Dock Street", "country": "India", "os_id": "", "workers": "100-150"},
            {"name": "Beta Knits", "address": "2 Dock Street", "country": "India", "os_id": "", "workers": "100-150"},
        ],
        {"contributor": "Nike", "date": "2024-01-01", "visibility": "public", "covenant": "Pact"},
    ),
    (
        "asda.csv",
        [
            {"name": "ALPHA MILLS", "address": "1, Mill Road - Dhaka", "country": "BD", "lat": "23.5", "lng": "90.25"},
            {"name": "Beta Knits Pvt Ltd", "address": "2 Dock Street, India", "country": "India", "lat": "", "lng": ""},
        ],
        {"contributor": "Asda", "date": "2023-06-01", "visibility": "members"},
    ),
    (
        "chain.csv",
        [
            {"buyer": "Beta Knits", "buyer address": "2 Dock Street", "buyer country": "India", "supplier": "Spinner",
             "supplier os id": TWO, "supplier country": "India", "share": "10-25"},
            {"buyer": "Nike", "buyer address": "", "buyer country": "", "supplier": "Gamma",
             "supplier os id": "", "supplier country": "China", "share": ""},
        ],
        {"contributor": "Secretariat", "date": "2024-02-01"},
    ),
    ("aliases.csv", [{"old_os_id": ONE, "new_os_id": THREE}], {"contributor": "Register", "date": "2024-03-01"}),
    (
        "members.csv",
        [{"company": "Nike", "covenant": "Pact", "from": "2020-01-01", "to": ""},
         {"company": "Asda", "covenant": "Pact", "from": "", "to": "2025-01-01"}],
        {},
    ),
)  # fmt: skip


def _digests(desk: Desk) -> dict[str, str]:
    tables = desk.data.generation / "tables"
    return {
        str(file.relative_to(tables)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(tables.rglob("*.parquet"))
    }


@pytest.fixture
def full(desk: Desk) -> Desk:
    assert not [report.error for report in desk.load_all(*LISTS) if report.error]
    return desk


def test_same_load_again_changes_no_statement_and_makes_no_generation(full: Desk) -> None:
    before, generation = full.statements(), full.generation
    reports = full.load_all(*LISTS)
    assert [report.unchanged for report in reports[:4]] == [True] * 4
    assert [report.counts.stored for report in reports] == [2, 2, 2, 1, 2]
    assert full.statements() == before
    assert full.generation == generation
    assert not list(full.folder.path.glob("*-*"))


def test_lists_loaded_one_by_one_and_backwards_give_the_same_statements(
    full: Desk, new_desk: Callable[[str], Desk]
) -> None:
    other = new_desk("other")
    for one in reversed(LISTS):
        other.load_all(one)
    assert other.statements() == full.statements()


def test_rebuild_gives_the_same_bytes(full: Desk) -> None:
    statements, digests = full.statements(), _digests(full)
    assert rebuild(full.folder, 0) == 4
    assert full.statements() == statements
    assert _digests(full) == digests


def test_added_and_retracted_list_leaves_what_is_derived_as_it_was(full: Desk) -> None:
    derived = ("identity", "site", "sourcing", "covenant")
    before = full.statements(*derived)
    row = {"name": "Alpha Mills", "address": "1 Mill Road, Dhaka", "country": "Bangladesh", "os_id": TWO}
    full.load("more.csv", [row], contributor="Lidl", date="2024-05-01", visibility="public", covenant="Pact")
    assert full.statements(*derived) != before
    retract_list(full.folder, "lidl/2024-05-01", 0)
    assert full.statements(*derived) == before


def test_reader_keeps_what_it_opened_while_another_list_comes_in(full: Desk) -> None:
    held = open_data(full.folder.path)
    tables, counted = held.tables(), len(held.store)
    full.load("more.csv", [{"name": "New", "address": "9 Road", "country": "Peru"}], contributor="Lidl")
    assert len(held.store) == counted
    assert tables.execute("SELECT count(*) FROM lists").fetchall() == [(4,)]
    assert len(full.data.entries) == 5


def test_every_listing_of_the_store_is_in_the_projection(full: Desk) -> None:
    assert [check.found for check in examine(full.folder) if check.state == "wrong"] == []
    stored = full.data.store.query(
        "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?l a <https://w3id.org/hefboom/ns#Listing> } }"
    )
    assert isinstance(stored, ox.QuerySolutions)
    (solution,) = stored
    assert int(solution["n"].value) == full.rows("SELECT count(*) FROM listings")[0][0]


def test_projection_of_another_store_is_refused_and_named_by_the_doctor(
    full: Desk, new_desk: Callable[[str], Desk]
) -> None:
    other = new_desk("other")
    other.load("a.csv", [{"name": "New", "address": "9 Road", "country": "Peru"}], contributor="Lidl")
    stray = other.data.generation / "tables" / "lists.parquet"
    target = full.data.generation / "tables" / "lists.parquet"
    target.unlink()
    target.write_bytes(stray.read_bytes())
    with pytest.raises(StoreError, match="the projection does not belong to the store"):
        full.data.tables()
    assert "does not belong to the store" in examine(full.folder)[-1].found


def test_claims_that_lost_rows_are_found_and_not_built_on(full: Desk) -> None:
    tables = full.data.generation / "tables"
    nike = next(entry for entry in read_entries(tables / "lists.parquet") if entry.contributor == "nike")
    (tables / "listings" / f"{nike.seq}.parquet").unlink()
    with pytest.raises(StoreError, match="nike/2024-01-01 does not hold what the store holds"):
        rebuild(full.folder, 0)
    assert [check.name for check in examine(full.folder) if check.state == "wrong"] == ["listings"]


def test_folder_of_another_layout_is_refused(full: Desk) -> None:
    stamp: Path = full.data.generation / "stamp.json"
    text = stamp.read_text()
    stamp.unlink()
    stamp.write_text(text.replace('"layout": 1', '"layout": 99'))
    told = r"written by a newer version of Hefboom \(layout 99\); this one reads layout 1"
    with pytest.raises(StoreError, match=told):
        open_data(full.folder.path)


def test_statement_that_two_rows_share_stays_while_one_of_them_holds(desk: Desk) -> None:
    ends = {name: {"name": name, "address": "1 Road", "country": "India"} for name in ("Buyer", "Supplier")}
    relation = {
        f"{end.lower()}{column}": value
        for end, row in ends.items()
        for column, value in (("", row["name"]), (" address", row["address"]), (" country", row["country"]))
    }
    desk.load("chain.csv", [relation], contributor="P", date="2024-01-01", visibility="public")
    for (end, row), number in zip(ends.items(), (ONE, TWO), strict=True):
        told = [{**row, "os_id": number}]
        desk.load(f"{end}.csv", told, contributor=end, date="2024-01-01", visibility="members")
    retract_list(desk.folder, "buyer/2024-01-01", 0)
    kept = desk.statements()
    rebuild(desk.folder, 0)
    assert kept == desk.statements()
    assert [line for line in kept if "#supplierSite>" in line and TWO in line and line.endswith("/sourcing/members>")]


def test_data_derived_by_other_rules_are_refused_until_the_next_load_or_rebuild(full: Desk) -> None:
    before = full.statements()
    stamp = full.data.generation / "stamp.json"
    text = stamp.read_text()
    stamp.unlink()
    stamp.write_text(text.replace('"derived": "', '"derived": "other'))
    with pytest.raises(StoreError, match="derived by another version of Hefboom; run 'hefboom rebuild'"):
        full.data.tables()
    with pytest.raises(StoreError, match="derived by another version of Hefboom; run 'hefboom rebuild'"):
        _ = full.data.store
    full.load("more.csv", [{"name": "New", "address": "9 Road", "country": "Peru"}], contributor="Lidl")
    retract_list(full.folder, full.data.entries[-1].list, 0)
    kinds = ("identity", "site", "sourcing", "covenant")
    assert full.statements(*kinds) == [line for line in before if any(f"/graph/{kind}/" in line for kind in kinds)]
