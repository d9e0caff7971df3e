"""Changes to lists that are already loaded."""

from __future__ import annotations

from hefboom.errors import StoreError, UsageError
from hefboom.graph.catalogue import ListEntry, read_entries, retract_entry
from hefboom.graph.folder import DataFolder
from hefboom.graph.writer import Changes, commit


def retract_list(folder: DataFolder, list_id: str, wait: float) -> ListEntry:
    """Take a list out of store and projection; its description stays, as retracted.

    Returns the entry as it was. Raises UsageError when there is no such list, or when it was retracted before, and
    StoreError when nothing is loaded.
    """
    with folder.writing(wait):
        current = folder.current()
        if current is None:
            raise StoreError(f"{folder.path}: nothing is loaded here yet")
        entries = read_entries(current / "tables" / "lists.parquet")
        entry = next((known for known in entries if known.list == list_id), None)
        if entry is None:
            raise UsageError(f"there is no list '{list_id}'; 'hefboom lists' shows them")
        if not entry.in_force:
            raise UsageError(f"list '{list_id}' was retracted before")
        tables = [
            known.list
            for known in entries
            if known.in_force
            and known.list != list_id
            and known.list.startswith(f"{list_id}/")
            and entry.reporting_year is not None
        ]
        if tables:
            raise UsageError(f"{', '.join(tables)} belong to '{list_id}'; retract them first")
        commit(folder, Changes(retract_entry(entries, list_id), dropped=[entry]))
    return entry
