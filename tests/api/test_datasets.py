"""Queries over several graphs as one: the merge of these, in which a statement stands once, whatever names them."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from endpoint_server import BASE, Running, Starter, source_store, start, stop

from hefboom.graph.publications import Publications

GRAPHS = [f"{BASE}/graph/{kind}/public" for kind in ("catalogue", "site", "identity")]
CATALOGUE, PLACES, IDENTITY = GRAPHS
APART = f"{BASE}/graph/notes/public"
"""A graph that shares no statement with others."""
QUERIES = {
    "rows": "SELECT ?s ?o {clause} {{ ?s <http://example.org/p> ?o }}",
    "join": "SELECT ?s ?o {clause} {{ ?s <http://example.org/p> ?m . ?m ?q ?o }}",
    "count": "SELECT (COUNT(*) AS ?n) {clause} {{ ?s ?p ?o }}",
    "path": "SELECT ?s ?o {clause} {{ ?s (<http://example.org/p>|<http://example.org/q>) ?o }}",
}


def quads() -> Iterator[str]:
    """Three graphs that have many statements in common, and one with none of these; a blank node stands in all."""
    chance = random.Random(5)
    for graph in GRAPHS:
        for number in range(25):
            subject, value = (f"<http://example.org/{chance.randrange(5)}>" for _ in range(2))
            yield f"{subject} <http://example.org/{chance.choice('pq')}> {value if number % 5 else '_:b'} <{graph}> ."
        yield f"_:b <http://example.org/p> <http://example.org/1> <{graph}> ."
    for number in range(40):
        yield f"<http://example.org/{number}> <http://example.org/r> <http://example.org/p> <{APART}> ."


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("overlapping")
    Publications(place).publish(source_store(quads()), "public", BASE)
    return place


@pytest.fixture(scope="module", params=[1, 100_000], ids=["from the disk", "from memory"])
def overlapping(
    request: pytest.FixtureRequest, published: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    running = start(published, tmp_path_factory.mktemp("spool"), workers=2, long_queries=1, in_memory=request.param)
    yield running
    stop(running)


def expected(query: str, graphs: tuple[str, ...]) -> Counter[tuple[str, ...]]:
    """The rows of a query over the merge of graphs, made by hand."""
    source, merged = source_store(quads()), ox.Store()
    for graph in graphs:
        merged.extend(
            ox.Quad(q.subject, q.predicate, q.object)
            for q in source.quads_for_pattern(None, None, None, ox.NamedNode(graph))
        )
    found = merged.query(query.format(clause=""))
    assert isinstance(found, ox.QuerySolutions)
    return Counter(tuple("_" if isinstance(cell, ox.BlankNode) else cell.value for cell in row) for row in found)


def rows(server: Running, method: str, query: str, parameters: dict[str, list[str]]) -> Counter[tuple[str, ...]]:
    answer = server.sent(method, query, parameters)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    cells = ([row[name] for name in found["head"]["vars"]] for row in found["results"]["bindings"])
    return Counter(tuple("_" if cell["type"] == "bnode" else cell["value"] for cell in row) for row in cells)


@pytest.mark.parametrize(
    "graphs", [chosen for size in (1, 2, 3) for chosen in itertools.combinations([*GRAPHS, APART], size)]
)
@pytest.mark.parametrize("name", QUERIES)
def test_statement_of_two_graphs_counts_once(overlapping: Running, name: str, graphs: tuple[str, ...]) -> None:
    clause = " ".join(f"FROM <{graph}>" for graph in graphs)
    found = rows(overlapping, "GET", QUERIES[name].format(clause=clause), {})
    assert found == expected(QUERIES[name], graphs)


@pytest.mark.parametrize("method", ["GET", "form", "direct"])
@pytest.mark.parametrize("graphs", [(CATALOGUE, PLACES), (*GRAPHS, APART), (CATALOGUE, CATALOGUE)])
def test_statement_of_two_graphs_that_a_request_names_counts_once(
    overlapping: Running, method: str, graphs: tuple[str, ...]
) -> None:
    for query in QUERIES.values():
        found = rows(overlapping, method, query.format(clause=""), {"default-graph-uri": list(graphs)})
        assert found == expected(query, graphs)


@pytest.mark.parametrize(
    "clause",
    [
        f"FROM <{CATALOGUE}> FROM <{CATALOGUE}>",
        f"from<{CATALOGUE}>from<{CATALOGUE}>",
        "FROM :catalogue/public FROM:catalogue/public".replace("/", "\\/"),
        f"FROM <{CATALOGUE}> FROM <{BASE}/graph/cata\\u006cogue/public>",
    ],
)
def test_graph_that_is_named_twice_counts_once(overlapping: Running, clause: str) -> None:
    query = f"PREFIX : <{BASE}/graph/> " + QUERIES["count"].format(clause=clause)
    assert rows(overlapping, "GET", query, {}) == expected(QUERIES["count"], (CATALOGUE,))


@pytest.mark.parametrize(
    "clause", [f"FROM NAMED <{PLACES}>", "FROM NAMED:site\\/public", "FROMNAMED:site\\/public", f"fromnamed<{PLACES}>"]
)
def test_default_graph_is_empty_where_only_named_graphs_are_named(overlapping: Running, clause: str) -> None:
    query = f"PREFIX : <{BASE}/graph/> SELECT (COUNT(?s) AS ?n) ?g {clause} {{ %s }} GROUP BY ?g"
    named = rows(overlapping, "GET", query % "GRAPH ?g { ?s ?p ?o }", {})
    assert named == {(str(expected(QUERIES["count"], (PLACES,)).popitem()[0][0]), PLACES): 1}
    assert not rows(overlapping, "GET", query % "?s ?p ?o BIND(1 AS ?g)", {})
    plain = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    assert rows(overlapping, "GET", plain, {"named-graph-uri": [PLACES]}) == {("0",): 1}


def test_named_graphs_stay_whole_beside_a_merge(overlapping: Running) -> None:
    query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } ?s ?p ?o } GROUP BY ?g"
    asked = {"default-graph-uri": [CATALOGUE, PLACES], "named-graph-uri": [PLACES, APART]}
    places = expected(QUERIES["count"], (PLACES,)).popitem()[0][0]
    assert rows(overlapping, "GET", query, asked) == {(PLACES, places): 1}


def test_blank_node_of_two_graphs_is_the_same_in_their_merge(overlapping: Running) -> None:
    query = "SELECT (COUNT(DISTINCT ?b) AS ?n) { ?s ?p ?b GRAPH ?g { ?b ?q ?o } FILTER(isBlank(?b)) }"
    asked = {"default-graph-uri": [CATALOGUE, PLACES], "named-graph-uri": [PLACES, IDENTITY]}
    assert rows(overlapping, "GET", query, asked) == {("1",): 1}


def test_merge_that_is_too_large_is_refused_in_plain_words(published: Path, started: Starter) -> None:
    server = started(published, workers=2, long_queries=1, merged=20)
    answer = server.query(QUERIES["count"].format(clause=f"FROM <{CATALOGUE}> FROM <{PLACES}>"))
    assert answer.status_code == 400
    assert "more than the 20 statements" in answer.text
    for graphs in ([CATALOGUE, APART], [*GRAPHS, APART, f"{BASE}/graph/publication"]):
        asked = {"default-graph-uri": graphs}
        assert server.sent("GET", QUERIES["count"].format(clause=""), asked).status_code == 200


def test_publication_of_before_merges_what_may_overlap(tmp_path: Path, started: Starter) -> None:
    published = Publications(tmp_path / "data").publish(source_store(quads()), "public", BASE)
    (published.folder / "overlaps.json").unlink()
    server = started(tmp_path / "data", workers=2, long_queries=1)
    for graphs in itertools.combinations([*GRAPHS, APART], 2):
        clause = " ".join(f"FROM <{graph}>" for graph in graphs)
        assert rows(server, "GET", QUERIES["rows"].format(clause=clause), {}) == expected(QUERIES["rows"], graphs)
