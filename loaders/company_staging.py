"""A company's due diligence file on its way into the store: its statements, its sites as listings, its row account."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from hefboom.errors import SourceError
from hefboom.graph.catalogue import ListEntry
from hefboom.graph.iris import HEF, Names, slug
from hefboom.loaders.company_files import LoadedCompanyFile, load_company_file
from hefboom.loaders.keys import address_keys, name_keys
from hefboom.loaders.os_ids import check_os_ids
from hefboom.loaders.staging import Counts, Staging

if TYPE_CHECKING:
    from hefboom.loaders.load_options import LoadOptions

KIND: Final = "company-file"
_SITE_PROPERTIES: Final[Mapping[str, str]] = {
    "http://www.w3.org/2000/01/rdf-schema#label": "name",
    "https://schema.org/address": "address",
    f"{HEF}country": "country",
    f"{HEF}osId": "os_id",
    "http://www.w3.org/2003/01/geo/wgs84_pos#lat": "lat",
    "http://www.w3.org/2003/01/geo/wgs84_pos#long": "lng",
    f"{HEF}workersMin": "workers_min",
    f"{HEF}workersMax": "workers_max",
}
_NODE: Final = re.compile(r"^<(?P<graph>.+)/(?P<sheet>[a-z-]+)/(?P<row>[^/>]+)>$")


@dataclass(frozen=True, slots=True)
class StagedFile:
    """The catalogue entry of a file, before it has its place, and its row account; its rows are in the staging."""

    entry: ListEntry
    counts: Counts


def stage_company_file(file: Path, options: LoadOptions, names: Names, staging: Staging) -> StagedFile:
    """Read a company's due diligence file: visible to its owner alone unless the options say otherwise.

    Raises SourceError when the file cannot be read, or is about another company than the options say.
    """
    visibility = options.visibility or "owner"
    loaded = load_company_file(file, names, visibility, options.today)
    if options.contributor is not None and slug(options.contributor) != loaded.company:
        raise SourceError(
            f"{file}: this is the file of '{loaded.name}', but --contributor says '{options.contributor}'; leave"
            " --contributor out, or write the id used in lists into 'Id' ('slug') on the sheet 'Company'"
        )
    for finding in loaded.findings:
        staging.note(finding)
    staging.add("file_statements", statement_rows(loaded.ntriples, loaded.graph, loaded.company))
    staging.add("listings", site_listings(loaded.ntriples, loaded.graph, loaded.company))
    counts = Counts(loaded.rows_read, loaded.rows_stored, loaded.rows_merged, loaded.rows_refused)
    return StagedFile(_entry(file, options, loaded, visibility, counts), counts)


def _entry(file: Path, options: LoadOptions, loaded: LoadedCompanyFile, visibility: str, counts: Counts) -> ListEntry:
    return ListEntry(
        contributor=loaded.company,
        contributor_name=loaded.name,
        contributor_kind=options.contributor_kind,
        date=options.date or loaded.drawn_up or datetime.date(loaded.year, 12, 31),
        date_assumed=options.date is None and loaded.drawn_up is None,
        visibility=visibility,
        owner=loaded.company if visibility == "owner" else None,
        file=str(file),
        sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        format=KIND,
        kind=KIND,
        title=options.title or f"{loaded.name} {loaded.year}",
        covenant=slug(options.covenant) if options.covenant else None,
        covenant_name=options.covenant,
        rows_read=counts.rows_read,
        stored=counts.stored,
        merged=counts.merged,
        refused=counts.refused,
        reporting_year=loaded.year,
        checked_on=options.today,
    )


def statement_rows(ntriples: str, graph: str, company: str) -> pl.DataFrame:
    """Every statement with the sheet and id of the row that it comes from; those of the company stand on its sheet."""
    rows = []
    for line in ntriples.splitlines():
        found = _NODE.match(line.partition(" ")[0])
        within = found is not None and found["graph"] == graph
        sheet, row = (found["sheet"], found["row"]) if found is not None and within else ("company", company)
        rows.append({"sheet": sheet, "row": row, "line": line.removesuffix(" .")})
    return pl.DataFrame(rows, schema={"sheet": pl.String, "row": pl.String, "line": pl.String})


def site_listings(ntriples: str, graph: str, company: str) -> pl.DataFrame:
    """The sites of a file as rows of the table of listings, so that they meet those of lists by OS ID or exact key."""
    prefix = f"<{graph}/site/"
    sites: dict[str, dict[str, object]] = {}
    for line in ntriples.splitlines():
        if not line.startswith(prefix):
            continue
        subject, predicate, term = line.removesuffix(" .").split(" ", 2)
        site = sites.setdefault(subject.removeprefix(prefix).rstrip(">"), {"processes": []})
        if (column := _SITE_PROPERTIES.get(predicate.strip("<>"))) is not None:
            site[column] = _value(column, term)
        elif predicate == f"<{HEF}process>":
            site["processes"].append(_value("process", term))  # type: ignore[attr-defined]
    rows = [{"row": row, "source_text": f"{graph}/site/{row}", **values} for row, values in sites.items()]
    frame = pl.DataFrame(rows, schema_overrides=_SCHEMA) if rows else pl.DataFrame(schema=_SCHEMA)
    frame = frame.with_columns(pl.lit(None, kind).alias(name) for name, kind in _SCHEMA.items() if name not in frame)
    os_ids = check_os_ids(frame["os_id"])
    return frame.with_columns(
        part=pl.lit("site"),
        os_id=os_ids.ids,
        name_key=name_keys(frame["name"]),
        address_key=address_keys(frame["address"], frame["country"]),
        contributor=pl.lit(company),
    )


_SCHEMA: Final[dict[str, pl.DataType]] = {
    **dict.fromkeys(("row", "name", "address", "country", "os_id", "source_text"), pl.String()),
    **dict.fromkeys(("lat", "lng"), pl.Float64()),
    **dict.fromkeys(("workers_min", "workers_max"), pl.Int64()),
    "processes": pl.List(pl.String()),
}


def _value(column: str, term: str) -> object:
    """A term of N-Triples as the value of a column."""
    if column in ("country", "process"):
        return term.strip("<>").rpartition("/scheme/")[2].removeprefix("country/")
    text = literal_text(term)
    if column in ("lat", "lng"):
        return float(text)
    return int(text) if column.startswith("workers") else text


def literal_text(term: str) -> str:
    """The text of a literal of N-Triples as this loader writes it."""
    body = term[1 : term.rindex('"')]
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "r": "\r", "t": "\t"}.get(found[1], found[1]), body)
