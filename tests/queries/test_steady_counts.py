"""Counts over closed lists cannot be subtracted: one company that joins or leaves changes no answer that others get."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal
from question_facts import Facts, Handed, Place

from hefboom.queries import run
from hefboom.queries.steady import State, steady_rows

TODAY = dt.date(2026, 6, 1)
SITES = ("BD2024001S10009", "TR2024001S2000A", "IN2024001S3000W", "BD2024001M10004")
WHO = ("a", "b", "c", "d", "e", "f")
K = 3


def world(lists: dict[str, dict[str, tuple[str, ...]]], joined: dict[str, dt.date] | None = None) -> Facts:
    """Closed lists per company and day; every company is a member from `joined` on, or from the start."""
    since = joined or {}
    return Facts(
        companies={one: (f"Company {one}", "brand", "public") for one in WHO},
        places=tuple(Place(site, f"Site {site[:2]}", "BD", "dyeing") for site in SITES),
        lists=tuple(
            Handed(f"{one}/{day}", rows=tuple((str(row), site) for row, site in enumerate(sites, 2)),
                   until=next((dt.date.fromisoformat(later) for later in sorted(days) if later > day), None))
            for one, days in lists.items() for day, sites in days.items()
        ),
        covenants={"only": "Only"},
        members=tuple(("only", one, since.get(one, dt.date(2020, 1, 1)), None) for one in WHO),
    )  # fmt: skip


def public(facts: Facts, year: int, form: str = "sparql") -> list[tuple[Any, Any]]:
    answer = run("public-list-by-process", {"at": f"{year}-12-31"}, facts.evidence(),
                 "public", K, today=TODAY, form=form)  # fmt: skip
    return [(row["sites"], row["members"]) for row in answer.plain()]


FOUR = {one: {"2022-01-01": (SITES[0], SITES[1])} for one in "abcd"}


@pytest.mark.parametrize("form", ["sparql", "sql"])
def test_member_who_joins_alone_cannot_be_read_from_two_year_ends(form: str) -> None:
    joined = {"e": dt.date(2023, 5, 1)}
    facts = world(FOUR | {"e": {"2023-05-01": SITES}}, joined)
    assert public(facts, 2022, form) == public(facts, 2023, form) == public(facts, 2024, form) == [(2, 4)]
    assert public(facts, 2023, form) == public(world(FOUR, joined), 2023, form)


def test_three_changes_together_are_counted_anew() -> None:
    changed = {one: {"2022-01-01": (SITES[0], SITES[1]), "2023-02-01": SITES} for one in "abc"}
    facts = world(FOUR | changed)
    assert (public(facts, 2022), public(facts, 2023)) == ([(2, 4)], [(4, 4)])


def test_member_who_leaves_alone_does_not_make_a_row_vanish() -> None:
    left = {"d": {"2022-01-01": (SITES[0], SITES[1]), "2023-02-01": ()}, "a": {}}
    facts = world({one: days for one, days in (FOUR | left).items() if days})
    assert public(facts, 2022) == public(facts, 2023) == [(2, 3)]


def test_answer_says_that_a_row_stands_as_it_did() -> None:
    facts = world(FOUR | {"e": {"2023-05-01": SITES}})
    for lang, words in (("en", "earlier year-end"), ("nl", "eerder jaar")):
        answer = run(
            "public-list-by-process", {"at": "2023-12-31"}, facts.evidence(), "public", K, today=TODAY, lang=lang
        )
        assert any(words in note for note in answer.notes)
    before = run("public-list-by-process", {"at": "2022-12-31"}, facts.evidence(), "public", K, today=TODAY)
    assert not any("earlier year-end" in note for note in before.notes)


DAYS = st.lists(
    st.dictionaries(st.sampled_from(WHO), st.frozensets(st.sampled_from("1234"), min_size=1)), min_size=1, max_size=6
)


def shown(days: list[dict[str, frozenset[str]]]) -> tuple[Any, ...]:
    def state(shares: dict[str, frozenset[str]]) -> State:
        sites = frozenset().union(*shares.values()) if shares else frozenset()
        return State((Literal(len(shares)), Literal(len(sites))), shares)

    made = [{("row",): state(shares)} if shares else {} for shares in days]
    rows, _ = steady_rows(made, K, lambda row: int(row[0].value) >= K)  # type: ignore[union-attr]
    return tuple(rows)


@settings(deadline=None, max_examples=300)
@given(days=DAYS, who=st.sampled_from(WHO), share=st.frozensets(st.sampled_from("1234")))
def test_what_one_contributor_changes_alone_is_never_seen(
    days: list[dict[str, frozenset[str]]], who: str, share: frozenset[str]
) -> None:
    """A further day on which one contributor alone changes something shows what a day without any change shows."""
    fresh = shown([days[-1]])
    if fresh != shown(days) or not fresh:
        return
    changed = {**days[-1], who: share} if share else {one: held for one, held in days[-1].items() if one != who}
    once = [days[-1]]
    assert shown([*once, changed]) == shown([*once, days[-1]])


@settings(deadline=None, max_examples=200)
@given(days=DAYS)
def test_no_row_is_shown_that_never_reached_the_group_size(days: list[dict[str, frozenset[str]]]) -> None:
    assert all(int(row[0].value) >= K for row in shown(days))  # type: ignore[union-attr]
    assert not shown(days) or max(len(shares) for shares in days) >= K


def test_first_answer_of_all_counts_everybody() -> None:
    assert public(world(FOUR), 2022) == [(2, 4)]
    assert public(replace(world(FOUR), lists=world(FOUR).lists[:2]), 2022) == []
