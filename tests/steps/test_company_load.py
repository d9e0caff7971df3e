"""Due diligence files in the data folder: loaded, listed, replaced, retracted, rebuilt, and seen by scope only."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml
from list_desk import Desk
from step_facts import complete, drop, put

from hefboom.graph.backup import backup, restore
from hefboom.graph.changes import retract_list
from hefboom.graph.folder import DataFolder
from hefboom.graph.health import examine
from hefboom.graph.iris import HEF
from hefboom.graph.publications import Publications
from hefboom.graph.rebuild import rebuild
from hefboom.loaders.demo_company_files import as_records
from hefboom.loaders.load_report import ListReport
from hefboom.queries.evidence import Evidence
from hefboom.queries.runner import run
from hefboom.reports import Table, make_report
from hefboom.reports.desk import Desk as ReportDesk

TODAY = date(2026, 11, 1)
BASE = "https://w3id.org/hefboom/id"


def document(name: str = "Leader", year: int = 2026, *changes: Any) -> dict[str, Any]:
    made = complete(name, at=min(TODAY, date(year, 12, 31)))
    for change in changes:
        change(made)
    return made


def load(desk: Desk, made: dict[str, Any], **options: Any) -> ListReport:
    name = f"{made['company']['name']}-{made['company']['year']}.yaml".lower()
    return desk.load(name, yaml.safe_dump(made), **{"today": TODAY, **options})


def asked(desk: Desk, at: date) -> Sequence[Sequence[Any]]:
    """The rows of the question step-levels."""
    data = desk.data
    return run("step-levels", {"at": at.isoformat()}, Evidence(data.store, data.tables, None, BASE)).rows


def levels(desk: Desk, at: date = TODAY) -> dict[tuple[str, str], str]:
    return {(row[1].value, row[2].value): row[3].value for row in asked(desk, at)}


def held(desk: Desk, graph: str) -> set[str]:
    """The statements of one graph."""
    return {str(quad) for quad in desk.data.store.quads_for_pattern(None, None, None, ox.NamedNode(graph))}


def wrong(desk: Desk) -> list[str]:
    return [check.found for check in examine(desk.folder) if check.state == "wrong"]


def test_file_is_loaded_listed_and_checked(desk: Desk) -> None:
    made = document()
    report = load(desk, made)
    counts = report.counts
    assert report.error is None
    assert report.list == f"{BASE}/file/leader/2026"
    assert (counts.rows_read, counts.stored) == (len(as_records(made)),) * 2
    entry = desk.data.entries[0]
    assert (entry.kind, entry.scope, entry.reporting_year) == ("company-file", "owner/leader", 2026)
    assert levels(desk) == {("Leader", step): "good" for step in "123456"}
    assert wrong(desk) == []


def test_day_that_nobody_gave_is_not_made_up(desk: Desk) -> None:
    for year in (2025, 2026):
        made = document("Leader", year)
        made["company"].pop("drawn_up_on", None)
        assert load(desk, made).date is None
        assert load(desk, made).unchanged
        assert load(desk, made).date is None
    told = [desk.hefboom("lists", *more).stdout for more in ((), ("--json",), ("--lang", "nl"))]
    assert not [text for text in told if "12-31" in text or "31 dec" in text]
    listed = {row["reporting_year"]: row for row in json.loads(told[1])}
    days = {year: tuple(row[name] for name in ("date", "valid_from", "valid_to")) for year, row in listed.items()}
    assert days == {2025: (None, "2025-01-01", "2026-01-01"), 2026: (None, "2026-01-01", None)}
    held = json.loads(desk.hefboom("lists", "--json", "--at", "2025-06-01").stdout)
    assert [row["reporting_year"] for row in held] == [2025]


def test_same_answers_give_the_same_graph_as_json(new_desk: Callable[..., Desk]) -> None:
    desk, other = new_desk(), new_desk("other")
    load(desk, document())
    other.load("leader.json", json.dumps(document()), today=TODAY)
    graph = f"{BASE}/file/leader/2026"
    assert held(desk, graph) == held(other, graph) != set()


def test_file_of_the_same_year_takes_the_place_of_the_earlier_one(desk: Desk) -> None:
    load(desk, document())
    report = load(desk, document("Leader", 2026, drop("policies"), drop("policy_goals")))
    assert report.renewed
    assert [entry.list for entry in desk.data.entries] == ["file/leader/2026"]
    assert levels(desk)["Leader", "1"] == "partial"
    assert wrong(desk) == []


def test_years_stand_beside_each_other_and_the_newer_one_holds(desk: Desk) -> None:
    load(desk, document("Leader", 2026))
    load(desk, document("Leader", 2025, put("actions", "T11", owner=None)))
    assert {entry.list: entry.status for entry in desk.data.entries} == {
        "file/leader/2026": "current",
        "file/leader/2025": "replaced",
    }
    assert levels(desk)["Leader", "3"] == "good"
    assert levels(desk, date(2025, 12, 31))["Leader", "3"] == "partial"


def test_file_without_the_day_it_was_drawn_up_on_is_shown_without_one(desk: Desk) -> None:
    undated = put("company", "", drawn_up_on=None)
    load(desk, document("Leader", 2025))
    load(desk, document("Leader", 2026, undated))
    audit = {"Audit id": "A1", "Site": "S1", "Audit date": "2026-09-12", "Report": "r", "Held by": "Buying"}
    assert desk.load("audits.csv", [audit], contributor="Leader", today=TODAY).error is None
    data = desk.data
    evidence = Evidence(data.store, data.tables, None, BASE)
    for question in ("risks-on-file", "claims-on-file"):
        found = run(question, {"at": TODAY.isoformat()}, evidence).plain()
        assert {(row["file"], row["drawnUp"]) for row in found} == {(f"{BASE}/file/leader/2026", None)}
    report = make_report(ReportDesk(evidence, TODAY, "en", "secretariat", None), "company", "Leader")
    told = next(one for one in report.sections if one.id == "sources").blocks
    (about,) = (
        row for block in told if isinstance(block, Table) for row in block.rows if row[1].value == "Leader 2026"
    )
    assert not [cell for cell in about if isinstance(cell.value, date)]
    dates = [quad for quad in data.store if quad.predicate.value == f"{HEF}listDate"]
    assert [quad.subject.value for quad in dates] == [f"{BASE}/file/leader/2025"]
    load(desk, document("Leader", 2026, undated), date=date(2026, 3, 1))
    assert wrong(desk) == []


def test_same_file_again_changes_nothing(desk: Desk) -> None:
    load(desk, document())
    generation = desk.generation
    assert load(desk, document()).unchanged
    assert desk.generation == generation


def test_retracted_file_leaves_nothing_but_its_description(desk: Desk) -> None:
    load(desk, document())
    load(desk, document("Weak"))
    retract_list(desk.folder, "file/leader/2026", 10)
    assert {company for company, _ in levels(desk)} == {"Weak"}
    assert held(desk, f"{BASE}/file/leader/2026") == set()
    assert wrong(desk) == []


def test_rebuild_gives_the_same_statements(desk: Desk) -> None:
    load(desk, document())
    load(desk, document("Weak", 2025, drop("policies")), visibility="secretariat")
    before = set(desk.data.store)
    rebuild(desk.folder, 10)
    assert set(desk.data.store) == before


def test_backup_holds_files_and_checks(desk: Desk, tmp_path: Path) -> None:
    load(desk, document())
    backup(desk.folder.path, tmp_path / "b.tar")
    restore(tmp_path / "b.tar", tmp_path / "again")
    assert [check.found for check in examine(DataFolder(tmp_path / "again")) if check.state == "wrong"] == []


SEEING = {
    "owner": {"owner/owner", "secretariat"},
    "secretariat": {"secretariat"},
    "members": {"members", "owner/owner", "owner/weak", "secretariat"},
    "public": {"public", "members", "owner/owner", "owner/weak", "secretariat"},
}


def test_file_and_its_results_are_seen_by_scope_only(desk: Desk) -> None:
    files = [(f"{name}.yaml", yaml.safe_dump(document(name, 2026, drop("policies")))) for name in SEEING]
    desk.load_all(*((name, text, {"visibility": name.partition(".")[0], "today": TODAY}) for name, text in files))
    found: dict[str, set[str]] = {name: set() for name in SEEING}
    for audience in SEEING["public"]:
        publication = Publications(desk.folder.path).publish(desk.data.store, audience, BASE)
        store = ox.Store.read_only(str(publication.store))
        graphs = {getattr(graph, "value", "") for graph in store.named_graphs()}
        told = " ".join(str(quad) for quad in store)
        for name, audiences in found.items():
            scope = "owner/owner" if name == "owner" else name
            shown = {f"{BASE}/file/{name}/2026", f"{BASE}/graph/completeness/{scope}"} & graphs
            assert len(shown) in (0, 2)
            assert bool(shown) == (f"/file/{name}/" in told)
            audiences |= {audience} if shown else set()
    assert found == SEEING


def test_more_open_file_moves_its_results(desk: Desk) -> None:
    load(desk, document())
    load(desk, document(), visibility="secretariat")
    assert held(desk, f"{BASE}/graph/completeness/owner/leader") == set()
    assert levels(desk)["Leader", "1"] == "good"


def test_sites_of_a_file_meet_those_of_lists(desk: Desk) -> None:
    made = document()
    site = made["sites"][0]
    desk.load("l.csv", [{"name": site["name"], "address": site["address"], "country": site["country"]}],
              contributor="Other", date="2026-01-01")  # fmt: skip
    load(desk, made)
    meeting = "SELECT list_sort(list(DISTINCT list)) FROM identity GROUP BY site HAVING count(DISTINCT list) > 1"
    assert desk.rows(meeting) == [(["file/leader/2026", "other/2026-01-01"],)]


def test_company_cannot_hand_in_the_file_of_another(desk: Desk) -> None:
    report = load(desk, document("Weak"), contributor="Leader", own="leader")
    assert report.error is not None
    assert "this is the file of 'Weak'" in report.error
    assert load(desk, document("Leader"), contributor="Leader", own="leader").error is None


def test_refused_rows_are_counted_and_the_rest_is_stored(desk: Desk) -> None:
    report = load(desk, document("Leader", 2026, put("risks", "R1", type="no-such-risk")))
    counts = report.counts
    assert counts.refused > 0
    assert counts.rows_read == counts.stored + counts.merged + counts.refused
    assert "unknown-code" in set(report.findings["code"])
    assert wrong(desk) == []


def test_check_of_today_is_stored_for_questions_and_another_day_is_not(desk: Desk) -> None:
    load(desk, document())
    load(desk, document("Weak", 2026, drop("policies")))
    desk.load("m.csv", [{"company": name, "covenant": "Cloth", "from": "2020-01-01"} for name in ("Weak", "Silent")])
    before = desk.generation
    assert desk.hefboom("check", "--at", "2027-03-01").returncode == 0
    assert desk.generation == before
    shown = desk.hefboom("check", "--covenant", "Cloth", "--format", "json")
    companies = {one["label"]: one for one in json.loads(shown.stdout)}
    assert {step["level"] for step in companies["Silent"]["steps"]} == {"absent"}
    assert "Silent: no due diligence file on record" in shown.stderr
    today = date.today().isoformat()
    stored = {row[0].value: row[5].value for row in asked(desk, date.today())}
    assert stored[f"{BASE}/company/weak"] == today
    assert stored[f"{BASE}/company/leader"] == TODAY.isoformat()
    again = desk.generation
    desk.hefboom("check", "Weak")
    assert desk.generation == again
    assert wrong(desk) == []
