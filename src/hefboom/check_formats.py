"""Checks of company files as JSON, Turtle, SARIF and Excel, in the words of the language asked for."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import Any, Final

import pyoxigraph as ox
import xlsxwriter

from hefboom.graph.completeness import STEPS, CompanyCheck, Finding
from hefboom.graph.completeness_report import report_triples
from hefboom.graph.completeness_shapes import conditions
from hefboom.graph.iris import SCHEME
from hefboom.loaders.company_schema import COMPANY_SHEET, sheets
from hefboom.ontology.citations import in_words
from hefboom.ontology.codes import Language, codes
from hefboom.ontology.terms import PREFIXES

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "absent": "absent", "partial": "partial", "minimum": "minimum", "good": "good",
        "violation": "must", "warning": "should", "info": "advice",
        "company": "company", "step": "step", "level": "level", "condition": "condition", "severity": "demand",
        "what": "what is missing", "where": "where", "why": "source", "next": "next step", "overall": "overall",
        "levels": "levels", "findings": "findings", "none": "Nothing is missing.", "across": "across",
        "risk": "worst risk (1-5)", "at": "as of",
    },
    "nl": {
        "absent": "ontbreekt", "partial": "gedeeltelijk", "minimum": "minimum", "good": "goed",
        "violation": "moet", "warning": "hoort", "info": "advies",
        "company": "bedrijf", "step": "stap", "level": "niveau", "condition": "voorwaarde", "severity": "eis",
        "what": "wat ontbreekt", "where": "waar", "why": "bron", "next": "volgende stap", "overall": "geheel",
        "levels": "niveaus", "findings": "bevindingen", "none": "Er ontbreekt niets.", "across": "overal",
        "risk": "ergste risico (1-5)", "at": "op",
    },
}  # fmt: skip
_SARIF_LEVELS: Final = {"violation": "error", "warning": "warning", "info": "note"}


def what(check: CompanyCheck, finding: Finding, lang: Language) -> str:
    """What is missing, in words: the message of the condition, then the parts and the concepts that it is about."""
    parts = [finding.condition.message.in_language(lang), *(detail.in_language(lang) for detail in finding.details)]
    about = [
        _concept(value.removeprefix(SCHEME), lang) if value.startswith(SCHEME) else check.file.index.identifier(value)
        for value in finding.values
    ]
    return " ".join(parts) + (f" ({', '.join(about)})" if about else "")


def where(check: CompanyCheck, finding: Finding, lang: Language) -> str:
    """The node that it is about: its name where it has one, and its sheet and id in the file."""
    sheet = next((one for one in sheets().values() if one.segment == finding.focus.split("/")[-2]), None)
    if sheet is None or sheet.name == COMPANY_SHEET:
        return finding.focus_label
    identifier = check.file.index.identifier(finding.focus)
    place = f"{sheet.label(lang)} {identifier}"
    return place if finding.focus_label == identifier else f"{finding.focus_label} ({place})"


def _concept(name: str, lang: Language) -> str:
    """The label of a concept by its id, such as `topic/actions`; the id where it has none."""
    scheme = name.partition("/")[0]
    return next((code.label(lang) for code in codes(scheme) if code.id == name), name)


def as_json(checks: Sequence[CompanyCheck]) -> str:
    """Per company its levels and findings; both languages, so that software can choose."""
    return json.dumps([_company(check) for check in checks], ensure_ascii=False, indent=1)


def _company(check: CompanyCheck) -> dict[str, Any]:
    return {
        "company": check.company,
        "label": check.label,
        "year": check.file.year,
        "at": check.at.isoformat(),
        "level": check.level,
        "steps": [{"company": check.company, "step": step, "level": check.levels[step]} for step in STEPS],
        "findings": [_finding(finding) for finding in check.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    condition = finding.condition
    return {
        "condition": condition.id,
        "step": condition.step,
        "severity": finding.severity,
        "focus": finding.focus,
        "focus_label": finding.focus_label,
        "message_en": condition.message.en,
        "message_nl": condition.message.nl,
        "details_en": [detail.en for detail in finding.details],
        "details_nl": [detail.nl for detail in finding.details],
        "values": list(finding.values),
        "next_en": condition.next_step.en,
        "next_nl": condition.next_step.nl,
        "source": condition.source,
        "worst_severity": finding.rank[0],
    }


def as_turtle(checks: Sequence[CompanyCheck]) -> str:
    """The checks in the vocabulary of the SHACL validation report, with the level of each step."""
    triples = [triple for check in checks for triple in report_triples(check)]
    prefixes = {"hef": PREFIXES["hef"], "sh": "http://www.w3.org/ns/shacl#", "xsd": PREFIXES["xsd"]}
    out = io.BytesIO()
    ox.serialize(triples, out, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    return out.getvalue().decode()


def as_sarif(checks: Sequence[CompanyCheck], lang: Language) -> str:
    """SARIF 2.1.0, as code hosts and editors read it: one rule per condition, one result per finding."""
    rules = [
        {
            "id": condition.id,
            "shortDescription": {"text": condition.message.in_language(lang)},
            "help": {"text": condition.next_step.in_language(lang)},
            "properties": {"source": condition.source, "step": condition.step},
        }
        for condition in conditions().values()
    ]
    results = [
        {
            "ruleId": finding.condition.id,
            "level": _SARIF_LEVELS[finding.severity],
            "message": {"text": f"{check.label}: {what(check, finding, lang)}"},
            "locations": [{"logicalLocations": [{"fullyQualifiedName": finding.focus, "name": finding.focus_label}]}],
            "properties": {"company": check.company, "worst_severity": finding.rank[0]},
        }
        for check in checks
        for finding in check.findings
    ]
    driver = {"name": "hefboom", "version": metadata.version("hefboom"), "rules": rules}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    run = {"tool": {"driver": driver}, "language": lang, "results": results}
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)


def level_rows(checks: Sequence[CompanyCheck], lang: Language) -> tuple[list[str], list[list[str]]]:
    """The matrix of companies by steps: header and rows, the level of the company last."""
    words = WORDS[lang]
    header = [words["company"], *(f"{words['step']} {step}" for step in STEPS), words["overall"]]
    rows = [[check.label, *(words[check.levels[step]] for step in STEPS), words[check.level]] for check in checks]
    return header, rows


def finding_rows(checks: Sequence[CompanyCheck], lang: Language) -> tuple[list[str], list[list[str]]]:
    """What is missing: header and rows, per company the worst first."""
    words = WORDS[lang]
    header = [
        words[key] for key in ("company", "step", "condition", "severity", "risk", "what", "where", "next", "why")
    ]
    rows = [
        [
            check.label,
            words["across"] if finding.condition.step == "X" else finding.condition.step,
            finding.condition.id,
            words[finding.severity],
            str(finding.rank[0] or ""),
            what(check, finding, lang),
            where(check, finding, lang),
            finding.condition.next_step.in_language(lang),
            in_words(finding.condition.source, lang),
        ]
        for check in checks
        for finding in check.findings
    ]
    return header, rows


def as_xlsx(checks: Sequence[CompanyCheck], lang: Language) -> bytes:
    """A workbook with the matrix and, on a second sheet, what is missing."""
    out = io.BytesIO()
    words = WORDS[lang]
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for name, (header, rows) in (
            (words["levels"], level_rows(checks, lang)),
            (words["findings"], finding_rows(checks, lang)),
        ):
            sheet = book.add_worksheet(name)
            for column, title in enumerate(header):
                sheet.write_string(0, column, title, bold)
                longest = max([len(title), *(len(row[column]) for row in rows)])
                sheet.set_column(column, column, min(longest + 2, 60))
            for line, row in enumerate(rows, start=1):
                for column, cell in enumerate(row):
                    if not cell:
                        sheet.write_blank(line, column, None, wrapped)
                    elif header[column] == words["risk"]:
                        sheet.write_number(line, column, int(cell), wrapped)
                    else:
                        sheet.write_string(line, column, cell, wrapped)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(0)
            sheet.freeze_panes(1, 1)
            sheet.autofilter(0, 0, max(len(rows), 1), len(header) - 1)
    return out.getvalue()
