"""What had not happened on the day of a check is no evidence on that day, and demands nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import recount
from condition_cases import AT, Change, add, both, complete, day, put
from judging import as_file, judged
from test_recount import EVIDENCE, SEVERITIES

from hefboom.graph.completeness import Checker, CompanyCheck
from hefboom.graph.completeness_known import as_known_on
from hefboom.graph.completeness_parameters import risk_types_with_direct_target
from hefboom.loaders.demo_company_files import sample_documents

LATER = day(-30000)
EARLIER = AT - timedelta(days=95)
"""After the assessment of the complete file, and before its harm, involvements, plans and actions."""


def check(document: dict[str, Any], at: date = AT) -> CompanyCheck:
    (found,) = Checker(at).check([as_file(document)])
    return found


def conditions(found: CompanyCheck) -> set[str]:
    return {finding.condition.id for finding in found.findings}


def changed(*changes: Change) -> dict[str, Any]:
    document = complete()
    both(*changes)(document)
    return document


def test_policy_assessment_and_chain_map_of_a_later_day_do_not_count() -> None:
    found = check(
        changed(
            put("policies", "P1", approved_on=LATER, published_on=LATER),
            put("assessments", "B1", date=LATER),
            put("company", "", chain_map_on=LATER),
        )
    )
    assert {"DD-1.1", "DD-2.1", "DD-2.9"} <= conditions(found)
    assert (found.levels["1"], found.levels["2"]) == ("partial", "partial")


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        (put("policies", "P1", published_on=LATER), "DD-1.4"),
        (put("engagements", "W2", date=LATER), "DD-2.17"),
        (put("documents", "D1", date=LATER), "DD-2.12"),
        (put("plans", "A1", date=LATER), "DD-3.1"),
        (both(*(put("monitoring", key, date=LATER) for key in ("M11", "M12"))), "DD-4.2"),
        (both(*(put("communications", key, date=LATER) for key in ("Y1", "Y2"))), "DD-5.2"),
        (put("communications", "Y2", safety_checked_on=LATER), "DD-5.4"),
        (put("remedies", "Z1", date=LATER), "DD-6.1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_evidence_of_a_later_day_does_not_count(change: Change, missing: str) -> None:
    assert missing in conditions(check(changed(change)))


@pytest.mark.parametrize(
    "later",
    [
        add("impacts", id="H9", risk="R1", type="labour/working-time", site="S1", found_on=LATER),
        add("complaints", id="2088-001", mechanism="K1", received_on=LATER),
        add("certificates", id="E9", scheme="SA8000", site="S1", date=LATER),
        add("sdg_claims", id="U9", target="8.8", statement="all is well", date=LATER, product_lines=["L1"]),
        add("measurements", id="N999", action="T11", date=LATER),
        add("documents", id="D9", title="a study to come", date=LATER),
        add("policies", id="P9", title="next policy", approved_on=LATER),
        both(
            add("plans", id="A9", title="next plan", date=LATER),
            add("actions", id="T99", plan="A9", title="next action", start=LATER),
        ),
        both(
            add("monitoring", id="M99", kind="audit", site="S1", date=LATER),
            add("findings", id="F99", audit="M99", nonconformity="yes"),
        ),
        both(
            add("assessments", id="B9", date=LATER),
            add("risks", id="R99", assessment="B9", type="labour/child-labour"),
            add("policy_goals", id="G99", policy="P1", risk="R99"),
        ),
        both(
            add("impacts", id="H9", type="labour/working-time", found_on=LATER),
            add("involvements", id="I99", impact="H9", kind="caused"),
            add("remedies", id="Z9", impact="H9"),
        ),
    ],
    ids=[
        "harm",
        "complaint",
        "certificate",
        "claim",
        "measurement",
        "document",
        "policy",
        "plan",
        "audit",
        "risk",
        "h2",
    ],
)
def test_what_comes_later_demands_nothing(later: Change) -> None:
    found = check(changed(later))
    assert found.findings == ()
    assert found.file.digest == check(complete()).file.digest


def test_action_that_starts_later_is_a_plan_and_counts() -> None:
    later = changed(
        add(
            "actions",
            id="T99",
            plan="A1",
            title="next action",
            owner="buyer",
            start=LATER,
            deadline=LATER,
            indicator="hours",
            target="48",
            response="prevent",
        )
    )
    found = check(later)
    assert found.findings == ()
    assert "/action/t99>" in found.file.ntriples


def test_status_of_an_action_that_starts_later_is_left_out_with_what_else_it_dates() -> None:
    later = changed(put("actions", "T12", start=LATER, deadline=LATER, status="completed", conclusion="effective"))
    file = as_file(later)
    gone = set(file.ntriples.splitlines()) - set(as_known_on(file, AT).ntriples.splitlines())
    said = {line.split()[1].rpartition("#")[2].strip(">") for line in gone if "/action/t12> " in line}
    assert {"actionStatus", "conclusion"} <= said
    assert "startDate" not in said


def test_file_is_told_as_of_a_day_once() -> None:
    known = as_known_on(as_file(complete()), AT)
    assert as_known_on(known, AT) is known
    assert as_known_on(known, EARLIER).ntriples != known.ntriples
    assert Checker(AT).key(known) == Checker(AT).key(as_file(complete()))


def test_complaint_was_open_on_a_day_before_its_last_step() -> None:
    closed = put(
        "complaints",
        "2026-014",
        received_on=day(200),
        steps_on=[day(195), day(-5)],
        status="closed",
        outcome="upheld",
        remedy=None,
    )
    assert conditions(check(changed(closed))) == {"DD-6.6"}


def test_relation_and_action_that_end_later_had_not_ended() -> None:
    ends = put("relations", "X1", to=day(-10), end_reason="responsible-business")
    completed = put("actions", "T12", status="completed", completed_on=day(-10), deadline=day(-20), conclusion=None)
    assert check(changed(ends, completed)).findings == ()


def test_rows_without_a_date_stay() -> None:
    found = check(changed(add("impacts", id="H9", type="labour/working-time", site="S1")))
    assert conditions(found) == {"DD-6.2"}


def test_check_of_an_earlier_day_judges_what_was_known_then() -> None:
    found = check(complete(), EARLIER)
    assert not conditions(found) & {"DD-4.1", "DD-6.1", "DD-6.2", "DD-3.11"}
    assert {"DD-2.15", "DD-3.1"} <= conditions(found)
    assert {finding.focus for finding in found.findings if "/impact/" in finding.focus} == set()


def earlier_checks() -> Iterator[CompanyCheck]:
    for days in (0, 84, 95, 130, 500):
        at = AT - timedelta(days=days)
        yield from Checker(at).check(as_file(document) for document in sample_documents(24, AT, seed=3))


def test_recount_and_judge_say_the_same_of_earlier_days() -> None:
    direct = set(risk_types_with_direct_target())
    for number, found in enumerate(earlier_checks()):
        file = recount.File(found.file.ntriples, found.company, found.at, direct)
        mine = {(finding.condition.id, finding.focus) for finding in found.findings}
        assert mine == recount.recount(file, SEVERITIES, EVIDENCE)
        if number % 48 == 4:
            assert Counter(found.results) == judged([found], at=found.at)
