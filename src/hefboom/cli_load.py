"""Commands that bring data in: `load`, `profile`, `demo`."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from hefboom.cli_common import STATE, DataOption, JsonOption, QuietOption, day, err, folder_of, out, table
from hefboom.errors import UsageError
from hefboom.graph import DataFolder
from hefboom.loaders import load as loading
from hefboom.loaders.load import ListReport, LoadOptions, LoadResult
from hefboom.loaders.profiles import load_profile, save_profile
from hefboom.loaders.reports import first_findings, report_object, save_report

_SHOWN = 20

Files = Annotated[
    list[Path], typer.Argument(help="Lists (CSV, XLSX, XLS, ODS, GeoJSON, JSON) and due diligence files.")
]
Contributor = Annotated[str | None, typer.Option("--contributor", help="Who made the list.")]
Visibility = Annotated[
    str | None,
    typer.Option(
        "--visibility",
        help="public, members, secretariat or owner [default: secretariat; register: public;"
        " due diligence file: owner].",
    ),
]


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("load")(load)
    app.command("profile")(profile)
    app.command("demo")(demo)


def load(
    files: Files,
    contributor: Contributor = None,
    date: Annotated[str | None, typer.Option("--date", help="The day for which the list holds, 2024-01-31.")] = None,
    visibility: Visibility = None,
    format: Annotated[
        str, typer.Option("--format", help="auto, or the name of a format (see docs/guide.md).")
    ] = "auto",
    covenant: Annotated[
        str | None, typer.Option("--covenant", help="The covenant under which it was handed in.")
    ] = None,
    profile: Annotated[Path | None, typer.Option("--profile", help="A column profile (YAML).")] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="The sheet of a workbook.")] = None,
    contributor_kind: Annotated[
        str, typer.Option("--contributor-kind", help="brand, facility, civil-society, initiative, union, auditor, ...")
    ] = "unknown",
    title: Annotated[str | None, typer.Option("--title", help="A title [default: the file's name].")] = None,
    alongside: Annotated[
        bool, typer.Option("--alongside", help="Keep the contributor's earlier lists current beside this one.")
    ] = False,
    replaces: Annotated[
        str | None, typer.Option("--replaces", help="The list that this one takes the place of.")
    ] = None,
    year: Annotated[
        int | None,
        typer.Option("--year", help="The year of the due diligence file that a table of audits, ... belongs to."),
    ] = None,
    wait: Annotated[float, typer.Option("--wait", help="Seconds to wait for another load to finish.")] = 600.0,
    as_json: JsonOption = False,
    data: DataOption = None,
    quiet: QuietOption = False,
) -> None:
    """Load lists into the graph, all in one step, and account for every row.

    A later list of the same contributor takes the place of the earlier one, which stays in history.

    Example: hefboom load nike.csv --contributor Nike --date 2024-01-31 --covenant "My covenant"
    """
    options = LoadOptions(
        contributor=contributor,
        contributor_kind=contributor_kind,
        date=day(date, "--date"),
        visibility=visibility,
        format=format,
        covenant=covenant,
        profile=load_profile(profile) if profile else None,
        sheet=sheet,
        title=title,
        alongside=alongside,
        replaces=replaces,
        year=year,
    )
    quiet = quiet or STATE.quiet
    folder = folder_of(data)
    result = _run(files, options, folder, wait, quiet=quiet or as_json)
    for report in result.reports:
        save_report(report, folder)
    if as_json:
        for report in result.reports:
            typer.echo(json.dumps(report_object(report), ensure_ascii=False))
    else:
        _print(result, folder, quiet)
    if any(report.error or report.counts.refused for report in result.reports):
        raise typer.Exit(1)


def _run(files: Sequence[Path], options: LoadOptions, folder: DataFolder, wait: float, quiet: bool) -> LoadResult:
    missing = [str(file) for file in files if not file.exists()]
    if missing:
        raise UsageError(f"there is no file '{missing[0]}'; check the name" + _more(len(missing) - 1))
    console = err()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=20), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("reading", total=len(files))
        seen: dict[str, int] = {}

        def progress(file: str, rows: int) -> None:
            seen[file] = rows
            bar.update(task, description=f"{Path(file).name}: {rows:,} rows", completed=len(seen) - 1)

        def waiting() -> None:
            console.print("another load is writing to this folder; waiting for it to finish")

        return loading.load(files, options, folder, wait=wait, progress=progress, on_wait=waiting)


def _more(count: int) -> str:
    return f" ({count} more are missing)" if count > 0 else ""


def _print(result: LoadResult, folder: DataFolder, quiet: bool) -> None:
    console = out()
    for report in result.reports:
        if report.error:
            err().print(f"{report.error}", markup=False, style="bold")
            continue
        _print_report(report, folder, quiet)
    if quiet:
        return
    if result.newly_shared:
        rows = [(site.companies, site.label, site.country, site.site) for site in result.newly_shared[:10]]
        console.print(table(
            f"Newly shared sites: {len(result.newly_shared)}" + (", the first 10" if len(rows) == 10 else ""),
            ("companies", "name", "country", "site"), rows, numbers=(0,),
        ))  # fmt: skip
    failed = [report for report in result.reports if report.error]
    if failed:
        console.print(f"Not loaded: {len(failed)} of {len(result.reports)} files; see above.")


def _print_report(report: ListReport, folder: DataFolder, quiet: bool) -> None:
    console, counts = out(), report.counts
    console.print(f"{report.file}", style="bold", markup=False)
    if report.unchanged:
        console.print(f"  already loaded as {report.list}; nothing changed", markup=False)
        return
    account = f"{counts.rows_read:,} rows read = {counts.stored:,} stored"
    console.print(f"  {account} + {counts.merged:,} merged as exact duplicates + {counts.refused:,} refused")
    if report.list and report.reporting_year is not None:
        whole = report.format == "company-file"
        console.print(f"  {'due diligence file' if whole else f'table of {report.format}'} {report.list}", markup=False)
        console.print(
            f"  of {report.contributor} for {report.reporting_year}, visible to: {report.visibility}; {report.sites:,}"
            f" sites, {report.sites - report.new_sites:,} of them known before",
            markup=False,
        )
        if report.renewed:
            console.print(f"  takes the place of the one for {report.reporting_year} that was here", markup=False)
    elif report.list:
        console.print(f"  list {report.list}", markup=False)
        console.print(
            f"  by {report.contributor}, holds from {report.date}, visible to: {report.visibility}; "
            f"{report.sites:,} sites, {report.new_sites:,} new and {report.sites - report.new_sites:,} known",
            markup=False,
        )
    for replaced in report.replaced:
        console.print(f"  takes the place of {replaced}, which stays in history", markup=False)
    if quiet:
        return
    if report.guess is not None and report.guess.profile.format in ("table", "relationships", "memberships"):
        held = report.guess.profile.columns.items()
        read = ", ".join(f"{header} = {field}" for header, field in held if field not in ("keep", "leave-out"))
        kept = ", ".join(header for header, field in held if field == "keep")
        console.print(f"  columns read: {read}", markup=False)
        if kept:
            console.print(f"  columns kept as text: {kept}", markup=False)
        for doubt in report.guess.doubts:
            console.print(f"  doubt: {doubt}", markup=False)
        console.print(
            f"  wrong? hefboom profile '{report.file}' --save profile.yaml shows why and lets you correct it",
            markup=False,
        )
    _print_findings(report, folder)


def _print_findings(report: ListReport, folder: DataFolder) -> None:
    """Refused and doubtful rows one by one, the rest by kind."""
    console = out()
    serious = report.findings.filter(pl.col("severity") != "info")
    for found in first_findings(serious, _SHOWN):
        place = ", ".join(
            part
            for part in (
                f"row {found['row']}" if found["row"] else "",
                f"column '{found['column']}'" if found["column"] else "",
                f"value '{' '.join(found['value'].split())[:60]}'" if found["value"] else "",
            )
            if part
        )
        advice = f"; {found['hint']}" if found["hint"] else ""
        console.print(f"  {found['severity']}: {place + ': ' if place else ''}{found['reason']}{advice}", markup=False)
    if serious.height > _SHOWN:
        console.print(f"  ... and {serious.height - _SHOWN:,} more refused or doubtful")
    for code, column, count, rows, reason in (
        report.findings.filter(pl.col("severity") == "info")
        .group_by("code", "column", maintain_order=True)
        .agg(pl.len().alias("n"), pl.col("row").drop_nulls().head(5).alias("rows"), pl.col("reason").first())
        .iter_rows()
    ):
        where = f" in column '{column}'" if column else ""
        some = f" (rows {', '.join(rows)}{', ...' if count > len(rows) else ''})" if count > 1 else ""
        console.print(f"  note: {code}{where}{f', {count:,} times' if count > 1 else ''}: {reason}{some}", markup=False)
    if report.findings.height:
        console.print(f"  all {report.findings.height:,} findings: {save_report(report, folder)[0]}", markup=False)


def profile(
    file: Annotated[Path, typer.Argument(help="A list: CSV, XLSX, XLS or ODS.")],
    save: Annotated[Path | None, typer.Option("--save", help="Write the guessed profile to this YAML file.")] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="The sheet of a workbook.")] = None,
) -> None:
    """Show how the columns of a list would be read, with sample values, and save that to edit it.

    Example: hefboom profile factories.xlsx --save factories.yaml
    """
    from hefboom.loaders.countries import resolve
    from hefboom.loaders.profiles import guess_profile
    from hefboom.loaders.tables import open_table

    source = open_table(file, sheet)
    sample = source.sample()
    guess = guess_profile(source, sample, lambda text: resolve(text).alpha2 is not None)
    rows = [
        (header, field, guess.reasons.get(header, ""), _samples(sample, header))
        for header, field in guess.profile.columns.items()
    ]
    out().print(table(f"{file}: read as {guess.profile.format}", ("column", "field", "why", "for example"), rows))
    for words in guess.unsure:
        out().print(f"must be answered: {words}", markup=False)
    for words in guess.doubts:
        out().print(f"doubt: {words}", markup=False)
    if save:
        save_profile(guess.profile, save)
        out().print(f"Written to {save}; edit it, then: hefboom load {file} --profile {save}", markup=False)
    elif guess.unsure:
        out().print("Add --save profile.yaml, correct that file, and load with --profile profile.yaml")


def _samples(sample: pl.DataFrame, header: str) -> str:
    values = sample[header].drop_nulls().unique(maintain_order=True).head(3)
    return "; ".join(" ".join(value.split())[:30] for value in values)


def demo(
    keep_files: Annotated[Path | None, typer.Option("--keep-files", help="Write the lists of the demo here.")] = None,
    data: DataOption = None,
    quiet: QuietOption = False,
) -> None:
    """Make a fictional covenant of 12 members, load their lists, and show which sites they share.

    Example: hefboom demo --data demo-data --keep-files demo-lists
    """
    from hefboom.cli_demo import run_demo

    folder = folder_of(data or STATE.data or Path("hefboom-demo"))
    if keep_files is not None:
        run_demo(keep_files, folder, quiet or STATE.quiet)
        return
    with tempfile.TemporaryDirectory() as made:
        run_demo(Path(made), folder, quiet or STATE.quiet)
