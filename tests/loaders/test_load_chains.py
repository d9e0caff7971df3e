"""Who supplies whom, from the file to the computed tiers: relationship tables and SC-DEX files."""

from __future__ import annotations

import datetime
import json

from list_desk import Desk, made_os_id

ONE, TWO = made_os_id(1), made_os_id(2)
DAY = {"contributor": "Secretariat", "date": "2024-01-01"}
MILL = {"name": "Alpha Garments", "address": "1 Mill Road", "country": "India"}


def _uses(desk: Desk, *more: str) -> set[tuple[object, ...]]:
    """Company, label of the site, tier, evidence and further columns of `uses`."""
    wanted = ", ".join(f"u.{column}" for column in more)
    rows = desk.rows(f"""
        SELECT u.company, s.label, u.tier, u.evidence {"," if wanted else ""} {wanted}
        FROM uses u JOIN sites s ON s.site = u.site AND s.described
    """)
    assert len(rows) == len(set(rows))
    return set(rows)


def test_relationship_table_gives_tiers_along_sites_named_in_three_ways(desk: Desk) -> None:
    chain = [
        {"buyer": "Alpha Garments Ltd", "buyer_kind": "site", "buyer_address": "1 Mill Road", "buyer_country": "India",
         "supplier": "Beta Fabrics", "supplier_os_id": TWO, "supplier_country": "India", "process": "weaving"},
        {"buyer": "Beta Fabrics", "buyer_kind": "site", "buyer_os_id": TWO, "buyer_country": "India",
         "supplier": "Gamma Spinning", "supplier_country": "India", "share": "<1"},
        {"buyer": "Gamma Spinning", "buyer_kind": "site", "buyer_country": "India", "supplier": "Delta Gin",
         "supplier_country": "India"},
    ]  # fmt: skip
    desk.load("nike.csv", [MILL], contributor="Nike", date="2024-01-01")
    report = desk.load("chain.csv", chain, **DAY)
    assert (report.format, report.counts.rows_read, report.counts.stored) == ("relationships", 3, 3)
    assert _uses(desk) == {
        ("nike", "Alpha Garments", 1, "own-list"),
        ("nike", "Beta Fabrics", 2, "relationship"),
        ("nike", "Gamma Spinning", 3, "relationship"),
        ("nike", "Delta Gin", 4, "relationship"),
    }
    tiers = [line for line in desk.statements("sourcing") if "#tier>" in line]
    assert sorted(line.split('"')[1] for line in tiers) == ["2", "3", "4"]


def test_company_that_buys_in_a_relationship_uses_the_site_directly(desk: Desk) -> None:
    rows = [{"buyer": "Nike", "supplier": "Beta Fabrics", "supplier_address": "2 Lane", "supplier_country": "India"}]
    desk.load("chain.csv", rows, **DAY)
    assert _uses(desk) == {("nike", "Beta Fabrics", 1, "relationship")}


def test_relationship_table_makes_its_maker_no_buyer(desk: Desk) -> None:
    rows = [{**{"buyer": "Nike"}, "supplier": "Beta", "supplier_address": "2 Lane", "supplier_country": "India"}]
    desk.load("chain.csv", rows, contributor="Traceability Co", contributor_kind="brand", date="2024-01-01")
    assert {use[0] for use in _uses(desk)} == {"nike"}


def test_chain_is_followed_within_the_days_on_which_each_step_holds(desk: Desk) -> None:
    step = {"buyer": "Alpha Garments", "buyer_kind": "site", "buyer_address": "1 Mill Road", "buyer_country": "India",
            "supplier_address": "2 Lane", "supplier_country": "India"}  # fmt: skip
    chain = [
        {**step, "supplier": "Early", "from": "2020-01-01", "to": "2022-01-01"},
        {**step, "supplier": "Mid", "from": "2023-06-01", "to": "2024-06-01"},
        {**step, "supplier": "Open", "from": "", "to": ""},
    ]
    desk.load("nike.csv", [MILL], contributor="Nike", date="2024-01-01")
    desk.load("chain.csv", chain, **DAY)
    day = datetime.date
    beyond = {use for use in _uses(desk, "valid_from", "valid_to") if use[2] == 2}
    assert beyond == {
        ("nike", "Mid", 2, "relationship", day(2024, 1, 1), day(2024, 6, 1)),
        ("nike", "Open", 2, "relationship", day(2024, 1, 1), None),
    }


def test_circle_of_sites_ends_and_no_site_lies_beyond_tier_five(desk: Desk) -> None:
    names = ["Alpha Garments", "B", "C", "D", "E", "F", "G"]
    chain = [
        {"buyer": buyer, "buyer_kind": "site", "buyer_address": "1 Mill Road", "buyer_country": "India",
         "supplier": supplier, "supplier_address": "1 Mill Road", "supplier_country": "India"}
        for buyer, supplier in zip(names, [*names[1:], names[0]], strict=True)
    ]  # fmt: skip
    desk.load("nike.csv", [MILL], contributor="Nike", date="2024-01-01")
    desk.load("chain.csv", chain, **DAY)
    assert {(label, tier) for _, label, tier, _ in _uses(desk)} == {
        ("Alpha Garments", 1), ("B", 2), ("C", 3), ("D", 4), ("E", 5),
    }  # fmt: skip


