"""Storing checks: a new generation in which only the results on due diligence files are others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

import pyoxigraph as ox

from hefboom.graph.catalogue import read_entries, write_entries
from hefboom.graph.completeness_store import Updated, update_completeness
from hefboom.graph.folder import DataFolder
from hefboom.graph.iris import Names


def store_checks(folder: DataFolder, companies: Collection[str], at: date, wait: float = 0.0) -> Updated:
    """Check the files of companies, by slug, as of a day, and store the results; what has not changed stays.

    Raises StoreError when another process writes to the folder for longer than `wait` seconds.
    """
    with folder.writing(wait), folder.next_generation({"derived": str(folder.stamp().get("derived"))}) as generation:
        lists = generation / "tables" / "lists.parquet"
        entries = [
            replace(entry, checked_on=at) if entry.checked_on is not None and entry.contributor in companies else entry
            for entry in read_entries(lists)
        ]
        write_entries(entries, lists)
        store = ox.Store(str(generation / "store"))
        updated = update_completeness(store, Names(folder.base()), at, only=companies)
        store.flush()
        del store
    return updated
