"""A table that belongs to a company's due diligence file on its way into the store, in a graph of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from hefboom.errors import SourceError, UsageError
from hefboom.graph.catalogue import ListEntry, read_entries
from hefboom.graph.folder import DataFolder
from hefboom.graph.iris import HEF, SCHEME, Names, slug
from hefboom.loaders.company_files import statements_of
from hefboom.loaders.company_parts import KnownSite, read_part
from hefboom.loaders.company_staging import KIND, StagedFile, literal_text, site_listings, statement_rows
from hefboom.loaders.staging import Counts, Staging

if TYPE_CHECKING:
    from hefboom.loaders.load_options import LoadOptions

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def stage_company_part(
    file: Path,
    part: str,
    options: LoadOptions,
    folder: DataFolder,
    staging: Staging,
    new: Sequence[tuple[ListEntry, Staging]] = (),
) -> StagedFile:
    """Read a table of audits, certificates, complaints or engagements; its company and year come from the options.

    It is as closed as the company's file of that year, which must be loaded or among `new`: what the same load brings.
    Raises UsageError when the options do not say whose table it is, SourceError when it cannot be read or when that
    file is not there.
    """
    if options.contributor is None:
        raise UsageError(f"{file}: the table '{part}' does not say whose it is; give --contributor COMPANY")
    company = slug(options.contributor)
    year = options.year or (options.date or options.today).year
    whole, lines = _file_of(folder, new, company, year, file, part)
    rows = _rows(lines)
    if options.visibility not in (None, whole.visibility):
        raise UsageError(
            f"{file}: --visibility {options.visibility} differs from that of the company's file of {year}, which is "
            f"{whole.visibility}; leave it out"
        )
    names = Names(folder.base())
    graph, iri = names.list(f"file/{company}/{year}/{part}"), names.company(company)
    read = read_part(file, part, options.sheet, graph, iri, _sites(rows), _known(rows), options.today)
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
        date_assumed=options.date is None and whole.date_assumed,
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


def _file_of(
    folder: DataFolder, new: Sequence[tuple[ListEntry, Staging]], company: str, year: int, file: Path, part: str
) -> tuple[ListEntry, list[str]]:
    """The company's file of that year, to which the table belongs, and its statements."""
    for entry, said in new:
        if (entry.kind, entry.contributor, entry.reporting_year) == (KIND, company, year):
            return entry, [line for line in said.distinct("file_statements", "line") if line]
    current = folder.current()
    entries = read_entries(current / "tables" / "lists.parquet") if current else []
    files = [entry for entry in entries if entry.in_force and entry.kind == "company-file"]
    for entry in files:
        if current and (entry.contributor, entry.reporting_year) == (company, year):
            held = current / "tables" / "file_statements" / f"{entry.seq}.parquet"
            return entry, pl.read_parquet(held, columns=["line"])["line"].to_list()
    years = sorted(str(entry.reporting_year) for entry in files if entry.contributor == company)
    found = f"there are files of {', '.join(years)}; name one with --year" if years else "there is none of any year"
    raise SourceError(
        f"{file}: the table '{part}' belongs to the due diligence file of its company, and there is no file of "
        f"'{company}' for {year}; {found}, or load that file first"
    )


def _rows(lines: Iterable[str]) -> dict[str, dict[str, str]]:
    """Of each node in the statements of a file, one term per predicate."""
    rows: dict[str, dict[str, str]] = {}
    for line in lines:
        subject, predicate, term = line.split(" ", 2)
        rows.setdefault(subject.strip("<>"), {})[predicate.strip("<>")] = term
    return rows


def _known(rows: Mapping[str, Mapping[str, str]]) -> dict[tuple[str, str], str]:
    """The risks and remedies of a company's file, by sheet and slug of the id."""
    kinds = {f"<{HEF}Risk>": "risks", f"<{HEF}Remedy>": "remedies"}
    return {(kinds[told[_TYPE]], iri.rpartition("/")[2]): iri for iri, told in rows.items() if told.get(_TYPE) in kinds}


def _sites(rows: Mapping[str, Mapping[str, str]]) -> list[KnownSite]:
    """The sites of a company's file."""

    def text(told: Mapping[str, str], iri: str) -> str:
        return literal_text(told[iri]) if iri in told else ""

    return [
        KnownSite(
            id=text(told, "http://purl.org/dc/terms/identifier"),
            name=text(told, "http://www.w3.org/2000/01/rdf-schema#label"),
            os_id=text(told, f"{HEF}osId"),
            country=told.get(f"{HEF}country", "").strip("<>").removeprefix(f"{SCHEME}country/"),
            address=text(told, "https://schema.org/address"),
        )
        for told in rows.values()
        if told.get(_TYPE) == f"<{HEF}Listing>"
    ]
