"""SC-DEX (Supply Chain Data Exchange) files: locations, organisations and affiliations, core schema of 2025."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from hefboom.errors import SourceError
from hefboom.loaders.findings import Finding
from hefboom.loaders.frames import ROW, regroup
from hefboom.loaders.json_files import count_items, first_keys, items
from hefboom.loaders.json_text import BAR, as_json, as_text, joined, listed
from hefboom.loaders.scdex_affiliations import (
    OTHER_COLUMNS,
    RELATIONSHIP_COLUMNS,
    Record,
    Row,
    as_object,
    sort_affiliations,
)

SITE_COLUMNS = (
    *("os_id", "name", "address", "country", "lat", "lng", "street", "city", "region", "postcode", "language"),
    *("location_type", "processing_type", "product_type", "identifiers", "other_names", "native_language_name"),
)
ORGANISATION_COLUMNS = (
    *("guid", "name", "other_names", "language", "kind", "lei", "identifiers", "address", "country"),
)


# Locations held as Python objects at a time.
_BATCH = 5_000


@dataclass
class ScdexSource:
    """What an SC-DEX file says.

    ``sites`` gives frames of text (``_row`` is the location's guid) and can be read once; ``relationships`` has the
    columns of a relationship table, ``other_affiliations`` those that are no supply by a site, ``organisations`` one
    row per organisation. ``findings`` is complete once ``sites`` has run to its end.
    """

    sites: Iterator[pl.DataFrame]
    relationships: pl.DataFrame
    organisations: pl.DataFrame
    other_affiliations: pl.DataFrame
    findings: list[Finding] = field(default_factory=list)


def read_scdex(path: Path, size: int = 50_000) -> ScdexSource:
    """Read an SC-DEX file; locations stream in frames of at most ``size`` rows.

    Organisations and affiliations are held in memory, and, when there are affiliations, the name and address of every
    location. SourceError for invalid JSON and for a file without ``locations``.
    """
    path = Path(path)
    kind, keys = first_keys(path)
    if kind != "object" or "locations" not in keys:
        raise SourceError(f"{path}: an SC-DEX file is a JSON object with 'locations'; found {kind}, keys {keys[:6]}")
    findings: list[Finding] = []
    organisations = _organisations(path, findings)
    affiliations = list(items(path, "affiliations.item"))
    locations = _location_ends(path) if affiliations else {}
    relations, others = sort_affiliations(affiliations, locations, organisations, findings)
    return ScdexSource(
        regroup(_sites(path, min(size, _BATCH), findings), size),
        _frame(relations, (ROW, *RELATIONSHIP_COLUMNS)),
        _frame(organisations.values(), ORGANISATION_COLUMNS),
        _frame(others, (ROW, *OTHER_COLUMNS)),
        findings,
    )


def _frame(rows: Iterable[Row], columns: Iterable[str]) -> pl.DataFrame:
    rows = list(rows)
    names = dict.fromkeys([*columns, *(key for row in rows for key in row)])
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _sites(path: Path, size: int, findings: list[Finding]) -> Iterator[pl.DataFrame]:
    """Frames of locations; several records of one guid (one per language) are one row, told where the first stands."""
    variants = _variants(path)
    told: set[str] = set()
    columns: tuple[str, ...] = (ROW, *SITE_COLUMNS)
    locations = enumerate(items(path, "locations.item"), 1)
    while batch := list(islice(locations, size)):
        rows = []
        for number, location in batch:
            row = site_row(location, number)
            guid = row[ROW] or ""
            if guid in told:
                continue
            if guid in variants:
                told.add(guid)
                row = _merged(variants[guid])
                findings.append(_repeated(guid, len(variants[guid])))
            rows.append(row)
        frame = _frame(rows, columns)
        columns = tuple(frame.columns)
        yield frame


def _variants(path: Path) -> dict[str, list[Row]]:
    """The records of every guid that stands more than once, in their order."""
    counts = count_items(path, "locations.item.guid")
    repeated = {guid for guid, count in counts.items() if count > 1}
    found: dict[str, list[Row]] = {}
    if repeated:
        for number, location in enumerate(items(path, "locations.item"), 1):
            row = site_row(location, number)
            if row[ROW] in repeated:
                found.setdefault(row[ROW] or "", []).append(row)
    return found


def _merged(variants: list[Row]) -> Row:
    """The first record, filled up from the others; names in another language beside it, all other records as JSON."""
    first, *others = variants
    merged = dict(first)
    for other in others:
        merged.update({key: value for key, value in other.items() if merged.get(key) is None})
    foreign = [other["name"] for other in others if other["language"] != first["language"] and other["name"]]
    names = [*(first["other_names"] or "").split(BAR), *(other["name"] for other in others)]
    merged["native_language_name"] = merged.get("native_language_name") or next(iter(foreign), None)
    merged["other_names"] = joined(name for name in names if name != merged["name"])
    merged["variants"] = as_json([{key: value for key, value in other.items() if value} for other in others])
    return merged


def _repeated(guid: str, count: int) -> Finding:
    return Finding(
        guid, "guid", guid, "repeated-id", "info", f"location {guid!r} stands here {count} times, perhaps per language",
        "read as one; the first record counts, the others fill it up and are kept as text",
    )  # fmt: skip


def site_row(location: Record, number: int) -> Row:
    """One location as a row of text by column; a key outside the core schema is a column of its own."""
    rest = dict(as_object(location, "location", number))
    guid = as_text(rest.pop("guid", None)) or f"location {number}"
    identifiers = listed(rest.pop("location-identifier", None))
    coordinates = rest.pop("coordinates", None) or {}
    address = rest.pop("address", None)
    row: Row = {ROW: guid, **_address(address)}
    row["country"] = as_text(rest.pop("country", None)) or row["country"]
    row["os_id"] = _identifier(identifiers, "osid")
    row["identifiers"] = joined(one for one in identifiers if str(one).partition(":")[0].casefold() != "osid")
    row["name"], row["other_names"] = _names(rest.pop("name", None))
    row["lat"], row["lng"] = as_text(coordinates.get("latitude")), as_text(coordinates.get("longitude"))
    row["language"] = as_text(rest.pop("language", None))
    row["location_type"] = as_text(rest.pop("location-type", None))
    row["processing_type"] = joined(listed(rest.pop("processing-types", None)))
    row["product_type"] = joined(listed(rest.pop("products", None)))
    if isinstance(address, dict):
        row["address_json"] = as_text(address)
    row.update({key: as_text(value) for key, value in rest.items()})
    return row


def _address(address: Any) -> Row:
    """Lines as they stand are the address; without lines, its parts in order."""
    if not isinstance(address, dict):
        return {"address": as_text(address), "country": None}
    parts = {
        "street": " ".join(
            filter(None, (as_text(address.get("building-number")), as_text(address.get("street-name"))))
        ),
        "postcode": as_text(address.get("post-code")),
        "city": as_text(address.get("town-name")),
        "region": as_text(address.get("country-sub-division")),
    }
    lines = [text for line in listed(address.get("address-line")) if (text := as_text(line))]
    whole = ", ".join(lines or filter(None, parts.values()))
    return {**{key: value or None for key, value in parts.items()}, "address": whole or None,
            "country": as_text(address.get("country"))}  # fmt: skip


def _organisations(path: Path, findings: list[Finding]) -> dict[str, Row]:
    """Organisations by guid; a second record of one guid (another language) adds its name to the other names."""
    found: dict[str, Row] = {}
    for number, one in enumerate(items(path, "organizations.item"), 1):
        record = as_object(one, "organisation", number)
        guid = as_text(record.get("guid")) or f"organisation {number}"
        name, others = _names(record.get("name"))
        if guid in found:
            known = found[guid]
            known["other_names"] = joined([*(known["other_names"] or "").split(BAR), name, *(others or "").split(BAR)])
            known["name"] = known["name"] or name
            continue
        identifiers = listed(record.get("organizational-identifier"))
        address = _address(record.get("address"))
        found[guid] = {
            "guid": guid, "name": name, "other_names": others, "language": as_text(record.get("language")),
            "kind": as_text(record.get("organization-type")), "lei": _identifier(identifiers, "lei"),
            "identifiers": joined(identifiers), "address": address["address"], "country": address["country"],
        }  # fmt: skip
    for guid, row in found.items():
        if not row["name"]:
            row["name"] = row["identifiers"]
            findings.append(
                Finding(
                    guid, "name", None, "organisation-without-name", "warning",
                    f"organisation {guid!r} has no name; it is called {row['identifiers']!r}",
                    "add its name to the file, so that it meets the same company in other lists",
                )
            )  # fmt: skip
    return found


def _location_ends(path: Path) -> dict[str, Row]:
    """What a relationship row needs to know of each location, by guid; of several languages the first."""
    ends: dict[str, Row] = {}
    for number, location in enumerate(items(path, "locations.item"), 1):
        row = site_row(location, number)
        ends.setdefault(row[ROW] or "", {key: row[key] for key in ("name", "os_id", "address", "country")})
    return ends


def _names(value: Any) -> tuple[str | None, str | None]:
    """The first name, and further ones (other languages) joined; a name may be text, a list, or text by language."""
    variants = list(value.values()) if isinstance(value, dict) else listed(value)
    texts = [text for one in variants if (text := as_text(one.get("value") if isinstance(one, dict) else one))]
    return (texts[0] if texts else None), joined(texts[1:])


def _identifier(identifiers: list[Any], scheme: str) -> str | None:
    split = (str(one).partition(":") for one in identifiers)
    return next((value for name, _, value in split if name.strip().casefold() == scheme), None)
