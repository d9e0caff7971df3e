"""Which company files a check is about: files on disk, companies of the store, or the members of a covenant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from hefboom.errors import StoreError, UsageError
from hefboom.graph import DataFolder, open_data
from hefboom.graph.completeness import Checker, CompanyCheck
from hefboom.graph.completeness_files import CompanyFile, no_file, stored_files
from hefboom.graph.completeness_store import checks, held_check
from hefboom.graph.iris import HEF, Names, slug
from hefboom.loaders.company_files import load_company_file
from hefboom.loaders.company_read import SUFFIXES
from hefboom.loaders.findings import Finding
from hefboom.messages import in_language
from hefboom.ontology.codes import Language

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


@dataclass(frozen=True, slots=True)
class Checked:
    """Checks in the order of the companies' names, remarks for the reader, and how many rows were refused.

    Of the companies with a file in the data folder: `stored` are their slugs, `stale` those whose results there are of
    another file, day or version.
    """

    checks: tuple[CompanyCheck, ...]
    remarks: tuple[str, ...] = ()
    refused: int = 0
    stored: frozenset[str] = frozenset()
    stale: frozenset[str] = frozenset()


def checked(
    wanted: Sequence[str], covenant: str | None, checker: Checker, data: Path | None, lang: Language = "en"
) -> Checked:
    """The checks of files on disk where `wanted` are paths, else of companies in the data folder; remarks in `lang`.

    Without `wanted` and covenant: every company that has a file. A member without a file is checked as one of which
    nothing is known. Raises UsageError for a company or covenant that the data do not hold.
    """
    paths = [path for text in wanted for path in _paths(text)]
    if paths:
        if len(paths) < len(wanted) or covenant:
            raise UsageError("give either files or companies and a covenant, not both")
        return _on_disk(paths, checker, lang)
    held = open_data(data)
    store = held.store
    files = {file.company: file for file in stored_files(store, held.names, checker.at.year)}
    if covenant:
        chosen = _members(store, held.names, covenant, checker.at)
    else:
        chosen = [_company(store, files, text) for text in wanted] or list(files)
    subjects = [files.get(company) or no_file(company, _label(store, company)) for company in dict.fromkeys(chosen)]
    on_file = [file for file in subjects if file.graph]
    stale = frozenset(file.slug for file in on_file if not held_check(store, held.names, checker, file))
    found = _by_name(checks(store, held.names, checker, subjects))
    return Checked(found, tuple(_without_file(found, lang)), 0, frozenset(file.slug for file in on_file), stale)


def _without_file(found: Iterable[CompanyCheck], lang: Language) -> Iterator[str]:
    """What must be said of a company that has handed in nothing: that it is absent is no finding about its conduct."""
    for check in found:
        if check.file.graph is None:
            yield in_language(
                f"{check.label}: no due diligence file on record for {check.at.year} or before, so absent on every"
                " step; load its file with 'hefboom load FILE'",
                lang,
            )


def keep(found: Checked, folder: DataFolder, at: date, named: bool, lang: Language = "en") -> str | None:
    """Store what was checked anew, so that questions use it; a sentence in `lang` when that could not be done now.

    The check of a day that was `named` is kept beside the newest one, until `forget`.
    """
    if not found.stored:
        return None
    from hefboom.graph.completeness_commit import days_kept, store_checks

    lacking = {slug for slug, days in days_kept(folder, found.stored).items() if named and at not in days}
    if not found.stale | lacking:
        return None
    try:
        store_checks(folder, found.stale | lacking, at, named)
    except (StoreError, OSError) as error:
        return in_language(f"the results were not stored for questions to use: {error}", lang)
    return None


def forget(found: Checked, folder: DataFolder, day: date) -> int:
    """Keep the checks of an earlier day no longer; of how many companies there was one.

    Raises UsageError when none of them has one, with the days that are kept, and StoreError when the folder cannot be
    written.
    """
    from hefboom.graph.completeness_commit import days_kept, forget_day

    kept = days_kept(folder, found.stored)
    concerned = {slug for slug, days in kept.items() if day in days}
    if not concerned:
        others = ", ".join(sorted({str(other) for days in kept.values() for other in days}))
        if not others:
            raise UsageError(f"no check of {day} is kept for these companies, nor one of any other earlier day")
        raise UsageError(f"no check of {day} is kept for these companies; days kept: {others}")
    forget_day(folder, concerned, day)
    return len(concerned)


def _by_name(found: Iterable[CompanyCheck]) -> tuple[CompanyCheck, ...]:
    return tuple(sorted(found, key=lambda check: (check.label.casefold(), check.company)))


def _paths(text: str) -> list[Path]:
    """The company files that an argument names: a file, or those of a folder."""
    path = Path(text)
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
    if path.is_file() or path.suffix.lower() in SUFFIXES:
        return [path]
    return []


def _on_disk(paths: Sequence[Path], checker: Checker, lang: Language) -> Checked:
    names = Names()
    loaded = [load_company_file(path, names, today=date.today()) for path in paths]
    files = [CompanyFile(names.company(one.company), one.year, one.graph, one.ntriples) for one in loaded]
    remarks = [_remark(one.path.name, finding, lang) for one in loaded for finding in one.findings]
    return Checked(_by_name(checker.check(files)), tuple(remarks), sum(one.rows_refused for one in loaded))


def _remark(file: str, finding: Finding, lang: Language) -> str:
    """A finding in one line, with the place that it is about."""
    row = in_language(f"row {finding.row}", lang) if finding.row else None
    place = ", ".join(part for part in (file, row, finding.column) if part)
    hint = f"; {in_language(finding.hint, lang)}" if finding.hint else ""
    return f"{place}: {in_language(finding.reason, lang)}{hint}"


def _company(store: ox.Store, files: dict[str, CompanyFile], text: str) -> str:
    """The IRI of a company by its IRI, slug or name."""
    known = {quad.subject.value for quad in store.quads_for_pattern(None, _TYPE, ox.NamedNode(f"{HEF}Company"), None)
             if isinstance(quad.subject, ox.NamedNode)} | set(files)  # fmt: skip
    by_name = {company.rpartition("/")[2]: company for company in known} | {company: company for company in known}
    if found := by_name.get(text) or by_name.get(slug(text)):
        return found
    near = difflib.get_close_matches(slug(text), [name for name in by_name if "://" not in name], n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "give its name, its id or a due diligence file"
    raise UsageError(f"'{text}' is not a company of this data; {hint}")


def _members(store: ox.Store, names: Names, covenant: str, at: date) -> list[str]:
    """The members of a covenant on a day, by its IRI, slug or name."""
    iri = ox.NamedNode(covenant if "://" in covenant else names.covenant(slug(covenant)))
    found: list[str] = []
    for quad in store.quads_for_pattern(None, ox.NamedNode(f"{HEF}covenant"), iri, None):
        told = {
            q.predicate.value.removeprefix(HEF): q.object
            for q in store.quads_for_pattern(quad.subject, None, None, None)
        }
        start, end = (told.get(name) for name in ("validFrom", "validTo"))
        begun = not isinstance(start, ox.Literal) or start.value <= at.isoformat()
        over = isinstance(end, ox.Literal) and end.value <= at.isoformat()
        member = told.get("member")
        if begun and not over and isinstance(member, ox.NamedNode) and _buys(store, member):
            found.append(member.value)
    if not found:
        raise UsageError(f"'{covenant}' is no covenant with members on {at}; 'hefboom lists' shows what is loaded")
    return found


def _buys(store: ox.Store, company: ox.NamedNode) -> bool:
    """Whether due diligence is asked of a member: a secretariat or union that hands in a list is no buyer."""
    kinds = [
        quad.object for quad in store.quads_for_pattern(company, ox.NamedNode(f"{HEF}contributorKind"), None, None)
    ]
    names = {kind.value.rpartition("/")[2] for kind in kinds if isinstance(kind, ox.NamedNode)}
    return not names or bool(names & {"brand", "unknown", "other"})


def _label(store: ox.Store, company: str) -> str | None:
    quad = next(store.quads_for_pattern(ox.NamedNode(company), _LABEL, None, None), None)
    return quad.object.value if quad is not None and isinstance(quad.object, ox.Literal) else None
