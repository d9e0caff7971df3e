"""The command `hefboom report`: a report for print on a company, a covenant, a site or an SDG target."""

from __future__ import annotations

import datetime
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from hefboom.cli_common import DataOption, LangOption, Language, Say, day, err, opened
from hefboom.errors import UsageError


class Kind(StrEnum):
    """What the report is about."""

    company = "company"
    covenant = "covenant"
    site = "site"
    sdg = "sdg"


class ReportFormat(StrEnum):
    """How the report is written."""

    html = "html"
    pdf = "pdf"
    xlsx = "xlsx"
    md = "md"


class Reader(StrEnum):
    """For whose eyes the report is; `owner` is the company that it is about."""

    public = "public"
    members = "members"
    secretariat = "secretariat"
    owner = "owner"


def register(app: typer.Typer) -> None:
    """Add the command to an app."""
    app.command("report")(report)


def report(
    kind: Annotated[Kind, typer.Argument(help="What it is about: company, covenant, site or sdg.", show_default=False)],
    name: Annotated[
        str, typer.Argument(help="Its name, id or IRI; of an SDG target its number, such as 8.7.", show_default=False)
    ],
    at: Annotated[str | None, typer.Option("--at", help="The day for which it holds [default: today].")] = None,
    audience: Annotated[Reader, typer.Option("--as", help="For whose eyes the report is.")] = Reader.secretariat,
    lang: LangOption = Language.en,
    form: Annotated[
        ReportFormat | None, typer.Option("--format", help="How it is written [default: by the file].")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")] = None,
    fonts: Annotated[
        Path | None, typer.Option("--fonts", help="A folder with more fonts for the PDF, such as Noto for Bengali.")
    ] = None,
    parameters: Annotated[
        Path | None, typer.Option("--parameters", help="Turtle with parameters of one's own, as in parameters.ttl.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Write a report for print: levels, gaps, severe risks, SDG targets, shared sites, with the source of every line.

    Example: hefboom report company "Duinroos Kleding" --lang nl --format pdf -o duinroos.pdf
    """
    from hefboom.graph.completeness_parameters import read_parameters
    from hefboom.graph.iris import slug
    from hefboom.queries import Evidence
    from hefboom.reports import make_report, write_report
    from hefboom.reports.desk import Desk

    chosen = _format(form, output)
    when = day(at, "--at") or datetime.date.today()
    if audience is Reader.owner and kind is not Kind.company:
        raise UsageError("--as owner is for a report on the company itself; use public, members or secretariat")
    held = opened(data)
    evidence = Evidence(held.store, held.tables, base=held.names.base)
    owner = slug(name.rpartition("/")[2]) if audience is Reader.owner else None
    desk = Desk(evidence, when, lang.value, audience.value, owner, read_parameters(parameters))
    made = make_report(desk, kind.value, name)
    content = write_report(made, chosen.value, fonts)
    if chosen is ReportFormat.pdf:
        from hefboom.reports.as_pdf import missing_characters

        if lacking := missing_characters(made, fonts):
            Say(err(), lang).print(f"No font at hand shows {' '.join(lacking)}; the PDF has □ there and says so")
    if output is not None:
        output.write_bytes(content)
        Say(err(), lang).print(f"Wrote {output}")
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()


def _format(form: ReportFormat | None, output: Path | None) -> ReportFormat:
    """The format that was asked for, else that of the file's suffix, else Markdown."""
    if form is None and output is None:
        return ReportFormat.md
    if form is None and output is not None:
        suffix = {"htm": "html", "markdown": "md"}.get(found := output.suffix.lower().removeprefix("."), found)
        if suffix not in list(ReportFormat):
            raise UsageError(f"'{output}' names no format; add --format {', '.join(ReportFormat)}")
        return ReportFormat(suffix)
    assert form is not None
    if output is None and form in (ReportFormat.pdf, ReportFormat.xlsx):
        raise UsageError(f"--format {form.value} needs --output: it cannot be printed on a screen")
    return form
