"""The command `hefboom risk`: what public sources say about a country, and who is exposed there."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from hefboom.cli_common import DataOption, LangOption, Language, day, opened, out, table
from hefboom.errors import UsageError
from hefboom.queries import Answer, Evidence, find, run
from hefboom.queries.answers import Plain
from hefboom.queries.cells import told_figure
from hefboom.queries.formats import as_csv, as_json, as_xlsx
from hefboom.queries.wording import worded

PARTS: Final = {"evidence": "risk-evidence", "exposure": "risk-exposure", "instruments": "risk-instruments"}
"""The parts of the answer, each with the question that gives it."""

_MOST = 25


class Part(StrEnum):
    """A part of the answer."""

    evidence = "evidence"
    exposure = "exposure"
    instruments = "instruments"


class RiskFormat(StrEnum):
    """How the answer is written."""

    table = "table"
    json = "json"
    csv = "csv"
    xlsx = "xlsx"


class Audience(StrEnum):
    """For whose eyes the answer is."""

    public = "public"
    members = "members"
    secretariat = "secretariat"


_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "language": "en",
        "evidence": "Risks: what public sources say", "exposure": "Who is exposed", "instruments": "ILO and SDG",
        "head": "theme|risk|measured|good|value|signal|year|publisher",
        "exposed": "site|processes|members and tiers|about the site|signal",
        "treaties": "risk|signal|ILO instruments|SDG target|link|ground",
        "severe": "severe", "high": "high", "medium": "medium",
        "given": "{count} figures give no signal by the bounds of their indicator; that is no sign of safety.",
        "missing": "Not in source, so unknown (neither zero nor a good sign): {names}.",
        "unloaded": "Sources not loaded, so nothing is known from them: {names}.",
        "nothing": "No public source that is loaded gives a signal.",
        "old": "{count} of these figures are more than five years old.",
        "sites": "{sites} sites on file in the chains of {members}; {unknown} of them with unknown processes.",
        "none": "No site is on file there. That says what is on file, not where goods come from.",
        "more": "... and {count} more; --format json or csv gives them all.",
        "companies": "{count} companies", "company": "1 company",
        "product": "No source ties a good called '{product}' to a risk here, which is no sign of safety; {named}.",
        "named": "goods that they name: {goods}", "unnamed": "they name no goods of this country",
    },
    "nl": {
        "language": "nl",
        "evidence": "Risico's: wat openbare bronnen zeggen", "exposure": "Wie blootstaat", "instruments": "ILO en SDG",
        "head": "thema|risico|gemeten|goed|waarde|signaal|jaar|uitgever",
        "exposed": "locatie|processen|deelnemers en schakels|over de locatie|signaal",
        "treaties": "risico|signaal|ILO-instrumenten|SDG-subdoel|verband|grond",
        "severe": "zeer ernstig", "high": "hoog", "medium": "middel",
        "given": "{count} cijfers blijven binnen de grenzen van hun indicator; dat is geen teken van veiligheid.",
        "missing": "Niet in bron, dus onbekend (geen nul en geen goed teken): {names}.",
        "unloaded": "Bronnen die niet geladen zijn, zodat er niets uit bekend is: {names}.",
        "nothing": "Geen geladen openbare bron geeft een signaal.",
        "old": "{count} van deze cijfers zijn ouder dan vijf jaar.",
        "sites": "{sites} locaties vastgelegd in de ketens van {members}; van {unknown} zijn de processen onbekend.",
        "none": "Er is daar geen locatie vastgelegd. Dat zegt wat is vastgelegd, niet waar goederen vandaan komen.",
        "more": "... en nog {count}; --format json of csv geeft ze alle.",
        "companies": "{count} bedrijven", "company": "1 bedrijf",
        "product": "Geen bron noemt hier een risico bij een goed '{product}'; dat is geen goed teken; {named}.",
        "named": "goederen die ze wel noemen: {goods}", "unnamed": "ze noemen geen goederen uit dit land",
    },
}  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command to an app."""
    app.command("risk")(risk)


def risk(
    country: Annotated[str, typer.Argument(help="A country: its name or code.")],
    product: Annotated[
        str | None, typer.Argument(help="A good or commodity, such as cotton; '' for any.", show_default=False)
    ] = None,
    process: Annotated[str | None, typer.Argument(help="A process, such as spinning.", show_default=False)] = None,
    covenant: Annotated[str | None, typer.Option("--covenant", help="Only the members of this covenant.")] = None,
    at: Annotated[str | None, typer.Option("--at", help="The day for which the answer holds, 2024-12-31.")] = None,
    audience: Annotated[Audience, typer.Option("--as", help="For whose eyes the answer is.")] = Audience.secretariat,
    lang: LangOption = Language.en,
    form: Annotated[RiskFormat, typer.Option("--format", help="How the answer is written.")] = RiskFormat.table,
    part: Annotated[Part | None, typer.Option("--part", help="Only one part; CSV has one part only.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")] = None,
    data: DataOption = None,
) -> None:
    """Show risks in a country with their sources, and the sites, members, treaties and SDG targets that they touch.

    Example: hefboom risk BD garments --lang nl
    """
    day(at, "--at")
    wanted = {"country": country, "product": product or "", "process": process or "", "covenant": covenant or ""}
    wanted |= {"lang": lang.value} | ({"at": at} if at else {})
    held = opened(data)
    evidence = Evidence(held.store, held.tables, base=held.names.base)
    answers = {
        name: _ask(question, wanted, evidence, audience.value, lang.value)
        for name, question in PARTS.items()
        if part is None or part.value == name
    }
    if product and "evidence" in answers:
        everything = _ask(
            PARTS["evidence"], wanted | {"product": "", "process": ""}, evidence, audience.value, lang.value
        )
        answers["evidence"] = _with_other_goods(answers["evidence"], everything, product)
    _write(_content(answers, form, lang.value), output)


