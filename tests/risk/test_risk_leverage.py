"""Coalitions, leverage in bands and communities: on the golden mini-graph, against plain recounts, and at size."""

from __future__ import annotations

import random
from decimal import Decimal
from itertools import combinations
from math import ceil
from time import perf_counter
from typing import Any

import pytest
from golden_facts import DAY, GOLDEN, S1, S2, S3
from hypothesis import given, settings
from hypothesis import strategies as st
from random_facts import random_facts

from hefboom.errors import QueryError
from hefboom.queries import catalogue, run
from hefboom.queries.analyses import ANALYSES
from hefboom.queries.coalitions import greedy_coalition, smallest_coalition
from hefboom.queries.communities import find_communities, holding_sites, member_network
from hefboom.queries.leverage import UNKNOWN, Band, joint

AT = {"at": DAY.isoformat()}
BANDS = st.builds(lambda low, more: Band(low, min(low + more, 100)), st.integers(0, 100), st.integers(0, 100))
REACH = st.dictionaries(
    st.sampled_from("abcdef"), st.frozensets(st.sampled_from("123456789"), min_size=1), min_size=1, max_size=6
)


def asked(question: str, **params: str) -> list[dict[str, Any]]:
    return run(question, AT | params, GOLDEN.evidence()).plain()


def names(rows: list[dict[str, Any]], part: str) -> list[Any]:
    return [row["name"] for row in rows if row["part"] == part]


def test_two_members_reach_the_three_risk_sites_and_one_does_not() -> None:
    rows = asked("CQ03", p="100", site=f"{S1},{S2},{S3}")
    assert set(names(rows, "smallest group")) in ({"Company A", "Company B"}, {"Company A", "Company C"})
    assert [row["coverage"] for row in rows if row["part"] == "smallest group"] == [Decimal("66.7"), Decimal(100)]
    assert {row["proven"] for row in rows if row["part"] == "smallest group"} == {True}
    assert len(names(rows, "greedy group")) == 2
    assert names(rows, "reached by nobody") == []


def test_sites_that_members_only_reach_further_up_are_reached_by_nobody() -> None:
    rows = asked("CQ03", p="100", basis="all")
    assert sorted(row["siteLabel"] for row in rows if row["part"] == "reached by nobody") == [
        "Mill M1",
        "Mill M2",
        "Spinner P1",
    ]


@pytest.mark.parametrize(("lang", "said"), [
    ("en", "wanted share cannot be reached; at most"), ("nl", "gevraagd aandeel niet haalbaar; hoogstens"),
])  # fmt: skip
def test_share_that_nobody_reaches_together_is_told_with_the_most_that_is(lang: str, said: str) -> None:
    def rows(percent: str) -> list[tuple[Any, ...]]:
        answer = run("CQ03", AT | {"p": percent, "basis": "all"}, GOLDEN.evidence(), lang=lang).plain()
        return [(row["part"], row["sites"], row["coverage"], row["enough"]) for row in answer]

    first, *others = rows("51")
    assert first == (said, 3, Decimal(50), None)
    assert {enough for *_, enough in others} == {False, None}
    reached = rows("50")
    assert said not in {part for part, *_ in reached}
    assert [enough for *_, enough in reached if enough is not None] == [False, True] * 2


@pytest.mark.parametrize("params", [{"p": "0"}, {"p": "101"}, {"basis": "gut-feeling"}, {"signal": "low"}])
def test_a_share_or_basis_that_does_not_exist_is_refused(params: dict[str, str]) -> None:
    with pytest.raises(QueryError, match=next(iter(params))):
        asked("CQ03", **params)


@settings(deadline=None, max_examples=60)
@given(reach=REACH, percent=st.integers(1, 100))
def test_no_smaller_group_reaches_as_much(reach: dict[str, frozenset[str]], percent: int) -> None:
    sites = frozenset().union(*reach.values())
    wanted = ceil(len(sites) * percent / 100)
    found = smallest_coalition(reach, wanted)
    fewest = next(
        size
        for size in range(1, len(reach) + 1)
        if any(len(frozenset().union(*(reach[one] for one in group))) >= wanted for group in combinations(reach, size))
    )
    assert found.proven
    assert len(found.members) == fewest
    assert len(greedy_coalition(reach, wanted).members) >= fewest


