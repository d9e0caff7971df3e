"""Nothing about a person gets in by a register of complaints, nor out again by what is said about it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from list_desk import Desk
from step_facts import complete, put
from test_company_tables import COMPLAINT, TODAY, company, load

from hefboom.loaders.complaint_persons import may_hold_person, names_person, seems_person
from hefboom.loaders.load_report import ListReport
from hefboom.messages import in_language

__all__ = ["company"]

PERSONS = (
    "Naam", "Klager", "Klagers", "Melder", "Indiener", "Ingediend door", "Gemeld door", "Ontvangen van", "Slachtoffer",
    "Slachtoffers", "Getuige", "Werknemer", "Klokkenluider", "Betrokkene", "Klagernaam", "Reporter", "Complainant(s)",
    "Submitted by", "Reported by", "Received from", "Raised by", "Whistleblower", "Victim", "Witness", "submittedBy",
    "submitted_by", "Initialen", "Voornaam", "Surname",
)  # fmt: skip
OTHERS = ("Opmerking", "Bedrag", "Kanaal", "Meldingsdatum", "Channel", "Remarks", "Days open", "Closed on", "Urgency")

NAMED = (
    "dhr. Jansen", "Dhr Jansen", "mevr. De Vries", "mw. A. Bakker", "Mr. Rahman", "Ms Begum", "Md. Karim",
    "de heer Pot",
    "Rina Begum", "RINA BEGUM", "Anna", "Anna de Vries", "A. Jansen", "J.P. Bakker", "Jansen, A.", "Ayşe Yılmaz",
    "Nguyễn Văn An", "Klachtenbureau (Anna)", "Rina Begum (HR)", "HR manager Rina Begum", "HR-manager: Rina Begum",
    "Anna / HR",
    "J. de Vries", "J de Vries", "Inkoop (J. de Vries)", "Vries, J. de",
    "Klachtenbureau - Anna Jansen", "Jan-Willem Bakker", "O'Brien", "complaint desk (Rina)",
    "Caroline Bond", "Lidwien Merkel", "Courtney", "Brandon", "Maarten Jansen", "Jordan Smith", "Md. Rahim Uddin",
)  # fmt: skip
ROLES = (
    "HR-manager", "HR manager", "hr", "HR", "Klachtencommissie", "Externe klachtencommissie", "complaint desk",
    "committee",
    "Complaints committee", "klachtenloket", "Vertrouwenspersoon", "Ombudsman", "Ombudsperson",
    "Head of Sustainability",
    "Sustainability Manager", "Fair Wear Foundation", "FNV", "Mondiaal FNV", "CNV Internationaal", "Inkoop", "Directie",
    "afdeling Inkoop", "Human Resources", "Compliance Officer", "Manager Duurzaamheid", "Hoofd Personeelszaken",
    "International Accord", "Ondernemingsraad", "Works Council", "Klachtenbureau (Dhaka)", "HR (Bangladesh)", "QA/QC",
    "Social Compliance Team", "Third-party hotline", "Stichting Arisa", "Juridische Zaken", "General Counsel",
    "CSR lead",
    "Clean Clothes Campaign", "Welfare officer, Gazipur", "Factory management", "Fabrieksleiding", "MVO-coördinator",
    "MVO-team en inkoop", "Secretariaat convenant", "Anti-harassment committee", "Trade union", "Vakbond", "Meldpunt",
    "Legal & Compliance", "Industrial Relations Manager", "IR manager", "Managing Director", "MD", "Bestuur",
    "Kwaliteit",
    "Quality Assurance", "Supply Chain Manager", "Product Owner", "NGO Karmojibi", "Oxfam Novib",
    "Amader Kotha Helpline", "People & Culture", "Speak Up Line", "Country Manager Turkey", "RSC",
)  # fmt: skip


@pytest.mark.parametrize("header", PERSONS)
def test_column_for_a_person_is_known(header: str) -> None:
    assert may_hold_person(header)


@pytest.mark.parametrize("header", OTHERS)
def test_other_column_is_not_taken_for_one(header: str) -> None:
    assert not may_hold_person(header)


@pytest.mark.parametrize("text", NAMED)
def test_name_of_a_person_is_seen(text: str) -> None:
    assert seems_person(text)


INITIALLED = (
    "J. de Vries",
    "J de Vries",
    "J.P. Bakker",
    "director A. Bakker",
    "Jansen, A.",
    "dhr. Jansen",
    "Mr. Rahman",
)


@pytest.mark.parametrize("text", INITIALLED)
def test_title_or_initials_with_a_surname_name_a_person_beyond_doubt(text: str) -> None:
    assert names_person(text)


@pytest.mark.parametrize("text", [*ROLES, "Einkauf Hessen", "Unit B Dhaka", "Plan B team", "A. de Organisatie"])
def test_roles_and_words_with_capitals_are_not_taken_for_initials_with_a_surname(text: str) -> None:
    assert not names_person(text)


@pytest.mark.parametrize(
    ("sheet", "key", "field"),
    [("policies", "P1", "approver"), ("responsibilities", "V1", "role"), ("actions", "T11", "owner")],
)
def test_person_where_a_role_is_asked_refuses_the_row_and_is_not_repeated(
    desk: Desk, sheet: str, key: str, field: str
) -> None:
    made = complete("Leader")
    put(sheet, key, **{field: "J. de Vries"})(made)
    report = desk.load("leader.yaml", yaml.safe_dump(made), today=TODAY)
    [found] = report.findings.filter(report.findings["column"] == f"{sheet}.{field}").to_dicts()
    assert (found["code"], found["severity"], found["value"]) == ("personal-data", "error", None)
    assert "Vries" not in str(report.findings.to_dicts())


@pytest.mark.parametrize("text", ROLES)
def test_role_or_organisation_is_not_taken_for_a_person(text: str) -> None:
    assert not seems_person(text)


def said(report: ListReport) -> str:
    """All that a report says, in both languages."""
    told = [str(value) for row in report.findings.to_dicts() for value in row.values()]
    return " ".join([*told, *(in_language(text, "nl") for text in told)])


@pytest.mark.parametrize(("more", "stored"), [
    ({"Ingediend door": "Rina Begum"}, 1), ({"Victim": "Rina Begum"}, 1), ({"Kanaal": "Rina Begum"}, 2),
    ({"Handler": "mw. Rina Begum"}, 1), ({"Handler": "Klachtenbureau (Begum)"}, 1), ({"Handler": "HR-manager"}, 2),
])  # fmt: skip
def test_register_never_repeats_a_name(company: Desk, more: dict[str, str], stored: int) -> None:
    report = load(company, [COMPLAINT, {**COMPLAINT, "Complaint number": "2026-102", **more}])
    assert (report.counts.stored, report.counts.refused) == (stored, 2 - stored)
    assert "Begum" not in said(report)
    if stored == 1:
        (wrong,) = report.findings.filter(report.findings["severity"] == "error").to_dicts()
        assert (wrong["column"], wrong["value"], wrong["code"]) == (next(iter(more)), None, "personal-data")
        assert in_language(wrong["reason"], "nl") != wrong["reason"]


@pytest.mark.parametrize(("field", "value", "refused"), [
    ("submitted_by", "Rina Begum", 1), ("handler", "Rina Begum", 1), ("id", "Rina Begum", 1),
    ("channel", "Rina Begum", 0),
])  # fmt: skip
def test_sheet_of_the_file_neither(desk: Desk, field: str, value: Any, refused: int) -> None:
    made = complete("Leader")
    put("complaints", made["complaints"][0]["id"], **{field: value})(made)
    report = desk.load("leader.yaml", yaml.safe_dump(made), today=TODAY)
    assert report.counts.refused == refused
    assert "Begum" not in said(report)
