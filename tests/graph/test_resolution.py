"""Resolution in a data folder: joins, undo, visibility, what is compared anew and what is not."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from resolution_lists import FLIXTON, FLIXTON_AGAIN, FLIXTON_THIRD, SCUNTHORPE, STRANGERS, load_list, site_of

from hefboom.errors import StoreError, UsageError
from hefboom.graph import DataFolder, open_data
from hefboom.graph.changes import retract_list
from hefboom.graph.decisions import Wish, decisions_of, record
from hefboom.graph.iris import HEF
from hefboom.graph.resolution import resolve_folder
from hefboom.queries import Evidence, run

DAY = dt.date(2024, 6, 1)
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def copied(data: Path, name: str, make: Callable[[Path], None]) -> None:
    """Put a copy of a data folder at `data`, which is made once for all tests that begin with it."""
    made = data.parent.parent / f"begin-{name}" / "data"
    if not made.exists():
        made.parent.mkdir()
        make(made)
    shutil.copytree(made, data)


def load_two(data: Path, first: str, second: str) -> None:
    load_list(data, "Asda", [FLIXTON, SCUNTHORPE, *STRANGERS[:4]], first)
    load_list(data, "Tesco", [FLIXTON_AGAIN, *STRANGERS[4:]], second)


def two_lists(data: Path, first: str = "public", second: str = "public") -> tuple[str, str]:
    copied(data, f"{first}-{second}", lambda made: load_two(made, first, second))
    one, two = (entry.list for entry in open_data(data).entries)
    return one, two


def two_lists_joined(data: Path) -> tuple[str, str]:
    """As `two_lists`, resolved."""

    def make(made: Path) -> None:
        load_two(made, "public", "public")
        resolved(made)

    copied(data, "joined", make)
    one, two = (entry.list for entry in open_data(data).entries)
    return one, two


def resolved(data: Path, **options: object) -> str:
    return resolve_folder(DataFolder(data), today=DAY, **options).mode  # type: ignore[arg-type]


def graphs(data: Path, scope: str) -> list[str]:
    store = open_data(data).store
    names = [graph for graph in store.named_graphs() if "/graph/" in graph.value and graph.value.endswith(f"/{scope}")]
    return sorted(str(quad) for name in names for quad in store.quads_for_pattern(None, None, None, name))


def decide(data: Path, left: str, right: str, decision: str | None, why: str = "") -> str:
    return record(DataFolder(data), [Wish(left, right, decision, "MJ", why)], today=DAY)[0].state


def test_nothing_loaded_is_an_error(data: Path) -> None:
    with pytest.raises(StoreError, match="nothing is loaded here yet"):
        resolve_folder(DataFolder(data))


def test_two_spellings_become_one_site_and_the_older_id_stays(data: Path) -> None:
    one, two = two_lists(data)
    old, new = site_of(data, one, "2"), site_of(data, two, "2")
    assert old != new
    found = resolve_folder(DataFolder(data), today=DAY)
    assert [site.site for site in found.newly_shared] == [old]
    assert site_of(data, two, "2") == old
    assert site_of(data, one, "3") not in (old, new)
    aliases = open_data(data).tables().execute("SELECT site FROM site_aliases WHERE alias = ?", [new]).fetchall()
    assert aliases == [(old,)]


def test_every_statement_in_the_graph_tells_score_reasons_method_version_and_day(data: Path) -> None:
    two_lists_joined(data)
    store = open_data(data).store
    statements = [q.subject for q in store.quads_for_pattern(None, ox.NamedNode(HEF + "matchJudgement"), None)]
    assert statements
    for statement in statements:
        own = told_of(store, statement)
        judged = told_of(store, own["matchJudgement"].object)
        assert own.keys() | judged.keys() >= {
            "leftListing", "rightListing", "matchOutcome", "probability", "reason", "matchMethod", "modelVersion",
            "decidedOn",
        }  # fmt: skip
        assert {quad.graph_name for quad in [*own.values(), *judged.values()]} == {own["probability"].graph_name}


def told_of(store: ox.Store, thing: ox.Term) -> dict[str, ox.Quad]:
    return {quad.predicate.value.removeprefix(HEF): quad for quad in store.quads_for_pattern(thing, None, None)}


@pytest.mark.parametrize("closed", ["members", "secretariat", "owner"])
def test_a_judgement_on_closed_lists_is_told_to_those_who_see_them(data: Path, closed: str) -> None:
    two_lists(data, "public", closed)
    resolved(data)
    store = open_data(data).store
    judgements = [q.subject for q in store.quads_for_pattern(None, TYPE, ox.NamedNode(HEF + "MatchJudgement"))]
    assert judgements
    graphs = {q.graph_name.value for one in judgements for q in store.quads_for_pattern(one, None, None)}
    assert not any(graph.endswith("/public") for graph in graphs)


def test_resolving_again_changes_nothing(data: Path) -> None:
    two_lists(data)
    assert resolved(data) == "full"
    before = graphs(data, "public")
    assert resolved(data) == "unchanged"
    assert resolve_folder(DataFolder(data), today=dt.date(2030, 1, 1), full=True).mode == "full"
    assert graphs(data, "public") == before


def test_a_decision_splits_and_its_withdrawal_joins_again(data: Path) -> None:
    one, two = two_lists(data)
    old, new = site_of(data, one, "2"), site_of(data, two, "2")
    resolved(data)
    assert decide(data, old, new, "different", "two gates") == "new"
    assert (site_of(data, one, "2"), site_of(data, two, "2")) == (old, new)
    assert resolved(data) == "full"
    assert (site_of(data, one, "2"), site_of(data, two, "2")) == (old, new)
    assert decide(data, old, new, None) == "withdrawn"
    resolved(data)
    assert site_of(data, two, "2") == old
    kept = decisions_of(open_data(data).generation / "tables")
    assert kept.select("decision", "who", "why", "withdrawn_by").rows() == [("different", "MJ", "two gates", "MJ")]


def test_a_decision_joins_what_the_model_keeps_apart(data: Path) -> None:
    one, _ = two_lists(data)
    flixton, scunthorpe = site_of(data, one, "2"), site_of(data, one, "3")
    assert decide(data, flixton, scunthorpe, "same") == "new"
    joined = {site_of(data, one, "2"), site_of(data, one, "3")}
    assert len(joined) == 1
    resolved(data)
    assert {site_of(data, one, "2"), site_of(data, one, "3")} == joined
    decide(data, flixton, scunthorpe, None)
    resolved(data)
    assert (site_of(data, one, "2"), site_of(data, one, "3")) == (flixton, scunthorpe)


def test_a_decision_is_not_asked_again_nor_written_twice(data: Path) -> None:
    one, two = two_lists(data)
    left, right = site_of(data, one, "2"), site_of(data, two, "2")
    assert decide(data, left, right, "same") == "new"
    assert decide(data, right, left, "same") == "known"
    assert decide(data, left, right, "different") == "changed"
    assert decide(data, left, right, None) == "withdrawn"
    assert decide(data, left, right, None) == "nothing"
    assert decisions_of(open_data(data).generation / "tables").height == 2


def test_a_decision_is_named_to_the_secretariat_only(data: Path) -> None:
    one, two = two_lists(data)
    decide(data, site_of(data, one, "2"), site_of(data, two, "2"), "different", "two gates")
    resolved(data)
    assert any('"different"' in line for line in graphs(data, "public"))
    assert not any("two gates" in line or '"MJ"' in line for line in graphs(data, "public"))
    assert any("two gates" in line for line in graphs(data, "secretariat"))


def test_decisions_need_a_name_and_two_known_sites(data: Path) -> None:
    one, _ = two_lists(data)
    site = site_of(data, one, "2")
    with pytest.raises(UsageError, match="needs a name"):
        record(DataFolder(data), [Wish(site, site, "same", " ")])
    with pytest.raises(UsageError, match="no site or listing 'hb-nothing' is known"):
        record(DataFolder(data), [Wish(site, "hb-nothing", "same", "MJ")])
    with pytest.raises(UsageError, match="are one site by OS ID or by exact spelling"):
        record(DataFolder(data), [Wish(site, f"https://w3id.org/hefboom/id/listing/{one}/2", "same", "MJ")])


def test_a_new_list_that_repeats_a_decided_row_follows_the_decision(data: Path) -> None:
    one, two = two_lists_joined(data)
    old, new = site_of(data, one, "2"), site_of(data, two, "2")
    left = open_data(data).tables().execute("SELECT exact FROM identity WHERE list = ? AND row = '2'", [two]).fetchone()
    assert left is not None
    decide(data, old, str(left[0]), "different")
    three = load_list(data, "Aldi", [FLIXTON_AGAIN, *STRANGERS[:2]])
    resolved(data)
    assert site_of(data, three, "2") == left[0] != old
    assert new == old


@pytest.mark.parametrize("closed", ["members", "secretariat", "owner"])
def test_a_join_through_a_closed_list_leaves_the_public_graphs_as_they_were(data: Path, closed: str) -> None:
    one, two = two_lists(data, "public", closed)
    before = graphs(data, "public")
    old, new = site_of(data, one, "2"), site_of(data, two, "2")
    resolved(data)
    assert graphs(data, "public") == before
    assert site_of(data, one, "2", ["public"]) == old
    assert site_of(data, two, "2") == old != new


def test_no_audience_sees_a_site_replaced_by_itself(data: Path) -> None:
    closed = load_list(data, "Lidl", [FLIXTON_AGAIN, *STRANGERS[:3]], "secretariat", "2023-01-01")
    one = load_list(data, "Asda", [FLIXTON, *STRANGERS[3:6]])
    two = load_list(data, "Tesco", [FLIXTON_AGAIN, *STRANGERS[6:]])
    resolved(data)
    assert site_of(data, one, "2", ["public"]) == site_of(data, two, "2", ["public"]) == site_of(data, closed, "2")


def test_only_a_new_list_is_compared_when_nothing_else_changed(data: Path) -> None:
    one, two = two_lists_joined(data)
    three = load_list(data, "Aldi", [FLIXTON_THIRD, *STRANGERS[:2]])
    found = resolve_folder(DataFolder(data), today=DAY)
    assert (found.mode, found.lists) == ("incremental", (three,))
    assert site_of(data, three, "2") == site_of(data, two, "2") == site_of(data, one, "2")
    incremental = _sites(data)
    assert resolved(data, full=True) == "full"
    assert _sites(data) == incremental


def _sites(data: Path) -> list[tuple[object, ...]]:
    return open_data(data).tables().execute("SELECT list, row, part, site, scope FROM identity ORDER BY ALL").fetchall()


def test_all_is_compared_anew_after_a_list_was_dropped(data: Path) -> None:
    one, two = two_lists_joined(data)
    old = site_of(data, one, "2")
    retract_list(DataFolder(data), one, 10)
    assert site_of(data, two, "2") != old
    assert not any(f"/listing/{one}/" in line for line in graphs(data, "public"))
    assert resolved(data) == "full"


def test_loading_a_list_anew_keeps_the_join(data: Path) -> None:
    one, two = two_lists_joined(data)
    old = site_of(data, one, "2")
    again = load_list(data, "Tesco", [FLIXTON_AGAIN, *STRANGERS[3:]], date="2025-01-01")
    assert site_of(data, again, "2") == site_of(data, two, "2") == old


@pytest.mark.parametrize("audience", ["public", "members", "secretariat"])
@pytest.mark.parametrize("name", ["shared-sites", "company-pairs", "direct-uses", "public-list"])
def test_questions_follow_joins_alike_in_both_forms(data: Path, audience: str, name: str) -> None:
    def make(made: Path) -> None:
        load_two(made, "public", "members")
        load_list(made, "Aldi", [FLIXTON_THIRD, *STRANGERS[:2]], "secretariat")
        resolved(made)

    copied(data, "three-joined", make)
    held = open_data(data)
    evidence = Evidence(held.store, held.tables, None, held.names.base)
    answers = [
        run(name, {"at": "2024-06-01"}, evidence, audience, 1, today=DAY, form=form).plain()
        for form in ("sparql", "sql")
    ]
    assert answers[0] == answers[1]
    assert answers[0] or (audience, name) in {("public", "shared-sites"), ("public", "company-pairs")}


def test_an_old_id_leads_to_the_site_that_took_its_place(data: Path) -> None:
    _, two = two_lists(data)
    old = site_of(data, two, "2")
    resolved(data)
    held = open_data(data)
    evidence = Evidence(held.store, held.tables, None, held.names.base)
    users = run("who-uses-site", {"site": old, "at": "2024-06-01"}, evidence, today=DAY).plain()
    assert {row["name"] for row in users} == {"Asda", "Tesco"}


def test_two_os_ids_are_never_joined_through_a_third_site(data: Path) -> None:
    one = (*FLIXTON[:3], "BD2024001S10009", FLIXTON[4])
    two = (*FLIXTON_THIRD[:3], "TR2024001S2000A", FLIXTON_THIRD[4])
    first = load_list(data, "Asda", [one, *STRANGERS[:3]])
    second = load_list(data, "Tesco", [FLIXTON_AGAIN, *STRANGERS[3:6]])
    third = load_list(data, "Aldi", [two, *STRANGERS[6:]])
    resolved(data)
    sites = [site_of(data, name, "2") for name in (first, second, third)]
    assert sites[0] != sites[2]


def test_near_doubles_are_asked_of_the_match_graphs(data: Path) -> None:
    one, two = two_lists_joined(data)
    held = open_data(data)
    evidence = Evidence(held.store, held.tables, None, held.names.base)
    rows = run("CQ11", {"outcome": "same", "inside": "false"}, evidence, "public", today=DAY).plain()
    assert [(row["leftList"], row["leftRow"], row["rightList"], row["rightRow"]) for row in rows] == [
        (held.names.list(one), "2", held.names.list(two), "2")
    ]
    [dutch] = run("CQ11", {"outcome": "same"}, evidence, "public", today=DAY, lang="nl").plain()
    assert "zelfde" in str(dutch["reasons"])
    assert {**dutch, "reasons": None} == {**rows[0], "reasons": None}
