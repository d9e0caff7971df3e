"""CQ19, CQ25, CQ30 and CQ31 on three small files, each with its whole answer and with rows that must not be in it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyoxigraph as ox
import pytest
from step_facts import NAMES, TODAY, put_files

from hefboom.graph.iris import SCHEME
from hefboom.ontology.terms import load_reference
from hefboom.queries import Evidence, run

LAST_YEAR: dict[str, Any] = {
    "company": {"name": "Alpha", "year": "2025"},
    "documents": [{"id": "D1", "kind": "audit-report", "date": "2018-01-01"}],
    "sites": [{"id": "S1", "name": "Mill One", "country": "BD", "os_id": "BD2001001AAAAAW"}],
    "risks": [{"id": "R9", "type": "labour/forced-labour", "decision": "prioritised", "scale": "5", "sources": "D1"}],
    "certificates": [{"id": "E9", "scheme": "Old label", "site": "S1", "from": "2020-01-01"}],
    "impacts": [{"id": "H9", "site": "S1", "found_on": "2026-08-01", "type": "labour/forced-labour"}],
}
"""A file that another year has replaced: nothing of it may be told."""
ALPHA: dict[str, Any] = {
    "company": {"name": "Alpha", "year": "2026"},
    "documents": [
        {"id": "D1", "kind": "audit-report", "date": "2026-01-01"},
        {"id": "D2", "kind": "audit-report", "date": "2025-06-30"},
        {"id": "D3", "kind": "public-report", "date": "2021-10-31"},
        {"id": "D4", "kind": "public-report", "date": "2021-11-01"},
    ],
    "sites": [
        {"id": "S1", "name": "Mill One", "country": "BD", "os_id": "BD2001001AAAAAW"},
        {"id": "S2", "name": "Mill Two", "country": "IN"},
    ],
    "risks": [
        {
            **{"id": "R1", "type": "labour/wages/living-wage", "decision": "prioritised", "scale": "4"},
            "sources": ["D1", "D2"],
        },
        {
            **{"id": "R2", "type": "environment/water-pollution", "decision": "prioritised", "scope": "5"},
            "sources": "D3",
        },
        {"id": "R3", "type": "labour/working-time", "decision": "later", "scale": "5", "sources": ["D3", "D4"]},
        {"id": "R4", "type": "labour/working-time", "decision": "prioritised", "scale": "3"},
    ],
    "plans": [{"id": "A1", "title": "Fair pay", "risks": "R1"}],
    "actions": [{"id": "T1", "plan": "A1", "title": "Leave", "response": "disengage"}],
    "measurements": [{"id": "N1", "action": "T1", "date": "2026-08-01", "value": "2 of 3"}],
    "certificates": [
        {"id": "E1", "scheme": "Fair label", "site": "S1", "from": "2026-01-01", "to": "2026-09-01"},
        {"id": "E2", "scheme": "Clean label", "site": "S2", "from": "2026-01-01"},
        {"id": "E3", "scheme": "Later label", "site": "S1", "from": "2026-10-01"},
    ],
    "monitoring": [
        {"id": "M1", "kind": "audit", "site": "S1", "date": "2026-08-31"},
        {"id": "M2", "kind": "audit", "site": "S1", "date": "2026-09-01"},
        {"id": "M3", "kind": "audit", "site": "S2", "date": "2026-12-01"},
    ],
    "findings": [
        {"id": "F1", "audit": "M1", "type": "labour/wages", "grade": "major"},
        {"id": "F2", "audit": "M1", "type": "labour/wages", "grade": "minor"},
        {"id": "F3", "audit": "M2", "type": "labour/wages", "grade": "critical"},
        {"id": "F4", "audit": "M3", "type": "labour/wages", "grade": "critical"},
    ],
}
"""E1 ends on the day of M2, E3 begins after it, and M3 is yet to come: of the findings only F1 meets a certificate."""
BETA: dict[str, Any] = {
    "company": {"name": "Beta", "year": "2026"},
    "documents": [{"id": "D1", "kind": "audit-report"}, {"id": "D2", "kind": "public-report", "date": "2026-02-01"}],
    "sites": [
        {"id": "S1", "name": "Mill I", "country": "BD", "os_id": "BD2001001AAAAAW"},
        {"id": "S2", "name": "Mill Two", "country": "IN"},
    ],
    "risks": [
        {"id": "R1", "type": "environment/water-pollution", "decision": "prioritised", "scale": "4", "sources": "D1"},
        {"id": "R2", "type": "labour/wages", "scale": "5", "sources": ["D1", "D2"]},
    ],
    "plans": [{"id": "A1", "title": "Clean water", "risks": "R1"}],
    "actions": [{"id": "T1", "plan": "A1", "title": "Build a plant", "response": "prevent"}],
    "impacts": [
        {"id": "H1", "site": "S1", "found_on": "2026-08-15", "type": "labour/ohs"},
        {"id": "H2", "site": "S2", "found_on": "2026-08-15", "type": "labour/ohs"},
    ],
}
"""Its Mill I is Alpha's Mill One by OS ID; its Mill Two only has the name of Alpha's, and is another company's."""


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    store = ox.Store()
    load_reference(store)
    put_files(store, tmp_path_factory.mktemp("files"), LAST_YEAR, ALPHA, BETA)
    return Evidence(store)


