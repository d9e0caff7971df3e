"""Linked data: every IRI of a publication resolves.

`/id/...` and `/scheme/...` name things, which are not documents, so they answer 303 with the address of a document
about the thing (https://www.w3.org/TR/cooluris/ section 4.2); the document comes as HTML, Turtle, JSON-LD, N-Triples or
RDF/XML. `/ns` is the ontology, a document itself.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Final
from urllib.parse import quote

import pyoxigraph as ox
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from hefboom.api import resources
from hefboom.api.asking import caching, caller_of, live_of, server_of
from hefboom.api.errors import Problem
from hefboom.api.negotiation import GRAPH_FORMATS, HTML, Format, choose
from hefboom.api.pages import ontology_page, resource_page
from hefboom.api.question_api import questions_about_a_site
from hefboom.api.served import Live
from hefboom.api.texts import language
from hefboom.graph.iris import ONTOLOGY_GRAPH, SCHEME
from hefboom.graph.visibility import list_of

router = APIRouter()
LiveNow = Annotated[Live, Depends(live_of)]
_READ: Final = ["GET", "HEAD"]
_OFFERED: Final = (
    HTML,
    *(form for form in GRAPH_FORMATS if form.name in ("turtle", "json-ld", "n-triples", "rdf-xml")),
)
_SUFFIXES: Final = {"html": "html", "ttl": "turtle", "jsonld": "json-ld", "nt": "n-triples", "rdf": "rdf-xml"}
_RDF_FORMATS: Final = {
    "turtle": ox.RdfFormat.TURTLE,
    "json-ld": ox.RdfFormat.JSON_LD,
    "n-triples": ox.RdfFormat.N_TRIPLES,
    "rdf-xml": ox.RdfFormat.RDF_XML,
}
_PREFIXES: Final = {
    "hef": ONTOLOGY_GRAPH + "#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "schema": "https://schema.org/",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@router.api_route("/id/{path:path}", methods=_READ, include_in_schema=False)
def thing(request: Request, live: LiveNow, path: str) -> Response:
    """A thing of the data: 303 to the document about it, 301 to what replaces it, 410 when withdrawn, else 404."""
    iri = f"{live.publication.base}/{path}"
    resource = _found(live, iri)
    following = resources.replacement(live.store, resource.iri.value)
    if following is not None:
        local = following.removeprefix(live.publication.base + "/")
        return RedirectResponse(f"{request.scope['root_path']}/id/{quote(local)}", status_code=301)
    return _see_other(request, "id", path)


@router.api_route("/scheme", methods=_READ, include_in_schema=False)
@router.api_route("/scheme/{path:path}", methods=_READ, include_in_schema=False)
def concept(request: Request, live: LiveNow, path: str = "") -> Response:
    """A concept or a scheme of concepts: 303 to the document about it."""
    _found(live, (SCHEME + path).rstrip("/"))
    return _see_other(request, "scheme", path)


@router.api_route("/doc/{kind}/{path:path}", methods=_READ, include_in_schema=False)
def document(request: Request, live: LiveNow, kind: str, path: str, lang: str = "") -> Response:
    """The document about a thing, in the format liked best or, with a suffix such as `.ttl`, in that one."""
    bases = {"id": f"{live.publication.base}/", "scheme": SCHEME}
    if kind not in bases:
        raise _unknown()
    wanted = ""
    stem, dot, suffix = path.rpartition(".")
    if dot and suffix in _SUFFIXES:
        wanted, path = suffix, stem
    resource = _found(live, (bases[kind] + path).rstrip("/"))
    form, media_type = _chosen(request, wanted)
    spoken = language(request.headers.get("accept-language", ""), lang)
    audience = caller_of(request).audience
    tag = f"{live.publication.tag}-{_digest(resource.iri.value, media_type, spoken, audience)}"
    headers = caching(request, tag)
    headers["Vary"] += ", Accept-Language"
    if _known(request, tag):
        return Response(status_code=304, headers=headers)
    root = request.scope["root_path"]
    alternates = [
        (name, f"{root}/doc/{kind}/{quote(path)}.{suffix}") for suffix, name in _SUFFIXES.items() if suffix != "html"
    ]
    headers["Link"] = f'<{resource.iri.value}>; rel="http://xmlns.com/foaf/0.1/primaryTopic"'
    if form is HTML:
        headers["Content-Language"] = spoken
        is_site = resource.iri.value.startswith(f"{live.publication.base}/site/")
        asked = questions_about_a_site(audience) if is_site else []
        body = resource_page(
            live, resource, spoken, root, alternates, asked, server_of(request).settings.closed
        ).encode()
    else:
        triples = resource.triples(live.store)
        body = ox.serialize(triples, format=_RDF_FORMATS[form.name], prefixes=_PREFIXES) or b""
    return Response(body, headers={**headers, "Content-Type": form.content_type(media_type)})


@router.api_route("/ns", methods=_READ, include_in_schema=False)
@router.api_route("/ns.{suffix}", methods=_READ, include_in_schema=False)
def ontology(request: Request, suffix: str = "", lang: str = "") -> Response:
    """The ontology: a page generated from it, or its triples."""
    if suffix and suffix not in _SUFFIXES:
        raise _unknown()
    form, media_type = _chosen(request, suffix)
    spoken = language(request.headers.get("accept-language", ""), lang)
    store, root = resources.ontology_store(), request.scope["root_path"]
    headers = {"Vary": "Accept, Accept-Language", "Cache-Control": "public, max-age=3600"}
    if form is HTML:
        headers["Content-Language"] = spoken
        alternates = [(name, f"{root}/ns.{suffix}") for suffix, name in _SUFFIXES.items() if suffix != "html"]
        body = ontology_page(store, spoken, root, alternates, server_of(request).settings.closed).encode()
    else:
        graph = ox.NamedNode(ONTOLOGY_GRAPH)
        triples = (quad.triple for quad in store.quads_for_pattern(None, None, None, graph))
        body = ox.serialize(triples, format=_RDF_FORMATS[form.name], prefixes=_PREFIXES) or b""
    return Response(body, headers={**headers, "Content-Type": form.content_type(media_type)})


def _chosen(request: Request, suffix: str) -> tuple[Format, str]:
    if suffix:
        form = next(form for form in _OFFERED if form.name == _SUFFIXES[suffix])
        return form, form.media_types[0]
    return choose(request.headers.get("accept", ""), request.query_params.get("format", ""), _OFFERED)


def _found(live: Live, iri: str) -> resources.Resource:
    """What the publication says about an IRI. Problem 410 when it said something before, 404 when it never did."""
    found = resources.find(live.store, iri)
    base = live.publication.base
    home = list_of(iri, base, live.publication.graphs)
    retracted = home is not None and any(
        isinstance(quad.object, ox.Literal) and quad.object.value == "retracted"
        for quad in live.store.quads_for_pattern(_node(home), resources.STATUS, None, None)
    )
    if retracted or (found is None and {iri, home} & live.withdrawn):
        raise Problem(410, "withdrawn", "This was published and has been withdrawn.")
    if found is None:
        raise _unknown()
    return found


def _node(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise _unknown() from error


def _unknown() -> Problem:
    return Problem(404, "unknown", "Nothing is published under this address.")


def _see_other(request: Request, kind: str, path: str) -> Response:
    address = f"{request.scope['root_path']}/doc/{kind}/{quote(path)}"
    return RedirectResponse(address, status_code=303)


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\x00".join(parts).encode(), digest_size=6).hexdigest()


def _known(request: Request, tag: str) -> bool:
    return f'"{tag}"' in [
        part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")
    ]
