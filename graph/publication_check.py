"""The second look at a publication: every quad of it, against what the lists say about themselves.

Building goes by the catalogue graphs; this goes by `hef:visibility` and by the names in each statement, so that one
mistake cannot hide in both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pyoxigraph as ox

from hefboom.errors import StoreError
from hefboom.graph import visibility
from hefboom.graph.aggregate_check import check_shape
from hefboom.graph.iris import ONTOLOGY_GRAPH, REFERENCE_GRAPH, Names
from hefboom.graph.looked_up import look
from hefboom.graph.publication_description import Figures


class _Judge:
    """Knows for every graph and every IRI whether an audience may see it."""

    def __init__(self, source: ox.Store, audience: str, base: str, aggregated: Collection[str]) -> None:
        self.aggregates = f"{base}/graph/aggregate/"
        self._aggregated = aggregated
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
        if name.startswith(self.aggregates):
            return name.removeprefix(self.aggregates) in self._aggregated
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


def check_publication(
    source: ox.Store, publication: ox.Store, audience: str, base: str, aggregated: Collection[str] = ()
) -> Figures:
    """Read every quad of a publication and judge it; the figures of what is in it.

    `aggregated` are the slugs of the covenants that may have an aggregated list. Raises StoreError with the first
    statement that the audience may not see.
    """
    judge = _Judge(source, audience, base, aggregated)
    graphs = _counted(publication, "graphs")
    if publication.query(look("unstated")):
        raise StoreError("the publication has statements outside its graphs; nothing was published, run it again")
    for name in graphs:
        if not judge.graph(name):
            raise _refused(audience, publication.quads_for_pattern(None, None, None, ox.NamedNode(name)))
        if name.startswith(judge.aggregates):
            quads = publication.quads_for_pattern(None, None, None, ox.NamedNode(name))
            check_shape((f"{quad} ." for quad in quads), name.removeprefix(judge.aggregates), Names(base))
    for solution in _solutions(publication, "subjects"):
        if not judge.term(solution[0]):
            raise _refused(audience, publication.quads_for_pattern(solution[0], None, None, None))
    for solution in _solutions(publication, "objects"):
        if not judge.term(solution[0]):
            raise _refused(audience, publication.quads_for_pattern(None, None, solution[0], None))
    triples = len(publication) - sum(graphs.values())
    return Figures(graphs, triples, _counted(publication, "classes"), _counted(publication, "properties"))


def _refused(audience: str, quads: Iterable[ox.Quad]) -> StoreError:
    return StoreError(
        f"the publication for '{audience}' would show what that audience may not see: {str(next(iter(quads)))[:500]} ."
        " Nothing was published. Run 'hefboom rebuild', and check the visibility of that list"
    )


def _solutions(store: ox.Store, name: str) -> ox.QuerySolutions:
    found = store.query(look(name))
    assert isinstance(found, ox.QuerySolutions)
    return found


def _counted(store: ox.Store, name: str) -> dict[str, int]:
    """How often each term stands, in the order of the terms."""
    pairs = ((solution[0], solution[1]) for solution in _solutions(store, name))
    return dict(sorted((getattr(term, "value", ""), int(getattr(n, "value", 0))) for term, n in pairs))
