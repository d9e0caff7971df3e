"""Storing checks: a new generation in which only the results on due diligence files are others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from hefboom.graph.catalogue import ListEntry, read_entries, write_entries
from hefboom.graph.completeness_days import update_kept
from hefboom.graph.completeness_store import update_companies
from hefboom.graph.folder import DataFolder
from hefboom.graph.iris import Names


def check_companies(store: ox.Store, names: Names, entries: Sequence[ListEntry], companies: Collection[str]) -> None:
    """Bring the checks of companies, by slug, up to their files, as of the days that their entries say."""
    checked: dict[str, date] = {}
    kept: dict[str, set[date]] = {company: set() for company in companies}
    for entry in entries:
        if entry.checked_on is not None and entry.in_force and entry.contributor in kept:
            checked[entry.contributor] = max(entry.checked_on, checked.get(entry.contributor, entry.checked_on))
            kept[entry.contributor].update(entry.kept_days)
    update_companies(store, names, checked, gone=kept.keys() - checked.keys())
    update_kept(store, names, kept)


def store_checks(folder: DataFolder, companies: Collection[str], at: date, keep: bool, wait: float = 0.0) -> None:
    """Check the files of companies, by slug, as of a day, and store the results; what has not changed stays.

    A day after that of the newest check becomes the newest one. With `keep` the day is kept, whatever comes after it.
    Raises StoreError when another process writes to the folder for longer than `wait` seconds.
    """

    def told(entry: ListEntry) -> ListEntry:
        newest = max(at, entry.checked_on or at)
        return replace(entry, checked_on=newest, kept_days=_with(entry.kept_days, at) if keep else entry.kept_days)

    _store(folder, companies, told, wait)


def forget_day(folder: DataFolder, companies: Collection[str], day: date, wait: float = 0.0) -> None:
    """Keep the check of an earlier day no longer for companies, by slug; the newest check stays.

    Raises StoreError when another process writes to the folder for longer than `wait` seconds.
    """

    def told(entry: ListEntry) -> ListEntry:
        return replace(entry, kept_days=tuple(kept for kept in entry.kept_days if kept != day))

    _store(folder, companies, told, wait)


def days_kept(folder: DataFolder, companies: Collection[str]) -> dict[str, set[date]]:
    """The days whose checks are kept for each of these companies, by slug."""
    current = folder.current()
    found: dict[str, set[date]] = {company: set() for company in companies}
    for entry in read_entries(_lists(current)) if current else []:
        if entry.in_force and entry.contributor in found:
            found[entry.contributor].update(entry.kept_days)
    return found


def _store(folder: DataFolder, companies: Collection[str], told: Callable[[ListEntry], ListEntry], wait: float) -> None:
    with folder.writing(wait), folder.next_generation({"derived": str(folder.stamp().get("derived"))}) as generation:
        entries = [
            told(entry) if entry.checked_on is not None and entry.contributor in companies else entry
            for entry in read_entries(_lists(generation))
        ]
        write_entries(entries, _lists(generation))
        store = ox.Store(str(generation / "store"))
        check_companies(store, Names(folder.base()), entries, companies)
        store.flush()
        del store


def _lists(generation: Path) -> Path:
    return generation / "tables" / "lists.parquet"


def _with(days: tuple[date, ...], day: date) -> tuple[date, ...]:
    return tuple(sorted({*days, day}))
