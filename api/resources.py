"""What a publication says about one IRI: its statements with where each stands, and the listings that refer to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox

from hefboom.graph.iris import HEF
from hefboom.graph.union import stated
from hefboom.ontology import terms

_RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
_DCTERMS: Final = "http://purl.org/dc/terms/"
_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
LABEL: Final = ox.NamedNode(_RDFS + "label")
PREFERRED: Final = ox.NamedNode(_SKOS + "prefLabel")
TITLE: Final = ox.NamedNode(_DCTERMS + "title")
LICENCE: Final = ox.NamedNode(_DCTERMS + "license")
SOURCE: Final = ox.NamedNode(_DCTERMS + "source")
TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
REPLACED_BY: Final = ox.NamedNode(HEF + "replacedBy")
REFERS_TO: Final = ox.NamedNode(HEF + "refersTo")
STATUS: Final = ox.NamedNode(HEF + "status")
CONTRIBUTOR: Final = ox.NamedNode(HEF + "contributor")
LIST_DATE: Final = ox.NamedNode(HEF + "listDate")
ROW: Final = ox.NamedNode(HEF + "row")
IDENTIFIER: Final = ox.NamedNode(_DCTERMS + "identifier")
OS_ID: Final = ox.NamedNode(HEF + "osId")
SEE_ALSO: Final = ox.NamedNode(_RDFS + "seeAlso")
_PLACES: Final = (ROW, IDENTIFIER)
"""What says where a listing stands: its row in a list, its id in a due diligence file."""
_MOST_STATEMENTS: Final = 2_000
_MOST_MENTIONS: Final = 500


@dataclass(frozen=True)
class Mention:
    """A listing that refers to a site: the listing, the list it stands in, and its row or id there."""

    listing: ox.NamedNode
    list: ox.NamedNode
    row: str


@dataclass(frozen=True)
class Resource:
    """What is known about one IRI. `statements` are quads, whose graph says where each comes from."""

    iri: ox.NamedNode
    statements: tuple[ox.Quad, ...]
    mentions: tuple[Mention, ...]
    cut: bool

    def triples(self, store: ox.Store) -> Iterator[ox.Triple]:
        """The description as triples: the statements, the listings that refer to it, and the lists they stand in."""
        seen: set[ox.Triple] = set()
        for triple in self._all(store):
            if triple not in seen:
                seen.add(triple)
                yield triple

    def _all(self, store: ox.Store) -> Iterator[ox.Triple]:
        for quad in self.statements:
            yield quad.triple
            if quad.predicate == OS_ID and isinstance(quad.object, ox.Literal):
                yield ox.Triple(self.iri, SEE_ALSO, open_supply_hub(quad.object.value))
        lists = {mention.list for mention in self.mentions}
        for mention in self.mentions:
            yield ox.Triple(mention.listing, REFERS_TO, self.iri)
            yield ox.Triple(mention.listing, SOURCE, mention.list)
            for predicate in _PLACES:
                yield from (q.triple for q in store.quads_for_pattern(mention.listing, predicate, None, mention.list))
        lists |= {quad.graph_name for quad in self.statements if _is_list(quad.graph_name)}  # type: ignore[misc]
        for name in lists:
            for predicate in (TITLE, CONTRIBUTOR, LIST_DATE, LICENCE):
                yield from (q.triple for q in store.quads_for_pattern(name, predicate, None, None))
            if name in (quad.graph_name for quad in self.statements):
                yield ox.Triple(self.iri, SOURCE, name)


def open_supply_hub(os_id: str) -> ox.NamedNode:
    """The page of a site in the Open Supply Hub."""
    return ox.NamedNode(f"https://opensupplyhub.org/facilities/{quote(os_id, safe='')}")


def _is_list(graph: object) -> bool:
    return isinstance(graph, ox.NamedNode) and ("/list/" in graph.value or "/file/" in graph.value)


def find(store: ox.Store, iri: str) -> Resource | None:
    """What a store says about an IRI; None when it says nothing. Problem-free for any text: a bad IRI is unknown."""
    try:
        node = ox.NamedNode(iri)
    except ValueError:
        return None
    statements = tuple(islice(stated(store, node, None, None), _MOST_STATEMENTS + 1))
    if not statements and not (_is_list(node) and store.contains_named_graph(node)):
        return None
    mentions = tuple(_mentions(store, islice(stated(store, None, REFERS_TO, node), _MOST_MENTIONS)))
    return Resource(node, statements[:_MOST_STATEMENTS], mentions, len(statements) > _MOST_STATEMENTS)


def _mentions(store: ox.Store, references: Iterable[ox.Quad]) -> Iterator[Mention]:
    for quad in references:
        listing = quad.subject
        if not isinstance(listing, ox.NamedNode):
            continue
        found = next((quad for said in (*_PLACES, TYPE) for quad in stated(store, listing, said, None)), None)
        if found is not None and isinstance(found.graph_name, ox.NamedNode):
            row = found.object.value if found.predicate in _PLACES and isinstance(found.object, ox.Literal) else ""
            yield Mention(listing, found.graph_name, row)


def replacement(store: ox.Store, iri: str) -> str | None:
    """The site that stands for an older one, following a chain of replacements; None when it was not replaced."""
    seen = {iri}
    current = iri
    while True:
        following = next(
            (
                quad.object.value
                for quad in store.quads_for_pattern(ox.NamedNode(current), REPLACED_BY, None, None)
                if isinstance(quad.object, ox.NamedNode)
            ),
            None,
        )
        if following is None or following in seen:
            return current if current != iri else None
        seen.add(following)
        current = following


def label(store: ox.Store, node: ox.NamedNode, lang: str) -> str:
    """The name of a thing in a language, else in English, else in any, else the end of its IRI."""
    found: dict[str, str] = {}
    for predicate in (PREFERRED, LABEL, TITLE):
        for quad in store.quads_for_pattern(node, predicate, None, None):
            if isinstance(quad.object, ox.Literal):
                found.setdefault(quad.object.language or "", quad.object.value)
        if found:
            break
    for wanted in (lang, "en", ""):
        if wanted in found:
            return found[wanted]
    return min(found.values()) if found else node.value.replace("#", "/").rstrip("/").rpartition("/")[2]


@lru_cache(maxsize=1)
def ontology_store() -> ox.Store:
    """The ontology and the concept schemes as they are shipped."""
    store = ox.Store()
    terms.load_reference(store)
    return store
