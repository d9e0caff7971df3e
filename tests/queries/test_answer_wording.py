"""What people read around the rows of an answer: every column has a name and a meaning in both languages."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from importlib.resources import files

import openpyxl
import pyoxigraph as ox
import pytest
from golden_facts import GOLDEN, P1
from rich.console import Console

from hefboom.graph.match_measures import CONFLICTS
from hefboom.ontology import terms
from hefboom.ontology.codes import concept, concepts
from hefboom.queries import Answer, Question, catalogue, run
from hefboom.queries.formats import FORMATS, as_xlsx
from hefboom.queries.tables import show
from hefboom.queries.wording import heading, meaning, record_name, said_twice, worded

QUESTIONS = list(catalogue().values())
COLUMNS = [column for question in QUESTIONS for column in question.header.columns]
DAY = dt.date(2024, 6, 1)
CUT = re.compile(r'STRAFTER\(STR\(\?\w+\), "/([\w-]+)/"\)[^?]*? AS \?(\w+)\)')
"""The codes of a scheme as a column of an answer, in SPARQL."""
LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"
SCHEMES = {*(scheme.iri for scheme in terms.schemes()), terms.SDG_SCHEME}


def table(name: str) -> list[dict[str, str]]:
    text = (files("hefboom.queries") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def screen(answer: Answer, lang: str) -> str:
    out = io.StringIO()
    show(answer, Console(file=out, width=200, highlight=False), lang)
    return out.getvalue()


def ask(question: str, lang: str, **params: str) -> Answer:
    return run(question, params, GOLDEN.evidence(), today=DAY, lang=lang)


@pytest.mark.parametrize(
    ("file", "key", "used"),
    [
        ("column_names.csv", "name", {column.name for column in COLUMNS}),
        ("column_texts.csv", "text_en", {column.description for column in COLUMNS}),
    ],
    ids=["names", "meanings"],
)
def test_each_column_is_worded_once_and_nothing_else_is(file: str, key: str, used: set[str]) -> None:
    rows = table(file)
    assert [row[key] for row in rows] == sorted(used), f"{file}: one row per {key} of the catalogue, in order"
    assert all(text.strip() == text != "" for row in rows for text in row.values())


@pytest.mark.parametrize("lang", ["en", "nl"])
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_columns_of_a_question_are_told_apart(question: Question, lang: str) -> None:
    headings = [heading(column.name, lang) for column in question.header.columns]
    assert len(set(headings)) == len(headings)


def test_words_for_codes_are_of_columns_and_parameters_that_there_are() -> None:
    rows = table("cell_words.csv")
    keys = [(row["column"], row["value"]) for row in rows]
    assert keys == sorted(set(keys))
    chosen = {param.name for question in QUESTIONS for param in question.header.params if param.choices}
    assert {column for column, _ in keys} <= {column.name for column in COLUMNS} | chosen
    assert all(row[lang].strip() == row[lang] != "" for row in rows for lang in ("en", "nl"))


def test_schemes_of_codes_are_of_columns_that_there_are() -> None:
    rows = table("cell_schemes.csv")
    assert [row["column"] for row in rows] == sorted({row["column"] for row in rows} & {one.name for one in COLUMNS})
    assert all(concepts(row["scheme"]) for row in rows)
    assert {row["shown"] for row in rows} == {"word", "code and word"}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_column_that_a_question_cuts_from_concepts_has_words(question: Question) -> None:
    """A new question cannot show the codes of a scheme; a condition has its message beside it."""
    columns = {column.name for column in question.header.columns}
    explained = {"condition"} if "message" in columns else set()
    schemes = {row["column"]: row["scheme"] for row in table("cell_schemes.csv")}
    for scheme, column in CUT.findall(question.sparql):
        if concepts(scheme) and column in columns - explained:
            is_step = scheme == "ddg" and worded(column, "1") == "1 policy"
            assert schemes.get(column) == scheme or is_step, f"{column} shows codes of {scheme}"


def test_word_is_given_once_by_its_scheme_or_by_the_table_of_words() -> None:
    schemes = {row["column"]: row["scheme"] for row in table("cell_schemes.csv")}
    words = [(schemes[row["column"]], row["value"]) for row in table("cell_words.csv") if row["column"] in schemes]
    assert [one for one in words if concept("/".join(one))] == []


def test_concept_is_called_as_the_ontology_calls_it() -> None:
    """The tables of facts, from which words are read, and the schemes made from them say the same."""
    told = 0
    for file in terms.scheme_files():
        for quad in ox.parse(file.read_bytes(), ox.RdfFormat.TURTLE):
            iri, label = quad.subject.value, quad.object
            if quad.predicate.value == LABEL and iri not in SCHEMES:
                number = f"{iri.removeprefix(terms.SDG)} " if iri.startswith(terms.SDG) else ""
                found = concept(iri)
                assert found is not None, f"{iri} has no word"
                assert found.label(label.language) == f"{number}{label.value}"
                told += 1
    assert told > 2000


@pytest.mark.parametrize("row", table("cell_schemes.csv"), ids=lambda row: row["column"])
def test_every_code_of_a_column_is_said_in_words(row: dict[str, str]) -> None:
    for code in concepts(row["scheme"]):
        for lang in ("en", "nl"):
            said = worded(row["column"], code.short, lang)
            assert said.endswith(code.label(lang).removesuffix("."))
            assert said.startswith(f"{code.short} ") or row["shown"] == "word"


def test_each_conflict_of_two_rows_has_its_word() -> None:
    assert {row["value"] for row in table("cell_words.csv") if row["column"] == "conflicts"} == {
        *CONFLICTS,
        "cluster",
        "which_id",
    }


def test_dutch_table_has_dutch_headings_and_words() -> None:
    shown = screen(ask("who-uses-site", "nl", site=P1), "nl")
    for word in ("bedrijfsnaam", "deelnemer", "schakel", "hoe zeker", "leveringsrelatie"):
        assert word in shown
    assert "relationship" not in shown


def test_english_table_has_words_too() -> None:
    shown = screen(ask("who-uses-site", "en", site=P1), "en")
    assert "company name" in shown
    assert "supply relationship" in shown


@pytest.mark.parametrize("form", ["csv", "json", "ttl"])
def test_software_reads_the_same_columns_and_codes_in_dutch(form: str) -> None:
    english, dutch = (FORMATS[form](ask("who-uses-site", lang, site=P1)) for lang in ("en", "nl"))
    assert english == dutch


def test_dutch_workbook_names_columns_and_sheets_in_dutch() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(ask("shared-sites", "nl"))))
    assert book.sheetnames == ["antwoord", "toelichting"]
    assert [cell.value for cell in book["antwoord"][1]][:3] == ["locatie", "naam", "land"]
    assert [row[0].value for row in book["toelichting"].iter_rows()][:2] == ["vraag", "per"]


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_workbook_says_codes_in_words_as_the_table_does(lang: str) -> None:
    answer = ask("shared-sites", lang)
    head, first, *_ = openpyxl.load_workbook(io.BytesIO(as_xlsx(answer))).worksheets[0].iter_rows(values_only=True)
    row = dict(zip(head, first, strict=True))
    assert row[heading("country", lang)] == "Bangladesh (BD)"
    assert row[heading("processes", lang)] == {"en": "Assembly", "nl": "Assemblage"}[lang]
    assert "Bangladesh (BD)" in screen(answer, lang)


def test_code_among_several_is_worded_and_other_text_is_kept() -> None:
    assert worded("required", "own part; leverage", "nl") == "eigen deel; invloed"
    assert worded("missing", "DD-1.1; own part", "nl") == "DD-1.1 Er is geen MVO-beleid vastgelegd; eigen deel"
    assert worded("companyName", "likely", "nl") == "likely"


@pytest.mark.parametrize(
    ("column", "code", "en", "nl"),
    [
        ("country", f"{terms.SCHEME}country/TR", "Türkiye (TR)", "Turkije (TR)"),
        ("process", f"{terms.SCHEME}process/wet-processing", "Wet Processing", "Natte processen"),
        ("riskType", "labour/forced-labour", "Forced labour", "Dwangarbeid"),
        ("instruments", "C29; C999", "C29 Forced Labour; C999", "C29 Gedwongen arbeid; C999"),
        ("target", f"{terms.SDG}8", "8 Decent Work and Economic Growth", "8 Waardig werk en economische groei"),
        ("risks", "R2; R5", "R2; R5", "R2; R5"),
        ("cited", "FR-2017-399 article 1", "FR-2017-399 article 1", "FR-2017-399 artikel 1"),
        ("site", "https://example.org/id/site/s1", "https://example.org/id/site/s1", "https://example.org/id/site/s1"),
    ],
)
def test_code_is_said_in_words_in_both_languages(column: str, code: str, en: str, nl: str) -> None:
    assert (worded(column, code, "en"), worded(column, code, "nl")) == (en, nl)


def test_record_of_a_file_is_named_by_its_sheet() -> None:
    record = "https://example.org/id/file/company-a/2026/risk/r3"
    assert (record_name(record), record_name(record, "nl")) == ("Risks r3", "Risico's r3")
    assert record_name("https://example.org/id/file/company-a/2026") == "company-a 2026"
    assert record_name("https://example.org/id/site/s1") is None


def test_row_of_a_table_beside_a_file_is_named_by_its_sheet_too() -> None:
    row = "https://example.org/id/file/company-a/2026/audits/finding/f1"
    assert (record_name(row), record_name(row, "nl")) == ("Audit findings f1", "Auditbevindingen f1")


def test_label_is_left_out_only_where_the_code_beside_it_says_the_same() -> None:
    names = ["riskId", "riskType", "riskLabel", "message", "messageNl"]
    row = {"riskType": "labour/wages", "riskLabel": "Loon"}
    assert said_twice(names, [row], "nl") == {"riskLabel", "message"}
    assert said_twice(names, [row, {"riskType": None, "riskLabel": "Loon"}], "nl") == {"message"}


def test_column_of_no_question_is_split_into_its_words() -> None:
    assert heading("farMills_of", "nl") == "far mills of"
    assert meaning("of no question", "nl") == "of no question"
