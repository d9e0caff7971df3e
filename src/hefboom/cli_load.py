"""Commands that bring data in: `load`, `profile`, `demo`."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from hefboom.cli_common import (
    STATE,
    DataOption,
    JsonOption,
    LangOption,
    Language,
    QuietOption,
    Say,
    day,
    err,
    folder_of,
    out,
)  # fmt: skip
from hefboom.errors import UsageError
from hefboom.graph import DataFolder
from hefboom.load_account import print_result
from hefboom.loaders import load as loading
from hefboom.loaders.load_options import LoadOptions
from hefboom.loaders.load_report import LoadResult
from hefboom.loaders.profiles import load_profile, save_profile
from hefboom.loaders.reports import report_object, save_report

Files = Annotated[
    list[Path], typer.Argument(help="Lists (CSV, XLSX, XLS, ODS, GeoJSON, JSON) and due diligence files.")
]
Contributor = Annotated[str | None, typer.Option("--contributor", help="Who made the list.")]
Visibility = Annotated[
    str | None,
    typer.Option(
        "--visibility",
        help="public, members, secretariat or owner [default: secretariat; register: public;"
        " table of members: members; due diligence file: owner].",
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
    encoding: Annotated[
        str | None,
        typer.Option(
            "--encoding", help="The encoding of a text file: cp1254, cp1250, ... [default: told from its bytes]."
        ),
    ] = None,
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
    lang: LangOption = Language.en,
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
        encoding=encoding,
        title=title,
        alongside=alongside,
        replaces=replaces,
        year=year,
    )
    folder = folder_of(data)
    say = Say(out(), lang, quiet or STATE.quiet or as_json)
    result = _run(files, options, folder, wait, say)
    tables = {report.file: save_report(report, folder, say.of)[0] for report in result.reports}
    if as_json:
        for report in result.reports:
            typer.echo(json.dumps(report_object(report), ensure_ascii=False))
    else:
        print_result(result, tables, say, err())
    if any(report.error or report.counts.refused for report in result.reports):
        raise typer.Exit(1)


def _run(files: Sequence[Path], options: LoadOptions, folder: DataFolder, wait: float, say: Say) -> LoadResult:
    missing = [str(file) for file in files if not file.exists()]
    if missing:
        if len(missing) > 1:
            raise UsageError(f"there is no file '{missing[0]}'; check the name ({len(missing) - 1} more are missing)")
        raise UsageError(f"there is no file '{missing[0]}'; check the name")
    console = err()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=20), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=say.quiet or not console.is_terminal) as bar:
        task = bar.add_task("", total=len(files))
        seen: dict[str, int] = {}

        def progress(file: str, rows: int) -> None:
            seen[file] = rows
            bar.update(task, description=f"{Path(file).name}: {say.of(f'{rows:,} rows')}", completed=len(seen) - 1)

        def waiting() -> None:
            console.print(say.of("another load is writing to this folder; waiting for it to finish"))

        return loading.load(files, options, folder, wait=wait, progress=progress, on_wait=waiting)


def profile(
    file: Annotated[Path, typer.Argument(help="A list: CSV, XLSX, XLS or ODS.")],
    save: Annotated[Path | None, typer.Option("--save", help="Write the guessed profile to this YAML file.")] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="The sheet of a workbook.")] = None,
    lang: LangOption = Language.en,
) -> None:
    """Show how the columns of a list would be read, with sample values, and save that to edit it.

    Example: hefboom profile factories.xlsx --save factories.yaml
    """
    from hefboom.loaders.countries import resolve
    from hefboom.loaders.profiles import guess_profile
    from hefboom.loaders.shown_samples import shown_samples
    from hefboom.loaders.tables import open_table

    source = open_table(file, sheet)
    sample = source.sample()
    guess = guess_profile(source, sample, lambda text: resolve(text).alpha2 is not None)
    samples, say = shown_samples(sample, guess.profile), Say(out(), lang)
    rows = [
        (header, field, guess.reasons.get(header, ""), say.of("not shown") if shown is None else shown)
        for (header, field), shown in zip(guess.profile.columns.items(), samples.values(), strict=True)
    ]
    say.table(
        f"{file}: read as {guess.profile.format}", ("column", "field", "why", "for example"), rows, coded=("why",)
    )
    for words in guess.unsure:
        say.print(f"must be answered: {words}")
    for words in guess.doubts:
        say.print(f"doubt: {words}")
    if save:
        save_profile(guess.profile, save)
        say.print(f"Written to {save}; edit it, then: hefboom load {file} --profile {save}")
    elif guess.unsure:
        say.print("Add --save profile.yaml, correct that file, and load with --profile profile.yaml")


def demo(
    keep_files: Annotated[Path | None, typer.Option("--keep-files", help="Write the lists of the demo here.")] = None,
    data: DataOption = None,
    quiet: QuietOption = False,
    lang: LangOption = Language.en,
) -> None:
    """Make a fictional covenant of 12 members, load their lists, and show which sites they share.

    Example: hefboom demo --data demo-data --keep-files demo-lists
    """
    from hefboom.cli_demo import run_demo

    folder = folder_of(data or STATE.data or Path("hefboom-demo"))
    say = Say(out(), lang, quiet or STATE.quiet)
    if keep_files is not None:
        run_demo(keep_files, folder, say, Say(err(), lang))
        return
    with tempfile.TemporaryDirectory() as made:
        run_demo(Path(made), folder, say, Say(err(), lang))
