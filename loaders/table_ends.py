"""Rows of a list that are no sites: totals, and notes below the table."""

from __future__ import annotations

import polars as pl

from hefboom.loaders.cell_findings import Wording
from hefboom.loaders.sheet import Sheet
from hefboom.loaders.text import clean_text

_PLACES = ("address", "address_more", "street", "city", "region", "postcode", "country", "country_code")
_IDS = ("os_id", "lei", "duns", "lat", "lng")
_TOTAL = (
    r"(?i)^(?:grand |sub|sub-|eind)?tota(?:a)?l(?:s|en)?(?: (?:number|aantal|general|generaal|all|alle).*)?[ :.]*\d*$"
    r"|^(?:sum|som)[ :.]*$"
)
_NOTE = (
    r"(?i)^(?:[*†‡§¹²³©]|\(?\d\)|n\.b\.|nb[ :]|(?:source|sources|bron|bronnen|note|notes|noot|opmerking|opmerkingen"
    r"|disclaimer|legend|legenda|last updated?|laatst bijgewerkt|date|datum|peildatum|toelichting|remarks?)\b ?[:.])"
)
_NO_SITE = Wording(
    "error",
    "this looks like a total or a note of the table and not like a site: it has a text and no place; the row was "
    "refused",
    "nothing to do if it is one; a row with an address or a country is taken for a site whatever its name",
)


def no_sites(sheet: Sheet, name: pl.Series) -> pl.Series:
    """True for rows with the words of a total beside numbers, or nothing but those of a note, without place or id.

    Only in a list that has a column for a place: there a row of a real site can be told from these.
    """
    placed = [field for field in _PLACES if sheet.holds(field)]
    if not placed:
        return pl.zeros(name.len(), dtype=pl.UInt8, eager=True).cast(pl.Boolean)
    headers = [header for field in (*placed, *_IDS) for header in sheet.headers(field)]
    cells = [clean_text(sheet.raw.get_column(header)).is_null() for header in headers]
    nowhere = pl.DataFrame([cell.alias(str(at)) for at, cell in enumerate(cells)])
    bare = nowhere.select(pl.all_horizontal(pl.all())).to_series()
    total = name.str.contains(_TOTAL).fill_null(False) & (_count(sheet, r"\p{L}") == 1)
    note = name.str.contains(_NOTE).fill_null(False) & (_count(sheet, r"\S") == 1)
    found = bare & (total | note)
    sheet.note("name", found, "no-site", _NO_SITE)
    return found


def _count(sheet: Sheet, pattern: str) -> pl.Series:
    """How many cells of each row match a pattern."""
    cells = pl.all().str.contains(pattern).fill_null(False).cast(pl.Int32)
    return sheet.raw.drop("_row").select(pl.sum_horizontal(cells)).to_series()
