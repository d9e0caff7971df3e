"""How a line of a report names its source, and what stands where something is not known."""

from __future__ import annotations

import re

import pytest
from report_facts import S1, desk, report_evidence

from hefboom.queries import Evidence
from hefboom.reports import Report, Table, make_report
from hefboom.reports.sources import Source, SourceBook, joined

ABOUT = [("company", "Company B"), ("covenant", "Golden Covenant"), ("site", S1), ("sdg", "8.8")]


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return report_evidence(tmp_path_factory.mktemp("files"))


def cells(report: Report, section: str = "") -> list[str]:
    return [
        str(cell.value or "")
        for one in report.sections
        if one.id == section or (not section and one.id != "sources")
        for block in one.blocks
        if isinstance(block, Table)
        for row in block.rows
        for cell in row
    ]


def test_rows_are_cited_in_the_order_of_the_file_and_apart_from_other_sources() -> None:
    book = SourceBook("rij")
    second = [book.cite("b", Source("b", "lijst"), "33; 6; 18"), book.cite("c", Source("c", "lijst"), "10")]
    assert second == ["[1] rij 6, 18, 33", "[2] rij 10"]
    assert joined([*reversed(second), second[0]]) == "[1] rij 6, 18, 33; [2] rij 10"
    assert book.cite("d", Source("d", "dossier"), "R10; R9") == "[3] R9, R10"


@pytest.mark.parametrize(("kind", "name"), ABOUT)
def test_sources_are_numbered_in_the_order_in_which_the_report_cites_them(
    evidence: Evidence, kind: str, name: str
) -> None:
    cited = [
        int(one) for text in cells(make_report(desk(evidence), kind, name)) for one in re.findall(r"\[(\d+)\]", text)
    ]
    first = list(dict.fromkeys(cited))
    assert first == sorted(first)


@pytest.mark.parametrize(("lang", "sheet"), [("nl", "Acties"), ("en", "Actions")])
def test_row_of_a_file_is_cited_by_its_sheet_and_id_as_the_file_has_them(
    evidence: Evidence, lang: str, sheet: str
) -> None:
    report = make_report(desk(evidence, lang), "company", "Company B")
    assert any(re.search(rf"\[\d+\] {sheet} T21$", text) for text in cells(report, "gaps"))
    assert not [text for kind, name in ABOUT for text in cells(make_report(desk(evidence, lang), kind, name))
                if re.search(r"\] [a-z-]+/", text)]  # fmt: skip


def test_shares_of_a_site_are_told_as_percentages(evidence: Evidence) -> None:
    told = cells(make_report(desk(evidence, "nl"), "site", S1), "leverage")
    assert {"10-25 %", "15-35 %", "onbekend"} <= set(told)
    assert not [text for text in told if re.fullmatch(r"\d+-\d+", text)]
