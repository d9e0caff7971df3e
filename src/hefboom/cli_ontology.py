"""``hefboom ontology``: check the ontology, print its reference, list its terms."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer

from hefboom.cli_common import LangOption, Language

app = typer.Typer(help="The words that the graph uses: check, reference, terms.", no_args_is_help=True)


@app.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Turtle files to check together with the ontology.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print problems only, no warnings.")] = False,
) -> None:
    """Prove with a reasoner that the ontology is consistent, and check labels, definitions and references.

    Exit status 1 when something is wrong. Example: hefboom ontology check my-module.ttl
    """
    from hefboom.ontology.check import check_ontology
    from hefboom.ontology.hygiene import hygiene

    extra = files or []
    result = check_ontology(extra)
    findings = hygiene(extra)
    problems = [*result.problems, *(found.message for found in findings if found.severity == "problem")]
    warnings = [found.message for found in findings if found.severity == "warning"]
    if as_json:
        record = dataclasses.asdict(result) | {"problems": problems, "warnings": warnings}
        typer.echo(json.dumps(record, ensure_ascii=False, indent=2))
    else:
        consistent = "consistent" if result.consistent else "NOT consistent"
        typer.echo(
            f"{consistent}: {result.terms} terms, {result.statements} statements,"
            f" {len(result.unsatisfiable)} classes without possible members, in {result.seconds:.1f} s"
        )
        for problem in problems:
            typer.echo(f"problem: {problem}")
        for warning in warnings if not quiet else []:
            typer.echo(f"warning: {warning}", err=True)
    if problems or not result.ok:
        raise typer.Exit(1)


@app.command()
def docs() -> None:
    """Print the reference of all terms, schemes and sources as Markdown.

    Example: hefboom ontology docs > docs/ontology.md
    """
    from hefboom.ontology.reference import render

    typer.echo(render(), nl=False)


@app.command("terms")
def list_terms(
    words: Annotated[str, typer.Argument(help="Show only terms whose name or texts have this in them.")] = "",
    lang: LangOption = Language.en,
) -> None:
    """List the terms with their definitions.

    Example: hefboom ontology terms visib
    """
    from hefboom.ontology.reference import terms

    for term in terms():
        if words.lower() in " ".join([term.name, *term.texts.values()]).lower():
            typer.echo(f"{term.name}\t{term.texts[f'label@{lang}']}\t{term.texts[f'definition@{lang}']}")


def register(parent: typer.Typer) -> None:
    """Add these commands to the command line, below `ontology`."""
    parent.add_typer(app, name="ontology")
