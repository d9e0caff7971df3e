"""Tables beside a company's file, after that file was loaded again: what they refer to, and who may see them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyoxigraph as ox
import pytest
import yaml
from list_desk import Desk
from step_facts import complete

from hefboom.graph.completeness import Checker
from hefboom.graph.completeness_commit import store_checks
from hefboom.graph.completeness_files import stored_file
from hefboom.graph.health import examine
from hefboom.graph.iris import HEF, ONTOLOGY_GRAPH, REFERENCE_GRAPH
from hefboom.graph.publications import Publications
from hefboom.graph.rebuild import rebuild
from hefboom.graph.visibility import graph_scopes, may_see
from hefboom.loaders.load_report import ListReport

TODAY = date(2026, 11, 1)
FILE = "https://w3id.org/hefboom/id/file/leader/2026"
COMPLAINT = {
    "Complaint number": "2026-101", "Received on": "2026-01-20", "Status": "closed", "Outcome": "upheld",
    "Handler": "committee", "Issue": "labour/wages", "Risk": "R9", "Remedy": "Z9", "Site": "S1",
    "Steps on": "2026-01-25; 2026-02-20; 2026-03-20",
}  # fmt: skip
RISK = {"id": "R9", "type": "labour/wages", "description": "Low wages"}
REMEDY = {"id": "Z9", "description": "Wages paid"}
AUDIT = {"Audit id": "A1", "Site": "S9", "Audit date": "2026-09-12", "Report": "r", "Held by": "Buying"}


def document(*changes: Any) -> str:
    made = complete("Leader")
    for change in changes:
        change(made)
    return yaml.safe_dump(made)


def with_rows(made: dict[str, Any]) -> None:
    made["risks"].append(dict(RISK))
    made["remedies"].append(dict(REMEDY))


def load(desk: Desk, *changes: Any, **options: Any) -> ListReport:
    report = desk.load("leader.yaml", document(*changes), today=TODAY, **options)
    assert report.error is None
    assert report.counts.refused == 0
    return report


def load_table(desk: Desk, name: str, *rows: dict[str, str]) -> ListReport:
    report = desk.load(f"{name}.csv", list(rows), contributor="Leader", today=TODAY)
    assert (report.error, report.counts.refused, report.format) == (None, 0, name)
    return report


def told(desk: Desk, row: str) -> dict[str, set[str]]:
    """What the store says of a row, by the last part of each predicate."""
    found: dict[str, set[str]] = {}
    for quad in desk.data.store.quads_for_pattern(ox.NamedNode(f"{FILE}/{row}"), None, None, None):
        found.setdefault(quad.predicate.value.removeprefix(HEF), set()).add(quad.object.value)
    return found


def lost(report: ListReport) -> list[tuple[Any, ...]]:
    """Where and what the warnings of a load are about."""
    wanted = ("code", "row", "column", "value")
    return [
        tuple(found[name] for name in wanted) for found in report.findings.to_dicts() if found["severity"] == "warning"
    ]


def conditions(desk: Desk, row: str) -> set[str]:
    """The conditions that a row does not meet."""
    data = desk.data
    (check,) = Checker(TODAY).check([stored_file(data.store, data.names, "leader", 2026)])
    return {finding.condition.id for finding in check.findings if finding.focus == f"{FILE}/{row}"}


def test_complaint_keeps_what_it_said_without_a_link_to_what_is_gone(desk: Desk) -> None:
    load(desk, with_rows)
    assert load_table(desk, "complaints", COMPLAINT).findings.is_empty()
    row = "complaints/complaint/2026-101"
    before = told(desk, row)
    assert (before["risk"], before["remedy"]) == ({f"{FILE}/risk/r9"}, {f"{FILE}/remedy/z9"})
    assert before["statedReference"] == {"risks/R9", "remedies/Z9"}
    assert "DD-6.7" not in conditions(desk, row)
    report = load(desk)
    assert lost(report) == [
        ("row-gone", "2026-101", "complaints.remedy", "Z9"),
        ("row-gone", "2026-101", "complaints.risk", "R9"),
    ]
    assert "'complaints' (complaints.csv)" in report.findings["reason"][0]
    now = told(desk, row)
    assert now == {name: values for name, values in before.items() if name not in ("risk", "remedy")}
    assert "DD-6.7" in conditions(desk, row)
    assert [check.found for check in examine(desk.folder) if check.state == "wrong"] == []
    held = set(desk.data.store)
    rebuild(desk.folder, 10)
    assert set(desk.data.store) == held
    assert lost(load(desk, with_rows)) == []
    assert told(desk, row) == before


def test_tables_are_read_against_the_file_of_the_same_load(desk: Desk) -> None:
    options = {"today": TODAY, "contributor": "Leader"}
    made = document(with_rows)
    table, file = desk.load_all(("complaints.csv", [COMPLAINT], options), ("leader.yaml", made, {"today": TODAY}))
    assert (table.error, table.counts.stored, file.error, lost(file)) == (None, 1, None, [])
    assert told(desk, "complaints/complaint/2026-101")["risk"] == {f"{FILE}/risk/r9"}
    closed = {"today": TODAY, "visibility": "secretariat"}
    second = {**COMPLAINT, "Complaint number": "2026-102"}
    table, file = desk.load_all(("complaints.csv", [second], options), ("leader.yaml", document(), closed))
    assert (table.visibility, file.visibility) == ("secretariat", "secretariat")
    assert [(found["row"], found["code"]) for found in table.findings.to_dicts()] == [("2", "unknown-id")]


def test_tables_keep_a_site_that_the_file_drops_or_calls_another(desk: Desk) -> None:
    def named(name: str) -> Any:
        return lambda made: made["sites"].append({"id": "S9", "name": name, "country": "IN"})

    load(desk, named("Ninth mill"))
    load_table(desk, "audits", AUDIT)
    load_table(desk, "complaints", {**COMPLAINT, "Site": "Ninth mill", "Risk": "R1", "Remedy": "Z1"})
    before = {part: told(desk, f"{part}/site/s9") for part in ("audits", "complaints")}
    report = load(desk)
    assert lost(report) == [("site-gone", "S9", f"{part}.site", "Ninth mill") for part in before]
    report = load(desk, named("Quite another mill"))
    assert lost(report) == [("id-means-another", "S9", f"{part}.site", "Ninth mill") for part in before]
    assert {part: told(desk, f"{part}/site/s9") for part in before} == before
    assert told(desk, "audits/monitoring/a1")["concernsListing"] == {f"{FILE}/audits/site/s9"}


def test_risk_that_file_and_heat_map_both_rate_is_told(desk: Desk) -> None:
    load(desk)
    load_table(desk, "heat-map", {"Risk": "R9", "Type of risk": "labour/wages", "Severity": "4", "Likelihood": "2"})
    report = load(desk, with_rows)
    assert lost(report) == [("rated-twice", "R9", "heat-map.id", "R9")]
    assert told(desk, "heat-map/risk/r9")["severityRating"] == {"4"}


TABLES = {
    "audits": AUDIT | {"Site": "Mill nobody lists", "Country": "IN"},
    "certificates": {"Certificate id": "C1", "Scheme": "Fair", "Valid until": "2027-01-01", "Site": "S1"},
    "complaints": COMPLAINT | {"Risk": "R1", "Remedy": ""},
    "engagements": {"Engagement id": "E1", "Date": "2026-03-01", "Stakeholders": "union", "Steps": "2"},
    "heat-map": {"Risk": "Noise", "Type of risk": "labour/wages", "Severity": "4", "Likelihood": "2"},
}
SAME_FOR_ALL = {ox.NamedNode(ONTOLOGY_GRAPH), ox.NamedNode(REFERENCE_GRAPH)}
AUDIENCES = ("public", "members", "secretariat", "owner/leader", "owner/other")
READERS = {
    "public": set(AUDIENCES),
    "members": set(AUDIENCES) - {"public"},
    "owner": {"secretariat", "owner/leader"},
    "secretariat": {"secretariat"},
}


def load_tables(desk: Desk) -> list[ListReport]:
    return [load_table(desk, name, row) for name, row in TABLES.items()]


def visible(desk: Desk, publish: bool = False) -> dict[str, set[str]]:
    """Who sees something of the file, its checks and each table: by the scopes of graphs, and in publications alike."""
    data = desk.data
    parts = {f"file/leader/2026/{name}": name for name in TABLES} | {"Mill nobody lists": "audits"}
    live: dict[str, set[str]] = {"file": set(), "checks": set()} | {name: set() for name in TABLES}
    held = {
        graph: {audience for audience in AUDIENCES if may_see(audience, scope)}
        for graph, scope in graph_scopes(data.store, data.names.base).items()
    }
    published = {name: set[str]() for name in live}

    def notice(quad: ox.Quad, found: dict[str, set[str]], audiences: set[str]) -> None:
        text, graph = str(quad), str(quad.graph_name)
        names = {name for part, name in parts.items() if part in text}
        names |= {"checks"} if "graph/completeness" in graph else {"file"} if "file/leader/2026>" in graph else set()
        for name in names:
            found[name] |= audiences

    for quad in data.store:
        if quad.graph_name in SAME_FOR_ALL:
            continue
        notice(quad, live, held.get(str(quad.graph_name).strip("<>"), set()))
    for audience in AUDIENCES if publish else ():
        made = Publications(desk.folder.path).publish(data.store, audience, data.names.base)
        for quad in ox.Store.read_only(str(made.store)):
            if quad.graph_name in SAME_FOR_ALL or isinstance(quad.graph_name, ox.DefaultGraph):
                continue
            notice(quad, published, {audience})
    assert not publish or published == live
    return live


@pytest.mark.parametrize(("first", "last"), [
    ("owner", "public"), ("members", "owner"),
])  # fmt: skip
def test_nobody_sees_more_than_the_last_visibility_allows(desk: Desk, first: str, last: str) -> None:
    load(desk, visibility=first)
    load_tables(desk)
    store_checks(desk.folder, {"leader"}, date(2026, 6, 1), keep=True)
    assert visible(desk) == dict.fromkeys(("file", "checks", *TABLES), READERS[first])
    report = load(desk, visibility=last)
    closing = READERS[last] < READERS[first]
    after = READERS[last] if closing else READERS[first]
    assert visible(desk) == {"file": READERS[last]} | dict.fromkeys(("checks", *TABLES), after)
    assert lost(report) == [("closed-with-file" if closing else "stays-closed", None, None, None)] * len(TABLES)
    assert all(one.unchanged == closing for one in load_tables(desk))
    assert visible(desk, publish=True) == dict.fromkeys(("file", "checks", *TABLES), READERS[last])
    assert [check.found for check in examine(desk.folder) if check.state == "wrong"] == []


def test_audit_counts_for_a_site_of_which_the_file_gives_no_country(desk: Desk) -> None:
    def unplaced(made: dict[str, Any]) -> None:
        made["sites"].append({"id": "S9", "name": "Ninth mill"})
        next(one for one in made["risks"] if one["id"] == "R1")["sites"].append("S9")

    load(desk, unplaced)
    assert "DD-4.2" in conditions(desk, "site/s9")
    load_table(desk, "audits", AUDIT)
    assert "DD-4.2" not in conditions(desk, "site/s9")
