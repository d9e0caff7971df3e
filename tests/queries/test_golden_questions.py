"""Every question on the golden mini-graph, with its whole answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from golden_facts import GOLDEN, M1, M2, P1, S1, S2, S3

from hefboom.graph.iris import DEFAULT_BASE, SCHEME
from hefboom.queries import Evidence, run

TODAY = dt.date(2024, 6, 1)
SINCE = dt.date(2024, 1, 1)


@pytest.fixture(scope="module")
def golden() -> Evidence:
    return GOLDEN.evidence()


def ask(evidence: Evidence, name: str, audience: str = "secretariat", **params: str) -> list[tuple[Any, ...]]:
    """The answer as tuples, with ids for IRIs."""
    answer = run(name, params, evidence, audience, today=TODAY)
    return [tuple(map(short, row.values())) for row in answer.plain()]


def short(value: object) -> object:
    if not isinstance(value, str):
        return value
    for start in ("site/", "company/", "list/"):
        value = value.removeprefix(f"{DEFAULT_BASE}/{start}")
    return value.removeprefix(f"{SCHEME}country/").removeprefix(f"{SCHEME}process/")


def test_secretariat_sees_who_uses_a_site(golden: Evidence) -> None:
    own, relations = "own-list", "golden-secretariat/2024-01-01"
    assert ask(golden, "CQ01", site=S1) == [
        ("company-a", "Company A", True, 1, None, SINCE, None, own, "stated", "company-a/2024-01-01"),
        ("company-a", "Company A", True, 1, "shirts", SINCE, None, "relationship", "stated", relations),
        ("company-b", "Company B", True, 1, None, SINCE, None, own, "stated", "company-b/2024-01-01"),
        ("company-b", "Company B", True, 1, "shirts", SINCE, None, "relationship", "stated", relations),
        ("company-d", "Company D", False, 1, None, SINCE, None, own, "stated", "company-d/2024-01-01"),
    ]


@pytest.mark.parametrize("audience", ["public", "members"])
def test_others_see_the_public_user_by_name_and_a_bounded_count(golden: Evidence, audience: str) -> None:
    assert ask(golden, "who-uses-site", audience, site=S1) == [
        ("company-d", "Company D", False, 1, None, SINCE, None, "own-list", "stated", "company-d/2024-01-01"),
        (None, "fewer than 3 members", *[None] * 8),
    ]


def test_sites_shared_by_two_members(golden: Evidence) -> None:
    found = [(*row[:5], *row[6:]) for row in ask(golden, "CQ02", n="2")]
    assert found == [
        (S1, "Site S1", "BD", "assembly", 2, "Company A (1); Company B (1)", "15-35", None, None),
        (S2, "Site S2", "TR", "assembly", 2, "Company B (1); Company C (1)", None, None, None),
    ]
    assert [row[5] for row in ask(golden, "CQ02", n="2")] == ["Company A; Company B", "Company B; Company C"]


def test_no_site_is_shared_by_three_members(golden: Evidence) -> None:
    assert ask(golden, "shared-sites", n="3") == []


def test_deeper_sites_count_when_asked_for(golden: Evidence) -> None:
    found = ask(golden, "shared-sites", n="3", max_tier="3")
    assert [(row[0], row[4]) for row in found] == [(M1, 3), (P1, 3)]


def test_deep_sites_are_shared_without_a_direct_supplier_in_common(golden: Evidence) -> None:
    assert ask(golden, "CQ05") == [
        (*row, None, None)
        for row in [
            (M1, "Mill M1", "BD", "company-a", "Company A", 2, "Company A > Site S1 > Mill M1", 2, "Company C"),
            (M1, "Mill M1", "BD", "company-c", "Company C", 2, "Company C > Site S2 > Mill M1", 2, "Company A"),
            (
                P1,
                "Spinner P1",
                "IN",
                "company-a",
                "Company A",
                3,
                "Company A > Site S3 > Mill M2 > Spinner P1",
                2,
                "Company C",
            ),
            (
                P1,
                "Spinner P1",
                "IN",
                "company-c",
                "Company C",
                3,
                "Company C > Site S2 > Mill M1 > Spinner P1",
                2,
                "Company A",
            ),
        ]
    ]


def test_chain_of_a_company_by_tier(golden: Evidence) -> None:
    relations = "golden-secretariat/2024-01-01"
    assert ask(golden, "CQ14", company="Company A") == [
        (1, S1, "Site S1", "BD", "shirts", 1, SINCE, f"company-a/2024-01-01; {relations}"),
        (1, S3, "Site S3", "IN", None, 1, SINCE, "company-a/2024-01-01"),
        (2, M1, "Mill M1", "BD", "dyed fabric", 1, SINCE, relations),
        (2, M2, "Mill M2", "IN", "woven fabric", 1, SINCE, relations),
        (3, P1, "Spinner P1", "IN", "yarn", 0, SINCE, relations),
    ]


@pytest.mark.parametrize("company", ["company-a", "company-b", "company-c", "company-d"])
def test_spinner_stands_at_tier_three(golden: Evidence, company: str) -> None:
    tiers = {row[1]: row[0] for row in ask(golden, "chain-of-company", company=company)}
    assert tiers[P1] == 3
    assert tiers.get(M1, 2) == 2


def test_companies_that_a_spinner_reaches(golden: Evidence) -> None:
    likely = ("likely", "golden-secretariat/2024-01-01")
    by_m1 = "Mill M1 > Spinner P1"
    assert ask(golden, "CQ28", site=P1) == [
        (
            "company-a",
            "Company A",
            P1,
            "Spinner P1",
            3,
            "Company A > Site S3 > Mill M2 > Spinner P1",
            "stated",
            "company-a/2024-01-01",
        ),
        ("company-b", "Company B", P1, "Spinner P1", 3, f"Company B > Site S1 > {by_m1}", *likely),
        ("company-c", "Company C", P1, "Spinner P1", 3, f"Company C > Site S2 > {by_m1}", *likely),
        ("company-d", "Company D", P1, "Spinner P1", 3, f"Company D > Site S1 > {by_m1}", *likely),
    ]


def test_companies_reached_from_a_country(golden: Evidence) -> None:
    found = ask(golden, "reachable-companies", country="India")
    assert [(row[0], row[2], row[4]) for row in found] == [
        ("company-a", M2, 2),
        ("company-a", P1, 3),
        ("company-b", P1, 3),
        ("company-c", P1, 3),
        ("company-d", P1, 3),
        ("company-a", S3, 1),
    ]


def test_pairs_of_companies(golden: Evidence) -> None:
    assert ask(golden, "company-pairs") == [
        ("company-a", "company-b", "Company A", "Company B", 1),
        ("company-b", "company-c", "Company B", "Company C", 1),
    ]


def test_sites_of_all(golden: Evidence) -> None:
    assert ask(golden, "sites-of-all", company="company-a,Company B,company-d") == [
        (S1, "Site S1", "1 Mill Road, Dhaka", "BD", 3)
    ]
    assert ask(golden, "sites-of-all", company="company-a,company-c") == []


def test_sites_shared_in_a_covenant_with_the_others_there(golden: Evidence) -> None:
    assert ask(golden, "covenant-shared-sites", covenant="Golden Covenant") == [
        (S1, "Site S1", "BD", 2, "Company A; Company B", 1, "Company D"),
        (S2, "Site S2", "TR", 2, "Company B; Company C", 0, None),
    ]


def test_members_at_a_deep_site(golden: Evidence) -> None:
    members = [("company-a", "Company A"), ("company-b", "Company B"), ("company-c", "Company C")]
    assert ask(golden, "members-at-site", site=P1) == members


def test_no_member_has_a_public_list(golden: Evidence) -> None:
    assert ask(golden, "public-list") == []


@pytest.mark.parametrize("audience", ["public", "members", "secretariat"])
def test_small_groups_are_left_out_whoever_asks(golden: Evidence, audience: str) -> None:
    answer = run("public-list-by-process", {}, golden, audience, today=TODAY)
    assert (answer.rows, answer.suppressed) == ((), 3)


def test_grouped_list_with_a_group_size_of_two(golden: Evidence) -> None:
    answer = run("public-list-by-process", {}, golden, "public", 2, today=TODAY)
    assert [tuple(map(short, row.values())) for row in answer.plain()] == [
        ("BD", "assembly", 1, 2),
        ("TR", "assembly", 1, 2),
    ]


def test_list_changes_per_country(golden: Evidence) -> None:
    assert ask(golden, "CQ34", **{"from": "2023-06-01"}) == [("BD", 1, 0, 0), ("IN", 1, 0, 0), ("TR", 1, 0, 0)]
    assert ask(golden, "CQ34", **{"from": "2024-02-01", "company": "Company A"}) == [("BD", 0, 0, 1), ("IN", 0, 0, 1)]


def test_public_sites_near_a_place(golden: Evidence) -> None:
    assert [tuple(map(str, row)) for row in ask(golden, "CQ32", lat="23.7", lng="90.4")] == [
        (S1, "Site S1", "BD", "23.8", "90.4", "11.1", "assembly", "1", "Company D")
    ]
    assert ask(golden, "CQ32", lat="23.7", lng="90.4", process="spinning") == []
    assert len(ask(golden, "CQ32", lat="23.7", lng="90.4", process="assembly")) == 1


def test_where_a_site_comes_from(golden: Evidence) -> None:
    def row(listed: str, title: str, who: str, name: str, number: str, visibility: str) -> tuple[Any, ...]:
        claim = (number, "Site S1", "1 Mill Road, Dhaka", "os-id", None, 0, visibility, None)
        return (listed, title, who, name, SINCE, None, *claim)

    desk = ("golden-secretariat/2024-01-01", "Supply relations 2024", "golden-secretariat", "Golden Secretariat")
    assert ask(golden, "CQ35", site=S1) == [
        row("company-a/2024-01-01", "Company A 2024", "company-a", "Company A", "2", "secretariat"),
        row("company-b/2024-01-01", "Company B 2024", "company-b", "Company B", "2", "secretariat"),
        row("company-d/2024-01-01", "Company D 2024", "company-d", "Company D", "2", "public"),
        *(row(*desk, number, "secretariat") for number in "234"),
    ]
    public = ask(golden, "CQ35", "public", site=S1)
    assert public == [row("company-d/2024-01-01", "Company D 2024", "company-d", "Company D", "2", "public")]


def test_direct_uses_and_supply_links(golden: Evidence) -> None:
    direct = {row[:2] for row in ask(golden, "direct-uses")}
    assert direct == {
        *(("company-a", site) for site in (S1, S3)),
        *(("company-b", site) for site in (S1, S2)),
        ("company-c", S2),
        ("company-d", S1),
    }
    desk = "golden-secretariat/2024-01-01"
    links = [(M1, P1, "likely"), (S1, M1, "stated"), (M2, P1, "stated"), (S3, M2, "stated"), (S2, M1, "stated")]
    assert ask(golden, "supply-links") == [(*link, desk) for link in links]


def test_nothing_holds_before_the_lists_do(golden: Evidence) -> None:
    assert ask(golden, "shared-sites", at="2023-12-31") == []
    assert ask(golden, "who-uses-site", site=S1, at="2023-12-31") == []


def test_members_are_shown_with_the_first_day_of_their_membership(golden: Evidence) -> None:
    assert ask(golden, "covenant-members", covenant="golden-covenant") == [
        (f"company-{letter}", f"Company {letter.upper()}", SINCE) for letter in "abc"
    ]
