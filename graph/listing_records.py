"""The listings of one list as plain records, read from its graph: for exports and downloads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from hefboom.graph.iris import HEF, SCHEME

_GEO: Final = "http://www.w3.org/2003/01/geo/wgs84_pos#"
_TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_ONE: Final = {
    "http://www.w3.org/2000/01/rdf-schema#label": "name",
    "https://schema.org/address": "address",
    HEF + "nativeName": "native_name",
    HEF + "country": "country",
    HEF + "osId": "os_id",
    HEF + "lei": "lei",
    HEF + "duns": "duns",
    _GEO + "lat": "lat",
    _GEO + "long": "lng",
    HEF + "workersMin": "workers_min",
    HEF + "workersMax": "workers_max",
    HEF + "closed": "closed",
    HEF + "reportedOn": "reported_on",
}
_MANY: Final = {HEF + "row": "rows", HEF + "process": "processes", HEF + "sector": "sectors"}
_PARENT: Final = HEF + "parentCompanyName"


@dataclass
class ListingRecord:
    """One listing: texts by field (empty where the row has none), and the fields that hold several."""

    iri: str
    name: str = ""
    native_name: str = ""
    address: str = ""
    country: str = ""
    os_id: str = ""
    lei: str = ""
    duns: str = ""
    lat: str = ""
    lng: str = ""
    workers_min: str = ""
    workers_max: str = ""
    closed: str = ""
    reported_on: str = ""
    rows: list[str] = field(default_factory=list)
    processes: list[str] = field(default_factory=list)
    sectors: list[str] = field(default_factory=list)
    parent_companies: list[str] = field(default_factory=list)

    @property
    def row(self) -> str:
        """The number of its row, as its IRI has it."""
        return self.iri.rpartition("/")[2]

    @property
    def workers(self) -> str:
        """The number of workers as lists write it: one number, or the lowest and the highest."""
        low, high = self.workers_min, self.workers_max
        return low if low == high or not high else f"{low}-{high}" if low else high


def listing_records(store: ox.Store, list_iri: str) -> Iterator[ListingRecord]:
    """Every listing of a list by its IRI, in the order of the rows (numbers as numbers)."""
    graph = ox.NamedNode(list_iri)
    listings = {
        quad.subject.value: ListingRecord(quad.subject.value)
        for quad in store.quads_for_pattern(None, _TYPE, ox.NamedNode(HEF + "Listing"), graph)
        if isinstance(quad.subject, ox.NamedNode)
    }
    for predicate in (*_ONE, *_MANY, _PARENT):
        for quad in store.quads_for_pattern(None, ox.NamedNode(predicate), None, graph):
            record = listings.get(getattr(quad.subject, "value", ""))
            if record is None or not isinstance(quad.object, ox.NamedNode | ox.Literal):
                continue
            value = quad.object.value.removeprefix(SCHEME)
            if predicate in _ONE:
                setattr(record, _ONE[predicate], value.removeprefix("country/"))
            else:
                getattr(record, _MANY.get(predicate, "parent_companies")).append(value.partition("/")[2] or value)
    yield from sorted(listings.values(), key=_place)


def _place(record: ListingRecord) -> tuple[int, int, str]:
    number = record.row
    return (0, int(number), "") if number.isdigit() else (1, 0, number)
