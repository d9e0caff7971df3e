"""Why statements contradict each other, in words: the usual mistakes, found without a reasoner.

A reasoner says that something is wrong but not what; this says what, as far as it is one of the usual mistakes.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, product
from typing import Final

import pyoxigraph as ox

from hefboom.ontology.hygiene import run_checks, short
from hefboom.ontology.terms import PREFIXES

_TYPE: Final = ox.NamedNode(PREFIXES["rdf"] + "type")
_FIRST: Final = ox.NamedNode(PREFIXES["rdf"] + "first")
_REST: Final = ox.NamedNode(PREFIXES["rdf"] + "rest")
_SUBCLASS: Final = ox.NamedNode(PREFIXES["rdfs"] + "subClassOf")
_DOMAIN: Final = ox.NamedNode(PREFIXES["rdfs"] + "domain")
_RANGE: Final = ox.NamedNode(PREFIXES["rdfs"] + "range")
_UNION: Final = ox.NamedNode(PREFIXES["owl"] + "unionOf")
_MEMBERS: Final = ox.NamedNode(PREFIXES["owl"] + "members")

Node = ox.NamedNode | ox.BlankNode
Kinds = frozenset[str]
"""Classes of which a thing is at least one."""


def _nodes(store: ox.Store, subject: Node, predicate: ox.NamedNode) -> list[Node]:
    objects = [quad.object for quad in store.quads_for_pattern(subject, predicate, None)]
    return [node for node in objects if isinstance(node, ox.NamedNode | ox.BlankNode)]


def _list(store: ox.Store, head: Node) -> list[Node]:
    items: list[Node] = []
    rest = [head]
    while rest and (first := _nodes(store, rest[0], _FIRST)):
        items += first
        rest = _nodes(store, rest[0], _REST)
    return items


class _Kinds:
    """The class hierarchy of a store, and which classes can have no member in common."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._above: dict[str, Kinds] = {}
        self._apart: set[frozenset[str]] = set()
        for quad in store.quads_for_pattern(None, _MEMBERS, None):
            if isinstance(quad.object, ox.NamedNode | ox.BlankNode):
                members = [node.value for node in _list(store, quad.object)]
                self._apart.update(frozenset(pair) for pair in combinations(members, 2))

    def above(self, kind: str) -> Kinds:
        """A class and all classes above it."""
        if kind not in self._above:
            self._above[kind] = frozenset({kind})
            parents = [node.value for node in _nodes(self._store, ox.NamedNode(kind), _SUBCLASS) if _named(node)]
            self._above[kind] = frozenset({kind}).union(*(self.above(parent) for parent in parents))
        return self._above[kind]

    def alternatives(self, node: Node) -> Kinds:
        """The classes that a class expression allows: itself, or the members of a union; empty when it is another."""
        if isinstance(node, ox.NamedNode):
            return frozenset({node.value})
        unions = _nodes(self._store, node, _UNION)
        return frozenset(member.value for union in unions for member in _list(self._store, union) if _named(member))

    def clash(self, one: Kinds, other: Kinds) -> bool:
        """Whether nothing can be of one of the first classes and of one of the second."""
        return all(
            any(frozenset(pair) in self._apart for pair in product(self.above(a), self.above(b)))
            for a, b in product(one, other)
        )


def _named(node: Node) -> bool:
    return isinstance(node, ox.NamedNode)


def _stated_kinds(store: ox.Store, kinds: _Kinds) -> dict[Node, set[tuple[Kinds, str]]]:
    """What each thing is said to be, by its types and by the domains and ranges of its properties, and by which."""
    said: dict[Node, set[tuple[Kinds, str]]] = defaultdict(set)
    for quad in store.quads_for_pattern(None, _TYPE, None):
        if isinstance(quad.subject, Node) and isinstance(quad.object, ox.NamedNode):
            said[quad.subject].add((frozenset({quad.object.value}), "as stated"))
    for side, words in ((_DOMAIN, "as it has {}"), (_RANGE, "as value of {}")):
        for axiom in store.quads_for_pattern(None, side, None):
            if not isinstance(axiom.subject, ox.NamedNode) or not isinstance(axiom.object, Node):
                continue
            allowed = kinds.alternatives(axiom.object)
            reason = words.format(short(axiom.subject.value))
            for quad in store.quads_for_pattern(None, axiom.subject, None):
                thing = quad.subject if side == _DOMAIN else quad.object
                if allowed and isinstance(thing, Node):
                    said[thing].add((allowed, reason))
    return said


def _two_kinds(store: ox.Store) -> list[str]:
    kinds = _Kinds(store)
    found = []
    for thing, said in _stated_kinds(store, kinds).items():
        ordered = sorted(said, key=lambda one: (sorted(one[0]), one[1]))
        for (one, reason), (other, other_reason) in combinations(ordered, 2):
            if kinds.clash(one, other):
                names = [" or ".join(sorted(short(kind) for kind in group)) for group in (one, other)]
                found.append(
                    f"{short(thing.value)} is a {names[0]} ({reason}) and a {names[1]} ({other_reason});"
                    " nothing can be both"
                )
    return sorted(found)


def explain(store: ox.Store) -> list[str]:
    """The usual mistakes in an inconsistent store, each as a sentence; never empty.

    Looks for things of two kinds that exclude each other, two values where one is allowed, values that a property does
    not take, and things that stand to themselves as nothing can.
    """
    found = _two_kinds(store) + [finding.message for finding in run_checks(store, "explanations")]
    return found or [
        "the statements contradict each other, and none of the usual mistakes explains it;"
        " leave out half of the files at a time to find the statement"
    ]
