"""Reports on paper and in a spreadsheet program: columns that fit, headers that stay, pages with numbers."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import openpyxl
import pytest
from report_facts import S1, desk, report_evidence

from hefboom.queries import Evidence
from hefboom.reports import Report, make_report, write_report
from hefboom.reports.model import Section, Text, table

ABOUT = [("company", "Company B"), ("covenant", "Golden Covenant"), ("site", S1), ("sdg", "8.8")]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[Report]:
    evidence: Evidence = report_evidence(tmp_path_factory.mktemp("files"))
    return [make_report(desk(evidence, "nl"), kind, name) for kind, name in ABOUT]


def workbook(report: Report) -> Any:
    return openpyxl.load_workbook(io.BytesIO(write_report(report, "xlsx")))


def small(*sections: Section) -> Report:
    words = {"yes": "ja", "no": "nee", "contents": "Inhoud", "not-safe": ""}
    return Report("company", "A", "Over A", dt.date(2026, 1, 1), "nl", (), sections, words)


def test_columns_of_a_page_share_its_width_and_no_more(reports: list[Report]) -> None:
    for report in reports:
        page = write_report(report, "html").decode()
        groups = re.findall(r"<colgroup>(.*?)</colgroup>", page)
        assert groups
        for group in groups:
            assert sum(float(one) for one in re.findall(r"width: ([\d.]+)%", group)) == pytest.approx(100, abs=0.5)


def test_printed_page_has_its_number_in_the_language_of_the_report(reports: list[Report]) -> None:
    page = write_report(reports[0], "html").decode()
    assert 'content: "pagina " counter(page) " van " counter(pages)' in page


def test_sheets_are_named_in_whole_words(reports: list[Report]) -> None:
    names = workbook(reports[0]).sheetnames
    assert "Open ernstige risico's" in names
    for report in reports:
        titles = [report.subtitle, *(one.title for one in report.sections)]
        for title, name in zip(titles, workbook(report).sheetnames, strict=True):
            assert len(name) <= 31
            assert "  " not in name
            whole = re.sub(r"\W+", " ", title).split()
            assert re.sub(r"\W+", " ", name).split() == whole[: len(re.sub(r"\W+", " ", name).split())]


def test_sheet_keeps_its_header_in_view_on_every_page_and_can_be_filtered(reports: list[Report]) -> None:
    book = workbook(reports[0])
    sheet = book["Bronnen"]
    header = next(cell.row for row in sheet for cell in row if cell.value == "nr.")
    assert sheet.freeze_panes == f"A{header + 1}"
    assert sheet.print_title_rows == f"${header}:${header}"
    assert sheet.auto_filter.ref.startswith(f"A{header}:E")
    assert book["Risicokaart"].auto_filter.ref is None


def test_sheet_prints_landscape_with_title_and_page_number(reports: list[Report]) -> None:
    for sheet in workbook(reports[1]):
        assert sheet.page_setup.orientation == "landscape"
        assert "Golden Covenant" in str(sheet.oddFooter.left.text)
        assert sheet.oddFooter.right.text == "pagina &P van &N"


def test_long_words_of_a_sheet_are_wrapped_within_its_table() -> None:
    long = "Een lange zin over wat hier staat. " * 12
    sheet = workbook(small(Section("s", "Deel", (Text(long), table("Deel", ["naam", "land"], [["A", "B"]])))))["Deel"]
    cell = next(cell for row in sheet for cell in row if str(cell.value).startswith("Een lange"))
    assert cell.alignment.wrap_text
    assert any(cell.coordinate in one for one in sheet.merged_cells.ranges)
    assert sheet.row_dimensions[cell.row].height > 60
    assert sheet.column_dimensions["A"].width >= 10


def test_ampersand_of_a_name_stays_in_the_footer_of_a_sheet() -> None:
    report = small(Section("s", "Deel", (Text("Niets."),)))
    named = Report("company", "Sloep & Zeil", *[getattr(report, one) for one in ("subtitle", "at", "lang", "facts")],
                   report.sections, report.words)  # fmt: skip
    assert workbook(named)["Deel"].oddFooter.left.text == "Sloep && Zeil"


def test_day_is_not_broken_over_two_lines() -> None:
    report = small(Section("s", "Deel", (table("Deel", ["datum"], [[dt.date(2026, 8, 23)]]),)))
    page = write_report(report, "html").decode()
    assert "<td><time>2026-08-23</time></td>" in page
    assert "time { white-space: nowrap; }" in page
