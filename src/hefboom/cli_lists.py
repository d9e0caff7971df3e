"""Commands on what is loaded: `lists`, `retract`, `export`, `rebuild`, `doctor`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from hefboom.cli_common import DataOption, JsonOption, LangOption, Language, Say, day, err, folder_of, opened, out
from hefboom.errors import UsageError

List = Annotated[str, typer.Argument(help="A list: its IRI or its id, such as nike/2021-02-01.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("lists")(lists)
    app.command("retract")(retract)
    app.command("export")(export)
    app.command("rebuild")(rebuild)
    app.command("doctor")(doctor)


def lists(
    at: Annotated[str | None, typer.Option("--at", help="Only lists that hold on this day, 2024-01-31.")] = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.en,
    data: DataOption = None,
) -> None:
    """Show the lists with their dates, visibility and row accounts.

    Example: hefboom lists --at 2024-01-31
    """
    wanted, held = day(at, "--at"), opened(data)
    entries = [
        entry
        for entry in held.entries
        if wanted is None
        or (
            entry.in_force
            and (entry.valid_from or entry.date) <= wanted
            and (entry.valid_to is None or wanted < entry.valid_to)
        )
    ]
    if as_json:
        rows = [
            {
                "list": held.names.list(entry.list), "kind": entry.kind, "contributor": entry.contributor_name,
                "title": entry.title, "reporting_year": entry.reporting_year,
                "date": entry.stated_date.isoformat() if entry.stated_date else None,
                "valid_from": (entry.valid_from or entry.date).isoformat(),
                "valid_to": entry.valid_to.isoformat() if entry.valid_to else None, "visibility": entry.visibility,
                "status": entry.status, "format": entry.format, "file": entry.file, "sha256": entry.sha256,
                "licence": entry.licence, "covenant": entry.covenant_name, "rows_read": entry.rows_read,
                "stored": entry.stored, "merged": entry.merged, "refused": entry.refused,
                "left_out": list(entry.left_out),
            }
            for entry in entries
        ]  # fmt: skip
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    from hefboom.queries.wording import worded

    numbers = ("read", "stored", "merged", "refused")
    head = ("list", "kind", "contributor", "until", "visibility", "status", *numbers, "file")
    rows_shown = [
        (
            entry.list, entry.kind, entry.contributor_name, entry.valid_to,
            worded("visibility", entry.visibility, lang), entry.status,
            entry.rows_read, entry.stored, entry.merged, entry.refused, Path(entry.file).name,
        )
        for entry in entries
    ]  # fmt: skip
    Say(out(), lang).table(f"{len(entries)} lists", head, rows_shown, (6, 7, 8, 9), ("kind", "status"))


def retract(
    list: List,
    wait: Annotated[float, typer.Option("--wait", help="Seconds to wait for a load to finish.")] = 600.0,
    lang: LangOption = Language.en,
    data: DataOption = None,
) -> None:
    """Take a list out: its listings leave the graph, its description stays, and what it replaced holds again.

    Example: hefboom retract nike/2021-02-01
    """
    from hefboom.graph.changes import retract_list

    removed = retract_list(folder_of(data), opened(data).names.list_id(list), wait)
    Say(out(), lang).print(f"Retracted {removed.list}: {removed.stored:,} listings taken out; its description stays.")


def export(
    what: Annotated[str, typer.Argument(help="listings or matches")],
    format: Annotated[str, typer.Option("--format", help="csv or json; of one list also oshub or scdex")] = "csv",
    one_list: Annotated[
        str | None, typer.Option("--list", help="With oshub or scdex: the list, by its IRI or its id.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file [default: standard output].")] = None,
    lang: LangOption = Language.en,
    data: DataOption = None,
) -> None:
    """Write every stored listing with the site it refers to, or every pair of listings that matching looked into.

    The formats oshub (Open Supply Hub, CSV) and scdex (SC-DEX, JSON) hold the listings of one list as it gave them, and
    can be loaded again.

    Example: hefboom export listings --format csv -o listings.csv
    """
    from hefboom.graph.exports import EXPORTS, write_export

    if what not in EXPORTS:
        raise UsageError(f"'{what}' cannot be exported; use one of {', '.join(EXPORTS)}")
    if format in ("oshub", "scdex"):
        _export_list(what, format, one_list, output, data)
        return
    if one_list is not None:
        raise UsageError("--list belongs to --format oshub or scdex")
    if format not in ("csv", "json"):
        raise UsageError(f"--format '{format}' is unknown; use csv, json, oshub or scdex")
    if output is None:
        write_export(opened(data), what, format, sys.stdout.buffer, lang)
        return
    with output.open("wb") as file:
        write_export(opened(data), what, format, file, lang)


def _export_list(what: str, form: str, one_list: str | None, output: Path | None, data: Path | None) -> None:
    from hefboom.graph.listing_exports import exported
    from hefboom.graph.listing_records import listing_records

    if what != "listings" or one_list is None:
        raise UsageError(f"--format {form} writes the listings of one list; give 'listings' and --list LIST")
    held = opened(data)
    wanted = held.names.list_id(one_list)
    if wanted not in {entry.list for entry in held.entries if entry.in_force}:
        raise UsageError(f"there is no list '{one_list}'; 'hefboom lists' shows those that are loaded")
    pieces = exported(listing_records(held.store, held.names.list(wanted)), form)
    if output is None:
        sys.stdout.writelines(pieces)
        return
    with output.open("w", encoding="utf-8", newline="") as file:
        file.writelines(pieces)


def rebuild(
    wait: Annotated[float, typer.Option("--wait", help="Seconds to wait for a load to finish.")] = 600.0,
    lang: LangOption = Language.en,
    data: DataOption = None,
) -> None:
    """Make everything derived anew from the lists in the store: the projection, identity, sites, tiers.

    Example: hefboom rebuild
    """
    from hefboom.graph.rebuild import rebuild as make_anew

    count = make_anew(folder_of(data), wait)
    Say(out(), lang).print(f"Rebuilt from {count} lists.")


def doctor(as_json: JsonOption = False, lang: LangOption = Language.en, data: DataOption = None) -> None:
    """Check the installation and the data folder, and say what to do about anything that is wrong.

    Example: hefboom doctor
    """
    from hefboom.graph.health import examine

    checks = examine(folder_of(data))
    if as_json:
        typer.echo(json.dumps([check.to_dict() for check in checks], ensure_ascii=False, indent=1))
    else:
        rows = [(check.state, check.name, check.found, check.advice) for check in checks]
        head = ("state", "what", "found", "what to do")
        Say(out(), lang).table("Hefboom's health", head, rows, coded=head)
    if any(check.state == "wrong" for check in checks):
        Say(err(), lang).print("Something is wrong; see above.")
        raise typer.Exit(1)
