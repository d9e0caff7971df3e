"""Clients that others wrote: SPARQLWrapper, rdflib, curl, Comunica."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import rdflib
from endpoint_server import BASE, HEF, LABEL, Running
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

SELECT = f"SELECT ?label {{ <{BASE}/site/nike-1> <{LABEL}> ?label }}"


@pytest.mark.parametrize("form", [JSON, XML, CSV])
@pytest.mark.parametrize("method", ["GET", POST])
def test_sparqlwrapper_selects(server: Running, form: str, method: str) -> None:
    client = SPARQLWrapper(server.url, returnFormat=form)
    client.setMethod(method)
    client.setRequestMethod(POSTDIRECTLY if method == POST else "urlencoded")
    client.setQuery(SELECT)
    answer = client.query()
    text = str(answer.convert() if form != XML else answer.convert().toxml())
    assert "nike factory 1" in text
    answer.response.close()


def test_sparqlwrapper_constructs_a_graph(server: Running) -> None:
    client = SPARQLWrapper(server.url, returnFormat=TURTLE)
    client.setQuery(f"CONSTRUCT WHERE {{ <{BASE}/site/nike-1> ?p ?o }}")
    answer = client.query()
    assert len(rdflib.Graph().parse(data=answer.convert(), format="turtle")) == 2
    answer.response.close()


def test_sparqlwrapper_reports_a_bad_query_as_one(server: Running) -> None:
    client = SPARQLWrapper(server.url, returnFormat=JSON)
    client.setQuery("SELECT ?x {")
    with pytest.raises(QueryBadFormed, match="line 1, column 12"):
        client.query()


def test_rdflib_reads_the_endpoint_as_a_store(server: Running) -> None:
    graph = rdflib.Graph(SPARQLStore(server.url))
    site = rdflib.URIRef(f"{BASE}/site/nike-1")
    assert graph.value(site, rdflib.RDFS.label) == rdflib.Literal("nike factory 1")
    assert (site, rdflib.RDF.type, rdflib.URIRef(f"{HEF}Site")) in graph
    assert [str(row[0]) for row in graph.query(SELECT)] == ["nike factory 1"]


def test_curl_gets_what_it_asks_for(server: Running) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed")
    command = [curl, "-sS", "--compressed", "-H", "Accept: text/csv", "--data-urlencode", f"query={SELECT}", server.url]
    assert subprocess.run(command, capture_output=True, check=True).stdout == b"label\r\nnike factory 1\r\n"


def comunica(*arguments: str) -> str:
    """What Comunica's command line prints; it runs on the Node of the environment, or else on the system's."""
    script = Path(__file__).parents[1] / "clients/node_modules/@comunica/query-sparql/bin/query.js"
    node = shutil.which("node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if node is None or not script.exists():
        pytest.skip("Comunica is not installed: run `npm ci --ignore-scripts` in tests/clients")
    command = [node, str(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


def test_comunica_selects_from_the_endpoint(server: Running) -> None:
    found = json.loads(comunica(f"sparql@{server.url}", SELECT, "-t", "application/sparql-results+json"))
    assert [row["label"]["value"] for row in found["results"]["bindings"]] == ["nike factory 1"]


def test_comunica_finds_out_by_itself_that_it_is_an_endpoint(server: Running) -> None:
    pattern = f"CONSTRUCT WHERE {{ <{BASE}/site/nike-1> ?p ?o }}"
    found = rdflib.Graph().parse(data=comunica(server.url, pattern, "-t", "text/turtle"), format="turtle")
    assert (rdflib.URIRef(f"{BASE}/site/nike-1"), rdflib.URIRef(LABEL), rdflib.Literal("nike factory 1")) in found


def test_comunica_joins_the_endpoint_with_a_document_of_it(server: Running) -> None:
    document = server.url.replace("/sparql", "/id/site/nike-1")
    asked = f"SELECT ?row {{ ?row <{HEF}refersTo> ?site . ?site <{LABEL}> 'nike factory 1' }}"
    found = json.loads(comunica(f"sparql@{server.url}", document, asked, "-t", "application/sparql-results+json"))
    assert {row["row"]["value"] for row in found["results"]["bindings"]} == {f"{BASE}/listing/nike/2021-02-01/1"}


def test_standard_library_gets_errors_as_errors(server: Running) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{server.url}?query=nonsense")
    with caught.value as error:
        assert error.code == 400
