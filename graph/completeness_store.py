"""Results of checks in the store: one derived graph per company, in the vocabulary of the SHACL report.

A company is checked again only when its file, the shapes, the day or the parameters are others than those that its
derived graph was made from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyoxigraph as ox

from hefboom.graph.completeness import STEPS, Checker, CompanyCheck, Level, Result, check_of_results
from hefboom.graph.completeness_files import CompanyFile, stored_file, stored_years
from hefboom.graph.completeness_parameters import Parameters
from hefboom.graph.completeness_shapes import shape_infos
from hefboom.graph.iris import HEF, SCHEME, Names

_SH: Final = "http://www.w3.org/ns/shacl#"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@dataclass(frozen=True, slots=True)
class Updated:
    """How many files were checked, and how many were left as they stood because nothing had changed."""

    checked: int
    kept: int


def completeness_graph(names: Names, company: str) -> str:
    """The IRI of the graph with the results of one company, by its slug; as closed as the company's own file."""
    return names.graph("completeness", f"owner/{company}")


def update_completeness(store: ox.Store, names: Names, at: date, parameters: Parameters | None = None) -> Updated:
    """Bring the derived graphs up to the files of the store: the newest year as of `at`, older ones as of 31 December.

    Graphs of companies that have no file any more go.
    """
    years = stored_years(store, names)
    wanted = {company: sorted(year for year in found if year <= at.year) for company, found in years.items()}
    for graph in list(store.named_graphs()):
        owner = graph.value.removeprefix(names.graph("completeness", "owner/"))
        if owner != graph.value and not wanted.get(owner):
            store.remove_graph(graph)
    checked = kept = 0
    for year in sorted({year for found in wanted.values() for year in found}):
        companies = [company for company, found in sorted(wanted.items()) if year in found]
        newest = {company for company in companies if wanted[company][-1] == year}
        for day, members in ((at, newest), (min(at, date(year, 12, 31)), set(companies) - newest)):
            done = _update_year(store, names, Checker(day, parameters), sorted(members), year) if members else 0
            checked += done
            kept += len(members) - done
    return Updated(checked, kept)


def _update_year(store: ox.Store, names: Names, checker: Checker, companies: Sequence[str], year: int) -> int:
    """Check the files that changed; how many that were."""
    changed = (
        file
        for file in (stored_file(store, names, company, year) for company in companies)
        if held_check(store, names, checker, file) is None
    )
    done = 0
    for check in checker.check(changed):
        _put(store, names, check, checker.key(check.file))
        done += 1
    return done


def checks(store: ox.Store, names: Names, checker: Checker, files: Iterable[CompanyFile]) -> Iterator[CompanyCheck]:
    """A check of each file: as the store holds it where nothing changed, else made anew; nothing is written."""
    files = list(files)
    held = {file.company: found for file in files if (found := held_check(store, names, checker, file))}
    fresh = {check.company: check for check in checker.check(file for file in files if file.company not in held)}
    for file in files:
        yield held.get(file.company) or fresh[file.company]


def held_check(store: ox.Store, names: Names, checker: Checker, file: CompanyFile) -> CompanyCheck | None:
    """The check of a file as the store holds it; None when there is none, or when anything it rests on has changed."""
    if file.graph is None:
        return None
    graph = ox.NamedNode(completeness_graph(names, file.slug))
    report = ox.NamedNode(report_iri(file))
    if ox.Quad(report, _hef("sha256"), ox.Literal(checker.key(file)), graph) not in store:
        return None
    results = [
        _result(store, quad.object, graph)
        for quad in store.quads_for_pattern(report, _sh("result"), None, graph)
        if isinstance(quad.object, ox.NamedNode)
    ]
    levels = {step: _level(store, file, step, graph) for step in STEPS}
    return check_of_results(file, checker.at, levels, results)


def _result(store: ox.Store, node: ox.NamedNode, graph: ox.NamedNode) -> Result:
    values = {quad.predicate.value: quad.object for quad in store.quads_for_pattern(node, None, None, graph)}

    def text(name: str) -> str | None:
        value = values.get(_SH + name)
        return value.value if isinstance(value, ox.NamedNode | ox.Literal) else None

    return Result(
        text("focusNode") or "", text("sourceShape") or "", text("sourceConstraintComponent") or "", text("value")
    )


def _level(store: ox.Store, file: CompanyFile, step: str, graph: ox.NamedNode) -> Level:
    node = ox.NamedNode(f"{file.node}/level/{step}")
    value = next(store.quads_for_pattern(node, _hef("level"), None, graph)).object
    level: Level = value.value.removeprefix(f"{SCHEME}level/")  # type: ignore[assignment, union-attr]
    return level


