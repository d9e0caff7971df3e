"""Nothing outside an audience's quads ever appears: random data, random questions, every format."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from endpoint_server import BASE, HEF, RDF_TYPE, source_store, statements
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hefboom.api.datasets import Datasets
from hefboom.api.errors import Problem
from hefboom.api.guard import Bounds
from hefboom.api.worker import Engine
from hefboom.errors import StoreError
from hefboom.graph.overlaps import overlaps_of
from hefboom.graph.publication_check import check_publication
from hefboom.graph.publications import Publication, Publications
from hefboom.graph.visibility import AUDIENCES, may_see

SCOPES = ("public", "members", "secretariat", "owner/aurora", "owner/borea")
KINDS = ("catalogue", "covenant", "identity", "site", "sourcing")
FORMS = ("json", "xml", "csv", "tsv", "turtle", "nt", "jsonld", "rdf", "trig", "nq")

OWNERS = [scope for scope in SCOPES if scope.startswith("owner/")]
PATTERNS = (
    "{ ?a ?b ?c }",
    "{ GRAPH ?g { ?a ?b ?c } }",
    "{ ?a ?b ?c OPTIONAL { GRAPH ?g { ?a ?d ?e } } }",
    "{ ?a (!<urn:none>)* ?c }",
    "{ ?a ?b ?c . FILTER(CONTAINS(STR(?c), 'mark')) }",
    "{ ?a ?b ?c MINUS { GRAPH <%s> { ?a ?b ?c } } }",
    "{ GRAPH <%s> { ?a ?b ?c } }",
    "{ { ?a ?b ?c } UNION { GRAPH <%s> { ?a ?b ?c } } }",
    "{ { SELECT ?c { GRAPH ?g { ?a ?b ?c } } } }",
    "{ BIND(EXISTS { GRAPH <%s> { ?x ?y ?z } } AS ?c) }",
)
HEADS = (
    "SELECT * %s",
    "SELECT (GROUP_CONCAT(STR(?c)) AS ?all) %s",
    "SELECT (COUNT(*) AS ?n) %s",
    "ASK %s",
    "CONSTRUCT { ?a ?b ?c } WHERE %s",
    "DESCRIBE ?a %s",
)


def name_of(number: int) -> str:
    """A list's id."""
    return f"c{number}/2021-01-0{number + 1}"


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[str], dict[str, str]]:
    """N-Quads of lists of random scopes with marked statements in every kind of graph; and the scope of each mark."""
    lines: list[str] = []
    marks: dict[str, str] = {}
    counter = itertools.count()

    def say(graph: str, scope: str) -> None:
        mark = f"mark{next(counter):03}x"
        marks[mark] = scope
        subject = draw(st.sampled_from(("urn:shared", f"urn:only-{mark}")))
        lines.append(f'<{subject}> <urn:says> "{mark}" <{graph}> .')

    for number, scope in enumerate(draw(st.lists(st.sampled_from(SCOPES), min_size=1, max_size=5))):
        name, catalogue = f"{BASE}/list/{name_of(number)}", f"{BASE}/graph/catalogue/{scope}"
        kind, _, owner = scope.partition("/")
        lines.append(f"<{name}> <{RDF_TYPE}> <{HEF}List> <{catalogue}> .")
        lines.append(f"<{name}> <{HEF}visibility> <https://w3id.org/hefboom/scheme/visibility/{kind}> <{catalogue}> .")
        if owner:
            lines.append(f"<{name}> <{HEF}owner> <{BASE}/company/{owner}> <{catalogue}> .")
        say(name, scope)
        lines.append(f'<urn:said> <urn:says> "several times" <{name}> .')
        lines.append(f'_:one{number} <urn:says> "without a name" <{name}> .')
    for kind, scope in draw(st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(SCOPES)), max_size=8)):
        say(f"{BASE}/graph/{kind}/{scope}", scope)
    for stray in draw(st.lists(st.sampled_from((f"{BASE}/graph/other", "urn:elsewhere", f"{BASE}/list/none")))):
        say(stray, "nobody")
    return lines, marks


@st.composite
def queries(draw: st.DrawFn) -> str:
    """A query over any graph, whether it may be named or not."""
    pattern = draw(st.sampled_from(PATTERNS))
    graph = draw(st.sampled_from([f"{BASE}/list/{name_of(n)}" for n in range(5)] + [f"{BASE}/graph/site/members"]))
    head = draw(st.sampled_from(HEADS))
    dataset = draw(st.sampled_from(("", f" FROM <{graph}>", f" FROM NAMED <{graph}>")))
    text = head % (pattern.replace("%s", graph))
    return text.replace(" {", dataset + " {", 1) if dataset and head.startswith("SELECT *") else text


def request(form: str, default: tuple[str, ...] = ()) -> dict[str, object]:
    """What the server sends to an engine process beside the query."""
    return {
        "accept": "", "format": form, "default": default, "named": (), "rows": 10_000, "bytes": 10_000_000,
        "coding": "", "base": "http://localhost/sparql",
    }  # fmt: skip


def engine_of(publication: Publication) -> Engine:
    """What an engine process asks."""
    datasets = Datasets(ox.Store.read_only(str(publication.store)), overlaps_of(publication.folder), 10_000)
    return Engine(datasets, Bounds(), frozenset())


