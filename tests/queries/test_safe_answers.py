"""What an audience gets: named rows from lists it may see, bounded counts of the rest, the same rule on every slice."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from golden_facts import DAY, GOLDEN, S1, S2
from hypothesis import given
from hypothesis import strategies as st
from question_facts import Facts, Handed

from hefboom.errors import QueryError
from hefboom.queries import Evidence, run
from hefboom.queries.evidence import Visible
from hefboom.queries.rules import bounded_count

TODAY = dt.date(2024, 6, 1)
CLOSED = [f"company-{number}" for number in range(4)]


def covenant_of(count: int, *open_ones: str) -> Facts:
    """`count` members use S1, each by a closed list except those named."""
    members = CLOSED[:count]
    lists = tuple(
        Handed(f"{slug}/2024-01-01", "public" if slug in open_ones else "secretariat", rows=(("2", S1),))
        for slug in members
    )
    outsider = Handed("company-d/2024-01-01", "public", rows=(("2", S1),))
    return Facts(
        companies={slug: (slug.title(), "brand", "public") for slug in (*members, "company-d")},
        places=GOLDEN.places,
        lists=(*lists, outsider),
        covenants={"one": "One"},
        members=tuple(("one", slug, DAY, None) for slug in members),
    )


def names(evidence: Evidence, audience: str = "public", **params: str) -> list[object]:
    return [row["name"] for row in run("who-uses-site", {"site": S1} | params, evidence, audience, today=TODAY).plain()]


@pytest.mark.parametrize(
    ("members", "shown"),
    [
        (0, "fewer than 3 members"),
        (1, "fewer than 3 members"),
        (2, "fewer than 3 members"),
        (3, "3 members"),
        (4, "4 members"),
    ],
)
def test_count_is_shown_from_the_group_size_on(members: int, shown: str) -> None:
    assert names(covenant_of(members).evidence()) == ["Company-D", shown]


def test_members_seen_by_name_are_not_counted() -> None:
    assert names(covenant_of(4, "company-0", "company-1").evidence()) == [
        "Company-0",
        "Company-1",
        "Company-D",
        "fewer than 3 members",
    ]


def test_count_is_worded_in_dutch() -> None:
    answer = run("who-uses-site", {"site": S1}, covenant_of(2).evidence(), "public", today=TODAY, lang="nl")
    assert answer.plain()[-1]["name"] == "minder dan 3 deelnemers"


@pytest.mark.parametrize("at", ["2024-05-31", "2024-06-02", "2024-12-31"])
def test_no_count_for_a_day_of_choice(at: str) -> None:
    answer = run("who-uses-site", {"site": S1, "at": at}, covenant_of(4).evidence(), "public", today=TODAY)
    assert [row["name"] for row in answer.plain()] == ["Company-D"]
    assert any(note.startswith("Others are not counted here") for note in answer.notes)


def test_no_count_over_several_covenants_together() -> None:
    facts = replace(covenant_of(4), covenants={"one": "One", "two": "Two"})
    assert names(facts.evidence()) == ["Company-D"]
    assert names(facts.evidence(), covenant="One") == ["Company-D", "4 members"]


def test_grouped_answer_needs_one_covenant_of_several() -> None:
    facts = replace(covenant_of(4), covenants={"one": "One", "two": "Two"})
    with pytest.raises(QueryError, match="one covenant at a time"):
        run("public-list-by-process", {}, facts.evidence(), "public", today=TODAY)
    assert len(run("public-list-by-process", {"covenant": "one"}, facts.evidence(), "public", today=TODAY).rows) == 1


def test_grouped_answer_is_refused_for_a_day_of_choice() -> None:
    with pytest.raises(QueryError, match="for today or a 31 December"):
        run("public-list-by-process", {"at": "2024-05-01"}, covenant_of(4).evidence(), "public", today=TODAY)


def test_shares_are_for_the_secretariat_only() -> None:
    facts = replace(GOLDEN, lists=tuple(replace(handed, visibility="members") for handed in GOLDEN.lists))
    evidence = facts.evidence()
    assert [row["jointShare"] for row in run("shared-sites", {}, evidence, today=TODAY).plain()] == ["15-35", None]
    members = run("shared-sites", {}, evidence, "members", today=TODAY)
    assert [row["jointShare"] for row in members.plain()] == [None, None]
    assert members.notes[-1] == "This answer rests on lists that members may see."


def test_own_list_is_seen_by_its_owner_only() -> None:
    own = Handed("company-a/2024-02-01", "owner", rows=(("2", S2),))
    evidence = replace(GOLDEN, lists=(own,), places=tuple(replace(p, scope="public") for p in GOLDEN.places)).evidence()
    ask = {"company": "company-a"}
    assert run("sites-of-all", ask, evidence, "members", today=TODAY).rows == ()
    assert run("sites-of-all", ask, evidence, "members", today=TODAY, owner="company-b").rows == ()
    assert len(run("sites-of-all", ask, evidence, "members", today=TODAY, owner="company-a").rows) == 1


@pytest.mark.parametrize(("audience", "owner"), [("public", None), ("members", None), ("members", "company-b")])
def test_what_a_company_handed_in_is_refused_to_others(audience: str, owner: str | None) -> None:
    with pytest.raises(QueryError, match="shown to that company only"):
        run("own-sites", {"company": "company-a"}, GOLDEN.evidence(), audience, today=TODAY, owner=owner)


@pytest.mark.parametrize(("audience", "owner"), [("secretariat", None), ("members", "company-a")])
def test_what_a_company_handed_in_is_shown_to_itself(audience: str, owner: str | None) -> None:
    answer = run("own-sites", {"company": "company-a"}, GOLDEN.evidence(), audience, today=TODAY, owner=owner)
    assert [row["label"] for row in answer.plain()] == ["Site S1", "Site S3"]
    told = {row["otherMembers"] for row in answer.plain()}
    assert told == ({"1", "0"} if audience == "secretariat" else {"fewer than 3 members"})


def test_evidence_never_shows_more_than_its_own_scopes() -> None:
    narrow = GOLDEN.evidence(["public"])
    assert run("company-pairs", {}, narrow, "secretariat", today=TODAY).rows == ()
    assert [row["name"] for row in run("who-uses-site", {"site": S1}, narrow, "members", today=TODAY).plain()] == [
        "Company D",
        "fewer than 3 members",
    ]


def test_unknown_audience_is_refused() -> None:
    with pytest.raises(QueryError, match="'everyone' is no audience"):
        run("company-pairs", {}, GOLDEN.evidence(), "everyone", today=TODAY)


@given(st.integers(0, 50), st.integers(1, 10))
def test_a_count_below_the_group_size_is_never_shown(count: int, k: int) -> None:
    shown = bounded_count(count, k, "members", "en")
    assert shown == (f"{count} members" if count >= k else f"fewer than {k} members")


def test_store_with_nothing_closed_is_asked_as_a_whole() -> None:
    facts = replace(
        GOLDEN, lists=(GOLDEN.lists[3],), places=(GOLDEN.places[0],), companies=dict([*GOLDEN.companies.items()][:4])
    )
    evidence = facts.evidence()
    assert Visible(evidence.seen_by("public")).graphs is None
    assert names(evidence) == ["Company D", "fewer than 3 members"]
    graphs = Visible(GOLDEN.evidence().seen_by("public")).graphs
    assert graphs is not None
    assert not any("secretariat" in graph.value or "company-a/2024" in graph.value for graph in graphs)
