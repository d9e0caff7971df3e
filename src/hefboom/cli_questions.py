"""The commands that ask: `hefboom ask`, `hefboom questions`, `hefboom sparql`."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from hefboom.cli_common import DataOption, LangOption, Language, Say, opened, out
from hefboom.errors import UsageError
from hefboom.queries import Answer, Evidence, Question, catalogue, find, run
from hefboom.queries.formats import FORMATS
from hefboom.queries.free import free_query
from hefboom.queries.tables import show


class Audience(StrEnum):
    """For whose eyes the answer is."""

    public = "public"
    members = "members"
    secretariat = "secretariat"


class AnswerFormat(StrEnum):
    """How an answer is written."""

    table = "table"
    csv = "csv"
    xlsx = "xlsx"
    json = "json"
    ttl = "ttl"


class ResultFormat(StrEnum):
    """How the result of free SPARQL is written."""

    table = "table"
    json = "json"
    csv = "csv"
    tsv = "tsv"
    xml = "xml"
    ttl = "ttl"
    nt = "nt"


def register(app: typer.Typer) -> None:
    """Add the three commands to an app."""
    app.command("ask")(ask)
    app.command("questions")(questions)
    app.command("sparql")(sparql)


def ask(
    name: Annotated[
        str, typer.Argument(help="A question's name, or the competency question it answers, such as CQ02.")
    ],
    param: Annotated[
        list[str] | None, typer.Option("--param", "-p", help="A parameter as name=value; may be repeated.")
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", help="The day for which the answer holds, such as 2024-12-31.")
    ] = None,
    covenant: Annotated[str | None, typer.Option("--covenant", help="Only the members of this covenant.")] = None,
    audience: Annotated[Audience, typer.Option("--as", help="For whose eyes the answer is.")] = Audience.secretariat,
    form: Annotated[AnswerFormat, typer.Option("--format", help="How the answer is written.")] = AnswerFormat.table,
    lang: LangOption = Language.en,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file instead of the screen.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Ask a named question.

    Example: hefboom ask shared-sites --param n=3 --covenant "Textile Covenant" --format xlsx -o shared.xlsx
    """
    question = find(name)
    given = _params(question, param or [], at, covenant)
    answer = run(question, given, _evidence(data), audience.value, lang=lang.value)
    _write_answer(answer, form, lang, output)


def questions(
    as_json: Annotated[bool, typer.Option("--json", help="Write a JSON array.")] = False,
    lang: LangOption = Language.en,
) -> None:
    """List the questions that can be asked, what they take and which competency questions they answer.

    Example: hefboom questions --json
    """
    entries = [_entry(question, lang.value) for question in catalogue().values()]
    if as_json:
        typer.echo(json.dumps(entries, ensure_ascii=False, indent=2))
        return
    console = out()
    say = Say(console, lang)
    for entry in entries:
        answers = f" [{', '.join(entry['answers'])}]" if entry["answers"] else ""
        console.print(f"{entry['name']}{answers}", style="bold", markup=False)
        console.print(f"  {entry['title']}", markup=False)
        for one in entry["params"]:
            needed = say.of(
                "optional" if one["optional"] else f"default {one['default']}" if one["default"] else "needed"
            )
            console.print(f"    {one['name']} ({one['type']}, {needed}): {one['description']}", markup=False)


def sparql(
    query: Annotated[str, typer.Argument(help="A SPARQL 1.1 query, or - to read it from standard input.")],
    form: Annotated[ResultFormat, typer.Option("--format", help="How the result is written.")] = ResultFormat.table,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file instead of the screen.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Run a SPARQL 1.1 query on all the data; the default graph is the union of all graphs.

    A statement that stands in two lists counts twice here; use DISTINCT, or ask a publication (hefboom serve).

    Example: hefboom sparql 'SELECT ?s WHERE { ?s a <https://w3id.org/hefboom/ns#Site> } LIMIT 5' --format json
    """
    text = sys.stdin.read() if query == "-" else query
    _emit(free_query(opened(data).store, text, form.value), output)


def _evidence(data: Path | None) -> Evidence:
    found = opened(data)
    return Evidence(found.store, found.tables, base=found.names.base)


def _params(question: Question, pairs: list[str], at: str | None, covenant: str | None) -> dict[str, list[str] | str]:
    given: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise UsageError(f"--param '{pair}': write name=value")
        given.setdefault(name.removeprefix("?"), []).append(value)
    for name, option in (("at", at), ("covenant", covenant)):
        if option is not None:
            given.setdefault(name, []).append(option)
    single = {one.name for one in question.header.params if not one.many}
    repeated = [name for name, values in given.items() if len(values) > 1 and name in single]
    if repeated:
        raise UsageError(f"{question.name} takes one value for '{repeated[0]}', not {len(given[repeated[0]])}")
    return {name: values[0] if len(values) == 1 else values for name, values in given.items()}


def _entry(question: Question, lang: str) -> dict[str, Any]:
    params = [
        {
            "name": one.name,
            "type": one.type + ("+" if one.many else ""),
            "default": one.default,
            "optional": one.optional or one.default is not None,
            "description": one.description,
        }
        for one in question.header.params
    ]
    return {
        "name": question.name,
        "title": question.title(lang),
        "params": params,
        "answers": list(question.header.answers),
    }


def _write_answer(answer: Answer, form: AnswerFormat, lang: Language, output: Path | None) -> None:
    if form is not AnswerFormat.table:
        _emit(FORMATS[form.value](answer), output)
        return
    if output is None:
        show(answer, out(), lang.value)
        return
    with output.open("w", encoding="utf-8") as file:
        show(answer, Console(file=file, highlight=False, width=200), lang.value)


def _emit(content: bytes, output: Path | None) -> None:
    if output is not None:
        output.write_bytes(content)
        return
    sys.stdout.buffer.write(content)
    sys.stdout.flush()
