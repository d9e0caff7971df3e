"""Templates speak one language in their drop-downs; the loader takes code, Dutch word and English word alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import typer
import yaml
from list_desk import Desk
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from step_facts import complete
from typer.testing import CliRunner

from hefboom import cli_steps
from hefboom.loaders.company_files import load_company_file
from hefboom.loaders.company_schema import COMPANY_SHEET, Field, sheets
from hefboom.loaders.company_tables import PARTS, table_columns
from hefboom.loaders.company_values import read_value
from hefboom.ontology.codes import Code, Language, codes, countries
from hefboom.ontology.terms import fact_table
from hefboom.plain_text import fold

LANGUAGES: tuple[Language, ...] = ("en", "nl")


def template(what: str, language: Language, folder: Path) -> Workbook:
    app = typer.Typer()
    cli_steps.register(app)
    path = folder / f"{what}-{language}.xlsx"
    made = CliRunner().invoke(app, ["template", what, "--lang", language, "-o", str(path)])
    assert made.exit_code == 0, made.output
    return openpyxl.load_workbook(path)


def drop_downs(book: Workbook, page: Worksheet) -> dict[tuple[int, int], list[str]]:
    """The choices of the drop-downs of a sheet, by first row and column."""
    found = {}
    for rule in page.data_validations.dataValidation:
        name, cells = re.fullmatch(r"'?(.+?)'?!(.+)", rule.formula1).groups()  # type: ignore[union-attr]
        (area,) = rule.sqref.ranges
        found[area.min_row, area.min_col] = [str(cell.value) for (cell,) in book[name][cells.replace("$", "")]]
    return found


def known_codes(field: Field) -> tuple[Code, ...]:
    return countries() if field.kind == "country" else codes(field.target) if field.kind == "code" else ()


def coded_fields() -> list[Field]:
    return [field for sheet in sheets().values() for field in sheet.fields if known_codes(field)]


def in_word(field: Field, text: str, language: Language) -> str:
    if field.kind == "yesno":
        return {"en": {"yes": "yes", "no": "no"}, "nl": {"yes": "ja", "no": "nee"}}[language][text]
    if field.kind == "sdg":
        row = next(row for row in fact_table("sdg") if row["notation"] == text)
        return f"{text} {row[f'label_{language}']}"
    return next((code.label(language) for code in known_codes(field) if code.short == text), text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_drop_downs_of_the_company_file_hold_words_of_its_language(tmp_path: Path, language: Language) -> None:
    book = template("company-file", language, tmp_path)
    for sheet in sheets().values():
        page = book[sheet.label(language)]
        offered = drop_downs(book, page)
        for number, field in enumerate(sheet.fields, start=1):
            place = (number, 2) if sheet.name == COMPANY_SHEET else (2, number + 1)
            if known := known_codes(field):
                assert set(offered[place]) == {code.label(language) for code in known}, field.name
            elif field.kind == "sdg":
                assert in_word(field, "8.8", language) in offered[place]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_drop_downs_and_notes_of_tables_hold_words_of_their_language(
    tmp_path: Path, part: str, language: Language
) -> None:
    book = template(part, language, tmp_path)
    page = book.worksheets[0]
    offered = drop_downs(book, page)
    for number, column in enumerate(table_columns(part), start=1):
        field = column.schema
        if field is None or not (known := known_codes(field)):
            continue
        assert set(offered[2, number]) == {code.label(language) for code in known}
        note = page.cell(1, number).comment.text
        shorts = {code.short for code in known} - {code.label(language).lower() for code in known}
        assert not shorts & set(re.split(r"; |: | ", note)) - {"1", "2", "3", "4", "5", "6"}, note


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ["company-file", *PARTS])
def test_sheet_of_lists_has_headers_of_its_language(tmp_path: Path, what: str, language: Language) -> None:
    book = template(what, language, tmp_path)
    headers = {str(cell.value) for cell in book[{"en": "Lists", "nl": "Lijsten"}[language]][1]}
    known = {row[f"label_{language}"] for row in fact_table("schemes")}
    own = {
        "en": {"Yes or no", "Rating from 1 to 5", "Not known yet", "SDG targets"},
        "nl": {"Ja of nee", "Score van 1 tot 5", "Nog niet bekend", "SDG-subdoelen"},
    }
    assert headers
    assert headers <= known | own[language]


def test_examples_in_the_explanation_are_words(tmp_path: Path) -> None:
    page = template("company-file", "nl", tmp_path)["Uitleg"]
    examples = {(row[0], row[1]): row[3] for row in page.iter_rows(min_row=5, values_only=True)}
    assert examples["Locaties", "Land"] == "Bangladesh"
    assert examples["Risico's", "Soort"] == "Vrijheid van vereniging en collectieve onderhandelingen"
    assert examples["Productlijnen" if ("Productlijnen", "Herkomstlanden") in examples else "Productgroepen",
                    "Herkomstlanden"] == "Bangladesh; India"  # fmt: skip


def filled(book: Workbook, document: Mapping[str, Any], words: Language, shown: Language) -> Iterator[str]:
    """Fill a template with a document whose codes are written in the words of one language; gives what it wrote."""
    for name, sheet in sheets().items():
        page = book[sheet.label(shown)]
        records = [document[name]] if name == COMPANY_SHEET else document.get(name, [])
        for line, record in enumerate(records, start=2):
            if name != COMPANY_SHEET:
                page.cell(line, 1, str(record["id"]))
            for number, field in enumerate(sheet.fields, start=1):
                value = record.get(field.name)
                texts = [str(one) for one in (value if isinstance(value, list) else [value]) if one]
                text = "; ".join(in_word(field, one, words) for one in texts)
                yield text
                page.cell(*((number, 2) if name == COMPANY_SHEET else (line, number + 1)), text)


@pytest.mark.parametrize("shown", LANGUAGES)
@pytest.mark.parametrize("words", LANGUAGES)
def test_template_filled_with_words_says_the_same_as_codes(tmp_path: Path, shown: Language, words: Language) -> None:
    document = complete()
    assert document["sdg_claims"]
    (tmp_path / "codes.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    book = template("company-file", shown, tmp_path)
    written = set(filled(book, document, words, shown))
    assert {"Bangladesh", {"en": "Prioritised", "nl": "Geprioriteerd"}[words]} <= written
    book.save(tmp_path / "words.xlsx")
    by_word, by_code = (load_company_file(tmp_path / name) for name in ("words.xlsx", "codes.yaml"))
    assert by_word.findings == ()
    assert by_word.ntriples == by_code.ntriples


@pytest.mark.parametrize("field", coded_fields(), ids=lambda field: f"{field.sheet}.{field.name}")
def test_every_code_is_known_by_its_words_in_any_case(field: Field) -> None:
    for code in known_codes(field):
        term = read_value(field, code.short)
        for word in (code.id, code.label_en, code.label_nl, code.label_en.upper(), code.label_nl.lower()):
            assert read_value(field, word) == term


def test_no_word_of_a_list_means_two_codes() -> None:
    for field in coded_fields():
        meant: dict[str, set[str]] = {}
        for code in known_codes(field):
            for word in (code.short, code.id, code.label_en, code.label_nl):
                meant.setdefault(fold(word), set()).add(code.id)
        assert {word: ids for word, ids in meant.items() if len(ids) > 1} == {}


def test_word_that_is_in_no_list_is_refused_with_its_place_and_the_choices(tmp_path: Path, desk: Desk) -> None:
    book = template("company-file", "nl", tmp_path)
    for _ in filled(book, complete("Leader"), "nl", "nl"):
        pass
    page = book["Risico's"]
    columns = {cell.value: cell.column for cell in page[1]}
    page.cell(2, columns["Soort"], "Kinder arbeit")
    page.cell(3, columns["Besluit"], "Misschien")
    book.save(desk.place / "dossier.xlsx")
    said = " ".join(desk.hefboom("load", "dossier.xlsx", "--lang", "nl").stdout.split())
    assert "dossier.xlsx" in said
    assert not re.search(r"blad '[a-z_]+' heeft", said)
    assert (
        "rij 2, kolom 'Risico's.Soort', waarde 'Kinder arbeit': 'Kinder arbeit' staat niet in de lijst 'Risico's';"
        " bedoelde u 'Kinderarbeid'"
    ) in said
    assert (
        "rij 3, kolom 'Risico's.Besluit', waarde 'Misschien': 'Misschien' staat niet in de lijst 'Besluiten over"
        " prioriteit'; kies 'Later' of 'Geprioriteerd'"
    ) in said


def test_share_that_is_unknown_is_an_answer_in_either_language(tmp_path: Path) -> None:
    said = []
    for number, word in enumerate(("unknown", "onbekend", "Aandeel onbekend", "share/unknown")):
        document = complete()
        document["relations"][0]["share"] = word
        path = tmp_path / f"{number}.yaml"
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        loaded = load_company_file(path)
        assert not loaded.findings
        said.append(loaded.ntriples)
    assert "scheme/share/unknown>" in said[0]
    assert len(set(said)) == 1
