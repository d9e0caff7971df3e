"""Free SPARQL reads the union of all graphs, calls nobody, and refuses what would end its parser."""

from __future__ import annotations

import json

import pytest
from golden_facts import GOLDEN
from pyoxigraph import RdfFormat, Store

from hefboom.errors import QueryError, UsageError
from hefboom.queries.free import MAX_DEPTH, MAX_LENGTH, check, free_query

SITES = "PREFIX hef: <https://w3id.org/hefboom/ns#> SELECT (COUNT(?s) AS ?n) WHERE { ?s a hef:Site }"


@pytest.fixture(scope="module")
def store() -> Store:
    return GOLDEN.evidence().store


def test_json_is_sparql_results_json(store: Store) -> None:
    found = json.loads(free_query(store, SITES, "json"))
    assert found["head"] == {"vars": ["n"]}
    assert found["results"]["bindings"][0]["n"]["value"] == "6"


@pytest.mark.parametrize(("form", "start"), [("csv", b"n\r\n6"), ("tsv", b"?n\n6"), ("xml", b"<?xml")])
def test_other_result_formats(store: Store, form: str, start: bytes) -> None:
    assert free_query(store, SITES, form).startswith(start)


def test_statement_of_two_graphs_counts_twice_unless_distinct_is_said() -> None:
    # docs/operations.md, "Where answers differ": tells of a newer engine, or of a union kept here too
    two = Store()
    two.load(b"<urn:a> <urn:p> <urn:b> <urn:one> .\n<urn:a> <urn:p> <urn:b> <urn:two> .", RdfFormat.N_QUADS)
    assert free_query(two, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "csv") == b"n\r\n2\r\n"
    assert free_query(two, "SELECT DISTINCT ?s { ?s ?p ?o }", "csv") == b"s\r\nurn:a\r\n"


def test_table_and_ask(store: Store) -> None:
    assert b"6" in free_query(store, SITES, "table")
    assert free_query(store, "ASK { ?s ?p ?o }", "table") == b"yes\n"
    assert json.loads(free_query(store, "ASK { ?s ?p ?o }", "json"))["boolean"] is True


@pytest.mark.parametrize("form", ["ttl", "nt", "table"])
def test_construct_gives_triples(store: Store, form: str) -> None:
    query = "PREFIX hef: <https://w3id.org/hefboom/ns#> CONSTRUCT { ?c a hef:Covenant } WHERE { ?c a hef:Covenant }"
    assert b"golden-covenant" in free_query(store, query, form)


@pytest.mark.parametrize(("query", "form"), [(SITES, "ttl"), ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "json")])
def test_format_must_fit_the_kind_of_query(store: Store, query: str, form: str) -> None:
    with pytest.raises(UsageError, match=f"'{form}' is for"):
        free_query(store, query, form)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { service silent ?x { ?s ?p ?o } }",
        "PREFIX : <urn:> SELECT * { ?s ?p 'it''s' . SERVICE :a { ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <urn:x> { ?s ?p ?o } }",
        "SELECT * { ?s ?p '# no comment' SERVICE <urn:x> { } }",
        "SELECT * { FILTER(?a<1)SERVICE<urn:x>{ } }",
    ],
)
def test_calling_another_server_is_refused(query: str) -> None:
    with pytest.raises(QueryError, match="SERVICE is refused"):
        check(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { ?service ?p 'SERVICE' }",
        "PREFIX service: <urn:> SELECT * { ?s service:of ?o . ?o service:SERVICE ?x }",
        "SELECT * { ?s <urn:SERVICE> ?o } # SERVICE <urn:x> { }",
    ],
)
def test_the_word_alone_is_no_call(query: str) -> None:
    check(query)


def test_queries_that_would_end_the_parser_are_refused(store: Store) -> None:
    deep = "{" * (MAX_DEPTH + 1) + "}" * (MAX_DEPTH + 1)
    with pytest.raises(QueryError, match="levels deep"):
        free_query(store, f"SELECT * {deep}", "json")
    with pytest.raises(QueryError, match="characters"):
        free_query(store, "#" * (MAX_LENGTH + 1), "json")


def test_a_mistake_is_told_with_line_column_and_word(store: Store) -> None:
    with pytest.raises(QueryError, match="line 2, column 9: 'WHER' is not expected here"):
        free_query(store, "SELECT *\n{ ?s ?p WHER ?o }", "json")
    with pytest.raises(QueryError, match="line 1, column 17: the query ends too early"):
        free_query(store, "SELECT * { ?s ?p", "json")


@pytest.mark.parametrize("query", ["SELECT WHERE", "INSERT DATA { <urn:a> <urn:b> <urn:c> }", "DROP ALL"])
def test_what_does_not_read_is_an_error(store: Store, query: str) -> None:
    with pytest.raises(QueryError, match="the query cannot be read"):
        free_query(store, query, "json")
