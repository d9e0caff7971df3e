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
from hefboom.loaders.frames import ROW
from hefboom.loaders.headers import canonical
from hefboom.loaders.json_files import first_keys, items
from hefboom.loaders.json_text import as_text, joined, listed

SITE_COLUMNS = (
    *("os_id", "name", "address", "country", "lat", "lng", "street", "city", "region", "postcode", "language"),
    *("location_type", "processing_type", "product_type", "identifiers"),
)
ORGANISATION_COLUMNS = (
    *("guid", "name", "other_names", "language", "kind", "lei", "identifiers", "address", "country"),
)
RELATIONSHIP_COLUMNS = (
    *("buyer", "buyer_kind", "buyer_os_id", "buyer_address", "buyer_country"),
    *("supplier", "supplier_os_id", "supplier_address", "supplier_country"),
    *("product", "process", "from", "to", "share", "source", "confidence"),
)
OTHER_COLUMNS = ("type", "from_kind", "from_guid", "from_name", "to_kind", "to_guid", "to_name", "more")

# The first end supplies the second, or the second the first; words as ``canonical`` writes them.
_SUPPLIES = frozenset(
    {"is supplier of", "supplies", "supplies to", "supplier of", "sells to", "produces for", "supply"}
)
_IS_SUPPLIED = frozenset(
    {
        "is supplied by",
        "supplied by",
        "buys from",
        "is buyer of",
        "buyer of",
        "sources from",
        "is customer of",
        "customer of",
    }
)
_DATES = {
    "from": ("from", "valid-from", "from-date", "start-date"),
    "to": ("to", "valid-to", "to-date", "end-date"),
    "product": ("product", "products"),
    "process": ("process", "processing-types"),
    "share": ("share", "share-band"),
    "source": ("source", "source-url", "source-organization"),
    "confidence": ("confidence",),
}
_ENDS = ("from-guid", "to-guid", "affiliation-type")
Record = dict[str, Any]
Row = dict[str, str | None]


@dataclass
class ScdexSource:
    """What an SC-DEX file says.

    ``sites`` gives frames of text (``_row`` is the location's guid) and can be read once; ``relationships`` has the columns
    of a relationship table, ``other_affiliations`` those that are no supply to a site, ``organisations`` one row per
    organisation. ``findings`` is complete once ``sites`` has run to its end.
    """

    sites: Iterator[pl.DataFrame]
    relationships: pl.DataFrame
    organisations: pl.DataFrame
    other_affiliations: pl.DataFrame
    findings: list[Finding] = field(default_factory=list)


