"""What holds for every question file: header, prefixes, order, parameters, columns."""

from __future__ import annotations

import re

import pytest
from pyoxigraph import QuerySolutions, Store

from hefboom.queries import Question, catalogue

QUESTIONS = list(catalogue().values())
each_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
BY_COMMAND = {"CQ06"}
"""A misspelt factory is looked up by `hefboom find`, which is no question of the catalogue."""
USE = re.compile(r"\{\n *\?list a hef:List ;.*?\n *UNION\n.*?\n *UNION\n.*?\n *\}", re.DOTALL)


def body(question: Question) -> str:
    return "\n".join(line for line in question.sparql.splitlines() if not line.startswith("#"))


def test_questions_answer_the_competency_questions() -> None:
    answered = {answer for question in QUESTIONS for answer in question.header.answers}
    assert answered == {f"CQ{number:02d}" for number in range(1, 41)} - BY_COMMAND


@each_question
def test_question_has_a_title_in_both_languages(question: Question) -> None:
    assert question.title("nl") != question.title("en")
    assert len(question.notes("nl")) == len(question.notes("en"))


@each_question
def test_columns_are_selected_in_the_order_of_the_header(question: Question) -> None:
    solutions = Store().query(question.sparql)
    assert isinstance(solutions, QuerySolutions)
    selected = [variable.value for variable in solutions.variables]
    computed = question.header.computed | ({question.header.beside.column} if question.header.beside else set())
    promised = [column.name for column in question.header.queried if column.name not in computed]
    assert [name for name in selected if name in promised] == promised
    assert set(selected) <= set(promised) | {param.name for param in question.header.params}


@each_question
def test_parameters_are_bound_as_terms(question: Question) -> None:
    selected = {variable.value for variable in Store().query(question.sparql).variables}  # type: ignore[union-attr]
    for param in question.header.params:
        if param.many:
            assert f"VALUES ?{param.name} {{ }}" in question.sparql
        else:
            assert param.name in selected
            assert len(re.findall(rf"\?{param.name}\b", body(question))) > 1


@each_question
def test_prefixes_are_sorted_and_used(question: Question) -> None:
    declared = re.findall(r"^PREFIX (\w+): <", question.sparql, re.MULTILINE)
    assert declared == sorted(declared)
    rest = re.sub(r"^PREFIX .*$", "", body(question), flags=re.MULTILINE)
    assert all(re.search(rf"\b{prefix}:\w", rest) for prefix in declared)


@each_question
def test_order_ends_in_a_variable_of_the_answer(question: Question) -> None:
    assert body(question).rstrip().splitlines()[-1].startswith("ORDER BY ")


@each_question
def test_texts_are_not_compared_in_a_join(question: Question) -> None:
    assert not re.search(r"FILTER\([^)]*STR\(", question.sparql)


@each_question
def test_sites_in_use_are_found_the_same_way_everywhere(question: Question) -> None:
    """The three ways in which a company uses a site stand in many files; all copies must stay equal."""
    assert bool(USE.findall(body(question))) == ("hef:SiteUse" in question.sparql)
    for block in USE.findall(body(question)):
        block = re.sub(r"(hef:contributor|hef:buyer) \?\w+", r"\1 ?company", block)
        block = re.sub(r"\?(company|first|second|other)\b(?= hef:contributorKind)", "?company", block)
        block = re.sub(r"hef:(refersTo|site) \?\w+", r"hef:\1 ?site", block)
        block = re.sub(r"\?(at|from|to)\b", "?at", block)
        lines = [line.strip() for line in block.splitlines()]
        assert "FILTER NOT EXISTS { ?list hef:isRegister true }" in lines
        assert lines.count("VALUES ?buyerKind { kind:brand kind:unknown }") == 2
        assert lines.count("?company hef:contributorKind ?buyerKind .") == 2
        assert "FILTER NOT EXISTS { ?relationship hef:buyerListing|hef:supplierListing ?listing }" in lines
        assert "GRAPH ?list { ?listing hef:reportedIn ?entry }" in lines


@each_question
def test_second_form_names_its_columns_alike(question: Question) -> None:
    if question.sql is not None:
        for name in {column.name for column in question.header.columns} - question.header.computed:
            assert re.search(rf'\b{name}\b|"{name}"', question.sql)
