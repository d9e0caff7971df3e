"""What a question is asked of: a store, its projection, and the scopes that the caller may see."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from duckdb import DuckDBPyConnection
from pyoxigraph import NamedNode, Quad, Store

from hefboom.errors import QueryError
from hefboom.graph.iris import DEFAULT_BASE, HEF, ONTOLOGY_GRAPH, REFERENCE_GRAPH
from hefboom.graph.union import anywhere, stated

Tables: TypeAlias = Callable[[Sequence[str] | None], DuckDBPyConnection]

RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_DESCRIBED = (NamedNode(HEF + "List"), NamedNode(HEF + "CompanyFile"))
_OPEN = re.compile(r"/graph/(?:aggregate/[^/]+|publication)$")
"""Graphs that only a publication has, and that all who may see the publication may see."""
_GRAPH = re.compile(
    r"/graph/(?P<kind>catalogue|completeness(?:-\d{4}-\d\d-\d\d)?|covenant|identity|match|site|sourcing)"
    r"/(?P<scope>[^/]+(?:/[^/]+)?)$"
)


@dataclass(frozen=True)
class Evidence:
    """The data that questions run on.

    `tables(scopes)` gives a connection whose views show only those scopes (None: all); without `tables` only SPARQL
    is used. `scopes` None means that the caller may see everything.
    """

    store: Store
    tables: Tables | None = None
    scopes: Sequence[str] | None = None
    base: str = DEFAULT_BASE

    def seen_by(self, audience: str, owner: str | None = None) -> Evidence:
        """The part of this evidence that an audience sees; `owner` adds what that company keeps to itself.

        Raises QueryError for an audience that does not exist.
        """
        visible = scopes_of(audience, owner)
        if visible is None:
            return self
        scopes = visible if self.scopes is None else tuple(scope for scope in visible if scope in self.scopes)
        return Evidence(self.store, self.tables, scopes, self.base)


def scopes_of(audience: str, owner: str | None = None) -> tuple[str, ...] | None:
    """The scopes an audience sees; None for the secretariat, which sees all. `owner` is a company's slug."""
    if audience == "secretariat":
        return None
    open_scopes = {"public": ("public",), "members": ("public", "members")}.get(audience)
    if open_scopes is None:
        raise QueryError(f"'{audience}' is no audience; use public, members or secretariat")
    return (*open_scopes, f"owner/{owner}") if owner else open_scopes


class Visible:
    """The graphs that one evidence shows: `graphs` is None when all are."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.graphs = _graphs(evidence.store, evidence.scopes)
        self._names = None if self.graphs is None else {graph.value for graph in self.graphs}

    def quads(self, subject: NamedNode | None, predicate: NamedNode, value: object = None) -> list[Quad]:
        """The statements of a pattern that may be seen; for look-ups of names and parameters."""
        store = self.evidence.store
        if self._names is None:
            return list(store.quads_for_pattern(subject, predicate, value, anywhere(store)))  # type: ignore[arg-type]
        return [quad for quad in stated(store, subject, predicate, value) if quad.graph_name.value in self._names]  # type: ignore[arg-type, union-attr]


def _graphs(store: Store, scopes: Sequence[str] | None) -> list[NamedNode] | None:
    """The graphs of these scopes that the store has; None when that is all of them, as in a publication.

    Naming graphs makes the engine look into one after the other, so the union of all is much the faster way to ask.
    """
    if scopes is None:
        return None
    present = {graph.value for graph in store.named_graphs()}
    visible = {REFERENCE_GRAPH, ONTOLOGY_GRAPH} & present
    for name in present:
        if _OPEN.search(name):
            visible.add(name)
            continue
        match = _GRAPH.search(name)
        if match is None or match["scope"] not in scopes:
            continue
        visible.add(name)
        if match["kind"] == "catalogue":
            for kind in _DESCRIBED:
                told = store.quads_for_pattern(None, RDF_TYPE, kind, NamedNode(name))
                visible |= present & {getattr(quad.subject, "value", "") for quad in told}
    return None if visible == present else [NamedNode(name) for name in sorted(visible)]
