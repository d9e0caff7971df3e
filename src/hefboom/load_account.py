"""What `hefboom load` says of a list: its row account, how it was read, and what was found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console

from hefboom.cli_common import Say, print_newly_shared
from hefboom.loaders.load_report import ListReport, LoadResult
from hefboom.loaders.reports import first_findings

_SHOWN = 20


def print_result(result: LoadResult, tables: dict[str, Path], say: Say, errors: Console) -> None:
    """Print what became of every file; `tables` holds the place of the findings of each."""
    for report in result.reports:
        if report.error:
            errors.print(say.of(report.error), markup=False, style="bold")
        else:
            _print_report(report, tables[report.file], say)
    if say.quiet:
        return
    print_newly_shared(result.newly_shared, say)
    failed = [report for report in result.reports if report.error]
    if failed:
        say.print(f"Not loaded: {len(failed)} of {len(result.reports)} files; see above.")


def _print_report(report: ListReport, findings: Path, say: Say) -> None:
    counts = report.counts
    say.console.print(report.file, style="bold", markup=False)
    if report.unchanged:
        say.line(f"already loaded as {report.list}; nothing changed")
        return
    say.line(
        f"{counts.rows_read:,} rows read = {counts.stored:,} stored + {counts.merged:,} merged as exact duplicates + "
        f"{counts.refused:,} refused"
    )
    readers = say.of(report.visibility or "")
    if report.list and report.reporting_year is not None:
        whole = report.format == "company-file"
        say.line(f"due diligence file {report.list}" if whole else f"table '{report.format}' {report.list}")
        say.line(
            f"of {report.contributor} for {report.reporting_year}, visible to: {readers}; {report.sites:,} sites, "
            f"{report.sites - report.new_sites:,} of them known before"
        )
        if report.renewed:
            say.line(f"takes the place of the one for {report.reporting_year} that was here")
    elif report.list:
        say.line(f"list {report.list}")
        say.line(
            f"by {report.contributor}, holds from {report.date}, visible to: {readers}; {report.sites:,} sites, "
            f"{report.new_sites:,} new and {report.sites - report.new_sites:,} known"
        )
        if report.renewed:
            say.line("takes the place of the same list as it was loaded before, with other options")
    elif report.visibility:
        say.line(f"memberships, visible to: {readers}")
    for replaced in report.replaced:
        say.line(f"takes the place of {replaced}, which stays in history")
    for other in report.beside:
        say.line(
            f"stands beside {other} of the same day; if it corrects that one, load it again with --replaces {other}"
        )
    if not say.quiet:
        _print_columns(report, say)
        _print_findings(report, findings, say)


def _print_columns(report: ListReport, say: Say) -> None:
    if report.guess is None or report.guess.profile.format not in ("table", "relationships", "memberships"):
        return
    held = report.guess.profile.columns.items()
    read = ", ".join(f"{header} = {field}" for header, field in held if field not in ("keep", "leave-out"))
    kept = ", ".join(header for header, field in held if field == "keep")
    say.line(f"columns read: {read}")
    if kept:
        say.line(f"columns kept as text: {kept}")
    for doubt in report.guess.doubts:
        say.line(f"doubt: {doubt}")
    say.line(f"wrong? hefboom profile '{report.file}' --save profile.yaml shows why and lets you correct it")


def _print_findings(report: ListReport, findings: Path, say: Say) -> None:
    """Refused and doubtful rows one by one, the rest by kind."""
    serious = report.findings.filter(pl.col("severity") != "info")
    for found in first_findings(serious, _SHOWN):
        _print_finding(found, say)
    if serious.height > _SHOWN:
        say.line(f"... and {serious.height - _SHOWN:,} more refused or doubtful")
    for _, column, count, rows, reason in (
        report.findings.filter(pl.col("severity") == "info")
        .group_by("code", "column", maintain_order=True)
        .agg(pl.len().alias("n"), pl.col("row").drop_nulls().head(5).alias("rows"), pl.col("reason").first())
        .iter_rows()
    ):
        place = say.of(f"column '{column}'") if column else ""
        times = say.of(f"{count:,} times") if count > 1 else ""
        some = f"{', '.join(rows)}{', ...' if count > len(rows) else ''}"
        where = ", ".join(part for part in (place, times) if part)
        what = f"{where}: {say.of(reason)}" if where else say.of(reason)
        said = say.of(f"{what} (rows {some})") if count > 1 and rows else what
        say.line(f"note: {said}")
    if report.findings.height:
        say.line(f"findings, {report.findings.height:,} in all: {findings}")


def _print_finding(found: dict[str, Any], say: Say) -> None:
    value = " ".join(found["value"].split())[:60] if found["value"] else ""
    parts = (
        say.of(f"row {found['row']}") if found["row"] else "",
        say.of(f"column '{found['column']}'") if found["column"] else "",
        say.of(f"value '{value}'") if value else "",
    )
    place = ", ".join(part for part in parts if part)
    advice = f"; {say.of(found['hint'])}" if found["hint"] else ""
    say.line(f"{say.of(found['severity'])}: {f'{place}: ' if place else ''}{say.of(found['reason'])}{advice}")
