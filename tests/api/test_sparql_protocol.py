"""SPARQL 1.1 Protocol, section by section, against a real server."""

from __future__ import annotations

import json
import socket
from urllib.parse import unquote_to_bytes

import httpx
import pyoxigraph as ox
import pytest
from endpoint_server import BASE, Running
from hypothesis import example, given
from hypothesis import strategies as st

from hefboom.api.sparql_request import unquoted

ASK = "ASK {}"
SELECT = "SELECT ?s WHERE { ?s a <https://w3id.org/hefboom/ns#List> }"
CONSTRUCT = "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 3"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
PUBLIC_LIST = f"{BASE}/list/nike/2021-02-01"

REFUSED = [
    ("no query in the form", "POST", {}, {"Content-Type": FORM}, b"other=1", 400),
    ("two queries", "GET", {"query": [ASK, ASK]}, {}, b"", 400),
    ("empty query", "GET", {"query": ""}, {}, b"", 400),
    ("syntax error", "GET", {"query": "ASK {"}, {}, b"", 400),
    ("query not UTF-8", "POST", {}, {"Content-Type": QUERY}, b"ASK { ?s ?p '\xff' }", 400),
    ("parameter not UTF-8", "POST", {}, {"Content-Type": FORM}, b"query=ASK%20%7B%7D%ff", 400),
    ("query in body and address", "POST", {"query": ASK}, {"Content-Type": QUERY}, ASK.encode(), 400),
    ("query and update", "POST", {}, {"Content-Type": FORM}, b"query=ASK%7B%7D&update=CLEAR+ALL", 400),
    ("update by address", "GET", {"update": "CLEAR ALL"}, {}, b"", 403),
    ("update by form", "POST", {}, {"Content-Type": FORM}, b"update=CLEAR%20ALL", 403),
    ("update by body", "POST", {}, {"Content-Type": "application/sparql-update"}, b"CLEAR ALL", 403),
    ("update as query", "GET", {"query": "INSERT DATA { <a:a> <a:b> 1 }"}, {}, b"", 403),
    ("load as query", "GET", {"query": "LOAD <http://127.0.0.1:1/>"}, {}, b"", 403),
    ("dataset without a query", "GET", {"default-graph-uri": PUBLIC_LIST}, {}, b"", 400),
    ("results without a query", "GET", {}, {"Accept": "text/csv, application/sparql-results+xml;q=0.5"}, b"", 400),
    ("format of results without a query", "GET", {"format": "csv"}, {}, b"", 400),
    ("no content type", "POST", {}, {}, b"ASK {}", 415),
    ("other content type", "POST", {}, {"Content-Type": "text/plain"}, b"ASK {}", 415),
    ("other charset", "POST", {}, {"Content-Type": f"{QUERY}; charset=latin1"}, b"ASK {}", 415),
    ("compressed body", "POST", {}, {"Content-Type": QUERY, "Content-Encoding": "gzip"}, b"ASK {}", 415),
    ("format of nothing", "GET", {"query": ASK, "format": "nonsense"}, {}, b"", 400),
    ("graph format for SELECT", "GET", {"query": SELECT, "format": "turtle"}, {}, b"", 406),
    ("accepts what there is not", "GET", {"query": SELECT}, {"Accept": "image/png"}, b"", 406),
    ("accepts all but", "GET", {"query": SELECT}, {"Accept": "application/*;q=0, text/*;q=0"}, b"", 406),
    ("PUT", "PUT", {}, {}, b"", 405),
    ("DELETE", "DELETE", {}, {}, b"", 405),
    ("PATCH", "PATCH", {}, {}, b"", 405),
    ("SERVICE", "GET", {"query": "ASK { SERVICE <http://127.0.0.1:1/> {} }"}, {}, b"", 403),
    ("SERVICE by variable", "GET", {"query": "ASK { VALUES ?x {<a:a>} SERVICE ?x {} }"}, {}, b"", 403),
    ("SERVICE SILENT", "GET", {"query": "ASK { SERVICE SILENT <http://127.0.0.1:1/> {} }"}, {}, b"", 403),
    ("FROM a file", "GET", {"query": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"}, {}, b"", 403),
    ("FROM elsewhere", "GET", {"query": "SELECT * FROM <http://127.0.0.1:1/x> { ?s ?p ?o }"}, {}, b"", 403),
    ("closed graph", "GET", {"query": ASK, "default-graph-uri": f"{BASE}/list/aurora/2022-03-01"}, {}, b"", 403),
    ("unknown named graph", "GET", {"query": ASK, "named-graph-uri": "http://127.0.0.1:1/x"}, {}, b"", 403),
    ("FROM elsewhere by BASE", "GET", {"query": "BASE <http://127.0.0.1:1/> ASK FROM <x> { ?s ?p ?o }"}, {}, b"", 403),
    ("FROM a relative name", "GET", {"query": "ASK FROM <x> { ?s ?p ?o }"}, {}, b"", 403),
    ("FROM NAMED elsewhere", "GET", {"query": "ASK FROM NAMED <http://a/x> { ?s ?p ?o }"}, {}, b"", 403),
    ("FROM joined to other words", "GET", {"query": "PREFIX : <http://a/> ASK FROM:x { ?s ?p ?o }"}, {}, b"", 403),
    ("relative default graph", "GET", {"query": ASK, "default-graph-uri": "x"}, {}, b"", 403),
    ("default graph no IRI", "GET", {"query": ASK, "default-graph-uri": "http://a b/<>"}, {}, b"", 400),
    ("using-graph-uri", "GET", {"query": ASK, "using-graph-uri": PUBLIC_LIST}, {}, b"", 400),
    ("3,000 braces", "GET", {"query": "SELECT * " + "{" * 3000 + "}" * 3000}, {}, b"", 400),
]


@pytest.mark.parametrize(
    ("method", "params", "headers", "body", "status"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_request_is_refused_plainly(
    server: Running, method: str, params: dict[str, str], headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = server.client.request(method, "/sparql", params=params, headers=headers, content=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.endswith("\n")
    assert "Traceback" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("branch", "status"), [("{?s ?p ?o}", 413), ("{}", 400)])
def test_20_000_unions_are_refused_and_the_server_lives(server: Running, branch: str, status: int) -> None:
    query = "SELECT * {" + "UNION".join([branch] * 20_000) + "}"
    answer = server.client.post("/sparql", content=query.encode(), headers={"Content-Type": QUERY})
    assert answer.status_code == status
    assert server.query(ASK).status_code == 200


@pytest.mark.parametrize(
    ("method", "params", "headers", "body"),
    [
        ("GET", {"query": SELECT}, {}, b""),
        ("POST", {}, {"Content-Type": FORM}, ("query=" + SELECT.replace(" ", "%20").replace("#", "%23")).encode()),
        ("POST", {}, {"Content-Type": f"{FORM}; charset=UTF-8"}, ("query=" + SELECT.replace("#", "%23")).encode()),
        ("POST", {}, {"Content-Type": QUERY}, SELECT.encode()),
        ("POST", {}, {"Content-Type": f"{QUERY};charset=utf-8"}, SELECT.encode()),
        ("POST", {"default-graph-uri": f"{BASE}/graph/catalogue/public"}, {"Content-Type": QUERY}, SELECT.encode()),
    ],
)
def test_query_is_answered_each_way_it_may_be_sent(
    server: Running, method: str, params: dict[str, str], headers: dict[str, str], body: bytes
) -> None:
    answer = server.client.request(method, "/sparql", params=params, headers=headers, content=body)
    assert answer.status_code == 200
    assert [row["s"]["value"] for row in answer.json()["results"]["bindings"]] == [PUBLIC_LIST]


@pytest.mark.parametrize(
    ("query", "accept", "content_type"),
    [
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "", "application/sparql-results+json"),
        (SELECT, "application/json", "application/json"),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/xml"),
        (SELECT, "text/csv", "text/csv; charset=utf-8"),
        (SELECT, "text/tab-separated-values;q=1, text/csv;q=0.9", "text/tab-separated-values; charset=utf-8"),
        (SELECT, "text/csv;q=0.2, application/*;q=0.1", "text/csv; charset=utf-8"),
        (SELECT, "application/sparql-results+json;q=0, */*;q=0.5", "application/json"),
        (ASK, "text/turtle, application/sparql-results+xml;q=0.1", "application/sparql-results+xml"),
        (CONSTRUCT, "*/*", "text/turtle; charset=utf-8"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "application/trig", "application/trig; charset=utf-8"),
        (CONSTRUCT, "application/n-quads", "application/n-quads"),
        (f"DESCRIBE <{PUBLIC_LIST}>", "text/turtle;q=0.5, application/n-triples;q=0.6", "application/n-triples"),
    ],
)
def test_answer_comes_in_the_format_liked_best(server: Running, query: str, accept: str, content_type: str) -> None:
    answer = server.query(query, Accept=accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == content_type
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_format_parameter_goes_before_accept(server: Running, name: str) -> None:
    params = {"query": SELECT, "format": name}
    answer = server.client.get("/sparql", params=params, headers={"Accept": "image/png"})
    assert name in answer.headers["content-type"].replace("tab-separated-values", "tsv")


@pytest.mark.parametrize("name", ["turtle", "nt", "jsonld", "rdf", "trig", "nq"])
def test_graph_formats_all_hold_the_same_triples(server: Running, name: str) -> None:
    query = f"CONSTRUCT WHERE {{ <{PUBLIC_LIST}> ?p ?o }}"
    answer = server.client.get("/sparql", params={"query": query, "format": name})
    media_type = answer.headers["content-type"].partition(";")[0]
    parsed = {quad.triple for quad in ox.parse(answer.content, ox.RdfFormat.from_media_type(media_type))}
    assert len(parsed) == 4


def test_bad_query_is_told_its_line_and_column(server: Running) -> None:
    answer = server.query("SELECT *\nWHERE { ?s ?p }", Accept="application/json")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["line"], answer.json()["column"]) == (2, 15)
    assert "'}' is not expected here" in answer.json()["detail"]


def test_default_graph_is_the_union_of_what_is_published(server: Running) -> None:
    answer = server.query("SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/hefboom/ns#Site> }")
    assert answer.json()["results"]["bindings"][0]["n"]["value"] == "60"


COUNT = "SELECT (COUNT(*) AS ?n)%s { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n)%s { GRAPH ?g { ?s ?p ?o } }"
CATALOGUE = f"{BASE}/graph/catalogue/public"


@pytest.mark.parametrize(
    ("dataset", "default", "named"),
    [
        (f" FROM <{PUBLIC_LIST}>", 120, 0),
        (f" FROM NAMED <{PUBLIC_LIST}>", 0, 120),
        (f" FROM <{CATALOGUE}> FROM NAMED <{PUBLIC_LIST}>", 6, 120),
        (f" FROM <{CATALOGUE}> FROM <{PUBLIC_LIST}>", 126, 0),
    ],
)
def test_from_says_what_is_asked(server: Running, dataset: str, default: int, named: int) -> None:
    assert count(server, COUNT % dataset) == default
    assert count(server, COUNT_NAMED % dataset) == named


@pytest.mark.parametrize("begin", ["BASE <%s/list/> SELECT (COUNT(*) AS ?n)FROM<nike/2021-02-01>",
                                   "PREFIX l: <%s/list/nike/> SELECT (COUNT(*) AS ?n) FROM l:2021-02-01 ",
                                   "PREFIX : <%s/list/nike/> SELECT (COUNT(*) AS ?n)FROM:2021-02-01",
                                   r"PREFIX l: <%s/list/> SELECT (COUNT(*) AS ?n) FROM l:nike\/2021-02\-01 ",
                                   r"PREFIX l: <%s/li\u0073t/> SELECT (COUNT(*) AS ?n) FROM l:nike\/2021-02-01 ",
                                   r"SELECT (COUNT(*) AS ?n) FROM <%s/list/nike\u002F2021-02-01>"])  # fmt: skip
def test_from_is_understood_however_it_is_written(server: Running, begin: str) -> None:
    assert count(server, begin.replace("%s", BASE) + "{ ?s ?p ?o }") == 120


@pytest.mark.parametrize(
    ("parameters", "default", "named"),
    [
        ({"default-graph-uri": [PUBLIC_LIST, CATALOGUE]}, 126, 0),
        ({"named-graph-uri": [PUBLIC_LIST, CATALOGUE]}, 0, 126),
        ({"default-graph-uri": CATALOGUE, "named-graph-uri": PUBLIC_LIST}, 6, 120),
    ],
)
@pytest.mark.parametrize("method", ["GET", "form", "direct"])
def test_dataset_parameters_say_what_is_asked(
    server: Running, method: str, parameters: dict[str, str], default: int, named: int
) -> None:
    for query, expected in ((COUNT % "", default), (COUNT_NAMED % "", named)):
        answer = server.sent(method, query, parameters)
        assert int(answer.json()["results"]["bindings"][0]["n"]["value"]) == expected


def count(server: Running, query: str) -> int:
    """The one number that a query answers with."""
    answer = server.query(query)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["results"]["bindings"][0]["n"]["value"])


def test_byte_order_mark_before_a_query_is_no_part_of_it(server: Running) -> None:
    for text in (b"\xef\xbb\xbfASK {}", b"\xef\xbb\xbf# nothing\r\nASK {}"):
        answer = server.client.post("/sparql", content=text, headers={"Content-Type": QUERY})
        assert answer.json()["boolean"] is True
    assert server.client.post("/sparql", content=b"\xef\xbb\xbf", headers={"Content-Type": QUERY}).status_code == 400


def test_parameters_that_mean_nothing_here_are_left_alone(server: Running) -> None:
    assert server.client.get("/sparql", params={"query": ASK, "timeout": "5", "debug": "on"}).status_code == 200
    assert server.client.get("/sparql/", params={"query": ASK}).status_code == 200


def test_dataset_of_the_request_goes_before_from(server: Running) -> None:
    query = f"SELECT (COUNT(*) AS ?n) FROM <{PUBLIC_LIST}> {{ ?s ?p ?o }}"
    params = {"query": query, "default-graph-uri": f"{BASE}/graph/catalogue/public"}
    answer = server.client.get("/sparql", params=params)
    assert answer.json()["results"]["bindings"][0]["n"]["value"] == "6"


def test_named_graphs_of_the_request_are_the_only_ones(server: Running) -> None:
    query = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    answer = server.client.get("/sparql", params={"query": query, "named-graph-uri": PUBLIC_LIST})
    assert [row["g"]["value"] for row in answer.json()["results"]["bindings"]] == [PUBLIC_LIST]


def test_head_has_the_headers_of_get_and_no_body(server: Running) -> None:
    get = server.query(SELECT)
    head = server.client.head("/sparql", params={"query": SELECT})
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == get.headers["content-length"]
    assert head.headers["etag"] == get.headers["etag"]


def test_options_names_methods_to_other_origins(server: Running) -> None:
    answer = server.client.options("/sparql", headers={"Origin": "https://example.org"})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["allow"]


def test_known_answer_is_not_sent_again(server: Running) -> None:
    tag = server.query(SELECT).headers["etag"]
    answer = server.query(SELECT, **{"If-None-Match": f'"x", {tag}'})
    assert answer.status_code == 304
    assert answer.content == b""
    assert server.query(SELECT, Accept="text/csv", **{"If-None-Match": tag}).status_code == 200


def test_answer_that_changes_by_itself_has_no_tag(server: Running) -> None:
    answer = server.query("SELECT (NOW() AS ?now) {}")
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_large_answer_is_compressed_for_those_who_take_it(server: Running) -> None:
    query = "SELECT * { ?s ?p ?o } LIMIT 200"
    packed = server.query(query, **{"Accept-Encoding": "gzip"})
    plain = server.query(query, **{"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])


def test_announced_oversized_body_is_refused_before_it_is_sent(server: Running) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
            b"Content-Length: 999999999\r\nExpect: 100-continue\r\n\r\n"
        )
        assert connection.recv(12) == b"HTTP/1.1 413"


def test_unannounced_oversized_body_is_refused(server: Running) -> None:
    pieces = (b"#" * 65_536 for _ in range(20))
    answer = server.client.post("/sparql", content=pieces, headers={"Content-Type": QUERY})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples"]
)
def test_bare_endpoint_describes_itself(server: Running, accept: str) -> None:
    answer = server.client.get("/sparql", headers={"Accept": accept})
    form = ox.RdfFormat.from_media_type(accept)
    assert answer.headers["content-type"].startswith(accept)
    terms = {str(quad) for quad in ox.parse(answer.content, form)}
    text = "\n".join(terms)
    service = "<http://www.w3.org/ns/sparql-service-description#"
    for name in ("Service", "endpoint", "SPARQL11Query", "UnionDefaultGraph", "resultFormat", "defaultDataset"):
        assert f"{service}{name}>" in text
    assert "<http://rdfs.org/ns/void#triples>" in text
    assert "aurora" not in text
    assert "borea" not in text


def test_description_says_what_the_service_is(server: Running) -> None:
    query = """PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> PREFIX void: <http://rdfs.org/ns/void#>
      SELECT ?endpoint ?triples ?names ?regime {
        ?service a sd:Service ; sd:endpoint ?endpoint ; sd:supportedLanguage sd:SPARQL11Query ;
          sd:defaultEntailmentRegime ?regime ; sd:defaultDataset ?dataset ; sd:availableGraphs ?dataset .
        ?dataset a sd:Dataset ; sd:defaultGraph [ void:triples ?triples ] .
        { SELECT (COUNT(DISTINCT ?name) AS ?names) { ?d sd:namedGraph [ sd:name ?name ; sd:graph [ a sd:Graph ] ] } }
      }"""
    described = ox.Store()
    described.load(server.client.get("/sparql", headers={"Accept": "text/turtle"}).content, ox.RdfFormat.TURTLE)
    found = list(described.query(query))
    assert len(found) == 1
    assert found[0]["endpoint"].value == server.url
    assert found[0]["regime"].value == "http://www.w3.org/ns/entailment/Simple"
    assert int(found[0]["triples"].value) == count(server, COUNT % "")
    graphs = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert int(found[0]["names"].value) == count(server, graphs)
    features = {quad.object.value for quad in described if quad.predicate.value.endswith("#feature")}
    assert not any(name in feature for feature in features for name in ("Dereferences", "BasicFederated"))


def test_well_known_void_describes_the_data(server: Running) -> None:
    answer = server.client.get("/.well-known/void", headers={"Accept": "text/html, text/turtle;q=0.5"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    assert b"void:sparqlEndpoint" in answer.content
    assert server.client.get("/.well-known/void", headers={"Accept": "image/png"}).status_code == 406
    assert server.client.post("/.well-known/void").headers["allow"] == "GET, HEAD"
    tag = {"Accept": "text/html, text/turtle;q=0.5", "If-None-Match": answer.headers["etag"]}
    assert server.client.get("/.well-known/void", headers=tag).status_code == 304


def test_bare_endpoint_shows_people_a_page(server: Running) -> None:
    answer = server.client.get("/sparql", headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<form" in answer.text


def test_csv_of_a_select_is_exactly_this(server: Running) -> None:
    answer = server.query("SELECT ?a ?b { VALUES (?a ?b) { (1 'x,\"y') (UNDEF <urn:z>) } }", Accept="text/csv")
    assert answer.content == b'a,b\r\n1,"x,""y"\r\n,urn:z\r\n'


def test_ask_is_answered_in_json_and_xml(server: Running) -> None:
    assert json.loads(server.query(ASK).content)["boolean"] is True
    assert b"<boolean>true</boolean>" in server.query(ASK, Accept="application/sparql-results+xml").content


def test_oversized_body_sent_all_the_same_gets_its_answer(server: Running) -> None:
    answer = server.client.post("/sparql", content=b"#" * 3_000_000, headers={"Content-Type": QUERY})
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"


def test_malformed_http_ends_without_harm(server: Running) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(b"GET /sparql?query=\x00\xff HTTP/9.9\r\n\r\n")
        assert connection.recv(12).startswith(b"HTTP/1.1 4")
    assert isinstance(server.query(ASK), httpx.Response)


@given(
    st.lists(st.sampled_from([b"%", b"=", b"3D", b"_", b" ", b"~", b"%25", b"%0a", b"%Ff", b"\n", b"\xc3"])).map(
        b"".join
    )
)
@example(b"%E2%82%AC%3D=_%20%")
def test_percent_encoding_is_read_as_python_reads_it(raw: bytes) -> None:
    assert unquoted(raw) == unquote_to_bytes(raw)
