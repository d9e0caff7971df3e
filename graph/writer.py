"""The writer: prepares the next generation beside the current one and commits it in one step."""

from __future__ import annotations

import datetime
import filecmp
import itertools
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl
import pyoxigraph as ox

from hefboom.graph import identity, joins, reference
from hefboom.graph.catalogue import ListEntry, write_entries
from hefboom.graph.derive import DERIVATIONS
from hefboom.graph.folder import DataFolder
from hefboom.graph.iris import Names
from hefboom.graph.statement_terms import define_macros
from hefboom.graph.statements import DERIVED_STATEMENTS, LIST_STATEMENTS, SHARED_SUBJECTS, SOURCES, derived_rules
from hefboom.graph.tables import CLAIMS, DERIVED, KEPT, add_views, connect, quote, write_parquet

REMOVED_AT_ONCE = 20_000
"""How many statements go out of the store in one step."""

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
    """What a commit did: per new list its sites and how many are new, the newly shared sites, statement counts."""

    sites: Mapping[str, tuple[int, int]]
    newly_shared: Sequence[SharedSite]
    statements_added: int
    statements_removed: int


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
        removed = _drop_lists(store, names, changes.dropped)
        moved = _moved(None if fresh or before is None else before / "tables", tables)
        removed += _clear_derived(store, names) if fresh else _remove(connection, store, moved, Path(scratch))
        added = _add(connection, store, tables, changes, moved, Path(scratch), fresh)
        _check_files(store, names, changes, fresh)
        store.flush()
        del store
    return Committed(committed.sites, committed.newly_shared, added, removed)


def _check_files(store: ox.Store, names: Names, changes: Changes, fresh: bool) -> None:
    """Check the due diligence files of the companies whose files changed; of all companies when `fresh`."""
    new = {entry.list: entry for entry in changes.entries}
    touched = [*changes.dropped, *(new[list_id] for list_id in changes.claims)]
    wanted = {entry.contributor for entry in touched if entry.reporting_year is not None}
    days: dict[str, datetime.date] = {}
    for entry in changes.entries:
        if entry.checked_on is not None and entry.in_force and (fresh or entry.contributor in wanted):
            days[entry.contributor] = max(entry.checked_on, days.get(entry.contributor, entry.checked_on))
    if not wanted and not days:
        return
    # The engine takes its time to start, and most loads hold no such file.
    from hefboom.graph.completeness_store import update_companies

    update_companies(store, names, days, gone=wanted - set(days))


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


def _derive(connection: duckdb.DuckDBPyConnection, tables: Path, canonical: Path | None) -> None:
    add_views(connection, tables, names=(*KEPT, *CLAIMS))
    identity.prepare(connection)
    if canonical is None:
        joins.prepare(connection)
    else:
        connection.execute(f"CREATE TEMP TABLE canonical AS FROM read_parquet({quote(str(canonical))})")
    for name in DERIVED:
        write_parquet(connection, f"SELECT * FROM ({DERIVATIONS[name]}) ORDER BY ALL", tables / f"{name}.parquet")
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
    return Committed(counts, shared, 0, 0)


def _clear_derived(store: ox.Store, names: Names) -> int:
    """Drop every catalogue, covenant and derived graph; notes stay, for nothing can make them again."""
    prefix, notes = names.graph("", "").rstrip("/") + "/", names.graph("notes", "")
    named = [(graph, getattr(graph, "value", "")) for graph in store.named_graphs()]
    graphs = [graph for graph, name in named if name.startswith(prefix) and not name.startswith(notes)]
    count = 0
    for graph in graphs:
        count += sum(1 for _ in store.quads_for_pattern(None, None, None, graph))
        store.remove_graph(graph)
    return count


def _drop_lists(store: ox.Store, names: Names, dropped: Sequence[ListEntry]) -> int:
    """Take out the graphs of lists."""
    count = 0
    for entry in dropped:
        graph = ox.NamedNode(names.list(entry.list))
        count += sum(1 for _ in store.quads_for_pattern(None, None, None, graph))
        store.remove_graph(graph)
    return count


