"""Loading lists: from files to one committed generation, with an account of every row."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from hefboom.errors import HefboomError, UsageError
from hefboom.graph.catalogue import ListEntry, add_entry, file_of_year, find_same, may_end, read_entries
from hefboom.graph.folder import DataFolder
from hefboom.graph.iris import Names, scope_of
from hefboom.graph.writer import Changes, Committed, SharedSite, commit
from hefboom.loaders.describing import describe_list
from hefboom.loaders.findings import FINDING_SCHEMA, findings_frame
from hefboom.loaders.formats import COMPANY_FORMATS, FORMATS, Format, detect
from hefboom.loaders.load_options import LoadOptions
from hefboom.loaders.memberships import add_memberships, read_memberships
from hefboom.loaders.own_lists import check_format, check_speaks_for
from hefboom.loaders.profiles import Guess, save_profile
from hefboom.loaders.sources import read_list
from hefboom.loaders.staging import Counts, Staging


@dataclass
class ListReport:
    """What became of one file: its list, its row account, its findings, what it changed; or why it was not loaded.

    `error` is set when the file was not loaded at all. `unchanged` means that the same file was already there. `sites`
    are the sites the list refers to, `new_sites` those of them that were not known before. `renewed`: a due diligence
    file took the place of the company's earlier file of that year.
    """

    file: str
    format: str | None = None
    list: str | None = None
    contributor: str | None = None
    date: datetime.date | None = None
    reporting_year: int | None = None
    visibility: str | None = None
    counts: Counts = field(default_factory=lambda: Counts(0, 0, 0, 0))
    findings: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FINDING_SCHEMA))
    guess: Guess | None = None
    left_out: Sequence[str] = ()
    sites: int = 0
    new_sites: int = 0
    replaced: Sequence[str] = ()
    renewed: bool = False
    unchanged: bool = False
    error: str | None = None


@dataclass(frozen=True, slots=True)
class LoadResult:
    """The reports of a load, file by file, and the sites that are shared since."""

    reports: Sequence[ListReport]
    newly_shared: Sequence[SharedSite] = ()


@dataclass
class _Staged:
    report: ListReport
    entry: ListEntry | None = None
    staging: Staging | None = None
    members: pl.DataFrame | None = None
    own: str | None = None


Progress = Callable[[str, int], None]
_TABLES = COMPANY_FORMATS[1:]
"""What belongs to a company's due diligence file."""


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
        staged = _stage_all(files, folder, scratch, progress or (lambda _file, _rows: None))
        with folder.writing(wait, on_wait):
            committed = _commit(folder, staged)
    return LoadResult([one.report for one in staged], committed.newly_shared if committed else ())


def preview(files: Sequence[Path], options: LoadOptions, folder: DataFolder) -> LoadResult:
    """What `load` would report of these files, without writing anything but scratch: sites are not counted.

    Raises UsageError for options that do not fit and StoreError when the folder cannot be read.
    """
    with tempfile.TemporaryDirectory() as scratch:
        pairs = [(file, options) for file in files]
        staged = _stage_all(pairs, folder, Path(scratch), lambda _file, _rows: None)
        _tell_of_tables(folder, _place(folder, staged))
    return LoadResult([one.report for one in staged])


def _stage_all(
    files: Sequence[tuple[Path, LoadOptions]], folder: DataFolder, scratch: Path, progress: Progress
) -> list[_Staged]:
    """Every file in the order given; tables beside due diligence files are read after, and against, those files."""
    formats = [_recognised(file, options) for file, options in files]
    staged: dict[int, _Staged] = {}
    for number in sorted(range(len(files)), key=lambda number: formats[number] in _TABLES):
        file, options = files[number]
        own = scratch / str(number)
        staged[number] = _stage(file, formats[number], options, folder, own, progress, list(staged.values()))
    return [staged[number] for number in range(len(files))]


def _recognised(file: Path, options: LoadOptions) -> Format | HefboomError:
    """The format of a file; the error where it cannot be told."""
    try:
        return detect(file) if options.format == "auto" and options.profile is None else _format(options)
    except HefboomError as error:
        return error