def read_scdex(path: Path, size: int = 50_000) -> ScdexSource:
    """Read an SC-DEX file; locations stream in frames of at most ``size`` rows.

    Organisations and affiliations are held in memory, and, when there are affiliations, the name and identifiers of every
    location. SourceError for invalid JSON and for a file without ``locations``.
    """
    path = Path(path)
    kind, keys = first_keys(path)
    if kind != "object" or "locations" not in keys:
        raise SourceError(
            f"{path}: an SC-DEX file is one JSON object with 'locations'; found a JSON {kind}, keys {keys[:6]}"
        )
    findings: list[Finding] = []
    organisations = _organisations(path, findings)
    affiliations = list(items(path, "affiliations.item"))
    locations = _location_ends(path) if affiliations else {}
    relations, others = _affiliations(affiliations, locations, organisations, findings)
    return ScdexSource(
        _sites(path, size, findings),
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
    """Frames of locations; one guid in several languages stays several rows, the later ones numbered."""
    seen: dict[str, int] = {}
    columns = (ROW, *SITE_COLUMNS)
    locations = enumerate(items(path, "locations.item"), 1)
    while batch := list(islice(locations, size)):
        rows = []
        for number, location in batch:
            row = site_row(location, number)
            own = row[ROW] or ""
            seen[own] = seen.get(own, 0) + 1
            if seen[own] > 1:
                row[ROW] = f"{own} ({seen[own]})"
                findings.append(
                    Finding(
                        row[ROW], "guid", own, "repeated-id", "info", f"location {own!r} is there more than once",
                        "each is read, for example one per language",
                    )
                )  # fmt: skip
            rows.append(row)
        frame = _frame(rows, columns)
        columns = tuple(frame.columns)
        yield frame


def site_row(location: Record, number: int) -> Row:
    """One location as a row of text by column; a key outside the core schema is a column of its own."""
    rest = dict(_object(location, "location", number))
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
        record = _object(one, "organisation", number)
        guid = as_text(record.get("guid")) or f"organisation {number}"
        name, others = _names(record.get("name"))
        if guid in found:
            known = found[guid]
            known["other_names"] = joined([*(known["other_names"] or "").split("|"), name, *(others or "").split("|")])
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


def _affiliations(
    affiliations: list[Any], locations: dict[str, Row], organisations: dict[str, Row], findings: list[Finding]
) -> tuple[list[Row], list[Row]]:
    """Relationship rows, and the affiliations that are no supply to or from a known site."""
    relations: list[Row] = []
    others: list[Row] = []
    for number, one in enumerate(affiliations, 1):
        record = _object(one, "affiliation", number)
        row = f"affiliation {number}"
        first, second, kind = (as_text(record.get(key)) or "" for key in _ENDS)
        missing = [guid for guid in (first, second) if guid not in locations and guid not in organisations]
        words = canonical(kind)
        if words in _IS_SUPPLIED:
            supplier, buyer = second, first
        else:
            supplier, buyer = first, second
        if not missing and words in _SUPPLIES | _IS_SUPPLIED and supplier in locations:
            relations.append(_relation(row, buyer, locations[supplier], record, locations, organisations))
            continue
        others.append(_other(row, record, locations, organisations))
        findings.append(_left(row, kind, missing, words in _SUPPLIES | _IS_SUPPLIED))
    return relations, others


def _relation(
    row: str, buyer: str, supplier: Row, record: Record, locations: dict[str, Row], organisations: dict[str, Row]
) -> Row:
    is_site = buyer in locations
    end = locations[buyer] if is_site else organisations[buyer]
    relation: Row = {
        ROW: row, "buyer": end["name"], "buyer_kind": "site" if is_site else "company",
        "supplier": supplier["name"], "supplier_os_id": supplier["os_id"],
        "supplier_address": supplier["address"], "supplier_country": supplier["country"],
    }  # fmt: skip
    if is_site:
        relation |= {"buyer_os_id": end["os_id"], "buyer_address": end["address"], "buyer_country": end["country"]}
    rest = {key: value for key, value in record.items() if key not in _ENDS}
    for column, keys in _DATES.items():
        values = [value for key in keys if (value := rest.pop(key, None)) is not None]
        relation[column] = joined(one for value in values for one in listed(value))
    relation.update({key: as_text(value) for key, value in rest.items()})
    return relation


def _other(row: str, record: Record, locations: dict[str, Row], organisations: dict[str, Row]) -> Row:
    ends: Row = {}
    for end in ("from", "to"):
        guid = as_text(record.get(f"{end}-guid")) or ""
        kind = "location" if guid in locations else "organisation" if guid in organisations else None
        known = locations.get(guid) or organisations.get(guid) or {}
        ends |= {f"{end}_kind": kind, f"{end}_guid": guid, f"{end}_name": known.get("name")}
    more = {key: value for key, value in record.items() if key not in _ENDS}
    return {ROW: row, "type": as_text(record.get("affiliation-type")), **ends, "more": as_text(more)}


def _left(row: str, kind: str, missing: list[str], is_supply: bool) -> Finding:
    if missing:
        return Finding(
            row, "guid", missing[0], "unknown-guid", "error",
            f"no location or organisation of this file has the guid {missing[0]!r}", "export the whole network again",
        )  # fmt: skip
    if is_supply:
        return Finding(
            row, "affiliation-type", kind, "supplier-is-company", "warning",
            "the supplier is an organisation, not a site", "name the location that supplies; kept as text",
        )  # fmt: skip
    return Finding(
        row, "affiliation-type", kind, "other-affiliation", "info", f"{kind!r} is no supply relation", "kept as text"
    )


def _names(value: Any) -> tuple[str | None, str | None]:
    """The first name, and further ones (other languages) joined; a name may be text, a list, or text by language."""
    variants = list(value.values()) if isinstance(value, dict) else listed(value)
    texts = [text for one in variants if (text := as_text(one.get("value") if isinstance(one, dict) else one))]
    return (texts[0] if texts else None), joined(texts[1:])


def _identifier(identifiers: list[Any], scheme: str) -> str | None:
    split = (str(one).partition(":") for one in identifiers)
    return next((value for name, _, value in split if name.strip().casefold() == scheme), None)


def _object(value: Any, what: str, number: int) -> Record:
    if not isinstance(value, dict):
        raise SourceError(f"{what} {number}: expected an object, found {as_text(value)!r}")
    return value
