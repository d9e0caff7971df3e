"""Affiliations of an SC-DEX file: those that say who supplies whom become rows of a relationship table."""

from __future__ import annotations

from typing import Any

from hefboom.errors import SourceError
from hefboom.loaders.findings import Finding
from hefboom.loaders.frames import ROW
from hefboom.loaders.headers import canonical
from hefboom.loaders.json_text import as_text, joined, listed

RELATIONSHIP_COLUMNS = (
    *("buyer", "buyer_kind", "buyer_os_id", "buyer_address", "buyer_country"),
    *("supplier", "supplier_os_id", "supplier_address", "supplier_country"),
    *("product", "process", "from", "to", "share", "source", "confidence"),
    # Which location of the same file each end is, so that the relation need not find it again by name.
    *("supplier_guid", "buyer_guid"),
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
_MORE = {
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


def sort_affiliations(
    affiliations: list[Any], locations: dict[str, Row], organisations: dict[str, Row], findings: list[Finding]
) -> tuple[list[Row], list[Row]]:
    """Relationship rows, and the affiliations that are no supply to or from a known site."""
    relations: list[Row] = []
    others: list[Row] = []
    for number, one in enumerate(affiliations, 1):
        record = as_object(one, "affiliation", number)
        row = f"affiliation {number}"
        first, second, kind = (as_text(record.get(key)) or "" for key in _ENDS)
        missing = [guid for guid in (first, second) if guid not in locations and guid not in organisations]
        words = canonical(kind)
        if words in _IS_SUPPLIED:
            supplier, buyer = second, first
        else:
            supplier, buyer = first, second
        if not missing and words in _SUPPLIES | _IS_SUPPLIED and supplier in locations:
            relations.append(_relation(row, buyer, supplier, record, locations, organisations))
            continue
        others.append(_other(row, record, locations, organisations))
        kept = "kept as text with its location" if {first, second} & locations.keys() else "not stored"
        findings.append(_left(row, kind, missing, words in _SUPPLIES | _IS_SUPPLIED, kept))
    return relations, others


def _relation(
    row: str, buyer: str, supplier: str, record: Record, locations: dict[str, Row], organisations: dict[str, Row]
) -> Row:
    is_site = buyer in locations
    end, source = locations[buyer] if is_site else organisations[buyer], locations[supplier]
    relation: Row = {
        ROW: row, "buyer": end["name"], "buyer_kind": "site" if is_site else "company",
        "supplier": source["name"], "supplier_os_id": source["os_id"], "supplier_guid": supplier,
        "supplier_address": source["address"], "supplier_country": source["country"],
        "buyer_guid": buyer if is_site else None,
    }  # fmt: skip
    if is_site:
        relation |= {"buyer_os_id": end["os_id"], "buyer_address": end["address"], "buyer_country": end["country"]}
    rest = {key: value for key, value in record.items() if key not in _ENDS}
    for column, keys in _MORE.items():
        values = [value for key in keys if (value := rest.pop(key, None)) is not None]
        relation[column] = joined(one for value in values for one in listed(value))
    # What the affiliation says beyond that is kept, and never takes the place of what was resolved.
    return {key: as_text(value) for key, value in rest.items()} | relation


def _other(row: str, record: Record, locations: dict[str, Row], organisations: dict[str, Row]) -> Row:
    ends: Row = {}
    for end in ("from", "to"):
        guid = as_text(record.get(f"{end}-guid")) or ""
        kind = "location" if guid in locations else "organisation" if guid in organisations else None
        known = locations.get(guid) or organisations.get(guid) or {}
        ends |= {f"{end}_kind": kind, f"{end}_guid": guid, f"{end}_name": known.get("name")}
    more = {key: value for key, value in record.items() if key not in _ENDS}
    return {ROW: row, "type": as_text(record.get("affiliation-type")), **ends, "more": as_text(more)}


def _left(row: str, kind: str, missing: list[str], is_supply: bool, kept: str) -> Finding:
    if missing:
        return Finding(
            row, "guid", missing[0], "unknown-guid", "error",
            f"no location or organisation of this file has the guid {missing[0]!r}", "export the whole network again",
        )  # fmt: skip
    if is_supply:
        return Finding(
            row, "affiliation-type", kind, "supplier-is-company", "warning",
            f"the supplier is an organisation, not a site; {kept}", "name the location that supplies",
        )  # fmt: skip
    return Finding(
        row, "affiliation-type", kind, "other-affiliation", "info", f"{kind!r} is no supply relation; {kept}"
    )


def as_object(value: Any, what: str, number: int) -> Record:
    """The value when it is a JSON object; SourceError naming the record when it is not."""
    if not isinstance(value, dict):
        raise SourceError(f"{what} {number}: expected an object, found {as_text(value)!r}")
    return value
