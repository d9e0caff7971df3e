"""Sites that real companies share by OS ID and by the exact key: few, and every one of them read by eye."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest
from list_desk import Desk

ROOT = Path(__file__).parents[1]
REAL = Path(os.environ.get("HEFBOOM_REAL_DATA", ROOT.parent / "shared/data/real"))
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason=f"no real lists at {REAL}; set HEFBOOM_REAL_DATA")

SHARED = {
    ("asda", "tesco"): 4,
    ("adidas", "nike"): 6,
    ("nike", "pvh"): 1,
    ("asda", "pvh"): 15,
}


@pytest.fixture(scope="module")
def companies(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Asda, Nike and Tesco as they came; adidas and PVH parted by which of them the register named for each OS ID."""
    desk = Desk(tmp_path_factory.mktemp("companies"))
    with (REAL / "osh/membership_2022.csv").open(encoding="utf-8") as file:
        of = {row["os_id"]: row["contributor_name"] for row in csv.DictReader(file)}
    whole = json.loads((REAL / "osh/facilities_adidas_pvh_acaamfori_2022.geojson").read_text(encoding="utf-8"))
    parts: dict[str, list[object]] = {}
    for feature in whole["features"]:
        parts.setdefault(of[feature["id"]], []).append(feature)
    files = [
        (f"{name}.geojson", json.dumps({**whole, "features": features}), {"contributor": name, "date": "2022-10-21"})
        for name, features in parts.items()
        if name in ("adidas", "PVH")
    ]
    files += [
        (name, (REAL / "brands" / name).read_bytes(), {"contributor": name.partition("_")[0]})
        for name in ("nike_2021-02.csv", "tesco_2024.csv", "asda_2024.csv")
    ]
    assert not [report.error for report in desk.load_all(*files) if report.error]
    return desk


@pytest.mark.parametrize("pair", SHARED, ids=" and ".join)
def test_companies_share_the_sites_that_were_read_by_eye(companies: Desk, pair: tuple[str, str]) -> None:
    query = """
        SELECT count(DISTINCT site) FROM uses a JOIN uses b USING (site)
        WHERE a.company = ? AND b.company = ? AND a.tier = 1 AND b.tier = 1
            AND site NOT IN (SELECT alias FROM site_aliases)
    """
    assert companies.rows(query, *pair) == [(SHARED[pair],)]


def test_no_site_bears_two_os_ids(companies: Desk) -> None:
    query = """
        SELECT i.site FROM identity i JOIN listings l USING (list, row, part)
        WHERE l.os_id IS NOT NULL GROUP BY i.site HAVING count(DISTINCT l.os_id) > 1
    """
    assert companies.rows(query) == []


def test_listings_that_an_exact_key_joins_are_of_one_country(companies: Desk) -> None:
    query = """
        SELECT i.site FROM identity i JOIN listings l USING (list, row, part)
        GROUP BY i.site HAVING count(DISTINCT l.country) > 1
    """
    assert companies.rows(query) == []
