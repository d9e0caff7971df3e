"""The listings of one list in formats of others: Open Supply Hub upload tables and SC-DEX; both load back as they were.

The Open Supply Hub table numbers its rows anew; an SC-DEX location keeps the number of its row as its guid. Neither has
columns that Hefboom does not read: those stay in the source text of the listing. A text that a spreadsheet would run as
a formula has an apostrophe before it in the table, and stands as it is in SC-DEX.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from hefboom.graph.listing_records import ListingRecord
from hefboom.spreadsheet_text import safe_text

FORMATS: Final = {"oshub": "text/csv; charset=utf-8", "scdex": "application/json"}
_HEADERS: Final = (
    "country", "name", "address", "lat", "lng", "sector", "processing_type", "number_of_workers", "parent_company",
    "native_language_name", "lei", "duns", "closed", "os_id",
)  # fmt: skip


def exported(records: Iterable[ListingRecord], form: str) -> Iterator[str]:
    """Listings written as `oshub` (CSV) or `scdex` (JSON), in pieces."""
    return _oshub(records) if form == "oshub" else _scdex(records)


def _oshub(records: Iterable[ListingRecord]) -> Iterator[str]:
    yield _line(_HEADERS)
    for one in records:
        cells = (
            one.country, one.name, one.address, one.lat, one.lng, "|".join(map(_words, one.sectors)),
            "|".join(map(_words, one.processes)), one.workers, "|".join(one.parent_companies), one.native_name,
            one.lei, one.duns, "true" if one.closed == "true" else "", one.os_id,
        )  # fmt: skip
        yield _line(cell if place in (3, 4) else safe_text(cell) for place, cell in enumerate(cells))


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


def _scdex(records: Iterable[ListingRecord]) -> Iterator[str]:
    yield '{"locations": ['
    for number, one in enumerate(records):
        yield (",\n" if number else "\n") + json.dumps(_location(one), ensure_ascii=False)
    yield '\n], "organizations": [], "affiliations": []}\n'


def _location(one: ListingRecord) -> dict[str, Any]:
    address = {"address-line": [one.address] if one.address else [], "country": one.country}
    location: dict[str, Any] = {
        "guid": one.row,
        "name": one.name,
        "address": {key: value for key, value in address.items() if value},
        "location-identifier": [f"osid:{one.os_id}"] if one.os_id else [],
        "processing-types": [_words(process) for process in one.processes],
        "sector": "|".join(map(_words, one.sectors)),
        "number_of_workers": one.workers,
        "parent_company": "|".join(one.parent_companies),
        "native_language_name": one.native_name,
        "lei": one.lei,
        "duns": one.duns,
        "is_closed": one.closed,
    }
    if one.lat and one.lng:
        location["coordinates"] = {"latitude": one.lat, "longitude": one.lng}
    return {key: value for key, value in location.items() if value}


def _words(concept: str) -> str:
    """A concept's id as lists write it: `yarn-dyeing` is "yarn dyeing"."""
    return concept.rpartition("/")[2].replace("-", " ")
