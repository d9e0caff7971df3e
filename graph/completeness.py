"""How complete a company's due diligence is: each of the six steps checked by SHACL, and what is missing.

The engine is pyrudof, which takes many small files in one session; files in a session do not see each other, because
every node but the company lies below the graph of its own file.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import islice
from threading import Lock
from typing import Final, Literal, NamedTuple

import pyrudof

from hefboom.errors import HefboomError
from hefboom.graph.completeness_files import NO_RISK, PARTS, CompanyFile, Rank, evidence_classes
from hefboom.graph.completeness_known import as_known_on
from hefboom.graph.completeness_parameters import Parameters, check_context, read_parameters
from hefboom.graph.completeness_shapes import (
    Condition,
    Severity,
    Text,
    claim_shapes_text,
    shape_infos,
    step_shapes_text,
)
from hefboom.graph.iris import HEF, SCHEME

Level = Literal["absent", "partial", "minimum", "good"]

LEVELS: Final[tuple[Level, ...]] = ("absent", "partial", "minimum", "good")
STEPS: Final = ("1", "2", "3", "4", "5", "6")
SEVERITIES: Final[tuple[Severity, ...]] = ("violation", "warning", "info")
SESSION_SIZE: Final = 30
"""Companies in one session of the engine: its fixed cost is spread, and memory stays below 100 MB."""


class Result(NamedTuple):
    """One result of the engine, in the words of the SHACL report: IRIs, and `value` where the shape gives one."""

    focus: str
    shape: str
    component: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition that one node does not meet.

    `severity` is that of the condition, softened where the company is small; `details` say which part is missing,
    `values` which node or concept it is about; `rank` is that of the worst risk concerned.
    """

    condition: Condition
    severity: Severity
    focus: str
    focus_label: str
    details: tuple[Text, ...]
    values: tuple[str, ...]
    rank: Rank


@dataclass(frozen=True, slots=True)
class CompanyCheck:
    """What a check found in the file of one company, at one day: levels by step, findings with the worst risk first."""

    file: CompanyFile
    at: date
    levels: dict[str, Level]
    findings: tuple[Finding, ...]
    results: tuple[Result, ...] = field(repr=False)

    @property
    def company(self) -> str:
        """The IRI of the company."""
        return self.file.company

    @property
    def label(self) -> str:
        """The name of the company, or the last part of its IRI when no file names it."""
        return self.file.index.label(self.company)

    @property
    def level(self) -> Level:
        """The lowest of the six levels: a company is as far as its weakest step."""
        return min(self.levels.values(), key=LEVELS.index)


class Checker:
    """Checks files at one day with one set of parameters; the shapes are read once."""

    def __init__(self, at: date, parameters: Parameters | None = None) -> None:
        self.at = at
        self._context = check_context(at, parameters or read_parameters())
        self._steps = _engine(step_shapes_text())
        self._claims = _engine(claim_shapes_text())
        self._basis = hashlib.sha256(f"{step_shapes_text()}{claim_shapes_text()}{self._context}".encode()).hexdigest()

    def check(self, files: Iterable[CompanyFile], session_size: int = SESSION_SIZE) -> Iterator[CompanyCheck]:
        """One check per file, in the order given; the engine sees `session_size` files at a time.

        What had not happened on the day of the check is no part of the files that it sees, and that the checks hold.
        """
        waiting = (as_known_on(file, self.at) for file in files)
        while batch := tuple(islice(waiting, session_size)):
            yield from self._session(batch)

    def _session(self, files: Sequence[CompanyFile]) -> Iterator[CompanyCheck]:
        owners = _Owners(files)
        results = owners.share_out(self._steps.validate("".join(file.ntriples for file in files) + self._context))
        levels = {file.company: _levels(file, results[file.company]) for file in files}
        claimants = [file for file in files if file.index.classes[f"{HEF}SdgClaim"]]
        if claimants:
            beside = "".join(
                file.ntriples + results_as_statements(file, levels[file.company], results[file.company])
                for file in claimants
            )
            for company, found in owners.share_out(self._claims.validate(beside + self._context)).items():
                results[company] += found
        for file in files:
            yield check_of_results(file, self.at, levels[file.company], results[file.company])

    def key(self, file: CompanyFile) -> str:
        """What a check of this file rests on, in one word: file, shapes, day and parameters."""
        return hashlib.sha256(f"{as_known_on(file, self.at).digest}\n{self._basis}".encode()).hexdigest()


def check_of_results(file: CompanyFile, at: date, levels: dict[str, Level], results: Iterable[Result]) -> CompanyCheck:
    """The check of a file from what the engine found in it, or had found before."""
    in_order = tuple(sorted(results, key=lambda result: (result.shape, result.focus, result.value or "")))
    return CompanyCheck(file, at, levels, _findings(file, in_order), in_order)


