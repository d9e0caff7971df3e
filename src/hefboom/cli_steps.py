"""Commands on due diligence files: `template`, `check`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from hefboom import cli_common
from hefboom.cli_common import STATE, DataOption, LangOption, day, err, folder_of, out, table
from hefboom.errors import UsageError
from hefboom.graph.completeness import LEVELS, Checker, CompanyCheck
from hefboom.messages import in_language
from hefboom.ontology.codes import Language

_FORMATS = ("table", "xlsx", "json", "ttl", "sarif")
_TABLES = ("audits", "certificates", "complaints", "engagements", "heat-map")
_TEMPLATES = ("company-file", "company-file-schema", *_TABLES)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("template")(template)
    app.command("check")(check)


def template(
    what: Annotated[
        str,
        typer.Argument(
            help="company-file, audits, certificates, complaints, engagements, heat-map; or company-file-schema."
        ),
    ],
    lang: LangOption = cli_common.Language.en,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file to write.")] = None,
) -> None:
    """Write an empty due diligence file for a company to fill in, or a table that belongs to it, as a workbook.

    company-file-schema is the JSON Schema of the file's YAML and JSON form.

    Example: hefboom template company-file --lang nl -o dossier.xlsx
    """
    from hefboom.loaders.company_json import company_file_schema_text
    from hefboom.loaders.company_table_template import write_table_template
    from hefboom.loaders.company_workbook import write_company_template

    if what not in _TEMPLATES:
        raise UsageError(f"there is no template '{what}'; use one of {', '.join(_TEMPLATES)}")
    language = _language(lang)
    if what == "company-file":
        path = output or Path(f"company-file-{language}.xlsx")
        write_company_template(path, language)
    elif what in _TABLES:
        path = output or Path(f"{what}-{language}.xlsx")
        write_table_template(path, what, language)
    else:
        path = output or Path("company-file.schema.json")
        path.write_text(company_file_schema_text(), encoding="utf-8")
    out().print(in_language(f"Wrote {path}", language), markup=False)


def check(
    companies: Annotated[
        list[str] | None, typer.Argument(help="Companies by name, id or IRI, or due diligence files on disk.")
    ] = None,
    covenant: Annotated[str | None, typer.Option("--covenant", help="All members of a covenant.")] = None,
    at: Annotated[str | None, typer.Option("--at", help="The day that counts [default: today].")] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Drop the kept check of the day of --at.")] = False,
    lang: LangOption = cli_common.Language.en,
    format: Annotated[str, typer.Option("--format", help=", ".join(_FORMATS))] = "table",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file [default: standard output].")] = None,
    parameters: Annotated[
        Path | None, typer.Option("--parameters", help="Turtle with parameters of one's own, as in parameters.ttl.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when a step is below minimum.")] = False,
    data: DataOption = None,
) -> None:
    """Say how complete due diligence is: a matrix of companies by the six steps, and what is missing, worst risk first.

    A check of what is loaded is stored, so that questions use it. That of an earlier day is kept beside the newest one:
    questions take it when asked for that day. One of a day to come, or with --parameters, is only shown.

    Example: hefboom check --covenant textile --at 2026-11-01 --lang nl
    """
    from hefboom.graph.completeness_parameters import read_parameters
    from hefboom.steps import checked, keep
    from hefboom.steps import forget as forget_check

    if format not in _FORMATS:
        raise UsageError(f"--format '{format}' is unknown; use one of {', '.join(_FORMATS)}")
    language, when = _language(lang), day(at, "--at") or date.today()
    checker = Checker(when, read_parameters(parameters))
    if forget and at is None:
        raise UsageError("--forget needs --at DATE: the day whose check is no longer to be kept")
    found = checked(companies or [], covenant, checker, data or STATE.data, language)
    if forget:
        count = forget_check(found, folder_of(data), when)
        told = f"Forgot the check of {when} of one company"
        if count > 1:
            told = f"Forgot the check of {when} of {count} companies"
        err().print(in_language(told, language), markup=False)
        return
    remarks = list(found.remarks)
    today = date.today()
    if parameters is None and when <= today and (note := keep(found, folder_of(data), when, when < today, language)):
        remarks.append(note)
    for remark in remarks:
        err().print(remark, markup=False)
    _write(found.checks, format, language, output)
    below = [one for one in found.checks if LEVELS.index(one.level) < LEVELS.index("minimum")]
    if found.refused or (strict and below):
        raise typer.Exit(1)


def _language(lang: cli_common.Language) -> Language:
    return "nl" if lang is cli_common.Language.nl else "en"


def _write(checks: Sequence[CompanyCheck], format: str, lang: Language, output: Path | None) -> None:
    from hefboom import check_formats as formats

    if format == "table" and output is None:
        _show(checks, lang)
        return
    match format:
        case "xlsx":
            made = formats.as_xlsx(checks, lang)
        case "json":
            made = (formats.as_json(checks) + "\n").encode()
        case "ttl":
            made = formats.as_turtle(checks).encode()
        case "sarif":
            made = (formats.as_sarif(checks, lang) + "\n").encode()
        case _:
            raise UsageError("--output needs --format xlsx, json, ttl or sarif")
    if output is not None:
        output.write_bytes(made)
    elif format == "xlsx":
        raise UsageError("--format xlsx needs --output: a workbook cannot be printed")
    else:
        sys.stdout.buffer.write(made)


def _show(checks: Sequence[CompanyCheck], lang: Language) -> None:
    """The matrix for people; for one company also what is missing."""
    from hefboom import check_formats as formats

    words = formats.WORDS[lang]
    header, rows = formats.level_rows(checks, lang)
    title = f"{words['levels']}, {words['at']} {checks[0].at.isoformat()}" if checks else words["levels"]
    out().print(table(title, header, rows))
    if len(checks) == 1:
        header, rows = formats.finding_rows(checks, lang)
        if rows:
            out().print(table(words["findings"], header[1:], [row[1:] for row in rows]))
        else:
            out().print(words["none"], markup=False)
