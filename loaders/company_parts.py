"""Reading a table beside a company's file (audits, a heat map and so on) as rows of the sheets of that file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final

from hefboom.errors import SourceError
from hefboom.graph.iris import slug
from hefboom.loaders.company_os_ids import read_os_id
from hefboom.loaders.company_read import Record
from hefboom.loaders.company_records import Accepted, accept_records
from hefboom.loaders.company_tables import HEAT_MAP, Column, columns_by_header, table_columns
from hefboom.loaders.company_values import holds_contact
from hefboom.loaders.complaint_persons import may_hold_person
from hefboom.loaders.countries import resolve
from hefboom.loaders.findings import Finding
from hefboom.loaders.tables import open_table
from hefboom.ontology.codes import codes
from hefboom.plain_text import fold

_OPAQUE: Final = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9._/#-]{0,39}")
_REFERENCES: Final = {"findings": ("audit", "monitoring"), "corrective_actions": ("finding", "findings")}


@dataclass(frozen=True, slots=True)
class KnownSite:
    """A site as the company's file has it."""

    id: str
    name: str = ""
    os_id: str = ""
    country: str = ""
    address: str = ""


@dataclass
class PartRead:
    """What a table says: rows taken in, its row account, and what was found; `headers` are as they stood."""

    accepted: Accepted
    rows_read: int
    rows_merged: int
    rows_refused: int
    findings: list[Finding] = field(default_factory=list)


def read_part(
    path: Path,
    part: str,
    sheet: str | None,
    graph: str,
    company: str,
    sites: Sequence[KnownSite],
    known: Mapping[tuple[str, str], str] | None = None,
    today: date | None = None,
) -> PartRead:
    """Read a table of one kind; `sites` are those of the company's file, which rows may name by id, name or OS ID.

    `known` has the IRIs of the risks and remedies of that file by sheet and slug of the id: complaints may refer to
    them, and a heat map may not rate such a risk again. With `today`, days
    of what has happened that lie after it are found.

    Raises SourceError when the table lacks a column without which no row means anything.
    """
    table = open_table(path, sheet)
    columns = columns_by_header(part, table.headers)
    _check_columns(path, part, table.headers, columns)
    reader = _Reader(part, columns, sites, known or {})
    for chunk in table.chunks():
        for record in chunk.to_dicts():
            reader.take(record)
    reader.findings[:0] = table.findings
    return reader.finish(graph, company, today)


def _check_columns(path: Path, part: str, headers: Sequence[str], columns: Mapping[str, Column]) -> None:
    missing = [column for column in table_columns(part) if column.required and column not in columns.values()]
    if missing:
        names = ", ".join(f"'{column.names[0]}' ('{column.names[1]}')" for column in missing)
        raise SourceError(
            f"{path}: the table '{part}' needs the column {names}; found {', '.join(map(repr, headers[:12]))}. "
            f"'hefboom template {part}' makes an empty table with all columns"
        )


