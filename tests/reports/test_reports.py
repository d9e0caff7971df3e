"""Reports as their readers meet them: what they say, for whom, in which format."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from golden_facts import GOLDEN
from question_facts import Handed, Relation
from report_facts import ODD_NAMES, S1, TODAY, desk, report_evidence

from hefboom.errors import QueryError, UsageError
from hefboom.queries import Evidence
from hefboom.reports import FORMATS, Report, Table, Text, make_report, write_report
from hefboom.reports.as_pdf import missing_characters
from hefboom.reports.model import table
from hefboom.reports.texts import texts

ABOUT = [("company", "Company B"), ("covenant", "Golden Covenant"), ("site", S1), ("sdg", "8.8")]
each_report = pytest.mark.parametrize(("kind", "name"), ABOUT)


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return report_evidence(tmp_path_factory.mktemp("files"))


def made(evidence: Evidence, kind: str, name: str, lang: str = "en", **asked: Any) -> Report:
    return make_report(desk(evidence, lang, **asked), kind, name)


def rows(report: Report, section: str) -> list[list[Any]]:
    found = next(one for one in report.sections if one.id == section)
    return [[cell.value for cell in row] for block in found.blocks if isinstance(block, Table) for row in block.rows]


def words(report: Report) -> str:
    return "\n".join(block.words for one in report.sections for block in one.blocks if isinstance(block, Text))


def everything(report: Report) -> str:
    return write_report(report, "md").decode()


def test_severe_open_risks_stand_first_with_place_and_source(evidence: Evidence) -> None:
    report = made(evidence, "company", "Company B")
    assert report.sections[0].id == "severe"
    worst, second = rows(report, "severe")
    assert (worst[0], worst[2], worst[5], str(worst[-1])) == (
        "Building, fire and electrical safety", 5, "linked", "[1] R3",
    )  # fmt: skip
    assert (second[0], second[4], second[-1]) == ("Living wage gap", "later", "[1] R6")


def test_levels_and_gaps_are_those_of_the_check(evidence: Evidence) -> None:
    report = made(evidence, "company", "Company B", "nl")
    assert rows(report, "steps") == [
        ["Company B", "gedeeltelijk", "goed", "gedeeltelijk", "goed", "goed", "goed", "[1]"]
    ]
    assert [row[:3] for row in rows(report, "gaps")] == [
        ["DD-3.2", "moet", "Een actie heeft geen verantwoordelijke."],
        ["DD-1.1", "moet", "Er is geen MVO-beleid vastgelegd."],
        [
            "DD-X.3",
            "hoort",
            "Naast een SDG-claim staat een open ernstig risico in dezelfde keten; het een streept het ander niet weg."
            " (R3)",
        ],
        [
            *("DD-X.2", "hoort"),
            "SDG-claim zonder gepaste zorgvuldigheid in dezelfde keten (alleen noemen wat goed uitkomt)."
            " (Integreer maatschappelijk verantwoord ondernemen in beleid en managementsystemen,"
            " Stop, voorkom of beperk negatieve gevolgen)",
        ],
    ]  # fmt: skip


def test_heat_map_keeps_a_grave_but_unlikely_risk_on_top(evidence: Evidence) -> None:
    grid = rows(made(evidence, "company", "Company B"), "heat")
    assert [row[0] for row in grid] == [f"severity {n}" for n in range(5, 0, -1)]
    assert grid[0][2] == "R3 Building, fire and electrical safety"
    assert rows(made(evidence, "covenant", "Golden Covenant"), "heat")[0][2] == "2 risks"


def test_claim_stands_beside_harm_and_is_not_added_up(evidence: Evidence) -> None:
    found = {str(row[0]).split()[0]: row for row in rows(made(evidence, "company", "Company B"), "targets")}
    assert "R3 Building" in found["8.8"][1]
    assert found["8.8"][3:5] == [
        "U1 “We stand up for safe work in our chain”",
        "not backed by steps 1 to 3; an open risk stands beside it",
    ]


def test_member_without_a_file_is_absent_on_every_step(evidence: Evidence) -> None:
    matrix = rows(made(evidence, "covenant", "Golden Covenant"), "steps")
    assert [row[0] for row in matrix] == ["Company A", "Company B", "Company C"]
    assert matrix[2][1:] == ["absent"] * 6 + ["none on file"]


def test_bridge_says_what_is_missing_for_each_question(evidence: Evidence) -> None:
    found = {row[0]: row for row in rows(made(evidence, "company", "Company B"), "bridge")}
    assert len(found) == 22
    assert found["A1 Policy commitment"][2:4] == ["policies: 0", "nothing on file"]
    assert found["C4 Action"][3] == "partly: DD-3.2 unmet"
    assert found["5 Follow-up"][3] == "backed"


def test_site_shows_joint_bands_and_its_rows_in_lists(evidence: Evidence) -> None:
    report = made(evidence, "site", S1)
    assert [row[:5] for row in rows(report, "leverage")] == [
        ["Company B", "10-25 %", "10-25 %", 0, "perhaps"],
        ["Company A", "5-10 %", "15-35 %", 0, "yes"],
        ["Company D", "unknown", "15-35 %", 1, "yes"],
    ]
    assert all(re.match(r"\[\d+\] ", str(row[-1])) for row in rows(report, "site-facts"))


def test_target_shows_why_a_risk_touches_it(evidence: Evidence) -> None:
    report = made(evidence, "sdg", "8.8")
    assert report.title.startswith("SDG 8.8 Labour rights")
    assert all(row[-1] for row in rows(report, "target-links"))
    assert rows(report, "target-work") == [[8, 2, 8, 8, 0]]
    words = "arbeidsrechten en veilige werkplekken voor alle werknemers"
    assert write_report(made(evidence, "sdg", words), "md") == write_report(report, "md")
    with pytest.raises(QueryError, match=r"target: '8\.88' is not known; did you mean '8\.8 Labour rights"):
        made(evidence, "sdg", "8.88")
    with pytest.raises(UsageError, match=r"'15\.6' is no SDG target with a risk behind it"):
        made(evidence, "sdg", "15.6")


@pytest.mark.parametrize("audience", ["public", "members"])
def test_others_see_nothing_of_a_company_file(evidence: Evidence, audience: Any) -> None:
    closed = ("Living wage", "R3", "DD-3.2", "We stand up", "10-25", "5-10", "2026-10-12")
    for kind, name in (("covenant", "Golden Covenant"), ("sdg", "8.8"), ("company", "Company D"), ("site", S1)):
        text = everything(made(evidence, kind, name, audience=audience)).replace("Living wage, child labour", "")
        section = text.split("## Which risks touch")[0]
        assert not [word for word in closed if word in section], (kind, audience)
        assert "Company B" not in text
    about_b = made(evidence, "company", "Company B", audience=audience)
    assert [one.id for one in about_b.sections] == ["steps", "sites", "sources"]
    assert rows(about_b, "steps") == rows(about_b, "sites") == []
    with pytest.raises(QueryError, match="not known"):
        made(evidence, "company", "Company X", audience=audience)


@pytest.mark.parametrize("audience", ["public", "members"])
@pytest.mark.parametrize(("day", "refused"), [(None, False), (TODAY - timedelta(days=28), True)])
def test_counts_are_for_today_or_a_year_end_as_in_answers(
    evidence: Evidence, audience: Any, day: date | None, refused: bool
) -> None:
    for lang, said in (("en", "No counts here"), ("nl", "Geen aantallen hier")):
        asked = desk(evidence, lang, audience=audience)
        report = make_report(replace(asked, at=day or TODAY), "covenant", "Golden Covenant")
        shown = {one.id: "\n".join(b.words for b in one.blocks if isinstance(b, Text)) for one in report.sections}
        assert [name for name, text in shown.items() if said in text] == (["steps", "projects"] if refused else [])


@pytest.mark.parametrize(("audience", "heads"), [
    ("public", ("publicly known buyers", "openbaar bekende afnemers")),
    ("members", ("known buyers", "bekende afnemers")), ("secretariat", ("known buyers", "bekende afnemers")),
])  # fmt: skip
def test_column_of_buyers_says_who_may_know_of_them(evidence: Evidence, audience: Any, heads: tuple[str, str]) -> None:
    for lang, head in zip(("en", "nl"), heads, strict=True):
        report = made(evidence, "company", "Company D", lang, audience=audience)
        (shown,) = [b for one in report.sections if one.id == "sites" for b in one.blocks if isinstance(b, Table)]
        assert head in [cell.value if hasattr(cell, "value") else cell for cell in shown.headers]


def test_every_line_has_a_source_that_the_last_section_lists(evidence: Evidence) -> None:
    for kind, name in ABOUT:
        report = made(evidence, kind, name)
        listed = {str(row[0]) for row in rows(report, "sources")}
        cited = {number for one in report.sections[:-1] for row in rows(report, one.id) for cell in row
                 for number in re.findall(r"\[(\d+)\]", str(cell))}  # fmt: skip
        assert cited == listed
        assert "Nothing on file does not mean that nothing is wrong." in words(report)


@each_report
def test_same_report_gives_the_same_bytes_in_every_format(evidence: Evidence, kind: str, name: str) -> None:
    once, again = (made(evidence, kind, name, "nl") for _ in range(2))
    for form in FORMATS:
        assert write_report(once, form) == write_report(again, form), form


def test_no_name_becomes_markup_or_a_formula(evidence: Evidence) -> None:
    report = made(evidence, "company", "Company B")
    page = write_report(report, "html").decode()
    assert "<b>" not in page
    assert "&lt;b&gt;中文&lt;/b&gt;" in page
    assert not re.search(r"(src|href)=\"(?!#)", page)
    book = openpyxl.load_workbook(io.BytesIO(write_report(report, "xlsx")))
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert any("=1+1 Öziplik" in str(cell.value) for cell in cells)
    assert r"\<b\>中文" in write_report(report, "md").decode()


def test_pdf_is_tagged_and_names_what_it_cannot_show(evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    import typst

    whole = typst.Compiler
    monkeypatch.setattr(typst, "Compiler", lambda **given: whole(**given, ignore_system_fonts=True))
    report = made(evidence, "company", "Company B")
    content = write_report(report, "pdf")
    assert content.startswith(b"%PDF-1.7")
    assert b"/StructTreeRoot" in content
    lacking = missing_characters(report)
    assert set("বাংলা中文") == set(lacking)
    assert set(ODD_NAMES) - set(lacking) >= set("ÖğúKm")


def test_pdf_without_its_package_says_what_to_install(evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(UsageError, match=r"hefboom\[pdf\]"):
        write_report(made(evidence, "sdg", "8.8"), "pdf")


def test_tables_of_the_page_can_be_followed_by_a_screen_reader(evidence: Evidence) -> None:
    page = write_report(made(evidence, "company", "Company B", "nl"), "html").decode()
    assert '<html lang="nl">' in page
    assert page.count("<table>") == page.count("<caption")
    assert page.count('<th scope="col">') > page.count("<table>")
    assert "background" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


def test_figures_have_the_comma_of_dutch_and_stay_numbers_in_workbooks(evidence: Evidence) -> None:
    report = made(evidence, "company", "Company D", "nl")
    figures = table("t", ["n"], [[Decimal("0.498")]])
    report = replace(report, sections=(replace(report.sections[0], blocks=(figures,)),))
    assert "0,498" in write_report(report, "md").decode()
    assert "0,498" in write_report(report, "html").decode()
    assert "0.498" in write_report(replace(report, lang="en"), "md").decode()
    book = openpyxl.load_workbook(io.BytesIO(write_report(report, "xlsx")))
    assert 0.498 in [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]


def test_every_text_stands_in_both_languages() -> None:
    for key, both in texts().items():
        assert both["en"], key
        assert both["nl"], key
        assert sorted(re.findall(r"\{\w+\}", both["en"])) == sorted(re.findall(r"\{\w+\}", both["nl"])), key


def test_dutch_report_has_no_english_words_of_its_own(evidence: Evidence) -> None:
    english = {both["en"] for both in texts().values() if both["en"] != both["nl"] and len(both["en"]) > 6}
    for kind, name in ABOUT:
        report = made(evidence, kind, name, "nl")
        cells = {str(cell) for one in report.sections for row in rows(report, one.id) for cell in row}
        assert not english & cells


def test_owner_sees_its_own_sites_and_of_others_what_it_may() -> None:
    """Company A handed in two sites, and chains with shares; A, B and C closed, D in public; B is seen by nobody."""
    chains = Handed("company-a/2024-02-01", relations=(Relation("2", S1, company="company-a", share="5-10"),))
    closed = replace(GOLDEN, lists=(*GOLDEN.lists, chains)).evidence()
    owner = made(closed, "company", "Company A", audience="owner", owner="company-a")
    sites = rows(owner, "sites")
    assert [row[:5] for row in sites] == [
        ["Site S3", "India", "unknown", "unknown, counts as low", None],
        ["Site S1", "Bangladesh", "5-10 %", "low", "Company D"],
    ]  # fmt: skip
    assert [row[5] for row in sites] == ["fewer than 3 members"] * 2
    assert "Company A 2024" in everything(owner)
    assert "Company B" not in everything(owner)
    for audience, name in (("members", None), ("owner", "company-b")):
        other = made(closed, "company", "Company A", audience=audience, owner=name)
        assert rows(other, "sites") == []


def test_owner_sees_its_own_file_and_not_that_of_another(evidence: Evidence) -> None:
    own = made(evidence, "company", "Company B", audience="owner", owner="company-b")
    assert rows(own, "steps")[0][0] == "Company B"
    assert [row[0] for row in rows(own, "severe")] == ["Building, fire and electrical safety", "Living wage gap"]
    other = made(evidence, "company", "Company A", audience="owner", owner="company-b")
    assert [one.id for one in other.sections] == ["steps", "sites", "sources"]
    assert TODAY.isoformat() in dict(own.facts).values()
