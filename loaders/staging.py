"""Cleaned rows on their way into the store: set down in Parquet parts, exact duplicates merged, rows counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl

from hefboom.graph.iris import slug
from hefboom.graph.tables import columns, connect, quote, typed_columns, write_parquet
from hefboom.loaders.findings import FINDING_SCHEMA, Finding, findings_frame

_PRIMARY = "part <> 'buyer'"


@dataclass(frozen=True, slots=True)
class Counts:
    """The row account of one list: read = stored + merged + refused."""

    rows_read: int
    stored: int
    merged: int
    refused: int


@dataclass
class Staging:
    """The rows of one list, in a scratch folder, until the list has its id.

    Frames come in with the columns of the claims tables except `list`; `listings` rows carry `part`. `merged` counts
    exact duplicates that the reader has left out itself.
    """

    folder: Path
    rows_read: int = 0
    refused: int = 0
    merged: int = 0
    findings: list[pl.DataFrame] = field(default_factory=list)
    _parts: dict[str, list[Path]] = field(default_factory=dict)
    _ordinal: int = 0

    def add(self, table: str, frame: pl.DataFrame) -> None:
        """Set down rows of one claims table."""
        if frame.is_empty():
            return
        if table == "listings":
            frame = frame.with_columns(ordinal=pl.int_range(pl.len(), dtype=pl.Int64) + self._ordinal)
            self._ordinal += frame.height
        elif table == "contributions":
            frame = _with_slugs(frame)
        parts = self._parts.setdefault(table, [])
        file = self.folder / f"{table}-{len(parts)}.parquet"
        frame.write_parquet(file, compression="zstd", compression_level=1)
        parts.append(file)

    def note(self, found: Finding) -> None:
        """Keep one finding about the file."""
        self.findings.append(findings_frame([found]))

    def distinct(self, table: str, column: str) -> set[str | None]:
        """The different values of a column of text in one claims table, as far as rows have been set down."""
        found: set[str | None] = set()
        for part in self._parts.get(table, ()):
            if column in pl.read_parquet_schema(part):
                found.update(pl.read_parquet(part, columns=[column])[column].unique())
        return found

    def merge(self) -> Counts:
        """Find exact duplicates and records that share an id; returns the row account.

        A row is an exact duplicate when it says, cell by cell, what an earlier row said; the first one stays and keeps
        the numbers of the others. Two different records with one id become `id` and `id~2`.
        """
        merged = self.merged
        if "listings" in self._parts:
            with connect(self.folder) as connection:
                merged += self._find_copies(connection)
        return Counts(self.rows_read, self.rows_read - merged - self.refused, merged, self.refused)

    def finish(self, list_id: str) -> dict[str, Path]:
        """The Parquet file of each claims table that has rows, stamped with the id of the list; after `merge`."""
        made = {}
        with connect(self.folder) as connection:
            for name in self._parts:
                chosen = ", ".join(f"{quote(list_id)} AS list" if c == "list" else c for c in columns(name))
                file = self.folder / f"{name}.parquet"
                write_parquet(connection, f"SELECT {chosen} FROM ({self._kept(name)})", file)
                made[name] = file
        return made

    def all_findings(self) -> pl.DataFrame:
        """Every finding once, in the order in which they were met; one about a column comes with every chunk."""
        if not self.findings:
            return pl.DataFrame(schema=FINDING_SCHEMA)
        return pl.concat(self.findings).unique(maintain_order=True)

    @property
    def _copies(self) -> Path:
        return self.folder / "copies.parquet"

    def _rows(self, name: str) -> str:
        files = ", ".join(quote(str(part)) for part in self._parts[name])
        typed = ", ".join(f"NULL::{kind} AS {column}" for column, kind in typed_columns(name))
        return (
            f"(SELECT {typed} WHERE false UNION ALL BY NAME "
            f"SELECT * FROM read_parquet([{files}], union_by_name = true))"
        )

    def _find_copies(self, connection: duckdb.DuckDBPyConnection) -> int:
        write_parquet(
            connection,
            f"""
            SELECT ordinal, row, copy, first_ordinal, first_row, count(*) FILTER (copy = 1) OVER (
                PARTITION BY row ORDER BY ordinal ROWS UNBOUNDED PRECEDING) AS record
            FROM (
                SELECT ordinal, row, row_number() OVER same AS copy, first_value(ordinal) OVER same AS first_ordinal,
                    first_value(row) OVER same AS first_row
                FROM {self._rows("listings")} WHERE {_PRIMARY}
                WINDOW same AS (PARTITION BY md5_number(source_text) ORDER BY ordinal)
            ) QUALIFY copy > 1 OR record > 1 OR count(*) OVER (PARTITION BY first_ordinal) > 1
                OR count(*) FILTER (copy > 1) OVER (PARTITION BY row) > 0
            """,
            self._copies,
        )
        found = connection.execute(f"SELECT row, first_row, copy, record FROM {self._read_copies()} ORDER BY ordinal")
        duplicates = 0
        for row, first, copy, record in found.fetchall():
            if copy > 1:
                duplicates += 1
                reason = f"this row says exactly what row {first} says; it is stored once, with both row numbers"
                self.note(Finding(row, None, None, "exact-duplicate", "info", reason))
            elif record > 1:
                reason = f"another record with the id '{row}' says something else; both are stored"
                hint = "check which of the two holds"
                self.note(Finding(f"{row}~{record}", None, row, "repeated-id", "warning", reason, hint))
        return duplicates

    def _read_copies(self) -> str:
        return f"read_parquet({quote(str(self._copies))})"

    def _kept(self, name: str) -> str:
        """The rows of a table without exact duplicates; listings with the numbers and ids that `merge` found."""
        rows = self._rows(name)
        if not self._copies.is_file() or "row" not in columns(name):
            return f"SELECT * FROM {rows}"
        copies = self._read_copies()
        gone = f"SELECT row FROM {copies} GROUP BY row HAVING bool_and(copy > 1)"
        if name != "listings":
            return f"SELECT * FROM {rows} WHERE row NOT IN ({gone})"
        return f"""
            SELECT l.* REPLACE (
                CASE WHEN c.record > 1 THEN l.row || '~' || c.record ELSE l.row END AS row, more.rows AS rows)
            FROM {rows} l
            LEFT JOIN (SELECT ordinal, record FROM {copies} WHERE copy = 1) c USING (ordinal)
            LEFT JOIN (
                SELECT first_ordinal AS ordinal, list(row ORDER BY ordinal) AS rows
                FROM {copies} WHERE copy > 1 GROUP BY first_ordinal
            ) more USING (ordinal)
            WHERE l.row NOT IN ({gone}) AND l.ordinal NOT IN (SELECT ordinal FROM {copies} WHERE copy > 1)
        """


def _with_slugs(frame: pl.DataFrame) -> pl.DataFrame:
    """Contributions with the slug of each named contributor and the id of the list it names.

    The register tells the kind of anonymous contributors only; that of a named one is not known.
    """
    names = frame.select("contributor_name", "title").unique().drop_nulls("contributor_name")
    slugs = {name: slug(name) for name in names["contributor_name"].unique()}
    titles = {title: slug(title) for title in names["title"].drop_nulls().unique()}
    return (
        frame.with_columns(
            contributor=pl.col("contributor_name").replace_strict(slugs, default=None, return_dtype=pl.String),
            kind=pl.col("kind").fill_null("unknown"),
            _title=pl.col("title").replace_strict(titles, default=None, return_dtype=pl.String).fill_null("untitled"),
        )
        .with_columns(reported_in=pl.col("contributor") + "/in/" + pl.col("_title"))
        .drop("_title")
    )
