"""Listings meet by OS ID and by an exact key, and never where that could be wrong."""

from __future__ import annotations

import pytest
from list_desk import Desk, made_os_id

ONE, TWO = made_os_id(1), made_os_id(2)


def _row(name: str, address: str = "1 Mill Road", country: str = "India", **more: str) -> dict[str, str]:
    return {"name": name, "address": address, "country": country, **more}


def _meet(desk: Desk, left: dict[str, str], right: dict[str, str]) -> bool:
    desk.load_all(
        ("a.csv", [left], {"contributor": "A", "date": "2024-01-01"}),
        ("b.csv", [right], {"contributor": "B", "date": "2024-01-01"}),
    )
    return desk.site("a/2024-01-01", "2") == desk.site("b/2024-01-01", "2")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(_row("Alpha Mills Ltd."), _row("ALPHA MILLS"), id="legal form and case"),
        pytest.param(
            _row("Alpha Mills", "1, Mill Road, India"), _row("Alpha Mills", "1 Mill Road"), id="country's name"
        ),
        pytest.param(_row("Alpha", os_id=ONE), _row("Omega", "9 Elsewhere", os_id=ONE), id="OS ID"),
        pytest.param(_row("Alpha", os_id=ONE), _row("Alpha"), id="key of a site with an OS ID"),
        pytest.param(
            _row("Ümit Tekstil", "Ana Cad. 5", "TR"), _row("UMIT TEKSTIL", "Ana Cad 5", "Türkiye"), id="accents"
        ),
    ],
)
def test_listings_of_one_site_meet(desk: Desk, left: dict[str, str], right: dict[str, str]) -> None:
    assert _meet(desk, left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(_row("Alpha Unit 1"), _row("Alpha Unit 2"), id="units in the name"),
        pytest.param(
            _row("Alpha", "Plot 12, Mill Road"), _row("Alpha", "Plot 21, Mill Road"), id="plots in the address"
        ),
        pytest.param(_row("Alpha", os_id=ONE), _row("Alpha", os_id=TWO), id="two OS IDs"),
        pytest.param(_row("Alpha"), _row("Alpha", country="Bangladesh"), id="two countries"),
        pytest.param(_row("Alpha", "2 Mill Road"), _row("Alpha"), id="house numbers"),
        pytest.param(_row("Not available"), _row("Not available"), id="no name"),
    ],
)
def test_listings_that_may_be_two_sites_stay_apart(desk: Desk, left: dict[str, str], right: dict[str, str]) -> None:
    assert not _meet(desk, left, right)


def test_listings_without_address_stay_apart(desk: Desk) -> None:
    assert not _meet(desk, {**_row("Alpha", ""), "lat": "1"}, {**_row("Alpha", ""), "lat": "2"})


def test_key_of_two_os_ids_joins_neither(desk: Desk) -> None:
    desk.load("a.csv", [_row("Alpha", os_id=ONE), _row("Alpha", os_id=TWO)], contributor="A", date="2024-01-01")
    assert not _meet(desk, _row("Alpha", os_id=ONE, lat="1"), _row("Alpha"))
    assert desk.site("b/2024-01-01", "2").startswith("hb-")
    assert desk.rows("SELECT * FROM site_aliases") == []


def test_os_id_that_fails_its_check_joins_nothing(desk: Desk) -> None:
    wrong = ONE[:-1] + ("0" if ONE[-1] != "0" else "1")
    assert not _meet(desk, _row("Alpha", os_id=wrong), _row("Omega", "9 Elsewhere", os_id=wrong))


def test_site_keeps_its_minted_id_as_an_alias_when_its_os_id_comes_in(desk: Desk) -> None:
    desk.load("a.csv", [_row("Alpha")], contributor="A", date="2024-01-01")
    minted = desk.site("a/2024-01-01", "2")
    desk.load("b.csv", [_row("Alpha Ltd", os_id=ONE)], contributor="B", date="2024-01-01")
    assert desk.site("a/2024-01-01", "2") == ONE
    assert desk.rows("SELECT alias, site FROM site_aliases") == [(minted, ONE)]


REGISTER = (
    "os_id,contribution_date,name,address,country_code,country_name,lat,lng,sector,contributor (list),"
    "number_of_workers,parent_company,processing_type_facility_type_raw,facility_type,processing_type,product_type,is_closed\n"
    f"{ONE},2024-02-03,Alpha,1 Mill Road,IN,India,1.5,2.5,Apparel,"
    '"Nike (Nike [2024] (June) List)|A Brand / Retailer|A Brand / Retailer|One Union|Asda [Public List]",,,,,,,\n'
)


def test_contributors_of_a_register_are_told_apart_and_anonymous_ones_are_nobody(desk: Desk) -> None:
    report = desk.load("download.csv", REGISTER)
    assert report.format == "osh-download"
    assert report.contributor == "Open Supply Hub"
    told = desk.rows("SELECT contributor, kind, title FROM contributions ORDER BY ordinal")
    assert told == [
        ("nike", "unknown", "Nike [2024] (June) List"), (None, "brand", None), (None, "brand", None),
        (None, "union", None), ("asda", "unknown", None),
    ]  # fmt: skip
    assert desk.rows("SELECT company FROM companies ORDER BY company") == [("asda",), ("nike",), ("open-supply-hub",)]
    assert desk.rows("SELECT company, evidence FROM uses ORDER BY company") == [
        ("asda", "register"),
        ("nike", "register"),
    ]
    unknown = [line for line in desk.statements() if "AnonymousContributor" in line]
    assert len(unknown) == 3


def test_members_named_per_row_are_separate_companies(desk: Desk) -> None:
    rows = [_row("Alpha", member="Nike"), _row("Alpha Ltd", member="Asda"), _row("Beta", member="Nike")]
    desk.load("all members.csv", rows, contributor="Secretariat", date="2024-01-01", covenant="Pact")
    assert desk.rows("SELECT company, count(*) FROM uses GROUP BY company ORDER BY company") == [
        ("asda", 1),
        ("nike", 2),
    ]
    assert desk.rows("SELECT company FROM memberships") == []


def test_member_named_in_every_row_made_the_list(desk: Desk) -> None:
    report = desk.load("list.csv", [_row("Alpha", brand="Nike"), _row("Beta", brand="Nike")], date="2024-01-01")
    assert (report.contributor, report.list) == ("Nike", "https://w3id.org/hefboom/id/list/nike/2024-01-01")


def test_list_of_its_owner_stands_in_graphs_of_that_owner(desk: Desk) -> None:
    desk.load("a.csv", [_row("Alpha")], contributor="Nike Inc.", date="2024-01-01", visibility="owner")
    assert {scope for (scope,) in desk.rows("SELECT scope FROM sites UNION SELECT scope FROM uses")} == {
        "owner/nike-inc"
    }
    graphs = {line.rsplit(" ", 1)[1].strip("<>").split("/id/")[1] for line in desk.statements()}
    assert graphs == {
        "list/nike-inc/2024-01-01",
        *(f"graph/{kind}/owner/nike-inc" for kind in ("catalogue", "identity", "site", "sourcing")),
    }
