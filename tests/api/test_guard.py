"""What the look before the parser sees, and what it must not be fooled by."""

from __future__ import annotations

import contextlib

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hefboom.api.errors import Problem
from hefboom.api.guard import Bounds, check, scan
from hefboom.api.row_limit import with_row_limit
from hefboom.api.syntax import explain

ANY_SERVICE = [
    "SELECT * { SERVICE <http://a/> { ?s ?p ?o } }",
    "SELECT * { service\t<http://a/>{} }",
    "SELECT * { SERVICE SILENT <http://a/> {} }",
    "SELECT * { SERVICE ?x {} }",
    "PREFIX a: <http://a/> SELECT * { SERVICE a: {} }",
    "PREFIX : <http://a/> SELECT * { SERVICE:a {} }",
    "PREFIX : <http://a/> SELECT * { SERVICESILENT:a {} }",
    "SELECT * { ?s ?p trueSERVICE<http://a/>{} }",
    "SELECT * { BIND(1 AS ?x)SERVICE<http://a/>{} }",
    "SELECT * { FILTER(1<2)SERVICE?x#>\n{} }",
    "SELECT * { FILTER(1<2+'>')SERVICE<http://a/>{} FILTER('a') }",
    "SELECT * { ?s <urn:it's> ?o SERVICE <http://a/> {} FILTER('x') }",
    "PREFIX e: <urn:> SELECT * { ?s e:it\\'s ?o SERVICE <http://a/> {} FILTER('x') }",
    'SELECT * { ?s ?p """a"b""" SERVICE <http://a/> {} }',
    "SELECT * { # ' \n SERVICE <http://a/> {} }",
]
NO_SERVICE = [
    "SELECT * { ?s ?p 'SERVICE <http://a/>' }",
    'SELECT * { ?s ?p """ SERVICE <http://a/> {} """ }',
    "SELECT * { ?s ?p ?o } # SERVICE <http://a/> {}",
    "SELECT ?service { ?service <http://a/SERVICE> ?o }",
    "PREFIX service: <urn:> SELECT * { service:a service:service ?o }",
    "SELECT * { ?s <http://a/b#SERVICE> ?o }",
]


@pytest.mark.parametrize("query", ANY_SERVICE)
def test_service_is_found_however_it_is_written(query: str) -> None:
    with pytest.raises(Problem, match="SERVICE is refused"):
        check(query, Bounds())


@pytest.mark.parametrize("query", NO_SERVICE)
def test_word_that_is_no_keyword_is_no_service(query: str) -> None:
    assert scan(query).services == frozenset()


@pytest.mark.parametrize(
    "service", ["a:one/sparql", r"a:one\/sparql", r"<http://a/one\u002Fsparql>", r"<http://a/one\U0000002fsparql>"]
)
def test_allowed_service_is_let_through(service: str) -> None:
    query = f"PREFIX a: <http://a/> SELECT * {{ SERVICE {service.replace('one/', 'one%2F')} {{}} }}"
    address = "http://a/one%2Fsparql" if "one/" in service else "http://a/one/sparql"
    assert check(query, Bounds(), frozenset({address})).services == {address}


@pytest.mark.parametrize("iri", [r"http://a/\UFFFFFFFF", r"http://a/\uD800", r"http://a/\U0000dfff"])
def test_code_point_that_is_no_character_is_left_as_it_stands(iri: str) -> None:
    assert scan(f"SELECT * FROM <{iri}> {{}}").default == (iri,)


@pytest.mark.parametrize("iri", ["http://[x", r"http://\u005Bx"])
@pytest.mark.parametrize("base", ["", "BASE <http://a/> "])
def test_address_that_cannot_be_taken_apart_is_a_fault_of_the_client(base: str, iri: str) -> None:
    with pytest.raises(Problem, match="is not an IRI"):
        scan(f"{base}SELECT * FROM <{iri}> {{}}")


