"""No audience learns anything from a list that it may not see: what it sees is what its own lists alone would give."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from list_desk import Desk, made_os_id

from hefboom.graph.iris import scope_of

AUDIENCES = {
    "public": {"public"},
    "members": {"public", "members"},
    "owner of a": {"public", "members", "owner/a"},
}
IDS = ["", "", made_os_id(1), made_os_id(2), made_os_id(3)]
SITE = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Alpha Mills", "Alpha Mills Ltd", "Beta Knits"]),
        "address": st.sampled_from(["1 Mill Road", "1 Mill Road, India", "2 Dock Street", ""]),
        "country": st.just("India"),
        "os_id": st.sampled_from(IDS),
    }
)
COMPANIES = st.sampled_from(["A", "B", "C"])


@dataclasses.dataclass(frozen=True)
class Handed:
    """One list: how it is written and what is said about it."""

    rows: tuple[dict[str, str], ...]
    options: tuple[tuple[str, Any], ...]

    @property
    def file(self) -> str:
        said = dict(self.options)
        return f"{said['contributor']}-{said['date']}"

    @property
    def scope(self) -> str:
        said = dict(self.options)
        return scope_of(said["visibility"], said["contributor"].lower())


def _sites(draw: st.DrawFn) -> list[dict[str, str]]:
    rows = draw(st.lists(SITE, min_size=1, max_size=3))
    extra = draw(st.sampled_from(["", "lat", "members", "moved"]))
    for row in rows:
        if extra == "lat":
            row |= {"lat": draw(st.sampled_from(["10.5", ""])), "lng": "20.25", "number of workers": "100-150"}
        elif extra == "members":
            row |= {"contributor": draw(COMPANIES)}
        elif extra == "moved":
            row |= {"new os id": draw(st.sampled_from(IDS))}
    return rows


def _relations(draw: st.DrawFn) -> list[dict[str, str]]:
    rows = []
    for _ in range(draw(st.integers(1, 3))):
        buyer, supplier = draw(SITE), draw(SITE)
        is_site = draw(st.booleans())
        rows.append(
            {
                "buyer": buyer["name"] if is_site else draw(COMPANIES), "buyer kind": "site" if is_site else "company",
                "buyer os id": buyer["os_id"] if is_site else "", "buyer country": "India" if is_site else "",
                "buyer address": buyer["address"] if is_site else "", "supplier": supplier["name"],
                "supplier os id": supplier["os_id"], "supplier address": supplier["address"],
                "supplier country": "India",
            }
        )  # fmt: skip
    return rows


def _aliases(draw: st.DrawFn) -> list[dict[str, str]]:
    pairs = draw(st.lists(st.permutations(IDS[2:]), min_size=1, max_size=2))
    return [{"old_os_id": pair[0], "new_os_id": pair[1]} for pair in pairs]


def _members(draw: st.DrawFn) -> list[dict[str, str]]:
    ends = st.sampled_from(["", "2024-01-01", "2025-01-01"])
    begins = st.sampled_from(["", "2023-01-01"])
    rows = st.fixed_dictionaries({"company": COMPANIES, "covenant": st.just("Pact"), "from": begins, "to": ends})
    return draw(st.lists(rows, min_size=1, max_size=2))


KINDS = {"sites": _sites, "relationships": _relations, "aliases": _aliases, "memberships": _members}


@st.composite
def handed_lists(draw: st.DrawFn) -> tuple[Handed, ...]:
    """Two to four lists, no two of one contributor and day: there the number at the end of an id tells of the other."""
    stems = draw(st.lists(st.tuples(COMPANIES, st.integers(2022, 2024)), min_size=2, max_size=4, unique=True))
    made = []
    for contributor, year in stems:
        kind = draw(st.sampled_from(["sites"] * 3 + ["relationships"] * 2 + ["aliases", "memberships"]))
        scopes = ["public", "members", "secretariat", *(["owner"] if kind != "memberships" else [])]
        options = {
            "contributor": contributor, "date": f"{year}-01-01", "visibility": draw(st.sampled_from(scopes)),
            "contributor_kind": draw(st.sampled_from(["unknown", "brand", "facility"])),
            "alongside": draw(st.booleans()), "covenant": draw(st.sampled_from([None, "Pact"])),
            "format": {"sites": "table"}.get(kind, kind),
        }  # fmt: skip
        made.append(Handed(tuple(KINDS[kind](draw)), tuple(options.items())))
    return tuple(made)


def _copied(empty_data: Path, place: Path, lists: Sequence[Handed]) -> Desk:
    """A desk with these lists; a file is named after what is in it, so that its name is the same in every selection."""
    desk = Desk(place)
    shutil.copytree(empty_data, desk.folder.path)
    files = [(f"{one.file}.csv", list(one.rows), dict(one.options)) for one in lists]
    assert not [report.error for report in desk.load_all(*files) if report.error]
    return desk


@settings(max_examples=6, deadline=None, derandomize=True, database=None)
@given(lists=handed_lists())
def test_audience_sees_what_its_own_lists_alone_would_give(lists: tuple[Handed, ...], empty_data: Path) -> None:
    seen_by_all = [audience for audience, scopes in AUDIENCES.items() if {one.scope for one in lists} <= scopes]
    with tempfile.TemporaryDirectory() as made:
        full = _copied(empty_data, Path(made, "full"), lists)
        for audience, scopes in AUDIENCES.items():
            if audience not in seen_by_all:
                own = _copied(empty_data, Path(made, audience), [one for one in lists if one.scope in scopes])
                assert full.seen(scopes) == own.seen(scopes)


def _public(**more: str) -> dict[str, str]:
    return {"name": "Alpha Mills", "address": "1 Mill Road", "country": "India", **more}


CLOSED = {
    "list that tells the OS ID": ([_public(os_id=IDS[2])], {}),
    "list of the same contributor and covenant": ([_public(name="Beta")], {"contributor": "A", "covenant": "Pact"}),
    "later list of the same contributor": ([_public(name="Beta")], {"contributor": "A", "date": "2025-01-01"}),
    "register that names the same list": (
        [{**_public(), "contributor": "N"}, {**_public(name="Beta"), "contributor": "M"}],
        {"contributor": "Secretariat"},
    ),
    "table of members": (
        [{"company": "A", "covenant": "Pact", "from": "2019-01-01", "to": "2020-01-01"}],
        {"format": "memberships", "contributor": None},
    ),
    "suppliers of its sites": (
        [{"buyer": "Alpha Mills", "buyer address": "1 Mill Road", "buyer country": "India", "supplier": "Spinner",
          "supplier address": "3 Lane", "supplier country": "India"}],
        {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("visibility", ["members", "secretariat", "owner"])
def test_no_closed_list_changes_what_the_public_sees(desk: Desk, visibility: str) -> None:
    told = [_public(), _public(name="Other", address="5 Lane", contributor="N", os_id=IDS[3]), _public(contributor="M")]
    desk.load_all(
        ("a.csv", [_public()], {"contributor": "A", "date": "2023-01-01", "visibility": "public", "covenant": "Pact"}),
        ("r.csv", told, {"contributor": "R", "date": "2023-01-01", "visibility": "public"}),
        (
            "m.csv",
            [{"company": "B", "covenant": "Pact", "from": "2021-01-01"}],
            {"format": "memberships", "visibility": "public"},
        ),
    )
    before = desk.seen({"public"})
    closed = [
        (f"{number}.csv", rows, {"contributor": "Z", "date": "2022-01-01", "visibility": visibility, **options})
        for number, (name, (rows, options)) in enumerate(CLOSED.items())
        if not (name == "table of members" and visibility == "owner")
    ]
    assert not [report.error for report in desk.load_all(*closed) if report.error]
    assert desk.seen({"public"}) == before


def test_join_that_only_a_closed_list_shows_is_told_behind_its_door(desk: Desk) -> None:
    desk.load("a.csv", [_public()], contributor="A", date="2023-01-01", visibility="public")
    minted = desk.site("a/2023-01-01", "2")
    desk.load("b.csv", [_public(os_id=IDS[2])], contributor="B", date="2023-01-01", visibility="members")
    assert desk.site("a/2023-01-01", "2") == IDS[2]
    told = [line for line in desk.statements("site") if "replacedBy" in line]
    assert [line.split()[0].endswith(f"/{minted}>") and line.endswith("/site/members>") for line in told] == [True]
    assert desk.rows("SELECT scope, site FROM identity WHERE list = 'a/2023-01-01' ORDER BY scope") == [
        ("members", IDS[2]),
        ("public", minted),
    ]


def test_key_with_one_os_id_in_the_open_and_another_behind_the_door_joins_neither_there(desk: Desk) -> None:
    public, members = {"visibility": "public", "date": "2023-01-01"}, {"visibility": "members", "date": "2023-01-01"}
    desk.load_all(
        ("a.csv", [_public(os_id=IDS[2]), _public()], {"contributor": "A", **public}),
        ("b.csv", [_public(os_id=IDS[3])], {"contributor": "B", **members}),
        ("c.csv", [_public()], {"contributor": "C", **members}),
    )
    assert desk.site("a/2023-01-01", "3") == IDS[2]
    assert desk.site("c/2023-01-01", "2") not in IDS[2:]


def test_fact_of_a_site_comes_from_the_most_open_list_that_has_it(desk: Desk) -> None:
    desk.load_all(
        ("a.csv", [_public(os_id=IDS[2])], {"contributor": "A", "date": "2022-01-01", "visibility": "public"}),
        (
            "b.csv",
            [_public(name="Newer name", os_id=IDS[2], lat="10.5", lng="20.5")],
            {"contributor": "B", "date": "2024-01-01", "visibility": "members"},
        ),
    )
    assert desk.rows("SELECT scope, label, lat FROM sites ORDER BY scope") == [
        ("members", None, 10.5),
        ("public", "Alpha Mills", None),
    ]
