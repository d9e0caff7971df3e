"""Replaced OS IDs are followed to the id that stands today, for each audience as far as its lists tell."""

from __future__ import annotations

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from list_desk import Desk, made_os_id

from hefboom.graph.os_id_moves import Move, follow

DAY, LATER = datetime.date(2023, 1, 1), datetime.date(2024, 1, 1)
ONE, TWO, THREE = (made_os_id(number) for number in (1, 2, 3))
IDS = st.sampled_from("abcde")
MOVES = st.lists(st.tuples(st.sampled_from([DAY, LATER]), IDS, IDS).filter(lambda move: move[1] != move[2]), max_size=8)


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        pytest.param([(DAY, "a", "b"), (DAY, "b", "c")], {"a": "c", "b": "c"}, id="chain"),
        pytest.param([(LATER, "a", "b"), (DAY, "b", "c")], {"a": "b"}, id="current again as later new id"),
        pytest.param([(DAY, "a", "b"), (DAY, "b", "a")], {"a": "b"}, id="circle of one day"),
        pytest.param([(DAY, "x", "a"), (DAY, "a", "b"), (DAY, "b", "a")], {"x": "b", "a": "b"}, id="into a circle"),
        pytest.param([(DAY, "a", "b"), (LATER, "b", "a")], {"b": "a"}, id="turned round later"),
        pytest.param([(DAY, "a", "b"), (LATER, "a", "c")], {"a": "c"}, id="newest statement"),
        pytest.param([(DAY, "a", "a")], {}, id="itself"),
    ],
)
def test_replacements_lead_to_the_id_that_stands(moves: list[Move], expected: dict[str, str]) -> None:
    assert follow(moves, {}) == expected


def test_what_is_known_openly_is_added_to_and_never_undone() -> None:
    assert follow([(LATER, "b", "a"), (LATER, "a", "z"), (DAY, "b", "c")], {"a": "b"}) == {"a": "c", "b": "c"}


@given(open_moves=MOVES, closed_moves=MOVES)
def test_no_id_stands_for_another_and_is_replaced_itself(open_moves: list[Move], closed_moves: list[Move]) -> None:
    known = follow(open_moves, {})
    every = follow(closed_moves, known)
    for now in (known, every):
        assert not set(now) & set(now.values())
    assert set(known) <= set(every)
    assert all(every.get(new, new) == every[old] for old, new in known.items())


def _two_sites(desk: Desk) -> None:
    one = {"name": "Alpha", "country": "IN", "address": "1 Road", "os_id": ONE}
    two = {"name": "Alfa", "country": "IN", "address": "Road 1", "os_id": TWO}
    desk.load("a.csv", [one], contributor="A", date="2023-01-01")
    desk.load("b.csv", [two], contributor="B", date="2023-01-01")


def test_alias_table_joins_what_two_lists_call_by_old_and_new_id(desk: Desk) -> None:
    _two_sites(desk)
    moved = desk.load("aliases.csv", [{"old_os_id": ONE, "new_os_id": THREE}, {"old_os_id": TWO, "new_os_id": ONE}])
    assert (moved.format, moved.counts.rows_read, moved.counts.stored) == ("aliases", 2, 2)
    assert desk.site("a/2023-01-01", "2") == desk.site("b/2023-01-01", "2") == THREE
    replaced = [line for line in desk.statements("site") if "replacedBy" in line]
    assert len(replaced) == 2
    assert all(line.split()[2].endswith(f"{THREE}>") for line in replaced)


def test_alias_table_makes_no_company_a_user_of_its_sites(desk: Desk) -> None:
    desk.load("aliases.csv", [{"old_os_id": ONE, "new_os_id": TWO}], contributor="Register", date="2023-01-01")
    assert desk.rows("SELECT * FROM uses") == []


def test_register_answer_tells_its_own_replacements(desk: Desk) -> None:
    _two_sites(desk)
    told = {"name": "Alpha", "address": "1 Road", "country_code": "IN", "os_id": ONE, "new_os_id": TWO}
    feature = {"type": "Feature", "id": ONE, "geometry": None, "properties": told}
    report = desk.load("answer.json", json.dumps(feature))
    assert report.error is None
    assert desk.site("a/2023-01-01", "2") == desk.site("b/2023-01-01", "2") == TWO


def test_circle_of_replacements_leaves_one_site_standing(desk: Desk) -> None:
    _two_sites(desk)
    desk.load("aliases.csv", [{"old_os_id": ONE, "new_os_id": TWO}, {"old_os_id": TWO, "new_os_id": ONE}])
    assert desk.site("a/2023-01-01", "2") == desk.site("b/2023-01-01", "2") == max(ONE, TWO)


def test_replacement_told_in_a_closed_list_holds_behind_its_door_only(desk: Desk) -> None:
    for name, number in (("A", ONE), ("B", TWO)):
        row = {"name": f"Mill {name}", "country": "IN", "address": "1 Road", "os_id": number}
        desk.load(f"{name}.csv", [row], contributor=name, date="2023-01-01", visibility="public")
    before = desk.seen({"public"})
    desk.load("aliases.csv", [{"old_os_id": ONE, "new_os_id": TWO}], visibility="members", contributor="C")
    assert desk.seen({"public"}) == before
    assert desk.site("a/2023-01-01", "2") == desk.site("b/2023-01-01", "2") == TWO