@pytest.mark.parametrize(
    ("query", "depth"),
    [
        ("SELECT * { { { ?s ?p ?o } } }", 3),
        ("SELECT * { ?s ?p '{{{{' }", 1),
        ("SELECT * { ?s ?p ?o # {{{{\n }", 1),
        ("SELECT * { ?s <http://a/#b> { } ?o }", 2),
        ("SELECT * { ?s ?p '''{'{''{''' }", 1),
        ("SELECT * { FILTER((((1)))) }", 5),
        ("SELECT * { << << ?s ?p ?o >> ?p ?o >> ?p ?o }", 3),
    ],
)
def test_depth_counts_brackets_outside_strings_iris_and_comments(query: str, depth: int) -> None:
    assert scan(query).depth == depth


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("PREFIX select: <urn:> ASK { select:a ?p ?o }", "ASK"),
        ("BASE <http://a/construct> DESCRIBE <x>", "DESCRIBE"),
        ("# SELECT\nCONSTRUCT {} WHERE {}", "CONSTRUCT"),
        ("insert data { <a:a> <a:b> 1 }", "UPDATE"),
        ("PREFIX a: <urn:> WITH a:g DELETE WHERE { ?s ?p ?o }", "UPDATE"),
        ("gibberish", ""),
    ],
)
def test_form_is_the_first_keyword_after_the_prologue(query: str, form: str) -> None:
    assert scan(query).form == form


@pytest.mark.parametrize(
    ("query", "limited"),
    [
        ("SELECT * { ?s ?p ?o }", "SELECT * { ?s ?p ?o }\nLIMIT 10\n"),
        ("SELECT * { ?s ?p ?o } LIMIT 5", "SELECT * { ?s ?p ?o } LIMIT 5"),
        ("SELECT * { ?s ?p ?o } LIMIT 500 OFFSET 2", "SELECT * { ?s ?p ?o } LIMIT 10 OFFSET 2"),
        (
            "SELECT * { { SELECT * {} LIMIT 99 } } # LIMIT 3",
            "SELECT * { { SELECT * {} LIMIT 99 } }\nLIMIT 10\n # LIMIT 3",
        ),
        ("SELECT * {} ORDER BY ?x VALUES ?x { 1 }", "SELECT * {} ORDER BY ?x \nLIMIT 10\nVALUES ?x { 1 }"),
        ("SELECT * { FILTER(?a<<b>) } LIMIT 500", "SELECT * { FILTER(?a<<b>) } LIMIT 10"),
        ("ASK {}", "ASK {}"),
    ],
)
def test_row_limit_goes_where_the_outermost_limit_stands(query: str, limited: str) -> None:
    assert with_row_limit(query, scan(query), 10) == limited


@given(st.text(alphabet="{}()[]<>\"'\\#?$:.;,|^/*+-!=&@_ \n\tabSERVICE019éà", max_size=60))
def test_scan_reads_any_text_without_failing(text: str) -> None:
    with contextlib.suppress(Problem):
        assert scan(text).depth <= len(text)


@given(st.text(alphabet="{}()<>\"'\\#?:.;,^=@ \nabASKSELECT01", max_size=40))
def test_every_syntax_error_is_explained_within_the_query(text: str) -> None:
    query = f"SELECT * {{ {text}"
    try:
        ox.Store().query(query, base_iri="http://localhost/")
    except SyntaxError as error:
        problem = explain(query, error, "http://localhost/")
        assert 1 <= int(problem.extra["line"]) <= query.count("\n") + 1
        assert problem.extra["column"] >= 1


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT *\nWHERE { ?s ?p ?o . FOO }", "line 2, column 20: 'FOO' is not expected here."),
        ("SELECT * { ?s ?p ?o FILTER(?s == 2) }", "line 1, column 31: '==' is not expected here."),
        ("SELECT *\n{ ?s foo:a ?o }", "line 2, column 6: Prefix not found, at 'foo:a'."),
        ("SELECT * {", "line 1, column 11: the query ends too early."),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", "line 1, column 34: SELECT * is not authorized with GROUP BY."),
        ("SELECT ?x ?x { ?x ?y ?z }", "line 1, column 26: Duplicated variable name in SELECT."),
        ("SELECT * { FILTER(?x = ) }", "line 1, column 24: ')' is not expected here."),
        ("SELEC * {}", "line 1, column 1: 'SELEC' is not expected here."),
    ],
)
def test_syntax_error_names_the_word_where_the_query_goes_wrong(query: str, message: str) -> None:
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(query, base_iri="http://localhost/")
    assert explain(query, caught.value, "http://localhost/").detail.endswith(message)
