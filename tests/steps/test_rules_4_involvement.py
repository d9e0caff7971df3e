"""Section 4 of the dossier on steps: involvement decides the response. One test per rule."""

from __future__ import annotations

from typing import Any

import pytest
from condition_cases import add, both, day, drop, each, involve
from rule_files import answer, changed, filed, found, levels
from step_facts import put

STOP = put("actions", "T11", response="prevent", own_activities="yes")
NO_LEVERAGE = both(*(put("actions", key, response="mitigate") for key in ("T11", "T12", "T90")))
IN_VAIN = {"status": "completed", "completed_on": day(5), "conclusion": "not-effective"}


def test_4_involvement_belongs_to_company_and_impact() -> None:
    first = changed(involve("R1", "contributed"), name="First")
    evidence = filed(first, changed(name="Second"))
    assert ("DD-3.8", "risk/r1") in found(evidence, "First")
    assert not found(evidence, "Second")


@pytest.mark.parametrize("tier", ["1", "2", "3", "4", "5"])
def test_4_number_of_tiers_in_between_does_not_matter(tier: str) -> None:
    evidence = filed(changed(put("risks", "R1", tier=tier), put("relations", "X2", tier=tier), NO_LEVERAGE))
    assert found(evidence)["DD-3.9", "risk/r1"] == "Violation"


@pytest.mark.parametrize(
    ("answers", "follows", "agrees"),
    [
        ({"own_alone": "yes"}, "caused", False),
        ({"own_alone": "yes", "own_adds": "yes", "tied": "yes"}, "caused", False),
        ({"own_alone": "no", "own_adds": "yes"}, "contributed", False),
        ({"own_alone": "no", "own_adds": "no", "tied": "yes"}, "linked", True),
        ({"own_alone": "no", "own_adds": "no", "tied": "no"}, "out of scope", False),
        ({"own_adds": "yes", "tied": "yes"}, None, None),
        ({"own_alone": "no", "tied": "yes"}, None, None),
        ({}, None, None),
    ],
)
def test_4_answers_to_three_questions_decide_the_involvement(
    answers: dict[str, str], follows: str | None, agrees: bool | None
) -> None:
    rows = answer(filed(changed(put("involvements", "I1", **answers))), "involvement-history", company="Leader")
    assert [(row["follows"], row["agrees"]) for row in rows if row["subjectId"] == "R1"] == [(follows, agrees)]


@pytest.mark.parametrize(
    ("kind", "required", "remedy"),
    [
        ("caused", "own part", "all of it"),
        ("contributed", "own part; leverage", "own share"),
        ("linked", "leverage", "leverage for remedy"),
    ],
)
def test_4_involvement_says_what_to_stop_to_press_and_to_remedy(kind: str, required: str, remedy: str) -> None:
    row = answer(filed(changed(involve("R1", kind))), "CQ16", company="Leader")[0]
    assert (row["riskId"], row["required"], row["remedyAsked"]) == ("R1", required, remedy)


@pytest.mark.parametrize(
    ("kind", "changes", "expected"),
    [
        ("caused", (), {"DD-3.7"}),
        ("caused", (STOP,), set()),
        ("caused", (put("actions", "T11", response="prevent", own_activities="no"),), {"DD-3.7"}),
        ("caused", (NO_LEVERAGE, STOP), set()),
        ("contributed", (), {"DD-3.8"}),
        ("contributed", (STOP,), set()),
        ("contributed", (NO_LEVERAGE, STOP), {"DD-3.8"}),
        ("linked", (), set()),
        ("linked", (NO_LEVERAGE,), {"DD-3.9"}),
    ],
)
def test_4_response_that_the_involvement_asks_must_be_planned(
    kind: str, changes: tuple[Any, ...], expected: set[str]
) -> None:
    evidence = filed(changed(involve("R1", kind), *changes))
    shown = {condition for condition, node in found(evidence) if node == "risk/r1"}
    assert shown & {"DD-3.7", "DD-3.8", "DD-3.9"} == expected


@pytest.mark.parametrize("kind", ["caused", "contributed", "linked"])
def test_4_leverage_does_not_apply_where_the_company_alone_causes(kind: str) -> None:
    alone = each("actions", with_others="no")
    low = each("relations", share="lt-1")
    shown = found(filed(changed(involve("R1", kind), low, alone)))
    assert (("DD-3.10", "risk/r1") in shown) == (kind != "caused")


