"""The command line: parse, call, print. Every command says what it does with an example."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module, metadata
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer

from hefboom.cli_common import DATA_HELP, LANGUAGE, STATE, Language, Say, err, language
from hefboom.errors import HefboomError

ROOMS = {
    "cli_load": ("load", "profile", "demo"),
    "cli_lists": ("lists", "retract", "export", "rebuild", "doctor"),
    "cli_matching": ("resolve", "review", "decide", "why", "find", "duplicates-in-list"),
    "cli_questions": ("ask", "questions", "sparql"),
    "cli_ontology": ("ontology",),
    "cli_steps": ("template", "check"),
    "cli_risk": ("risk",),
    "cli_report": ("report",),
    "cli_covenant": ("covenant",),
    "cli_serve": ("publish", "publications", "serve", "backup", "restore"),
    "cli_access": ("access",),
}
"""The module of each group of commands; a call imports only what its command needs."""

HELP = "Who shares which site, at which tier, with what risk: a knowledge graph for OECD due diligence."


def build_app(commands: Sequence[str] | None = None) -> typer.Typer:
    """The command line with the modules of the given commands, or with all of them."""
    built = typer.Typer(
        name="hefboom", help=HELP, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False
    )
    built.callback(invoke_without_command=True)(_start)
    for module, names in ROOMS.items():
        if commands is None or any(name in commands for name in names):
            import_module(f"hefboom.{module}").register(built)
    return built


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hefboom {metadata.version('hefboom')}")
        raise typer.Exit


def _start(
    context: typer.Context,
    data: Annotated[
        Path | None, typer.Option("--data", envvar="HEFBOOM_DATA", show_envvar=False, help=DATA_HELP)
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print results and errors only.")] = False,
    lang: Annotated[
        Language | None,
        typer.Option("--lang", parser=language, metavar="[en|nl]", help="The language of all that is said."),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what is done, to standard error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    STATE.data, STATE.quiet = data, quiet
    STATE.always_dutch = os.environ.get(LANGUAGE) == Language.nl
    if lang is not None:
        os.environ[LANGUAGE] = lang.value  # where the command that follows looks for it
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)
    if verbose:
        logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")


def _named(arguments: Sequence[str]) -> list[str] | None:
    """The command that a call names, if its first words leave no doubt: options with values are known by name."""
    if "--version" in arguments:
        return []
    rest = iter(arguments)
    for word in rest:
        if word in ("--data", "--lang"):
            next(rest, None)
        elif not word.startswith("-"):
            known = {name for names in ROOMS.values() for name in names}
            return [word] if word in known else None
    return None


def main() -> None:
    """Run the command line; an expected error is one plain message and an exit status of 1 (data) or 2 (use)."""
    arguments = sys.argv[1:]
    lang = _language(arguments)
    try:
        command = typer.main.get_command(build_app(_named(arguments)))
        if lang is Language.nl:
            from hefboom.cli_dutch import run_in_dutch

            run_in_dutch(command)
        else:
            command()
    except HefboomError as error:
        typer.echo(f"hefboom: {Say(err(), lang).of(str(error))}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        typer.echo(f"hefboom: {place}{error.strerror or error}", err=True)
        sys.exit(1)


def _language(arguments: Sequence[str]) -> Language:
    """The language that a call asks for; needed before the options are read, which may be what goes wrong."""
    asked = os.environ.get(LANGUAGE)
    for word, following in pairwise([*arguments, ""]):
        if word == "--lang":
            asked = following
        elif word.startswith("--lang="):
            asked = word.removeprefix("--lang=")
    return Language.nl if asked == Language.nl else Language.en


def __getattr__(name: str) -> typer.Typer:
    """The whole command line as `app`, built when it is asked for."""
    if name == "app":
        return build_app()
    raise AttributeError(name)


if __name__ == "__main__":
    main()