SCDEX = {
    "locations": [
        {"guid": "g1", "name": "Alpha Garments", "address": {"address-line": ["1 Mill Road"]}, "country": "IN"},
        {"guid": "g2", "name": "Beta Fabrics", "country": "IN", "location-identifier": [f"osid:{TWO}"]},
        {"guid": "g3", "name": "Gamma Spinning", "country": "IN"},
    ],
    "organizations": [
        {"guid": "o1", "name": "Nike Inc."},
        {"guid": "o2", "name": "Some Union"},
    ],
    "affiliations": [
        {"from-guid": "g1", "to-guid": "o1", "affiliation-type": "is supplier of", "from": "2023-01-01"},
        {"from-guid": "g2", "to-guid": "g1", "affiliation-type": "is supplier of"},
        {"from-guid": "g2", "to-guid": "g3", "affiliation-type": "is supplied by"},
        {"from-guid": "o2", "to-guid": "g3", "affiliation-type": "organises"},
    ],
}


def test_exchange_file_gives_locations_relations_and_tiers(desk: Desk) -> None:
    report = desk.load("network.json", json.dumps(SCDEX), contributor="Some Publisher", date="2024-01-01")
    assert report.error is None
    assert (report.format, report.counts.stored, report.counts.refused) == ("scdex", 6, 0)
    assert report.counts.rows_read == report.counts.stored
    assert _uses(desk) == {
        ("nike-inc", "Alpha Garments", 1, "relationship"),
        ("nike-inc", "Beta Fabrics", 2, "relationship"),
        ("nike-inc", "Gamma Spinning", 3, "relationship"),
    }


def test_ends_of_a_relation_are_the_sites_of_its_locations(desk: Desk) -> None:
    desk.load("network.json", json.dumps(SCDEX), contributor="Some Publisher", date="2024-01-01")
    list_id = "some-publisher/2024-01-01"
    locations = dict(desk.rows("SELECT row, site FROM identity WHERE part = 'site'"))
    ends = desk.rows("SELECT row, part, site FROM identity WHERE part <> 'site' ORDER BY row, part")
    assert ends == [
        ("affiliation 1", "supplier", locations["g1"]), ("affiliation 2", "buyer", locations["g1"]),
        ("affiliation 2", "supplier", locations["g2"]), ("affiliation 3", "buyer", locations["g2"]),
        ("affiliation 3", "supplier", locations["g3"]),
    ]  # fmt: skip
    assert desk.rows("SELECT count(*) FROM sites WHERE described") == [(3,)]
    assert desk.sites()[list_id, "g2"] == {TWO}


def test_locations_of_an_exchange_file_meet_those_of_a_list(desk: Desk) -> None:
    desk.load("asda.csv", [MILL], contributor="Asda", date="2024-01-01")
    desk.load("network.json", json.dumps(SCDEX), contributor="Some Publisher", date="2024-01-01")
    assert ("asda", "Gamma Spinning", 3, "relationship") in _uses(desk)
    shared = "SELECT site FROM uses WHERE tier = 1 GROUP BY site HAVING count(DISTINCT company) = 2"
    assert desk.rows(shared) == [(desk.site("asda/2024-01-01", "2"),)]


def test_locations_alone_are_the_list_of_whoever_made_the_file(desk: Desk) -> None:
    alone = {"locations": SCDEX["locations"]}
    desk.load("network.json", json.dumps(alone), contributor="Nike", date="2024-01-01")
    assert {(company, tier) for company, _, tier, _ in _uses(desk)} == {("nike", 1)}


def test_affiliation_that_is_no_supply_relation_stays_with_its_location(desk: Desk) -> None:
    report = desk.load("network.json", json.dumps(SCDEX), contributor="Some Publisher", date="2024-01-01")
    found = report.findings.filter(code="other-affiliation").to_dicts()
    assert [one["reason"] for one in found] == ["'organises' is no supply relation; kept as text with its location"]
    told = dict(desk.rows("SELECT row, source_text FROM listings WHERE part = 'site'"))
    assert json.loads(json.loads(told["g3"])["affiliations"])[0]["from_name"] == "Some Union"
    assert "affiliations" not in json.loads(told["g1"])


def test_affiliation_to_an_unknown_guid_is_refused_and_named(desk: Desk) -> None:
    broken = {**SCDEX, "affiliations": [{"from-guid": "g9", "to-guid": "o1", "affiliation-type": "is supplier of"}]}
    report = desk.load("network.json", json.dumps(broken), contributor="Some Publisher", date="2024-01-01")
    found = report.findings.filter(code="unknown-guid").to_dicts()
    assert [(one["row"], one["value"], one["severity"]) for one in found] == [("affiliation 1", "g9", "error")]
    counts = report.counts
    assert (counts.rows_read, counts.stored, counts.refused) == (4, 3, 1)
