"""A company's due diligence file as statements: one graph per company and year, with an account of every row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from hefboom.errors import SourceError
from hefboom.graph.iris import HEF, SCHEME, Names, scope_of, slug
from hefboom.loaders.company_read import Record, read_company_file
from hefboom.loaders.company_records import Accepted, accept_records
from hefboom.loaders.company_schema import COMPANY_SHEET, expand, sheets
from hefboom.loaders.company_values import literal
from hefboom.loaders.findings import Finding

_TYPE: Final = f"<{expand('rdf:type')}>"
_MONITORING_CLASSES: Final = {
    "audit": "Audit",
    "visit": "SiteVisit",
    "worker-survey": "WorkerSurvey",
    "stakeholder-signal": "StakeholderSignal",
}


@dataclass(frozen=True)
class LoadedCompanyFile:
    """A company file ready for the store.

    `graph` is the IRI of its named graph `<base>/file/<company>/<year>`, `ntriples` its statements and `catalogue` its
    description for the catalogue graph of `scope`, both as sorted lines of N-Triples. `rows_read` is the sum of
    `rows_stored`, `rows_merged` (the same row twice) and `rows_refused`.
    """

    path: Path
    company: str
    name: str
    year: int
    graph: str
    scope: str
    ntriples: str = field(repr=False)
    catalogue: str = field(repr=False)
    findings: tuple[Finding, ...]
    rows_read: int
    rows_stored: int
    rows_merged: int
    rows_refused: int
    drawn_up: date | None = None

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the statements."""
        return hashlib.sha256(self.ntriples.encode()).hexdigest()

    @property
    def ok(self) -> bool:
        """Whether every row was taken in."""
        return not self.rows_refused


def load_company_file(
    path: Path, names: Names | None = None, visibility: str = "owner", today: date | None = None
) -> LoadedCompanyFile:
    """The statements of a company file: workbook, YAML or JSON. The same answers give the same statements in any form.
    With `today`, days of what has happened that lie after it are among the findings.

    Raises SourceError when the file cannot be read or does not say whose file it is, for which year.
    """
    names = names or Names()
    raw = read_company_file(path)
    head = _Head.of(str(path), raw.records)
    graph, accepted, ntriples = _taken_in(head, raw.records, names, today)
    scope = scope_of(visibility, head.company)
    stood = (replace(one, column=raw.headers.get(one.column or "", one.column)) for one in accepted.findings)
    findings = (*raw.findings, *stood)
    return LoadedCompanyFile(
        path=path,
        company=head.company,
        name=head.name,
        year=head.year,
        graph=graph,
        scope=scope,
        ntriples=ntriples,
        catalogue="".join(sorted(_catalogue(head, names, graph, visibility, path, accepted))),
        findings=findings,
        rows_read=len(raw.records),
        rows_stored=len(accepted.nodes),
        rows_merged=accepted.merged,
        rows_refused=accepted.refused,
        drawn_up=date.fromisoformat(accepted.drawn_up[1:11]) if accepted.drawn_up else None,
    )


class CompanyStatements(NamedTuple):
    """What records say: IRI of the company, year, IRI of the graph, statements, and what was wrong with rows."""

    company: str
    year: int
    graph: str
    ntriples: str
    findings: tuple[Finding, ...]


def company_statements(records: Sequence[Record], names: Names) -> CompanyStatements:
    """The statements of records that come from elsewhere than a file; else as `load_company_file`."""
    head = _Head.of("the records", records)
    graph, accepted, ntriples = _taken_in(head, records, names)
    return CompanyStatements(names.company(head.company), head.year, graph, ntriples, accepted.findings)


def _taken_in(
    head: _Head, records: Sequence[Record], names: Names, today: date | None = None
) -> tuple[str, Accepted, str]:
    graph = f"{names.base}/file/{head.company}/{head.year}"
    company = names.company(head.company)
    accepted = accept_records(records, graph, company, today=today)
    return graph, accepted, "".join(sorted(set(statements_of(accepted, company))))


