"""Reading a data folder: the store and the projection of one generation, opened together."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from hefboom.errors import StoreError
from hefboom.graph.catalogue import ListEntry, read_entries
from hefboom.graph.folder import DataFolder
from hefboom.graph.iris import HEF, Names

if TYPE_CHECKING:
    import duckdb
    import pyoxigraph as ox

DEFAULT_FOLDER = "hefboom-data"


def data_path(path: Path | None = None) -> Path:
    """The data folder to use: `path`, else `HEFBOOM_DATA`, else `./hefboom-data`."""
    return path or Path(os.environ.get("HEFBOOM_DATA") or DEFAULT_FOLDER)


@dataclass(frozen=True)
class OpenData:
    """One generation of a data folder, open for reading; a later load does not change what it shows."""

    folder: DataFolder
    generation: Path

    @cached_property
    def names(self) -> Names:
        """The IRIs of this data."""
        return Names(self.folder.base())

    @cached_property
    def entries(self) -> list[ListEntry]:
        """The catalogue of lists, in the order of loading."""
        return read_entries(self.generation / "tables" / "lists.parquet")

    @cached_property
    def store(self) -> ox.Store:
        """The store, read-only.

        Raises StoreError when its statements were derived by rules of another version, which questions do not know.
        """
        import pyoxigraph as ox

        self._check_rules()
        return ox.Store.read_only(str(self.generation / "store"))

    def tables(self, scopes: Sequence[str] | None = None) -> duckdb.DuckDBPyConnection:
        """A DuckDB connection with the tables of the projection as views, of the given scopes only (None: all).

        Raises StoreError when the projection does not belong to the store, or lacks a table.
        """
        from hefboom.graph.tables import add_views, connect

        self.check_projection()
        connection = connect()
        add_views(connection, self.generation / "tables", scopes=scopes)
        return connection

    def check_projection(self) -> None:
        """Raise StoreError unless projection and store name the same lists, made from the same files.

        Nor may they have been derived by rules of another version.
        """
        import pyoxigraph as ox

        self._check_rules()
        known = {entry.list: entry for entry in self.entries}
        stated: dict[str, str] = {}
        for entry in known.values():
            graph = ox.NamedNode(self.names.graph("catalogue", entry.scope))
            quads = self.store.quads_for_pattern(
                ox.NamedNode(self.names.list(entry.list)), ox.NamedNode(HEF + "sha256"), None, graph
            )
            for quad in quads:
                stated[entry.list] = str(getattr(quad.object, "value", ""))
        if stated != {name: entry.sha256 for name, entry in known.items()}:
            raise StoreError(
                f"{self.folder.path}: the projection does not belong to the store; run 'hefboom rebuild' to make it "
                "anew"
            )

    def _check_rules(self) -> None:
        from hefboom.graph.statements import derived_rules

        if json.loads((self.generation / "stamp.json").read_text()).get("derived") != derived_rules():
            raise StoreError(
                f"{self.folder.path}: derived by another version of Hefboom; run 'hefboom rebuild' to derive it anew"
            )


def open_data(path: Path | None = None) -> OpenData:
    """Open a data folder for reading (see `data_path` for the default).

    Raises StoreError when nothing was loaded there yet, or when it is damaged.
    """
    folder = DataFolder(data_path(path))
    generation = folder.current()
    if generation is None:
        raise StoreError(
            f"{folder.path}: nothing is loaded here yet; run 'hefboom load FILE...' or 'hefboom demo', "
            "or name another folder with --data or HEFBOOM_DATA"
        )
    return OpenData(folder, generation)
