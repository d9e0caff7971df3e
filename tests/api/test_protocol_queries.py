"""The rules of the SPARQL 1.1 Protocol for queries that `test_sparql_protocol.py` does not look at yet."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import httpx
import pytest
from endpoint_server import BASE, HEF, Running

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
LIST = f"{BASE}/list/nike/2021-02-01"
CATALOGUE = f"{BASE}/graph/catalogue/public"
SITES = f"{BASE}/graph/site/public"
LISTINGS = f"ASK {{ ?listing a <{HEF}Listing> }}"
NAMED_LISTINGS = f"ASK {{ GRAPH ?g {{ ?listing a <{HEF}Listing> }} }}"
RESULTS = {
    "application/sparql-results+json": b'"head"',
    "application/sparql-results+xml": b"<sparql ",
    "application/json": b'"head"',
    "text/csv": b"",
    "text/tab-separated-values": b"",
}
GRAPHS = {
    "text/turtle": b"",
    "application/n-triples": b"<",
    "application/rdf+xml": b"<rdf:RDF",
    "application/ld+json": b'"@id"',
    "application/trig": b"",
    "application/n-quads": b"<",
}
SELECT = f"SELECT ?list {{ ?list a <{HEF}List> }}"
ASK = f"ASK {{ ?list a <{HEF}List> }}"
CONSTRUCT = f"CONSTRUCT {{ ?list a ?class }} {{ ?list a ?class FILTER(?class = <{HEF}List>) }}"
DESCRIBE = f"DESCRIBE <{LIST}>"


def posted(server: Running, address: str, body: bytes, content_type: str) -> httpx.Response:
    """Send a body; without a content type where that is empty."""
    headers = {"Content-Type": content_type} if content_type else {}
    return server.client.post(f"/sparql{address}", content=body, headers=headers)


@pytest.mark.parametrize("query", [SELECT, ASK, CONSTRUCT, DESCRIBE], ids=["select", "ask", "construct", "describe"])
def test_each_form_is_written_in_every_format_that_can_hold_it_and_in_no_other(server: Running, query: str) -> None:
    fitting, other = (RESULTS, GRAPHS) if query in (SELECT, ASK) else (GRAPHS, RESULTS)
    for media_type, mark in fitting.items():
        answer = server.query(query, Accept=media_type)
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == media_type
        assert mark in answer.content
    for media_type in other.keys() - fitting.keys() - {"application/json"}:
        refused = server.query(query, Accept=media_type)
        assert refused.status_code == 406
        assert all(offered in refused.text for offered in fitting.keys() - {"application/json"})
    usual = server.query(query).headers["content-type"].partition(";")[0]
    assert usual == next(iter(fitting))


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
def test_dataset_may_stand_in_the_address_while_the_query_stands_in_a_form(server: Running, name: str) -> None:
    query = LISTINGS if name == "default-graph-uri" else NAMED_LISTINGS
    for graph, found in ((LIST, True), (CATALOGUE, False)):
        answer = posted(server, f"?{urlencode({name: graph})}", f"query={quote(query)}".encode(), FORM)
        assert answer.json()["boolean"] is found


def test_dataset_may_be_half_in_the_address_and_half_in_the_form(server: Running) -> None:
    query = f"ASK {{ ?listing a <{HEF}Listing> . ?site a <{HEF}Site> }}"
    body = urlencode({"query": query, "default-graph-uri": SITES}).encode()
    assert posted(server, f"?{urlencode({'default-graph-uri': LIST})}", body, FORM).json()["boolean"] is True
    assert posted(server, "", body, FORM).json()["boolean"] is False


def test_two_named_graphs_stay_apart(server: Running) -> None:
    query = (
        f"""SELECT ?a ?b {{ GRAPH ?a {{ ?listing a <{HEF}Listing> }} GRAPH ?b {{ ?list a <{HEF}List> }} }} LIMIT 1"""
    )
    answer = server.client.get("/sparql", params={"query": query, "named-graph-uri": [LIST, CATALOGUE]})
    assert [(row["a"]["value"], row["b"]["value"]) for row in answer.json()["results"]["bindings"]] == [
        (LIST, CATALOGUE)
    ]


@pytest.mark.parametrize(
    ("parameters", "default", "named"),
    [
        ({"default-graph-uri": LIST}, True, False),
        ({"named-graph-uri": LIST}, False, True),
        ({"default-graph-uri": LIST, "named-graph-uri": CATALOGUE}, True, False),
        ({"default-graph-uri": CATALOGUE, "named-graph-uri": LIST}, False, True),
        ({"default-graph-uri": [LIST, SITES], "named-graph-uri": [LIST, SITES]}, True, True),
    ],
)
@pytest.mark.parametrize("method", ["GET", "form", "direct"])
def test_no_graph_of_from_is_asked_once_the_request_names_any(
    server: Running, method: str, parameters: dict[str, str], default: bool, named: bool
) -> None:
    """The query names the opposite of what the request names, and counts for nothing."""
    for query, found in ((LISTINGS, default), (NAMED_LISTINGS, named)):
        text = query.replace(
            "{", f"FROM <{CATALOGUE if found else LIST}> FROM NAMED <{SITES if found else LIST}> {{", 1
        )
        answer = server.sent(method, text, parameters)
        assert answer.json()["boolean"] is found


@pytest.mark.parametrize(
    ("address", "body", "content_type"),
    [
        ("", b"query=ASK%20%7B%7D&query=ASK%20%7B%7D", FORM),
        ("?query=ASK%20%7B%7D", b"query=ASK%20%7B%7D", FORM),
        ("?query=ASK%20%7B%7D", b"ASK {}", QUERY),
        ("", b"", FORM),
        ("", b"query=", FORM),
        ("", b"", QUERY),
        ("", b" \n# nothing\n", QUERY),
        ("", b"query=ASK%20%7B%7D", ""),
        ("", b"ASK {}", ""),
        ("?query=ASK%20%7B%7D", b"", ""),
        ("", b"query=ASK%20%7B%7D", QUERY),
        ("", b"ASK {}", FORM),
        ("", b"ASK {}", "application/sparql-results+json"),
        ("", b'{"query": "ASK {}"}', "application/json"),
        ("", b"--x\r\n\r\nASK {}\r\n--x--", "multipart/form-data; boundary=x"),
        ("", "ASK {}".encode("utf-16"), QUERY),
        ("", "ASK {}".encode("utf-16"), f"{QUERY}; charset=UTF-16"),
        ("", "ASK { ?s ?p 'é' }".encode("latin-1"), QUERY),
        ("", b"query=ASK%20%7B%20%3Fs%20%3Fp%20%27%E9%27%20%7D", FORM),
        ("", b"ASK { ?s ?p }", QUERY),
        ("", b"query=ASK%20%7B%20%3Fs%20%7D", FORM),
    ],
)
def test_post_that_the_protocol_does_not_know_is_a_fault_of_the_client(
    server: Running, address: str, body: bytes, content_type: str
) -> None:
    answer = posted(server, address, body, content_type)
    assert answer.status_code in (400, 415)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_query_of_a_form_may_stand_in_the_address(server: Running) -> None:
    assert posted(server, f"?{urlencode({'query': ASK})}", b"", FORM).json()["boolean"] is True


@pytest.mark.parametrize(
    "address", ["?query=ASK%20%7B%20%FF%20%7D", "?query=ASK%7B%7D&query=SELECT%20*%20%7B%7D", "?query="]
)
def test_get_that_holds_no_one_query_is_a_fault_of_the_client(server: Running, address: str) -> None:
    assert server.client.get(f"/sparql{address}").status_code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "QUERY"])
def test_other_methods_are_told_which_there_are(server: Running, method: str) -> None:
    headers = {"Content-Type": FORM}
    answer = server.client.request(method, "/sparql", params={"query": ASK}, headers=headers)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"


def test_relative_names_in_a_query_stand_for_addresses_below_the_endpoint(server: Running) -> None:
    answer = server.query("SELECT (<there> AS ?x) (IRI('here') AS ?y) {}")
    row = answer.json()["results"]["bindings"][0]
    assert (row["x"]["value"], row["y"]["value"]) == (
        server.url.replace("sparql", "there"), server.url.replace("sparql", "here")
    )  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (<urn:soundex>('a') AS ?x) {}",
        "ASK { FILTER(<urn:soundex>('a')) }",
        "SELECT * { ?s ?p ?o } ORDER BY <urn:soundex>(?o)",
        "CONSTRUCT { ?s ?p ?x } { ?s ?p ?o BIND(<urn:soundex>(?o) AS ?x) }",
        "ASK { FILTER NOT EXISTS { ?s ?p ?o FILTER(<urn:soundex>(?o)) } }",
    ],
)
def test_function_that_there_is_not_is_named(server: Running, query: str) -> None:
    answer = server.query(query)
    assert answer.status_code == 400
    assert answer.text == "Unknown function. There is no function <urn:soundex> here.\n"


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("CONSTRUCTWHERE { ?s ?p ?o }", "text/turtle"),
        ("construct{?s ?p ?o}where{?s ?p ?o}", "text/turtle"),
        (f"DESCRIBE<{LIST}>", "text/turtle"),
        ("SELECTDISTINCT*{ ?s ?p ?o }", "application/sparql-results+json"),
        ("selectreduced ?s { ?s ?p ?o }", "application/sparql-results+json"),
        ("ASKWHERE{}", "application/sparql-results+json"),
        ("ASKFROM<" + LIST + ">{}", "application/sparql-results+json"),
    ],
)
def test_keywords_that_touch_each_other_are_read_as_the_engine_reads_them(
    server: Running, query: str, kind: str
) -> None:
    answer = server.query(query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].partition(";")[0] == kind
