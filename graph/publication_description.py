"""What a publication says about itself: VoID and DCAT, in a graph of its own inside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from hefboom.graph.iris import HEF, ONTOLOGY_GRAPH, REFERENCE_GRAPH
from hefboom.graph.visibility import company_of

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_VOID: Final = "http://rdfs.org/ns/void#"
_DCAT: Final = "http://www.w3.org/ns/dcat#"
_DCTERMS: Final = "http://purl.org/dc/terms/"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_TITLES: Final = {
    "public": ("Hefboom: the public part", "Hefboom: het openbare deel"),
    "members": ("Hefboom: the part for members", "Hefboom: het deel voor leden"),
    "secretariat": ("Hefboom: everything, for the secretariat", "Hefboom: alles, voor het secretariaat"),
}


@dataclass(frozen=True)
class Figures:
    """How many statements there are per graph, how many different ones, and uses per class and per property."""

    graphs: Mapping[str, int]
    triples: int
    classes: Mapping[str, int]
    properties: Mapping[str, int]

    @property
    def quads(self) -> int:
        """Statements in all graphs."""
        return sum(self.graphs.values())


def description_graph(base: str) -> str:
    """The graph that holds the description of a publication."""
    return f"{base}/graph/publication"


def dataset_iri(base: str, audience: str) -> str:
    """The IRI of the dataset that an audience sees."""
    return f"{base}/publication/{audience}"


def _titles(audience: str) -> tuple[str, str]:
    company = company_of(audience)
    if company:
        return f"Hefboom: what {company} may see", f"Hefboom: wat {company} mag zien"
    return _TITLES[audience]


def describe(figures: Figures, audience: str, base: str, created: str, checksum: str) -> Iterator[ox.Quad]:
    """The description as quads of `description_graph`; `created` is an xsd:dateTime."""
    graph = ox.NamedNode(description_graph(base))
    dataset = ox.NamedNode(dataset_iri(base, audience))
    english, dutch = _titles(audience)

    def quad(subject: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
        return ox.Quad(subject, ox.NamedNode(predicate), value, graph)

    def number(value: int) -> ox.Literal:
        return ox.Literal(str(value), datatype=ox.NamedNode(_XSD + "integer"))

    for name in (_VOID + "Dataset", _DCAT + "Dataset"):
        yield quad(dataset, _RDF + "type", ox.NamedNode(name))
    yield quad(dataset, _DCTERMS + "title", ox.Literal(english, language="en"))
    yield quad(dataset, _DCTERMS + "title", ox.Literal(dutch, language="nl"))
    issued = ox.Literal(created, datatype=ox.NamedNode(_XSD + "dateTime"))
    yield quad(dataset, _DCTERMS + "issued", issued)
    yield quad(dataset, _DCTERMS + "modified", issued)
    yield quad(dataset, HEF + "sha256", ox.Literal(checksum))
    yield quad(dataset, _VOID + "triples", number(figures.quads))
    yield quad(dataset, _VOID + "classes", number(len(figures.classes)))
    yield quad(dataset, _VOID + "properties", number(len(figures.properties)))
    yield quad(dataset, _VOID + "uriSpace", ox.Literal(f"{base}/"))
    for vocabulary in (ONTOLOGY_GRAPH, REFERENCE_GRAPH):
        yield quad(dataset, _VOID + "vocabulary", ox.NamedNode(vocabulary))
    parts = (
        ("class", "classPartition", "class", "entities", figures.classes),
        ("property", "propertyPartition", "property", "triples", figures.properties),
    )
    for kind, link, names, counts, uses in parts:
        for place, (iri, count) in enumerate(uses.items(), start=1):
            part = ox.NamedNode(f"{dataset.value}/{kind}/{place}")
            yield quad(dataset, _VOID + link, part)
            yield quad(part, _VOID + names, ox.NamedNode(iri))
            yield quad(part, _VOID + counts, number(count))