def _stage(
    file: Path,
    format: Format | HefboomError,
    options: LoadOptions,
    folder: DataFolder,
    scratch: Path,
    progress: Progress,
    before: Sequence[_Staged],
) -> _Staged:
    report = ListReport(str(file))
    try:
        if isinstance(format, HefboomError):
            raise format
        report.format = format
        if options.own is not None:
            check_format(file, format)
        if format == "memberships":
            return _stage_members(file, options, report)
        scratch.mkdir()
        staging = Staging(scratch)
        if format in COMPANY_FORMATS:
            return _stage_company_file(file, format, options, folder, report, staging, before)
        read = read_list(file, format, staging, options.profile, options.sheet, lambda rows: progress(str(file), rows))
        report.guess, report.left_out = read.guess, read.left_out
        if options.own is not None:
            check_speaks_for(file, staging, options.own, read.guess.profile.contributor)
        report.counts = staging.merge()
        entry = describe_list(file, format, options, read, report.counts, staging)
        report.findings = staging.all_findings()
        report.contributor, report.date, report.visibility = entry.contributor_name, entry.date, entry.visibility
        return _Staged(report, entry, staging, own=options.own)
    except HefboomError as error:
        report.error = str(error)
        report.counts = Counts(0, 0, 0, 0)
        return _Staged(report)


def _stage_company_file(
    file: Path,
    format: Format,
    options: LoadOptions,
    folder: DataFolder,
    report: ListReport,
    staging: Staging,
    before: Sequence[_Staged],
) -> _Staged:
    # What reads and checks these files takes time to start, and most loads hold none.
    from hefboom.loaders.company_part_staging import stage_company_part
    from hefboom.loaders.company_staging import stage_company_file

    if format == "company-file":
        staged = stage_company_file(file, options, Names(folder.base()), staging)
    else:
        new = [(one.entry, one.staging) for one in before if one.entry is not None and one.staging is not None]
        staged = stage_company_part(file, format, options, folder, staging, new)
    entry = staged.entry
    report.counts, report.findings = staged.counts, staging.all_findings()
    report.contributor, report.date, report.visibility = entry.contributor_name, entry.date, entry.visibility
    report.reporting_year = entry.reporting_year
    return _Staged(report, entry, staging, own=options.own)


def _format(options: LoadOptions) -> Format:
    if options.profile is not None:
        return options.profile.format
    return next(known for known in FORMATS if known == options.format)


def _stage_members(file: Path, options: LoadOptions, report: ListReport) -> _Staged:
    read = read_memberships(file, options.covenant, options.visibility or "members", options.profile)
    report.counts, report.findings, report.guess = read.counts, read.findings, read.guess
    report.visibility = options.visibility or "members"
    return _Staged(report, members=read.members)


@dataclass
class _Placed:
    """The catalogue as it shall be, the lists that are new in it and those that go."""

    entries: list[ListEntry]
    loaded: list[tuple[_Staged, ListEntry]] = field(default_factory=list)
    dropped: list[ListEntry] = field(default_factory=list)


def _place(folder: DataFolder, staged: Sequence[_Staged]) -> _Placed:
    """Give each new list its place in the catalogue, and tell its report."""
    current = folder.current()
    entries = read_entries(current / "tables" / "lists.parquet") if current else []
    names = Names(folder.base())
    placed = _Placed(entries)
    for one in staged:
        if one.entry is None or one.staging is None:
            continue
        replaceable = [known for known in entries if one.own in (None, known.contributor)]
        entry = replace(one.entry, replaces=_replaced_list(replaceable, one.entry, names))
        same = find_same(entries, entry)
        if same is not None and (same.visibility, same.covenant) == (entry.visibility, entry.covenant):
            one.report.unchanged, one.report.list, one.report.date = True, names.list(same.list), same.date
            continue
        same = same or file_of_year(entries, entry)
        if same is not None:
            entry = replace(entry, kept_days=same.kept_days)
            placed.dropped.append(same)
            entries = [known for known in entries if known.list != same.list]
        in_force = {known.list for known in entries if known.status == "current"}
        entries, added = add_entry(entries, entry)
        one.report.replaced = [
            names.list(known.list) for known in entries if known.list in in_force and known.status == "replaced"
        ]
        one.report.renewed = same is not None and entry.reporting_year is not None
        one.report.list = names.list(added.list)
        placed.loaded.append((one, added))
    placed.entries = entries
    now = {entry.list: entry.visibility for entry in entries}
    for one, added in placed.loaded:
        one.report.visibility = now[added.list]
    return placed


def _commit(folder: DataFolder, staged: Sequence[_Staged]) -> Committed | None:
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
        if one.report.guess is not None:
            save_profile(one.report.guess.profile, folder.path / "profiles" / f"{entry.list.replace('/', '_')}.yaml")
    return committed


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
