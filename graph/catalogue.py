"""The catalogue of lists: their ids, their order in time, what replaces what."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hefboom.graph.iris import is_file_id, narrowest, scope_of

if TYPE_CHECKING:
    import polars as pl

CONTRIBUTOR_KINDS = (
    "brand", "facility", "civil-society", "initiative", "union", "auditor", "academic", "other", "register", "unknown",
)  # fmt: skip
VISIBILITIES = ("public", "members", "secretariat", "owner")
_MANY = ("left_out", "kept_days")
"""The columns that hold several values."""


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One list in the catalogue; the columns of the `lists` table of `docs/model.md`.

    `list` is the id (`nike/2021-02-01`), `kind` is `sites`, `relationships`, `exchange`, `aliases`, `evidence` or
    `company-file`; lists of one contributor and kind are a series in which a later date replaces an earlier one, unless
    the list is a register's or stands `alongside`. A company's due diligence file has a `reporting_year`, which orders
    the series and is part of the id (`file/nike/2025`); `checked_on` is the day as of which it was last checked, and
    `kept_days` are earlier days whose checks are kept beside that one. `sheet` is the sheet of the workbook that it was
    read from; None for the one that is read when none is named, and for a file without sheets.
    `encoding` is the one that was given for a text file.
    """

    contributor: str
    contributor_name: str
    date: datetime.date
    visibility: str
    file: str
    sha256: str
    format: str
    title: str
    kind: str = "sites"
    contributor_kind: str = "unknown"
    list: str = ""
    seq: int = 0
    date_assumed: bool = False
    alongside: bool = False
    replaces: str | None = None
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    owner: str | None = None
    scope: str = ""
    register: bool = False
    covenant: str | None = None
    covenant_name: str | None = None
    licence: str | None = None
    status: str = "current"
    rows_read: int = 0
    stored: int = 0
    merged: int = 0
    refused: int = 0
    left_out: tuple[str, ...] = field(default=())
    reporting_year: int | None = None
    checked_on: datetime.date | None = None
    kept_days: tuple[datetime.date, ...] = field(default=())
    sheet: str | None = None
    encoding: str | None = None

    @property
    def stated_date(self) -> datetime.date | None:
        """Its date; None for a due diligence file, or a table beside one, for which nobody gave a date."""
        return None if self.reporting_year is not None and self.date_assumed else self.date

    @property
    def in_force(self) -> bool:
        """Whether its listings are in the store: it may be replaced, but is not retracted."""
        return self.status != "retracted"


def read_entries(file: Path) -> list[ListEntry]:
    """The entries of a `lists.parquet` file, in the order of loading; none when there is no file."""
    if not file.is_file():
        return []
    import polars as pl

    rows = pl.read_parquet(file).sort("seq").to_dicts()
    return [ListEntry(**{**row, **{name: tuple(row.get(name) or ()) for name in _MANY}}) for row in rows]


def write_entries(entries: Iterable[ListEntry], file: Path) -> None:
    """Write the entries as a `lists.parquet` file, replacing it."""
    import polars as pl  # here, for engine processes load this module too and read no tables

    schema: Mapping[str, pl.DataType | type[pl.DataType]] = {
        "list": pl.String, "seq": pl.Int64, "kind": pl.String, "contributor": pl.String, "contributor_name": pl.String,
        "contributor_kind": pl.String, "title": pl.String, "date": pl.Date, "date_assumed": pl.Boolean,
        "alongside": pl.Boolean, "replaces": pl.String, "valid_from": pl.Date, "valid_to": pl.Date,
        "visibility": pl.String, "owner": pl.String, "scope": pl.String, "register": pl.Boolean, "covenant": pl.String,
        "covenant_name": pl.String, "format": pl.String, "file": pl.String, "sha256": pl.String, "licence": pl.String,
        "status": pl.String, "rows_read": pl.Int64, "stored": pl.Int64, "merged": pl.Int64, "refused": pl.Int64,
        "left_out": pl.List(pl.String), "reporting_year": pl.Int64, "checked_on": pl.Date,
        "kept_days": pl.List(pl.Date), "sheet": pl.String, "encoding": pl.String,
    }  # fmt: skip
    rows = [{name: getattr(entry, name) for name in schema} for entry in entries]
    plain = [{**row, **{name: list(row[name]) for name in _MANY}} for row in rows]
    frame = pl.DataFrame(plain, schema=schema, orient="row")
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    frame.write_parquet(fresh)
    fresh.replace(file)


def find_same(entries: Sequence[ListEntry], new: ListEntry) -> ListEntry | None:
    """The list already loaded from the same bytes, and sheet, by the same contributor for the same day, if any.

    A day that was assumed, because neither the file nor the user named one, does not make a list another one.
    """
    for entry in entries:
        same_day = entry.date == new.date or (entry.date_assumed and new.date_assumed)
        same_source = (entry.sha256, entry.sheet, entry.contributor) == (new.sha256, new.sheet, new.contributor)
        if entry.in_force and same_source and same_day:
            return entry
    return None


