"""Who may see which graph: the scope of every graph of a store, found in two ways that know nothing of each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain
from typing import Final

import pyoxigraph as ox

from hefboom.errors import StoreError, UsageError
from hefboom.graph.iris import HEF, ONTOLOGY_GRAPH, REFERENCE_GRAPH, SCHEME, scope_of

AUDIENCES: Final = ("public", "members", "secretariat")
_SEEN_BY: Final[Mapping[str, frozenset[str]]] = {
    "public": frozenset({"public"}),
    "members": frozenset({"public", "members"}),
}
_OWNER: Final = re.compile(r"owner/([a-z0-9]+(?:-[a-z0-9]+)*)")
_SCOPED: Final = re.compile(
    r"(?:catalogue|completeness(?:-\d{4}-\d\d-\d\d)?|covenant|identity|match|notes|site|sourcing)/(?P<scope>.*)"
)
"""What the name of a graph with a scope in it says below `graph/`."""
_TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_LISTS: Final = (ox.NamedNode(HEF + "List"), ox.NamedNode(HEF + "CompanyFile"))


def may_see(audience: str, scope: str) -> bool:
    """Whether an audience sees a scope; the secretariat sees all. Raises UsageError for an unknown audience.

    The audience `owner/<slug>` is one company: it sees what members see and what it keeps to itself, no more.
    """
    if audience == "secretariat":
        return True
    if company_of(audience):
        return scope == audience or scope in _SEEN_BY["members"]
    if audience not in _SEEN_BY:
        raise UsageError(f"there is no audience '{audience}'; use one of: {', '.join(AUDIENCES)}, owner/COMPANY")
    return scope in _SEEN_BY[audience]


def company_of(audience: str) -> str:
    """The slug of the company whose own view an audience is; empty for all others."""
    found = _OWNER.fullmatch(audience)
    return found[1] if found else ""


def owners(store: ox.Store, base: str) -> list[str]:
    """The audience of each company that keeps something to itself."""
    return sorted({scope for scope in graph_scopes(store, base).values() if company_of(scope)})


def group_of(audience: str) -> str:
    """The one of `AUDIENCES` whose questions and rules hold for an audience: a company is a member."""
    return "members" if company_of(audience) else audience


def graph_scopes(store: ox.Store, base: str) -> dict[str, str]:
    """The scope of each graph of a store, by the catalogue graph that describes it.

    A graph that no rule of `docs/model.md` knows is absent, so nobody sees it. Raises StoreError for a list that stands
    in the catalogues of two scopes.
    """
    scopes = {REFERENCE_GRAPH: "public", ONTOLOGY_GRAPH: "public"}
    named = frozenset(_named(store))
    for name in named:
        scope = _scope_in_name(name, base)
        if scope is not None:
            scopes[name] = scope
    catalogues = {name: scope for name, scope in scopes.items() if name.startswith(f"{base}/graph/catalogue/")}
    for catalogue, scope in catalogues.items():
        for quad in chain.from_iterable(
            store.quads_for_pattern(None, _TYPE, kind, ox.NamedNode(catalogue)) for kind in _LISTS
        ):
            listed = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else ""
            # A list named inside a register has no graph: every catalogue that holds the register may name it.
            if not listed.startswith((f"{base}/list/", f"{base}/file/")) or listed not in named:
                continue
            if scopes.setdefault(listed, scope) != scope:
                raise StoreError(
                    f"list <{listed}> stands in the catalogues of '{scopes[listed]}' and '{scope}'; retract it and load"
                    " it again with the visibility it should have"
                )
    return scopes


def _scope_in_name(name: str, base: str) -> str | None:
    prefix = f"{base}/graph/"
    found = _SCOPED.fullmatch(name.removeprefix(prefix)) if name.startswith(prefix) else None
    return found["scope"] if found else None


def _named(store: ox.Store) -> list[str]:
    return sorted(graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode))


def stated_scopes(store: ox.Store, base: str) -> dict[str, str]:
    """The scope of each list by what is said about it (`hef:visibility`, `hef:owner`), wherever that is said.

    A list without a visibility of its own, as one named inside a register, is absent.
    """
    owners: dict[str, str] = {}
    for quad in store.quads_for_pattern(None, ox.NamedNode(HEF + "owner"), None, None):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            owners[quad.subject.value] = quad.object.value.removeprefix(f"{base}/company/")
    scopes: dict[str, str] = {}
    prefix = f"{SCHEME}visibility/"
    for quad in store.quads_for_pattern(None, ox.NamedNode(HEF + "visibility"), None, None):
        if not isinstance(quad.subject, ox.NamedNode) or not isinstance(quad.object, ox.NamedNode):
            continue
        listed = quad.subject.value
        scope = scope_of(quad.object.value.removeprefix(prefix), owners.get(listed) or "unknown")
        if scopes.setdefault(listed, scope) != scope:
            raise StoreError(f"list <{listed}> has two visibilities, '{scopes[listed]}' and '{scope}'; retract one")
    return scopes


def list_of(iri: str, base: str, lists: Mapping[str, object]) -> str | None:
    """The list that an IRI belongs to: a list itself, one of its listings or relationships; None for all other IRIs.

    To a company's file belongs every node below it.

    Of `x/listing/nike/2021-02-01/2/17` that is `nike/2021-02-01/2` where such a list is known, else `nike/2021-02-01`.
    """
    if not iri.startswith(base + "/"):
        return None
    kind, _, path = iri[len(base) + 1 :].partition("/")
    if kind == "list":
        return iri
    if kind == "file":
        whole, table = ("/".join([base, "file", *path.split("/")[:length]]) for length in (2, 3))
        return table if table in lists else whole
    if kind not in ("listing", "relationship"):
        return None
    parts = path.split("/")
    if len(parts) > 3 and (numbered := f"{base}/list/{'/'.join(parts[:3])}") in lists:
        return numbered
    return f"{base}/list/{'/'.join(parts[:2])}"
