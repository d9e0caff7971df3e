"""The second look at an aggregated list, from the statements of the store and of the list itself alone.

It shares no code with what put the list together: it counts from the quads who handed in what, and reads each line of
the list as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import pyoxigraph as ox

from hefboom.errors import StoreError
from hefboom.graph.iris import HEF, SCHEME, Names

_LINE: Final = re.compile(r'<([^<>]*)> <([^<>]*)> (<[^<>]*>|"(?:[^"\\]|\\.)*"(?:\^\^<[^<>]*>)?) <([^<>]*)> \.')
_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_LABEL: Final = "http://www.w3.org/2000/01/rdf-schema#label"
_ADDRESS: Final = "https://schema.org/address"
_OF_LIST: Final = frozenset({_TYPE, HEF + "aggregateOf", HEF + "aggregatedOn", HEF + "groupSize"})
_OF_ENTRY: Final = frozenset(
    {_TYPE, "http://purl.org/dc/terms/isPartOf", HEF + "site", HEF + "companiesMin", HEF + "companiesMax"}
)
_OF_SITE: Final = frozenset({_TYPE, _LABEL, _ADDRESS, HEF + "country", HEF + "osId"})
_TOLD: Final = (_LABEL, _ADDRESS, HEF + "osId", HEF + "country")


def check_shape(lines: Iterable[str], covenant: str, names: Names) -> int:
    """Judge every line of an aggregated list by its words; the group size that it states.

    Raises StoreError for a line that is none of the few kinds that such a list may have, and for a count below the
    group size.
    """
    size = 0
    numbers: list[tuple[str, int]] = []
    for line in lines:
        found = _LINE.fullmatch(line.strip())
        if found is None or not _may_stand(found, covenant, names):
            raise _refused(covenant, f"this line may not stand in it: {line.strip()[:400]}")
        number = re.match(r'"(\d+)"', found[3])
        if found[2] == HEF + "groupSize" and number:
            size = int(number[1])
        elif found[2] in (HEF + "companiesMin", HEF + "companiesMax") and number:
            numbers.append((found[2], int(number[1])))
    for name, told in numbers:
        if told < size - 1 or (name == HEF + "companiesMin" and told < size):
            raise _refused(covenant, f"it would tell of {told} companies, with a group size of {size}")
    if size < 2:
        raise _refused(covenant, "it states no group size")
    return size


def _may_stand(found: re.Match[str], covenant: str, names: Names) -> bool:
    subject, predicate, value, graph = found.groups()
    whole = f"{names.base}/aggregate/{covenant}"
    if graph != names.graph("aggregate", covenant):
        return False
    if value.startswith("<"):
        kinds = (f"{names.base}/site/", f"{SCHEME}country/", HEF, whole, names.covenant(covenant))
        if not value[1:].startswith(kinds):
            return False
    if subject == whole:
        return predicate in _OF_LIST
    if subject == names.covenant(covenant):
        return predicate in (_TYPE, _LABEL)
    if subject.startswith(whole + "/"):
        return predicate in _OF_ENTRY
    return subject.startswith(f"{names.base}/site/") and predicate in _OF_SITE


def check_aggregate(store: ox.Store, lines: Sequence[str], covenant: str, at_least: int, names: Names) -> None:
    """Judge a new aggregated list against what the store says was handed in under the covenant.

    Raises StoreError when too few companies handed something in, when a text stands in none of their lists, or when a
    count is higher than, or too near to, the number of companies.
    """
    check_shape(lines, covenant, names)
    companies, texts = _handed_in(store, covenant, names)
    if len(companies) < at_least:
        raise _refused(covenant, f"only {len(companies)} companies handed in closed lists")
    for line in lines:
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        subject, predicate, value, _ = found.groups()
        if subject.startswith(f"{names.base}/site/") and predicate in _TOLD and value not in texts[predicate]:
            raise _refused(covenant, f"no list handed in under it says {value[:200]} of a site")
        number = re.match(r'"(\d+)"', value)
        if predicate == HEF + "companiesMin" and number and int(number[1]) > len(companies) - at_least:
            raise _refused(covenant, "a count would tell that nearly all companies buy at one site")


def _handed_in(store: ox.Store, covenant: str, names: Names) -> tuple[set[str], dict[str, set[str]]]:
    """The contributors of closed lists under a covenant, and every text of its lists by property (N-Triples)."""
    companies: set[str] = set()
    texts: dict[str, set[str]] = {predicate: set() for predicate in _TOLD}
    handed = ox.NamedNode(HEF + "handedInUnder")
    for quad in store.quads_for_pattern(None, handed, ox.NamedNode(names.covenant(covenant)), None):
        said = {
            str(other.predicate.value): str(other.object)
            for other in store.quads_for_pattern(quad.subject, None, None, quad.graph_name)
        }
        visibility = said.get(HEF + "visibility", "").rpartition("/")[2].rstrip(">")
        if visibility not in ("public", "members", "secretariat") or said.get(HEF + "status") == '"retracted"':
            continue
        if visibility != "public":
            companies.add(said.get(HEF + "contributor", ""))
        for predicate in _TOLD:
            rows = store.quads_for_pattern(None, ox.NamedNode(predicate), None, quad.subject)  # type: ignore[arg-type]
            texts[predicate].update(str(row.object) for row in rows)
    texts[HEF + "osId"] |= _moved(store, texts[HEF + "osId"], names)
    return companies, texts


def _moved(store: ox.Store, os_ids: Iterable[str], names: Names) -> set[str]:
    """The OS IDs that the public part says took the place of these."""
    found: set[str] = set()
    graph, replaced = ox.NamedNode(names.graph("site", "public")), ox.NamedNode(HEF + "replacedBy")
    waiting = [text.strip('"') for text in os_ids]
    while waiting:
        for quad in store.quads_for_pattern(ox.NamedNode(names.site(waiting.pop())), replaced, None, graph):
            now = str(getattr(quad.object, "value", "")).rpartition("/")[2]
            if f'"{now}"' not in found:
                found.add(f'"{now}"')
                waiting.append(now)
    return found


def _refused(covenant: str, why: str) -> StoreError:
    return StoreError(
        f"the aggregated list of covenant '{covenant}' was not made: {why}. Nothing was published; report this, and"
        " run 'hefboom rebuild' if the data were changed by hand"
    )