def file_of_year(entries: Sequence[ListEntry], new: ListEntry) -> ListEntry | None:
    """The due diligence file of the same company and year, of which there can be one; None for any other list."""
    if new.reporting_year is None:
        return None
    return next((entry for entry in entries if entry.in_force and entry.list == file_id(new)), None)


def add_entry(entries: Sequence[ListEntry], new: ListEntry) -> tuple[list[ListEntry], ListEntry]:
    """The catalogue with one more list, which gets its id, number and scope; validities are set anew for all.

    A retracted list whose id is free again gives way. A company's file takes the place of the one of the same year.
    """
    if new.reporting_year is not None:
        return _with(entries, new, file_id(new))
    taken = {entry.list for entry in entries if entry.in_force}
    stem = f"{new.contributor}/{new.date.isoformat()}"
    number = 1
    while (identity := stem if number == 1 else f"{stem}/{number}") in taken:
        number += 1
    return _with(entries, new, identity)


def file_id(entry: ListEntry) -> str:
    """The id of a company's due diligence file, or of a table that belongs to it: one per company and year."""
    stem = f"file/{entry.contributor}/{entry.reporting_year}"
    return stem if entry.kind == "company-file" else f"{stem}/{entry.kind}"


def _with(entries: Sequence[ListEntry], new: ListEntry, identity: str) -> tuple[list[ListEntry], ListEntry]:
    seq = max((entry.seq for entry in entries), default=0) + 1
    added = replace(new, list=identity, seq=seq, scope=scope_of(new.visibility, new.owner))
    dated = set_validity([*(entry for entry in entries if entry.list != identity), added])
    return dated, dated[-1]


def retract_entry(entries: Sequence[ListEntry], identity: str) -> list[ListEntry]:
    """The catalogue with one list retracted: described still, but without listings, and replacing nothing."""
    return set_validity([replace(entry, status="retracted") if entry.list == identity else entry for entry in entries])


def tables_by_file(entries: Iterable[ListEntry]) -> dict[str, list[ListEntry]]:
    """The tables in force that belong to companies' due diligence files, by the id of the file."""
    found: dict[str, list[ListEntry]] = {}
    for entry in entries:
        if entry.in_force and (file := file_of(entry.list)):
            found.setdefault(file, []).append(entry)
    return found


def file_of(list_id: str) -> str | None:
    """The id of the company's file to which a table belongs; None for any other list."""
    file, _, kind = list_id.rpartition("/")
    return file if is_file_id(list_id) and not kind.isdigit() else None


def _closed_with_files(entries: Sequence[ListEntry]) -> list[ListEntry]:
    """The entries with no table beside a company's file more open than that file, which may have been closed since."""
    files = {entry.list: entry for entry in entries if entry.in_force and entry.kind == "company-file"}
    closed = []
    for entry in entries:
        file = files.get(file_of(entry.list) or "")
        if entry.in_force and file and narrowest((entry.visibility, file.visibility)) != entry.visibility:
            entry = replace(entry, visibility=file.visibility, owner=file.owner, scope=file.scope)
        closed.append(entry)
    return closed


def set_validity(entries: Sequence[ListEntry]) -> list[ListEntry]:
    """The entries with `valid_from`, `valid_to` and `status` computed from dates, series and replacements.

    A company's due diligence file, with the tables beside it, holds from the first day of its year until the first day
    of the year of the next one, whenever it was drawn up: so all questions choose the file that speaks on a day.
    A table beside a company's due diligence file is closed with that file; it is not opened with it.
    """
    entries = _closed_with_files(entries)
    active = [entry for entry in entries if entry.in_force]
    ends: dict[str, datetime.date] = {}
    for entry in active:
        following = [_start(other) for other in active if _replaces(other, entry)]
        if following:
            ends[entry.list] = max(min(following), _start(entry))
    return [
        replace(
            entry,
            valid_from=_start(entry),
            valid_to=ends.get(entry.list),
            status="retracted" if not entry.in_force else "replaced" if entry.list in ends else "current",
        )
        for entry in entries
    ]


def _start(entry: ListEntry) -> datetime.date:
    return entry.date if entry.reporting_year is None else datetime.date(entry.reporting_year, 1, 1)


def _replaces(later: ListEntry, earlier: ListEntry) -> bool:
    if not may_end(later.scope, earlier.scope):
        return False
    if later.replaces is not None and later.replaces == earlier.list:
        return True
    if later.register or earlier.register or later.alongside or later.replaces is not None:
        return False
    if (later.contributor, later.kind) != (earlier.contributor, earlier.kind):
        return False
    if later.reporting_year is not None and earlier.reporting_year is not None:
        return later.reporting_year > earlier.reporting_year
    if later.sha256 == earlier.sha256 and later.sheet != earlier.sheet:
        return False
    if later.date == earlier.date:
        same_name = (Path(later.file).name, later.sheet) == (Path(earlier.file).name, earlier.sheet)
        return later.seq > earlier.seq and same_name
    return later.date > earlier.date


def may_end(scope: str, other: str) -> bool:
    """Whether a list of `scope` may end one of scope `other`: who sees the end must see the list that sets it."""
    return scope in (other, "public") or other == "secretariat" or (scope == "members" and other != "public")
