"""The projection: Parquet tables beside the store, seen through DuckDB views.

Claims (what lists say) lie in one file per list; derived tables are one file each. `docs/model.md` gives the columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

CLAIMS: Mapping[str, str] = {
    "listings": """list VARCHAR, row VARCHAR, part VARCHAR, ordinal BIGINT, rows VARCHAR[],
        name VARCHAR, native_name VARCHAR, address VARCHAR, street VARCHAR, city VARCHAR, region VARCHAR,
        postcode VARCHAR, country VARCHAR, os_id VARCHAR, lei VARCHAR, duns VARCHAR, lat DOUBLE, lng DOUBLE,
        sectors VARCHAR[], processes VARCHAR[], process_text VARCHAR[], product_types VARCHAR[],
        parent_companies VARCHAR[], workers_min BIGINT, workers_max BIGINT, closed BOOLEAN, reported_on DATE,
        name_key VARCHAR, address_key VARCHAR, source_text VARCHAR, contributor VARCHAR, same_as_row VARCHAR""",
    "contributions": """list VARCHAR, row VARCHAR, ordinal BIGINT, contributor VARCHAR, contributor_name VARCHAR,
        kind VARCHAR, title VARCHAR, reported_in VARCHAR""",
    "claimed_relationships": """list VARCHAR, row VARCHAR, buyer VARCHAR, buyer_name VARCHAR, buyer_is_site BOOLEAN,
        product VARCHAR, process VARCHAR, valid_from DATE, valid_to DATE, share_band VARCHAR, source VARCHAR,
        confidence VARCHAR""",
    "os_id_aliases": "list VARCHAR, old_os_id VARCHAR, new_os_id VARCHAR",
    "stated_tiers": "list VARCHAR, row VARCHAR, tier BIGINT",
    "evidence": """list VARCHAR, row VARCHAR, indicator VARCHAR, country VARCHAR, good VARCHAR, commodities VARCHAR[],
        processes VARCHAR[], value_text VARCHAR, value_number DOUBLE, year BIGINT, signal VARCHAR, given BOOLEAN,
        about_site BOOLEAN, source_text VARCHAR""",
    "file_statements": "list VARCHAR, sheet VARCHAR, row VARCHAR, line VARCHAR",
}
KEPT: Mapping[str, str] = {
    "lists": """list VARCHAR, seq BIGINT, kind VARCHAR, contributor VARCHAR, contributor_name VARCHAR,
        contributor_kind VARCHAR, title VARCHAR, date DATE, date_assumed BOOLEAN, alongside BOOLEAN, replaces VARCHAR,
        valid_from DATE, valid_to DATE, visibility VARCHAR, owner VARCHAR, scope VARCHAR, register BOOLEAN,
        covenant VARCHAR, covenant_name VARCHAR, format VARCHAR, file VARCHAR, sha256 VARCHAR, licence VARCHAR,
        status VARCHAR, rows_read BIGINT, stored BIGINT, merged BIGINT, refused BIGINT, left_out VARCHAR[],
        reporting_year BIGINT, checked_on DATE, kept_days DATE[], sheet VARCHAR, encoding VARCHAR""",
    "site_links": """left_site VARCHAR, right_site VARCHAR, scope VARCHAR, probability DOUBLE, method VARCHAR""",
    "matches": """left_list VARCHAR, left_row VARCHAR, left_part VARCHAR, right_list VARCHAR, right_row VARCHAR,
        right_part VARCHAR, left_site VARCHAR, right_site VARCHAR, outcome VARCHAR, probability DOUBLE,
        reasons_en VARCHAR, reasons_nl VARCHAR, conflicts VARCHAR[], method VARCHAR, model_version VARCHAR,
        day DATE, stated BOOLEAN, scope VARCHAR, reviewer VARCHAR, why VARCHAR""",
    "decisions": """number BIGINT, left_site VARCHAR, right_site VARCHAR, decision VARCHAR, who VARCHAR, day DATE,
        why VARCHAR, left_label VARCHAR, right_label VARCHAR, withdrawn_by VARCHAR, withdrawn_on DATE,
        withdrawn_why VARCHAR, scope VARCHAR""",
    "stated_memberships": """covenant VARCHAR, covenant_name VARCHAR, company VARCHAR, company_name VARCHAR,
        valid_from DATE, valid_to DATE, scope VARCHAR""",
}
DERIVED: Mapping[str, str] = {
    "identity": "list VARCHAR, row VARCHAR, part VARCHAR, site VARCHAR, method VARCHAR, scope VARCHAR, exact VARCHAR",
    "sites": """site VARCHAR, scope VARCHAR, described BOOLEAN, label VARCHAR, address VARCHAR, country VARCHAR,
        lat DOUBLE, lng DOUBLE, os_id VARCHAR, processes VARCHAR[], workers_min BIGINT, workers_max BIGINT""",
    "site_aliases": "alias VARCHAR, site VARCHAR, scope VARCHAR",
    "relationships": """list VARCHAR, row VARCHAR, buyer VARCHAR, buyer_site VARCHAR, supplier_site VARCHAR,
        product VARCHAR, process VARCHAR, valid_from DATE, valid_to DATE, share_band VARCHAR, source VARCHAR,
        confidence VARCHAR, scope VARCHAR""",
    "uses": """company VARCHAR, site VARCHAR, tier BIGINT, valid_from DATE, valid_to DATE, evidence VARCHAR,
        list VARCHAR, scope VARCHAR""",
    "companies": "company VARCHAR, label VARCHAR, kind VARCHAR, scope VARCHAR",
    "register_lists": "reported_in VARCHAR, title VARCHAR, contributor VARCHAR, lists VARCHAR[], scope VARCHAR",
    "covenants": "covenant VARCHAR, label VARCHAR, scope VARCHAR",
    "memberships": "covenant VARCHAR, company VARCHAR, valid_from DATE, valid_to DATE, scope VARCHAR",
}
SCOPED_BY_LIST = tuple(CLAIMS)
"""The tables whose rows are seen by who sees their list."""


_MEMORY = "2GB"
_MEMORY_READING = "4GB"


def connect(spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection set for this work: no progress bar, no network, spilling to `spill` when memory is short."""
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET preserve_insertion_order = false")
    if spill is None:
        connection.execute(f"SET memory_limit = {quote(_MEMORY_READING)}")
    else:
        connection.execute(f"SET temp_directory = {quote(str(spill))}")
        connection.execute(f"SET memory_limit = {quote(_MEMORY)}")
    return connection


