"""Aggregated lists of covenants: shown only when opened, telling of groups, resting on what was handed in alone."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from list_desk import TODAY, Desk, made_os_id

from hefboom.errors import StoreError, UsageError
from hefboom.graph.aggregate_check import check_aggregate, check_shape
from hefboom.graph.aggregates import Aggregates, Renewed
from hefboom.graph.publications import Publication, Publications
from hefboom.queries import Evidence, run

BASE = "https://w3id.org/hefboom/id"
PACT = {"covenant": "Pact", "date": "2025-01-01", "visibility": "secretariat"}
SEVEN = "ABCDEFG"


def row(number: int, **more: str) -> dict[str, str]:
    """A row about a site of its own."""
    return {"name": f"Mill {number}", "address": f"{number} Mill Road", "country": "India", **more}


def hand_in(desk: Desk, numbers: dict[str, Iterable[int]], **options: Any) -> None:
    """One list per company, named by a letter, with the sites of these numbers."""
    files = []
    for company, wanted in numbers.items():
        chosen = {**PACT, "contributor": f"Firm {company}", **options}
        files.append((f"{company}-{chosen['date']}.csv", [row(number) for number in wanted], chosen))
    desk.load_all(*files)


def opened(desk: Desk, at_least: int = 3) -> Renewed:
    """Open the aggregated list of the covenant and make it."""
    Aggregates(desk.folder.path).open(desk.data, "Pact", at_least)
    return renewed(desk)


def renewed(desk: Desk, **more: Any) -> Renewed:
    """The aggregated list after another look at the data."""
    (one,) = Aggregates(desk.folder.path).renew(desk.data, TODAY + datetime.timedelta(days=1), **more)
    return one


def told(desk: Desk) -> dict[str, tuple[int | None, int | None]]:
    """By name of the site: the lowest and the highest count that the aggregated list states."""
    (file,) = Aggregates(desk.folder.path).statements()
    text = file.read_text()
    names = dict(re.findall(r"/site/([^>]+)> <[^>]+label> \"([^\"]+)\"", text))
    found = {}
    for site in re.findall(r"ns#site> <[^>]+/site/([^>]+)>", text):
        bounds = [
            int(number[1]) if (number := re.search(rf'/{re.escape(site)}> <[^>]+{name}> "(\d+)"', text)) else None
            for name in ("companiesMin", "companiesMax")
        ]
        found[names.get(site, site)] = (bounds[0], bounds[1])
    return found


def published(desk: Desk, audience: str = "public") -> Publication:
    """A publication with the aggregated lists as they are."""
    data = desk.data
    files = Aggregates(desk.folder.path).statements()
    return Publications(desk.folder.path).publish(data.store, audience, data.names.base, "1", files)


def all_of(publication: Publication) -> bytes:
    """Everything that a publication holds: its statements as text (on disk they are packed) and its other files."""
    store = ox.Store.read_only(str(publication.store)).dump(format=ox.RdfFormat.N_QUADS) or b""
    files = (file for file in publication.folder.rglob("*") if file.is_file() and publication.store not in file.parents)
    return b"\n".join([store, *(file.read_bytes() for file in files)])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Seven firms that all use site 1, five that use 2, three that use 3, one that uses 4."""
    made = Desk(tmp_path)
    used = {1: SEVEN, 2: "ABCDE", 3: "ABC", 4: "G"}
    hand_in(made, {firm: [site for site, firms in used.items() if firm in firms] for firm in SEVEN})
    return made


def test_nothing_is_shown_until_the_covenant_is_opened(desk: Desk) -> None:
    kept = all_of(published(desk))
    assert b"Mill Road" not in kept
    assert Aggregates(desk.folder.path).renew(desk.data, TODAY) == []


def test_counts_tell_of_groups_only_and_never_of_nearly_all(desk: Desk) -> None:
    assert opened(desk).news == "new"
    assert told(desk) == {"Mill 1": (4, None), "Mill 2": (4, None), "Mill 3": (3, 3), "Mill 4": (None, 2)}


