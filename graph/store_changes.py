"""From changed tables to a changed store: statements that no longer follow go out, new ones come in."""

from __future__ import annotations

import filecmp
import itertools
from collections.abc import Mapping, Sequence
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


def remove(connection: duckdb.DuckDBPyConnection, store: ox.Store, changed: Sequence[str], scratch: Path) -> int:
    """Take out every statement of a derived row that no longer follows; `add` puts back what other rows say too."""
    if not changed:
        return 0
    gone = []
    for name in changed:
        build, relation = DERIVED_STATEMENTS[name]
        gone.append(
            build(_kept(connection, f"gone_{name}", f"{relation.format('old')} EXCEPT {relation.format('main')}"))
        )
    file = scratch / "removed.nq"
    count = _copy_lines(connection, gone, file)
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
    changed: Sequence[str],
    claims: Mapping[str, Sequence[Path]],
    scratch: Path,
    fresh: bool,
) -> int:
    """Bulk load the claims of new lists (`claims`, files by table) and every derived statement that is new.

    All derived statements are new when `fresh`; else `remove` has gone before. Gives their number.
    """
    queries = []
    for name, build in LIST_STATEMENTS.items():
        if files := claims.get(name):
            paths = ", ".join(quote(str(file)) for file in files)
            queries.append(build(f"(SELECT * FROM read_parquet([{paths}], union_by_name = true))"))
    for name in changed:
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
