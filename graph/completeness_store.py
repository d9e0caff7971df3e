"""Results of checks in the store: derived graphs, one per scope, in the vocabulary of the SHACL report.

A company is checked again only when its file, the shapes, the day or the parameters are others than those that its
results were made from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyoxigraph as ox

from hefboom.graph.completeness import STEPS, Checker, CompanyCheck, Level, Result, check_of_results
from hefboom.graph.completeness_files import CompanyFile, stored_file, stored_scope, stored_years
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


def completeness_graph(names: Names, file: CompanyFile) -> str:
    """The IRI of the graph with the results of a file: as closed as the file itself."""
    return names.graph("completeness", file.scope or f"owner/{file.slug}")


def update_completeness(
    store: ox.Store,
    names: Names,
    at: date,
    parameters: Parameters | None = None,
    only: Collection[str] | None = None,
) -> Updated:
    """Bring the derived graphs up to the files of the store: the newest year as of `at`, older ones as of 31 December.

    Results on files that are gone, or that another scope may see now, go. With `only`, other companies are left as they
    are.
    """
    years = {name: found for name, found in stored_years(store, names).items() if only is None or name in only}
    wanted = {company: sorted(year for year in found if year <= at.year) for company, found in years.items()}
    files = {(name, year): stored_scope(store, names, name, year) for name, found in wanted.items() for year in found}
    for report, graph in _reports(store, names, only):
        company, told = report.removeprefix(f"{names.base}/file/").split("/")[:2]
        held = names.graph("completeness", files.get((company, int(told)), "-"))
        if held != graph.value:
            _remove(store, f"{names.base}/file/{company}/{told}", graph)
    checked = kept = 0
    for year in sorted({year for found in wanted.values() for year in found}):
        companies = [company for company, found in sorted(wanted.items()) if year in found]
        newest = {company for company in companies if wanted[company][-1] == year}
        for day, members in ((at, newest), (min(at, date(year, 12, 31)), set(companies) - newest)):
            done = _update_year(store, names, Checker(day, parameters), sorted(members), year) if members else 0
            checked += done
            kept += len(members) - done
    return Updated(checked, kept)


def _reports(store: ox.Store, names: Names, only: Collection[str] | None) -> list[tuple[str, ox.NamedNode]]:
    """The reports that the store holds, each with its graph: of some companies or of all."""
    if only is None:
        quads = list(store.quads_for_pattern(None, _TYPE, _sh("ValidationReport"), None))
    else:
        about = (ox.NamedNode(names.company(company)) for company in sorted(only))
        quads = [quad for company in about for quad in store.quads_for_pattern(None, _hef("company"), company, None)]
    return [
        (quad.subject.value, quad.graph_name)
        for quad in quads
        if isinstance(quad.subject, ox.NamedNode)
        and quad.subject.value.endswith("/report")
        and isinstance(quad.graph_name, ox.NamedNode)
        and quad.graph_name.value.startswith(names.graph("completeness", ""))
    ]


def _remove(store: ox.Store, node: str, graph: ox.NamedNode) -> None:
    """Take out what one graph holds of the check of one file."""
    report = ox.NamedNode(f"{node}/report")
    results = [quad.object for quad in store.quads_for_pattern(report, _sh("result"), None, graph)]
    subjects = [report, *results, *(ox.NamedNode(f"{node}/level/{step}") for step in STEPS)]
    for subject in subjects:
        for quad in list(store.quads_for_pattern(subject, None, None, graph)):  # type: ignore[arg-type]
            store.remove(quad)
    if next(store.quads_for_pattern(None, None, None, graph), None) is None:
        store.remove_graph(graph)


def update_companies(store: ox.Store, names: Names, days: Mapping[str, date], gone: Iterable[str] = ()) -> Updated:
    """As `update_completeness` for single companies, by slug, each as of its own day; `gone` have no file any more."""
    checked = kept = 0
    for day in sorted(set(days.values())):
        done = update_completeness(store, names, day, only={name for name in days if days[name] == day})
        checked, kept = checked + done.checked, kept + done.kept
    for report, graph in _reports(store, names, list(gone)):
        _remove(store, report.removesuffix("/report"), graph)
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
    graph = ox.NamedNode(completeness_graph(names, file))
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
    graph = ox.NamedNode(completeness_graph(names, check.file))
    _remove(store, check.file.node, graph)
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
