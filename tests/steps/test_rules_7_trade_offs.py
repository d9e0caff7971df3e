"""Section 7 of the dossier on steps: trade-offs are shown, not judged. One test per rule."""

from __future__ import annotations

from typing import Any

import pytest
from rule_files import answer, changed, filed, found
from step_facts import put

from hefboom.ontology.codes import codes
from hefboom.ontology.terms import fact_table

RISKS = {code.id for code in codes("risk")}
TRADE_OFFS = [row for row in fact_table("risk_sdg") if row["relation"] == "tradeoff"]
OF_RISKS = [row for row in TRADE_OFFS if row["subject_id"] in RISKS]
OF_RESPONSES = [row for row in TRADE_OFFS if row["subject_id"].startswith("response/")]


def cautions(*changes: Any, lang: str = "en") -> set[tuple[str, str]]:
    evidence = filed(changed(*changes))
    rows = answer(evidence, "CQ19", company="Leader", relation="tradeoff", lang=lang)
    return {(row["target"], row["caution"]) for row in rows if row["riskId"] == "R1"}


def test_7_every_trade_off_is_of_a_risk_or_a_response() -> None:
    assert {row["subject_id"] for row in OF_RISKS + OF_RESPONSES} == {row["subject_id"] for row in TRADE_OFFS}
    assert {"response/disengage", "risk/labour/child-labour", "risk/environment/raw-materials"} <= {
        row["subject_id"] for row in TRADE_OFFS
    }


@pytest.mark.parametrize("row", OF_RISKS, ids=lambda row: row["subject_id"])
def test_7_plan_that_touches_a_risk_shows_its_target_as_caution(row: dict[str, str]) -> None:
    kind = put("risks", "R1", type=row["subject_id"].removeprefix("risk/"))
    for lang in ("en", "nl"):
        assert (row["sdg"], row[f"rationale_{lang}"]) in cautions(kind, lang=lang)
    assert not cautions(kind, put("plans", "A1", risks=[]))


@pytest.mark.parametrize("row", OF_RESPONSES, ids=lambda row: f"{row['subject_id']}-{row['sdg']}")
def test_7_plan_to_leave_shows_the_targets_that_leaving_can_set_back(row: dict[str, str]) -> None:
    leave = put("actions", "T12", response=row["subject_id"].removeprefix("response/"))
    assert (row["sdg"], row["rationale_en"]) in cautions(leave)
    assert not cautions()


def test_7_trade_off_is_not_judged() -> None:
    evidence = filed(changed(put("actions", "T12", response="disengage")))
    assert not found(evidence)