@dataclass(frozen=True, slots=True)
class _Head:
    """Whose file it is, for which year."""

    company: str
    name: str
    year: int

    @classmethod
    def of(cls, where: str, records: Sequence[Record]) -> _Head:
        found = [record for record in records if record.sheet == COMPANY_SHEET]
        if len(found) != 1:
            raise SourceError(
                f"{where} needs one sheet 'Company' ('Bedrijf'; in YAML and JSON one section 'company') with the name"
                f" of the company and the year; it has {len(found)}. 'hefboom template company-file' makes it"
            )
        name, year = (_only(found[0], text) for text in ("name", "year"))
        if not name:
            raise SourceError(f"{where}, company: 'name' is empty; write the name of the company")
        if not (year.isdigit() and 2000 <= int(year) <= 2100):
            raise SourceError(f"{where}, company: '{year}' is not a year; write four digits such as 2026")
        return cls(slug(_only(found[0], "slug") or name), name, int(year))


def _only(record: Record, name: str) -> str:
    return next(iter(record.values.get(name, ())), "")


def statements_of(accepted: Accepted, company: str) -> Iterator[str]:
    """Every statement of the file, one line each; what follows from a row without being written in it too."""
    for node in accepted.nodes.values():
        sheet = sheets()[node.sheet]
        yield f"<{node.iri}> {_TYPE} <{sheet.class_iri}> .\n"
        if node.sheet != COMPANY_SHEET:
            yield f"<{node.iri}> <{HEF}company> <{company}> .\n"
        for predicate, term in node.statements:
            yield f"<{node.iri}> <{predicate}> {term} .\n"
        if node.sheet == "relations":
            yield f"<{node.iri}> <{HEF}buyer> <{company}> .\n"
        if node.sheet == "monitoring":
            yield from _kinds(node.iri, node.statements)
    yield from _implied(accepted)


def _kinds(iri: str, statements: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for predicate, term in statements:
        if predicate == f"{HEF}monitoringKind":
            kind = term.removeprefix(f"<{SCHEME}monitoring/").removesuffix(">")
            yield f"<{iri}> {_TYPE} <{HEF}{_MONITORING_CLASSES[kind]}> .\n"


def _implied(accepted: Accepted) -> Iterator[str]:
    """What rows leave to others: the only assessment of a risk, the risks of an action's plan, that it was completed.

    An action with a day of completion and no status is completed.
    """
    assessments = [node.iri for node in accepted.nodes.values() if node.sheet == "assessments"]
    covered = {
        node.iri: [term for predicate, term in node.statements if predicate == f"{HEF}coversRisk"]
        for node in accepted.nodes.values()
        if node.sheet == "plans"
    }
    for node in accepted.nodes.values():
        stated = {predicate for predicate, _ in node.statements}
        if node.sheet == "risks" and f"{HEF}assessment" not in stated and len(assessments) == 1:
            yield f"<{node.iri}> <{HEF}assessment> <{assessments[0]}> .\n"
        if node.sheet == "actions" and f"{HEF}completedOn" in stated and f"{HEF}actionStatus" not in stated:
            yield f"<{node.iri}> <{HEF}actionStatus> <{SCHEME}action-status/completed> .\n"
        if node.sheet == "actions" and f"{HEF}addressesRisk" not in stated:
            for plan in (term for predicate, term in node.statements if predicate == f"{HEF}plan"):
                for risk in covered[plan.strip("<>")]:
                    yield f"<{node.iri}> <{HEF}addressesRisk> {risk} .\n"


def _catalogue(head: _Head, names: Names, graph: str, visibility: str, path: Path, accepted: Accepted) -> Iterator[str]:
    """The description of the file for the catalogue."""
    company = f"<{names.company(head.company)}>"
    terms = {
        _TYPE: f"<{HEF}CompanyFile>",
        f"<{expand('dcterms:title')}>": literal(f"{head.name} {head.year}"),
        f"<{HEF}contributor>": company,
        f"<{HEF}owner>": company,
        f"<{HEF}reportingYear>": literal(str(head.year), "integer"),
        f"<{HEF}visibility>": f"<{SCHEME}visibility/{visibility}>",
        f"<{HEF}sourceFile>": literal(path.name),
        f"<{HEF}sha256>": literal(hashlib.sha256(path.read_bytes()).hexdigest()),
        f"<{HEF}rowsStored>": literal(str(len(accepted.nodes)), "integer"),
        f"<{HEF}rowsMerged>": literal(str(accepted.merged), "integer"),
        f"<{HEF}rowsRefused>": literal(str(accepted.refused), "integer"),
        f"<{HEF}rowsRead>": literal(str(len(accepted.nodes) + accepted.merged + accepted.refused), "integer"),
    }
    if drawn_up := accepted.drawn_up:
        terms[f"<{HEF}listDate>"] = drawn_up
    for predicate, term in terms.items():
        yield f"<{graph}> {predicate} {term} .\n"