class _Engine:
    """One set of shapes in one engine, which keeps nothing of the statements that it has seen.

    To start an engine, or to empty it, takes it far longer than to read a file: statements are staged and taken back.
    """

    def __init__(self, shapes: str) -> None:
        self._lock = Lock()
        self._rudof = pyrudof.Rudof(pyrudof.RudofConfig())
        self._rudof.read_shacl(shapes, pyrudof.ShaclFormat.Turtle)
        # Statements can be staged only beside others, if need be none.
        nothing = ("<urn:x-hefboom:a>", "<urn:x-hefboom:b>", "<urn:x-hefboom:c>")
        self._rudof.read_data(f"{' '.join(nothing)} .\n", pyrudof.RDFFormat.NTriples)
        self._rudof.remove_triples([nothing])

    def validate(self, ntriples: str) -> list[Result]:
        """The results for one set of statements; nothing of an earlier set is left.

        Raises HefboomError when the engine cannot read the statements or stops.
        """
        with self._lock:
            try:
                self._rudof.begin_staging()
                try:
                    self._rudof.read_data(ntriples, pyrudof.RDFFormat.NTriples, merge=True)
                    report = self._rudof.validate_shacl()
                finally:
                    self._rudof.rollback_staging()
            except pyrudof.RudofError as error:
                raise HefboomError(f"the SHACL engine stopped: {error}") from error
        return [
            Result(entry.focus_node, entry.source_shape or "", entry.constraint_component, entry.value)
            for entry in report.violations
        ]


@lru_cache(maxsize=4)
def _engine(shapes: str) -> _Engine:
    """The engine of these shapes, started once in a process."""
    return _Engine(shapes)


class _Owners:
    """Whose node is whose, within one session."""

    def __init__(self, files: Sequence[CompanyFile]) -> None:
        self._companies = {file.company for file in files}
        self._graphs = {file.graph: file.company for file in files if file.graph}
        self._graphs |= {f"{graph}/{part}": company for graph, company in self._graphs.items() for part in PARTS}
        if len(self._companies) < len(files):
            raise HefboomError("a session cannot hold two files of one company; check one year at a time")

    def share_out(self, results: Iterable[Result]) -> defaultdict[str, list[Result]]:
        """The results of each company."""
        shared: defaultdict[str, list[Result]] = defaultdict(list)
        for result in results:
            shared[self._owner(result.focus)].append(result)
        return shared

    def _owner(self, node: str) -> str:
        if node in self._companies:
            return node
        graph = node.rsplit("/", 2)[0]
        if graph not in self._graphs:
            raise HefboomError(f"the node '{node}' lies in no file of this check")
        return self._graphs[graph]


def _levels(file: CompanyFile, results: Iterable[Result]) -> dict[str, Level]:
    """The level of each step; severities soften for small firms, which never touches a violation."""
    worst: dict[str, Severity] = {}
    for result in results:
        condition = shape_infos()[result.shape].condition
        severity = _severity(condition, file)
        held = worst.get(condition.step, severity)
        worst[condition.step] = min(severity, held, key=SEVERITIES.index)
    return {
        step: _level(any(file.index.classes[name] for name in classes), worst.get(step))
        for step, classes in evidence_classes().items()
    }


def _level(evidence: bool, worst: Severity | None) -> Level:
    if not evidence:
        return "absent"
    if worst == "violation":
        return "partial"
    return "minimum" if worst == "warning" else "good"


def _severity(condition: Condition, file: CompanyFile) -> Severity:
    return condition.severity_for_small_firms if file.index.small else condition.severity


def _findings(file: CompanyFile, results: Sequence[Result]) -> tuple[Finding, ...]:
    """One finding per condition and node, the worst first: by severity, then by the risk concerned."""
    grouped: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        grouped.setdefault((shape_infos()[result.shape].condition.id, result.focus), []).append(result)
    findings = [_finding(file, found) for found in grouped.values()]
    return tuple(sorted(findings, key=_worst_first))


def _worst_first(finding: Finding) -> tuple[int, Rank, str, str]:
    severity, total, likelihood = finding.rank
    return SEVERITIES.index(finding.severity), (-severity, -total, -likelihood), finding.condition.id, finding.focus


def _finding(file: CompanyFile, results: Sequence[Result]) -> Finding:
    condition = shape_infos()[results[0].shape].condition
    focus = results[0].focus
    details = {shape_infos()[result.shape].detail for result in results}
    values = sorted({result.value for result in results if result.value and result.value != focus})
    ranks = [file.index.rank(node) for node in (focus, *values)]
    return Finding(
        condition=condition,
        severity=_severity(condition, file),
        focus=focus,
        focus_label=file.index.label(focus),
        details=tuple(sorted((detail for detail in details if detail), key=lambda detail: detail.en)),
        values=tuple(values),
        rank=max(ranks, default=NO_RISK),
    )


def results_as_statements(file: CompanyFile, levels: dict[str, Level], results: Iterable[Result]) -> str:
    """Levels and results as N-Triples, for the shape that looks at both beside the file (DD-X.2)."""
    lines: list[str] = []
    for step, level in levels.items():
        node = f"<{file.node}/level/{step}>"
        lines.append(f"{node} <{HEF}company> <{file.company}> .")
        lines.append(f"{node} <{HEF}step> <{SCHEME}ddg/{step}> .")
        lines.append(f"{node} <{HEF}level> <{SCHEME}level/{level}> .")
    for number, result in enumerate(results):
        condition = shape_infos()[result.shape].condition
        node = f"<{file.node}/result/{number}>"
        severity = condition.severity.capitalize()
        lines.append(f"{node} <{HEF}company> <{file.company}> .")
        lines.append(f"{node} <{HEF}step> <{SCHEME}ddg/{condition.step}> .")
        lines.append(f"{node} <http://www.w3.org/ns/shacl#focusNode> <{result.focus}> .")
        lines.append(f"{node} <http://www.w3.org/ns/shacl#resultSeverity> <http://www.w3.org/ns/shacl#{severity}> .")
    return "\n".join(lines) + "\n"
