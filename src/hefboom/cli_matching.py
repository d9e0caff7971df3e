"""Commands on which listings are one site: `resolve`, `decide`, `why`, `find`, `duplicates-in-list`."""

from __future__ import annotations

import dataclasses
import datetime
import json
import tempfile
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from hefboom.cli_common import DataOption, JsonOption, LangOption, Language, Say, err, folder_of, opened, out
from hefboom.cli_matching_texts import print_explanation, print_found, print_recorded, print_resolved
from hefboom.errors import UsageError
from hefboom.graph import DataFolder

WaitOption = Annotated[float, typer.Option("--wait", help="Seconds to wait for another writer to finish.")]
WhoOption = Annotated[
    str | None, typer.Option("--who", help="Who decides; initials or a role suffice, and are kept as given.")
]
ResolveOption = Annotated[
    bool, typer.Option("--resolve/--no-resolve", help="Whether to resolve again afterwards, so that all pairs agree.")
]


class Engine(StrEnum):
    """Where the model runs."""

    duckdb = "duckdb"
    spark = "spark"


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    from hefboom.cli_review import review

    app.command("resolve")(resolve)
    app.command("review")(review)
    app.command("decide")(decide)
    app.command("why")(why)
    app.command("find")(find)
    app.command("duplicates-in-list")(duplicates_in_list)


def resolve(
    engine: Annotated[Engine, typer.Option("--engine", help="Where the model runs.")] = Engine.duckdb,
    full: Annotated[bool, typer.Option("--full", help="Compare all lists anew, not only what is new.")] = False,
    wait: WaitOption = 600.0,
    as_json: JsonOption = False,
    lang: LangOption = Language.en,
    data: DataOption = None,
) -> None:
    """Find which listings are one site though spelled differently, and join those that are beyond doubt.

    Example: hefboom resolve
    """
    run_resolve(folder_of(data), Say(out(), lang), engine, full, wait, as_json)


def run_resolve(
    folder: DataFolder,
    say: Say,
    engine: Engine = Engine.duckdb,
    full: bool = False,
    wait: float = 600.0,
    as_json: bool = False,
) -> None:
    """Resolve a data folder, showing on standard error that it works, and print what was found."""
    from hefboom.graph.resolution import resolve_folder
    from hefboom.graph.spark_session import local_spark

    console = err()
    status = console.status(say.of("comparing listings")) if console.is_terminal and not as_json else nullcontext()
    with local_spark() if engine is Engine.spark else nullcontext() as session, status:
        found = resolve_folder(folder, wait=wait, engine=engine.value, session=session, full=full)
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(found), ensure_ascii=False))
    else:
        print_resolved(found, say)


def decide(
    left: Annotated[str, typer.Argument(help="A site (id or IRI) or a listing (IRI).")],
    right: Annotated[str, typer.Argument(help="The other site or listing.")],
    decision: Annotated[str | None, typer.Argument(help="same, different or unsure; not with --withdraw.")] = None,
    who: WhoOption = None,
    why: Annotated[str, typer.Option("--why", help="The reason, in your words; seen by the secretariat only.")] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take back the decision on this pair.")] = False,
    resolve: ResolveOption = True,
    lang: LangOption = Language.en,
    wait: WaitOption = 600.0,
    data: DataOption = None,
) -> None:
    """Decide whether two sites are one; it holds from now on, for new lists too, until it is withdrawn.

    Example: hefboom decide BD2019123ABCDEF hb-0123456789abcdef different --who MJ --why "two gates"
    """
    from hefboom.graph.decisions import Wish, record

    say = Say(out(), lang)
    if withdraw == (decision is not None):
        raise UsageError("say what you decide: same, different or unsure; or give --withdraw to take a decision back")
    results = record(folder_of(data), [Wish(left, right, decision, named(who), why)], wait)
    print_recorded(results, decision, say)
    if resolve and any(result.state not in ("known", "nothing") for result in results):
        run_resolve(folder_of(data), say, wait=wait)