def _with_other_goods(answer: Answer, everything: Answer, product: str) -> Answer:
    """An answer about a product that no source names, with a note that says so and which goods they do name."""
    if any(row["good"] for row in answer.plain()):
        return answer
    goods = sorted({worded("good", str(row["good"]), answer.lang) for row in everything.plain() if row["good"]})
    words = _WORDS[answer.lang]
    named = words["named"].format(goods="; ".join(goods)) if goods else words["unnamed"]
    return replace(answer, notes=(words["product"].format(product=product, named=named), *answer.notes))


def _ask(question: str, wanted: Mapping[str, str], evidence: Evidence, audience: str, lang: str) -> Answer:
    taken = {param.name for param in find(question).header.params}
    given = {name: value for name, value in wanted.items() if name in taken and value}
    return run(question, given, evidence, audience, lang=lang)


def _content(answers: Mapping[str, Answer], form: RiskFormat, lang: str) -> bytes | str:
    if form is RiskFormat.json:
        parts = {name: json.loads(as_json(answer)) for name, answer in answers.items()}
        notes = {name: list(answer.notes) for name, answer in answers.items()}
        return (json.dumps({**parts, "notes": notes}, ensure_ascii=False, indent=2) + "\n").encode()
    if form is RiskFormat.table:
        text = StringIO()
        console = Console(file=text, highlight=False, width=out().width, soft_wrap=not sys.stdout.isatty())
        for name, answer in answers.items():
            _SHOW[name](answer, console, _WORDS[lang])
        return text.getvalue()
    if len(answers) > 1 and form is RiskFormat.csv:
        raise UsageError(
            f"a CSV file holds one table; add --part {', --part '.join(PARTS)} or use --format xlsx or json"
        )
    if form is RiskFormat.csv:
        return as_csv(next(iter(answers.values())))
    return as_xlsx(*answers.values())


def _show_evidence(answer: Answer, console: Console, words: Mapping[str, str]) -> None:
    rows = answer.plain()
    strong = [row for row in rows if row["signal"]]
    shown = [
        (*(row[name] for name in ("theme", "riskLabel", "indicator")),
         worded("good", str(row["good"] or ""), words["language"]),
         told_figure(row["value"], words["language"]), _signal(row, words),
         row["year"], row["publisher"])
        for row in strong
    ]  # fmt: skip
    console.print(table(words["evidence"], words["head"].split("|"), shown, (6,)))
    if not strong:
        console.print(words["nothing"])
    old = {row["indicator"] for row in strong if isinstance(row["age"], int) and row["age"] > 5}
    if old:
        console.print(words["old"].format(count=len(old)))
    quiet = {row["indicator"] for row in rows if not row["signal"] and row["value"] and row["edition"]}
    gaps = {str(row["indicator"]) for row in rows if not row["signal"]} - {str(name) for name in quiet}
    unloaded = {str(row["indicator"]) for row in rows if row["state"] in ("source not loaded", "bron niet geladen")}
    if quiet:
        console.print(words["given"].format(count=len(quiet)))
    for name, found in (("missing", gaps - unloaded), ("unloaded", unloaded)):
        if found:
            console.print(words[name].format(names="; ".join(sorted(found))), markup=False)
    _notes(answer, console)


def _show_exposure(answer: Answer, console: Console, words: Mapping[str, str]) -> None:
    rows = answer.plain()
    shown = [
        (
            row["label"] or row["site"],
            worded("processes", str(row["processes"] or ""), words["language"]),
            row["memberTiers"],
            told_figure(row["siteValue"], words["language"]),
            _signal(row, words, "siteSignal"),
        )
        for row in rows[:_MOST]
    ]
    console.print(table(words["exposure"], words["exposed"].split("|"), shown))
    if not rows:
        console.print(words["none"])
    else:
        names = {name.rpartition(" (")[0] for row in rows for name in str(row["memberTiers"] or "").split("; ")}
        members = words["company"] if len(names) == 1 else words["companies"].format(count=len(names))
        unknown = sum(not row["processes"] for row in rows)
        console.print(words["sites"].format(sites=len(rows), members=members, unknown=unknown))
    if len(rows) > _MOST:
        console.print(words["more"].format(count=len(rows) - _MOST))
    _notes(answer, console)


def _show_instruments(answer: Answer, console: Console, words: Mapping[str, str]) -> None:
    shown = [
        (
            row["riskLabel"],
            _signal(row, words),
            worded("instruments", str(row["instruments"] or ""), words["language"]),
            row["targetLabel"],
            row["relationLabel"],
            row["basis"],
        )
        for row in answer.plain()
    ]
    console.print(table(words["instruments"], words["treaties"].split("|"), shown))
    _notes(answer, console)


_SHOW: Final = {"evidence": _show_evidence, "exposure": _show_exposure, "instruments": _show_instruments}


def _signal(row: Mapping[str, Plain], words: Mapping[str, str], name: str = "signal") -> str:
    found = row[name]
    return words[str(found)] if found else ""


def _notes(answer: Answer, console: Console) -> None:
    for note in answer.notes:
        console.print(note, markup=False, style="dim")
    console.print()


def _write(content: bytes | str, output: Path | None) -> None:
    written = content.encode() if isinstance(content, str) else content
    if output is not None:
        output.write_bytes(written)
        return
    sys.stdout.buffer.write(written)
    sys.stdout.flush()
