"""Checks of earlier days, kept beside the newest one: made from the files as they are now, as of those days."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cache

import pyoxigraph as ox

from hefboom.graph.completeness import Checker
from hefboom.graph.completeness_files import CompanyFile, stored_file, stored_years
from hefboom.graph.completeness_store import held_places, kept_place, newest_place, put_checks, remove_check
from hefboom.graph.iris import HEF, Names


def update_kept(store: ox.Store, names: Names, days: Mapping[str, Collection[date]]) -> None:
    """Bring the kept checks of companies, by slug, up to their files: one for each of these days, and no other.

    The newest checks must be up to date; a day that is theirs is not kept a second time.
    """
    wanted = [(day, file) for day, file in _files(store, names, days) if not _is_newest(store, names, file, day)]
    places = {kept_place(names, file, day) for day, file in wanted}
    for place in held_places(store, names, list(days), kept=True):
        if place not in places:
            remove_check(store, place)
    for day in sorted({day for day, _ in wanted}):
        files = [file for other, file in wanted if other == day]
        put_checks(store, Checker(day), ((file, kept_place(names, file, day)) for file in files))


def _files(store: ox.Store, names: Names, days: Mapping[str, Collection[date]]) -> Iterator[tuple[date, CompanyFile]]:
    """For each day and company its newest file of that year or before."""
    read = cache(lambda company, year: stored_file(store, names, company, year))
    years = stored_years(store, names)
    for company, asked in days.items():
        for day in sorted(asked):
            if known := [year for year in years.get(company, ()) if year <= day.year]:
                yield day, read(company, max(known))


def _is_newest(store: ox.Store, names: Names, file: CompanyFile, day: date) -> bool:
    """Whether the newest check of a file is of that day."""
    place = newest_place(names, file)
    told = store.quads_for_pattern(
        ox.NamedNode(f"{place.node}/report"), ox.NamedNode(f"{HEF}checkedAt"), None, place.graph
    )
    return any(isinstance(quad.object, ox.Literal) and quad.object.value == day.isoformat() for quad in told)