@pytest.mark.parametrize(
    ("kind", "change", "expected"),
    [
        ("caused", drop("remedies"), "DD-6.1"),
        ("contributed", drop("remedies"), "DD-6.1"),
        ("linked", drop("remedies"), "DD-6.2"),
    ],
)
def test_4_own_harm_is_remedied_and_linked_harm_asks_for_leverage(kind: str, change: Any, expected: str) -> None:
    evidence = filed(changed(put("involvements", "I90", kind=kind), change, put("complaints", "2026-014", remedy=None)))
    assert {condition for condition, node in found(evidence) if node == "impact/h1"} == {expected}


@pytest.mark.parametrize(
    ("kind", "changes", "follows"),
    [
        (
            "linked",
            {"T11": {"response": "use-leverage"} | IN_VAIN, "T12": {"response": "mitigate"}},
            "increase leverage",
        ),
        ("linked", {"T11": IN_VAIN, "T12": IN_VAIN}, "suspend; then disengage as a last resort"),
        ("linked", {"T11": IN_VAIN}, None),
        ("contributed", {"T11": IN_VAIN, "T12": IN_VAIN}, "reconsider the relationship"),
        ("caused", {"T11": IN_VAIN, "T12": IN_VAIN}, None),
    ],
)
def test_4_leverage_that_fails_leads_on(kind: str, changes: dict[str, dict[str, str]], follows: str | None) -> None:
    done = (put("actions", key, **values) for key, values in changes.items())
    row = answer(filed(changed(involve("R1", kind), *done)), "CQ16", company="Leader")[0]
    assert row["ifLeverageFails"] == follows


@pytest.mark.parametrize("lacks", [{"exit_assessed_on": None}, {"mitigation": []}])
def test_4_leaving_comes_after_attempts_and_weighing_the_harm(lacks: dict[str, Any]) -> None:
    assert found(filed(changed(put("relations", "X90", **lacks))))["DD-3.11", "relation/x90"] == "Violation"


def test_4_linked_may_have_become_contributed() -> None:
    pressed = add("order_changes", id="O2", site="S2", date=day(40), kind="price")
    own = put("actions", "T41", own_activities="yes")
    rows = answer(filed(changed(pressed)), "linked-that-may-contribute")
    assert [(row["riskId"], row["changes"], str(row["lastChange"])) for row in rows] == [("R4", 1, day(40))]
    assert not answer(filed(changed(pressed, own)), "linked-that-may-contribute")
    assert not answer(filed(changed()), "linked-that-may-contribute")


def test_4_history_of_involvement_is_dated_and_the_row_of_the_day_counts() -> None:
    moved = both(
        put("involvements", "I1", to=day(30)),
        add("involvements", id="I1b", risk="R1", kind="contributed", **{"from": day(30)}, reason="orders were cut"),
    )
    evidence = filed(changed(moved))
    rows = answer(evidence, "involvement-history", company="Leader")
    history = [(row["involvement"], str(row["since"]), str(row["until"])) for row in rows if row["subjectId"] == "R1"]
    assert history == [("linked", day(90), day(30)), ("contributed", day(30), "None")]
    assert ("DD-3.8", "risk/r1") in found(evidence)


def test_4_history_that_is_overwritten_is_told() -> None:
    before = changed(put("company", "", year="2025"), put("involvements", "I1", **{"from": "2025-01-01"}))
    now = changed(involve("R1", "contributed"))
    rows = answer(filed(before, now), "involvement-history", company="Leader")
    told = [(row["involvement"], row["dropped"]) for row in rows if row["subjectId"] == "R1"]
    assert told == [("linked", True), ("contributed", False)]


def test_4_complete_file_and_safe_site_are_told_apart() -> None:
    unsafe = filed(changed())
    assert set(levels(unsafe).values()) == {"good"}
    assert {row["siteName"] for row in answer(unsafe, "CQ31")} == {"First Mill"}
    incomplete = filed(
        changed(*(drop(sheet) for sheet in ("policies", "policy_goals", "corrective_actions", "findings")))
    )
    assert levels(incomplete)["1"] == "partial"
    assert not [row for row in answer(incomplete, "CQ31") if "/finding/" in row["finding"]]