def quote(text: str) -> str:
    """A text as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def columns(name: str) -> list[str]:
    """The column names of a table, in order."""
    return [column for column, _ in typed_columns(name)]


def typed_columns(name: str) -> list[tuple[str, str]]:
    """The columns of a table, in order, each with its DuckDB type."""
    schema = {**CLAIMS, **KEPT, **DERIVED}[name]
    pairs = (part.split() for part in schema.replace("\n", " ").split(","))
    return [(column, kind) for column, kind in pairs]


def _source(name: str, folder: Path | None) -> str:
    empty = f"SELECT {', '.join(f'NULL::{kind} AS {column}' for column, kind in typed_columns(name))} WHERE false"
    if folder is None:
        return empty
    if name in CLAIMS:
        if not any((folder / name).glob("*.parquet")):
            return empty
        return f"SELECT * FROM read_parquet({quote(str(folder / name / '*.parquet'))}, union_by_name = true)"
    file = folder / f"{name}.parquet"
    return f"SELECT * FROM read_parquet({quote(str(file))})" if file.is_file() else empty


def add_views(
    connection: duckdb.DuckDBPyConnection,
    folder: Path | None,
    names: Sequence[str] = (*KEPT, *CLAIMS, *DERIVED),
    schema: str = "main",
    scopes: Sequence[str] | None = None,
) -> None:
    """Make every table of a generation's `tables` folder a view; a missing file is an empty table.

    With `scopes`, only rows of those scopes are seen: rows of claims through the scope of their list.
    """
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    wanted = "" if scopes is None else f"scope IN ({', '.join(map(quote, scopes)) or 'NULL'})"
    for name in names:
        source = _source(name, folder)
        if wanted and name in SCOPED_BY_LIST:
            source = (
                f"{source} SEMI JOIN (SELECT list FROM {schema}.lists) USING (list)"
                if "read_parquet" in source
                else source
            )
        elif wanted:
            source = f"SELECT * FROM ({source}) WHERE {wanted}"
        connection.execute(f"CREATE OR REPLACE VIEW {schema}.{name} AS {source}")


def write_parquet(connection: duckdb.DuckDBPyConnection, query: str, file: Path) -> None:
    """Write a query's rows to a Parquet file; an existing file is replaced, never written into (it may be linked)."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    connection.execute(f"COPY ({query}) TO {quote(str(fresh))} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)")
    fresh.replace(file)
