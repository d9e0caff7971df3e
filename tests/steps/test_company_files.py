from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import jsonschema_rs
import openpyxl
import pytest
import step_facts  # noqa: F401  # puts the table of cases on the path
import yaml
from condition_cases import AT, complete
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hefboom.errors import SourceError
from hefboom.graph.completeness import Checker
from hefboom.graph.completeness_files import CompanyFile
from hefboom.loaders.company_files import LoadedCompanyFile, company_statements, load_company_file
from hefboom.loaders.company_json import company_file_schema, company_file_schema_text
from hefboom.loaders.company_schema import COMPANY_SHEET, sheets
from hefboom.loaders.company_workbook import write_company_template, write_company_workbook
from hefboom.loaders.demo_company_files import Names, as_records, demo_documents, sample_documents
from hefboom.loaders.demo_company_gaps import with_gaps
from hefboom.messages import in_language
from hefboom.ontology.codes import Language, codes


def load(folder: Path, document: dict[str, Any], name: str = "file.yaml") -> LoadedCompanyFile:
    path = folder / name
    text = json.dumps(document) if name.endswith("json") else yaml.safe_dump(document, allow_unicode=True)
    path.write_text(text, encoding="utf-8")
    return load_company_file(path)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_workbook_and_yaml_and_json_give_the_same_statements(tmp_path: Path, language: Language) -> None:
    document = complete()
    write_company_workbook(tmp_path / "file.xlsx", language, document)
    workbook = load_company_file(tmp_path / "file.xlsx")
    assert workbook.findings == ()
    assert workbook.ntriples == load(tmp_path, document).ntriples == load(tmp_path, document, "file.json").ntriples


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.sampled_from([0.1, 0.4, 0.8]))
def test_order_of_rows_does_not_change_the_statements(seed: int, share: float) -> None:
    document = with_gaps(complete(), share, Random(seed))
    turned = {name: rows[::-1] if isinstance(rows, list) else rows for name, rows in document.items()}
    first, second = (company_statements(as_records(one), Names()) for one in (document, turned))
    assert first.ntriples == second.ntriples
    assert not first.findings


def test_graph_is_of_company_and_year_and_closed_to_others(tmp_path: Path) -> None:
    loaded = load(tmp_path, complete("Duinroos Kleding"))
    assert loaded.graph == "https://w3id.org/hefboom/id/file/duinroos-kleding/2026"
    assert loaded.scope == "owner/duinroos-kleding"
    assert (
        f"<{loaded.graph}> <https://w3id.org/hefboom/ns#visibility> <https://w3id.org/hefboom/scheme/visibility/owner>"
        in (loaded.catalogue)
    )


