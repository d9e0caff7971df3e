"""Making everything derived anew from the claims of the lists."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from hefboom.errors import StoreError
from hefboom.graph.catalogue import ListEntry, read_entries, set_validity
from hefboom.graph.file_links import linked
from hefboom.graph.folder import DataFolder
from hefboom.graph.iris import HEF, Names
from hefboom.graph.statement_terms import define_list_address
from hefboom.graph.tables import add_views, connect
from hefboom.graph.writer import Changes, commit

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_LISTING = ox.NamedNode(HEF + "Listing")


def rebuild(folder: DataFolder, wait: float) -> int:
    """Drop and make again every derived table and graph; returns the number of lists.

    The claims are checked against the store first. Raises StoreError when they differ, naming the list to load again,
    or when nothing is loaded.
    """
    with folder.writing(wait):
        generation = folder.current()
        if generation is None:
            raise StoreError(f"{folder.path}: nothing is loaded here yet")
        entries = read_entries(generation / "tables" / "lists.parquet")
        damaged = differing_lists(generation, entries, Names(folder.base()))
        if damaged:
            raise StoreError(
                f"{folder.path}: the projection of {', '.join(damaged)} does not hold what the store holds; retract "
                "and load these lists again"
            )
        commit(folder, Changes(set_validity(entries), anew=True))
    return len(entries)


def differing_lists(generation: Path, entries: list[ListEntry], names: Names) -> list[str]:
    """The lists whose number of listings, or of a company file's statements, differs between projection and store."""
    store = ox.Store.read_only(str(generation / "store"))
    with connect() as connection:
        define_list_address(connection, names)
        add_views(connection, generation / "tables", names=("listings", "file_statements"))
        counted = dict(connection.execute("SELECT list, count(*) FROM listings GROUP BY list").fetchall())
        lines = dict(connection.execute("SELECT list, count(*) FROM file_statements GROUP BY list").fetchall())
        told = linked("file_statements")
        linking = dict(connection.execute(f"SELECT list, count(*) FROM {told} GROUP BY list").fetchall())
    differing = []
    for entry in entries:
        graph = ox.NamedNode(names.list(entry.list))
        stored = sum(1 for _ in store.quads_for_pattern(None, _TYPE, _LISTING, graph))
        said = 0 if entry.reporting_year is None else sum(1 for _ in store.quads_for_pattern(None, None, None, graph))
        # An earlier version stored links to rows that are not there too.
        if stored != counted.get(entry.list, 0) or said not in (linking.get(entry.list, 0), lines.get(entry.list, 0)):
            differing.append(entry.list)
    return differing