class _Reader:
    def __init__(
        self,
        part: str,
        columns: Mapping[str, Column],
        sites: Sequence[KnownSite],
        known: Mapping[tuple[str, str], str],
    ) -> None:
        self._part = part
        self._columns = columns
        self._headers = {f"{column.sheet}.{column.field}": header for header, column in columns.items()}
        self._sites = sites
        self._known = known
        self._records: dict[tuple[str, str], Record] = {}
        self._rows: dict[str, set[tuple[str, str]]] = {}
        self._seen: dict[tuple[tuple[str, str], ...], str] = {}
        self._warned: set[str] = set()
        self.findings: list[Finding] = []
        self._read = self._merged = 0
        self._refused: set[str] = set()

    def take(self, record: Mapping[str, str | None]) -> None:
        """Take one row of the table apart into rows of sheets, or refuse it."""
        self._read += 1
        row = str(record["_row"])
        cells = {
            name: " ".join(text.split()) for name, text in record.items() if name[:1] != "_" and text and text.strip()
        }
        whole = tuple(sorted(cells.items()))
        if (first := self._seen.setdefault(whole, row)) != row:
            self._merged += 1
            reason = f"this row says exactly what row {first} says; it is stored once"
            self.findings.append(Finding(row, None, None, "exact-duplicate", "info", reason))
            return
        if (
            finding := self._personal(row, cells)
            or self._incomplete(row, cells)
            or self._twice(row, cells)
            or self._ambiguous(row, cells)
        ) is not None:
            self._refuse(row, finding)
            return
        made = self._apart(row, cells)
        for one in made:
            held = self._records.get((one.sheet, slug(one.id)))
            if held is not None and one.sheet != "sites" and not _agree(held, one):
                header = self._headers.get(f"{one.sheet}.id", "id")
                reason = f"'{one.id}' stands in row {held.row} too, and says something else there"
                self._refuse(
                    row, Finding(row, header, one.id, "id-used-twice", "error", reason, "give each its own id")
                )
                return
        for one in made:
            key = (one.sheet, slug(one.id))
            self._records.setdefault(key, one)
            self._rows.setdefault(row, set()).add(key)

    def _refuse(self, row: str, finding: Finding) -> None:
        self._refused.add(row)
        self.findings.append(finding)

    def _personal(self, row: str, cells: Mapping[str, str]) -> Finding | None:
        """What may be about a person: never stored, and in a register of complaints the row is refused."""
        for header, text in cells.items():
            column = self._columns.get(header)
            contact = holds_contact(text)
            person = self._part == "complaints" and column is None and may_hold_person(header)
            if contact or person:
                reason = (
                    f"column '{header}' holds an e-mail address or telephone number"
                    if contact
                    else f"column '{header}' may hold data about a person"
                )
                hint = "leave it out; data about persons is not stored"
                return Finding(row, header, None, "personal-data", "error", reason, hint)
            if (
                column is not None
                and self._part == "complaints"
                and (column.sheet, column.field) == ("complaints", "id")
                and not _OPAQUE.fullmatch(text)
            ):
                reason = f"the value in '{header}' is no number and may be a name"
                hint = "use a number such as 2026-014, which says nothing about who complained"
                return Finding(row, header, None, "personal-data", "error", reason, hint)
        for header, text in cells.items():
            if header not in self._columns and header not in self._warned:
                self._warned.add(header)
                reason = f"column '{header}' is not known and was left out"
                hint = f"'hefboom template {self._part}' shows the columns of this table"
                shown = None if self._part == "complaints" else text
                self.findings.append(Finding(row, header, shown, "unknown-column", "warning", reason, hint))
        return None

    def _incomplete(self, row: str, cells: Mapping[str, str]) -> Finding | None:
        for header, column in self._columns.items():
            if column.required and header not in cells:
                reason, hint = f"column '{header}' is empty", f"fill it in: {column.help_en}"
                return Finding(row, header, None, "missing", "error", reason, hint)
        return None

    def _twice(self, row: str, cells: Mapping[str, str]) -> Finding | None:
        """A risk that is rated in the company's file, or rated both as a whole and in parts: one rating must hold."""
        if self._part != HEAT_MAP:
            return None
        told = {column.field: (header, cells[header]) for header, column in self._columns.items() if header in cells}
        header, name = told["id"]
        if ("risks", slug(name)) in self._known:
            reason = f"the risk '{name}' is in the due diligence file too, which rates it there"
            return Finding(row, header, name, "id-used-twice", "error", reason, "leave it out here, or name it apart")
        parts = [field for field in ("scale", "scope", "irremediability") if field in told]
        if "severity" in told and parts:
            header, value = told["severity"]
            reason = f"the severity is rated as a whole, and in '{told[parts[0]][0]}' as well"
            return Finding(row, header, value, "rated-twice", "error", reason, "keep the whole, or its three parts")
        return None

    def _ambiguous(self, row: str, cells: Mapping[str, str]) -> Finding | None:
        """A name that several sites of the company's file have: what is said of one must not be kept of another."""
        told = {
            column.field: (cells[header],)
            for header, column in self._columns.items()
            if column.sheet == "sites" and header in cells
        }
        if len(found := self._meant(told)) < 2:
            return None
        name, ids = told["name"][0], ", ".join(f"'{site.id}'" for site in found)
        reason = f"'{name}' is the name of several sites in the due diligence file: {ids}"
        hint = "give the id of the one that is meant, or its OS ID"
        return Finding(row, self._headers.get("sites.name"), name, "site-ambiguous", "error", reason, hint)

    def _apart(self, row: str, cells: Mapping[str, str]) -> list[Record]:
        """The rows of sheets that one row of the table makes, each with the id by which others refer to it."""
        values: dict[str, dict[str, tuple[str, ...]]] = {}
        ids: dict[str, str] = {}
        for header, text in cells.items():
            if (column := self._columns.get(header)) is None:
                continue
            if column.field == "id":
                ids[column.sheet] = text
            else:
                many = column.schema is not None and column.schema.many
                parts = tuple(part.strip() for part in text.split(";") if part.strip()) if many else (text,)
                values.setdefault(column.sheet, {}).setdefault(column.field, parts)
        own = table_columns(self._part)[0].sheet
        made = []
        of_site = values.pop("sites", {})
        given = next(iter(of_site.get("os_id", ())), "")
        if (site := self._site(of_site)) is not None:
            values.setdefault(own, {})["sites" if own == "risks" else "site"] = (site.id,)
            os_id = given if given and not read_os_id(given).id else site.os_id
            told = {"name": site.name, "os_id": os_id, "country": site.country, "address": site.address}
            made.append(Record("sites", row, site.id, {name: (text,) for name, text in told.items() if text}, {}))
        if own == "monitoring":
            values.setdefault(own, {})["kind"] = ("audit",)
        if own == "risks" and (kind := _risk_type(ids[own])):
            values.setdefault(own, {}).setdefault("type", (kind,))
        for sheet in (own, "findings", "corrective_actions"):
            if sheet not in ids and sheet != own and (sheet in values or "corrective_actions" in values):
                ids[sheet] = f"{ids[own]}-{row}"
            if sheet in ids and (sheet == own or self._part == "audits"):
                told_here = dict(values.get(sheet, {}))
                if sheet in _REFERENCES:
                    name, target = _REFERENCES[sheet]
                    told_here[name] = (ids[target],)
                made.append(Record(sheet, row, ids[sheet], told_here, {}))
        return made

    def _site(self, told: Mapping[str, tuple[str, ...]]) -> KnownSite | None:
        """The site of the company's file that is meant; else one of the table's own."""
        text, given = (next(iter(told.get(name, ())), "") for name in ("name", "os_id"))
        if not (text or given):
            return None
        if found := self._meant(told):
            return found[0]
        os_id = read_os_id(given).id or ""
        country = next(iter(told.get("country", ())), "")
        return KnownSite(slug(f"{os_id or text or given} {country}"), text, os_id, country)

    def _meant(self, told: Mapping[str, tuple[str, ...]]) -> list[KnownSite]:
        """The sites of the company's file that a row may mean: by OS ID, else by id, else by name and country."""
        text, given, land = (next(iter(told.get(name, ())), "") for name in ("name", "os_id", "country"))
        os_id, country = read_os_id(given).id or "", resolve(land).alpha2 if land else None
        if found := [site for site in self._sites if os_id and os_id == site.os_id]:
            return found
        others = [site for site in self._sites if text and os_id in ("", site.os_id)]
        if found := [site for site in others if fold(text) == fold(site.id)]:
            return found
        return [
            site for site in others if fold(text) == fold(site.name) and (not country or site.country in ("", country))
        ]

    def finish(self, graph: str, company: str, today: date | None = None) -> PartRead:
        """Read the values; a row of the table is refused, whole, when anything that it says was."""
        while True:
            records = list(self._records.values())
            known = self._known if self._part == "complaints" else None
            accepted = accept_records(records, graph, company, known, today)
            wrong = [finding for finding in accepted.findings if finding.severity == "error"]
            bad = {((finding.column or "").partition(".")[0], finding.row) for finding in wrong}
            self.findings += [self._as_it_stood(finding) for finding in wrong or accepted.findings]
            self._refused |= {row for _, row in bad if row is not None}
            if not bad:
                break
            kept = {key for row, keys in self._rows.items() if row not in self._refused for key in keys}
            self._records = {
                key: one for key, one in self._records.items() if key in kept and (key[0], one.row) not in bad
            }
        return PartRead(accepted, self._read, self._merged, len(self._refused), self.findings)

    def _as_it_stood(self, finding: Finding) -> Finding:
        header = self._headers.get(finding.column or "", finding.column)
        return replace(finding, column=header)


def _agree(one: Record, other: Record) -> bool:
    """Whether two rows say nothing different of one thing, as the rows of one audit do."""
    return one.values == other.values


def _risk_type(name: str) -> str | None:
    """The type of risk that a row of a heat map is named after, if it is."""
    return next((code.short for code in codes("risk") if fold(name) in map(fold, (code.label_en, code.label_nl))), None)