def refuse(sheet: str, **values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document[sheet][0].update(values)


REFUSALS = {
    "unknown-code": (refuse("risks", type="child-labor"), "risks.type", "'Child labour' ('Kinderarbeid')"),
    "unknown-code-country": (refuse("sites", country="Banglades"), "sites.country", "'Bangladesh'"),
    "out-of-range": (refuse("risks", scale="6"), "risks.scale", "from 1 (low) to 5 (high)"),
    "no-date": (refuse("actions", deadline="soon"), "actions.deadline", "2026-03-01"),
    "no-yes-or-no": (
        refuse("policies", remedy_by_involvement="perhaps"),
        "policies.remedy_by_involvement",
        "yes or no",
    ),
    "no-address": (refuse("policies", published_at="our site"), "policies.published_at", "https://"),
    "personal-data": (refuse("actions", owner="j.jansen@bedrijf.example"), "actions.owner", "role or department"),
    "personal-data-phone": (refuse("complaints", handler="desk +31 6 12345678"), "complaints.handler", "not stored"),
    "personal-data-column": (
        refuse("complaints", complainant="R. Begum"),
        "complaints.complainant",
        "nothing about who",
    ),
    "missing": (refuse("measurements", action=""), "measurements.action", "Id of the action"),
    "unknown-id": (refuse("measurements", action="T999"), "measurements.action", "'T11'"),
    "no-id": (refuse("plans", id=""), "plans.id", "such as R1"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_row_is_refused_with_its_place_and_what_to_do(tmp_path: Path, case: str) -> None:
    change, column, hint = REFUSALS[case]
    document = complete()
    change(document)
    loaded = load(tmp_path, document)
    first = next(finding for finding in loaded.findings if finding.severity == "error")
    assert case.startswith(first.code)
    assert (first.row, first.column) == ("1", column)
    assert hint in (first.hint or "")
    assert loaded.rows_refused >= 1
    assert loaded.rows_read == loaded.rows_stored + loaded.rows_merged + loaded.rows_refused


@pytest.mark.parametrize("case", ["personal-data", "personal-data-phone", "personal-data-column"])
def test_personal_data_reaches_no_statement_and_no_remark(tmp_path: Path, case: str) -> None:
    document = complete()
    REFUSALS[case][0](document)
    loaded = load(tmp_path, document)
    said = loaded.ntriples + loaded.catalogue + repr(loaded.findings)
    assert not any(secret in said for secret in ("jansen", "12345678", "Begum"))


def test_row_that_refers_to_a_refused_row_is_refused_too(tmp_path: Path) -> None:
    document = complete()
    document["plans"][0]["budget"] = "much"
    loaded = load(tmp_path, document)
    refused = {finding.column for finding in loaded.findings if finding.severity == "error"}
    assert refused == {
        "plans.budget",
        "actions.plan",
        "measurements.action",
        "engagements.about",
        "relations.mitigation",
    }


def test_same_row_twice_is_merged_and_another_with_its_id_refused(tmp_path: Path) -> None:
    document = complete()
    document["plans"] += [dict(document["plans"][0]), document["plans"][1] | {"budget": "1"}]
    loaded = load(tmp_path, document)
    assert (loaded.rows_merged, loaded.rows_refused) == (1, 1)
    assert loaded.ntriples == load(tmp_path, complete()).ntriples


def test_not_known_yet_is_an_answer_where_the_map_asks_for_one(tmp_path: Path) -> None:
    document = complete()
    document["product_lines"][0]["countries"] = ["onbekend"]
    document["risks"][0]["scale"] = "unknown"
    loaded = load(tmp_path, document)
    assert '/product-line/l1> <https://w3id.org/hefboom/ns#notYetKnown> "countries"' in loaded.ntriples
    assert [(finding.column, finding.severity) for finding in loaded.findings] == [("risks.scale", "info")]


def test_country_code_of_norway_is_no_boolean(tmp_path: Path) -> None:
    document = complete()
    (tmp_path / "file.yaml").write_text(
        yaml.safe_dump(document).replace("country: BD", "country: NO"), encoding="utf-8"
    )
    assert "scheme/country/NO>" in load_company_file(tmp_path / "file.yaml").ntriples


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- a\n- b\n", "starts with 'company:'"),
        ("policies: []\n", "needs one sheet 'Company'"),
        ("company: {name: X, year: next}\n", "'next' is not a year"),
        ("company: {name: '', year: 2026}\n", "'name' is empty"),
        ("company: {name: X, year: 2026}\nrisks: [fire]\n", "'risks': entry 1 is no record; write field: value$"),
        ("company: {name: [", "line 1, column 18: this is no YAML"),
        ("company: {name: X, year: 2026}\nsites: []\nrisks: []\nsites: []\n", "line 4: 'sites' .*after line 2"),
        ("company: {name: X, year: 2026, name: Y}\n", "line 1: 'name' stands there again after line 1"),
        ("company: {name: X, year: 2026, jaar: 2025}\n", "'company': 'year' and 'jaar' are two names of one field"),
        ("company: {name: X, year: 2026}\nsites:\n- {id: S1, name: A, Naam: B}\n", "'sites': 'name' and 'Naam'"),
        ("company: {name: X, year: 2026}\nsites:\n- {id: S1, Id: S2}\n", "'sites': 'id' and 'Id'"),
    ],
)
def test_file_without_a_company_is_refused_whole(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "file.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=words):
        load_company_file(tmp_path / "file.yaml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"company": {"name": "X", "year": 2026},\n "sites": [],\n "sites": []}', "line 3: 'sites' .*after line 2"),
        ('{"company": {"name": "X",\n "year": 2026, "name": "Y"}}', "line 2: 'name' .*after line 1"),
        ('{"company": {"name": "X", "naam": "Y", "year": 2026}}', "'name' and 'naam' are two names of one field"),
    ],
)
def test_json_that_says_one_thing_twice_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "file.json").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=words):
        load_company_file(tmp_path / "file.json")