def _moved(before: Path | None, tables: Path) -> list[str]:
    """The entries of `DERIVED_STATEMENTS` whose tables are not, byte for byte, what they were; all without `before`."""

    def differs(name: str) -> bool:
        was, now = (folder / f"{name}.parquet" for folder in (before or tables, tables))
        return was.is_file() != now.is_file() or (now.is_file() and not filecmp.cmp(was, now, shallow=False))

    if before is None:
        return list(DERIVED_STATEMENTS)
    sources = {name: SOURCES.get(name, (name,)) for name in DERIVED_STATEMENTS}
    return [
        name
        for name, read in sources.items()
        if any(map(differs, read)) and any((folder / f"{read[0]}.parquet").is_file() for folder in (before, tables))
    ]


def _remove(connection: duckdb.DuckDBPyConnection, store: ox.Store, moved: Sequence[str], scratch: Path) -> int:
    """Take out every statement of a derived row that no longer follows; `_add` puts back what other rows say too."""
    if not moved:
        return 0
    gone = []
    for name in moved:
        build, relation = DERIVED_STATEMENTS[name]
        gone.append(
            build(_kept(connection, f"gone_{name}", f"{relation.format('old')} EXCEPT {relation.format('main')}"))
        )
    file = scratch / "removed.nq"
    count = _copy_lines(connection, gone, file)
    with file.open(encoding="utf-8", newline="\n") as lines:
        for batch in iter(lambda: list(itertools.islice(lines, REMOVED_AT_ONCE)), []):
            _delete(store, batch)
    return count


def _delete(store: ox.Store, lines: Sequence[str]) -> None:
    """Take statements, given as lines of N-Quads, out of a store in one step: by far cheaper than one by one."""
    by_graph: dict[str, list[str]] = {}
    for line in lines:
        statement, graph = line.rstrip().removesuffix(" .").rsplit(" ", 1)
        by_graph.setdefault(graph, []).append(statement)
    graphs = " ".join(f"GRAPH {graph} {{ {' . '.join(held)} }}" for graph, held in by_graph.items())
    store.update(f"DELETE DATA {{ {graphs} }}")


def _add(
    connection: duckdb.DuckDBPyConnection,
    store: ox.Store,
    tables: Path,
    changes: Changes,
    moved: Sequence[str],
    scratch: Path,
    fresh: bool,
) -> int:
    """Bulk load the claims of new lists and every derived statement that is new: all of them when `fresh`."""
    seqs = {entry.list: entry.seq for entry in changes.entries}
    queries = []
    for name, build in LIST_STATEMENTS.items():
        files = [tables / name / f"{seqs[list_id]}.parquet" for list_id, made in changes.claims.items() if name in made]
        if files:
            paths = ", ".join(quote(str(file)) for file in files)
            queries.append(build(f"(SELECT * FROM read_parquet([{paths}], union_by_name = true))"))
    for name in moved:
        build, relation = DERIVED_STATEMENTS[name]
        now, was = relation.format("main"), relation.format("old")
        if fresh:
            queries.append(build(f"({now})"))
            continue
        new = f"{now} EXCEPT {was}"
        if name in SHARED_SUBJECTS:
            key = ", ".join(SHARED_SUBJECTS[name])
            new = f"{new} UNION SELECT * FROM ({now}) SEMI JOIN gone_{name} USING ({key})"
        queries.append(build(_kept(connection, f"new_{name}", new)))
    if not queries:
        return 0
    file = scratch / "added.nq"
    count = _copy_lines(connection, queries, file)
    store.bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS)
    return count


def _kept(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> str:
    """The name of a temporary table with a query's rows: what makes statements may read its relation several times."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
    return name


def _copy_lines(connection: duckdb.DuckDBPyConnection, queries: Sequence[str], file: Path) -> int:
    """Write the statements of several queries to one N-Quads file; returns how many there are."""
    union = " UNION ALL ".join(queries)
    connection.execute(
        f"COPY (SELECT lines FROM ({union}) WHERE lines <> '') TO {quote(str(file))} "
        "(FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '')"
    )
    with file.open("rb") as lines:
        return sum(block.count(b"\n") for block in iter(lambda: lines.read(1 << 20), b""))