def named(who: str | None) -> str:
    """The reviewer's name. Raises UsageError when it is blank."""
    if not (who or "").strip():
        raise UsageError("a decision needs a name behind it; give --who with your initials or role")
    return str(who).strip()


def why(
    site: Annotated[str, typer.Argument(help="A site (id, old id or IRI) or a listing (IRI).")],
    lang: LangOption = Language.en,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Show why a site is what it is: its listings, how each came to it, doubts, decisions, and how to undo them.

    Example: hefboom why BD2019123ABCDEF
    """
    from hefboom.graph.why import explain_site

    held = opened(data)
    found = explain_site(held, site)
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(found), ensure_ascii=False, indent=1))
    else:
        print_explanation(found, held.names, Say(out(), lang))


def find(
    name: Annotated[str, typer.Argument(help="NAME, PLACE as a report has it; the place may be left out.")],
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many candidates to show.")] = 5,
    lang: LangOption = Language.en,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Find the sites that a name in a report may mean, misspelt or in another script, and who uses them (CQ06).

    Example: hefboom find "Phu Kim Embroidry, Thu Dau Mot"
    """
    from hefboom.graph.finding import find_sites, users_of

    held = opened(data)
    found = find_sites(held, name, limit)
    users = users_of(held, [one.site for one in found], datetime.date.today())
    candidates: list[dict[str, Any]] = []
    for one in found:
        reasons = one.reasons_nl if lang == "nl" else one.reasons_en
        candidates.append({
            "site": held.names.site(one.site), "score": one.score, "name": one.label, "address": one.address,
            "country": one.country, "reasons": reasons, "used_by": users.get(one.site, []),
        })  # fmt: skip
    if as_json:
        typer.echo(json.dumps(candidates, ensure_ascii=False, indent=1))
    else:
        print_found(name, candidates, Say(out(), lang))


def duplicates_in_list(
    file: Annotated[Path, typer.Argument(help="A list: CSV, XLSX, XLS, ODS, GeoJSON or JSON.")],
    profile: Annotated[Path | None, typer.Option("--profile", help="A column profile (YAML).")] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="The sheet of a workbook.")] = None,
    lang: LangOption = Language.en,
    as_json: JsonOption = False,
) -> None:
    """Show which rows of one list are or may be the same site, before loading it; nothing is kept.

    Example: hefboom duplicates-in-list factories.xlsx
    """
    from hefboom.graph import open_data
    from hefboom.graph.duplicates import near_doubles
    from hefboom.graph.resolution import resolve_folder
    from hefboom.loaders import load as loading
    from hefboom.loaders.load_options import LoadOptions
    from hefboom.loaders.profiles import load_profile

    if not file.exists():
        raise UsageError(f"there is no file '{file}'; check the name")
    options = LoadOptions(contributor="this list", profile=load_profile(profile) if profile else None, sheet=sheet)
    with tempfile.TemporaryDirectory(prefix="hefboom-") as scratch:
        folder = DataFolder(Path(scratch) / "data")
        report = loading.load([file], options, folder).reports[0]
        if report.error:
            raise UsageError(str(report.error))
        resolve_folder(folder, full=True)
        pairs = near_doubles(open_data(folder.path), lang)
    if as_json:
        typer.echo(json.dumps(pairs, ensure_ascii=False, indent=1))
        return
    counts = report.counts
    say = Say(out(), lang)
    say.print(
        f"{file}: {counts.rows_read:,} rows read, {counts.merged:,} repeat another row exactly, "
        f"{sum(pair['outcome'] == 'same' for pair in pairs):,} pairs are one site, "
        f"{sum(pair['outcome'] == 'possible' for pair in pairs):,} may be."
    )
    if pairs:
        head = ("row", "row", "outcome", "sure", "name", "name", "why")
        keys = ("left_row", "right_row", "outcome", "probability", "left_name", "right_name", "reasons")
        say.table(None, head, [[pair[key] for key in keys] for pair in pairs], (0, 1, 3), ("outcome",))
