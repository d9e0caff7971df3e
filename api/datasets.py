"""The dataset of a query: which graphs are its default graph, which are named, and what to ask for these.

Several graphs as one default graph are their merge, in which a statement stands once. The engine would find a statement
of two graphs twice; so where two of the graphs have one in common, a query is asked of a copy of just its graphs, with
the merge made. That costs 5 to 10 microseconds and 0.7 KB a statement, and is refused beyond a size.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import urljoin

import pyoxigraph as ox

from hefboom.api.errors import bad_request, refused
from hefboom.api.guard import Scan
from hefboom.graph.overlaps import Overlaps
from hefboom.graph.union import keeps_union

_COUNT: Final = "SELECT (COUNT(*) AS ?n) { SELECT ?s { GRAPH <%s> { ?s ?p ?o } } LIMIT %d }"


@dataclass(frozen=True)
class Datasets:
    """What queries over a store may name as their dataset; `most` statements may be merged for one."""

    store: ox.Store
    overlaps: Overlaps
    most: int

    def of(self, request: dict[str, Any], found: Scan) -> tuple[ox.Store, dict[str, Any]]:
        """The store to ask and the dataset as the engine takes it: that of the request, else of FROM, else all.

        Raises Problem: 403 for a graph outside the publication, 400 for what is no IRI and for a merge too large.
        """
        default, named = request["default"], request["named"]
        if not default and not named:
            default, named = found.default, found.named
        if not default and not named:
            return self.store, {"use_default_graph_as_union": not self._whole}
        base = request["base"]
        defaults, names = (list(dict.fromkeys(self._graph(base, iri) for iri in graphs)) for graphs in (default, named))
        return self._asked(defaults, names)

    @cached_property
    def _whole(self) -> bool:
        return keeps_union(self.store)

    def _graph(self, base: str, iri: str) -> ox.NamedNode:
        """The graph that is named. Problem when it is not here."""
        try:
            graph = ox.NamedNode(urljoin(base, iri))
        except ValueError as error:
            raise bad_request("malformed-iri", f"'{iri[:200]}' is not an IRI.") from error
        if not self.store.contains_named_graph(graph):
            raise refused("graph-refused", f"Graph <{iri[:200]}> is not part of this publication.")
        return graph

    def _asked(self, defaults: list[ox.NamedNode], names: list[ox.NamedNode]) -> tuple[ox.Store, dict[str, Any]]:
        if not self.overlaps.among([graph.value for graph in defaults]):
            return self.store, {"default_graph": defaults, "named_graphs": names}
        union: dict[str, Any] = {"default_graph": [ox.DefaultGraph()], "named_graphs": names}
        if self._whole and set(defaults).issuperset(self.store.named_graphs()):
            return self.store, union
        return self._merged(defaults, names), union

    def _merged(self, defaults: list[ox.NamedNode], names: list[ox.NamedNode]) -> ox.Store:
        """A store in memory with the merge of some graphs as its default graph, and others beside it.

        All is read in one piece: only so is a blank node of two graphs the same one.
        """
        left = self.most
        for graph in [*defaults, *names]:
            left -= self._size(graph, left + 1)
            if left < 0:
                raise bad_request(
                    "merge-too-large",
                    f"Some of the graphs named as default graph have statements in common, and together they have more"
                    f" than the {self.most:,} statements that are merged for one query. Name fewer graphs, or none (the"
                    " default graph is then the merge of all), or use FROM NAMED and GRAPH ?g { ... }.",
                )
        pieces = [self._text(graph) for graph in defaults]
        for graph in names:
            pieces.append(self._text(graph).replace(b" .\n", b" <" + graph.value.encode() + b"> .\n"))
        merged = ox.Store()
        merged.bulk_load(b"".join(pieces), ox.RdfFormat.N_QUADS, lenient=True)
        return merged

    def _size(self, graph: ox.NamedNode, most: int) -> int:
        """The statements of a graph, counted no further than `most`."""
        counted = self.store.query(_COUNT % (graph.value, most))
        assert isinstance(counted, ox.QuerySolutions)
        return int(next(counted)[0].value)

    def _text(self, graph: ox.NamedNode) -> bytes:
        return self.store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph) or b""
