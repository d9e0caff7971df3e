"""What answers look like, byte by byte: the four result formats, the graph formats, and what they cannot hold."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree

import pyoxigraph as ox
import pytest
import rdflib
import rdflib.compare
from endpoint_server import BASE, HEF, Running

TERMS = """PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT ?a ?b {
  VALUES (?a ?b) { (<urn:x> "a,b") ("q\\"q" "l\\nl") ("t\\tt" "b\\\\b") ("nl"@nl 7) (1.5 true)
    (UNDEF "") (UNDEF UNDEF) ("2025-01-02"^^xsd:date "é😀") } }"""
RESULTS_XML = "{http://www.w3.org/2005/sparql-results#}"


def test_json_says_type_language_and_datatype_of_each_term(server: Running) -> None:
    answer = json.loads(server.query(TERMS).content)
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert answer["head"]["vars"] == ["a", "b"]
    assert answer["results"]["bindings"] == [
        {"a": {"type": "uri", "value": "urn:x"}, "b": {"type": "literal", "value": "a,b"}},
        {"a": {"type": "literal", "value": 'q"q'}, "b": {"type": "literal", "value": "l\nl"}},
        {"a": {"type": "literal", "value": "t\tt"}, "b": {"type": "literal", "value": "b\\b"}},
        {
            "a": {"type": "literal", "value": "nl", "xml:lang": "nl"},
            "b": {"type": "literal", "value": "7", "datatype": xsd + "integer"},
        },
        {
            "a": {"type": "literal", "value": "1.5", "datatype": xsd + "decimal"},
            "b": {"type": "literal", "value": "true", "datatype": xsd + "boolean"},
        },
        {"b": {"type": "literal", "value": ""}},
        {},
        {
            "a": {"type": "literal", "value": "2025-01-02", "datatype": xsd + "date"},
            "b": {"type": "literal", "value": "é😀"},
        },
    ]


def test_xml_says_the_same_as_json(server: Running) -> None:
    root = ElementTree.fromstring(server.query(TERMS, Accept="application/sparql-results+xml").content)
    assert [variable.get("name") for variable in root.iter(RESULTS_XML + "variable")] == ["a", "b"]
    rows = []
    for result in root.iter(RESULTS_XML + "result"):
        row = {}
        for binding in result:
            term = binding[0]
            found = {"type": term.tag.removeprefix(RESULTS_XML), "value": term.text or ""}
            names = {"datatype": "datatype", "{http://www.w3.org/XML/1998/namespace}lang": "xml:lang"}
            found.update({names[name]: value for name, value in term.attrib.items()})
            row[binding.get("name")] = found
        rows.append(row)
    assert rows == json.loads(server.query(TERMS).content)["results"]["bindings"]


def test_csv_is_exactly_this(server: Running) -> None:
    assert server.query(TERMS, Accept="text/csv").content.decode() == (
        'a,b\r\nurn:x,"a,b"\r\n"q""q","l\nl"\r\nt\tt,b\\b\r\nnl,7\r\n1.5,true\r\n,\r\n,\r\n2025-01-02,é😀\r\n'
    )


def test_tsv_is_exactly_this(server: Running) -> None:
    assert server.query(TERMS, Accept="text/tab-separated-values").content.decode() == (
        '?a\t?b\n<urn:x>\t"a,b"\n"q\\"q"\t"l\\nl"\n"t\\tt"\t"b\\\\b"\n"nl"@nl\t7\n1.5\ttrue\n\t""\n\t\n'
        '"2025-01-02"^^<http://www.w3.org/2001/XMLSchema#date>\t"é😀"\n'
    )


@pytest.mark.parametrize(
    ("name", "empty", "none", "yes"),
    [
        ("json", b'{"head":{"vars":["x"]},"results":{"bindings":[]}}', b"", b'{"head":{},"boolean":true}'),
        ("csv", b"x\r\n", b"\r\n\r\n", b"true"),
        ("tsv", b"?x\n", b"\n\n", b"true"),
    ],
)
def test_answers_without_rows_without_columns_and_of_ask(
    server: Running, name: str, empty: bytes, none: bytes, yes: bytes
) -> None:
    def asked(query: str) -> bytes:
        return server.client.get("/sparql", params={"query": query, "format": name}).content

    assert asked("SELECT ?x { FILTER(false) }") == empty
    assert none in asked("SELECT * {}")
    assert asked("ASK {}").strip() == yes


def test_blank_node_has_one_label_within_an_answer(server: Running) -> None:
    query = "SELECT ?x ?y ?z { BIND(BNODE() AS ?x) BIND(?x AS ?y) BIND(BNODE() AS ?z) }"
    row = server.query(query).json()["results"]["bindings"][0]
    assert row["x"] == row["y"] != row["z"]
    assert row["x"]["type"] == "bnode"
    cells = server.query(query, Accept="text/csv").text.splitlines()[1].split(",")
    assert cells[0] == cells[1] != cells[2]
    assert cells[0].startswith("_:")


@pytest.mark.parametrize("name", ["turtle", "nt", "jsonld", "rdf", "trig", "nq", "n3"])
def test_every_graph_format_holds_the_same_terms(server: Running, name: str) -> None:
    query = (
        "PREFIX e: <http://example.org/> "
        "CONSTRUCT { e:s e:p 'a\"\\n\\\\b'@en, '1'^^e:t, 1, 1.5, true, '' ; e:q [ e:r e:s ] } WHERE {}"
    )
    wanted = rdflib.Graph().parse(data=server.query(query, Accept="application/n-triples").text, format="nt")
    answer = server.client.get("/sparql", params={"query": query, "format": name})
    media_type = answer.headers["content-type"].partition(";")[0]
    found = rdflib.Graph()
    for quad in ox.parse(answer.content, ox.RdfFormat.from_media_type(media_type)):
        found.parse(data=f"{quad.triple} .", format="nt", publicID="urn:x")
    assert len(found) == len(wanted) == 8
    by_rdflib = {"turtle": "turtle", "rdf": "xml", "nt": "nt"}
    if name in by_rdflib:
        assert rdflib.compare.isomorphic(rdflib.Graph().parse(data=answer.text, format=by_rdflib[name]), wanted)


@pytest.mark.parametrize("name", ["turtle", "nt", "jsonld", "rdf", "trig", "nq"])
def test_empty_graph_is_a_valid_document(server: Running, name: str) -> None:
    answer = server.client.get("/sparql", params={"query": "CONSTRUCT {} WHERE {}", "format": name})
    media_type = answer.headers["content-type"].partition(";")[0]
    assert list(ox.parse(answer.content, ox.RdfFormat.from_media_type(media_type))) == []


@pytest.mark.parametrize(
    ("query", "name", "instead"),
    [
        ("SELECT ('a\\u0001b' AS ?x) {}", "xml", "JSON or Turtle"),
        ("CONSTRUCT { <urn:a> <urn:b> 'a\\u0001b' } WHERE {}", "rdf", "JSON or Turtle"),
        ("CONSTRUCT { <urn:a> <http://example.org/1> 2 } WHERE {}", "rdf", "Turtle"),
        ("CONSTRUCT { <urn:a> <urn:b> <<( <urn:a> <urn:b> 1 )>> } WHERE {}", "jsonld", "Turtle"),
    ],
)
def test_what_a_format_cannot_hold_is_refused_not_broken(server: Running, query: str, name: str, instead: str) -> None:
    answer = server.client.get("/sparql", params={"query": query, "format": name})
    assert answer.status_code == 406
    assert answer.text.endswith(f"; ask for {instead}.\n")


def test_carriage_return_survives_xml(server: Running) -> None:
    answer = server.query("SELECT ('a\\r\\nb' AS ?x) {}", Accept="application/sparql-results+xml")
    literal = next(ElementTree.fromstring(answer.content).iter(RESULTS_XML + "literal"))
    assert literal.text == "a\r\nb"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"), ("br", "br"), ("gzip, br", "br"), ("br;q=0.5, gzip", "gzip"), ("*", "br"), ("", ""),
        ("identity", ""), ("br;q=0, *;q=0.1", "gzip"), ("gzip;q=0", ""), ("identity, gzip;q=0.5", ""),
        ("x-gzip", "gzip"), ("zstd", ""),
    ],
)  # fmt: skip
def test_answer_is_compressed_as_the_client_likes_best(server: Running, accepted: str, coding: str) -> None:
    query = f"SELECT * {{ ?s a <{HEF}Site> }}"
    answer = server.query(query, **{"Accept-Encoding": accepted})
    assert answer.headers.get("content-encoding", "") == coding
    assert "Accept-Encoding" in answer.headers["vary"]
    assert len(answer.json()["results"]["bindings"]) == 60


def test_describe_gives_what_is_said_of_a_thing(server: Running) -> None:
    answer = server.query(f"DESCRIBE <{BASE}/site/nike-3>", Accept="application/n-triples")
    assert set(answer.text.splitlines()) == {
        f"<{BASE}/site/nike-3> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{HEF}Site> .",
        f'<{BASE}/site/nike-3> <http://www.w3.org/2000/01/rdf-schema#label> "nike factory 3" .',
    }
