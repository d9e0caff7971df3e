"""A table that belongs to a company's due diligence file on its way into the store, in a graph of its own."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from hefboom.errors import SourceError, UsageError
from hefboom.graph.catalogue import ListEntry, read_entries
from hefboom.graph.folder import DataFolder
from hefboom.graph.iris import HEF, SCHEME, Names, slug
from hefboom.loaders.company_files import statements_of
from hefboom.loaders.company_parts import KnownSite, read_part
from hefboom.loaders.company_staging import StagedFile, site_listings, statement_rows
from hefboom.loaders.staging import Counts, Staging

if TYPE_CHECKING:
    from hefboom.loaders.load_options import LoadOptions

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def stage_company_part(file: Path, part: str, options: LoadOptions, folder: DataFolder, staging: Staging) -> StagedFile:
    """Read a table of audits, certificates, complaints or engagements; its company and year come from the options.

    It is as closed as the company's file of that year, which must be there. Raises UsageError when the options do not
    say whose table it is, SourceError when it cannot be read or when that file is not there.
    """
    if options.contributor is None:
        raise UsageError(f"{file}: the table '{part}' does not say whose it is; give --contributor COMPANY")
    company = slug(options.contributor)
    year = options.year or (options.date or options.today).year
    whole = _file_of(folder, company, year, file, part)
    if options.visibility not in (None, whole.visibility):
        raise UsageError(
            f"{file}: --visibility {options.visibility} differs from that of the company's file of {year}, which is "
            f"{whole.visibility}; leave it out"
        )
    names = Names(folder.base())
    graph, iri = names.list(f"file/{company}/{year}/{part}"), names.company(company)
    sites, known = _sites(folder, names, company, year), _known(folder, names, company, year)
    read = read_part(file, part, options.sheet, graph, iri, sites, known)
    for finding in read.findings:
        staging.note(finding)
    ntriples = "".join(sorted(set(statements_of(read.accepted, iri))))
    staging.add("file_statements", statement_rows(ntriples, graph, company))
    staging.add("listings", site_listings(ntriples, graph, company))
    stored = read.rows_read - read.rows_merged - read.rows_refused
    counts = Counts(read.rows_read, stored, read.rows_merged, read.rows_refused)
    entry = ListEntry(
        contributor=company,
        contributor_name=whole.contributor_name,
        contributor_kind=whole.contributor_kind,
        date=options.date or whole.date,
        visibility=whole.visibility,
        owner=whole.owner,
        file=str(file),
        sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        format=part,
        kind=part,
        title=options.title or f"{whole.contributor_name} {year}: {part}",
        rows_read=counts.rows_read,
        stored=counts.stored,
        merged=counts.merged,
        refused=counts.refused,
        reporting_year=year,
        checked_on=options.today,
    )
    return StagedFile(entry, counts)


def _file_of(folder: DataFolder, company: str, year: int, file: Path, part: str) -> ListEntry:
    """The company's file of that year, to which the table belongs."""
    current = folder.current()
    entries = read_entries(current / "tables" / "lists.parquet") if current else []
    files = [entry for entry in entries if entry.in_force and entry.kind == "company-file"]
    for entry in files:
        if (entry.contributor, entry.reporting_year) == (company, year):
            return entry
    years = sorted(str(entry.reporting_year) for entry in files if entry.contributor == company)
    found = f"there are files of {', '.join(years)}; name one with --year" if years else "there is none of any year"
    raise SourceError(
        f"{file}: the table '{part}' belongs to the due diligence file of its company, and there is no file of "
        f"'{company}' for {year}; {found}, or load that file first"
    )


def _known(folder: DataFolder, names: Names, company: str, year: int) -> dict[tuple[str, str], str]:
    """The risks and remedies in the company's file of a year, by sheet and slug of the id."""
    generation = folder.current()
    if generation is None:
        return {}
    store = ox.Store.read_only(str(generation / "store"))
    graph = ox.NamedNode(names.list(f"file/{company}/{year}"))
    return {
        (sheet, quad.subject.value.rpartition("/")[2]): quad.subject.value
        for sheet, kind in (("risks", "Risk"), ("remedies", "Remedy"))
        for quad in store.quads_for_pattern(None, ox.NamedNode(_TYPE), ox.NamedNode(HEF + kind), graph)
        if isinstance(quad.subject, ox.NamedNode)
    }


def _sites(folder: DataFolder, names: Names, company: str, year: int) -> list[KnownSite]:
    """The sites in the company's file of a year."""
    generation = folder.current()
    if generation is None:
        return []
    store = ox.Store.read_only(str(generation / "store"))
    graph = ox.NamedNode(names.list(f"file/{company}/{year}"))
    kind = ox.NamedNode(_TYPE)
    found = []
    for quad in store.quads_for_pattern(None, kind, ox.NamedNode(f"{HEF}Listing"), graph):
        told = {one.predicate.value: one.object for one in store.quads_for_pattern(quad.subject, None, None, graph)}

        def text(iri: str, told: dict[str, object] = told) -> str:  # type: ignore[assignment]
            value = told.get(iri)
            return value.value if isinstance(value, ox.Literal | ox.NamedNode) else ""

        found.append(
            KnownSite(
                id=text("http://purl.org/dc/terms/identifier"),
                name=text("http://www.w3.org/2000/01/rdf-schema#label"),
                os_id=text(f"{HEF}osId"),
                country=text(f"{HEF}country").removeprefix(f"{SCHEME}country/"),
                address=text("https://schema.org/address"),
            )
        )
    return found
