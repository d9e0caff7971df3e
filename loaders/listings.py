"""Listings: what the rows of a list claim about sites, column by column."""

from __future__ import annotations

import polars as pl

from hefboom.loaders.cell_findings import Wording
from hefboom.loaders.claims import read_closed, read_company_ids, read_days, read_os_ids, read_terms, read_workers
from hefboom.loaders.keys import address_keys, name_keys
from hefboom.loaders.places import read_address, read_coordinates, read_country
from hefboom.loaders.sheet import Sheet
from hefboom.loaders.table_ends import no_sites
from hefboom.loaders.text import is_placeholder
from hefboom.loaders.tiers import read_tiers

LISTING_SCHEMA: dict[str, pl.DataType] = {
    "row": pl.String(),
    "name": pl.String(),
    "native_name": pl.String(),
    "address": pl.String(),
    "street": pl.String(),
    "city": pl.String(),
    "region": pl.String(),
    "postcode": pl.String(),
    "country": pl.String(),
    "os_id": pl.String(),
    "lei": pl.String(),
    "duns": pl.String(),
    "lat": pl.Float64(),
    "lng": pl.Float64(),
    "sectors": pl.List(pl.String()),
    "processes": pl.List(pl.String()),
    "process_text": pl.List(pl.String()),
    "product_types": pl.List(pl.String()),
    "parent_companies": pl.List(pl.String()),
    "workers_min": pl.Int64(),
    "workers_max": pl.Int64(),
    "closed": pl.Boolean(),
    "reported_on": pl.Date(),
    "name_key": pl.String(),
    "address_key": pl.String(),
    "source_text": pl.String(),
    "contributor": pl.String(),
    "new_os_id": pl.String(),
    "tier": pl.Int64(),
}
"""Columns of listings: those of the projection without list and part, then who handed in the row, the OS ID that has
taken the place of its own, and the tier that it states. List columns are empty rather than null."""

_NAME_DOUBTFUL = Wording(
    "warning",
    "this does not look like a name; it is stored, but not used to recognise the site",
    "ask the contributor for the name of the site",
)
_NAME_MISSING = Wording("info", "there is no name; the site is known by its OS ID only")
_UNIDENTIFIED = Wording(
    "error", "there is neither a name nor a sound OS ID; the row was refused", "fill in the name of the site"
)


def read_listings(sheet: Sheet, country_default: str | None = None) -> tuple[pl.DataFrame, pl.Series]:
    """One listing per row (LISTING_SCHEMA), refused rows included, and which rows are refused.

    A row is refused when its country is unknown, when it has neither a name nor a sound OS ID, or when it is
    a total or a note of the table.
    """
    os_ids = read_os_ids(sheet, "os_id")
    name, recognisable = _read_name(sheet)
    countries = read_country(sheet, os_ids, country_default)
    address = read_address(sheet)
    unidentified = name.is_null() & os_ids.ids.is_null()
    beside = no_sites(sheet, name)
    sheet.note("name", unidentified, "unidentified", _UNIDENTIFIED)
    sheet.note("name", name.is_null() & ~unidentified, "name-missing", _NAME_MISSING)
    columns = {
        "row": sheet.rows,
        "name": name,
        "native_name": sheet.text("native_name"),
        **address,
        "country": countries.alpha2,
        "os_id": os_ids.ids,
        **read_company_ids(sheet),
        **read_coordinates(sheet),
        **read_terms(sheet),
        **read_workers(sheet),
        "closed": read_closed(sheet),
        "reported_on": read_days(sheet, "contribution_date"),
        "name_key": name_keys(name.set(~recognisable, None)),
        "address_key": address_keys(address["address"], countries.alpha2),
        "source_text": sheet.source_text(),
        "contributor": sheet.text("contributor"),
        "new_os_id": read_os_ids(sheet, "new_os_id").ids,
        "tier": read_tiers(sheet),
    }
    frame = pl.DataFrame({field: columns[field] for field in LISTING_SCHEMA}, schema=LISTING_SCHEMA)
    return frame, countries.refused | unidentified | beside


def _read_name(sheet: Sheet) -> tuple[pl.Series, pl.Series]:
    """The names, and which of them can be used to recognise a site: not bare numbers, nor words such as "unknown".

    Marks without a letter or digit are no name at all.
    """
    text = sheet.text("name", placeholders=True)
    name = text.set(~text.str.contains(r"[\p{L}\p{N}]").fill_null(True), None)
    doubtful = is_placeholder(name) | name.str.contains(r"^[\p{N}\p{P}\p{S} ]+$").fill_null(False)
    sheet.note("name", doubtful, "name-doubtful", _NAME_DOUBTFUL)
    return name, ~doubtful
