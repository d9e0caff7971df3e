"""References to guidance and law in a report: told in its language, and with their titles in full."""

from __future__ import annotations

import re

import pytest
from report_facts import desk, report_evidence

from hefboom.ontology.citations import in_words, locators
from hefboom.ontology.terms import fact_table
from hefboom.queries import Evidence
from hefboom.reports import Table, Text, make_report


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return report_evidence(tmp_path_factory.mktemp("files"))


def grid(evidence: Evidence, kind: str, name: str, lang: str, section: str) -> list[list[str]]:
    report = make_report(desk(evidence, lang), kind, name)
    found = next(one for one in report.sections if one.id == section)
    return [
        [str(cell.value) for cell in row] for block in found.blocks if isinstance(block, Table) for row in block.rows
    ]


@pytest.mark.parametrize(
    ("reference", "dutch"),
    [
        ("RVO-2025 step 6; UNGP-2011 principle 29", "RVO-2025 stap 6; UNGP-2011 beginsel 29"),
        (
            "SER-2020 s. 2.1, 2.3 point 5; RVO-2025 core elements",
            "SER-2020 par. 2.1, 2.3 punt 5; RVO-2025 kernelementen",
        ),
        ("RVO-2025 2C tools (Open Supply Hub)", "RVO-2025 2C hulpmiddelen (Open Supply Hub)"),
        ("FR-2017-399 article 1", "FR-2017-399 artikel 1"),
        ("ILO-NORMLEX P29 art. 4", "ILO-NORMLEX P29 art. 4"),
    ],
)
def test_place_in_a_text_is_told_in_dutch(reference: str, dutch: str) -> None:
    assert in_words(reference, "nl") == dutch
    assert in_words(reference, "en") == reference


@pytest.mark.parametrize("facts", ["steps", "disclosures", "risk_sdg"])
def test_every_word_of_a_reference_has_its_dutch(facts: str) -> None:
    pattern = "|".join(rf"(?<![\w.-]){re.escape(one)}(?![\w-])" for one in sorted(locators(), key=len, reverse=True))
    for row in fact_table(facts):
        for part in row["source"].split("; "):
            left = re.sub(pattern, "", part.partition(" ")[2])
            assert not re.findall(r"\b[a-z]{2,}\b", left), part


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        ("nl", "VN-richtlijnen voor bedrijven en mensenrechten (UNGP's)"),
        ("en", "UN Guiding Principles on Business and Human Rights"),
    ],
)
def test_short_names_of_a_report_are_explained_in_full(evidence: Evidence, lang: str, title: str) -> None:
    told = grid(evidence, "company", "Company A", lang, "references")
    names = [row[0] for row in told]
    cited = {row[-1].split(" ")[0] for row in grid(evidence, "company", "Company A", lang, "bridge")}
    assert cited <= set(names)
    assert names == sorted(set(names))
    target = {row[0]: row[1] for row in grid(evidence, "sdg", "8.7", lang, "references")}
    assert {"UN-2030", "DIHR-SDG", "SER-2019"} <= target.keys()
    known = {row["key"]: row["title_nl"] if lang == "nl" else row["title"] for row in fact_table("sources")}
    assert known["UNGP-2011"] == title


def test_dutch_report_tells_where_a_text_says_so_in_dutch(evidence: Evidence) -> None:
    cells = [row[-1] for row in grid(evidence, "company", "Company B", "nl", "gaps")]
    assert not [cell for cell in cells if re.search(r"\b(step|principle|s\.|note)\b", cell)]


def test_claims_below_one_target_are_not_said_to_stand_to_the_right(evidence: Evidence) -> None:
    report = make_report(desk(evidence, "nl"), "sdg", "8.8")
    words = [block.words for one in report.sections if one.id == "target-claims" for block in one.blocks
             if isinstance(block, Text)]  # fmt: skip
    assert any("nooit mee opgeteld" in one for one in words)
    assert not [one for one in words if "rechts" in one]
