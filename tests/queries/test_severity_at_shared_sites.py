"""Shared sites with the worst open severity on file and the tier of each member: where members must act together."""

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
DEEP = {"name": "Deep Mill", "address": "9 Canal Road, Savar", "country": "BD"}
CALM = {"name": "Calm Mill", "address": "3 Quiet Lane, Tiruppur", "country": "IN"}
DONE = {"name": "Done Mill", "address": "8 Ready Street, Erode", "country": "IN"}
FORMS = pytest.mark.parametrize("form", ["sparql", "sql"])


def risk(key: str, kind: str, site: str, severity: int | None) -> dict[str, Any]:
    return {
        "id": key,
        "assessment": "B1",
        "type": kind,
        "sites": [site],
        **({"severity": severity} if severity else {}),
    }


def filed(desk: Desk, name: str, **sheets: list[dict[str, Any]]) -> None:
    document = {
        "company": {"name": name, "year": 2026},
        "product_lines": [{"id": "L1", "name": "Shirts"}],
        "sites": [{"id": "S1", **DEEP}, {"id": "S2", **CALM}, {"id": "S3", **DONE}],
        "relations": [{"id": f"V{n}", "product_line": "L1", "site": f"S{n}", "tier": 2} for n in (1, 2, 3)],
        "assessments": [{"id": "B1", "date": "2026-01-15"}],
        **sheets,
    }
    report = desk.load(f"{name}.yaml", yaml.safe_dump(document), today=TODAY)
    assert report.error is None
    assert report.findings.is_empty(), report.findings.to_dicts()


@pytest.fixture(scope="module")
def shared(empty_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Alpha and Beta have three mills two tiers up by their files; by public lists two more buy at the first mill."""
    place = tmp_path_factory.mktemp("shared")
    shutil.copytree(empty_data, place / "data")
    desk = Desk(place)
    members = [{"covenant": "Cloth", "company": name} for name in ("Alpha", "Beta", "Gamma", "Delta")]
    desk.load("members.csv", members, format="memberships", visibility="public")
    concluded = {"id": "A1", "plan": "P1", "risks": ["R3"], "conclusion": "effective"}
    filed(desk, "Alpha", risks=[
        risk("R1", "labour/child-labour", "S1", 5), risk("R2", "labour/wages", "S2", None),
        risk("R3", "labour/forced-labour", "S3", 5),
    ], plans=[{"id": "P1", "risks": ["R3"]}], actions=[concluded])  # fmt: skip
    filed(desk, "Beta", risks=[risk("R1", "labour/wages", "S1", 3)])
    for name in ("Gamma", "Delta"):
        desk.load(f"{name}.csv", [DEEP], contributor=name, date="2026-01-01", visibility="public")
    return desk


def evidence(desk: Desk) -> Evidence:
    data = desk.data
    return Evidence(data.store, data.tables, None, data.names.base)


def ask(desk: Desk, question: str, form: str = "auto", **params: Any) -> list[dict[str, Any]]:
    audience, owner = params.pop("audience", "secretariat"), params.pop("owner", None)
    return run(question, params, evidence(desk), audience, today=TODAY, form=form, owner=owner).plain()


@FORMS
def test_shared_sites_show_the_worst_open_severity_and_the_tier_of_each_member(shared: Desk, form: str) -> None:
    columns = ("label", "memberTiers", "worst", "risks")
    found = [tuple(row[name] for name in columns) for row in ask(shared, "shared-sites", form, max_tier="2")]
    assert found[0] == (
        "Deep Mill", "Alpha (2); Beta (2); Delta (1); Gamma (1)", 5, "labour/child-labour; labour/wages",
    )  # fmt: skip
    assert sorted(found[1:]) == [
        ("Calm Mill", "Alpha (2); Beta (2)", None, "labour/wages"),
        ("Done Mill", "Alpha (2); Beta (2)", None, None),
    ]


@FORMS
def test_deeper_sites_shared_without_a_direct_supplier_show_it_too(shared: Desk, form: str) -> None:
    found = [(row["label"], row["name"], row["tier"], row["worst"]) for row in ask(shared, "CQ05", form)]
    assert sorted(found, key=str) == [
        ("Calm Mill", "Alpha", 2, None), ("Calm Mill", "Beta", 2, None), ("Deep Mill", "Alpha", 2, 5),
        ("Deep Mill", "Beta", 2, 5), ("Done Mill", "Alpha", 2, None), ("Done Mill", "Beta", 2, None),
    ]  # fmt: skip


def test_severity_rests_on_files_that_the_reader_may_see(shared: Desk) -> None:
    def worst(**who: str) -> list[tuple[Any, Any]]:
        return [(row["label"], row["worst"]) for row in ask(shared, "shared-sites", **who)]

    assert worst() == [("Deep Mill", 5)]
    assert worst(audience="members") == worst(audience="public") == [("Deep Mill", None)]
    assert worst(audience="members", owner="beta") == [("Deep Mill", 3)]


def test_report_on_a_covenant_shows_the_severity_at_its_shared_sites(shared: Desk) -> None:
    report = make_report(ReportDesk(evidence(shared), TODAY, today=TODAY), "covenant", "Cloth")
    (table,) = (block for one in report.sections if one.id == "sites" for block in one.blocks
                if isinstance(block, Table))  # fmt: skip
    assert [(row[0].value, row[5].value) for row in table.rows] == [("Deep Mill", 5)]
