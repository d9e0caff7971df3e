"""What SPARQL 1.1 queries mean, rule by rule, on a little graph of its own behind a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from endpoint_server import BASE, Running, source_store, start, stop

from hefboom.graph.publications import Publications

CATALOGUE = f"{BASE}/graph/catalogue/public"
PLACES = f"{BASE}/graph/site/public"
PREFIXES = "PREFIX : <http://example.org/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
INTEGER, DECIMAL = (f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("integer", "decimal"))
GRAPH = """
:mill :supplies :weaver ; :workers 40 ; :country "IN" ; :name "Molen"@nl , "Mill"@en .
:weaver :supplies :dyer , :knitter ; :workers 10 ; :country "IN" ; :name "Wever"@nl .
:dyer :supplies :brand ; :workers 25 ; :country "BD" .
:knitter :supplies :brand ; :country "BD" ; :workers "many" .
:brand :part-of :group . :group :part-of :group .
"""
OTHER = ":dyer :closed true . :group :part-of :group ."


def quads() -> Iterator[str]:
    """The little graph, and a second one beside it, as N-Quads."""
    for graph, text in ((CATALOGUE, GRAPH), (PLACES, OTHER)):
        for quad in ox.parse((PREFIXES + text).encode(), ox.RdfFormat.TURTLE):
            yield f"{quad.subject} {quad.predicate} {quad.object} <{graph}> ."


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server of the little graph."""
    place = tmp_path_factory.mktemp("little")
    Publications(place / "data").publish(source_store(quads()), "public", BASE)
    running = start(place / "data", place, workers=2, long_queries=1)
    yield running
    stop(running)


def rows(server: Running, query: str) -> list[tuple[str, ...]]:
    """The rows of an answer in its own order: the last part of an IRI, the text of a literal, `-` for nothing."""
    answer = server.query(PREFIXES + query)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    names, nothing = found["head"]["vars"], {"value": "-"}
    cells = [[row.get(name, nothing)["value"] for name in names] for row in found["results"]["bindings"]]
    return [tuple(cell.rpartition("/")[2] for cell in row) for row in cells]


