"""Which graphs of a publication state the same: pairs of them, found when it is built and kept beside its store.

Who asks several graphs as one is given their merge, in which a statement stands once. Where no two of them state the
same, that is all of them one after another; so most questions over several graphs need no merge made.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from hefboom.errors import StoreError
from hefboom.graph.looked_up import look

_FILE: Final = "overlaps.json"


@dataclass(frozen=True)
class Overlaps:
    """The pairs of graphs that have a statement in common; `known` is false where nobody has looked."""

    pairs: frozenset[frozenset[str]] = frozenset()
    known: bool = True

    def among(self, graphs: Collection[str]) -> bool:
        """Whether two of these graphs may have a statement in common."""
        if not self.known:
            return len(graphs) > 1
        if len(graphs) * len(graphs) > len(self.pairs):
            asked = frozenset(graphs)
            return any(pair <= asked for pair in self.pairs)
        return any(frozenset(pair) in self.pairs for pair in itertools.combinations(graphs, 2))

    def write(self, version: Path) -> None:
        """Keep them in the folder of a version of a publication."""
        names = sorted(frozenset[str]().union(*self.pairs))
        places = {name: place for place, name in enumerate(names)}
        pairs = sorted(sorted(places[name] for name in pair) for pair in self.pairs)
        (version / _FILE).write_text(json.dumps({"graphs": names, "pairs": pairs}) + "\n")


def overlaps_of(version: Path) -> Overlaps:
    """What is kept in the folder of a version; of one that was built before this was looked for, nothing is known."""
    file = version / _FILE
    if not file.is_file():
        return Overlaps(known=False)
    kept = json.loads(file.read_text())
    names = kept["graphs"]
    return Overlaps(frozenset(frozenset((names[one], names[other])) for one, other in kept["pairs"]))


def find_overlaps(store: ox.Store) -> Overlaps:
    """Look through a store that keeps its union, predicate by predicate; most have no statement twice."""
    stated, different = _counted(store, "properties"), _counted(store, "different")
    pairs: set[frozenset[str]] = set()
    for predicate, number in stated.items():
        if number == different.get(predicate):
            continue
        again = 0
        for graphs in _together(store, predicate):
            again += len(graphs) - 1
            pairs.update(frozenset(pair) for pair in itertools.combinations(graphs, 2))
        if again != number - different.get(predicate, 0):
            raise StoreError(f"the publication states <{predicate}> in an unexpected order; nothing was published")
    return Overlaps(frozenset(pairs))


def _together(store: ox.Store, predicate: str) -> Iterator[list[str]]:
    """The graphs of each statement that several graphs have; the store gives what is alike one after another."""
    found = store.quads_for_pattern(None, ox.NamedNode(predicate), None, None)
    named = ((q.object, q.subject, q.graph_name.value) for q in found if isinstance(q.graph_name, ox.NamedNode))
    for _, rows in itertools.groupby(named, key=lambda row: row[:2]):
        graphs = [row[2] for row in rows]
        if len(graphs) > 1:
            yield graphs


def _counted(store: ox.Store, name: str) -> dict[str, int]:
    found = store.query(look(name))
    assert isinstance(found, ox.QuerySolutions)
    return {getattr(row[0], "value", ""): int(getattr(row[1], "value", 0)) for row in found}
