"""Every IRI of the publication resolves; nothing else does."""

from __future__ import annotations

from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from endpoint_server import BASE, HEF, Running, Starter, source_store, statements

from hefboom.graph.publications import Publications

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SITE = "/id/site/nike-0"


def parsed(answer: httpx.Response) -> set[ox.Triple]:
    """The triples of an answer."""
    form = ox.RdfFormat.from_media_type(answer.headers["content-type"].partition(";")[0])
    return {quad.triple for quad in ox.parse(answer.content, form)}


@pytest.mark.parametrize(
    "path",
    [SITE, "/id/company/nike", "/id/list/nike/2021-02-01", "/id/listing/nike/2021-02-01/3", "/scheme/risk"],
)
def test_thing_is_no_document_and_points_to_one(server: Running, path: str) -> None:
    answer = server.client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/doc" + path
    assert server.client.get(path, follow_redirects=True).status_code == 200


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("application/ld+json, text/html;q=0.5", "application/ld+json"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
    ],
)
def test_document_comes_in_the_format_liked_best(server: Running, accept: str, content_type: str) -> None:
    answer = server.client.get("/doc" + SITE, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == content_type
    assert "Accept" in answer.headers["vary"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    known = server.client.get("/doc" + SITE, headers={"Accept": accept, "If-None-Match": answer.headers["etag"]})
    assert known.status_code == 304


@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld", "rdf"])
def test_all_formats_hold_the_same_triples_with_their_sources(server: Running, suffix: str) -> None:
    triples = parsed(server.client.get(f"/doc{SITE}.{suffix}"))
    site, listing = ox.NamedNode(f"{BASE}/site/nike-0"), ox.NamedNode(f"{BASE}/listing/nike/2021-02-01/0")
    assert ox.Triple(listing, ox.NamedNode(f"{HEF}refersTo"), site) in triples
    source = ox.NamedNode("http://purl.org/dc/terms/source")
    assert ox.Triple(listing, source, ox.NamedNode(f"{BASE}/list/nike/2021-02-01")) in triples
    assert triples == parsed(server.client.get(f"/doc{SITE}.nt"))


def test_page_names_the_list_and_date_of_each_row(server: Running) -> None:
    page = server.client.get("/doc" + SITE, headers={"Accept-Language": "nl"})
    assert page.headers["content-language"] == "nl"
    assert '<html lang="nl">' in page.text
    assert "Regels die ernaar verwijzen" in page.text
    assert "2021-02-01" in page.text
    assert f'href="{"/id/list/nike/2021-02-01"}"' in page.text
    assert "<script" not in page.text


def test_older_name_leads_to_the_site_that_replaced_it(server: Running) -> None:
    answer = server.client.get("/id/site/old")
    assert (answer.status_code, answer.headers["location"]) == (301, SITE)


@pytest.mark.parametrize(
    "path",
    [
        "/id/site/none", "/id/site/aurora-0", "/id/list/aurora/2022-03-01", "/id/company/borea", "/id/", "/doc/x/y",
        "/scheme/none", "/id/%3Cbad%3E", "/id/site/%00", "/nowhere", "/doc/id/site/aurora-0.ttl", "/ns.exe",
    ],
)  # fmt: skip
def test_what_is_not_published_is_not_there(server: Running, path: str) -> None:
    answer = server.client.get(path)
    assert answer.status_code == 404
    assert answer.text == "Unknown. Nothing is published under this address.\n"


def test_site_of_a_due_diligence_file_is_shown_by_its_id_there(started: Starter, tmp_path: Path) -> None:
    file = f"{BASE}/file/nike/2026"
    told = [
        f'<{file}/site/s1> <http://purl.org/dc/terms/identifier> "S1" <{file}> .',
        f"<{file}/site/s1> <{RDF_TYPE}> <{HEF}Listing> <{file}> .",
        f"<{file}/site/s1> <{HEF}refersTo> <{BASE}/site/nike-0> <{BASE}/graph/identity/public> .",
        f"<{file}> <{RDF_TYPE}> <{HEF}CompanyFile> <{BASE}/graph/catalogue/public> .",
        f"<{file}> <{HEF}visibility> <https://w3id.org/hefboom/scheme/visibility/public>"
        f" <{BASE}/graph/catalogue/public> .",
    ]
    publications = Publications(tmp_path / "data")
    publications.publish(source_store(line for line in [*statements(rows=2), *told]), "public", BASE)
    page = started(tmp_path / "data", workers=2, long_queries=1).client.get("/doc" + SITE).text
    assert 'href="/id/file/nike/2026/site/s1">S1</a>' in page


def test_what_was_withdrawn_says_so(started: Starter, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    publications = Publications(folder)
    publications.publish(source_store(statements(rows=3)), "public", BASE)
    publications.publish(source_store(statements(rows=2)), "public", BASE)
    retracted = f'<{BASE}/list/nike/2021-02-01> <{HEF}status> "retracted" <{BASE}/graph/catalogue/public> .'
    server = started(folder, workers=2, long_queries=1)
    assert server.client.get("/id/site/nike-2").status_code == 410
    assert server.client.get("/id/site/nike-1").status_code == 303
    kept = (line for line in [*statements(rows=2), retracted])
    publications.publish(source_store(kept), "public", BASE)
    other = started(folder, workers=2, long_queries=1)
    assert other.client.get("/id/list/nike/2021-02-01").status_code == 410
    assert other.client.get("/id/listing/nike/2021-02-01/1").status_code == 410
    assert other.client.get("/id/site/nike-2").status_code == 410


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_ontology_is_documented_from_itself(server: Running, lang: str) -> None:
    page = server.client.get("/ns", params={"lang": lang}, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert 'id="Site"' in page.text
    assert 'id="refersTo"' in page.text
    turtle = server.client.get("/ns", headers={"Accept": "text/turtle"})
    assert any(triple.subject == ox.NamedNode(f"{HEF}Site") for triple in parsed(turtle))


def test_server_under_a_prefix_gives_addresses_under_it(started: Starter) -> None:
    server = started(root_path="/hefboom", workers=2, long_queries=1)
    assert server.client.get("/hefboom/sparql", params={"query": "ASK {}"}).status_code == 200
    answer = server.client.get("/hefboom" + SITE)
    assert answer.headers["location"] == "/hefboom/doc" + SITE
    page = server.client.get("/hefboom/doc" + SITE, headers={"Accept": "text/html"})
    assert 'href="/hefboom/static/page.css"' in page.text
    assert server.client.get("/hefboom/static/page.css").status_code == 200
