from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import recount
from condition_cases import AT
from judging import as_file, judged

from hefboom.errors import HefboomError
from hefboom.graph.completeness import Checker, CompanyCheck
from hefboom.graph.completeness_files import evidence_classes
from hefboom.graph.completeness_parameters import risk_types_with_direct_target
from hefboom.graph.completeness_shapes import conditions
from hefboom.loaders.demo_company_files import sample_documents

SEVERITIES = {name: condition.severity for name, condition in conditions().items()}
EVIDENCE = {step: [name.removeprefix(recount.HEF) for name in classes] for step, classes in evidence_classes().items()}


@pytest.fixture(scope="module")
def checks() -> list[CompanyCheck]:
    return list(Checker(AT).check(as_file(document) for document in sample_documents(140, AT, seed=5)))


def recounted(check: CompanyCheck) -> set[tuple[str, str]]:
    file = recount.File(check.file.ntriples, check.company, AT, set(risk_types_with_direct_target()))
    return recount.recount(file, SEVERITIES, EVIDENCE)


def test_recount_in_plain_python_gives_the_same_nodes(checks: list[CompanyCheck]) -> None:
    for check in checks:
        assert {(finding.condition.id, finding.focus) for finding in check.findings} == recounted(check)


def test_sample_breaks_every_condition(checks: list[CompanyCheck]) -> None:
    assert {finding.condition.id for check in checks for finding in check.findings} == set(conditions())


def test_judge_gives_the_same_results_on_a_sample(checks: list[CompanyCheck]) -> None:
    few = checks[:4]
    assert Counter(result for check in few for result in check.results) == judged(few)


def test_files_in_a_session_do_not_see_each_other(checks: list[CompanyCheck]) -> None:
    files = [check.file for check in checks[:12]]
    apart = [next(Checker(AT).check([file])) for file in files]
    assert [check.findings for check in apart] == [check.findings for check in checks[:12]]


def test_statements_that_cannot_be_read_leave_nothing_in_the_engine(checks: list[CompanyCheck]) -> None:
    file = checks[0].file
    lines = file.ntriples.splitlines(keepends=True)
    broken = replace(file, ntriples="".join((*lines[:-1], "<urn:no end .\n", lines[-1])))
    checker = Checker(AT)
    with pytest.raises(HefboomError, match="SHACL engine stopped"):
        list(checker.check([broken]))
    assert next(checker.check([file])).findings == checks[0].findings


def test_checks_at_the_same_time_do_not_see_each_other(checks: list[CompanyCheck]) -> None:
    few = checks[:12]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda check: next(Checker(AT).check([check.file])), few))
    assert [check.findings for check in made] == [check.findings for check in few]
