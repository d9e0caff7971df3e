"""The statements of an aggregated list: what it may say, and nothing else.

A count below k is "at most k - 1". A count within k of all companies is "at least", so that it never tells that all, or
all but a few, buy at a site; of fewer than 2k companies no counts are told at all.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from hefboom.graph.aggregated_sites import AggregatedSite, Together
from hefboom.graph.iris import HEF, SCHEME, Names

_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_LABEL: Final = "http://www.w3.org/2000/01/rdf-schema#label"
_ADDRESS: Final = "https://schema.org/address"
_PART_OF: Final = "http://purl.org/dc/terms/isPartOf"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"


def bounds(others: int, companies: int, at_least: int) -> tuple[int | None, int | None]:
    """The lowest and the highest number that may be told of `others` out of `companies`; None for what may not."""
    if companies < 2 * at_least:
        return None, None
    if others < at_least:
        return None, at_least - 1
    most = companies - at_least
    return (most, None) if others >= most else (others, others)


def statements_of(
    together: Together, covenant: str, label: str, at_least: int, day: datetime.date, names: Names
) -> list[str]:
    """The lines, N-Quads, of the aggregated list of a covenant, named by its slug and its label."""
    graph = ox.NamedNode(names.graph("aggregate", covenant))
    whole = f"{names.base}/aggregate/{covenant}"

    def said(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> str:
        return f"{ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), value, graph)} ."

    def lines() -> Iterator[str]:
        yield said(names.covenant(covenant), _TYPE, ox.NamedNode(HEF + "Covenant"))
        yield said(names.covenant(covenant), _LABEL, ox.Literal(label))
        yield said(whole, _TYPE, ox.NamedNode(HEF + "AggregatedList"))
        yield said(whole, HEF + "aggregateOf", ox.NamedNode(names.covenant(covenant)))
        yield said(whole, HEF + "aggregatedOn", ox.Literal(day.isoformat(), datatype=ox.NamedNode(_XSD + "date")))
        yield said(whole, HEF + "groupSize", _whole(at_least))
        for site in together.sites:
            entry, place = f"{whole}/{site.site}", names.site(site.site)
            yield said(entry, _TYPE, ox.NamedNode(HEF + "AggregatedUse"))
            yield said(entry, _PART_OF, ox.NamedNode(whole))
            yield said(entry, HEF + "site", ox.NamedNode(place))
            low, high = bounds(site.others, len(together.companies), at_least)
            for name, number in (("companiesMin", low), ("companiesMax", high)):
                if number is not None:
                    yield said(entry, HEF + name, _whole(number))
            yield from (said(place, predicate, value) for predicate, value in _description(site))

    return list(lines())


def _description(site: AggregatedSite) -> Iterator[tuple[str, ox.NamedNode | ox.Literal]]:
    """What is said of a site that the public part does not describe."""
    if site.is_public:
        return
    yield _TYPE, ox.NamedNode(HEF + "Site")
    if site.label:
        yield _LABEL, ox.Literal(site.label)
    if site.address:
        yield _ADDRESS, ox.Literal(site.address)
    if site.country:
        yield HEF + "country", ox.NamedNode(f"{SCHEME}country/{site.country}")
    if site.os_id:
        yield HEF + "osId", ox.Literal(site.os_id)


def _whole(number: int) -> ox.Literal:
    return ox.Literal(str(number), datatype=ox.NamedNode(_XSD + "integer"))
