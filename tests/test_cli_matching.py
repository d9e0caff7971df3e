"""The commands on matching: what they print, what they write, what they take back."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from rich.console import Console
from typer.testing import CliRunner

from hefboom.cli import app
from hefboom.cli_review import ask_all, highlighted
from hefboom.errors import UsageError
from hefboom.graph.review import Question, Side
from hefboom.loaders.reviews import read_review, write_review
from hefboom.spreadsheet_text import safe_text

LISTS = {
    "Asda": [
        ("2 Sisters Food Group (Flixton)", "Main Road, Flixton, Bungay, NR35 1LD", "400"),
        ("2 Sisters Food Group (Scunthorpe)", "Luneburg Way, Scunthorpe, DN15 8LP", "900"),
        ("=cmd Bakery Ltd", "1 Mill Lane, Hull, HU1 1AA", "50"),
    ],
    "Tesco": [
        ("2  SISTERS  FOOD  GROUP  -  FLIXTON", "Main Road Flixton Bungay Suffolk NR35 1LD", "400"),
        ("Cmd Bakery Unit 2", "1 Mill Lane Hull HU1 1AA", "50"),
    ],
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("matching")
    for company, rows in LISTS.items():
        with (place / f"{company}.csv").open("w", newline="") as out:
            csv.writer(out).writerows([("name", "address", "workers", "country"), *((*row, "GB") for row in rows)])
        call(place / "data", "load", place / f"{company}.csv", "--contributor", company, "--contributor-kind", "brand",
             "--date", "2024-01-01")  # fmt: skip
    call(place / "data", "resolve")
    return place / "data"


def call(data: Path, *words: object, status: int = 0) -> str:
    result = CliRunner().invoke(app, [str(words[0]), "--data", str(data), *map(str, words[1:])])
    if isinstance(result.exception, Exception):
        raise result.exception
    assert result.exit_code == status, result.output
    return result.output


def exported(data: Path, what: str, *more: str) -> list[dict[str, str]]:
    done = subprocess.run(
        [sys.executable, "-m", "hefboom", "--data", str(data), "export", what, "--format", "csv", *more],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return list(csv.DictReader(done.stdout.splitlines()))


def test_export_of_listings_ends_in_certainty_and_method(loaded: Path) -> None:
    rows = exported(loaded, "listings")
    assert list(rows[0]) == ["list", "file", "row", "name", "address", "country", "site", "certainty", "method"]
    by_row = {(row["list"].split("/")[-2], row["row"]): row for row in rows}
    one, two = by_row["asda", "2"], by_row["tesco", "2"]
    assert one["site"] == two["site"]
    assert (one["method"], one["certainty"], two["method"]) == ("exact-key", "1.0", "matched")
    assert 0.9 < float(two["certainty"]) <= 1


def test_export_of_matches_has_every_pair_with_reasons(loaded: Path) -> None:
    rows = exported(loaded, "matches")
    names = ["left_list", "left_row", "right_list", "right_row", "outcome", "probability", "reasons"]
    assert list(rows[0]) == names
    assert all(row["left_list"].startswith("https://") and row["reasons"] for row in rows)
    assert [row["outcome"] for row in rows if (row["left_row"], row["right_row"]) == ("2", "2")] == ["same"]
    assert any("zelfde postcode" in row["reasons"] for row in exported(loaded, "matches", "--lang", "nl"))


def test_hints_name_the_data_folder_that_the_call_named(loaded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HEFBOOM_DATA", raising=False)
    monkeypatch.delenv("HEFBOOM_COMMAND", raising=False)
    asked = f"hefboom --data {loaded} ask shared-sites"
    assert asked in call(loaded, "resolve").replace("\n", "")
    monkeypatch.setenv("HEFBOOM_DATA", str(loaded))
    told = call(loaded, "resolve")
    assert "hefboom ask shared-sites" in told
    assert asked not in told


def test_resolve_says_that_nothing_changed(loaded: Path) -> None:
    assert json.loads(call(loaded, "resolve", "--json"))["mode"] == "unchanged"
    assert "Nothing changed since the last resolution." in call(loaded, "resolve")


def test_why_tells_listings_reasons_and_the_way_back(loaded: Path) -> None:
    site = next(row["site"] for row in exported(loaded, "listings") if row["method"] == "matched")
    told = call(loaded, "why", site)
    assert "2 SISTERS FOOD GROUP - FLIXTON" in told
    assert "same postcode NR35" in told
    assert "different --who" in told
    assert "zelfde postcode NR35" in call(loaded, "why", site, "--lang", "nl")


def test_find_ranks_a_misspelt_name_first_and_says_who_uses_it(loaded: Path) -> None:
    found = json.loads(call(loaded, "find", "Two Sisters Flixtn, Bungay", "--json"))
    assert "FLIXTON" in found[0]["name"].upper()
    assert found[0]["used_by"] == ["Asda", "Tesco"]
    assert found[0]["reasons"]


def test_decide_needs_a_decision_and_a_name(loaded: Path) -> None:
    with pytest.raises(UsageError, match="needs a name behind it"):
        call(loaded, "decide", "hb-1", "hb-2", "same")
    with pytest.raises(UsageError, match="say what you decide"):
        call(loaded, "decide", "hb-1", "hb-2", "--who", "MJ")


def test_duplicates_in_a_list_are_told_without_keeping_it(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    rows = [LISTS["Asda"][0], LISTS["Tesco"][0], LISTS["Asda"][1]]
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([("name", "address", "workers", "country"), *((*row, "GB") for row in rows)])
    result = CliRunner().invoke(app, ["duplicates-in-list", str(file), "--json"])
    pairs = json.loads(result.output)
    assert [(pair["left_row"], pair["right_row"], pair["outcome"]) for pair in pairs][:1] == [("2", "3", "same")]
    assert list(tmp_path.iterdir()) == [file]


def question(name: str = "Mill") -> Question:
    left = {"name": name, "address": "1 Road, Hull", "country": "GB", "list": "a/2024-01-01", "row": "2"}
    right = {"name": "Mill Ltd", "address": "1 Road, Leeds", "country": "GB", "list": "b/2024-01-01", "row": "3"}
    return Question(
        Side("hb-1", "hb-1", left, ("a",)), Side("hb-2", "hb-2", right, ("b",)), 0.5, "same name", "zelfde naam", (),
        False, True, False,
    )  # fmt: skip


def test_keys_decide_skip_go_back_and_stop() -> None:
    keys = iter("ysbnxujq")
    said = ask_all([question() for _ in range(5)], "MJ", "en", Console(quiet=True), lambda: next(keys))
    assert [wish.decision for wish in said] == ["same", "different", "unsure", "same"]
    assert {wish.who for wish in said} == {"MJ"}


def test_a_reason_given_for_a_pair_is_kept_with_its_decision() -> None:
    keys = iter("wysq")
    quiet = Console(quiet=True)
    said = ask_all([question(), question()], "MJ", "en", quiet, lambda: next(keys), lambda _: " two gates ")
    assert [(wish.decision, wish.why) for wish in said] == [("same", "two gates")]


def test_the_end_of_input_stops_the_review() -> None:
    def ends() -> str:
        raise EOFError

    assert ask_all([question()], "MJ", "nl", Console(quiet=True), ends) == []


def test_what_differs_is_set_off() -> None:
    left, right = highlighted("1 Road, Hull", "1 ROAD Leeds")
    assert [left.plain[span.start : span.end].strip() for span in left.spans if span.style] == ["Hull"]
    assert [right.plain[span.start : span.end].strip() for span in right.spans if span.style] == ["Leeds"]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_review_file_comes_back_with_its_decisions(tmp_path: Path, suffix: str) -> None:
    from hefboom.graph.iris import Names

    file = tmp_path / f"pairs{suffix}"
    write_review([question("=HYPERLINK(1)"), question(), question(), question()], Names(), file)
    fill(file, ["ja", "", "unsure", "maybe"])
    read = read_review(file, "MJ")
    assert [(wish.decision, wish.row, wish.left) for wish in read.wishes] == [
        ("same", "2", "https://w3id.org/hefboom/id/site/hb-1"), ("unsure", "4", "https://w3id.org/hefboom/id/site/hb-1"),
    ]  # fmt: skip
    assert (read.rows_read, read.left_open) == (4, 1)
    assert [(f.row, f.column, f.value) for f in read.findings if f.severity == "error"] == [("5", "decision", "maybe")]


def fill(file: Path, decisions: list[str]) -> None:
    if file.suffix == ".xlsx":
        book = openpyxl.load_workbook(file)
        sheet = book.active
        assert sheet is not None
        assert sheet.data_validations.dataValidation[0].formula1 == '"same,different,unsure"'
        assert sheet.cell(2, 6).data_type == "s"
        for row, decision in enumerate(decisions, start=2):
            sheet.cell(row, 1, decision or None)
        book.save(file)
        return
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows: list[list[Any]] = list(csv.reader(text))
    assert rows[1][5] == "'=HYPERLINK(1)"
    for row, decision in zip(rows[1:], decisions, strict=True):
        row[0] = decision
    with file.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text, delimiter=";").writerows(rows)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert safe_text(text) == f"'{text}"


def test_an_imported_review_accounts_for_every_row(loaded: Path, tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    call(loaded, "review", "--export", file, "--below", "1")
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    assert rows
    rows[0]["decision"] = "unsure"
    bad = rows[0] | {"decision": "same", "left_site": "hb-gone"}
    with file.open("w", newline="") as text:
        writer = csv.DictWriter(text, rows[0].keys())
        writer.writeheader()
        writer.writerows([rows[0], bad])
    told = call(loaded, "review", "--import", file, "--who", "MJ", "--no-resolve", status=1)
    assert "2 rows read = 1 decided + 0 decided anew + 0 already so + 0 left open + 1 refused" in told
    again = call(loaded, "review", "--import", file, "--who", "MJ", "--no-resolve", status=1)
    assert "0 decided + 0 decided anew + 1 already so" in again
