from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest
import typer
import yaml
from step_facts import NAMES, TODAY, documents, step_store
from typer.testing import CliRunner, Result

from hefboom import check_formats, cli_steps
from hefboom.errors import UsageError
from hefboom.graph.completeness import Checker, CompanyCheck
from hefboom.graph.completeness_files import stored_files
from hefboom.graph.completeness_store import checks, held_check, update_completeness

app = typer.Typer()
cli_steps.register(app)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("files")
    for number, document in enumerate(documents()[:2]):
        (made / f"{number}.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    return made


def invoke(*arguments: object) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def check(*arguments: object) -> Result:
    return invoke("check", *arguments, "--at", TODAY)


def test_json_has_levels_and_findings_in_both_languages(folder: Path) -> None:
    leader, weak = json.loads(check(folder, "--format", "json").stdout)
    assert leader["level"] == "good"
    assert leader["findings"] == []
    assert weak["steps"][0] == {"company": NAMES.company("weak"), "step": "1", "level": "partial"}
    first = weak["findings"][0]
    assert (first["condition"], first["severity"], first["worst_severity"]) == ("DD-4.2", "violation", 5)
    assert first["focus"].endswith("/file/weak/2026/site/s1")
    assert first["message_en"].startswith("A site with a prioritised risk")
    assert first["message_nl"].startswith("Een locatie met een geprioriteerd risico")


@pytest.mark.parametrize(("lang", "word"), [("en", "partial"), ("nl", "gedeeltelijk")])
def test_table_shows_matrix_and_what_is_missing(folder: Path, lang: str, word: str) -> None:
    shown = check(folder / "1.yaml", "--lang", lang).stdout
    assert word in shown
    assert "DD-3.8" in shown
    assert ("RVO-2025 3A" in shown) == ("SER-2020" in shown)


def test_strict_fails_below_minimum_and_plain_check_does_not(folder: Path) -> None:
    assert check(folder / "1.yaml").exit_code == 0
    assert check(folder / "1.yaml", "--strict").exit_code == 1
    assert check(folder / "0.yaml", "--strict").exit_code == 0


def test_workbook_has_levels_and_findings(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    check(folder, "--format", "xlsx", "--lang", "nl", "-o", path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["niveaus", "bevindingen"]
    assert book["niveaus"]["A2"].value == "Leader"
    assert book["bevindingen"].max_row == 9


def test_turtle_is_a_shacl_report(folder: Path) -> None:
    store = ox.Store()
    store.load(check(folder, "--format", "ttl").stdout.encode(), format=ox.RdfFormat.TURTLE)
    sh = "http://www.w3.org/ns/shacl#"
    reports = list(store.quads_for_pattern(None, ox.NamedNode(f"{sh}conforms"), None))
    assert sorted(quad.object.value for quad in reports) == ["false", "true"]
    assert len(list(store.quads_for_pattern(None, ox.NamedNode(f"{sh}focusNode"), None))) == 9


def test_sarif_names_a_rule_for_every_result(folder: Path) -> None:
    run = json.loads(check(folder, "--format", "sarif", "--lang", "nl").stdout)["runs"][0]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert len(rules) == 65
    assert {result["ruleId"] for result in run["results"]} <= rules
    assert {result["level"] for result in run["results"]} == {"error", "warning"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--format", "pdf"], "use one of table, xlsx, json, ttl, sarif"),
        (["--lang", "fr"], "use en or nl"),
        (["--format", "xlsx"], "a workbook cannot be printed"),
        (["--covenant", "cloth"], "either files or companies"),
    ],
)
def test_wrong_use_says_what_to_do(folder: Path, arguments: list[str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        check(folder, *arguments)


def test_refused_rows_are_remarked_on_and_fail(tmp_path: Path) -> None:
    document = documents()[0]
    document["risks"][0]["scale"] = "9"
    path = tmp_path / "file.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    result = check(path, "--format", "json")
    assert result.exit_code == 1
    assert "file.yaml, row 1, risks.scale: '9' is not a rating" in result.stderr


def test_remarks_on_files_are_in_the_language_asked_for(tmp_path: Path) -> None:
    document = documents()[0]
    document["risks"][0]["scale"] = "9"
    path = tmp_path / "file.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    said = check(path, "--format", "json", "--lang", "nl").stderr
    assert "file.yaml, rij 1, risks.scale: '9' is geen" in said


def test_templates_are_written_where_asked(tmp_path: Path) -> None:
    invoke("template", "company-file", "--lang", "nl", "-o", tmp_path / "dossier.xlsx")
    invoke("template", "company-file-schema", "-o", tmp_path / "schema.json")
    assert openpyxl.load_workbook(tmp_path / "dossier.xlsx").sheetnames[0] == "Uitleg"
    assert json.loads((tmp_path / "schema.json").read_text(encoding="utf-8"))["$id"].endswith(".schema.json")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    return step_store(tmp_path_factory.mktemp("store"))


def held_checks(store: ox.Store, day: date = TODAY) -> list[CompanyCheck]:
    return list(checks(store, NAMES, Checker(day), stored_files(store, NAMES, day.year)))


def test_check_held_in_the_store_equals_a_fresh_one(store: ox.Store) -> None:
    files = list(stored_files(store, NAMES, TODAY.year))
    assert all(held_check(store, NAMES, Checker(TODAY), file) for file in files)
    assert held_checks(store) == list(Checker(TODAY).check(files))


def test_only_what_changed_is_checked_again(store: ox.Store) -> None:
    assert update_completeness(store, NAMES, TODAY).checked == 0
    graph = ox.NamedNode(f"{NAMES.base}/file/weak/2026")
    owner = ox.NamedNode("https://w3id.org/hefboom/ns#ownerRole")
    added = ox.Quad(ox.NamedNode(f"{graph.value}/action/t21"), owner, ox.Literal("head of purchasing"), graph)
    store.add(added)
    updated = update_completeness(store, NAMES, TODAY)
    assert (updated.checked, updated.kept) == (1, 2)
    assert "DD-3.2" not in {finding.condition.id for finding in held_checks(store)[1].findings}
    store.remove(added)
    assert update_completeness(store, NAMES, TODAY).checked == 1


def test_other_day_is_checked_anew_and_results_follow_their_file(store: ox.Store) -> None:
    later = date(2027, 12, 1)
    assert {finding.condition.id for check in held_checks(store, later) for finding in check.findings} >= {
        "DD-2.19",
        "DD-5.1",
    }
    copy = ox.Store()
    copy.bulk_extend(iter(store))
    copy.remove_graph(ox.NamedNode(f"{NAMES.base}/file/weak/2026"))
    update_completeness(copy, NAMES, TODAY)
    assert ox.NamedNode(NAMES.graph("completeness", "owner/weak")) not in set(copy.named_graphs())


def test_findings_name_subjects_and_rows_in_the_words_of_the_reader(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    check(folder, "--format", "xlsx", "--lang", "nl", "-o", path)
    told = [row for row in openpyxl.load_workbook(path)["bevindingen"].iter_rows(min_row=2, values_only=True)]
    assert not [row for row in told if re.search(r"[a-z-]+/[a-z0-9-]+\b", f"{row[5]} {row[6]}")]
    assert not [row[8] for row in told if re.search(r"\b(step|principle|s\.)( |$)", str(row[8]))]
    assert any(re.search(r"(^|\()Risico's R\d\)?$", str(row[6])) for row in told)


def test_findings_of_a_workbook_are_wrapped_and_their_ratings_are_numbers(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    check(folder, "--format", "xlsx", "-o", path)
    sheet = openpyxl.load_workbook(path)["findings"]
    assert sheet["F2"].alignment.wrap_text
    assert {cell.data_type for cell in sheet["E"][1:] if cell.value is not None} == {"n"}
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$1")


def test_words_of_the_table_exist_in_both_languages() -> None:
    assert check_formats.WORDS["en"].keys() == check_formats.WORDS["nl"].keys()
