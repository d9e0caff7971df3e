"""The ontology and the concept schemes in the store: replaced only when the shipped files are others."""

from __future__ import annotations

import hashlib

import pyoxigraph as ox

from hefboom.graph.iris import HEF, ONTOLOGY_GRAPH, REFERENCE_GRAPH
from hefboom.ontology import terms

_MARK = ox.NamedNode(HEF + "sha256")


def load(store: ox.Store) -> None:
    """Bring the two reference graphs of a store up to the shipped Turtle files; does nothing when they are."""
    digest = hashlib.sha256()
    for file in terms.turtle_files():
        digest.update(file.read_bytes())
    graph = ox.NamedNode(REFERENCE_GRAPH)
    mark = ox.Quad(ox.NamedNode(REFERENCE_GRAPH), _MARK, ox.Literal(digest.hexdigest()), graph)
    if mark in store:
        return
    for iri in (REFERENCE_GRAPH, ONTOLOGY_GRAPH):
        store.remove_graph(ox.NamedNode(iri))
    terms.load_reference(store)
    store.add(mark)
