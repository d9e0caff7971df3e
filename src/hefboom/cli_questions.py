"""The commands that ask: `hefboom ask`, `hefboom questions`, `hefboom sparql`."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from hefboom.api.question_texts import ABOUT_NL
from hefboom.cli_common import DataOption, LangOption, Language, opened, out
from hefboom.errors import UsageError
from hefboom.queries import Answer, Evidence, Question, catalogue, find, run
from hefboom.queries.choices import offered
from hefboom.queries.formats import FORMATS
from hefboom.queries.free import free_query
from hefboom.queries.headers import Param
from hefboom.queries.tables import show

_FEW: Final = 10
_KINDS: Final = {
    "hef:Company": ("company", "bedrijf"),
    "hef:Country": ("country", "land"),
    "hef:Covenant": ("covenant", "convenant"),
    "hef:Listing": ("site of a file", "locatie in een dossier"),
    "hef:ProcessType": ("process", "proces"),
    "hef:Site": ("site", "locatie"),
    "xsd:boolean": ("yes or no", "ja of nee"),
    "xsd:date": ("day", "dag"),
    "xsd:decimal": ("number", "getal"),
    "xsd:integer": ("whole number", "geheel getal"),
    "xsd:string": ("text", "tekst"),
}
_SEVERAL: Final = (", one or more", ", een of meer")
_OPTIONAL: Final = ("optional", "mag weg")
_NEEDED: Final = ("needed", "nodig")
_DEFAULT: Final = ("otherwise", "anders")
_TODAY: Final = ("today", "vandaag")


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
    if as_json:
        entries = [_entry(question, lang.value) for question in catalogue().values()]
        typer.echo(json.dumps(entries, ensure_ascii=False, indent=2))
        return
    console = out()
    for question in catalogue().values():
        answers = f" [{', '.join(question.header.answers)}]" if question.header.answers else ""
        console.print(f"{question.name}{answers}", style="bold", markup=False)
        console.print(f"  {question.title(lang.value)}", markup=False)
        for param in question.header.params:
            if param.name != "lang":  # as --lang says it
                console.print(f"    {_in_words(param, lang.value)}", markup=False)


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


def _in_words(param: Param, lang: str) -> str:
    """A parameter as people read it: what it takes, whether it must be given, what it means."""
    place = lang == "nl"
    kind = _KINDS[param.type][place] + (_SEVERAL[place] if param.many else "")
    needed = _OPTIONAL[place] if param.optional else _NEEDED[place]
    if param.default is not None:
        needed = f"{_DEFAULT[place]} {_TODAY[place] if param.default == 'today' else param.default}"
    meaning = ABOUT_NL.get(param.description, param.description) if place else param.description
    known = offered(param) if param.choices else ()
    words = "; ".join(f"{code.short} = {code.label(lang)}" for code in known) if len(known) <= _FEW else ""
    return f"{param.name} ({kind}, {needed}): {meaning}" + (f" ({words})" if words else "")


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
