"""The union of the graphs of a publication, kept as its default graph, so that what two graphs state counts once there.

The engine can take all graphs together as its default graph, but then finds a statement of two graphs twice, and a
question that asks for five values of a site 32 times. A store that people query freely therefore keeps each statement
once more, outside the named graphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

_UNNAMED: Final = ox.DefaultGraph()


def with_union(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Quads, each followed by its statement in the default graph."""
    for quad in quads:
        yield quad
        yield ox.Quad(quad.subject, quad.predicate, quad.object)


def keeps_union(store: ox.Store) -> bool:
    """Whether the default graph of a store holds the union of its graphs; a store that is written to does not."""
    return next(store.quads_for_pattern(None, None, None, _UNNAMED), None) is not None


def anywhere(store: ox.Store) -> ox.DefaultGraph | None:
    """Where `Store.quads_for_pattern` finds a statement of any graph: once where the union is kept, else per graph."""
    return _UNNAMED if keeps_union(store) else None


def stated(
    store: ox.Store, subject: ox.NamedNode | None, predicate: ox.NamedNode | None, value: ox.NamedNode | None
) -> Iterator[ox.Quad]:
    """The statements of a pattern with the graphs that state them; the union is none of these."""
    for quad in store.quads_for_pattern(subject, predicate, value, None):
        if not isinstance(quad.graph_name, ox.DefaultGraph):
            yield quad
