"""Which kind of list a file is, told by its headers or keys and never by its name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

from hefboom.errors import SourceError
from hefboom.loaders.company_read import is_company_file
from hefboom.loaders.company_tables import recognise_part
from hefboom.loaders.encodings import check_file
from hefboom.loaders.headers import (
    ALIAS_HEADERS,
    MEMBERSHIP_HEADERS,
    RELATIONSHIP_HEADERS,
    SITE_HEADERS,
    field_of,
)
from hefboom.loaders.json_files import first_keys, is_json
from hefboom.loaders.risk_sources import recognise
from hefboom.loaders.tables import open_table

Format = Literal[
    "table", "osh-download", "osh-upload", "osh-api", "scdex", "relationships", "memberships", "aliases",
    "risk-evidence", "company-file", "audits", "certificates", "complaints", "engagements", "heat-map",
]  # fmt: skip
COMPANY_FORMATS: tuple[Format, ...] = (
    "company-file",
    "audits",
    "certificates",
    "complaints",
    "engagements",
    "heat-map",
)
FORMATS: tuple[Format, ...] = get_args(Format)

_DOWNLOAD = frozenset({"os_id", "contribution_date", "name", "address", "country_code", "country_name"})
_UPLOAD = frozenset({"country", "name", "address"})
_UPLOAD_MORE = frozenset(
    {
        *("sector", "lat", "lng", "product_type", "facility_type", "processing_type", "number_of_workers"),
        *("parent_company", "native_language_name", "sector_product_type", "facility_type_processing_type"),
    }
)


def detect(path: Path, sheet: str | None = None, encoding: str | None = None) -> Format:
    """The format of a file, or of one sheet of a workbook.

    SourceError when it can be read but is no list, saying what was found and what a list needs; UsageError when there
    is no such file.
    """
    path = Path(path)
    check_file(path)
    if is_company_file(path):
        return "company-file"
    if is_json(path):
        return _detect_json(path)
    return detect_headers(open_table(path, sheet, encoding).headers, path)


def detect_headers(headers: Sequence[str], path: Path) -> Format:
    """The format of a table with these headers; ``path`` is for the error."""
    if recognise(headers) is not None:
        return "risk-evidence"
    if (part := recognise_part(headers)) is not None:
        return next(known for known in COMPANY_FORMATS if known == part)
    stood = {header.strip().casefold() for header in headers}
    if stood >= _DOWNLOAD and "contributor (list)" in stood:
        return "osh-download"
    if stood >= _UPLOAD and stood <= _UPLOAD | _UPLOAD_MORE:
        return "osh-upload"
    if _fields(headers, ALIAS_HEADERS) == {"old_os_id", "new_os_id"} and not stood & {"name", "address"}:
        return "aliases"
    relation = _fields(headers, RELATIONSHIP_HEADERS)
    if relation & {"buyer", "buyer_os_id"} and relation & {"supplier", "supplier_os_id"}:
        return "relationships"
    sites = _fields(headers, SITE_HEADERS)
    members = _fields(headers, MEMBERSHIP_HEADERS)
    dated, placed = members & {"from", "to"}, sites & {"address", "street"}
    if members >= {"company", "covenant"} and (dated or not placed):
        return "memberships"
    if members >= {"company", "from"} and not sites & {"address", "country"}:
        return "memberships"
    if "os_id" in sites or ("name" in sites and sites & {"address", "street", "country", "country_code"}):
        return "table"
    known = [header for header in headers if field_of(header, SITE_HEADERS)]
    told = f"of these only {', '.join(map(repr, known))} is known" if known else "none of these is known"
    raise SourceError(
        f"{path}: found a table with the columns {_listed(headers)}; {told}. A list of sites needs a name and an "
        "address or country per row, or an OS ID; a relationship table needs buyer and supplier; a table of members "
        "needs company and covenant. If this is a list with other headers, give a column profile (--profile)"
    )


def _fields(headers: Sequence[str], vocabulary: dict[str, tuple[str, ...]]) -> set[str]:
    return {field for header in headers if (field := field_of(header, vocabulary))}


def _detect_json(path: Path) -> Format:
    kind, keys = first_keys(path)
    found = set(keys)
    if kind.endswith("object"):
        if kind == "object" and "locations" in found:
            return "scdex"
        if "features" in found or {"properties", "geometry"} & found:
            return "osh-api"
        if found >= {"matches", "status"}:
            raise _no_list(path, "an answer of the register's matching service about one row")
        if found >= {"count", "next", "results"}:
            raise _no_list(path, "a page of results without features")
    raise _no_list(path, f"a JSON {kind}" + (f" with the keys {_listed(keys)}" if keys else ""))


def _no_list(path: Path, found: str) -> SourceError:
    return SourceError(
        f"{path}: found {found}, which is no list of sites; JSON lists are Open Supply Hub answers (type "
        "'FeatureCollection' or 'Feature') and SC-DEX files (with 'locations')"
    )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(map(repr, names[:8]))
    return shown if len(names) <= 8 else f"{shown} and {len(names) - 8} more"
