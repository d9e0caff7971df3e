"""What stands on file about a site is found by the site, never by a name that others may bear or write differently."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from list_desk import Desk

from hefboom.queries import Evidence, run
from hefboom.reports import Table, make_report
from hefboom.reports.desk import Desk as ReportDesk

TODAY = dt.date(2026, 11, 1)
DHAKA = {"name": "Green Textile", "address": "1 Dhaka Road, Dhaka", "country": "BD"}
PORT = {"name": "Green Textile", "address": "99 Port Road, Chattogram", "country": "BD"}
DEEP = {"address": "9 Canal Road, Savar", "country": "BD"}


@pytest.fixture
def desk(empty_data: Path, tmp_path: Path) -> Desk:
    shutil.copytree(empty_data, tmp_path / "data")
    return Desk(tmp_path)


def filed(desk: Desk, name: str, *places: dict[str, Any], **sheets: list[dict[str, Any]]) -> None:
    """Load a file with an assessment of some sites; a site has the ids S1, S2 and so on."""
    document = {
        "company": {"name": name, "year": 2026},
        "sites": [{"id": f"S{number}", **place} for number, place in enumerate(places, 1)],
        "assessments": [{"id": "B1", "date": "2026-01-15"}],
        **sheets,
    }
    report = desk.load(f"{name}.yaml", yaml.safe_dump(document), today=TODAY)
    assert report.error is None
    assert report.findings.is_empty()


def risk(key: str, kind: str, site: str, severity: int = 5) -> dict[str, Any]:
    return {"id": key, "assessment": "B1", "type": kind, "sites": [site], "severity": severity, "likelihood": 4,
            "decision": "prioritised"}  # fmt: skip


def evidence(desk: Desk) -> Evidence:
    data = desk.data
    return Evidence(data.store, data.tables, None, data.names.base)


def ask(desk: Desk, question: str, **params: Any) -> list[dict[str, Any]]:
    return run(question, params, evidence(desk), today=TODAY).plain()


def lines(desk: Desk, site: str, section: str) -> list[list[Any]]:
    report = make_report(ReportDesk(evidence(desk), TODAY, today=TODAY), "site", site)
    (found,) = (one for one in report.sections if one.id == section)
    return [[cell.value for cell in row] for block in found.blocks if isinstance(block, Table) for row in block.rows]


def test_risk_stands_at_its_own_site_and_not_at_a_namesake(desk: Desk) -> None:
    filed(desk, "Alpha", DHAKA, PORT, risks=[risk("R1", "labour/child-labour", "S1")])
    here, there = (desk.site("file/alpha/2026", key) for key in ("s1", "s2"))
    assert here != there
    assert [row[:4] for row in lines(desk, here, "site-risks")] == [["Alpha", "Child labour", "Green Textile", 5]]
    assert lines(desk, there, "site-risks") == []
    assert [row["riskId"] for row in ask(desk, "risks-on-file", site=here)] == ["R1"]
    assert ask(desk, "risks-on-file", site=there) == []


def test_risks_at_a_site_are_found_however_each_file_writes_its_name(desk: Desk) -> None:
    filed(desk, "Alpha", DEEP | {"name": "Deep Mill Ltd"}, risks=[risk("R1", "labour/child-labour", "S1")])
    filed(desk, "Beta", DEEP | {"name": "Deep Mill Limited"}, risks=[risk("R1", "labour/forced-labour", "S1")])
    site = desk.site("file/alpha/2026", "s1")
    assert site == desk.site("file/beta/2026", "s1")
    found = {(row[0], row[1], row[3]) for row in lines(desk, site, "site-risks")}
    assert found == {("Alpha", "Child labour", 5), ("Beta", "Forced labour", 5)}


CERTIFICATE = {"id": "C1", "scheme": "Fair", "from": "2026-01-01", "to": "2027-01-01"}
HARM = {"id": "I1", "found_on": "2026-05-01", "type": "labour/child-labour", "description": "harm"}


def test_certificate_of_one_site_contradicts_no_harm_at_a_namesake(desk: Desk) -> None:
    filed(desk, "Alpha", DHAKA, PORT, certificates=[CERTIFICATE | {"site": "S1"}], impacts=[HARM | {"site": "S2"}])
    assert ask(desk, "contradicting-evidence") == []


def test_certificate_and_harm_meet_at_one_site_of_two_files(desk: Desk) -> None:
    filed(desk, "Alpha", DEEP | {"name": "Deep Mill Ltd"}, certificates=[CERTIFICATE | {"site": "S1"}])
    filed(desk, "Beta", PORT, DEEP | {"name": "Deep Mill Limited"}, impacts=[HARM | {"site": "S2"}])
    filed(desk, "Gamma", DEEP | {"name": "Deep Mill Limited", "address": "1 Other Road, Khulna"})
    (row,) = ask(desk, "contradicting-evidence")
    assert (row["certificateOf"], row["findingOf"]) == ("Alpha", "Beta")
    assert len(lines(desk, desk.site("file/beta/2026", "s2"), "site-contradictions")) == 1
    assert lines(desk, desk.site("file/gamma/2026", "s1"), "site-contradictions") == []


def test_harm_at_a_namesake_is_not_set_beside_a_change_of_orders(desk: Desk) -> None:
    change = {"id": "O1", "site": "S1", "date": "2026-04-01", "kind": "price"}
    late = HARM | {"type": "labour/working-time"}
    filed(desk, "Alpha", DHAKA, PORT, order_changes=[change], impacts=[late | {"site": "S2"}])
    assert ask(desk, "orders-and-harm", company="Alpha") == []
    filed(desk, "Beta", DHAKA, PORT, order_changes=[change], impacts=[late | {"site": "S1"}])
    assert len(ask(desk, "orders-and-harm", company="Beta")) == 1