@pytest.mark.parametrize("second", ["Name", "Naam"])
def test_workbook_with_two_columns_of_one_field_is_refused(tmp_path: Path, second: str) -> None:
    path = tmp_path / "f.xlsx"
    write_company_workbook(path, "en", complete("Leader"))
    book = openpyxl.load_workbook(path)
    page = book["Sites"]
    page.cell(1, page.max_column + 1).value = second
    book.save(path)
    with pytest.raises(SourceError, match=f"'Sites': 'Name' and '{second}' are two names of one field"):
        load_company_file(path)


@pytest.mark.parametrize(
    ("text", "code", "severity", "kept"),
    [
        ("NIETS", "os-id-malformed", "warning", None),
        ("BD2001001AAAAA8", "os-id-check", "warning", None),
        ("IN2001001AAAAAD", "os-id-country", "warning", "IN2001001AAAAAD"),
        (" bd2001001aaaaaw", None, None, "BD2001001AAAAAW"),
        ("BD2OO1001AAAAAW", "os-id-repaired", "info", "BD2001001AAAAAW"),
    ],
)
def test_os_id_is_checked_as_in_a_list(
    tmp_path: Path, text: str, code: str | None, severity: str | None, kept: str | None
) -> None:
    document = complete()
    document["sites"][0]["os_id"] = text
    loaded = load(tmp_path, document)
    told = [(one.row, one.column, one.value, one.code, one.severity) for one in loaded.findings]
    assert told == ([("1", "sites.os_id", text.strip(), code, severity)] if code else [])
    stated = re.findall(r'/site/s1> <https://w3id.org/hefboom/ns#osId> "([^"]*)"', loaded.ntriples)
    assert stated == ([kept] if kept else [])
    assert loaded.ok


def test_demo_files_have_an_os_id_for_one_address_only() -> None:
    addresses: dict[str, set[str]] = {}
    for _, document in demo_documents(AT):
        for row in document["sites"]:
            if os_id := row.get("os_id"):
                addresses.setdefault(os_id, set()).add(row.get("address") or "")
    assert addresses
    assert [os_id for os_id, found in addresses.items() if len(found - {""}) > 1] == []


def test_action_with_a_day_of_completion_and_no_status_is_completed(tmp_path: Path) -> None:
    document = complete()
    told: dict[str, Any] = {"deadline": "2026-09-01", "completed_on": "2026-08-20", "conclusion": "effective"}
    document["actions"][0] |= told | {"status": ""}
    loaded = load(tmp_path, document)
    (check,) = Checker(AT).check(
        [CompanyFile("https://w3id.org/hefboom/id/company/leader", 2026, loaded.graph, loaded.ntriples)]
    )
    assert check.findings == ()
    document["actions"][0] |= {"conclusion": "", "status": "running"}
    assert "action-status/completed>" not in "".join(
        line for line in load(tmp_path, document).ntriples.splitlines() if "/action/t11>" in line.partition(" ")[0]
    )


def test_row_that_ends_before_it_begins_and_range_from_high_to_low_are_named(tmp_path: Path) -> None:
    document = complete()
    document["relations"][0] |= {"from": "2026-05-01", "to": "2025-05-01"}
    document["sites"][0] |= {"workers_min": "500", "workers_max": "10"}
    document["sites"][1] |= {"workers_min": "10", "workers_max": "10"}
    loaded = load(tmp_path, document)
    assert [(one.row, one.column, one.value, one.code, one.severity) for one in loaded.findings] == [
        ("1", "relations.to", "2025-05-01", "ends-before-it-begins", "warning"),
        ("1", "sites.workers_min", "500", "workers-reversed", "warning"),
    ]
    assert loaded.findings[0].reason == "it ends on '2025-05-01', before it begins on '2026-05-01'"
    assert '/site/s1> <https://w3id.org/hefboom/ns#workersMin> "10"' in loaded.ntriples
    assert '/site/s1> <https://w3id.org/hefboom/ns#workersMax> "500"' in loaded.ntriples