def ask(evidence: Evidence, name: str, **params: str) -> list[tuple[Any, ...]]:
    answer = run(name, params, evidence, today=TODAY)
    return [tuple(map(short, row.values())) for row in answer.plain()]


def short(value: object) -> object:
    return value.removeprefix(f"{NAMES.base}/").removeprefix(SCHEME) if isinstance(value, str) else value


def test_targets_of_prioritised_risks_with_what_leaving_can_set_back(evidence: Evidence) -> None:
    def row(number: int, kind: str, target: str, relation: str, basis: str, caution: str | None = None) -> Any:
        plan = "Fair pay" if number == 1 else None
        return (f"file/alpha/2026/risk/r{number}", f"R{number}", kind, target, relation, basis, plan, caution)

    pay, water, hours = "labour/wages/living-wage", "environment/water-pollution", "labour/working-time"
    rows = ask(evidence, "CQ19", company="Alpha")
    assert [(*row[:4], *row[5:9]) for row in rows] == [
        row(1, pay, "1.1", "direct", "policy-goal"),
        row(1, pay, "1.2", "direct", "policy-goal"),
        row(1, pay, "8.5", "direct", "policy-goal"),
        row(1, pay, "8.8", "direct", "target-text"),
        row(1, pay, "10.1", "enabling", "expert"),
        row(1, pay, "2.1", "enabling", "expert"),
        row(1, pay, "8.7", "enabling", "expert"),
        row(1, pay, "1.2", "tradeoff", "expert", "Loss of income in the region left"),
        row(1, pay, "8.5", "tradeoff", "policy-theme", "Ending a relationship can cost jobs and leave harm behind"),
        row(2, water, "12.4", "direct", "target-text"),
        row(2, water, "14.1", "direct", "target-text"),
        row(2, water, "3.9", "direct", "target-text"),
        row(2, water, "6.3", "direct", "target-text"),
        row(2, water, "6.1", "enabling", "target-text"),
        row(4, hours, "8.5", "direct", "target-text"),
        row(4, hours, "8.8", "direct", "target-text"),
        row(4, hours, "3.4", "enabling", "expert"),
    ]
    assert (rows[0][4], rows[0][9]) == ("End extreme poverty for everyone", "Living wage gap")
    assert ask(evidence, "CQ19", company="Beta", relation="enabling") == [
        (
            *("file/beta/2026/risk/r1", "R1", water, "6.1", "Safe and affordable drinking water for all"),
            *("enabling", "target-text", "Clean water", None, "Water pollution"),
        )
    ]


def test_targets_with_the_widest_gap_between_severe_risks_and_measured_actions_come_first(evidence: Evidence) -> None:
    open_water, paid = (2, 2, 1, 0, 2), (1, 1, 1, 1, 0)
    assert ask(evidence, "CQ25") == [
        ("12.4", "Sound management of chemicals and waste", *open_water),
        ("14.1", "Less marine pollution, mostly from land", *open_water),
        ("3.9", "Fewer deaths and illnesses from chemicals and pollution", *open_water),
        ("6.3", "Better water quality: less pollution, treated wastewater", *open_water),
        ("1.1", "End extreme poverty for everyone", *paid),
        ("1.2", "At least halve poverty as nationally defined", *paid),
        ("8.5", "Full employment, decent work and equal pay", *paid),
        ("8.8", "Labour rights and safe workplaces for all workers", *paid),
    ]
    assert [(row[0], *row[2:]) for row in ask(evidence, "CQ25", severity="5")] == [
        (target, 1, 1, 0, 0, 1) for target in ("12.4", "14.1", "3.9", "6.3")
    ]


def test_risks_on_audits_alone_or_on_sources_of_more_than_five_years(evidence: Evidence) -> None:
    alpha, beta = ("company/alpha", "Alpha"), ("company/beta", "Beta")
    pay, water = "labour/wages/living-wage", "environment/water-pollution"
    audits = (*alpha, "file/alpha/2026/risk/r1", "R1", pay, "audit-report", date(2026, 1, 1), "audits only")
    undated = (*beta, "file/beta/2026/risk/r1", "R1", water, "audit-report", None, "audits only; undated")
    old = (*alpha, "file/alpha/2026/risk/r2", "R2", water, "public-report", date(2021, 10, 31), "old")
    assert ask(evidence, "CQ30") == [audits, old, undated]
    assert ask(evidence, "CQ30", years="6") == [audits, undated]


def test_certificate_contradicts_findings_and_harm_at_its_own_site_on_its_own_days(evidence: Evidence) -> None:
    certificate = ("Alpha", "file/alpha/2026/certificate/e1", "Fair label", date(2026, 1, 1), date(2026, 9, 1))
    assert ask(evidence, "CQ31") == [
        ("BD2001001AAAAAW", "Mill One", *certificate, *found)
        for found in (
            ("Alpha", "file/alpha/2026/finding/f1", date(2026, 8, 31), "labour/wages"),
            ("Beta", "file/beta/2026/impact/h1", date(2026, 8, 15), "labour/ohs"),
        )
    ]
