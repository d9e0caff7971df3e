"""A later list takes the place of the earlier one, which stays in history; no list tells of a more closed one."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from list_desk import Desk

from hefboom.errors import UsageError
from hefboom.graph.changes import retract_list

OLD, NEW = "nike/2023-01-01", "nike/2024-01-01"


def _list(desk: Desk, date: str, name: str = "", **options: Any) -> str | None:
    row = {"name": f"Mill of {name or date}", "address": "1 Road", "country": "India"}
    options = {"contributor": "Nike", "date": date, **options}
    return desk.load(f"{name or date}.csv", [row], **options).list


def _states(desk: Desk) -> dict[str, tuple[str, datetime.date | None]]:
    return {entry.list: (entry.status, entry.valid_to) for entry in desk.data.entries}


def test_later_list_takes_the_place_of_the_earlier_one(desk: Desk) -> None:
    _list(desk, "2023-01-01")
    _list(desk, "2024-01-01")
    assert _states(desk) == {OLD: ("replaced", datetime.date(2024, 1, 1)), NEW: ("current", None)}
    assert desk.rows("SELECT list FROM listings ORDER BY list") == [(OLD,), (NEW,)]


def test_list_that_comes_in_late_finds_its_place_in_time(desk: Desk) -> None:
    _list(desk, "2024-01-01")
    _list(desk, "2023-01-01")
    assert _states(desk) == {OLD: ("replaced", datetime.date(2024, 1, 1)), NEW: ("current", None)}


def test_list_handed_in_alongside_ends_no_other(desk: Desk) -> None:
    _list(desk, "2023-01-01")
    _list(desk, "2024-01-01", alongside=True)
    assert _states(desk) == {OLD: ("current", None), NEW: ("current", None)}


def test_list_takes_the_place_of_the_one_it_names_only(desk: Desk) -> None:
    _list(desk, "2022-01-01", contributor="Converse")
    _list(desk, "2023-01-01")
    _list(desk, "2024-01-01", replaces="https://w3id.org/hefboom/id/list/converse/2022-01-01")
    assert _states(desk)["converse/2022-01-01"] == ("replaced", datetime.date(2024, 1, 1))
    assert _states(desk)[OLD] == ("current", None)


def test_naming_a_list_that_is_not_there_is_an_error_and_loads_nothing(desk: Desk) -> None:
    with pytest.raises(UsageError, match=r"there is no list 'nike/2020-01-01'; 'hefboom lists' shows them"):
        _list(desk, "2024-01-01", replaces="nike/2020-01-01")
    assert desk.data.entries == []


def test_retracting_brings_the_earlier_list_back(desk: Desk) -> None:
    _list(desk, "2023-01-01")
    before = desk.statements("identity", "site", "sourcing")
    _list(desk, "2024-01-01")
    retract_list(desk.folder, NEW, 0)
    assert _states(desk) == {OLD: ("current", None), NEW: ("retracted", None)}
    assert desk.statements("identity", "site", "sourcing") == before
    assert desk.rows("SELECT DISTINCT list FROM listings") == [(OLD,)]
    with pytest.raises(UsageError, match="was retracted before"):
        retract_list(desk.folder, NEW, 0)


def test_list_can_be_loaded_again_after_it_was_retracted(desk: Desk) -> None:
    _list(desk, "2024-01-01")
    before = desk.statements()
    retract_list(desk.folder, NEW, 0)
    _list(desk, "2024-01-01")
    assert desk.statements() == before


def test_corrected_file_of_the_same_name_and_day_replaces_the_first(desk: Desk) -> None:
    for name, file in (("Alhpa", "nike.csv"), ("Beta", "other.csv"), ("Alpha", "nike.csv")):
        row = {"name": name, "address": "1 Road", "country": "India"}
        desk.load(file, [row], contributor="Nike", date="2024-01-01")
    states = {name: status for name, (status, _) in _states(desk).items()}
    assert states == {NEW: "replaced", f"{NEW}/2": "current", f"{NEW}/3": "current"}


def test_corrected_file_of_another_name_takes_the_place_of_the_first_and_says_so(desk: Desk) -> None:
    relations = [
        {
            "buyer": "Nike",
            "supplier": f"Mill {number}",
            "supplier address": f"{number} Road",
            "supplier country": "India",
        }
        for number in range(4)
    ]
    day = {"contributor": "Nike", "date": "2024-01-01"}
    desk.load("chain.csv", relations, **day)
    corrected = [{**row, "supplier address": f"{row['supplier address']} East"} for row in relations]
    desk.write("chain better.csv", corrected)
    done = desk.hefboom("load", "chain better.csv", "--contributor", "Nike", "--date", "2024-01-01")
    assert f"takes the place of https://w3id.org/hefboom/id/list/{NEW}, which stays in history" in done.stdout
    assert {name: status for name, (status, _) in _states(desk).items()} == {NEW: "replaced", f"{NEW}/2": "current"}


def test_other_part_of_the_same_day_stays_beside_the_first_and_is_told(desk: Desk) -> None:
    day = {"contributor": "Nike", "date": "2024-01-01"}
    desk.load("tops.csv", _mills("Alpha", "Beta", "Gamma"), **day)
    report = desk.load("shoes.csv", _mills("Gamma", "Delta", "Epsilon"), **day)
    assert report.beside == [f"https://w3id.org/hefboom/id/list/{NEW}"]
    assert {status for status, _ in _states(desk).values()} == {"current"}
    assert desk.load("shoes.csv", replaces=NEW, **day).replaced == report.beside
    parts = [(f"{name}.csv", _mills("One", "Two"), {**day, "date": "2025-01-01"}) for name in ("a", "b")]
    desk.load_all(*[(name, [*rows, *_mills(name)], options) for name, rows, options in parts])
    assert [status for name, (status, _) in _states(desk).items() if "2025" in name] == ["current", "current"]


def _mills(*names: str) -> list[dict[str, str]]:
    return [{"name": name, "address": f"1 {name} Road", "country": "India"} for name in names]


def test_register_downloads_stand_beside_each_other(desk: Desk) -> None:
    for date in ("2023-01-01", "2024-01-01"):
        row = {"name": "Alpha", "address": "1 Road", "country": "India", "member": "Nike"}
        other = {**row, "name": f"Beta {date}", "member": "Asda"}
        desk.load(f"{date}.csv", [row, other], contributor="Secretariat", date=date)
    assert {status for status, _ in _states(desk).values()} == {"current"}


@pytest.mark.parametrize(
    ("earlier", "later", "status"),
    [
        ("public", "secretariat", "current"),
        ("public", "members", "current"),
        ("public", "owner", "current"),
        ("members", "owner", "current"),
        ("members", "secretariat", "current"),
        ("owner", "secretariat", "current"),
        ("public", "public", "replaced"),
        ("owner", "owner", "replaced"),
        ("members", "public", "replaced"),
        ("owner", "members", "replaced"),
        ("secretariat", "members", "replaced"),
        ("secretariat", "owner", "replaced"),
    ],
)
def test_list_is_ended_only_by_one_that_its_readers_may_see(desk: Desk, earlier: str, later: str, status: str) -> None:
    row = {"name": "Alpha", "address": "1 Road", "country": "India"}
    first = {"contributor": "Nike", "date": "2023-01-01", "visibility": earlier}
    second = {"contributor": "Nike", "date": "2024-01-01", "visibility": later}
    desk.load_all(("old.csv", [row], first), ("new.csv", [{**row, "name": "Beta"}], second))
    assert _states(desk)[OLD][0] == status


def test_closed_list_cannot_name_an_open_one_as_its_predecessor(desk: Desk) -> None:
    _list(desk, "2023-01-01", visibility="public")
    with pytest.raises(UsageError, match=r"visible to public, this one to members only.* retract 'nike/2023-01-01'"):
        _list(desk, "2024-01-01", visibility="members", replaces=OLD)


def test_lists_of_a_day_are_those_that_held_then(desk: Desk) -> None:
    _list(desk, "2023-01-01")
    _list(desk, "2024-01-01")
    for day, held in (("2022-12-31", []), ("2023-12-31", [OLD]), ("2024-01-01", [NEW])):
        shown = json.loads(desk.hefboom("lists", "--at", day, "--json").stdout)
        assert [one["list"].split("/list/")[1] for one in shown] == held


def test_use_of_a_site_holds_as_long_as_its_list(desk: Desk) -> None:
    _list(desk, "2023-01-01")
    _list(desk, "2024-01-01")
    uses = desk.rows("SELECT list, valid_from, valid_to FROM uses ORDER BY list")
    assert uses == [
        (OLD, datetime.date(2023, 1, 1), datetime.date(2024, 1, 1)),
        (NEW, datetime.date(2024, 1, 1), None),
    ]


@pytest.mark.parametrize(("kind", "members"), [("brand", ["desk"]), ("initiative", []), ("union", [])])
def test_body_that_hands_in_a_list_is_no_member(desk: Desk, kind: str, members: list[str]) -> None:
    rows = [{"name": "Mill", "address": "Road 1", "country": "IN"}]
    desk.load("a.csv", rows, contributor="Desk", contributor_kind=kind, date="2025-01-01", covenant="Textile")
    assert [company for (company,) in desk.rows("SELECT company FROM memberships")] == members
