"""From a table of a public risk source to statements of evidence: one per row and indicator.

Every row is stored, merged as an exact duplicate, or refused. A blank cell, and one that only says that nothing is
known, becomes a statement without a value that is marked as not in the source: it is never zero and never a good sign.
"""

from __future__ import annotations

import datetime

import polars as pl

from hefboom.loaders.cell_findings import CellFindings, Wording
from hefboom.loaders.cleaning import clean_sites
from hefboom.loaders.countries import resolve_column
from hefboom.loaders.findings import Finding
from hefboom.loaders.risk_sources import SIGNALS, Indicator, Source, goods
from hefboom.loaders.staging import Staging
from hefboom.loaders.tables import ROW, SourceTable
from hefboom.loaders.text import clean_text, is_placeholder, source_text

_UNAVAILABLE = r"(?i)^(?:unavailable|no assessment|no data|missing|\.\.|…)$"
_NO_COUNTRY = Wording(
    "error",
    "no country of today bears this code or name; the row was refused",
    "write the country as ISO 3166-1 code; a former state is left out on purpose",
)
_TWO_COUNTRIES = Wording(
    "warning", "code and name mean different countries; the code was taken", "correct the code or the name"
)
_NO_GOOD = Wording("error", "there is no name of a good; the row was refused", "fill in the good")
_NO_NUMBER = Wording("warning", "this is no number; it is kept as text and gives no signal", "check the cell")
_REPEATED = Wording(
    "warning", "another row says something else about the same country; both are stored", "keep the row that holds"
)


def read_evidence(table: SourceTable, source: Source, staging: Staging) -> datetime.date | None:
    """Read a table of `source` into `staging`; returns the last day of the newest year that a column of years names.

    The claims table `evidence` gets one row per row and indicator. Where rows are about sites, each becomes a listing
    too, so that the site can be recognised.
    """
    chunks = list(table.chunks())
    raw = pl.concat(chunks, how="diagonal").with_columns(pl.col(ROW).cast(pl.String))
    staging.rows_read += raw.height
    findings = CellFindings(raw)
    if source.site_column is None:
        raw = _without_copies(raw, staging)
        findings = CellFindings(raw)
    country = _country(raw, source, findings)
    refused = country.is_null() | _nameless(raw, source, findings)
    if source.site_column is not None:
        refused |= _stage_sites(raw, source, country, staging)
    else:
        staging.refused += int(refused.sum())
        _note_repeats(raw, source, country.set(refused, None), findings)
    years = _years(raw, source)
    about = _about(raw, source, country, years).filter(~refused)
    for indicator in source.indicators:
        _stage_indicator(raw, indicator, about, staging, findings)
    staging.findings.append(findings.frame())
    newest = years.filter(~refused).max()
    return datetime.date(int(str(newest)), 12, 31) if newest is not None else None


def _without_copies(raw: pl.DataFrame, staging: Staging) -> pl.DataFrame:
    """The rows without those that say, cell by cell, what an earlier row said."""
    first = raw.select(pl.col(ROW).first().over([name for name in raw.columns if name != ROW])).to_series()
    copy = first != raw.get_column(ROW)
    for row, said in zip(raw.get_column(ROW).filter(copy), first.filter(copy), strict=True):
        reason = f"this row says exactly what row {said} says; it is stored once"
        staging.note(Finding(row, None, None, "exact-duplicate", "info", reason))
    staging.merged += int(copy.sum())
    return raw.filter(~copy)


def _country(raw: pl.DataFrame, source: Source, findings: CellFindings) -> pl.Series:
    """The alpha-2 code of every row by the first of its country columns that is known; null where none is."""
    present = [column for column in source.country_columns if column in raw.columns]
    country = pl.Series([None], dtype=pl.String).new_from_index(0, raw.height)
    for column in present:
        found = resolve_column(clean_text(raw.get_column(column))).struct.field("alpha2")
        differs = (country != found).fill_null(False)
        findings.add(differs, column, "two-countries", _TWO_COUNTRIES)
        country = country.fill_null(found)
    findings.add(country.is_null(), present[-1], "no-country", _NO_COUNTRY)
    return country.rename("country")


def _nameless(raw: pl.DataFrame, source: Source, findings: CellFindings) -> pl.Series:
    if source.good_column is None:
        return pl.repeat(False, raw.height, dtype=pl.Boolean, eager=True)
    blank = clean_text(raw.get_column(source.good_column)).is_null()
    findings.add(blank, source.good_column, "no-good", _NO_GOOD)
    return blank


def _note_repeats(raw: pl.DataFrame, source: Source, country: pl.Series, findings: CellFindings) -> None:
    if source.good_column is not None:
        return
    keys = [country, _years(raw, source)]
    repeated = pl.DataFrame(keys).is_duplicated() & country.is_not_null()
    column = next(name for name in source.country_columns if name in raw.columns)
    findings.add(repeated, column, "repeated-country", _REPEATED)