def test_counts_of_a_small_covenant_are_not_told_at_all(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    hand_in(desk, {"A": [1], "B": [1], "C": [1, 2]})
    opened(desk)
    assert told(desk) == {"Mill 1": (None, None), "Mill 2": (None, None)}


def test_list_of_fewer_companies_than_the_group_size_is_not_made(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    hand_in(desk, {"A": [1], "B": [1]})
    assert opened(desk).news == "small"
    assert Aggregates(desk.folder.path).statements() == []


def test_publication_names_no_firm_no_row_and_no_coordinate(desk: Desk) -> None:
    far = row(9, lat="12.345678", lng="98.765432", workers="4321")
    desk.load("far.csv", [far], **PACT, contributor="Firm H")
    opened(desk)
    for audience in ("public", "members"):
        kept = all_of(published(desk, audience))
        assert b"Mill 9" in kept
        assert not re.search(rb"Firm [A-H]\b|firm-[a-h]\b|12\.345|98\.765|\b4321\b|/listing/|far.csv", kept)


def test_who_published_itself_is_named_and_not_counted(desk: Desk) -> None:
    hand_in(desk, {"A": [2, 3]}, visibility="public", date="2025-01-02", alongside=True)
    opened(desk)
    store = ox.Store.read_only(str(published(desk).store))
    answer = run("covenant-sites", {"covenant": f"{BASE}/covenant/pact"}, Evidence(store), "public", today=TODAY)
    shown = {str(cells[1].value): [getattr(cell, "value", None) for cell in cells[5:7]] for cells in answer.rows}  # type: ignore[union-attr]
    assert shown == {"Mill 1": ["4", None], "Mill 2": ["4", None], "Mill 3": [None, "2"], "Mill 4": [None, "2"]}
    assert [str(getattr(cells[4], "value", "")) for cells in answer.rows].count("Firm A") == 2


def test_change_of_one_firm_is_not_shown_until_three_differ_from_every_list_shown(desk: Desk) -> None:
    opened(desk)
    first = told(desk)
    hand_in(desk, {"G": [4, 5]}, date="2025-06-01")
    assert (renewed(desk).news, told(desk)) == ("kept", first)
    hand_in(desk, {"A": [6], "B": [6]}, date="2025-06-01")
    assert renewed(desk).news == "new"
    assert told(desk).keys() == {"Mill 1", "Mill 2", "Mill 3", "Mill 4", "Mill 5", "Mill 6"}
    second = told(desk)
    hand_in(desk, {"A": [1, 2, 3], "B": [1, 2, 3], "C": [1]}, date="2025-07-01")
    assert (renewed(desk).news, told(desk)) == ("kept", second), "beside the first list it would tell of two firms"
    assert renewed(desk, anyway=True).news == "new"


def test_covenant_that_holds_all_but_one_of_the_lists_of_another_is_not_shown_beside_it(desk: Desk) -> None:
    opened(desk)
    first = told(desk)
    used = {1: SEVEN, 2: "ABCDE", 3: "ABC", 4: "G"}
    six = {firm: [site for site, firms in used.items() if firm in firms] for firm in "ABCDEF"}
    hand_in(desk, six, covenant="Six", date="2025-01-03", alongside=True)
    aggregates = Aggregates(desk.folder.path)
    aggregates.open(desk.data, "Six", 3)
    assert [one.news for one in aggregates.renew(desk.data, TODAY)] == ["same", "near"]
    assert told(desk) == first
    assert [one.news for one in aggregates.renew(desk.data, TODAY, anyway=True)] == ["same", "new"]


def test_closed_list_is_gone_from_the_next_publication(desk: Desk) -> None:
    opened(desk)
    assert any("/graph/aggregate/" in graph for graph in published(desk).graphs)
    Aggregates(desk.folder.path).close(desk.data, "Pact")
    publication = published(desk)
    assert not any("/graph/aggregate/" in graph for graph in publication.graphs)
    assert any("/site/" in name for name in publication.withdrawn())


def test_other_closed_lists_change_nothing(desk: Desk) -> None:
    opened(desk)
    before = told(desk)
    secret = {"os_id": made_os_id(7)}
    desk.load("o.csv", [row(4, **secret)], contributor="Firm X", date="2025-02-01", visibility="owner")
    desk.load("m.csv", [row(3, **secret)], contributor="Firm Y", date="2025-02-01", visibility="members")
    desk.load("s.csv", [row(2), row(8)], **{**PACT, "contributor": "Firm Z", "covenant": "Other"})
    assert renewed(desk).news == "same"
    assert told(desk) == before


def test_rows_of_one_key_with_two_leis_are_two_sites_of_the_list(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for company in SEVEN:
        lei = "529900T8BM49AURSDO55" if company < "D" else "F50EOCWSQFAUVO9Q8Z97"
        desk.load(f"{company}.csv", [row(1, lei=lei), row(2)], contributor=f"Firm {company}", **PACT)
    opened(desk)
    (file,) = Aggregates(desk.folder.path).statements()
    sites = set(re.findall(r"ns#site> <[^>]+/site/([^>]+)>", file.read_text()))
    assert sites == {site for (site,) in desk.rows("SELECT DISTINCT site FROM identity")}
    assert len(sites) == 3


def test_what_names_no_place_is_not_shown(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    remark = {"name": "* told by zyxwer, not checked", "address": "", "country": ""}
    nowhere = {"name": "Mill of nowhere", "address": "", "country": "India"}
    known = {"name": "Mill by its id", "address": "", "country": "", "os_id": made_os_id(1)}
    for company in SEVEN:
        desk.load(f"{company}.csv", [row(1), remark, nowhere, known], contributor=f"Firm {company}", **PACT)
    opened(desk)
    assert set(told(desk)) == {"Mill 1", "Mill by its id"}
    assert not re.search(rb"zyxwer|Mill of nowhere", all_of(published(desk)))


def test_who_knows_a_site_has_one_description_of_it(desk: Desk) -> None:
    for number, scope in ((1, "members"), (2, "secretariat")):
        named = row(number) | {"name": f"Mill {number} Ltd"}
        desk.load(f"{number}.csv", [named], **{**PACT, "contributor": "Firm H", "visibility": scope, "alongside": True,
                                               "date": "2026-01-01"})  # fmt: skip
    opened(desk)
    names = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    for audience, described in (("public", 4), ("members", 4), ("secretariat", 4)):
        store = ox.Store.read_only(str(published(desk, audience).store))
        kind = ox.NamedNode("https://w3id.org/hefboom/ns#Site")
        a = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
        sites = {quad.subject for quad in store.quads_for_pattern(None, a, kind)}
        labels = [len({quad.object for quad in store.quads_for_pattern(site, names, None)}) for site in sites]
        assert labels == [1] * described, audience


def test_check_refuses_what_an_aggregated_list_may_not_say(desk: Desk) -> None:
    opened(desk)
    (file,) = Aggregates(desk.folder.path).statements()
    lines, names, store = file.read_text().splitlines(), desk.data.names, desk.data.store
    check_aggregate(store, lines, "pact", 3, names)
    graph = f"<{BASE}/graph/aggregate/pact> ."
    site = re.search(r"<[^>]+/site/hb-[^>]+>", "".join(lines))
    assert site
    ns = "https://w3id.org/hefboom/ns#"
    for line in (
        f"<{BASE}/company/firm-a> <{ns}sourcesFrom> {site[0]} {graph}",
        f"{site[0]} <{ns}statedIn> <{BASE}/list/firm-a/2025-01-01> {graph}",
        f'{site[0]} <http://www.w3.org/2003/01/geo/wgs84_pos#lat> "1.0" {graph}',
        f'<{BASE}/aggregate/pact/x> <{ns}companiesMin> "2" {graph}',
        f'<{BASE}/aggregate/pact/x> <{ns}companiesMax> "1" {graph}',
    ):
        with pytest.raises(StoreError):
            check_shape([*lines, line], "pact", names)
    for line in (
        f'{site[0]} <https://schema.org/address> "said nowhere" {graph}',
        f'<{BASE}/aggregate/pact/x> <{ns}companiesMin> "6" {graph}',
    ):
        with pytest.raises(StoreError):
            check_aggregate(store, [*lines, line], "pact", 3, names)


def test_opening_needs_lists_and_a_group(desk: Desk) -> None:
    for name, size in (("Nowhere", 3), ("Pact", 1)):
        with pytest.raises(UsageError):
            Aggregates(desk.folder.path).open(desk.data, name, size)


def test_command_opens_publishes_and_closes(desk: Desk) -> None:
    assert "4 sites" in desk.hefboom("covenant", "aggregate", "Pact").stdout
    assert desk.hefboom("publish", "public").returncode == 0
    assert '"open": true' in desk.hefboom("covenant", "list", "--json").stdout
    assert desk.hefboom("covenant", "aggregate", "Pact", "--off").returncode == 0
    assert desk.hefboom("covenant", "aggregate", "Nowhere").returncode == 2


SCOPES = st.sampled_from(["public", "members", "secretariat", "secretariat", "secretariat", "owner"])
SITES = st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True)
LISTS = st.tuples(st.sampled_from("ABCDEFGH"), SITES, SCOPES, st.sampled_from([True, True, True, False]))


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(st.lists(LISTS, min_size=4, max_size=10, unique_by=lambda one: (one[0], one[2])))
def test_whatever_is_handed_in_the_public_learns_of_groups_only(
    tmp_path_factory: pytest.TempPathFactory, lists: list[tuple[str, list[int], str, bool]]
) -> None:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    days = {"public": "2025-01-01", "members": "2025-01-02", "secretariat": "2025-01-03", "owner": "2025-01-04"}
    files, closed_users, public_users = [], defaultdict(set), defaultdict(set)
    contributors: set[str] = set()
    for firm, numbers, scope, under in lists:
        chosen = {"contributor": f"Firm {firm}", "date": days[scope], "visibility": scope, "alongside": True}
        rows = [row(number) for number in numbers]
        if scope != "public":
            rows = [one | {"lat": "7.7654321", "lng": "7.1234567", "product type": f"secret{firm}"} for one in rows]
        files.append((f"{firm}{scope}.csv", rows, {**chosen, "covenant": "Pact" if under else None}))
        for number in numbers:
            if scope == "public":
                public_users[number].add(firm)
            elif under and scope != "owner":
                closed_users[number].add(firm)
        if under and scope in ("members", "secretariat"):
            contributors.add(firm)
    desk.load_all(*files)
    if not any(under for *_, under in lists):
        return
    Aggregates(desk.folder.path).open(desk.data, "Pact")
    result = renewed(desk)
    publication = published(desk)
    kept = all_of(publication)
    public_firms = {firm for firm, _, scope, _ in lists if scope == "public"}
    for firm in set("ABCDEFGH") - public_firms:
        found = re.search(rf"Firm {firm}\b|firm-{firm.lower()}\b".encode(), kept)
        assert not found, kept[found.start() - 80 : found.end() + 80]
    assert not re.search(rb"secret[A-H]|7\.7654321|7\.1234567", kept)
    assert (result.news == "new") == (len(contributors) >= 3)
    if result.news != "new":
        assert all(f"Mill {n}".encode() not in kept or public_users[n] for n in range(1, 5))
        return
    for name, (low, high) in told(desk).items():
        if not name.startswith("Mill"):
            continue
        real = len(closed_users[int(name.split()[1])])
        assert low is None or 3 <= low <= real
        assert high is None or (real <= high and high != 1)
        if len(contributors) < 6:
            assert (low, high) == (None, None)
        elif low is not None:
            assert low <= len(contributors) - 3
