"""Section 5 of the dossier on steps: do no harm before do good. One test per rule."""

from __future__ import annotations

from typing import Any

import pytest
from condition_cases import Change, add, both, day, drop
from rule_files import answer, changed, filed, found
from step_facts import put

from hefboom.graph.completeness_shapes import conditions

CLAIM = "claim/u1"
OPEN_FIRE = put("actions", "T31", conclusion="partly")
NEW_LINE = add("product_lines", id="L3", name="shoes", in_scope_since=day(5), countries=["BD"], suppliers="unknown")


def claim(**chain: Any) -> Change:
    return put("sdg_claims", "U1", **({"product_lines": None, "sites": None, "countries": None} | chain))


def on_claim(*changes: Change) -> set[str]:
    return {condition for condition, node in found(filed(changed(*changes))) if node == CLAIM}


@pytest.mark.parametrize(
    "chain",
    [{"product_lines": ["L1"]}, {"sites": ["S1"]}, {"countries": ["BD"]}, {}],
    ids=["product-line", "site", "country", "whole-company"],
)
def test_5_claim_counts_with_due_diligence_on_the_same_chain(chain: dict[str, Any]) -> None:
    assert on_claim(claim(**chain)) == set()
    assert "DD-X.2" in on_claim(claim(**chain), drop("policies"), drop("policy_goals"))


@pytest.mark.parametrize(
    ("chain", "fires"),
    [
        ({"product_lines": ["L1"]}, True),
        ({"sites": ["S2"]}, True),
        ({"sites": ["S1"]}, False),
        ({"countries": ["IN"]}, True),
        ({"countries": ["BD"]}, False),
        ({"countries": ["CN"]}, True),
        ({}, True),
    ],
)
def test_5_only_a_gap_in_the_chain_of_the_claim_counts(chain: dict[str, Any], fires: bool) -> None:
    assert ("DD-X.2" in on_claim(claim(**chain), put("risks", "R1", decision_reason=None))) == fires


@pytest.mark.parametrize(
    ("change", "steps"),
    [
        (both(drop("policies"), drop("policy_goals")), "1"),
        (put("assessments", "B1", factors=["sector"]), "2"),
        (put("actions", "T11", owner=None), "3"),
        (put("plans", "A1", budget=None), None),
        (put("measurements", "N12", date=day(-1)), None),
    ],
    ids=["step-1", "step-2", "step-3", "a-warning-is-at-minimum", "step-4-plays-no-part"],
)
def test_5_claim_names_the_steps_to_add(change: Change, steps: str | None) -> None:
    row = answer(filed(changed(change)), "CQ20")[0]
    assert (row["verdict"], row["steps"]) == ("not backed" if steps else "backed", steps)


@pytest.mark.parametrize("target", ["8.8", "4.1", "13.1"])
def test_5_good_deed_for_one_goal_does_not_cancel_harm_to_another(target: str) -> None:
    evidence = filed(changed(put("sdg_claims", "U1", target=target), OPEN_FIRE))
    row = answer(evidence, "CQ20")[0]
    assert (row["verdict"], row["risks"]) == ("offset", "R3")


@pytest.mark.parametrize(
    ("change", "fires"),
    [
        (OPEN_FIRE, True),
        (both(OPEN_FIRE, put("risks", "R3", type="animal-welfare")), False),
        (both(OPEN_FIRE, claim(sites=["S1"])), False),
        (both(OPEN_FIRE, claim(sites=["S2"])), True),
        (both(OPEN_FIRE, claim()), True),
        (put("actions", "T31", conclusion="effective"), False),
    ],
    ids=["open", "no-direct-target", "other-chain", "same-chain", "whole-company", "addressed"],
)
def test_5_open_risk_that_maps_directly_stands_beside_the_claim(change: Change, fires: bool) -> None:
    assert ("DD-X.3" in on_claim(change)) == fires


@pytest.mark.parametrize("condition", ["DD-X.2", "DD-X.3"])
def test_5_both_are_warnings_for_every_company(condition: str) -> None:
    broken = both(OPEN_FIRE, put("actions", "T11", owner=None))
    for size in ("large", "sme"):
        assert found(filed(changed(broken, size=size)))[condition, CLAIM] == "Warning"
    assert conditions()[condition].next_step.en


def test_5_new_product_needs_its_own_due_diligence_from_the_start() -> None:
    on_new = claim(product_lines=["L3"])
    assert "DD-X.2" in on_claim(NEW_LINE, on_new)
    assert "DD-X.2" not in on_claim(NEW_LINE, on_new, put("risks", "R1", product_lines=["L1", "L3"]))


@pytest.mark.parametrize(
    ("target", "harm"),
    [("7.2", "community/conflict-financing"), ("4.1", "labour/freedom-of-association")],
    ids=["renewable-energy", "schools"],
)
def test_5_examples_of_good_beside_harm(target: str, harm: str) -> None:
    still = put("actions", "T11", conclusion="partly")
    document = changed(put("sdg_claims", "U1", target=target), put("risks", "R1", type=harm), still)
    assert answer(filed(document), "CQ20")[0]["verdict"] == "offset"


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ((drop("sdg_claims"),), "due diligence only"),
        ((drop("policies"), drop("policy_goals")), "claims only"),
        ((), "both"),
        ((drop("sdg_claims"), drop("policies"), drop("policy_goals")), "neither"),
    ],
)
def test_5_company_is_one_of_four_kinds(changes: tuple[Change, ...], kind: str) -> None:
    (row,) = answer(filed(changed(*changes)), "kinds-of-companies")
    assert row["companyKind"] == kind