def _years(raw: pl.DataFrame, source: Source) -> pl.Series:
    if source.year_column is None:
        return pl.Series("year", [None], dtype=pl.Int64).new_from_index(0, raw.height)
    text = clean_text(raw.get_column(source.year_column)).str.extract(r"^((?:19|20)\d\d)(?:\.0)?$")
    return text.cast(pl.Int64).rename("year")


def _stage_sites(raw: pl.DataFrame, source: Source, country: pl.Series, staging: Staging) -> pl.Series:
    """Make listings of rows about sites; returns which rows are refused."""
    assert source.site_column is not None
    known = raw.with_columns(country.alias("_country"))
    columns = dict.fromkeys(raw.columns[1:], "keep") | {source.site_column: "name", "_country": "country"}
    cleaned = clean_sites(known, columns)
    staging.refused += cleaned.refused.height
    staging.findings.append(cleaned.findings.filter(pl.col("column") != "_country"))
    listings = cleaned.listings.drop("new_os_id").with_columns(part=pl.lit("site"))
    texts = pl.DataFrame({"row": raw.get_column(ROW), "source_text": source_text(raw, raw.columns[1:])})
    staging.add("listings", listings.drop("source_text").join(texts, on="row", maintain_order="left"))
    return raw.get_column(ROW).is_in(cleaned.refused.get_column("row").to_list())


def _about(raw: pl.DataFrame, source: Source, country: pl.Series, years: pl.Series) -> pl.DataFrame:
    """What every statement of a row has in common: row, country, good with its commodities and processes, year."""
    good = pl.Series([None], dtype=pl.String).new_from_index(0, raw.height)
    if source.good_column is not None:
        good = clean_text(raw.get_column(source.good_column))
    known = pl.DataFrame(
        {
            "key": list(goods()),
            "commodities": [list(commodities) for commodities, _ in goods().values()],
            "processes": [list(processes) for _, processes in goods().values()],
        },
        schema={"key": pl.String, "commodities": pl.List(pl.String), "processes": pl.List(pl.String)},
    )
    frame = pl.DataFrame(
        [
            raw.get_column(ROW).rename("row"), country, good.rename("good"), years,
            source_text(raw, raw.columns[1:]),
            pl.repeat(source.site_column is not None, raw.height, dtype=pl.Boolean, eager=True).alias("about_site"),
        ]
    )  # fmt: skip
    key = pl.col("good").str.to_lowercase()
    return frame.join(known, left_on=key, right_on="key", how="left", maintain_order="left").with_columns(
        pl.col("commodities", "processes").fill_null([])
    )


def _stage_indicator(
    raw: pl.DataFrame, indicator: Indicator, about: pl.DataFrame, staging: Staging, findings: CellFindings
) -> None:
    found = indicator.header_in(raw.columns)
    assert found is not None
    header, year = found
    text = clean_text(raw.get_column(header))
    missing = text.is_null() | is_placeholder(text) | text.str.contains(_UNAVAILABLE).fill_null(False)
    number = text.set(missing, None).cast(pl.Float64, strict=False)
    number = number.set(~number.is_finite().fill_null(False), None)
    if indicator.is_number:
        findings.add(~missing & number.is_null(), header, "no-number", _NO_NUMBER)
    values = pl.DataFrame(
        [
            raw.get_column(ROW).rename("row"), text.rename("value_text"), number.rename("value_number"),
            (~missing).rename("given"), _signal(indicator, text.set(missing, None), number),
        ]
    )  # fmt: skip
    stated = about.join(values, on="row", maintain_order="left").with_columns(
        indicator=pl.lit(indicator.id),
        year=pl.col("year").fill_null(pl.lit(year, dtype=pl.Int64)),
    )
    staging.add("evidence", stated)
    absent = stated.height - stated.get_column("given").sum()
    if absent:
        reason = f"{absent} of {stated.height} rows have no value here; stored as 'not in source', never as zero"
        staging.note(Finding(None, header, None, "not-in-source", "info", reason))


def _signal(indicator: Indicator, text: pl.Series, number: pl.Series) -> pl.Series:
    """The strongest signal that each value gives; null where it gives none."""
    signal = pl.lit(None, dtype=pl.String)
    for name in reversed(SIGNALS):
        signal = pl.when(_reaches(indicator, name)).then(pl.lit(name)).otherwise(signal)
    frame = pl.DataFrame([text.rename("text"), number.rename("number")])
    return frame.with_columns(signal=signal).get_column("signal")


def _reaches(indicator: Indicator, signal: str) -> pl.Expr:
    bounds = dict(indicator.bounds)[signal]
    if not bounds:
        return pl.lit(False)
    if indicator.is_number:
        bound = float(bounds[0])
        reached = pl.col("number") >= bound if indicator.worse == "high" else pl.col("number") <= bound
        return reached.fill_null(False)
    pattern = indicator.pattern(signal)
    return pl.lit(False) if pattern is None else pl.col("text").str.contains(pattern).fill_null(False)
