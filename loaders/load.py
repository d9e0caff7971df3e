"""Loading lists: from files to one committed generation, with an account of every row."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from hefboom.errors import HefboomError, UsageError
from hefboom.graph.catalogue import ListEntry, add_entry, file_of_year, find_same, may_end, read_entries
from hefboom.graph.folder import DataFolder
from hefboom.graph.iris import Names, scope_of
from hefboom.graph.writer import Changes, Committed, commit
from hefboom.loaders.findings import findings_frame
from hefboom.loaders.id_conflicts import findings_of_ids
from hefboom.loaders.load_options import LoadOptions
from hefboom.loaders.load_report import LoadResult
from hefboom.loaders.memberships import add_memberships
from hefboom.loaders.profiles import load_profile, save_profile
from hefboom.loaders.same_day import corrected_by, lists_of_that_day
from hefboom.loaders.stage_files import Progress, Staged, stage_all


def load(
    files: Sequence[Path],
    options: LoadOptions,
    folder: DataFolder,
    *,
    wait: float = 600.0,
    progress: Progress | None = None,
    on_wait: Callable[[], None] | None = None,
) -> LoadResult:
    """Load files into a data folder as one step: all that can be read is committed together, or nothing is.

    A file that cannot be read, or is no list, is reported in its `error` and does not stop the others. `progress` is
    called with the file and the rows read so far; `on_wait` when another writer must be waited for (up to `wait`
    seconds). Raises UsageError for options that do not fit and StoreError when the folder cannot be written.
    """
    return load_each([(file, options) for file in files], folder, wait=wait, progress=progress, on_wait=on_wait)


def load_each(
    files: Sequence[tuple[Path, LoadOptions]],
    folder: DataFolder,
    *,
    wait: float = 600.0,
    progress: Progress | None = None,
    on_wait: Callable[[], None] | None = None,
) -> LoadResult:
    """Load files, each with options of its own, as one step; otherwise as `load`."""
    with folder.scratch() as scratch:
        staged = stage_all(files, folder, scratch, progress or (lambda _file, _rows: None))
        with folder.writing(wait, on_wait):
            committed = _commit(folder, staged)
    return LoadResult([one.report for one in staged], committed.newly_shared if committed else ())


def preview(files: Sequence[Path], options: LoadOptions, folder: DataFolder) -> LoadResult:
    """What `load` would report of these files, without writing anything but scratch: sites are not counted.

    Raises UsageError for options that do not fit and StoreError when the folder cannot be read.
    """
    with tempfile.TemporaryDirectory() as scratch:
        pairs = [(file, options) for file in files]
        staged = stage_all(pairs, folder, Path(scratch), lambda _file, _rows: None)
        _tell_of_tables(folder, _place(folder, staged))
    return LoadResult([one.report for one in staged])


@dataclass
class _Placed:
    """The catalogue as it shall be, the lists that are new in it and those that go."""

    entries: list[ListEntry]
    loaded: list[tuple[Staged, ListEntry]] = field(default_factory=list)
    dropped: list[ListEntry] = field(default_factory=list)


def _place(folder: DataFolder, staged: Sequence[Staged]) -> _Placed:
    """Give each new list its place in the catalogue, and tell its report."""
    current = folder.current()
    entries = read_entries(current / "tables" / "lists.parquet") if current else []
    names = Names(folder.base())
    placed, before = _Placed(entries), entries
    for one in staged:
        if one.entry is None or one.staging is None:
            continue
        replaceable = [known for known in entries if one.own in (None, known.contributor)]
        entry = replace(one.entry, replaces=_replaced_list(replaceable, one.entry, names))
        same = find_same(entries, entry)
        if same is not None and not _other_options(folder, same, entry, one):
            one.report.unchanged, one.report.list, one.report.date = True, names.list(same.list), same.stated_date
            continue
        same = same or file_of_year(entries, entry)
        if same is not None:
            entry = replace(entry, kept_days=same.kept_days)
            placed.dropped.append(same)
            entries = [known for known in entries if known.list != same.list]
        of_that_day = lists_of_that_day([known for known in entries if known in before], entry)
        corrected = corrected_by(folder, of_that_day, one.staging)
        entry = replace(entry, replaces=corrected.list) if corrected else entry
        one.report.beside = [names.list(known.list) for known in of_that_day if corrected is None]
        in_force = {known.list for known in entries if known.status == "current"}
        entries, added = add_entry(entries, entry)
        one.report.replaced = [
            names.list(known.list) for known in entries if known.list in in_force and known.status == "replaced"
        ]
        one.report.renewed = same is not None
        one.report.list = names.list(added.list)
        placed.loaded.append((one, added))
    placed.entries = entries
    now = {entry.list: entry.visibility for entry in entries}
    for one, added in placed.loaded:
        one.report.visibility = now[added.list]
    return placed


def _commit(folder: DataFolder, staged: Sequence[Staged]) -> Committed | None:
    placed = _place(folder, staged)
    _tell_of_tables(folder, placed)
    claims = {added.list: one.staging.finish(added.list) for one, added in placed.loaded if one.staging is not None}
    current = folder.current()
    tables = current / "tables" if current else None
    memberships = add_memberships(tables, [one.members for one in staged if one.members is not None])
    if not claims and memberships is None:
        return None
    committed = commit(folder, Changes(placed.entries, claims, placed.dropped, memberships))
    for one, entry in placed.loaded:
        one.report.sites, one.report.new_sites = committed.sites.get(entry.list, (0, 0))
        apart = [row for row in committed.apart if row.list == entry.list]
        if apart:
            headers = one.report.guess.profile.columns if one.report.guess else {}
            found = findings_of_ids(apart, {held: header for header, held in headers.items()})
            one.report.findings = pl.concat([one.report.findings, found])
        if one.report.guess is not None:
            save_profile(one.report.guess.profile, _profile_file(folder, entry))
    return committed


def _profile_file(folder: DataFolder, entry: ListEntry) -> Path:
    return folder.path / "profiles" / f"{entry.list.replace('/', '_')}.yaml"


def _other_options(folder: DataFolder, same: ListEntry, new: ListEntry, one: Staged) -> bool:
    """Whether the list that is here already would be another one if it were loaded as is asked now.

    What nobody said this time changes nothing. A profile counts as another one only where a column is read otherwise.
    """
    if (same.visibility, same.covenant, same.kind) != (new.visibility, new.covenant, new.kind):
        return True
    if new.encoding not in (None, same.encoding):
        return True
    kind = new.contributor_kind not in ("unknown", same.contributor_kind)
    place = new.replaces not in (None, same.replaces) or (new.alongside and not same.alongside)
    held = _profile_file(folder, same)
    if kind or place or one.report.guess is None or not held.is_file():
        return kind or place
    try:
        return load_profile(held).columns != one.report.guess.profile.columns
    except HefboomError:  # written by another version: no reason to believe that this one reads the list otherwise
        return False


def _tell_of_tables(folder: DataFolder, placed: _Placed) -> None:
    """Add to the report of each company file what becomes of the tables beside it."""
    files = {entry.list: one for one, entry in placed.loaded if entry.kind == "company-file"}
    if not files:
        return
    from hefboom.loaders.company_links import findings_of_tables

    new = {entry.list: one.staging for one, entry in placed.loaded if one.staging is not None}
    for name, found in findings_of_tables(folder, placed.entries, new).items():
        files[name].report.findings = pl.concat([files[name].report.findings, findings_frame(found)])


def _replaced_list(entries: Sequence[ListEntry], new: ListEntry, names: Names) -> str | None:
    if new.replaces is None:
        return None
    wanted = names.list_id(new.replaces)
    named = next((entry for entry in entries if entry.in_force and entry.list == wanted), None)
    if named is None:
        raise UsageError(f"--replaces: there is no list '{new.replaces}'; 'hefboom lists' shows them")
    if not may_end(scope_of(new.visibility, new.owner), named.scope):
        raise UsageError(
            f"--replaces: list '{wanted}' is visible to {named.visibility}, this one to {new.visibility} only; its end "
            f"would tell of this one. Give --visibility {named.visibility}, or retract '{wanted}'"
        )
    return wanted
