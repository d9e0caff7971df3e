"""From changed tables to a changed store: statements that no longer follow go out, new ones come in."""

from __future__ import annotations

import filecmp
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyoxigraph as ox

from hefboom.graph.catalogue import ListEntry
from hefboom.graph.iris import Names
from hefboom.graph.statements import DERIVED_STATEMENTS, LIST_STATEMENTS, SHARED_SUBJECTS, SOURCES
from hefboom.graph.tables import quote

REMOVED_AT_ONCE = 20_000
"""How many statements go out of the store in one step."""


def clear_derived(store: ox.Store, names: Names) -> int:
    """Drop every catalogue, covenant and derived graph; notes stay, for nothing can make them again."""
    prefix, notes = names.graph("", "").rstrip("/") + "/", names.graph("notes", "")
    named = [(graph, getattr(graph, "value", "")) for graph in store.named_graphs()]
    graphs = [graph for graph, name in named if name.startswith(prefix) and not name.startswith(notes)]
    count = 0
    for graph in graphs:
        count += sum(1 for _ in store.quads_for_pattern(None, None, None, graph))
        store.remove_graph(graph)
    return count


def drop_lists(store: ox.Store, names: Names, dropped: Sequence[ListEntry]) -> int:
    """Take out the graphs of lists."""
    count = 0
    for entry in dropped:
        graph = ox.NamedNode(names.list(entry.list))
        count += sum(1 for _ in store.quads_for_pattern(None, None, None, graph))
        store.remove_graph(graph)
    return count


def moved(before: Path | None, tables: Path) -> list[str]:
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


@dataclass(frozen=True)
class Difference:
    """Queries for the lines of N-Quads that no longer follow and for those that follow now."""

    gone: Sequence[str]
    new: Sequence[str]


def compare(connection: duckdb.DuckDBPyConnection, changed: Sequence[str], fresh: bool) -> Difference:
    """What the entries `changed` of `DERIVED_STATEMENTS` said in the schema `old` and say now; now only when `fresh`.

    A row that changed mostly still says much of what it said: only what it says no more goes out of the store, only
    what it did not say comes in.
    """
    gone, new = [], []
    for name in changed:
        build, relation = DERIVED_STATEMENTS[name]
        was, now = relation.format("old"), relation.format("main")
        if fresh or _is_empty(connection, f"({was})"):
            new.append(build(f"({now})"))
            continue
        before = _kept(connection, f"gone_{name}", f"{was} EXCEPT {now}")
        rows = f"{now} EXCEPT {was}"
        if name in SHARED_SUBJECTS:
            key = ", ".join(SHARED_SUBJECTS[name])
            rows = f"{rows} UNION SELECT * FROM ({now}) SEMI JOIN {before} USING ({key})"
        after = _kept(connection, f"new_{name}", rows)
        if _is_empty(connection, before) or _is_empty(connection, after):
            gone.append(build(before))
            new.append(build(after))
            continue
        said, says = (_kept(connection, f"lines_{table}", _lines(build(table))) for table in (before, after))
        gone.append(f"FROM {said} EXCEPT FROM {says}")
        new.append(f"FROM {says} EXCEPT FROM {said}")
    return Difference(gone, new)


def _lines(query: str) -> str:
    return f"SELECT unnest(string_split(lines, chr(10))) AS lines FROM ({query})"


def _is_empty(connection: duckdb.DuckDBPyConnection, relation: str) -> bool:
    return not connection.execute(f"SELECT 1 FROM {relation} LIMIT 1").fetchall()


def remove(connection: duckdb.DuckDBPyConnection, store: ox.Store, difference: Difference, scratch: Path) -> int:
    """Take every statement out of the store that no longer follows."""
    if not difference.gone:
        return 0
    file = scratch / "removed.nq"
    count = _copy_lines(connection, difference.gone, file)
    with file.open(encoding="utf-8", newline="\n") as lines:
        for batch in iter(lambda: list(itertools.islice(lines, REMOVED_AT_ONCE)), []):
            delete(store, batch)
    return count


def delete(store: ox.Store, lines: Sequence[str]) -> None:
    """Take statements, given as lines of N-Quads, out of a store in one step: by far cheaper than one by one."""
    by_graph: dict[str, list[str]] = {}
    for line in lines:
        statement, graph = line.rstrip().removesuffix(" .").rsplit(" ", 1)
        by_graph.setdefault(graph, []).append(statement)
    graphs = " ".join(f"GRAPH {graph} {{ {' . '.join(held)} }}" for graph, held in by_graph.items())
    store.update(f"DELETE DATA {{ {graphs} }}")


def add(
    connection: duckdb.DuckDBPyConnection,
    store: ox.Store,
    difference: Difference,
    claims: Mapping[str, Sequence[Path]],
    scratch: Path,
) -> int:
    """Bulk load the claims of new lists (`claims`, files by table) and every derived statement that is new.

    Gives their number.
    """
    queries = []
    for name, build in LIST_STATEMENTS.items():
        if files := claims.get(name):
            paths = ", ".join(quote(str(file)) for file in files)
            queries.append(build(f"(SELECT * FROM read_parquet([{paths}], union_by_name = true))"))
    queries += difference.new
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
    union = " UNION ALL ".join(f"({query})" for query in queries)
    connection.execute(
        f"COPY (SELECT lines FROM ({union}) WHERE lines <> '') TO {quote(str(file))} "
        "(FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '')"
    )
    with file.open("rb") as lines:
        return sum(block.count(b"\n") for block in iter(lambda: lines.read(1 << 20), b""))
