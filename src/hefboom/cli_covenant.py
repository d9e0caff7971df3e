"""Commands on covenants: whether the public part shows their aggregated list, and what is in it."""

from __future__ import annotations

import datetime
import json
from typing import Annotated

import typer

from hefboom.cli_common import DataOption, JsonOption, LangOption, Language, Say, folder_of, opened, out
from hefboom.errors import UsageError
from hefboom.graph import OpenData

covenant = typer.Typer(name="covenant", help="What is shown of a covenant's members together.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The covenant: its name or its IRI.")]


@covenant.command("aggregate")
def aggregate(
    name: Name,
    at_least: Annotated[int, typer.Option("--at-least", help="The fewest companies that a count tells of.")] = 3,
    off: Annotated[bool, typer.Option("--off", help="Show it no longer.")] = False,
    renew: Annotated[
        bool, typer.Option("--renew", help="Make it anew although the lists of few companies changed.")
    ] = False,
    lang: LangOption = Language.en,
    data: DataOption = None,
) -> None:
    """Let the publications show the sites of a covenant's members together, without saying who buys where.

    Until this is asked for, nothing of it is shown. It shows name, address, country and OS ID of each site, and a count
    of at least so many companies.

    Example: hefboom covenant aggregate "Textile Covenant" --at-least 3
    """
    from hefboom.graph.aggregates import Aggregates

    held, folder = opened(data), folder_of(data).path
    say = Say(out(), lang)
    if off:
        if renew:
            raise UsageError("give either --off or --renew")
        closed = Aggregates(folder).close(held, name)
        say.print(f"{closed.label}: no aggregated list from the next publication on.")
        return
    Aggregates(folder).open(held, name, at_least)
    tell_renewed(held, say, renew)
    say.print("Publish again ('hefboom publish public') to show it.")


@covenant.command("list")
def list_covenants(as_json: JsonOption = False, lang: LangOption = Language.en, data: DataOption = None) -> None:
    """List the covenants that have or had an aggregated list.

    Example: hefboom covenant list
    """
    from hefboom.graph.aggregates import Aggregates

    found = Aggregates(folder_of(data).path).all()
    if as_json:
        rows = [
            {
                "covenant": one.covenant, "label": one.label, "open": one.is_open, "at_least": one.at_least,
                "day": one.day or None, "sites": one.sites,
            }
            for one in found
        ]  # fmt: skip
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    cells = [(one.label, "yes" if one.is_open else "no", one.at_least, one.day, one.sites) for one in found]
    head = ("covenant", "shown", "at least", "as of", "sites")
    Say(out(), lang).table(f"{len(cells)} covenants with an aggregated list", head, cells, (2, 4), ("shown",))


def tell_renewed(held: OpenData, say: Say, anyway: bool = False) -> None:
    """Make the open aggregated lists anew where they may be, and say what came of it."""
    from hefboom.graph.aggregates import Aggregates

    for one in Aggregates(held.folder.path).renew(held, datetime.date.today(), anyway):
        known = one.aggregate
        if one.news == "small":
            said = f"nothing to show: {one.changed} companies handed in closed lists, fewer than {known.at_least}"
        elif one.news == "kept":
            said = (
                f"stays as of {known.day}: the lists of fewer than {known.at_least} companies changed since a list that"
                " was shown, so the change would tell of them (--renew makes it anew all the same)"
            )
        elif one.news == "near":
            said = (
                f"not made: all but fewer than {known.at_least} of its lists are those of {one.beside}, which was shown"
                " first, so the two together would tell of single companies (--renew makes it all the same)"
            )
        else:
            said = f"{known.sites:,} sites as of {known.day}, counts from {known.at_least} companies"
        say.print(f"aggregated list of {known.label}: {said}")


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(covenant)
