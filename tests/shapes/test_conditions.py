from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import ontology_path
import pytest
from condition_cases import AT, BREAKS, EMPTY, broken, complete, emptied
from judging import as_file, judged

from hefboom.graph.completeness import Checker, CompanyCheck
from hefboom.graph.completeness_files import no_file
from hefboom.graph.completeness_shapes import conditions

CONDITIONS = list(conditions())


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(AT)


@pytest.fixture(scope="module")
def breaking(checker: Checker) -> dict[str, CompanyCheck]:
    return dict(zip(CONDITIONS, checker.check(as_file(broken(name)[0]) for name in CONDITIONS), strict=True))


def test_shapes_say_what_the_table_of_conditions_says() -> None:
    with (ontology_path.FACTS / "steps.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert list(rows) == CONDITIONS
    for name, condition in conditions().items():
        row = rows[name]
        softened = row["severity"] if row["severity_sme"] == "same" else row["severity_sme"]
        assert (condition.step, condition.severity) == (row["step"], row["severity"])
        assert condition.severity_for_small_firms == softened
        assert (condition.message.en, condition.message.nl) == (row["message_en"], row["message_nl"])
        assert condition.source == row["source"]


def test_complete_file_is_good_on_every_step(checker: Checker) -> None:
    (check,) = checker.check([as_file(complete())])
    assert check.findings == ()
    assert set(check.levels.values()) == {"good"}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_condition_bites_where_it_is_broken(breaking: dict[str, CompanyCheck], condition: str) -> None:
    check = breaking[condition]
    focus = BREAKS[condition][1]
    node = check.company if focus == "company" else f"{check.file.graph}/{focus}"
    assert (condition, node) in {(finding.condition.id, finding.focus) for finding in check.findings}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_judge_gives_the_same_results_on_the_broken_file(breaking: dict[str, CompanyCheck], condition: str) -> None:
    check = breaking[condition]
    pattern = re.compile(rf"/{re.escape(condition)}(-[a-z0-9-]+)?$")
    assert Counter(result for result in check.results if pattern.search(result.shape)) == judged([check], condition)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_condition_does_not_pass_emptily(checker: Checker, condition: str) -> None:
    case = EMPTY[condition]
    sheets, step = case or (("complaints", "impacts", "remedies", "sdg_claims"), "6")
    (check,) = checker.check([as_file(emptied(condition, sheets))])
    passes = check.levels[step] in {"minimum", "good"}
    assert passes == (case is None)


def test_company_without_a_file_is_absent_on_every_step(checker: Checker) -> None:
    (check,) = checker.check([no_file("https://w3id.org/hefboom/id/company/nobody")])
    assert set(check.levels.values()) == {"absent"}
    assert check.level == "absent"
    found = {finding.condition.id for finding in check.findings if finding.severity == "violation"}
    assert found == {"DD-1.1", "DD-1.9", "DD-2.1", "DD-2.9", "DD-5.1", "DD-5.2", "DD-6.3"}


def test_warnings_soften_for_small_firms_and_violations_do_not(checker: Checker) -> None:
    document = complete("Small", "sme")
    document["plans"][0].pop("budget")
    document["actions"][0].pop("owner")
    (check,) = checker.check([as_file(document)])
    found = {finding.condition.id: finding.severity for finding in check.findings}
    assert found["DD-3.5"] == "info"
    assert found["DD-3.2"] == "violation"


def test_every_property_shape_has_words_in_both_languages() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(ontology_path.SHAPES).glob("*.ttl")))
    shapes = re.findall(r"^shape:\S+ a sh:(?:Node|Property)Shape ;(?:.|\n)*?\.$", text, re.MULTILINE)
    assert len(shapes) > len(CONDITIONS)
    assert all(re.search(r'sh:message "[^"]+"@en , "[^"]+"@nl', shape) for shape in shapes)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_dutch_texts_of_a_condition_hold_no_english_words(condition: str) -> None:
    english = r"due diligence|cherry.?picking|checks?\b|\btype\b|stakeholder|leverage|supplier|sourcing|remedy|salient"
    told = conditions()[condition]
    found = [text for text in (told.message.nl, told.next_step.nl) if re.search(english, text.lower())]
    assert found == []
