"""Reading the files of a load: each into a staging of its own, with its report, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hefboom.errors import HefboomError
from hefboom.graph.catalogue import ListEntry
from hefboom.graph.folder import DataFolder
from hefboom.graph.iris import Names
from hefboom.loaders.describing import describe_list
from hefboom.loaders.formats import COMPANY_FORMATS, FORMATS, Format, detect
from hefboom.loaders.load_options import LoadOptions
from hefboom.loaders.load_report import ListReport
from hefboom.loaders.memberships import read_memberships
from hefboom.loaders.own_lists import check_format, check_speaks_for
from hefboom.loaders.sources import read_list
from hefboom.loaders.staging import Counts, Staging

Progress = Callable[[str, int], None]
_TABLES = COMPANY_FORMATS[1:]
"""What belongs to a company's due diligence file."""


@dataclass
class Staged:
    """A file read: its report and, unless it was refused, its entry and staging or the memberships in it."""

    report: ListReport
    entry: ListEntry | None = None
    staging: Staging | None = None
    members: pl.DataFrame | None = None
    own: str | None = None


def stage_all(
    files: Sequence[tuple[Path, LoadOptions]], folder: DataFolder, scratch: Path, progress: Progress
) -> list[Staged]:
    """Every file in the order given; tables beside due diligence files are read after, and against, those files."""
    formats = [_recognised(file, options) for file, options in files]
    staged: dict[int, Staged] = {}
    for number in sorted(range(len(files)), key=lambda number: formats[number] in _TABLES):
        file, options = files[number]
        own = scratch / str(number)
        staged[number] = _stage(file, formats[number], options, folder, own, progress, list(staged.values()))
    return [staged[number] for number in range(len(files))]


def _recognised(file: Path, options: LoadOptions) -> Format | HefboomError:
    """The format of a file; the error where it cannot be told."""
    try:
        return (
            detect(file, options.sheet, options.encoding)
            if options.format == "auto" and options.profile is None
            else _format(options)
        )
    except HefboomError as error:
        return error


def _stage(
    file: Path,
    format: Format | HefboomError,
    options: LoadOptions,
    folder: DataFolder,
    scratch: Path,
    progress: Progress,
    before: Sequence[Staged],
) -> Staged:
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
        read = read_list(
            file,
            format,
            staging,
            options.profile,
            options.sheet,
            lambda rows: progress(str(file), rows),
            options.encoding,
        )
        report.guess, report.left_out = read.guess, read.left_out
        if options.own is not None:
            check_speaks_for(file, staging, options.own, read.guess.profile.contributor)
        report.counts = staging.merge()
        entry = describe_list(file, format, options, read, report.counts, staging)
        report.findings = staging.all_findings()
        report.contributor, report.date, report.visibility = entry.contributor_name, entry.date, entry.visibility
        return Staged(report, entry, staging, own=options.own)
    except HefboomError as error:
        report.error = str(error)
        report.counts = Counts(0, 0, 0, 0)
        return Staged(report)


def _stage_company_file(
    file: Path,
    format: Format,
    options: LoadOptions,
    folder: DataFolder,
    report: ListReport,
    staging: Staging,
    before: Sequence[Staged],
) -> Staged:
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
    report.contributor, report.date, report.visibility = entry.contributor_name, entry.stated_date, entry.visibility
    report.reporting_year = entry.reporting_year
    return Staged(report, entry, staging, own=options.own)


def _format(options: LoadOptions) -> Format:
    if options.profile is not None:
        return options.profile.format
    return next(known for known in FORMATS if known == options.format)


def _stage_members(file: Path, options: LoadOptions, report: ListReport) -> Staged:
    read = read_memberships(file, options.covenant, options.visibility or "members", options.profile)
    report.counts, report.findings, report.guess = read.counts, read.findings, read.guess
    report.visibility = options.visibility or "members"
    return Staged(report, members=read.members)
