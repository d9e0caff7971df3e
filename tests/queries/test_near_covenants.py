"""Two covenants that share all but a few members: counts of one of them only, for all but the secretariat."""

from __future__ import annotations

import datetime as dt

import pytest
from golden_facts import GOLDEN, S1
from question_facts import Facts, Handed

from hefboom.errors import QueryError
from hefboom.messages import in_language
from hefboom.queries import run

TODAY = dt.date(2026, 6, 1)
START = dt.date(2023, 1, 1)
WHO = tuple(f"company-{letter}" for letter in "abcdefgh")
Members = dict[str, tuple[dt.date, dt.date | None]]


def always(*members: str) -> Members:
    return dict.fromkeys(members, (START, None))


def world(**covenants: Members) -> Facts:
    """Every company has a closed list with S1; covenants by slug with the memberships of each."""
    return Facts(
        companies={one: (one.title(), "brand", "public") for one in WHO},
        places=GOLDEN.places,
        lists=tuple(Handed(f"{one}/2023-02-01", rows=(("2", S1),)) for one in WHO),
        covenants={slug: slug.title() for slug in covenants},
        members=tuple((slug, one, *held) for slug, members in covenants.items() for one, held in members.items()),
    )


def counted(facts: Facts, covenant: str, at: dt.date = TODAY, k: int = 3, audience: str = "public") -> object:
    """The members that a row of a grouped answer counts, or why there is none."""
    asked = {"covenant": covenant, "at": at.isoformat()}
    try:
        rows = run("public-list-by-process", asked, facts.evidence(), audience, k, today=TODAY).plain()
    except QueryError as refused:
        return str(refused)
    return [row["members"] for row in rows]


@pytest.mark.parametrize("audience", ["public", "members"])
@pytest.mark.parametrize("left_out", [1, 2])
def test_only_the_covenant_that_held_first_is_counted(audience: str, left_out: int) -> None:
    later = dict.fromkeys(WHO[left_out:], (dt.date(2023, 1, 2), None))
    facts = world(elf=later, full=always(*WHO))
    assert counted(facts, "full", audience=audience) == [8]
    refused = str(counted(facts, "elf", audience=audience))
    assert "all but fewer than 3 members" in refused
    assert "'full', which held first" in refused
    assert "op minder dan 3 na" in in_language(refused, "nl")


def test_of_two_that_began_together_the_first_by_name_is_counted() -> None:
    facts = world(b=always(*WHO), a=always(*WHO[1:]))
    assert counted(facts, "a") == [7]
    assert "all but fewer than" in str(counted(facts, "b"))


@pytest.mark.parametrize(
    ("one", "k", "shown"),
    [
        (WHO, 3, [8]),  # the same members: nothing to subtract
        (WHO[3:], 3, [5]),  # a whole group differs
        (WHO[3:], 5, None),  # the group size that is used decides
    ],
)
def test_covenants_that_differ_by_nobody_or_by_a_group_are_both_counted(
    one: tuple[str, ...], k: int, shown: list[int] | None
) -> None:
    found = counted(world(a=always(*WHO), b=always(*one)), "b", k=k)
    assert found == shown or (shown is None and "fewer than 5" in str(found))


def test_covenants_that_share_nobody_are_both_counted() -> None:
    facts = world(a=always(WHO[0]), b=always(WHO[1]))
    assert counted(facts, "a") == counted(facts, "b") == []


def test_rows_that_rest_on_an_earlier_year_end_are_refused_too() -> None:
    """Today the members are the same, but the row still stands as at the year-end before."""
    later = always(*WHO[1:]) | {WHO[0]: (dt.date(2025, 2, 1), None)}
    facts = world(full=always(*WHO), later=later)
    assert "all but fewer than" in str(counted(facts, "later"))
    assert "all but fewer than" in str(counted(facts, "later", dt.date(2024, 12, 31)))


def test_count_beside_names_is_left_out_with_a_note() -> None:
    evidence = world(full=always(*WHO), z=always(*WHO[1:])).evidence()
    for lang, words in (("en", "all but fewer than 3 members"), ("nl", "op minder dan 3 na")):
        answer = run("who-uses-site", {"site": S1, "covenant": "z"}, evidence, "public", today=TODAY, lang=lang)
        assert answer.rows == ()
        assert any(words in note for note in answer.notes)
    full = run("who-uses-site", {"site": S1, "covenant": "full"}, evidence, "public", today=TODAY)
    assert [row["name"] for row in full.plain()] == ["8 members"]


def test_secretariat_gets_both() -> None:
    facts = world(full=always(*WHO), z=always(*WHO[1:]))
    assert counted(facts, "z", audience="secretariat") == [7]
