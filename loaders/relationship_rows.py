"""Rows of a table of supply relationships: who buys what from which site, since when, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from hefboom.loaders.cell_findings import Wording
from hefboom.loaders.claims import read_days
from hefboom.loaders.listings import read_listings
from hefboom.loaders.numbers import parse_share
from hefboom.loaders.sheet import Sheet
from hefboom.loaders.text import map_unique

RELATIONSHIP_SCHEMA: dict[str, pl.DataType] = {
    "row": pl.String(),
    "buyer": pl.String(),
    "buyer_kind": pl.String(),
    "product": pl.String(),
    "process": pl.String(),
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
    "share_band": pl.String(),
    "source": pl.String(),
    "confidence": pl.String(),
}
"""Columns of relationships. ``buyer`` is the name of the company, null when the buyer is a site; ``buyer_kind`` is
``company`` or ``site``; ``process`` and ``share_band`` are concept ids; ``confidence`` is stated, likely or assumed."""

_SUPPLIER = {
    "supplier": "name",
    "supplier_os_id": "os_id",
    "supplier_address": "address",
    "supplier_country": "country",
    "supplier_city": "city",
    "process": "processing_type",
    "product": "product_type",
}
_BUYER = {
    "buyer": "name",
    "buyer_os_id": "os_id",
    "buyer_address": "address",
    "buyer_country": "country",
    "buyer_city": "city",
}
_KINDS = {
    **dict.fromkeys(("company", "brand", "retailer", "member", "bedrijf", "merk", "lid", "onderneming"), "company"),
    **dict.fromkeys(("site", "facility", "factory", "mill", "supplier", "locatie", "fabriek", "leverancier"), "site"),
}
_CONFIDENCE = {
    **dict.fromkeys(("stated", "certain", "vermeld", "opgegeven", "zeker"), "stated"),
    **dict.fromkeys(("likely", "probable", "waarschijnlijk"), "likely"),
    **dict.fromkeys(("assumed", "guess", "possible", "aangenomen", "vermoedelijk", "mogelijk"), "assumed"),
}

_BUYER_MISSING = Wording("error", "there is no buyer; the row was refused", "fill in who buys from the site")
_KIND_UNREADABLE = Wording(
    "warning",
    "this is no kind of buyer; a buyer with an OS ID or an address was taken for a site, another for a company",
    "write company or site",
)
_CONFIDENCE_UNREADABLE = Wording(
    "warning", "this is no degree of confidence; the weakest was stored", "write stated, likely or assumed"
)
_PERIOD_REVERSED = Wording(
    "warning", "the relationship ends before it begins, so it never holds", "check the two dates of the row"
)
_SEVERAL_PROCESSES = Wording(
    "info", "several processes; the relationship bears the first, the listing of the supplier all"
)
_SHARES = {
    "share-no-band": Wording(
        "warning",
        "the range reaches over several bands; the share was stored as unknown",
        "use <1, 1-5, 5-10, 10-25, 25-50 or >50 per cent",
    ),
    "share-unreadable": Wording(
        "warning", "this is no share; it was stored as unknown", "use <1, 1-5, 5-10, 10-25, 25-50 or >50 per cent"
    ),
}


@dataclass(frozen=True, slots=True)
class CleanedRelationships:
    """What cleaning makes of a table of relationships.

    ``suppliers`` and ``buyers`` are listings (LISTING_SCHEMA) of the sites that the rows mention; ``buyers`` has only
    the rows whose buyer is a site, without the source text that the supplier of the same row holds. ``relationships``
    has the columns of RELATIONSHIP_SCHEMA and a row for each supplier; ``refused`` has row and source_text.
    """

    suppliers: pl.DataFrame
    buyers: pl.DataFrame
    relationships: pl.DataFrame
    refused: pl.DataFrame
    findings: pl.DataFrame

    @property
    def listings(self) -> pl.DataFrame:
        """Suppliers and buyers in one frame, told apart by a last column ``part``: ``supplier`` or ``buyer``."""
        sides = (("supplier", self.suppliers), ("buyer", self.buyers))
        return pl.concat([frame.with_columns(part=pl.lit(part)) for part, frame in sides])


def clean_relationships(raw: pl.DataFrame, columns: Mapping[str, str]) -> CleanedRelationships:
    """The relationships in ``raw``, a frame of text whose first column is ``_row``, in the same order.

    ``columns`` maps headers to fields (buyer, buyer_kind, buyer_os_id, buyer_address, buyer_country, buyer_city,
    supplier and so on, product, process, from, to, share, source, confidence), to ``keep`` or to ``leave-out``. A row
    is refused when either side cannot be known: no buyer, no supplier, or an unknown country.
    """
    sheet = Sheet(raw, columns)
    supplier_sheet = Sheet(raw, _renamed(columns, _SUPPLIER))
    suppliers, refused = read_listings(supplier_sheet)
    is_site = _buyer_is_site(sheet)
    buyer_sheet = Sheet(raw.filter(is_site), _renamed(columns, _BUYER))
    buyers, buyers_refused = read_listings(buyer_sheet)
    company = sheet.text("buyer").set(is_site, None)
    missing = company.is_null() & ~is_site
    sheet.note("buyer", missing, "buyer-missing", _BUYER_MISSING)
    refused |= missing | raw.get_column("_row").is_in(buyers.filter(buyers_refused).get_column("row").implode())
    relationships = _relationships(sheet, suppliers, company, is_site)
    kept = relationships.filter(~refused)
    blank_source = pl.lit(None, dtype=pl.String).alias("source_text")
    return CleanedRelationships(
        suppliers=suppliers.filter(~refused),
        buyers=buyers.join(kept.select("row"), on="row", how="semi", maintain_order="left").with_columns(blank_source),
        relationships=kept,
        refused=suppliers.filter(refused).select("row", "source_text"),
        findings=_in_row_order(raw, [one.findings.frame() for one in (supplier_sheet, buyer_sheet, sheet)]),
    )


def _renamed(columns: Mapping[str, str], fields: Mapping[str, str]) -> dict[str, str]:
    """The columns as one side of the relationship sees them; what belongs to the other side is only kept."""
    aside = {"leave-out": "leave-out"}
    return {header: fields.get(field) or aside.get(field, "keep") for header, field in columns.items()}


def _buyer_is_site(sheet: Sheet) -> pl.Series:
    """True where the row says so, or says nothing but gives an OS ID or address of the buyer."""
    text = sheet.text("buyer_kind")
    kind = map_unique(text, lambda cell: _KINDS.get(cell.lower()), pl.String)
    sheet.note("buyer_kind", text.is_not_null() & kind.is_null(), "buyer-kind-unreadable", _KIND_UNREADABLE)
    placed = sheet.text("buyer_os_id").is_not_null() | sheet.text("buyer_address").is_not_null()
    return (kind == "site").zip_with(kind.is_not_null(), placed)


def _relationships(sheet: Sheet, suppliers: pl.DataFrame, company: pl.Series, is_site: pl.Series) -> pl.DataFrame:
    begins, ends = read_days(sheet, "from"), read_days(sheet, "to", end=True)
    sheet.note("to", (ends <= begins).fill_null(False), "period-reversed", _PERIOD_REVERSED)
    processes = suppliers.get_column("processes")
    sheet.note("process", processes.list.len() > 1, "several-processes", _SEVERAL_PROCESSES)
    kind = pl.select(pl.when(is_site).then(pl.lit("site")).otherwise(pl.lit("company"))).to_series()
    columns = {
        "row": sheet.rows,
        "buyer": company,
        "buyer_kind": kind,
        "product": sheet.text("product"),
        "process": processes.list.first(),
        "valid_from": begins,
        "valid_to": ends,
        "share_band": _share_bands(sheet),
        "source": sheet.text("source"),
        "confidence": _confidence(sheet),
    }
    return pl.DataFrame(columns, schema=RELATIONSHIP_SCHEMA)


def _share_bands(sheet: Sheet) -> pl.Series:
    into = pl.Struct({"band": pl.String, "code": pl.String})
    text = sheet.text("share", placeholders=True)
    read = map_unique(text, lambda cell: parse_share(cell)._asdict(), into)
    sheet.note_codes("share", read.struct.field("code"), _SHARES)
    return read.struct.field("band")


def _confidence(sheet: Sheet) -> pl.Series:
    """A row that says nothing is a plain statement."""
    text = sheet.text("confidence")
    read = map_unique(text, lambda cell: _CONFIDENCE.get(cell.lower()), pl.String)
    unread = text.is_not_null() & read.is_null()
    sheet.note("confidence", unread, "confidence-unreadable", _CONFIDENCE_UNREADABLE)
    return read.set(unread, "assumed").fill_null("stated")


def _in_row_order(raw: pl.DataFrame, findings: list[pl.DataFrame]) -> pl.DataFrame:
    order = raw.select(row="_row").with_row_index("_order")
    joined = pl.concat(findings).unique(maintain_order=True).join(order, on="row", how="left", maintain_order="left")
    return joined.sort("_order", maintain_order=True, nulls_last=False).drop("_order")