def test_a_hundred_members_and_five_thousand_sites_are_proven_in_seconds() -> None:
    chance = random.Random(7)
    sites = [f"s{number}" for number in range(5_000)]
    sizes = [max(5, int(1_500 / (place + 1) ** 0.7)) for place in range(100)]
    reach = {f"m{place:03}": frozenset(chance.sample(sites, size)) for place, size in enumerate(sizes)}
    start = perf_counter()
    found = smallest_coalition(reach, 4_000)
    assert found.proven
    assert len(found.members) <= len(greedy_coalition(reach, 4_000).members)
    assert perf_counter() - start < 60


def test_joint_band_of_two_members_and_the_unknown_share_of_a_third() -> None:
    rows = asked("CQ04", site=S1, wanted="15")
    assert [(row["name"], row["member"], row["band"], row["jointBand"], row["unknown"]) for row in rows] == [
        ("Company B", True, "10-25", "10-25", 0),
        ("Company A", True, "5-10", "15-35", 0),
        ("Company D", False, "unknown", "15-35", 1),
    ]
    assert [row["reaches"] for row in rows] == ["perhaps", "yes", "yes"]


@given(bands=st.lists(st.one_of(BANDS, st.just(UNKNOWN)), max_size=8))
def test_joint_bands_are_capped_sums_and_unknown_stays_unknown(bands: list[Band]) -> None:
    total = joint(bands)
    known = [band for band in bands if not band.unknown]
    assert total.lower == min(sum(band.lower for band in known), 100)
    assert total.upper == min(sum(band.upper for band in known), 100)
    assert total.unknown == len(bands) - len(known)
    assert total.reaches(101) == ("perhaps" if total.unknown else "no")


def test_bands_are_for_the_secretariat_only() -> None:
    answer = run("CQ04", AT | {"site": S1}, GOLDEN.evidence(), "public", today=DAY)
    for row in answer.plain():
        assert {row[name] for name in ("band", "jointBand", "jointLower", "jointUpper", "unknown", "reaches")} == {None}
    assert [row["name"] for row in answer.plain()] == ["Company D", "fewer than 3 members"]


def test_golden_members_form_one_group_and_both_shared_sites_hold_it() -> None:
    rows = asked("communities")
    assert names(rows, "could act together") == ["Company A", "Company B", "Company C"]
    held = [(row["siteLabel"], row["cut"]) for row in rows if row["part"] == "holds the network together"]
    assert held == [("Site S1", True), ("Site S2", True)]


def test_two_groups_with_one_bridge_are_told_apart_whatever_the_order() -> None:
    uses = {
        "a": frozenset({"x1", "x2", "bridge"}), "b": frozenset({"x1", "x2"}), "c": frozenset({"x1", "x2"}),
        "d": frozenset({"y1", "y2", "bridge"}), "e": frozenset({"y1", "y2"}), "f": frozenset({"y1", "y2"}),
        "g": frozenset({"z"}),
    }  # fmt: skip
    groups = find_communities(member_network(uses))
    assert groups == [("a", "b", "c"), ("d", "e", "f")]
    assert holding_sites(uses)[0][:2] == ("bridge", True)
    turned = dict(reversed(uses.items()))
    assert find_communities(member_network(turned)) == groups
    assert holding_sites(turned) == holding_sites(uses)


def test_every_analysis_that_a_question_names_exists_and_answers_in_both_languages() -> None:
    named = {question.header.analysis for question in catalogue().values() if question.header.analysis}
    assert named == set(ANALYSES)
    world = random_facts(1).evidence()
    for name in ("smallest-coalition", "communities"):
        params = {"at": "2021-12-31", "covenant": "first"} | ({"basis": "all"} if name == "smallest-coalition" else {})
        english, dutch = (run(name, params, world, lang=lang).plain() for lang in ("en", "nl"))
        assert english
        assert [{**row, "part": None} for row in english] == [{**row, "part": None} for row in dutch]
        assert not {row["part"] for row in english} & {row["part"] for row in dutch}
