"""Members of a covenant, with the days from and until which they take part, from a small table."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hefboom.errors import SourceError, UsageError
from hefboom.graph.catalogue import VISIBILITIES
from hefboom.graph.iris import slug
from hefboom.graph.writer import MEMBERSHIPS_SCHEMA
from hefboom.loaders.dates import parse_day
from hefboom.loaders.findings import Finding, findings_frame
from hefboom.loaders.profiles import Guess, Profile, guess_profile
from hefboom.loaders.staging import Counts
from hefboom.loaders.tables import open_table


@dataclass(frozen=True, slots=True)
class MembersRead:
    """The memberships of one table (columns of `stated_memberships`), its row account and findings."""

    members: pl.DataFrame
    counts: Counts
    findings: pl.DataFrame
    guess: Guess


def read_memberships(file: Path, covenant: str | None, visibility: str, profile: Profile | None) -> MembersRead:
    """Read a table of members; `covenant` holds for rows that name none.

    Raises SourceError when the table has no column of companies, UsageError when no covenant is named anywhere or when
    `visibility` is owner.
    """
    if visibility == "owner":
        raise UsageError("--visibility owner does not fit a table of members; use public, members or secretariat")
    table = open_table(file)
    guess = Guess(profile, {}) if profile else guess_profile(table, table.sample(), format="memberships")
    if guess.unsure:
        raise SourceError(f"{file}: {'; '.join(guess.unsure)}; give a column profile (--profile)")
    fields = {held: header for header, held in guess.profile.columns.items()}
    findings: list[Finding] = list(table.findings)
    rows: list[dict[str, object]] = []
    read = 0
    for chunk in table.chunks():
        for record in chunk.to_dicts():
            read += 1
            if (row := _membership(record, fields, covenant, findings)) is not None:
                rows.append({**row, "scope": visibility})
    members = pl.DataFrame(rows, schema=MEMBERSHIPS_SCHEMA, orient="row")
    once = members.unique(["covenant", "company", "valid_from", "valid_to"], maintain_order=True)
    counts = Counts(read, once.height, members.height - once.height, read - members.height)
    return MembersRead(once, counts, findings_frame(findings), guess)


def _membership(
    record: Mapping[str, str | None], fields: Mapping[str, str], covenant: str | None, findings: list[Finding]
) -> dict[str, object] | None:
    row = str(record["_row"])

    def cell(name: str) -> str | None:
        value = record.get(fields.get(name, ""))
        return " ".join(value.split()) if value else None

    company, named = cell("company"), cell("covenant") or covenant
    if company is None:
        reason = "the row names no company"
        findings.append(
            Finding(row, fields.get("company"), None, "company-missing", "error", reason, "fill in the member's name")
        )
        return None
    if named is None:
        raise UsageError(f"row {row}: no covenant is named; add a column 'covenant' or give --covenant NAME")
    days: dict[str, datetime.date | None] = {}
    for name in ("from", "to"):
        text = cell(name)
        day = parse_day(text, end=name == "to") if text else None
        if day is not None and day.day is None:
            reason = f"'{text}' is not a day that can be read, so the membership is not clear"
            findings.append(
                Finding(row, fields[name], text, "date-unreadable", "error", reason, "write it as 2024-01-31")
            )
            return None
        days[name] = day.day if day else None
    if days["from"] and days["to"] and days["to"] <= days["from"]:
        reason = "the membership ends before it begins"
        findings.append(Finding(row, fields["to"], cell("to"), "period-reversed", "error", reason, "check both days"))
        return None
    return {
        "covenant": slug(named), "covenant_name": named, "company": slug(company), "company_name": company,
        "valid_from": days["from"], "valid_to": days["to"],
    }  # fmt: skip


def add_memberships(tables: Path | None, frames: Sequence[pl.DataFrame]) -> pl.DataFrame | None:
    """All stated memberships with new ones added; None when that changes nothing.

    A new statement about a company in a covenant takes the place of the earlier statements about that pair, except of
    those that are more open: whoever sees only these must not learn of it.
    """
    if not frames:
        return None
    file = tables / "stated_memberships.parquet" if tables else None
    known = pl.read_parquet(file) if file is not None and file.is_file() else pl.DataFrame(schema=MEMBERSHIPS_SCHEMA)
    fresh = pl.concat(frames).unique(maintain_order=True)
    most_open = fresh.group_by("covenant", "company").agg(_openness().min().alias("_fresh"))
    kept = known.join(most_open, on=["covenant", "company"], how="left")
    kept = kept.filter((_openness() < pl.col("_fresh")).fill_null(True)).drop("_fresh")
    both = pl.concat([kept, fresh]).sort("covenant", "company", "valid_from", "valid_to", "scope")
    return None if both.equals(known) else both


def _openness() -> pl.Expr:
    """The rank of the column `scope`: public before members before secretariat."""
    return pl.col("scope").replace_strict({name: rank for rank, name in enumerate(VISIBILITIES)}, return_dtype=pl.Int8)