def _put(store: ox.Store, names: Names, check: CompanyCheck, key: str) -> None:
    """Replace what the store holds of this file's check."""
    graph = ox.NamedNode(completeness_graph(names, check.file.slug))
    prefix = f"{check.file.node}/"
    stale = [quad for quad in store.quads_for_pattern(None, None, None, graph) if quad.subject.value.startswith(prefix)]  # type: ignore[union-attr]
    for quad in stale:
        store.remove(quad)
    store.bulk_extend(
        ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in report_triples(check, key)
    )


def report_iri(file: CompanyFile) -> str:
    """The IRI of the report on a file."""
    return f"{file.node}/report"


def report_triples(check: CompanyCheck, key: str | None = None) -> list[ox.Triple]:
    """A check as statements: a report, its results, and the level of each step; `key` names what it was made from."""
    report, company = ox.NamedNode(report_iri(check.file)), ox.NamedNode(check.company)
    day = ox.Literal(check.at.isoformat(), datatype=ox.NamedNode(f"{_XSD}date"))
    conforms = ox.Literal("false" if check.results else "true", datatype=ox.NamedNode(f"{_XSD}boolean"))
    found = [
        ox.Triple(report, _TYPE, _sh("ValidationReport")),
        ox.Triple(report, _sh("conforms"), conforms),
        ox.Triple(report, _hef("company"), company),
        ox.Triple(report, _hef("checkedAt"), day),
    ]
    if key:
        found.append(ox.Triple(report, _hef("sha256"), ox.Literal(key)))
    for step, level in check.levels.items():
        node = ox.NamedNode(f"{check.file.node}/level/{step}")
        found += [
            ox.Triple(node, _TYPE, _hef("StepLevel")),
            ox.Triple(node, _hef("company"), company),
            ox.Triple(node, _hef("step"), ox.NamedNode(f"{SCHEME}ddg/{step}")),
            ox.Triple(node, _hef("level"), ox.NamedNode(f"{SCHEME}level/{level}")),
            ox.Triple(node, _hef("checkedAt"), day),
        ]
    for result in check.results:
        found += _result_triples(check, report, company, result)
    return found


def _result_triples(
    check: CompanyCheck, report: ox.NamedNode, company: ox.NamedNode, result: Result
) -> list[ox.Triple]:
    info = shape_infos()[result.shape]
    condition = info.condition
    words = info.detail or condition.message
    name = hashlib.sha256("\n".join((result.focus, result.shape, result.component, result.value or "")).encode())
    node = ox.NamedNode(f"{check.file.node}/result/{condition.id}/{name.hexdigest()[:12]}")
    severity = condition.severity_for_small_firms if check.file.index.small else condition.severity
    rank = max(check.file.index.rank(about) for about in (result.focus, *([result.value] if result.value else [])))
    found = [
        ox.Triple(report, _sh("result"), node),
        ox.Triple(node, _TYPE, _sh("ValidationResult")),
        ox.Triple(node, _sh("focusNode"), ox.NamedNode(result.focus)),
        ox.Triple(node, _sh("sourceShape"), ox.NamedNode(result.shape)),
        ox.Triple(node, _sh("sourceConstraintComponent"), ox.NamedNode(result.component)),
        ox.Triple(node, _sh("resultSeverity"), _sh(severity.capitalize())),
        ox.Triple(node, _sh("resultMessage"), ox.Literal(words.en, language="en")),
        ox.Triple(node, _sh("resultMessage"), ox.Literal(words.nl, language="nl")),
        ox.Triple(node, _hef("nextStep"), ox.Literal(condition.next_step.en, language="en")),
        ox.Triple(node, _hef("nextStep"), ox.Literal(condition.next_step.nl, language="nl")),
        ox.Triple(node, _hef("condition"), ox.NamedNode(f"{SCHEME}condition/{condition.id}")),
        ox.Triple(node, _hef("company"), company),
        ox.Triple(node, _hef("worstSeverity"), ox.Literal(str(rank[0]), datatype=ox.NamedNode(f"{_XSD}integer"))),
    ]
    if condition.step != "X":
        found.append(ox.Triple(node, _hef("step"), ox.NamedNode(f"{SCHEME}ddg/{condition.step}")))
    if result.value is not None:
        iri = result.value.startswith(("http://", "https://"))
        found.append(ox.Triple(node, _sh("value"), ox.NamedNode(result.value) if iri else ox.Literal(result.value)))
    return found


def _hef(name: str) -> ox.NamedNode:
    return ox.NamedNode(HEF + name)


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SH + name)