def test_day_to_come_of_what_has_happened_is_named_with_row_column_and_value(tmp_path: Path) -> None:
    document = complete()
    document["policies"][0] |= {"approved_on": "2088-01-02", "valid_to": "2090-01-01"}
    document["actions"][0] |= {"start": "2088-01-01", "deadline": "2088-06-01"}
    document["complaints"][0]["steps_on"] = ["2026-10-31", "2026-11-02"]
    document["relations"][0]["from"] = "2088-01-01"
    load(tmp_path, document)
    found = load_company_file(tmp_path / "file.yaml", today=AT).findings
    assert [(one.row, one.column, one.value, one.code, one.severity) for one in found] == [
        ("1", "complaints.steps_on", "2026-11-02", "day-to-come", "warning"),
        ("1", "policies.approved_on", "2088-01-02", "day-to-come", "warning"),
    ]
    assert "check leaves it out until that day" in in_language(found[0].reason, "en")
    assert in_language(found[1].reason, "nl").startswith("'2088-01-02' is een dag die nog moet komen")


def test_unknown_sheets_and_columns_are_left_out_with_a_remark(tmp_path: Path) -> None:
    document = complete() | {"suppliers": [{"id": "1"}]}
    document["plans"][0]["colour"] = "blue"
    loaded = load(tmp_path, document)
    assert {(finding.code, finding.severity) for finding in loaded.findings} == {
        ("unknown-sheet", "warning"),
        ("unknown-column", "warning"),
    }
    assert loaded.ok


@pytest.mark.parametrize("language", ["en", "nl"])
def test_template_speaks_one_language_and_is_read_back(tmp_path: Path, language: Language) -> None:
    import openpyxl

    path = tmp_path / "template.xlsx"
    write_company_template(path, language)
    book = openpyxl.load_workbook(path)
    for sheet in sheets().values():
        page = book[sheet.label(language)]
        labels = {field.label(language) for field in sheet.fields}
        if sheet.name == COMPANY_SHEET:
            assert labels == {page.cell(row, 1).value for row in range(1, len(labels) + 1)}
        else:
            assert labels | {"id"} == {cell.value for cell in page[1]}
            listed = {"yesno", "rating", "unknown", "country", "sdg", "code"}
            choices = [field for field in sheet.fields if field.kind in listed]
            assert len(page.data_validations.dataValidation) == len(choices)
    book[sheets()[COMPANY_SHEET].label(language)]["B1"] = "Filled In"
    book[sheets()[COMPANY_SHEET].label(language)]["B3"] = 2026
    book.save(path)
    loaded = load_company_file(path)
    assert (loaded.company, loaded.year, loaded.rows_read) == ("filled-in", 2026, 1)


def test_published_schema_is_the_one_that_the_tables_give() -> None:
    import importlib.resources

    published = importlib.resources.files("hefboom.ontology") / "company-file.schema.json"
    assert published.read_text(encoding="utf-8") == company_file_schema_text()


def test_schema_takes_the_demo_files_and_refuses_a_wrong_code() -> None:
    validator = jsonschema_rs.Draft202012Validator(company_file_schema())
    for _, document in demo_documents(AT):
        validator.validate(_without_empty(document))
    wrong = complete()
    wrong["risks"][0]["type"] = "bad luck"
    assert not validator.is_valid(_without_empty(wrong))


def _without_empty(document: dict[str, Any]) -> dict[str, Any]:
    def tidy(row: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in row.items() if value}

    return {
        name: [tidy(row) for row in rows] if isinstance(rows, list) else tidy(rows) for name, rows in document.items()
    }


