"""Notes: statements that people add by SPARQL Update, in graphs of their own, one per scope.

An update runs on the copy that becomes the next generation. Before that is committed, everything outside the graphs of
notes is compared with what it was, so no wording of an update can change what lists say or what follows from them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from hefboom.errors import StoreError, UsageError
from hefboom.graph.folder import DataFolder
from hefboom.graph.iris import HEF, ONTOLOGY_GRAPH, REFERENCE_GRAPH, Names
from hefboom.graph.visibility import AUDIENCES, company_of

_TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_OF_THE_STAMP: Final = frozenset({"layout", "generation", "base"})


@dataclass(frozen=True)
class Noted:
    """What an update did: the generation that it made (the one in use where it changed nothing), statements counted."""

    generation: str
    added: int
    removed: int


def is_notes_graph(name: str, names: Names) -> bool:
    """Whether a graph is for the notes of a scope: public, members, secretariat, or owner/<company>."""
    prefix = names.graph("notes", "")
    scope = name.removeprefix(prefix)
    return name.startswith(prefix) and (scope in AUDIENCES or bool(company_of(scope)))


def update_notes(folder: DataFolder, text: str, base: str, wait: float) -> Noted:
    """Run a SPARQL Update over the data in use and commit what it does to the notes, in one step.

    `base` is what relative IRIs are resolved against. Raises SyntaxError for a text that is no update, UsageError for
    one that changes anything but notes or says in a note what only lists say, StoreError when nothing is loaded or
    another writer is at work for longer than `wait` seconds.
    """
    with folder.writing(wait):
        current = folder.current()
        if current is None:
            raise StoreError(f"{folder.path}: nothing is loaded here yet")
        names, stamp = Names(folder.base()), folder.stamp()
        before = ox.Store.read_only(str(current / "store"))
        try:
            with folder.next_generation({key: stamp[key] for key in stamp.keys() - _OF_THE_STAMP}) as staging:
                store = ox.Store(str(staging / "store"))
                store.update(text, base_iri=base)
                noted = _judged(before, store, names)
                store.flush()
                del store
                if not noted.added and not noted.removed:
                    raise _NothingToDo
        except _NothingToDo:
            return Noted(current.name, 0, 0)
        return Noted((folder.current() or current).name, noted.added, noted.removed)


class _NothingToDo(Exception):
    """The update changed nothing, so there is no new generation."""


def _judged(before: ox.Store, after: ox.Store, names: Names) -> Noted:
    """Count what changed in the notes; UsageError where anything else did."""
    was, now = _digests(before, names), _digests(after, names)
    changed = sorted(graph for graph in was.keys() | now.keys() if was.get(graph) != now.get(graph))
    if changed:
        what = f"graph <{changed[0]}>" if changed[0] else "the default graph"
        raise UsageError(
            f"the update would change {what}; it may only change notes, such as <{names.graph('notes', 'secretariat')}>"
        )
    old, new = set(_notes(before, names)), set(_notes(after, names))
    added, removed = new - old, old - new
    for predicate in sorted({quad.predicate.value for quad in added}):
        if predicate.startswith(HEF) or _used_by_lists(after, ox.NamedNode(predicate), names):
            raise UsageError(
                f"a note cannot use <{predicate}>: only lists, and what follows from them, say that; use another"
                " predicate, such as rdfs:comment"
            )
    return Noted("", len(added), len(removed))


def _graphs(store: ox.Store) -> list[str]:
    return [graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)]


def _notes(store: ox.Store, names: Names) -> Iterator[ox.Quad]:
    for graph in _graphs(store):
        if is_notes_graph(graph, names):
            yield from store.quads_for_pattern(None, None, None, ox.NamedNode(graph))


class _Digest:
    """A file that keeps nothing but the digest of what is written to it."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=32)

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def value(self) -> bytes:
        return self._hash.digest()


def _digests(store: ox.Store, names: Names) -> dict[str, bytes]:
    """A digest of each graph but those of notes; the default graph is the one without a name.

    The same statements come out in the same order in both stores, for one began as a copy of the other.
    """
    digests = {}
    for graph in (ox.DefaultGraph(), *store.named_graphs()):
        name = getattr(graph, "value", "")  # the default graph has none
        if not is_notes_graph(name, names):
            digest = _Digest()
            store.dump(digest, ox.RdfFormat.N_TRIPLES, from_graph=graph)  # type: ignore[arg-type]
            digests[name] = digest.value()
    return digests


def _used_by_lists(store: ox.Store, predicate: ox.NamedNode, names: Names) -> bool:
    """Whether the graphs of lists, or what is derived from them, hold a statement with this predicate."""
    if predicate == _TYPE:
        return any(
            isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(HEF)
            for quad in _notes(store, names)
            if quad.predicate == _TYPE
        )
    open_terms = {ONTOLOGY_GRAPH, REFERENCE_GRAPH}
    return any(
        next(store.quads_for_pattern(None, predicate, None, ox.NamedNode(graph)), None) is not None
        for graph in _graphs(store)
        if graph not in open_terms and not is_notes_graph(graph, names)
    )
