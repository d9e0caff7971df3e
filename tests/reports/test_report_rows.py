"""A line of a report cites the rows that make it: of a deeper use every link of its path, and no row of another's."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from list_desk import Desk

from hefboom.queries import Evidence, run
from hefboom.reports import Table, make_report
from hefboom.reports.desk import Audience
from hefboom.reports.desk import Desk as ReportDesk

TODAY = dt.date(2026, 11, 1)
MILL = {"supplier": "Deep Mill", "supplier address": "9 Canal Road, Savar", "supplier country": "BD"}


def factory(number: int, side: str) -> dict[str, str]:
    return {side: f"Factory {number}", f"{side} address": f"{number} Dhamrai Road, Savar", f"{side} country": "BD"}


@pytest.fixture(scope="module")
def desk(empty_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Three brands buy from a factory each, and the factories from one mill; Alpha also from the mill by its file."""
    place = tmp_path_factory.mktemp("rows")
    shutil.copytree(empty_data, place / "data")
    desk = Desk(place)
    rows: list[dict[str, str]] = []
    for number, name in enumerate(("Alpha", "Beta", "Gamma"), 1):
        rows += [{"buyer": name} | factory(number, "supplier"), factory(number, "buyer") | MILL]
    report = desk.load("chain.csv", rows, contributor="Desk", date="2026-01-01", format="relationships",
                       contributor_kind="initiative")  # fmt: skip
    assert (report.error, report.counts.stored) == (None, 6)
    document = {
        "company": {"name": "Alpha", "year": 2026},
        "product_lines": [{"id": "L1", "name": "Shirts"}],
        "sites": [{"id": "S1", "name": "Deep Mill", "address": "9 Canal Road, Savar", "country": "BD"}],
        "relations": [{"id": "V1", "product_line": "L1", "site": "S1", "tier": 1, "share": "10-25"}],
    }
    assert desk.load("alpha.yaml", yaml.safe_dump(document), today=TODAY).error is None
    return desk


def section(desk: Desk, kind: str, name: str, wanted: str, audience: str = "secretariat") -> list[list[Any]]:
    data = desk.data
    evidence = Evidence(data.store, data.tables, None, data.names.base)
    owner = "alpha" if audience == "owner" else None
    report = make_report(ReportDesk(evidence, TODAY, "en", cast(Audience, audience), owner, today=TODAY), kind, name)
    blocks = [block for one in report.sections if one.id == wanted for block in one.blocks]
    return [[cell.value for cell in row] for block in blocks if isinstance(block, Table) for row in block.rows]


def mill(desk: Desk) -> str:
    return desk.site("file/alpha/2026", "s1")


def test_deeper_use_cites_the_rows_of_its_own_path(desk: Desk) -> None:
    users = {(row[0], row[2]): row[-1].partition(" ")[2] for row in section(desk, "site", mill(desk), "users")}
    assert users == {
        ("Alpha", 1): "Supply relations V1", ("Alpha", 2): "row 2, 3", ("Beta", 2): "row 4, 5",
        ("Gamma", 2): "row 6, 7",
    }  # fmt: skip


def test_share_of_a_file_is_told_alike_everywhere_and_cites_its_row(desk: Desk) -> None:
    site = mill(desk)
    (leverage,) = section(desk, "site", site, "leverage")
    assert (leverage[0], leverage[1]) == ("Alpha", "10-25 %")
    assert leverage[-1].endswith("] Supply relations V1")
    for audience in ("secretariat", "owner"):
        (own,) = (row for row in section(desk, "company", "Alpha", "sites", audience) if row[0] == "Deep Mill")
        assert (own[2], own[3]) == ("10-25 %", "not low")
        assert own[-1].endswith("] Supply relations V1")
    data = desk.data
    evidence = Evidence(data.store, data.tables, None, data.names.base)
    told = run("leverage-at-site", {"site": site}, evidence, today=TODAY).plain()
    assert [(row["name"], row["band"]) for row in told] == [("Alpha", "10-25")]
