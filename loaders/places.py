"""Where a listing says its site is: address, country and coordinates."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from hefboom.loaders.cell_findings import Wording
from hefboom.loaders.countries import codes, label, resolve_column
from hefboom.loaders.numbers import parse_degrees
from hefboom.loaders.os_ids import CheckedOsIds
from hefboom.loaders.sheet import Sheet
from hefboom.loaders.text import clean_text, fold_cells, is_placeholder, map_unique

ADDRESS_PARTS = ("street", "city", "region", "postcode")
"""The fields of an address in pieces, in the order in which they follow one another in a full address."""

_ADDRESS_MISSING = Wording(
    "warning",
    "there is no address; without an OS ID the site cannot be recognised on another list",
    "ask the contributor for the address",
)
_POSTCODE_ZERO = Wording("info", "the postcode is zero, which is none; the field was left blank")
_COUNTRY_UNKNOWN = Wording("error", "this is no country that Hefboom knows; the row was refused")
_COUNTRY_AMBIGUOUS = Wording("error", "this may be several countries; the row was refused")
_COUNTRY_MISSING = Wording(
    "warning",
    "there is no country; without an OS ID the site cannot be recognised on another list",
    "fill in the country",
)
_COUNTRY_UNREAD = Wording("warning", "this is no country that Hefboom knows; the other country column was used")
_COUNTRY_FROM_ID = Wording("info", "there is no country; it was taken from the OS ID")
_COUNTRY_ASSUMED = Wording("warning", "")
_COUNTRY_HISTORIC = Wording("info", "")
_COUNTRY_DIFFERS = Wording("warning", "", "correct the row; the code was used because it can mean one country only")
ID_COUNTRY = Wording(
    "warning",
    "the OS ID was given out for another country than the row states",
    "check whether the OS ID belongs to this site",
)
_ADDRESS_JOINED = Wording(
    "info", "a further column of the address was put behind the address, in the order of the list"
)
_COORDINATES = {
    "coordinate-unreadable": Wording(
        "warning", "this is no coordinate; no coordinates were stored", "write decimal degrees such as 51.9244"
    ),
    "coordinate-half": Wording(
        "warning", "the other coordinate is missing; no coordinates were stored", "fill in both or neither"
    ),
    "coordinate-zero": Wording(
        "warning", "0, 0 lies in the sea; no coordinates were stored", "leave unknown ones blank"
    ),
    "coordinate-swapped": Wording(
        "warning", "latitude and longitude seem to have changed places; none were stored", "swap the two cells"
    ),
    "coordinate-range": Wording(
        "warning",
        "the point lies outside the earth; no coordinates were stored",
        "write decimal degrees such as 51.9244",
    ),
}


def read_address(sheet: Sheet) -> dict[str, pl.Series]:
    """The columns address, street, city, region and postcode.

    The address is made whole: parts that stand in columns of their own and that it does not yet hold are appended.
    """
    parts = {part: sheet.text(part) for part in ADDRESS_PARTS}
    zero = parts["postcode"].str.contains(r"^[0 .-]+$").fill_null(False)
    sheet.note("postcode", zero, "postcode-zero", _POSTCODE_ZERO)
    parts["postcode"] = parts["postcode"].set(zero, None)
    address = sheet.text("address", placeholders=True)
    address = address.set(is_placeholder(address), None)
    for part in ADDRESS_PARTS:
        if sheet.holds(part):
            address = _with_part(address, parts[part])
        if part == "street":
            address = _with_more(sheet, address)
    missing = "address" if sheet.holds("address") or not sheet.holds("street") else "street"
    sheet.note(missing, address.is_null(), "address-missing", _ADDRESS_MISSING)
    return {"address": address, **parts}


def _with_more(sheet: Sheet, address: pl.Series) -> pl.Series:
    """The address with the further columns of it, in the order of the list; rows in which that adds are told."""
    for header in sheet.headers("address_more"):
        more = clean_text(sheet.raw.get_column(header))
        more = more.set(is_placeholder(more), None)
        longer = _with_part(more.set(~_holds(more, address), None).fill_null(address), more)
        sheet.findings.add((longer != address).fill_null(False), header, "address-joined", _ADDRESS_JOINED)
        address = longer
    return address


def _holds(whole: pl.Series, part: pl.Series) -> pl.Series:
    """True where a text holds all words of another, so that it is the longer form of it."""
    frame = pl.DataFrame({"whole": fold_cells(whole), "part": fold_cells(part)})
    held = pl.format(" {} ", "whole").str.contains(pl.format(" {} ", "part"), literal=True)
    return frame.select(held.fill_null(False)).to_series()


def _with_part(address: pl.Series, part: pl.Series) -> pl.Series:
    """The address with one more part, unless it already holds the words of that part."""
    frame = pl.DataFrame({"address": address, "part": part, "whole": fold_cells(address), "words": fold_cells(part)})
    held = pl.format(" {} ", "whole").str.contains(pl.format(" {} ", "words"), literal=True)
    both = pl.col("address").is_not_null() & pl.col("part").is_not_null()
    longer = (pl.when(both & held).then("address").when(both).then(pl.format("{}, {}", "address", "part"))).otherwise(
        pl.coalesce("address", "part")
    )
    return frame.select(longer.alias("address")).get_column("address")


@dataclass(frozen=True, slots=True)
class Countries:
    """The alpha-2 country of every row, null where there is none, and which rows are refused because of it."""

    alpha2: pl.Series
    refused: pl.Series


def read_country(sheet: Sheet, os_ids: CheckedOsIds, default: str | None = None) -> Countries:
    """The country from the columns ``country_code`` and ``country``, else from the OS ID, else ``default``."""
    texts = {field: sheet.text(field, placeholders=True) for field in ("country_code", "country")}
    texts = {field: text.set(_no_country(text), None) for field, text in texts.items()}
    read = {field: resolve_column(text) for field, text in texts.items()}
    found = {field: answer.struct.field("alpha2") for field, answer in read.items()}
    code, name = found["country_code"], found["country"]
    alpha2 = code.zip_with(code.is_not_null(), name)
    stated = texts["country_code"].is_not_null() | texts["country"].is_not_null()
    refused = stated & alpha2.is_null()
    for field, answer in read.items():
        _note_resolution(sheet, field, answer, texts[field].is_not_null(), alpha2)
    _note_difference(sheet, code, name)
    from_id = os_ids.countries()
    from_id = from_id.set(~from_id.is_in(list(codes())).fill_null(False), None)
    missing = ~stated
    column = "country" if sheet.holds("country") or not sheet.holds("country_code") else "country_code"
    sheet.note(column, missing & from_id.is_not_null(), "country-from-os-id", _COUNTRY_FROM_ID)
    if default is None:
        sheet.note(column, missing & from_id.is_null(), "country-missing", _COUNTRY_MISSING)
    sheet.note("os_id", (alpha2 != from_id).fill_null(False), "os-id-country", ID_COUNTRY)
    otherwise = from_id if default is None else from_id.fill_null(default)
    return Countries(otherwise.zip_with(missing, alpha2).rename("country"), refused)


def _no_country(text: pl.Series) -> pl.Series:
    """Placeholders, but not the bare letters NA: that is the code of Namibia."""
    return is_placeholder(text) & (text.str.to_uppercase() != "NA").fill_null(True)


def _note_resolution(sheet: Sheet, field: str, answer: pl.Series, given: pl.Series, alpha2: pl.Series) -> None:
    how, note = answer.struct.field("how"), answer.struct.field("note")
    own = answer.struct.field("alpha2")
    unread = given & own.is_null()
    suggestions = answer.struct.field("suggestions")
    near = suggestions.list.join(" or ").replace("", None)
    hint = pl.select(
        pl.when(near.is_null())
        .then(pl.lit("write the ISO code or the English or Dutch name of the country"))
        .otherwise(pl.format("did you mean {}?", near))
    ).to_series()
    several = (how == "ambiguous").fill_null(False)
    sheet.note(field, unread & alpha2.is_null() & ~several, "country-unknown", _COUNTRY_UNKNOWN, hint=hint)
    sheet.note(field, unread & alpha2.is_null() & several, "country-ambiguous", _COUNTRY_AMBIGUOUS, hint=hint)
    sheet.note(field, unread & alpha2.is_not_null(), "country-unread", _COUNTRY_UNREAD, hint=hint)
    assumed = own.is_not_null() & note.is_not_null()
    sheet.note(field, assumed, "country-assumed", _COUNTRY_ASSUMED, reason=note)
    historic = own.is_not_null() & note.is_null() & (how == "historic").fill_null(False)
    if historic.any():
        now = pl.select(pl.format("a former name; read as {}", map_unique(own, label, pl.String))).to_series()
        sheet.note(field, historic, "country-historic", _COUNTRY_HISTORIC, reason=now)


def _note_difference(sheet: Sheet, code: pl.Series, name: pl.Series) -> None:
    differs = (code != name).fill_null(False)
    if differs.any():
        shown = [map_unique(one.set(~differs, None), label, pl.String) for one in (code, name)]
        texts = pl.select(
            pl.format("the country code says {}, the country name {}; the code was used", *shown)
        ).to_series()
        sheet.note("country", differs, "country-differs", _COUNTRY_DIFFERS, reason=texts)


def read_coordinates(sheet: Sheet) -> dict[str, pl.Series]:
    """The columns lat and lng in decimal degrees (WGS 84); both or neither, and only where they can be true."""
    texts = {axis: sheet.text(axis) for axis in ("lat", "lng")}
    frame = pl.DataFrame({axis: _degrees(text) for axis, text in texts.items()} | _given(texts))
    lat, lng = pl.col("lat"), pl.col("lng")
    half = pl.col("lat_given") != pl.col("lng_given")
    unreadable = {axis: pl.col(f"{axis}_given") & pl.col(axis).is_null() for axis in texts}
    outside = (lat.abs() > 90) | (lng.abs() > 180)
    both = (
        pl.when((lat == 0) & (lng == 0))
        .then(pl.lit("coordinate-zero"))
        .when(outside & (lat.abs() <= 180) & (lng.abs() <= 90))
        .then(pl.lit("coordinate-swapped"))
        .when(outside)
        .then(pl.lit("coordinate-range"))
    )
    codes_of = frame.select(
        lat=pl.when(unreadable["lat"])
        .then(pl.lit("coordinate-unreadable"))
        .when(half & pl.col("lat_given"))
        .then(pl.lit("coordinate-half"))
        .otherwise(both),
        lng=pl.when(unreadable["lng"])
        .then(pl.lit("coordinate-unreadable"))
        .when(half & pl.col("lng_given"))
        .then(pl.lit("coordinate-half"))
        .otherwise(both),
    )
    for axis in texts:
        sheet.note_codes(axis, codes_of.get_column(axis), _COORDINATES)
    good = codes_of.select(pl.all_horizontal(pl.all().is_null())).to_series()
    good &= frame.get_column("lat").is_not_null() & frame.get_column("lng").is_not_null()
    return {axis: frame.get_column(axis).set(~good, None) for axis in texts}


def _given(texts: dict[str, pl.Series]) -> dict[str, pl.Series]:
    return {f"{axis}_given": text.is_not_null() for axis, text in texts.items()}


def _degrees(text: pl.Series) -> pl.Series:
    """Plain decimals at once; what is left goes through ``parse_degrees``."""
    plain = text.cast(pl.Float64, strict=False)
    plain = plain.set(~plain.is_finite().fill_null(False), None)
    rest = text.set(plain.is_not_null(), None)
    if rest.null_count() == rest.len():
        return plain
    return plain.zip_with(plain.is_not_null(), map_unique(rest, parse_degrees, pl.Float64))
