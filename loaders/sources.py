"""From a file in a known format to cleaned rows in a staging area."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import polars as pl

from hefboom.errors import SourceError
from hefboom.graph.iris import slug
from hefboom.loaders.cleaning import Cleaned, clean_relationships, clean_sites
from hefboom.loaders.countries import resolve
from hefboom.loaders.encodings import without_words
from hefboom.loaders.findings import Finding, findings_frame
from hefboom.loaders.formats import Format
from hefboom.loaders.geojson import open_geojson
from hefboom.loaders.guessing import unread_sides
from hefboom.loaders.headers import KEEP, LEAVE_OUT
from hefboom.loaders.json_files import is_json
from hefboom.loaders.profiles import Guess, Profile, fixed_profile, guess_profile
from hefboom.loaders.risk_evidence import read_evidence
from hefboom.loaders.risk_sources import Source, recognise
from hefboom.loaders.scdex import read_scdex
from hefboom.loaders.staging import Staging
from hefboom.loaders.tables import SourceTable, open_table
from hefboom.loaders.tiers import FOR_NOBODY

_CHUNK = 50_000


class Rows(Protocol):
    """A file as rows of text."""

    path: Path
    headers: tuple[str, ...]

    @property
    def findings(self) -> list[Finding]:
        """What is odd about the file; complete once `chunks` has run to its end."""
        ...

    def chunks(self, size: int = ...) -> Iterator[pl.DataFrame]:
        """The rows as frames of text with `_row` first."""
        ...

    def sample(self, rows: int = ...) -> pl.DataFrame:
        """The first rows."""
        ...


@dataclass
class Read:
    """What reading a list told about the list as a whole.

    `newest` is the latest day on which a register received a row, `names_contributors` whether rows name their own
    contributors, `has_chain` whether the file itself says who supplies whom, so that its sites are not all the
    contributor's own, `public` the public source of risk evidence that the table comes from, `sheet` the sheet where it
    is another than the one that is read when none is named.
    """

    guess: Guess
    left_out: Sequence[str] = ()
    newest: datetime.date | None = None
    names_contributors: bool = False
    has_chain: bool = False
    public: Source | None = None
    sheet: str | None = None


def read_list(
    file: Path,
    format: Format,
    staging: Staging,
    profile: Profile | None,
    sheet: str | None,
    progress: Callable[[int], None],
    encoding: str | None = None,
) -> Read:
    """Read, check and clean a list into `staging`.

    Raises SourceError when the file cannot be read or when no column profile can be guessed with certainty.
    """
    if format == "scdex":
        return _read_exchange(file, staging, progress)
    if format == "risk-evidence":
        return _read_public(file, staging, sheet)
    source = open_geojson(file) if is_json(file) else open_table(file, sheet, encoding)
    guess = guess_for(source, format, profile)
    read = Read(guess, [header for header, held in guess.profile.columns.items() if held == LEAVE_OUT])
    read.sheet = source.chosen_sheet if isinstance(source, SourceTable) else None
    for chunk in source.chunks(_CHUNK):
        columns = _with_new_columns(guess.profile, format, chunk)
        if format == "relationships":
            _stage_relationships(staging, chunk, columns)
        elif format == "aliases":
            _stage_aliases(staging, chunk, columns)
        else:
            _stage_sites(staging, chunk, columns, read)
        progress(staging.rows_read)
    sides = unread_sides(guess) if format == "relationships" and profile is None else []
    _note_source(staging, [*source.findings, *sides], read.left_out)
    return read


def _read_public(file: Path, staging: Staging, sheet: str | None) -> Read:
    """Read a table of a public source of risk evidence, which says itself who published it and of when it is."""
    table = open_table(file, sheet)
    public = recognise(table.headers)
    if public is None:
        raise SourceError(
            f"{file}: the columns {', '.join(map(repr, table.headers[:8]))} are those of no known public source of "
            "risks; leave --format out to have the file told by its headers"
        )
    newest = read_evidence(table, public, staging)
    _note_source(staging, table.findings, ())
    public = public.of_figures_up_to(newest)
    columns = dict.fromkeys(table.headers, KEEP)
    profile = Profile(
        "risk-evidence", columns, contributor=public.publisher, date=public.date, notes=public.edition or None
    )
    return Read(Guess(profile, {}), public=public, sheet=table.chosen_sheet)


def guess_for(source: Rows, format: Format, profile: Profile | None) -> Guess:
    """The profile to read a source with: the given one, or a guess that is certain about what matters.

    Raises UsageError when the given profile does not fit, SourceError when the guess needs a person.
    """
    if profile is not None:
        profile.check_headers(source.headers, source.path)
        return Guess(profile, dict.fromkeys(profile.columns, "given by the profile"))
    guess = guess_profile(source, source.sample(), _is_country, format)
    if guess.unsure:
        doubts = "; ".join(guess.unsure)
        raise SourceError(
            f"{source.path}: which column holds what is not certain: {doubts}. Write the guess to a file with "
            f"'hefboom profile \"{source.path}\" --save profile.yaml', correct it, and load with --profile profile.yaml"
        )
    return guess


@lru_cache(maxsize=65_536)
def _is_country(text: str) -> bool:
    return resolve(text).alpha2 is not None


def _with_new_columns(profile: Profile, format: Format, chunk: pl.DataFrame) -> dict[str, str]:
    """The profile's columns, and what a register's fixed profile says of columns met only in later records."""
    columns = dict(profile.columns)
    fresh = [name for name in chunk.columns[1:] if name not in columns]
    if fresh and format in ("osh-download", "osh-upload", "osh-api"):
        columns |= fixed_profile(format, fresh).columns
    return columns


def _stage_sites(staging: Staging, chunk: pl.DataFrame, columns: dict[str, str], read: Read) -> None:
    cleaned = clean_sites(chunk, columns, country_default=read.guess.profile.country_default)
    staging.rows_read += chunk.height
    staging.refused += cleaned.refused.height
    staging.findings.append(cleaned.findings)
    listings, named = cleaned.listings, _named_per_row(cleaned, read.guess.profile.contributor)
    read.names_contributors |= bool(named.height)
    contributions = pl.concat([cleaned.contributions, named], how="diagonal_relaxed")
    if listings["reported_on"].null_count() < listings.height:
        newest = listings["reported_on"].max()
        if isinstance(newest, datetime.date):
            read.newest = max(newest, read.newest or newest)
    replaced = listings.filter(pl.col("new_os_id").is_not_null() & pl.col("os_id").is_not_null())
    staging.add("listings", listings.drop("new_os_id", "tier").with_columns(part=pl.lit("site")))
    _stage_tiers(staging, listings, named)
    staging.add("contributions", contributions)
    staging.add("os_id_aliases", replaced.select(old_os_id="os_id", new_os_id="new_os_id"))


def _stage_tiers(staging: Staging, listings: pl.DataFrame, named: pl.DataFrame) -> None:
    """The tiers beyond the first; those of rows that name a contributor of their own can only be told of."""
    further = listings.filter(pl.col("tier") > 1).select("row", "tier")
    kept = further.join(named, on="row", how="anti", maintain_order="left")
    staging.add("stated_tiers", kept)
    if kept.height < further.height:
        staging.note(Finding(None, None, None, "tier-not-kept", "warning", *FOR_NOBODY))


def _named_per_row(cleaned: Cleaned, constant: str | None) -> pl.DataFrame:
    """Contributions of the contributors that rows name themselves; one that all rows name made the list."""
    named = pl.col("contributor").is_not_null() & pl.col("contributor").ne_missing(constant)
    return cleaned.listings.filter(named).select(
        "row", contributor_name="contributor", kind=pl.lit("unknown"), title=pl.lit(None, dtype=pl.String),
        ordinal=pl.lit(1, dtype=pl.Int64),
    )  # fmt: skip


def _stage_relationships(staging: Staging, chunk: pl.DataFrame, columns: dict[str, str]) -> None:
    cleaned = clean_relationships(chunk, columns)
    staging.rows_read += chunk.height
    staging.refused += cleaned.refused.height
    staging.findings.append(cleaned.findings)
    for part, listings in (("supplier", cleaned.suppliers), ("buyer", cleaned.buyers)):
        located = listings.drop("new_os_id", "tier").with_columns(part=pl.lit(part))
        if f"{part}_guid" in chunk.columns:
            same = chunk.select(row="_row", same_as_row=f"{part}_guid")
            located = located.join(same, on="row", how="left", maintain_order="left")
        staging.add("listings", located)
    relations = cleaned.relationships
    slugs = {name: slug(name) for name in relations["buyer"].drop_nulls().unique()}
    staging.add(
        "claimed_relationships",
        relations.drop("buyer_kind").with_columns(
            buyer=pl.col("buyer").replace_strict(slugs, default=None, return_dtype=pl.String),
            buyer_name=relations["buyer"],
            buyer_is_site=relations["buyer_kind"] == "site",
        ),
    )


def _stage_aliases(staging: Staging, chunk: pl.DataFrame, columns: dict[str, str]) -> None:
    """OS ID replacements: each row is a listing of the old id, so that the row account holds, and an alias."""
    old, new = (next(header for header, held in columns.items() if held == name) for name in ("old_os_id", "new_os_id"))
    _stage_sites(staging, chunk, {**columns, old: "os_id", new: "new_os_id"}, Read(Guess(Profile("aliases", {}), {})))


def _read_exchange(file: Path, staging: Staging, progress: Callable[[int], None]) -> Read:
    source = read_scdex(file)
    guess: Guess | None = None
    ties = _ties(source.other_affiliations)
    for chunk in source.sites:
        if ties.height:
            chunk = chunk.join(ties, on="_row", how="left", maintain_order="left")
        guess = Guess(fixed_profile("scdex", chunk.columns[1:]), {})
        _stage_sites(staging, chunk, guess.profile.columns, Read(guess))
        progress(staging.rows_read)
    if source.relationships.height:
        columns = {name: name for name in source.relationships.columns[1:]}
        _stage_relationships(staging, source.relationships, columns)
    staging.findings.append(findings_frame(source.findings))
    unknown = sum(found.code == "unknown-guid" for found in source.findings)
    staging.rows_read += unknown
    staging.refused += unknown
    has_chain = bool(source.relationships.height or source.other_affiliations.height)
    return Read(guess or Guess(fixed_profile("scdex", []), {}), has_chain=has_chain)


def _ties(others: pl.DataFrame) -> pl.DataFrame:
    """Affiliations that are no supply relation, as JSON beside each location that they name: `_row`, `affiliations`."""
    told = others.with_columns(affiliations=pl.struct(pl.all()).struct.json_encode())
    ends = [
        told.filter(pl.col(f"{end}_kind") == "location").select(pl.col(f"{end}_guid").alias("_row"), "affiliations")
        for end in ("from", "to")
    ]
    return (
        pl.concat(ends)
        .group_by("_row", maintain_order=True)
        .agg(pl.col("affiliations").str.join(", "))
        .with_columns(affiliations=pl.format("[{}]", "affiliations"))
    )


def _note_source(staging: Staging, findings: Sequence[Finding], left_out: Sequence[str]) -> None:
    told = [without_words(found) for found in findings] if left_out else findings
    staging.findings.insert(0, findings_frame(told))
    if left_out:
        names = ", ".join(f"'{name}'" for name in left_out)
        reason = f"not stored, because these columns hold contacts or persons: {names}"
        hint = "nothing to do; a column profile can keep a column that was left out by mistake"
        staging.note(Finding(None, None, None, "columns-left-out", "info", reason, hint))
