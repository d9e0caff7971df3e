"""The description of the endpoint (SPARQL 1.1 Service Description) with the publication's VoID and DCAT, and a page."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

import pyoxigraph as ox
from babel.numbers import format_decimal

from hefboom.api.negotiation import GRAPH_FORMATS, RESULT_FORMATS
from hefboom.api.pages import render
from hefboom.api.served import Live
from hefboom.api.settings import Settings
from hefboom.api.texts import TEXTS, told_day
from hefboom.graph.publication_description import dataset_iri, description_graph
from hefboom.graph.publications import Publication

DESCRIPTION_FORMATS: Final = tuple(form for form in GRAPH_FORMATS if form.name not in ("trig", "n-quads", "n3"))
_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_VOID: Final = "http://rdfs.org/ns/void#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_SIMPLE_ENTAILMENT: Final = "http://www.w3.org/ns/entailment/Simple"
_DCAT: Final = "http://www.w3.org/ns/dcat#"
_TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_INTEGER: Final = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_MOST_GRAPHS: Final = 2_000
_RESULT_IRIS: Final = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads", "N3",
)  # fmt: skip
_PREFIXES: Final = {
    "sd": _SD,
    "void": _VOID,
    "dcat": _DCAT,
    "dcterms": "http://purl.org/dc/terms/",
    "formats": _FORMATS,
    "hef": "https://w3id.org/hefboom/ns#",
}
_RDF_FORMATS: Final = {
    "turtle": ox.RdfFormat.TURTLE,
    "n-triples": ox.RdfFormat.N_TRIPLES,
    "json-ld": ox.RdfFormat.JSON_LD,
    "rdf-xml": ox.RdfFormat.RDF_XML,
}


class Describer:
    """Writes the description of an endpoint for the publication that it serves."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._written = lru_cache(maxsize=64)(self._write)

    def graph(self, live: Live, endpoint: str, name: str) -> bytes:
        """The description in an RDF format."""
        return self._written(live.publication.tag, live.publication.audience, endpoint, name, _Holder(live))

    def _write(self, tag: str, audience: str, endpoint: str, name: str, holder: _Holder) -> bytes:
        live = holder.live
        graph = ox.NamedNode(description_graph(live.publication.base))
        described = [quad.triple for quad in live.store.quads_for_pattern(None, None, None, graph)]
        graphs = {**live.publication.graphs, graph.value: len(described)}
        triples = [*self._service(live.publication, endpoint, graphs), *described]
        written = ox.serialize(triples, format=_RDF_FORMATS[name], prefixes=_PREFIXES)
        return written or b""

    def _service(self, publication: Publication, endpoint: str, graphs: Mapping[str, int]) -> Iterator[ox.Triple]:
        service, dataset = ox.NamedNode(endpoint), ox.NamedNode(dataset_iri(publication.base, publication.audience))

        def sd(name: str) -> ox.NamedNode:
            return ox.NamedNode(_SD + name)

        yield ox.Triple(service, _TYPE, sd("Service"))
        yield ox.Triple(service, sd("endpoint"), service)
        yield ox.Triple(service, sd("supportedLanguage"), sd("SPARQL11Query"))
        yield ox.Triple(service, sd("feature"), sd("UnionDefaultGraph"))
        yield ox.Triple(service, sd("defaultEntailmentRegime"), ox.NamedNode(_SIMPLE_ENTAILMENT))
        if self._settings.services:
            yield ox.Triple(service, sd("feature"), sd("BasicFederatedQuery"))
        for name in _RESULT_IRIS:
            yield ox.Triple(service, sd("resultFormat"), ox.NamedNode(_FORMATS + name))
        yield ox.Triple(service, sd("defaultDataset"), dataset)
        yield ox.Triple(service, sd("availableGraphs"), dataset)
        yield ox.Triple(dataset, _TYPE, sd("Dataset"))
        yield ox.Triple(dataset, ox.NamedNode(_VOID + "sparqlEndpoint"), service)
        yield ox.Triple(dataset, ox.NamedNode(_DCAT + "accessService"), service)
        union = ox.BlankNode("union")
        united = (publication.triples or publication.quads) + graphs[description_graph(publication.base)]
        yield ox.Triple(dataset, sd("defaultGraph"), union)
        yield ox.Triple(union, _TYPE, sd("Graph"))
        yield ox.Triple(union, ox.NamedNode(_VOID + "triples"), _number(united))
        for place, (name, count) in enumerate(itertools.islice(graphs.items(), _MOST_GRAPHS)):
            entry, graph = ox.BlankNode(f"entry{place}"), ox.BlankNode(f"graph{place}")
            yield ox.Triple(dataset, sd("namedGraph"), entry)
            yield ox.Triple(entry, _TYPE, sd("NamedGraph"))
            yield ox.Triple(entry, sd("name"), ox.NamedNode(name))
            yield ox.Triple(entry, sd("graph"), graph)
            yield ox.Triple(graph, _TYPE, sd("Graph"))
            yield ox.Triple(graph, ox.NamedNode(_VOID + "triples"), _number(count))

    def page(self, publication: Publication, endpoint: str, lang: str, root: str) -> bytes:
        """A page for people: a form that needs no script, and what the endpoint offers."""
        limits = self._settings.limits
        return render(
            "sparql.html", lang, root, self._settings.closed, title=TEXTS[lang]["endpoint"], endpoint=endpoint,
            quads=format_decimal(publication.quads, locale=lang), day=told_day(publication.created, lang),
            seconds=format_decimal(limits.timeout, locale=lang), rows=format_decimal(limits.rows, locale=lang),
            tables=[form.short_names[0] for form in RESULT_FORMATS],
            graphs=[form.short_names[0] for form in GRAPH_FORMATS],
        ).encode()  # fmt: skip


class _Holder:
    """Carries a value past a cache without being part of the key."""

    def __init__(self, live: Live) -> None:
        self.live = live

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Holder)

    def __hash__(self) -> int:
        return 0


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=_INTEGER)