def everything_said(engine: Engine, query: str, default: tuple[str, ...]) -> Iterator[bytes]:
    """Whatever leaves an engine for a query in all formats: bodies, heads, errors."""
    for form in FORMS:
        try:
            head, body = engine.answer(request(form, default), query)
        except Problem as problem:
            yield repr(problem.members()).encode()
        else:
            yield repr(head).encode()
            yield body


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worlds(), st.lists(queries(), min_size=3, max_size=6), st.sampled_from([*AUDIENCES, *OWNERS]))
def test_no_audience_is_told_what_it_may_not_see(
    tmp_path_factory: pytest.TempPathFactory, world: tuple[list[str], dict[str, str]], asked: list[str], audience: str
) -> None:
    lines, marks = world
    folder = tmp_path_factory.mktemp("published")
    publication = Publications(folder).publish(source_store(iter(lines)), audience, BASE)
    visible = {mark for mark, scope in marks.items() if scope != "nobody" and may_see(audience, scope)}
    closed = [mark.encode() for mark in marks if mark not in visible]
    engine = engine_of(publication)
    for query in asked:
        for default in ((), (f"{BASE}/list/{name_of(0)}",)):
            for said in everything_said(engine, query, default):
                assert not any(mark in said for mark in closed)
    stated = {quad.triple for quad in engine.datasets.store if quad.graph_name != ox.DefaultGraph()}
    united = [quad.triple for quad in engine.datasets.store.quads_for_pattern(None, None, None, ox.DefaultGraph())]
    assert len(united) == len(stated)
    assert set(united) == stated
    _, body = engine.answer(request("nq"), "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")
    assert {mark for mark in marks if mark.encode() in body} == visible
    kept = b"".join(file.read_bytes() for file in publication.folder.rglob("*") if file.is_file())
    assert not any(mark in kept for mark in closed)


def test_closed_graph_and_graph_that_is_not_there_are_refused_in_the_same_words(data: Path) -> None:
    publication = Publications(data).current("public")
    assert publication is not None
    engine = engine_of(publication)
    said = []
    for graph in (f"{BASE}/list/aurora/2022-03-01", f"{BASE}/list/nobody/2022-03-01"):
        with pytest.raises(Problem) as caught:
            engine.answer(request("json"), f"SELECT * FROM <{graph}> {{ ?s ?p ?o }}")
        said.append(repr(caught.value.members()).replace(graph, "G"))
    assert said[0] == said[1]


def test_derived_statement_that_names_a_closed_list_stops_the_publication(tmp_path: Path) -> None:
    publications = Publications(tmp_path)
    first = publications.publish(source_store(statements(rows=2)), "public", BASE)
    leak = f"<{BASE}/site/x> <{HEF}statedIn> <{BASE}/list/aurora/2022-03-01> <{BASE}/graph/site/public> ."
    with pytest.raises(StoreError, match="may not see"):
        publications.publish(source_store(itertools.chain(statements(rows=2), [leak])), "public", BASE)
    assert publications.current("public") == first
    assert [path.name for path in (tmp_path / "publications/public/versions").iterdir()] == [first.version]


def test_list_with_two_visibilities_is_published_to_nobody(tmp_path: Path) -> None:
    name, catalogue = f"{BASE}/list/nike/2021-02-01", f"{BASE}/graph/catalogue/members"
    second = f"<{name}> <{RDF_TYPE}> <{HEF}List> <{catalogue}> ."
    with pytest.raises(StoreError, match="stands in the catalogues of"):
        Publications(tmp_path).publish(source_store(itertools.chain(statements(rows=2), [second])), "public", BASE)


def test_list_that_calls_itself_closed_stays_closed_whatever_its_catalogue(tmp_path: Path) -> None:
    name = f"{BASE}/list/sly/2021-02-01"
    catalogue, closed = f"<{BASE}/graph/catalogue/public>", "<https://w3id.org/hefboom/scheme/visibility/members>"
    lines = [
        f"<{name}> <{RDF_TYPE}> <{HEF}List> {catalogue} .",
        f"<{name}> <{HEF}visibility> {closed} {catalogue} .",
        f'<{BASE}/listing/sly/2021-02-01/1> <urn:p> "x" <{name}> .',
    ]
    with pytest.raises(StoreError, match="may not see"):
        Publications(tmp_path).publish(source_store(iter(lines)), "public", BASE)


def test_same_data_give_the_same_checksum_and_old_versions_stay_for_rollback(tmp_path: Path) -> None:
    publications = Publications(tmp_path)
    made = [publications.publish(source_store(statements(rows=2)), "public", BASE) for _ in range(5)]
    assert len({publication.checksum for publication in made}) == 1
    assert [publication.version for publication in publications.all()] == ["000003", "000004", "000005"]
    assert publications.rollback("public").version == "000004"
    assert [publication.in_use for publication in publications.all()] == [False, True, False]


def test_statement_of_the_union_that_no_graph_states_stops_the_publication(data: Path) -> None:
    publication = Publications(data).current("public")
    assert publication is not None
    stray = ox.Store()
    stray.extend(ox.Store.read_only(str(publication.store)))
    stray.add(ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:says"), ox.Literal("from nowhere")))
    with pytest.raises(StoreError, match="statements outside its graphs"):
        check_publication(stray, stray, "public", BASE)
