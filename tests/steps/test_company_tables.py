"""Tables beside a company's due diligence file: audits, certificates, complaints, engagements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import typer
import yaml
from list_desk import Desk
from step_facts import complete, drop
from typer.testing import CliRunner

from hefboom import cli_steps
from hefboom.errors import UsageError
from hefboom.graph.changes import retract_list
from hefboom.graph.completeness import Checker
from hefboom.graph.completeness_files import stored_file
from hefboom.graph.health import examine
from hefboom.loaders.company_tables import PARTS, recognise_part, table_columns
from hefboom.loaders.demo_company_gaps import closed_document
from hefboom.loaders.formats import detect
from hefboom.loaders.load_report import ListReport
from hefboom.queries.evidence import Evidence
from hefboom.queries.runner import run

TODAY = date(2026, 11, 1)


@pytest.fixture
def company(desk: Desk) -> Desk:
    """A data folder with the file of one company whose sites nobody looked at."""
    made = complete("Leader")
    for sheet in ("monitoring", "findings", "corrective_actions", "certificates"):
        drop(sheet)(made)
    desk.load("leader.yaml", yaml.safe_dump(made), today=TODAY)
    return desk


def load(desk: Desk, rows: list[dict[str, str]], **options: Any) -> ListReport:
    return desk.load("t.csv", rows, **{"contributor": "Leader", "today": TODAY, **options})


def findings(desk: Desk) -> set[tuple[str, str]]:
    data = desk.data
    (check,) = Checker(TODAY).check([stored_file(data.store, data.names, "leader", 2026)])
    return {(finding.condition.id, finding.focus.rpartition("/file/leader/2026/")[2]) for finding in check.findings}


def audit(number: str, site: str, **more: str) -> dict[str, str]:
    return {
        "Audit-id": number, "Fabriek": site, "Auditdatum": "2026-09-12", "Rapport": "r", "Bewaard door": "Inkoop",
        "Bevinding-id": "", "Afwijking": "", "Soort risico": "", "Verbeteractie": "", "Einddatum": "", "Status": "",
        "OS ID": "", **more,
    }  # fmt: skip


def test_audits_of_the_sites_of_a_file_count_in_its_check(company: Desk) -> None:
    before = {focus for condition, focus in findings(company) if condition == "DD-4.2"}
    data = stored_file(company.data.store, company.data.names, "leader", 2026)
    names = {site: data.index.label(f"{data.graph}/{site}") for site in before}
    assert len(before) > 1
    first, *rest = sorted(before)
    found = {"Bevinding-id": "F1", "Afwijking": "ja", "Soort risico": "labour/wages"}
    mended = {"Verbeteractie": "Loon nabetalen", "Einddatum": "2026-12-01", "Status": "Open"}
    rows = [audit("A1", first.partition("/")[2], **found), *(audit(f"A{n}", names[s]) for n, s in enumerate(rest, 2))]
    report = load(company, rows)
    assert (report.format, report.counts.stored, report.counts.refused) == ("audits", len(rows), 0)
    now = findings(company)
    assert not [one for one in now if one[0] == "DD-4.2"]
    assert ("DD-4.3", "audits/monitoring/a1") in now
    rows[0] |= mended
    assert load(company, rows).renewed
    assert "DD-4.3" not in {condition for condition, _ in findings(company)}
    retract_list(company.folder, "file/leader/2026/audits", 10)
    assert {focus for condition, focus in findings(company) if condition == "DD-4.2"} == before
    assert [check.found for check in examine(company.folder) if check.state == "wrong"] == []


COMPLAINT = {
    "Complaint number": "2026-101", "Received on": "2026-10-20", "Status": "open", "Handler": "committee",
    "Issue": "labour/wages", "Site": "Mill nobody lists", "Country": "IN",
}  # fmt: skip


@pytest.mark.parametrize(("more", "column", "words"), [
    ({"Complaint number": "Jan de Vries"}, "Complaint number", "may be a name"),
    ({"Complainant": "x"}, "Complainant", "may hold data about a person"),
    ({"Naam klager": "x"}, "Naam klager", "may hold data about a person"),
    ({"Handler": "a.b@example.com"}, "Handler", "e-mail address"),
    ({"Remarks": "call +31 6 12345678"}, "Remarks", "telephone number"),
])  # fmt: skip
def test_complaint_with_a_person_is_refused_without_its_value(
    company: Desk, more: dict[str, str], column: str, words: str
) -> None:
    report = load(company, [COMPLAINT, {**COMPLAINT, "Complaint number": "2026-102", **more}])
    assert (report.counts.stored, report.counts.refused) == (1, 1)
    (found,) = report.findings.filter(report.findings["severity"] == "error").to_dicts()
    assert (found["row"], found["column"], found["value"], found["code"]) == ("3", column, None, "personal-data")
    assert words in found["reason"]


def test_complaint_belongs_to_a_risk_and_a_remedy_of_the_file(company: Desk) -> None:
    file = "file/leader/2026"
    rows = [
        {**COMPLAINT, "Risk": "R1", "Remedy": "Z1"},
        {**COMPLAINT, "Complaint number": "2026-102", "Risk": "R99", "Remedy": ""},
    ]
    report = load(company, rows)
    assert (report.counts.stored, report.counts.refused) == (1, 1)
    (found,) = report.findings.filter(report.findings["severity"] == "error").to_dicts()
    assert (found["row"], found["column"], found["value"], found["code"]) == ("3", "Risk", "R99", "unknown-id")
    assert "'r1'" in found["hint"]
    names = company.data.names
    told = {
        quad.predicate.value.rpartition("#")[2]: quad.object.value
        for quad in company.data.store.quads_for_pattern(None, None, None, None)
        if quad.subject.value.endswith("/complaints/complaint/2026-101")
        and quad.predicate.value.rpartition("#")[2] in ("risk", "remedy")
    }
    assert told == {"risk": f"{names.list(file)}/risk/r1", "remedy": f"{names.list(file)}/remedy/z1"}


def test_refused_finding_takes_nothing_else_of_its_audit_along(company: Desk) -> None:
    rows = [
        audit("A1", "S1", **{"Bevinding-id": "F1", "Soort risico": "labour/nonsense"}),
        audit("A1", "S1", **{"Bevinding-id": "F2", "Soort risico": "labour/wages"}),
        audit("A2", "S1", Auditdatum="yesterday"),
        audit("A3", "S1"),
        audit("A3", "S1"),
    ]
    report = load(company, rows)
    counts = report.counts
    assert (counts.rows_read, counts.stored, counts.merged, counts.refused) == (5, 2, 1, 2)
    errors = report.findings.filter(report.findings["severity"] == "error").to_dicts()
    assert sorted((one["row"], one["column"]) for one in errors) == [("2", "Soort risico"), ("4", "Auditdatum")]


def test_table_wants_its_company_its_file_and_its_visibility(company: Desk) -> None:
    assert "no file of 'leader' for 2024; there are files of 2026" in (
        load(company, [COMPLAINT], year=2024).error or ""
    )
    assert "no file of 'other'" in (load(company, [COMPLAINT], contributor="Other").error or "")
    assert "--visibility public differs" in (load(company, [COMPLAINT], visibility="public").error or "")
    assert "give --contributor" in (load(company, [COMPLAINT], contributor=None).error or "")
    load(company, [COMPLAINT])
    with pytest.raises(UsageError, match="retract them first"):
        retract_list(company.folder, "file/leader/2026", 10)


def test_missing_column_is_named_in_both_languages(company: Desk) -> None:
    report = load(company, [{"Complaint number": "1", "Handler": "x", "Issue": "labour/wages"}])
    assert report.error is not None
    assert "'Received on' ('Ontvangen op'), 'Status' ('Status')" in report.error


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", ["en", "nl"])
def test_template_is_recognised_and_its_example_is_taken_in(
    part: str, language: str, tmp_path: Path, new_desk: Callable[..., Desk]
) -> None:
    app = typer.Typer()
    cli_steps.register(app)
    path = tmp_path / "t.xlsx"
    made = CliRunner().invoke(app, ["template", part, "--lang", language, "-o", str(path)])
    assert made.exit_code == 0
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    headers = [str(cell.value) for cell in page[1]]
    assert recognise_part(headers) == part
    assert all(cell.comment for cell in page[1])
    for place, column in enumerate(table_columns(part), 1):
        page.cell(2, place, column.example)
    book.save(path)
    assert detect(path) == part
    desk = new_desk(f"{part}-{language}")
    desk.load("leader.yaml", yaml.safe_dump(complete("Leader")), today=TODAY)
    (desk.place / "t.xlsx").write_bytes(path.read_bytes())
    report = desk.load("t.xlsx", contributor="Leader", today=TODAY)
    assert (report.error, report.counts.stored, report.counts.refused) == (None, 1, 0)


def test_questions_read_the_tables_beside_a_file(company: Desk) -> None:
    found = {"Bevinding-id": "F1", "Zwaarte": "kritiek", "Soort risico": "labour/working-time"}
    load(company, [audit("A1", "S1", **found)])
    certificate = {"Certificaat-id": "C1", "Keurmerk": "Fair", "Locatie": "S1", "Geldig tot": "2027-01-01"}
    load(company, [certificate | {"Geldig vanaf": "2026-01-01"}])
    (row,) = (row for row in asked(company, "contradicting-evidence") if "/audits/" in row["finding"])
    assert (row["certificate"].rpartition("/2026/")[2], row["riskType"]) == (
        "certificates/certificate/c1",
        "labour/working-time",
    )
    since = asked(company, "changes-at-sites", company="leader", **{"from": "2025-12-01"})
    events = {(row["kind"], row["event"].rpartition("/2026/")[2]) for row in since}
    assert {("monitoring", "audits/monitoring/a1"), ("certificate begins", "certificates/certificate/c1")} <= events
    assert all(row["siteName"] for row in since)
    harm = asked(company, "orders-and-harm", company="leader", days="400")
    assert (date(2026, 9, 12), "labour/working-time") in {(row["found"], row["riskType"]) for row in harm}


@pytest.mark.parametrize("known", [
    {}, {"Fabriek": "F-17", "OS ID": "BD2001001AAAAAW"}, {"Fabriek": "FIRST MILL", "Land": "BD"},
])  # fmt: skip
def test_last_look_at_a_site_is_that_of_its_file_or_of_the_table_beside_it(desk: Desk, known: dict[str, str]) -> None:
    made = complete("Leader")
    for row in made["monitoring"]:
        row["date"] = "2025-07-01"
    desk.load("leader.yaml", yaml.safe_dump(made), today=TODAY)

    def last_looks() -> tuple[dict[str, date], dict[str, date]]:
        risks = {row["riskId"]: row["lastLook"] for row in asked(desk, "risks-on-file", company="leader")}
        sites = {row["siteName"]: row["last"] for row in asked(desk, "unmonitored-sites")}
        return risks, sites

    old, new = date(2025, 7, 1), date(2025, 8, 1)
    at_first = {row["id"] for row in made["risks"] if "S1" in row.get("sites", [])}
    assert last_looks()[1] == {"First Mill": old, "Second Mill": old}
    report = load(desk, [audit("A1", "S1", Auditdatum="2025-08-01", Land="") | known])
    assert (report.counts.stored, report.counts.refused) == (1, 0)
    risks, sites = last_looks()
    assert sites == {"First Mill": new, "Second Mill": old}
    assert {risk for risk, day in risks.items() if day == new} == at_first
    load(desk, [HEAT | {"Risico": "Geluid", "Locatie": "S1"}, HEAT | {"Risico": "Stof", "Locatie": "S2"}])
    risks, _ = last_looks()
    assert (risks["Geluid"], risks["Stof"]) == (new, old)


@pytest.mark.parametrize("known", [
    {}, {"Fabriek": "F-17", "OS ID": "BD2001001AAAAAW"}, {"Fabriek": "FIRST MILL", "Land": "BD"},
])  # fmt: skip
def test_harm_is_known_from_an_audit_in_a_table_too(desk: Desk, known: dict[str, str]) -> None:
    made = complete("Leader")
    for sheet in ("monitoring", "findings", "corrective_actions", "impacts"):
        drop(sheet)(made)
    made["order_changes"] = [{"id": "O2", "site": "S1", "date": "2026-10-01", "kind": "price"}]
    desk.load("leader.yaml", yaml.safe_dump(closed_document(made)), today=TODAY)
    assert asked(desk, "linked-that-may-contribute") == []
    [risk] = [row for row in made["risks"] if row["id"] == "R4"]
    found = {"Bevinding-id": "F1", "Soort risico": risk["type"], "Afwijking": "ja"}
    report = load(desk, [audit("A1", "S1", Land="", **found) | known])
    assert (report.counts.stored, report.counts.refused) == (1, 0)
    [row] = asked(desk, "linked-that-may-contribute")
    assert (row["riskId"], row["knownSince"], row["changes"]) == ("R4", date(2026, 9, 12), 1)


def test_sites_that_come_and_go_in_the_lists_of_a_company_are_changes(company: Desk) -> None:
    def handed_in(day: str, *names: str) -> None:
        rows = [{"Factory name": name, "Address": "1 Road", "Country": "India", "Product": "x"} for name in names]
        told = {"contributor": "Leader", "date": day, "today": TODAY, "contributor_kind": "brand"}
        assert company.load(f"{day}.csv", rows, **told).error is None

    handed_in("2025-01-01", "Alpha Mill", "Beta Mill")
    handed_in("2025-06-01", "Beta Mill", "Gamma Mill")
    load(company, [audit("A1", "S1")])
    handed_in("2026-02-01", "Alpha Mill", "Beta Mill", "Gamma Mill")

    def changes(since: str) -> list[tuple[Any, ...]]:
        found = asked(company, "changes-at-sites", company="leader", **{"from": since})
        return [
            (row["date"].isoformat(), row["siteName"], row["kind"], row["event"].rpartition("/")[2])
            for row in found
            if "list" in row["kind"]
        ]

    later = [("2026-02-01", "Alpha Mill", "added to list", "2026-02-01")]
    assert changes("2025-06-02") == later
    assert changes("2025-01-01") == [
        ("2025-06-01", "Alpha Mill", "removed from list", "2025-01-01"),
        ("2025-06-01", "Gamma Mill", "added to list", "2025-06-01"),
        *later,
    ]


def test_leaving_a_site_shows_how_many_others_are_known_to_buy_there(company: Desk) -> None:
    def buyers() -> dict[str, int]:
        return {row["siteName"]: row["otherBuyers"] for row in asked(company, "CQ22", company="leader")}

    assert buyers() == {"First Mill": 0, "Second Mill": 0}
    mill = {"Factory name": "First Mill", "Address": "1 Road", "Country": "Bangladesh"}
    for name, kind in (("Other", "brand"), ("Third", "brand"), ("Watcher", "civil-society"), ("Leader", "brand")):
        told = {"contributor": name, "date": "2026-01-01", "today": TODAY, "contributor_kind": kind}
        assert company.load(f"{name}.csv", [mill | {"Product": name}], **told).error is None
    assert buyers() == {"First Mill": 2, "Second Mill": 0}


def test_site_nobody_looked_at_in_time_shows_what_the_last_look_was(desk: Desk) -> None:
    made = complete("Leader")
    for row in made["monitoring"]:
        row |= {"date": "2025-07-01", "kind": "worker-survey"}
    desk.load("leader.yaml", yaml.safe_dump(made), today=TODAY)
    load(desk, [audit("A1", "S1", Auditdatum="2025-08-01")])
    rows = {row["siteName"]: row for row in asked(desk, "unmonitored-sites")}
    assert {name: (row["lookKind"], row["days"]) for name, row in rows.items()} == {
        "First Mill": ("audit", 457),
        "Second Mill": ("worker-survey", 488),
    }


HEAT = {
    "Risico": "Lage lonen in spinnerijen",
    "Ernst": "4",
    "Waarschijnlijkheid": "2",
    "Landen": "IN; BD",
    "Locatie": "",
}


def asked(desk: Desk, question: str, **params: str) -> list[dict[str, Any]]:
    held = desk.data
    evidence = Evidence(held.store, held.tables, base=held.names.base)
    return run(question, {"at": "2026-11-01"} | params, evidence, "secretariat").plain()


def risks_on_file(desk: Desk) -> dict[str, Any]:
    return {str(row["riskId"]): row for row in asked(desk, "risks-on-file", company="leader")}


def test_heat_map_joins_the_risks_of_the_file(company: Desk) -> None:
    before = risks_on_file(company)
    rows = [
        HEAT,
        HEAT | {"Risico": "Kinderarbeid", "Ernst": "5", "Waarschijnlijkheid": "1", "Locatie": "S1"},
        HEAT | {"Risico": "Geluid", "Ernst": "", "Waarschijnlijkheid": ""},
    ]
    report = load(company, rows)
    assert (report.format, report.counts.stored, report.counts.refused) == ("heat-map", 3, 0)
    after = risks_on_file(company)
    assert {name: row for name, row in after.items() if name in before} == before
    wages, children, noise = (after[str(row["Risico"])] for row in rows)
    assert (wages["worst"], wages["likelihood"], wages["type"]) == (4, 2, None)
    assert (children["worst"], str(children["type"]).rpartition("/risk/")[2]) == (5, "labour/child-labour")
    assert children["places"]
    assert (noise["worst"], noise["likelihood"]) == (None, None)
    unrated = {focus.rpartition("/")[2] for condition, focus in findings(company) if condition == "DD-2.11"}
    assert {"lage-lonen-in-spinnerijen", "kinderarbeid", "geluid"} <= unrated
    postponed = {focus for condition, focus in findings(company) if condition == "DD-2.14"}
    assert postponed == {"heat-map/risk/kinderarbeid"}


@pytest.mark.parametrize(("more", "column", "words"), [
    ({"Risico": "R1"}, "Risico", "is in the due diligence file too"),
    ({"Ernst": "0"}, "Ernst", "whole number from 1 (low) to 5 (high)"),
    ({"Ernst": "hoog"}, "Ernst", "whole number from 1 (low) to 5 (high)"),
    ({"Schaal": "3"}, "Ernst", "rated as a whole, and in 'Schaal' as well"),
    ({"Landen": "Atlantis"}, "Landen", "Atlantis"),
    ({"Risico": ""}, "Risico", "is empty"),
])  # fmt: skip
def test_row_of_a_heat_map_is_refused_by_row_and_column(
    company: Desk, more: dict[str, str], column: str, words: str
) -> None:
    report = load(company, [HEAT | dict.fromkeys(more, "") | {"Risico": "Water"}, HEAT | more])
    assert (report.counts.stored, report.counts.refused) == (1, 1)
    (found,) = report.findings.filter(report.findings["severity"] == "error").to_dicts()
    assert (found["row"], found["column"]) == ("3", column)
    assert words in f"{found['reason']}; {found['hint']}"


def test_one_risk_rated_twice_in_a_heat_map_is_refused(company: Desk) -> None:
    report = load(company, [HEAT, HEAT | {"Ernst": "5"}, HEAT])
    assert (report.counts.stored, report.counts.merged, report.counts.refused) == (1, 1, 1)


def test_list_of_sites_with_a_column_for_risk_is_no_heat_map() -> None:
    assert recognise_part(["Risk", "Site", "Country", "Name", "Address"]) is None


def test_audit_of_a_site_that_shares_its_name_is_kept_of_the_one_that_is_meant(desk: Desk) -> None:
    made = complete("Leader")
    for number, (country, town) in enumerate([("BD", "Dhaka"), ("BD", "Chattogram"), ("IN", "Tiruppur")]):
        made["sites"].append({"id": f"G{number}", "name": "Green Textile", "country": country, "address": town})
    desk.load("leader.yaml", yaml.safe_dump(made), today=TODAY)
    rows = [
        audit("N1", "Green Textile"), audit("N2", "G1"), {**audit("N3", "Green Textile"), "Land": "India"},
        {**audit("N4", "Green Textile"), "Land": "Bangladesh"},
    ]  # fmt: skip
    report = load(desk, [{"Land": "", **one} for one in rows])
    refused = report.findings.filter(report.findings["code"] == "site-ambiguous")
    assert refused["row"].to_list() == ["2", "5"]
    assert "'G0', 'G1', 'G2'" in refused["reason"][0]
    assert "'G0', 'G1'" in refused["reason"][1]
    assert (report.counts.stored, report.counts.refused) == (2, 2)
    base = "https://w3id.org/hefboom/id/file/leader/2026/audits/monitoring/"
    told = {
        quad.subject.value.removeprefix(base): quad.object.value.rpartition("/")[2]
        for quad in desk.data.store
        if base in str(quad.subject) and "/site/" in str(quad.object)
    }
    assert told == {"n2": "g1", "n3": "g2"}


def test_audit_of_a_day_to_come_is_named_once_and_does_not_count_yet(company: Desk) -> None:
    rows = [audit("M1", "S1", Auditdatum="2026-11-02"), audit("M2", "S9 with a mistake", Auditdatum="then")]
    report = load(company, rows)
    told = [
        (one["row"], one["column"], one["value"]) for one in report.findings.to_dicts() if one["code"] == "day-to-come"
    ]
    assert told == [("2", "Auditdatum", "2026-11-02")]
    assert ("DD-4.2", "site/s1") in findings(company)


def test_os_id_of_a_table_that_fails_its_check_is_told_and_the_site_found_by_name(company: Desk) -> None:
    report = load(company, [audit("M1", "First Mill", **{"OS ID": "BD2001001AAAAA8"})])
    told = [(one["row"], one["column"], one["value"], one["code"]) for one in report.findings.to_dicts()]
    assert told == [("2", "OS ID", "BD2001001AAAAA8", "os-id-check")]
    assert ("DD-4.2", "site/s1") not in findings(company)


def test_site_that_two_tables_name_is_one_site(company: Desk) -> None:
    load(company, [audit("M1", "Third Mill", Land="IN")])
    certificate = {
        "Keurmerk": "SA8000", "Certificaat-id": "C1", "Fabriek": "third mill", "Land": "IN", "Geldig tot": "2027-05-01",
    }  # fmt: skip
    assert company.load("c.csv", [certificate], contributor="Leader", today=TODAY).counts.stored == 1
    assert [focus for condition, focus in findings(company) if condition == "DD-2.5"] == ["audits/site/third-mill-in"]
