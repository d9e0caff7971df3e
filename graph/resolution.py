"""Identity resolution in a data folder: run the model on the lists, keep its statements, join the sites."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from hefboom.errors import StoreError
from hefboom.graph import identity
from hefboom.graph.catalogue import read_entries
from hefboom.graph.folder import DataFolder
from hefboom.graph.match_resolve import resolve
from hefboom.graph.tables import add_views, columns, connect, quote, write_parquet
from hefboom.graph.writer import Changes, SharedSite, commit

MEMORY = "3GB"
"""What the engine may hold before it spills to disk."""

_LISTINGS = "(SELECT l.* FROM listings l JOIN lists USING (list) WHERE lists.status <> 'retracted')"

_MENTION_DECISIONS = """
    CREATE OR REPLACE TEMP TABLE mention_decisions AS
    SELECT DISTINCT a.list AS left_list, a.row AS left_row, a.part AS left_part,
        b.list AS right_list, b.row AS right_row, b.part AS right_part, d.decision
    FROM decisions d JOIN exact_sites a ON a.site = d.left_site JOIN exact_sites b ON b.site = d.right_site
"""

_EXACT_SITES = """
    CREATE OR REPLACE TEMP TABLE exact_sites AS
    SELECT list, row, part, arg_min(site, closedness(scope)) AS site, arg_min(scope, closedness(scope)) AS scope
    FROM identity_exact GROUP BY list, row, part
"""

_CLAIM_SCOPES = """
    CREATE OR REPLACE TEMP TABLE claim_scopes AS
    SELECT claim, arg_min(scope, (closedness(scope), scope)) AS scope
    FROM m_mention JOIN exact_sites USING (list, row, part) GROUP BY claim
"""

_MATCHES = """
    CREATE OR REPLACE TEMP TABLE new_matches AS
    WITH told AS (
        SELECT p.*, a.site AS left_site, b.site AS right_site, most_closed(ca.scope, cb.scope) AS scope
        FROM m_pair p
        JOIN exact_sites a ON (a.list, a.row, a.part) = (p.left_list, p.left_row, p.left_part)
        JOIN exact_sites b ON (b.list, b.row, b.part) = (p.right_list, p.right_row, p.right_part)
        JOIN m_mention ma ON (ma.list, ma.row, ma.part) = (p.left_list, p.left_row, p.left_part)
        JOIN m_mention mb ON (mb.list, mb.row, mb.part) = (p.right_list, p.right_row, p.right_part)
        JOIN claim_scopes ca ON ca.claim = ma.claim JOIN claim_scopes cb ON cb.claim = mb.claim
        WHERE p.method <> 'same-text'
    )
    SELECT *, left_site <> right_site AND row_number() OVER (
            PARTITION BY least(left_site, right_site), greatest(left_site, right_site), scope
            ORDER BY outcome = 'same' DESC, probability DESC, left_list, left_row, right_list, right_row) = 1 AS stated
    FROM told
"""

_LINKS = """
    SELECT left_site, right_site, scope, max(probability) AS probability, arg_max(method, probability) AS method
    FROM new_matches WHERE outcome = 'same' AND left_site <> right_site GROUP BY left_site, right_site, scope
    ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a resolution found: pairs that are one site, pairs to review, sites joined, and the newly shared sites."""

    same: int
    possible: int
    joined: int
    newly_shared: Sequence[SharedSite]
    model_version: str


def resolve_folder(
    folder: DataFolder,
    *,
    wait: float = 600.0,
    engine: str = "duckdb",
    session: Any = None,
    today: datetime.date | None = None,
) -> Resolved:
    """Decide by the model which listings are one site, and commit pair statements and joined sites as one step.

    Reviewers' decisions stand above the model. `engine` is `duckdb` or `spark` (then `session` may give a Spark
    session). Raises StoreError when nothing is loaded.
    """
    with folder.writing(wait):
        generation = folder.current()
        if generation is None:
            raise StoreError(f"{folder.path}: nothing is loaded here yet; run 'hefboom load FILE...' first")
        tables = generation / "tables"
        entries = read_entries(tables / "lists.parquet")
        with tempfile.TemporaryDirectory(dir=folder.path, prefix="spill-") as scratch:
            made = _run(Path(scratch), tables, engine, session, today or datetime.date.today())
            committed = commit(folder, Changes(entries, kept=made.files))
    return Resolved(made.same, made.possible, made.joined, committed.newly_shared, made.model_version)


@dataclass(frozen=True, slots=True)
class _Made:
    files: dict[str, Path]
    same: int
    possible: int
    joined: int
    model_version: str


def _run(scratch: Path, tables: Path, engine: str, session: Any, today: datetime.date) -> _Made:
    with connect(scratch) as connection:
        connection.execute(f"SET memory_limit = {quote(MEMORY)}")
        add_views(connection, tables)
        identity.prepare(connection)
        connection.execute(_EXACT_SITES)
        connection.execute(_MENTION_DECISIONS)
        resolution = resolve(
            connection, _LISTINGS, "mention_decisions", "os_id_aliases", engine=engine, session=session
        )
        connection.execute(_CLAIM_SCOPES)
        connection.execute(_MATCHES)
        chosen = ", ".join(
            "DATE " + quote(today.isoformat()) + " AS day" if c == "day" else c for c in columns("matches")
        )
        files = {"matches": scratch / "made-matches.parquet", "site_links": scratch / "made-links.parquet"}
        write_parquet(connection, f"SELECT {chosen} FROM new_matches ORDER BY ALL", files["matches"])
        write_parquet(connection, _LINKS, files["site_links"])
        resolution.keep(scratch / "resolution")
        files["resolution"] = scratch / "resolution"
        return _Made(files, *_figures(connection))


def _figures(connection: duckdb.DuckDBPyConnection) -> tuple[int, int, int, str]:
    row = connection.execute("""
        SELECT count(*) FILTER (outcome = 'same' AND left_site <> right_site), count(*) FILTER (outcome = 'possible'),
            (SELECT count(DISTINCT site) FROM (SELECT unnest([left_site, right_site]) AS site FROM new_matches
                WHERE outcome = 'same' AND left_site <> right_site)),
            any_value(model_version) FROM new_matches
    """).fetchone()
    same, possible, joined, version = row or (0, 0, 0, None)
    return int(same), int(possible), int(joined), str(version or "")


def decisions_of(tables: Path) -> pl.DataFrame:
    """All decisions of reviewers on file (columns of the `decisions` table), oldest first."""
    file = tables / "decisions.parquet"
    if file.is_file():
        return pl.read_parquet(file)
    schema = dict.fromkeys(columns("decisions"), pl.String) | {"day": pl.Date}
    return pl.DataFrame(schema=schema)
