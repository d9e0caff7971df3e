"""The writer: prepares the next generation beside the current one and commits it in one step."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import polars as pl
import pyoxigraph as ox

from hefboom.graph import contested_keys, derive, identity, joins, reference
from hefboom.graph.catalogue import ListEntry, tables_by_file, write_entries
from hefboom.graph.folder import DataFolder
from hefboom.graph.iris import Names
from hefboom.graph.statement_terms import define_macros
from hefboom.graph.statements import derived_rules
from hefboom.graph.store_changes import add, clear_derived, compare, drop_lists, moved, remove
from hefboom.graph.tables import CLAIMS, DERIVED, KEPT, add_views, connect, quote, write_parquet

MEMBERSHIPS_SCHEMA = {
    "covenant": pl.String, "covenant_name": pl.String, "company": pl.String, "company_name": pl.String,
    "valid_from": pl.Date, "valid_to": pl.Date, "scope": pl.String,
}  # fmt: skip


@dataclass
class Changes:
    """What a new generation differs in from the current one.

    `entries` is the whole catalogue as it shall be. `claims` gives, for each list that is new (by id), the Parquet file
    of each table of claims; the files are moved. `dropped` are the lists whose claims go. `memberships`, when given,
    replaces all stated memberships (columns of `stated_memberships`); `kept` gives new files for other kept tables, or
    folders beside them, by name. With `anew`, every derived and catalogue graph is
    dropped and made again. Due diligence files are checked as of the day that their entries say (`checked_on`).
    `canonical` is a file with the table of that name that `joins.prepare` made of just these lists and links.
    """

    entries: Sequence[ListEntry]
    claims: Mapping[str, Mapping[str, Path]] = field(default_factory=dict)
    dropped: Sequence[ListEntry] = ()
    memberships: pl.DataFrame | None = None
    kept: Mapping[str, Path] = field(default_factory=dict)
    anew: bool = False
    canonical: Path | None = None


@dataclass(frozen=True, slots=True)
class SharedSite:
    """A site that more than one company uses directly, and how many do."""

    site: str
    label: str | None
    country: str | None
    companies: int


@dataclass(frozen=True, slots=True)
class Committed:
    """What a commit did: per new list its sites and how many are new, the newly shared sites, statement counts.

    `apart` are the rows of the new lists that a strong id sets apart from others of the same name and address.
    """

    sites: Mapping[str, tuple[int, int]]
    newly_shared: Sequence[SharedSite]
    statements_added: int
    statements_removed: int
    apart: Sequence[contested_keys.RowApart] = ()


def commit(folder: DataFolder, changes: Changes) -> Committed:
    """Write and commit the next generation; the caller holds the folder's writer lock.

    Raises StoreError when the folder cannot be read. Nothing changes for readers until the last step.
    """
    before = folder.current()
    names = Names(folder.base())
    fresh = before is None or changes.anew or folder.stamp().get("derived") != derived_rules()
    with (
        folder.next_generation({"derived": derived_rules()}) as generation,
        tempfile.TemporaryDirectory(dir=folder.path, prefix="spill-") as scratch,
        connect(Path(scratch)) as connection,
    ):
        tables = generation / "tables"
        _place_claims(tables, changes)
        define_macros(connection, names)
        add_views(connection, before / "tables" if before and not fresh else None, schema="old")
        _derive(connection, tables, changes.canonical)
        committed = _compare(connection, changes)
        store = ox.Store(str(generation / "store"))
        reference.load(store)
        beside = _beside(changes)
        removed = drop_lists(store, names, [*changes.dropped, *beside])
        changed = moved(None if fresh or before is None else before / "tables", tables)
        difference = compare(connection, changed, fresh)
        removed += clear_derived(store, names) if fresh else remove(connection, store, difference, Path(scratch))
        added = add(connection, store, difference, _new_claims(tables, changes, beside), Path(scratch))
        _check_files(store, names, changes, fresh)
        store.flush()
        del store
    return replace(committed, statements_added=added, statements_removed=removed)


def _check_files(store: ox.Store, names: Names, changes: Changes, fresh: bool) -> None:
    """Check the due diligence files of the companies whose files changed; of all companies when `fresh`."""
    new = {entry.list: entry for entry in changes.entries}
    touched = [*changes.dropped, *(new[list_id] for list_id in changes.claims)]
    wanted = {entry.contributor for entry in touched if entry.reporting_year is not None}
    if fresh:
        wanted |= {entry.contributor for entry in changes.entries if entry.checked_on is not None and entry.in_force}
    if not wanted:
        return
    # The engine takes its time to start, and most loads hold no such file.
    from hefboom.graph.completeness_commit import check_companies

    check_companies(store, names, changes.entries, wanted)


def _place_claims(tables: Path, changes: Changes) -> None:
    for entry in changes.dropped:
        for name in CLAIMS:
            (tables / name / f"{entry.seq}.parquet").unlink(missing_ok=True)
    seqs = {entry.list: entry.seq for entry in changes.entries}
    for list_id, files in changes.claims.items():
        for name, file in files.items():
            (tables / name).mkdir(parents=True, exist_ok=True)
            shutil.move(file, tables / name / f"{seqs[list_id]}.parquet")
    write_entries(changes.entries, tables / "lists.parquet")
    for name, made in changes.kept.items():
        if made.is_dir():
            shutil.rmtree(tables / name, ignore_errors=True)
            shutil.move(made, tables / name)
        else:
            shutil.move(made, tables / f"{name}.parquet.new")
            (tables / f"{name}.parquet.new").replace(tables / f"{name}.parquet")
    if changes.memberships is not None:
        fresh = tables / "stated_memberships.new"
        changes.memberships.write_parquet(fresh)
        fresh.replace(tables / "stated_memberships.parquet")


def _beside(changes: Changes) -> list[ListEntry]:
    """The tables, themselves unchanged, of company files that are new or gone: what they refer to is another now.

    With `anew` those of all files: an earlier version may have stored links to nothing.
    """
    touched = {*changes.claims, *(entry.list for entry in changes.dropped)}
    return [
        entry
        for file, tables in tables_by_file(changes.entries).items()
        for entry in tables
        if (changes.anew or file in touched) and entry.list not in touched
    ]


def _new_claims(tables: Path, changes: Changes, beside: Sequence[ListEntry]) -> dict[str, list[Path]]:
    """The files of the claims of new lists, and of the tables beside new company files, by table."""
    seqs = {entry.list: entry.seq for entry in changes.entries}
    files: dict[str, list[Path]] = {}
    for list_id, made in changes.claims.items():
        for name in made:
            files.setdefault(name, []).append(tables / name / f"{seqs[list_id]}.parquet")
    said = (tables / "file_statements" / f"{entry.seq}.parquet" for entry in beside)
    if held := [file for file in said if file.is_file()]:
        files.setdefault("file_statements", []).extend(held)
    return files


def _derive(connection: duckdb.DuckDBPyConnection, tables: Path, canonical: Path | None) -> None:
    add_views(connection, tables, names=(*KEPT, *CLAIMS))
    derive.prepare(connection)
    identity.prepare(connection)
    if canonical is None:
        joins.prepare(connection)
    else:
        connection.execute(f"CREATE TEMP TABLE canonical AS FROM read_parquet({quote(str(canonical))})")
    for name in DERIVED:
        write_parquet(
            connection, f"SELECT * FROM ({derive.DERIVATIONS[name]}) ORDER BY ALL", tables / f"{name}.parquet"
        )
        add_views(connection, tables, names=(name,))


_SHARED = """
    SELECT site, count(DISTINCT company) AS companies FROM {0}.uses
    WHERE tier = 1 AND site NOT IN (SELECT alias FROM {0}.site_aliases)
        AND list IN (SELECT list FROM {0}.lists WHERE status = 'current')
    GROUP BY site HAVING count(DISTINCT company) > 1
"""


def _compare(connection: duckdb.DuckDBPyConnection, changes: Changes) -> Committed:
    counts: dict[str, tuple[int, int]] = {}
    if changes.claims:
        wanted = ", ".join(map(quote, changes.claims))
        found = connection.execute(f"""
            SELECT list, count(DISTINCT site), count(DISTINCT site) FILTER (site NOT IN (SELECT site FROM old.sites))
            FROM main.identity WHERE list IN ({wanted}) GROUP BY list
        """).fetchall()
        counts = {list_id: (sites, new) for list_id, sites, new in found}
    rows = connection.execute(f"""
        SELECT now.site, any_value(s.label) AS label, any_value(s.country) AS country, now.companies
        FROM ({_SHARED.format("main")}) now ANTI JOIN ({_SHARED.format("old")}) was USING (site)
        LEFT JOIN main.sites s ON s.site = now.site AND s.described
        GROUP BY now.site, now.companies ORDER BY now.companies DESC, now.site
    """).fetchall()
    shared = [SharedSite(*row) for row in rows]
    apart = contested_keys.rows_apart(connection, list(changes.claims)) if changes.claims else ()
    return Committed(counts, shared, 0, 0, apart)
