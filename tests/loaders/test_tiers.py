"""A list may say at which tier its contributor uses a site; a row beyond the first tier is no direct use."""

from __future__ import annotations

import pytest
from list_desk import TODAY, Desk

from hefboom.loaders.tiers import parse_tier
from hefboom.queries import Evidence, run

DAY = {"contributor": "Nike", "date": "2025-01-01", "contributor_kind": "brand"}


def _rows(header: str, *tiers: str) -> list[dict[str, str]]:
    return [
        {"name": f"Mill {number}", "address": f"{number} Road", "country": "India", header: tier}
        for number, tier in enumerate(tiers)
    ]


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        *((text, 1) for text in ("1", "Tier 1", "TIER-1", "T1", "direct", "1st tier", "1e schakel", "schakel 1")),
        *((text, 2) for text in ("2", "2.0", "Tier 2", "tier2", "2nd tier", "T2", "Tier 2 supplier", "Schakel 2")),
        *((text, 1) for text in ("Tier 1, Tier 2", "1/2", "Tier 1 & 2", "0")),
        *((text, None) for text in ("raw materials", "6", "indirect", "Tier", "Tier 1 and more")),
    ],
)
def test_tiers_as_people_write_them(text: str, tier: int | None) -> None:
    assert parse_tier(text).tier == tier


@pytest.mark.parametrize("header", ["Tier", "Schakel", "Supply chain tier", "Schakel in de keten"])
def test_row_beyond_the_first_tier_is_a_use_at_that_tier(desk: Desk, header: str) -> None:
    report = desk.load("nike.csv", _rows(header, "Tier 1", "Tier 2", ""), **DAY)
    assert report.guess is not None
    assert report.guess.profile.columns[header] == "tier"
    assert sorted(desk.rows("SELECT tier, evidence FROM uses")) == [(1, "own-list"), (1, "own-list"), (2, "own-list")]
    second = desk.site("nike/2025-01-01", "3")
    data = desk.data
    evidence = Evidence(data.store, data.tables, base=data.names.base)
    for form in ("sparql", "sql"):
        assert len(run("direct-uses", {}, evidence, today=TODAY, form=form).plain()) == 2
    (use,) = run("who-uses-site", {"site": second}, evidence, today=TODAY).plain()
    assert (use["tier"], use["evidence"], use["confidence"]) == (2, "own-list", "stated")
    assert not [line for line in desk.statements("sourcing") if "sourcesFrom" in line and second in line]


def test_tier_that_cannot_be_read_is_a_warning_with_its_place(desk: Desk) -> None:
    report = desk.load("nike.csv", _rows("Tier", "raw materials", "2"), **DAY)
    (found,) = report.findings.filter(code="tier-unreadable").to_dicts()
    assert (found["row"], found["column"], found["value"]) == ("2", "Tier", "raw materials")
    assert found["severity"] == "warning"


def test_tiers_of_rows_that_name_their_contributor_are_told_of(desk: Desk) -> None:
    rows = [{**row, "member": name} for row, name in zip(_rows("Tier", "1", "2"), ("Nike", "Asda"), strict=True)]
    report = desk.load("all.csv", rows, contributor="Secretariat", date="2025-01-01")
    assert report.findings.filter(code="tier-not-kept", severity="warning").height == 1


def test_suppliers_of_a_site_beyond_the_first_tier_lie_further_still(desk: Desk) -> None:
    desk.load("nike.csv", _rows("Tier", "2"), **DAY)
    relation = {
        "buyer": "Mill 0", "buyer address": "0 Road", "buyer country": "India",
        "supplier": "Spinner", "supplier address": "9 Road", "supplier country": "India",
    }  # fmt: skip
    desk.load("chain.csv", [relation], contributor="Sec", date="2025-01-01")
    assert sorted(desk.rows("SELECT tier FROM uses WHERE company = 'nike'")) == [(2,), (3,)]


def test_retracted_list_takes_its_tiers_along(desk: Desk) -> None:
    before = desk.statements()
    desk.load("nike.csv", _rows("Tier", "2"), **DAY)
    assert desk.hefboom("retract", "nike/2025-01-01").returncode == 0
    assert not [line for line in desk.statements() if "atTier" in line or "SiteUse" in line]
    assert len(desk.statements()) >= len(before)
