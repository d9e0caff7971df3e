"""Another list of a contributor for a day of which one is there already: a correction of it, or a further part."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from hefboom.graph.catalogue import ListEntry, may_end
from hefboom.graph.folder import DataFolder
from hefboom.graph.iris import scope_of
from hefboom.loaders.staging import Staging


def lists_of_that_day(entries: Sequence[ListEntry], new: ListEntry) -> list[ListEntry]:
    """The current lists of the same contributor, kind, day and sheet that `new` may end, and of another file name.

    None where the user said what becomes of the others (`alongside`, `replaces`). The same name ends a list anyway.
    """
    if new.alongside or new.replaces is not None or new.register or new.reporting_year is not None:
        return []
    series = (new.contributor, new.kind, new.date, new.sheet)
    scope = scope_of(new.visibility, new.owner)
    return [
        known
        for known in entries
        if known.status == "current"
        and (known.contributor, known.kind, known.date, known.sheet) == series
        and not known.register
        and known.sha256 != new.sha256
        and Path(known.file).name != Path(new.file).name
        and may_end(scope, known.scope)
    ]


def corrected_by(folder: DataFolder, candidates: Sequence[ListEntry], staging: Staging) -> ListEntry | None:
    """The list that the staged one corrects: one with which it shares at least half of the names of either."""
    current = folder.current()
    new = staging.distinct("listings", "name_key") - {None}
    for known in candidates:
        file = current / "tables" / "listings" / f"{known.seq}.parquet" if current else None
        if file is None or not file.is_file():
            continue
        old = set(pl.read_parquet(file, columns=["name_key"])["name_key"].drop_nulls())
        if new and 2 * len(new & old) >= max(len(new), len(old)):
            return known
    return None
