"""Two answers to a closed audience that differ by one member's closed list must not tell of that member."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from golden_facts import DAY, GOLDEN, M1, S1, S2, S3
from question_facts import Facts, Handed

from hefboom.errors import QueryError
from hefboom.queries import run

TODAY = dt.date(2025, 6, 1)
QUESTIONS: list[tuple[str, dict[str, str]]] = [
    ("smallest-coalition", {"p": "100", "basis": "all"}),
    ("smallest-coalition", {"p": "50", "site": f"{S1},{S2},{S3}"}),
    ("communities", {}),
    ("communities", {"max_tier": "5"}),
    ("leverage-at-site", {"site": S1}),
    ("site-stops", {"site": S1}),
    ("risk-exposure", {"country": "BD"}),
    ("heat-map", {}),
    ("targets-counted", {}),
]


def without(facts: Facts, company: str) -> Facts:
    """The world without what one member handed in; its membership stays."""
    return replace(facts, lists=tuple(one for one in facts.lists if one.contributor != company))


def answers(facts: Facts, audience: str, name: str, params: dict[str, str]) -> list[Any]:
    found: list[Any] = []
    for day in ("2024-06-01", "2024-12-31", TODAY.isoformat()):
        for covenant in ({}, {"covenant": "golden-covenant"}):
            try:
                answer = run(name, params | {"at": day} | covenant, facts.evidence(), audience, today=TODAY)
            except QueryError as refused:
                found.append(str(refused))
            else:
                found.append((answer.plain(), answer.suppressed))
    return found


@pytest.mark.parametrize("member", ["company-a", "company-b", "company-c"])
@pytest.mark.parametrize(("name", "params"), QUESTIONS)
def test_public_answers_with_and_without_a_member_are_the_same(member: str, name: str, params: dict[str, str]) -> None:
    assert answers(GOLDEN, "public", name, params) == answers(without(GOLDEN, member), "public", name, params)


def test_the_secretariat_does_see_the_difference() -> None:
    both = [answers(facts, "secretariat", "communities", {}) for facts in (GOLDEN, without(GOLDEN, "company-b"))]
    assert both[0] != both[1]


def test_a_public_list_still_counts() -> None:
    opened = replace(
        GOLDEN, lists=(*GOLDEN.lists, Handed("company-a/2024-02-01", "public", rows=(("2", S1), ("3", M1))))
    )
    rows = run(
        "communities", {"at": DAY.replace(month=6).isoformat()}, opened.evidence(), "public", today=TODAY
    ).plain()
    assert [row["name"] for row in rows if row["company"]] == ["Company A"]
