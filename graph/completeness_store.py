"""Results of checks in the store: derived graphs, one per scope; checks of earlier days stand in graphs of their own.

A company is checked again only when its file, the shapes, the day or the parameters are others than those that its
results were made from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

import pyoxigraph as ox

from hefboom.graph.completeness import STEPS, Checker, CompanyCheck, Level, Result, check_of_results
from hefboom.graph.completeness_files import CompanyFile, stored_file, stored_scope, stored_years
from hefboom.graph.completeness_known import as_known_on
from hefboom.graph.completeness_parameters import Parameters
from hefboom.graph.completeness_report import report_triples
from hefboom.graph.iris import HEF, SCHEME, Names

_SH: Final = "http://www.w3.org/ns/shacl#"
_TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@dataclass(frozen=True, slots=True)
class Updated:
    """How many files were checked, and how many were left as they stood because nothing had changed."""

    checked: int
    kept: int


class Place(NamedTuple):
    """Where the check of a file stands: a graph as closed as the file, and the node below which its statements are."""

    graph: ox.NamedNode
    node: str


def newest_place(names: Names, file: CompanyFile) -> Place:
    """Where the newest check of a file stands."""
    return _place(names, "completeness", file, file.node)


def kept_place(names: Names, file: CompanyFile, day: date) -> Place:
    """Where the check of a file of an earlier day stands: in a graph of that day."""
    return _place(names, f"completeness-{day}", file, f"{file.node}/check/{day}")


def _place(names: Names, kind: str, file: CompanyFile, node: str) -> Place:
    return Place(ox.NamedNode(names.graph(kind, file.scope or f"owner/{file.slug}")), node)


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
    for place in held_places(store, names, only):
        company, told = place.node.removeprefix(f"{names.base}/file/").split("/")[:2]
        held = names.graph("completeness", files.get((company, int(told)), "-"))
        if held != place.graph.value:
            remove_check(store, place)
    checked = kept = 0
    for year in sorted({year for found in wanted.values() for year in found}):
        companies = [company for company, found in sorted(wanted.items()) if year in found]
        newest = {company for company in companies if wanted[company][-1] == year}
        for day, members in ((at, newest), (min(at, date(year, 12, 31)), set(companies) - newest)):
            done = _update_year(store, names, Checker(day, parameters), sorted(members), year) if members else 0
            checked += done
            kept += len(members) - done
    return Updated(checked, kept)


def held_places(store: ox.Store, names: Names, only: Collection[str] | None, kept: bool = False) -> list[Place]:
    """Where the store holds checks, of some companies or of all: the newest ones, or those `kept` of earlier days."""
    prefix = f"{names.base}/graph/completeness{'-' if kept else '/'}"
    if only is None:
        quads = list(store.quads_for_pattern(None, _TYPE, _sh("ValidationReport"), None))
    else:
        about = (ox.NamedNode(names.company(company)) for company in sorted(only))
        quads = [quad for company in about for quad in store.quads_for_pattern(None, _hef("company"), company, None)]
    return [
        Place(quad.graph_name, quad.subject.value.removesuffix("/report"))
        for quad in quads
        if isinstance(quad.subject, ox.NamedNode)
        and quad.subject.value.endswith("/report")
        and isinstance(quad.graph_name, ox.NamedNode)
        and quad.graph_name.value.startswith(prefix)
    ]


def remove_check(store: ox.Store, place: Place) -> None:
    """Take out what one graph holds of the check of one file."""
    report, graph = ox.NamedNode(f"{place.node}/report"), place.graph
    results = [quad.object for quad in store.quads_for_pattern(report, _sh("result"), None, graph)]
    subjects = [report, *results, *(ox.NamedNode(f"{place.node}/level/{step}") for step in STEPS)]
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
    for place in held_places(store, names, list(gone)):
        remove_check(store, place)
    return Updated(checked, kept)


def _update_year(store: ox.Store, names: Names, checker: Checker, companies: Sequence[str], year: int) -> int:
    """Check the files that changed; how many that were."""
    files = (stored_file(store, names, company, year) for company in companies)
    return put_checks(store, checker, ((file, newest_place(names, file)) for file in files))


def put_checks(store: ox.Store, checker: Checker, wanted: Iterable[tuple[CompanyFile, Place]]) -> int:
    """Check the files that changed since they were checked, each for its place; how many that were."""
    places: dict[str, Place] = {}

    def changed() -> Iterator[CompanyFile]:
        for file, place in wanted:
            known = as_known_on(file, checker.at)
            if not _holds(store, checker.key(known), place):
                places[file.company] = place
                yield known

    for check in checker.check(changed()):
        place = places[check.company]
        remove_check(store, place)
        node = None if place.node == check.file.node else place.node
        store.bulk_extend(
            ox.Quad(triple.subject, triple.predicate, triple.object, place.graph)
            for triple in report_triples(check, checker.key(check.file), node)
        )
    return len(places)


def checks(store: ox.Store, names: Names, checker: Checker, files: Iterable[CompanyFile]) -> Iterator[CompanyCheck]:
    """A check of each file: as the store holds it where nothing changed, else made anew; nothing is written."""
    files = [as_known_on(file, checker.at) for file in files]
    held = {file.company: found for file in files if (found := held_check(store, names, checker, file))}
    fresh = {check.company: check for check in checker.check(file for file in files if file.company not in held)}
    for file in files:
        yield held.get(file.company) or fresh[file.company]


def held_check(store: ox.Store, names: Names, checker: Checker, file: CompanyFile) -> CompanyCheck | None:
    """The check of a file as the store holds it, as the newest one or as one of an earlier day.

    None when there is none, or when anything it rests on has changed.
    """
    if file.graph is None:
        return None
    file = as_known_on(file, checker.at)
    key, places = checker.key(file), (newest_place(names, file), kept_place(names, file, checker.at))
    place = next((place for place in places if _holds(store, key, place)), None)
    if place is None:
        return None
    results = [
        _result(store, quad.object, place.graph)
        for quad in store.quads_for_pattern(ox.NamedNode(f"{place.node}/report"), _sh("result"), None, place.graph)
        if isinstance(quad.object, ox.NamedNode)
    ]
    levels = {step: _level(store, place, step) for step in STEPS}
    return check_of_results(file, checker.at, levels, results)


def _holds(store: ox.Store, key: str, place: Place) -> bool:
    """Whether a check with this key stands there: nothing that it rests on has changed."""
    report = ox.NamedNode(f"{place.node}/report")
    return ox.Quad(report, _hef("sha256"), ox.Literal(key), place.graph) in store


def _result(store: ox.Store, node: ox.NamedNode, graph: ox.NamedNode) -> Result:
    values = {quad.predicate.value: quad.object for quad in store.quads_for_pattern(node, None, None, graph)}

    def text(name: str) -> str | None:
        value = values.get(_SH + name)
        return value.value if isinstance(value, ox.NamedNode | ox.Literal) else None

    return Result(
        text("focusNode") or "", text("sourceShape") or "", text("sourceConstraintComponent") or "", text("value")
    )


def _level(store: ox.Store, place: Place, step: str) -> Level:
    node = ox.NamedNode(f"{place.node}/level/{step}")
    value = next(store.quads_for_pattern(node, _hef("level"), None, place.graph)).object
    level: Level = value.value.removeprefix(f"{SCHEME}level/")  # type: ignore[assignment, union-attr]
    return level


def _hef(name: str) -> ox.NamedNode:
    return ox.NamedNode(HEF + name)


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SH + name)
