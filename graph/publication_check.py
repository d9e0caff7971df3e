"""The second look at a publication: every quad of it, against what the lists say about themselves.

Building goes by the catalogue graphs; this goes by `hef:visibility` and by the names in each statement, so that one
mistake cannot hide in both.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import pyoxigraph as ox

from hefboom.errors import StoreError
from hefboom.graph import visibility
from hefboom.graph.iris import ONTOLOGY_GRAPH, REFERENCE_GRAPH
from hefboom.graph.publication_description import Figures

_TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


class _Judge:
    """Knows for every graph and every IRI whether an audience may see it."""

    def __init__(self, source: ox.Store, audience: str, base: str) -> None:
        self._audience = audience
        self._base = base
        self._lists = visibility.stated_scopes(source, base)
        self._graphs: dict[str, bool] = {}

    def graph(self, name: str) -> bool:
        """Whether a graph may be in the publication."""
        if name not in self._graphs:
            self._graphs[name] = self._judge(name)
        return self._graphs[name]

    def _judge(self, name: str) -> bool:
        if name in (REFERENCE_GRAPH, ONTOLOGY_GRAPH):
            return True
        kind, _, rest = name.removeprefix(f"{self._base}/").partition("/")
        if kind == "graph":
            return visibility.may_see(self._audience, rest.partition("/")[2])
        if kind in ("list", "file"):
            return name in self._lists and visibility.may_see(self._audience, self._lists[name])
        return False

    def term(self, term: object) -> bool:
        """Whether a subject or object may be named: a closed list, and what stands in it, may not."""
        if not isinstance(term, ox.NamedNode):
            return True
        owner = visibility.list_of(term.value, self._base, self._lists)
        scope = self._lists.get(owner) if owner is not None else None
        return scope is None or visibility.may_see(self._audience, scope)


def check_publication(source: ox.Store, publication: ox.Store, audience: str, base: str) -> Figures:
    """Read every quad of a publication and judge it; the figures of what is in it.

    Raises StoreError with the first quad that the audience may not see.
    """
    judge = _Judge(source, audience, base)
    graphs: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    for quad in publication:
        name = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        if not judge.graph(name) or not judge.term(quad.subject) or not judge.term(quad.object):
            raise StoreError(
                f"the publication for '{audience}' would show what that audience may not see: {str(quad)[:500]} ."
                " Nothing was published. Run 'hefboom rebuild', and check the visibility of that list"
            )
        graphs[name] += 1
        properties[quad.predicate.value] += 1
        if quad.predicate == _TYPE and isinstance(quad.object, ox.NamedNode):
            classes[quad.object.value] += 1
    return Figures(dict(sorted(graphs.items())), dict(sorted(classes.items())), dict(sorted(properties.items())))