def test_every_field_has_words_and_codes_in_both_languages() -> None:
    for sheet in sheets().values():
        assert sheet.label_en
        assert sheet.label_nl
        for field in sheet.fields:
            assert all((field.label_en, field.label_nl, field.help_en, field.help_nl))
            if field.kind == "code":
                assert codes(field.target)
                assert all(code.label_en and code.label_nl for code in codes(field.target))


def test_fictional_files_are_taken_in_whole() -> None:
    documents = [document for _, document in demo_documents(AT)] + list(sample_documents(40, AT, seed=11))
    for document in documents:
        assert not company_statements(as_records(document), Names()).findings
    assert list(sample_documents(5, AT, seed=1)) == list(sample_documents(5, AT, seed=1))


def test_workbook_with_a_formula_that_nobody_calculated_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    write_company_workbook(path, "nl", complete("Leader"))
    book = openpyxl.load_workbook(path)
    book["Bedrijf"]["B3"] = "=1+1"
    book.save(path)
    with pytest.raises(SourceError, match="sheet 'Bedrijf', cell B3 holds a formula without a saved value"):
        load_company_file(path)


def test_cell_of_the_company_that_cannot_be_read_is_left_out_alone_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    company = {"name": "X", "year": "2026", "drawn_up_on": "13-02-2026", "staff": "heel veel", "turnover": "12,5"}
    write_company_workbook(path, "nl", {"company": company})
    loaded = load_company_file(path)
    (found,) = loaded.findings
    page = openpyxl.load_workbook(path)["Bedrijf"]
    (place,) = [row for row in range(1, page.max_row + 1) if page.cell(row, 1).value == "Medewerkers"]
    assert (found.row, found.column, found.value) == (str(place), "Bedrijf.Medewerkers", "heel veel")
    assert (found.code, found.severity) == ("no-number", "warning")
    assert in_language(found.reason, "nl").endswith("; dit antwoord is weggelaten, de rest is opgenomen")
    assert (loaded.rows_read, loaded.rows_stored, loaded.rows_refused) == (1, 1, 0)
    assert "netTurnover" in loaded.ntriples
    assert str(loaded.drawn_up) == "2026-02-13"


@pytest.mark.parametrize(
    ("sheet", "values", "term"),
    [
        ("company", {"staff": "1.200"}, '"1200"^^'),
        ("company", {"staff": "1 200"}, '"1200"^^'),
        ("company", {"turnover": "1.250,5"}, '"1250.5"^^'),
        ("sites", {"latitude": "23,990"}, '"23.99"^^'),
        ("sites", {"workers_min": "1,250"}, '"1250"^^'),
        ("plans", {"budget": "15.000"}, '"15000"^^'),
        ("plans", {"budget": "1.250.000"}, '"1250000"^^'),
        ("relations", {"share": "12,5%"}, "scheme/share/10-25>"),
        ("actions", {"deadline": "3-4-2026"}, '"2026-04-03"^^'),
    ],
)
def test_numbers_shares_and_days_are_read_as_in_lists(
    tmp_path: Path, sheet: str, values: dict[str, str], term: str
) -> None:
    document = complete()
    (document[sheet] if sheet == "company" else document[sheet][0]).update(values)
    loaded = load(tmp_path, document)
    assert not [finding for finding in loaded.findings if finding.severity == "error"]
    assert term in loaded.ntriples
    warned = [finding.code for finding in loaded.findings if finding.code == "date-ambiguous"]
    assert bool(warned) == ("deadline" in values)


def test_workbook_is_spoken_of_in_its_own_words_and_holds_one_company(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    write_company_workbook(
        path, "nl", {"company": {"name": "X", "year": "2026"}, "risks": [{"id": "R1", "type": "x/y"}]}
    )
    (found,) = load_company_file(path).findings
    assert (found.row, found.column) == ("2", "Risico's.Soort")
    book = openpyxl.load_workbook(path)
    page = book["Bedrijf"]
    page.cell(page.max_row + 1, 1).value = "Naam"
    page.cell(page.max_row, 2).value = "Y"
    book.save(path)
    with pytest.raises(SourceError, match="says 'Naam' twice"):
        load_company_file(path)