RULES = {
    "aggregates": [
        ("SELECT (COUNT(*) AS ?n) { ?s :supplies ?o }", "5"),
        ("SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s :supplies ?o }", "4"),
        ("SELECT (COUNT(*) AS ?n) { ?s :nothing ?o }", "0"),
        ("SELECT ?s (COUNT(*) AS ?n) { ?s :nothing ?o } GROUP BY ?s", ""),
        ("SELECT ?s (MAX(?o) AS ?n) { ?s :nothing ?o } GROUP BY ?s", ""),
        ("SELECT (MAX(?o) AS ?n) { ?s :nothing ?o }", "-"),
        ("SELECT (SUM(?w) AS ?n) { ?s :workers ?w FILTER(isNumeric(?w)) }", "75"),
        ("SELECT (SUM(?w) AS ?n) { ?s :workers ?w }", "-"),
        ("SELECT (AVG(?w) AS ?n) { ?s :workers ?w FILTER(isNumeric(?w)) }", "25"),
        ("SELECT (MIN(?w) AS ?a) (MAX(?w) AS ?b) { ?s :workers ?w FILTER(isNumeric(?w)) }", "10 40"),
        ("SELECT (AVG(?w) AS ?n) (SUM(?w) AS ?m) (MIN(?w) AS ?k) { ?s :nothing ?w }", "0 0 -"),
        (
            "SELECT (GROUP_CONCAT(?n; SEPARATOR='+') AS ?all) { { SELECT ?n { ?s :name ?n } ORDER BY ?n } }",
            "Mill+Molen+Wever",
        ),
        ("SELECT (SAMPLE(?c) AS ?one) { :mill :country ?c }", "IN"),
        ("SELECT (COUNT(?w) + 1 AS ?n) { ?s :workers ?w }", "5"),
    ],
    "grouping": [
        ("SELECT ?c (COUNT(*) AS ?n) { ?s :country ?c } GROUP BY ?c ORDER BY ?c", "BD 2, IN 2"),
        ("SELECT ?c (SUM(?w) AS ?n) { ?s :country ?c ; :workers ?w } GROUP BY ?c ORDER BY ?c", "BD -, IN 50"),
        ("SELECT ?c { ?s :country ?c ; :workers ?w } GROUP BY ?c HAVING(MIN(?w) > 5 && MAX(?w) < 50)", "IN"),
        ("SELECT ?l (COUNT(*) AS ?n) { ?s :name ?x } GROUP BY (LANG(?x) AS ?l) ORDER BY ?l", "en 1, nl 2"),
        ("SELECT ?b (COUNT(*) AS ?n) { ?s :supplies ?b } GROUP BY ?b ORDER BY DESC(?n) ?b LIMIT 2", "brand 2, dyer 1"),
    ],
    "paths": [
        ("SELECT ?o { :mill :supplies+ ?o } ORDER BY ?o", "brand, dyer, knitter, weaver"),
        ("SELECT ?o { :mill :supplies* ?o } ORDER BY ?o", "brand, dyer, knitter, mill, weaver"),
        ("SELECT ?o { :mill :supplies? ?o } ORDER BY ?o", "mill, weaver"),
        ("SELECT ?o { :mill :supplies/:supplies/:supplies ?o }", "brand, brand"),
        ("SELECT ?o { :brand ^:supplies ?o } ORDER BY ?o", "dyer, knitter"),
        ("SELECT ?o { :brand :part-of|^:supplies ?o } ORDER BY ?o", "dyer, group, knitter"),
        ("SELECT ?o { :brand !:supplies ?o }", "group"),
        ("SELECT ?o { :brand !(:part-of|^:workers) ?o } ORDER BY ?o", "dyer, knitter"),
        ("SELECT ?o { :brand :part-of+ ?o }", "group"),
        ("SELECT ?o { :mill (:supplies|:part-of)* ?o FILTER(?o = :group) }", "group"),
        ("SELECT ?s { ?s :part-of+ ?s }", "group"),
    ],
    "negation": [
        ("SELECT ?s { ?s :workers ?w FILTER NOT EXISTS { ?s :name ?n } } ORDER BY ?s", "dyer, knitter"),
        ("SELECT ?s { ?s :workers ?w MINUS { ?s :name ?n } } ORDER BY ?s", "dyer, knitter"),
        ("SELECT ?s { ?s :country 'IN' MINUS { ?a :closed ?b } } ORDER BY ?s", "mill, weaver"),
        ("SELECT ?s { ?s :country 'IN' FILTER NOT EXISTS { ?a :closed ?b } } ORDER BY ?s", ""),
        ("SELECT ?s { ?s :country 'BD' OPTIONAL { ?s :closed ?c } FILTER(!BOUND(?c)) }", "knitter"),
    ],
    "exists": [
        ("SELECT ?s { ?s :workers ?w FILTER EXISTS { ?s :supplies :brand } } ORDER BY ?s", "dyer, knitter"),
        ("SELECT ?s (EXISTS { ?s :closed true } AS ?is) { ?s :country 'BD' } ORDER BY ?s", "dyer true, knitter false"),
        ("SELECT ?s { ?s :workers ?w FILTER EXISTS { ?s :workers ?v FILTER(?v < ?w + 1 && ?v > 30) } }", "mill"),
        ("SELECT ?s { ?s :country ?c FILTER EXISTS { ?o :country ?c FILTER(?o != ?s) } } ORDER BY ?s LIMIT 1", "dyer"),
    ],
    "bind and values": [
        ("SELECT ?s ?d { ?s :workers ?w BIND(?w * 2 AS ?d) } ORDER BY ?s", "dyer 50, knitter -, mill 80, weaver 20"),
        ("SELECT ?d { { BIND(1 AS ?x) } BIND(?x + 1 AS ?d) }", "2"),
        ("SELECT ?d { BIND(1 AS ?x) { BIND(?x + 1 AS ?d) } }", "-"),
        ("SELECT ?s ?w { VALUES ?s { :mill :dyer } ?s :workers ?w } ORDER BY ?s", "dyer 25, mill 40"),
        (
            "SELECT ?s ?c { ?s :country ?c } ORDER BY ?s VALUES (?s ?c) { (:mill UNDEF) (UNDEF 'BD') }",
            "dyer BD, knitter BD, mill IN",
        ),
        ("SELECT ?x { VALUES ?x { 1 1 } }", "1, 1"),
        ("SELECT ?x { VALUES ?x { } }", ""),
    ],
    "subqueries": [
        (
            "SELECT ?s ?w { { SELECT (MAX(?v) AS ?w) { ?x :workers ?v FILTER(isNumeric(?v)) } } ?s :workers ?w }",
            "mill 40",
        ),
        ("SELECT ?s { { SELECT ?s { ?s :country ?c } ORDER BY ?s LIMIT 2 } } ORDER BY DESC(?s)", "knitter, dyer"),
        (
            "SELECT ?s ?c { ?s :country ?c { SELECT ?s { ?s :name ?c } } } ORDER BY ?s ?c LIMIT 3",
            "mill IN, mill IN, weaver IN",
        ),
    ],
    "functions": [
        ("SELECT (CONCAT('a', 'b') AS ?x) (UCASE('é') AS ?y) (STRLEN('aé😀') AS ?z) {}", "ab É 3"),
        ("SELECT (SUBSTR('motor', 3) AS ?x) (SUBSTR('motor', 2, 2) AS ?y) {}", "tor ot"),
        ("SELECT (STRBEFORE('a-b', '-') AS ?x) (STRAFTER('a-b', '-') AS ?y) (STRAFTER('ab', 'x') AS ?z) {}", "a b "),
        (
            "SELECT (CONTAINS('motor', 'to') AS ?x) (STRSTARTS('motor', 'to') AS ?y) (STRENDS('motor', 'or') AS ?z) {}",
            "true false true",
        ),
        ("SELECT (REPLACE('abab', 'B', 'c', 'i') AS ?x) (REGEX('Abc', '^aB', 'i') AS ?y) {}", "acac true"),
        ("SELECT (LANG('x'@NL) AS ?l) (LANGMATCHES('nl-BE', 'NL') AS ?m) (STR(2) AS ?s) {}", "nl true 2"),
        ("SELECT (STRLANG('x', 'nl') = 'x'@nl AS ?a) (STRDT('1', xsd:integer) = 1 AS ?b) {}", "true true"),
        ("SELECT (ABS(-1.5) AS ?a) (CEIL(1.2) AS ?b) (FLOOR(-1.2) AS ?c) (ROUND(2.5) AS ?d) {}", "1.5 2 -2 3"),
        ("SELECT (IF(1 < 2, 'y', 'n') AS ?x) (COALESCE(?no, 1/0, 'c') AS ?y) (1/0 AS ?z) {}", "y c -"),
        ("SELECT (1 IN (2, 1) AS ?x) (1 NOT IN (2, 3) AS ?y) (1 IN (2, 1/0) AS ?z) {}", "true true -"),
        ("SELECT (xsd:integer('7') + 1 AS ?x) (xsd:boolean('0') AS ?y) (xsd:integer('x') AS ?z) {}", "8 false -"),
        ("SELECT (1/2 AS ?x) (DATATYPE(1/2) = xsd:decimal AS ?y) (2 = 2.0 AS ?z) {}", "0.5 true true"),
        (
            "SELECT (YEAR(?d) AS ?y) (MONTH(?d) AS ?m) (TZ(?d) AS ?z) "
            "{ BIND('2024-02-03T04:05:06Z'^^xsd:dateTime AS ?d) }",
            "2024 2 Z",
        ),
        ("SELECT ('2024-01-02'^^xsd:date < '2024-02-01'^^xsd:date AS ?x) {}", "true"),
        (
            "SELECT (MD5('a') AS ?x) (SHA1('') AS ?y) {}",
            "0cc175b9c0f1b6a831c399e269772661 da39a3ee5e6b4b0d3255bfef95601890afd80709",
        ),
        ("SELECT (ENCODE_FOR_URI('a b') AS ?x) (isIRI(IRI('x')) AS ?y) (isLiteral(1) AS ?z) {}", "a%20b true true"),
        ("SELECT (true || 1/0 AS ?x) (false && 1/0 AS ?y) (true && 1/0 AS ?z) (!?no AS ?w) {}", "true false - -"),
        ("SELECT ('' = 'a' AS ?x) (sameTerm(1, 1.0) AS ?y) ('a'@en = 'a' AS ?z) {}", "false false false"),
    ],
    "graphs": [
        ("SELECT ?o { :group :part-of ?o }", "group"),
        ("SELECT (COUNT(*) AS ?n) { ?s :part-of ?o }", "2"),
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s :part-of ?o } }", "3"),
        (f"SELECT (COUNT(*) AS ?n) FROM <{PLACES}> {{ ?s ?p ?o }}", "2"),
        (f"SELECT (COUNT(*) AS ?n) FROM NAMED <{PLACES}> {{ ?s ?p ?o }}", "0"),
        (f"SELECT (COUNT(*) AS ?n) FROM NAMED <{PLACES}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", "2"),
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s :closed ?o } ?s :closed ?o }", "1"),
    ],
    "joins": [
        (
            "SELECT ?s ?n { ?s :workers ?w OPTIONAL { ?s :name ?n FILTER(LANG(?n) = 'nl') } } ORDER BY ?s",
            "dyer -, knitter -, mill Molen, weaver Wever",
        ),
        ("SELECT ?s { { ?s :country 'IN' } UNION { ?s :closed true } } ORDER BY ?s", "dyer, mill, weaver"),
        ("SELECT DISTINCT ?c { ?s :country ?c } ORDER BY DESC(?c)", "IN, BD"),
        ("SELECT ?s { ?s :supplies ?o } ORDER BY ?o ?s OFFSET 1 LIMIT 2", "knitter, weaver"),
        ("SELECT ?w { :mill :workers ?w }", "40"),
        ("SELECT ?s { GRAPH ?g { ?s :closed true } FILTER(CONTAINS(STR(?g), 'site')) }", "dyer"),
        (f"SELECT ?s {{ GRAPH <{PLACES}> {{ ?s :closed true }} ?s :supplies :brand }}", "dyer"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("query", "expected"), [rule for rules in RULES.values() for rule in rules],
    ids=[f"{name}-{number}" for name, rules in RULES.items() for number, _ in enumerate(rules, 1)],
)  # fmt: skip
def test_query_is_answered_as_the_language_has_it(little: Running, query: str, expected: str) -> None:
    found = ", ".join(" ".join(row) for row in rows(little, query))
    assert found == expected


def test_construct_gives_each_statement_once_and_none_that_is_not_one(little: Running) -> None:
    query = (
        PREFIXES + "CONSTRUCT { ?o :from ?c . ?n :of ?s } { ?s :supplies ?o ; :country ?c OPTIONAL { ?s :name ?n } }"
    )
    answer = little.query(query, Accept="application/n-triples")
    found = sorted(answer.text.replace("http://example.org/", "").splitlines())
    assert found == [
        '<brand> <from> "BD" .', '<dyer> <from> "IN" .', '<knitter> <from> "IN" .', '<weaver> <from> "IN" .',
    ]  # fmt: skip


def test_construct_makes_a_blank_node_for_each_solution(little: Running) -> None:
    query = PREFIXES + "CONSTRUCT { _:trade :by ?s ; :to ?o } { ?s :supplies ?o }"
    lines = little.query(query, Accept="application/n-triples").text.splitlines()
    assert len(lines) == 10
    assert len({line.split()[0] for line in lines}) == 5


@pytest.mark.parametrize(("pattern", "found"), [("?s :closed true", True), ("?s :closed false", False), ("", True)])
def test_ask_tells_whether_there_is_a_solution(little: Running, pattern: str, found: bool) -> None:
    assert little.query(f"{PREFIXES} ASK {{ {pattern} }}").json() == {"head": {}, "boolean": found}


FORMATS = {
    "json": [
        {"s": {"type": "uri", "value": "http://example.org/knitter"}, "w": {"type": "literal", "value": "many"}},
        {
            "s": {"type": "uri", "value": "http://example.org/mill"},
            "w": {"type": "literal", "value": "40", "datatype": INTEGER},
            "n": {"type": "literal", "value": "Molen", "xml:lang": "nl"},
            "h": {"type": "literal", "value": "20.5", "datatype": DECIMAL},
        },
    ],
    "csv": "s,w,n,h\r\nhttp://example.org/knitter,many,,\r\nhttp://example.org/mill,40,Molen,20.5\r\n",
    "tsv": '?s\t?w\t?n\t?h\n<http://example.org/knitter>\t"many"\t\t\n<http://example.org/mill>\t40\t"Molen"@nl\t20.5\n',
}


@pytest.mark.parametrize("name", FORMATS)
def test_columns_and_empty_cells_are_kept_in_each_format(little: Running, name: str) -> None:
    query = """SELECT ?s ?w ?n (?w / 2 + 0.5 AS ?h) { VALUES ?s { :mill :knitter } ?s :workers ?w
        OPTIONAL { ?s :name ?n FILTER(LANG(?n) = 'nl') } } ORDER BY ?s"""
    answer = little.client.get("/sparql", params={"query": PREFIXES + query, "format": name})
    if name == "json":
        assert answer.json() == {"head": {"vars": ["s", "w", "n", "h"]}, "results": {"bindings": FORMATS["json"]}}
    else:
        assert answer.content.decode() == FORMATS[name]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("SELECT ?o { :unknown :supplies* ?o }", "unknown", id="a path of no length from a term not there"),
        pytest.param(
            "SELECT (COUNT(DISTINCT ?b) AS ?n) { ?s :supplies :brand BIND(BNODE('x') AS ?b) }", "2",
            id="a blank node for each solution",
        ),
        pytest.param(
            f"SELECT ?g ?n {{ GRAPH ?g {{ SELECT (COUNT(*) AS ?n) {{ ?s :workers ?o }} }} FILTER(?g = <{PLACES}>) }}",
            "public 0", id="the graph of a query within it that does not name it",
        ),
        pytest.param("SELECT ?o ?o { :brand :part-of ?o }", "group", id="a variable selected twice"),
        pytest.param("SELECT (STR(007) AS ?x) {}", "007", id="a number as it is written"),
    ],
)  # fmt: skip
@pytest.mark.xfail(strict=True, reason="the engine does otherwise: docs/operations.md, 'Where answers differ'")
def test_where_the_engine_differs_from_the_language(little: Running, query: str, expected: str) -> None:
    assert ", ".join(" ".join(row) for row in rows(little, query)) == expected
