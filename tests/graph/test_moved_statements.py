"""A commit moves the statements that differ, not all that a changed row says."""

from list_desk import Desk

from hefboom.graph.catalogue import read_entries, retract_entry
from hefboom.graph.writer import Changes, commit


def test_a_row_that_changed_keeps_what_it_still_says(desk: Desk) -> None:
    row = {"name": "Carmina Denim Ltd", "address": "1 Mill Road", "country": "India"}
    desk.load("old.csv", [row], contributor="Nike", date="2023-01-01")
    desk.load("new.csv", [{**row, "name": "CARMINA DENIM"}], contributor="Puma", date="2024-01-01")
    current = desk.folder.current()
    assert current is not None
    entries = read_entries(current / "tables" / "lists.parquet")
    gone = next(entry for entry in entries if entry.list == "puma/2024-01-01")
    held = len(desk.data.store)
    with desk.folder.writing(0):
        done = commit(desk.folder, Changes(retract_entry(entries, gone.list), dropped=[gone]))
    # The site's name is that of the older list again, and the status of the newer list says so.
    assert done.statements_added == 2
    assert len(desk.data.store) == held + done.statements_added - done.statements_removed
