"""Section 6 of the dossier on steps: proportion. One test per rule."""

from __future__ import annotations

from typing import Any

import pytest
from condition_cases import BREAKS, add, broken, drop, each
from rule_files import answer, changed, filed, found, levels
from step_facts import put

from hefboom.graph.completeness_shapes import conditions

BY_SEVERITY = [f"DD-2.{n}" for n in range(10, 16)] + ["DD-3.7", "DD-3.8", "DD-3.9", "DD-6.1", "DD-6.2"]
SOFTENED = [name for name, one in conditions().items() if one.severity != one.severity_for_small_firms]


@pytest.mark.parametrize("size", ["sme", "large"])
def test_6_due_diligence_is_expected_of_every_size(size: str) -> None:
    rows = answer(filed(changed(put("company", "", size=size))), "CQ39", company="Leader")
    assert "holds" in [row["verdict"] for row in rows if row["regime"].endswith("/oecd-guidelines")]


def severities(condition: str) -> dict[str, str]:
    told: dict[str, str] = {}
    for size in ("large", "sme"):
        document, focus = broken(condition)
        document["company"] |= {"name": "Leader", "size": size}
        node = "company/leader" if focus == "company" else focus
        told[size] = found(filed(document))[condition, node]
    return told


@pytest.mark.parametrize("condition", BY_SEVERITY)
def test_6_condition_that_severity_drives_never_softens(condition: str) -> None:
    assert condition in BREAKS
    told = severities(condition)
    assert told["sme"] == told["large"] == conditions()[condition].severity.capitalize()


@pytest.mark.parametrize("condition", SOFTENED)
def test_6_warning_softens_to_advice_for_a_small_firm(condition: str) -> None:
    assert severities(condition) == {"large": "Warning", "sme": "Info"}


def test_6_small_firm_may_start_with_a_few_chains() -> None:
    later = add("product_lines", id="L8", name="shoes")
    evidence = filed(changed(later, size="sme"))
    assert set(levels(evidence).values()) == {"good"}
    (row,) = answer(evidence, "scope-by-year")
    assert (row["lines"], row["inScope"], float(row["percent"])) == (2, 1, 50.0)


def year(number: int, *scoped: str) -> dict[str, Any]:
    lines = [add("product_lines", id=key, name=key, in_scope_since=f"{number}-01-01") for key in scoped]
    return changed(put("company", "", year=str(number)), drop("product_lines", "L1"), *lines)


@pytest.mark.parametrize(
    ("before", "now", "dropped", "shrunk"),
    [
        (("L5",), ("L5", "L6"), None, False),
        (("L5", "L6"), ("L5", "L6"), None, False),
        (("L5", "L6"), ("L5",), "L6", True),
        (("L5",), ("L6",), "L5", False),
    ],
    ids=["grows", "stays", "shrinks", "changes"],
)
def test_6_shrinking_scope_is_a_warning(
    before: tuple[str, ...], now: tuple[str, ...], dropped: str | None, shrunk: bool
) -> None:
    first, second = answer(filed(year(2025, *before), year(2026, *now)), "scope-by-year")
    assert (first["year"], first["inScopeBefore"], first["shrunk"]) == (2025, None, False)
    assert (second["inScopeBefore"], second["inScope"]) == (len(before), len(now))
    assert (second["dropped"], second["shrunk"]) == (dropped, shrunk)


def test_6_line_that_leaves_the_scope_but_not_the_file_counts_as_dropped() -> None:
    now = year(2026, "L5")
    put("product_lines", "L5", in_scope_since=None)(now)
    assert answer(filed(year(2025, "L5"), now), "scope-by-year")[1]["shrunk"]


@pytest.mark.parametrize(
    ("facts", "small"),
    [
        ({"staff": 249, "turnover": 50, "balance": 44}, True),
        ({"staff": 250, "turnover": 50, "balance": 43}, False),
        ({"staff": 249, "turnover": 51, "balance": 43}, True),
        ({"staff": 249, "turnover": 50.01, "balance": 43.01}, False),
        ({"staff": 249, "turnover": 51, "balance": 43.01}, False),
        ({"size": "sme", "staff": 250}, False),
        ({"size": "large", "staff": 10, "turnover": 1}, True),
        ({"size": "sme", "staff": 10}, True),
        ({"size": "large", "staff": 10}, False),
        ({"size": "sme", "turnover": 51, "balance": 44}, False),
        ({"size": "sme", "turnover": 51}, True),
    ],
)
def test_6_size_class_follows_from_staff_and_one_of_two_amounts(facts: dict[str, Any], small: bool) -> None:
    company = {"size": None} | {key: str(value) for key, value in facts.items()}
    evidence = filed(changed(put("company", "", **company), put("plans", "A1", budget=None)))
    assert found(evidence)["DD-3.5", "plan/a1"] == ("Info" if small else "Warning")


def test_6_joint_work_counts_for_each_participant_that_names_it() -> None:
    joint = [each("actions", with_others="yes"), each("mechanisms", run_by="secretariat of the covenant")]
    joint += [each("engagements", party="covenant"), each("monitoring", holder="covenant")]
    alone = [drop(sheet) for sheet in ("mechanisms", "mechanism_criteria")]
    evidence = filed(changed(*joint, name="First"), changed(*joint, name="Second"), changed(*alone, name="Third"))
    assert not found(evidence, "First")
    assert not found(evidence, "Second")
    assert found(evidence, "Third")["DD-6.3", "company/third"] == "Violation"
