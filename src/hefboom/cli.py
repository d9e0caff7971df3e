"""The command line: parse, call, print. Every command says what it does with an example."""

from __future__ import annotations

import logging
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from hefboom import cli_lists, cli_load, cli_ontology, cli_questions
from hefboom.cli_common import STATE
from hefboom.errors import HefboomError

app = typer.Typer(
    name="hefboom",
    help="Who shares which site, at which tier, with what risk: a knowledge graph for OECD due diligence.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hefboom {metadata.version('hefboom')}")
        raise typer.Exit


@app.callback()
def _start(
    data: Annotated[
        Path | None, typer.Option("--data", envvar="HEFBOOM_DATA", help="The data folder [default: ./hefboom-data].")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print results and errors only.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what is done, to standard error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    STATE.data, STATE.quiet = data, quiet
    if verbose:
        logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")


for room in (cli_load, cli_lists, cli_questions):
    room.register(app)
app.add_typer(cli_ontology.app, name="ontology")


def main() -> None:
    """Run the command line; an expected error is one plain message and an exit status of 1 (data) or 2 (use)."""
    try:
        app()
    except HefboomError as error:
        typer.echo(f"hefboom: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    main()
