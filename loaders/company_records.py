"""Which rows of a company file are taken in, and as which statements; the others are refused, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hefboom.errors import both
from hefboom.graph.iris import HEF, slug
from hefboom.loaders.company_os_ids import of_other_country, read_os_id
from hefboom.loaders.company_pairs import check_pairs
from hefboom.loaders.company_read import Record
from hefboom.loaders.company_schema import COMPANY_SHEET, Field, expand, sheets
from hefboom.loaders.company_values import CellError, literal, read_value, remark_on, says_unknown
from hefboom.loaders.complaint_persons import holds_person, may_hold_person, seems_person
from hefboom.loaders.findings import Finding
from hefboom.plain_text import fold


@dataclass(frozen=True, slots=True)
class Node:
    """A row that was taken in: its IRI, and predicate and object of its statements."""

    sheet: str
    row: str
    iri: str
    statements: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """Rows that were taken in, by sheet and id; how many were the same row again, and how many refused."""

    nodes: dict[tuple[str, str], Node]
    merged: int
    refused: int
    findings: tuple[Finding, ...]
    drawn_up: str | None


class _Refused(Exception):
    """A row that cannot be taken in."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.reason)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class _Draft:
    """A row whose own values are read, but not what it refers to."""

    record: Record
    iri: str
    statements: tuple[tuple[str, str], ...]
    references: tuple[tuple[Field, str], ...]


def accept_records(
    records: Sequence[Record],
    graph: str,
    company: str,
    known: Mapping[tuple[str, str], str] | None = None,
    today: date | None = None,
) -> Accepted:
    """Read every value, then every reference; a row that refers to a refused or missing row is refused too.

    `known` has the IRIs of rows of the company's file that records beside it may refer to, by sheet and slug of the id.
    With `today`, days of what has happened that lie after it are found.
    """
    intake = _Intake(graph, company, known or {}, today)
    for record in records:
        intake.take(record)
    intake.drop_dangling()
    return intake.accepted()


class _Intake:
    def __init__(
        self, graph: str, company: str, known: Mapping[tuple[str, str], str], today: date | None = None
    ) -> None:
        self._today = today.isoformat() if today else "9999-12-31"
        self._graph = graph
        self._company = company
        self._known = known
        self._drafts: dict[tuple[str, str], _Draft] = {}
        self._findings: list[Finding] = []
        self._merged = 0
        self._refused = 0
        self._drawn_up: str | None = None

    def take(self, record: Record) -> None:
        """Keep a row, merge it with the same row, or refuse it."""
        try:
            draft = self._draft(record)
            key = (record.sheet, _key(record))
            known = self._drafts.get(key)
            if known is None:
                self._drafts[key] = draft
            elif known.record.values == record.values:
                self._merged += 1
            else:
                raise _Refused(
                    _finding(
                        record,
                        "id",
                        record.id,
                        "id-used-twice",
                        f"id '{record.id}' stands in row {known.record.row} too",
                        "give each row of a sheet an id of its own",
                    )
                )
        except _Refused as refusal:
            self._refused += 1
            self._findings.append(refusal.finding)

    def _draft(self, record: Record) -> _Draft:
        _check_others(record, self._findings)
        if record.sheet != COMPANY_SHEET and not record.id:
            raise _Refused(_finding(record, "id", None, "no-id", "the row has no id", "give it a short id such as R1"))
        if record.sheet == "complaints" and seems_person(record.id):
            hint = "use a number such as 2026-014, which says nothing about who complained"
            raise _Refused(_finding(record, "id", None, "personal-data", "the id seems to name a person", hint))
        statements = [(expand("dcterms:identifier"), literal(record.id))] if record.id else []
        references: list[tuple[Field, str]] = []
        for field in sheets()[record.sheet].fields:
            texts = record.values.get(field.name, ())
            if field.required and not texts:
                hint = f"fill in '{field.label_en}': {field.help_en}"
                raise _Refused(_finding(record, field.name, None, "missing", f"'{field.label_en}' is empty", hint))
            for text in texts:
                try:
                    self._value(record, field, text, statements, references)
                except _Refused as refusal:
                    if record.sheet != COMPANY_SHEET or field.required:
                        raise
                    self._findings.append(_cell_left_out(refusal.finding))
        self._findings += check_pairs(record, statements)
        return _Draft(record, self._iri(record), tuple(sorted(set(statements))), tuple(references))

    def _value(
        self,
        record: Record,
        field: Field,
        text: str,
        statements: list[tuple[str, str]],
        references: list[tuple[Field, str]],
    ) -> None:
        if says_unknown(field, text):
            if field.unknown:
                statements.append((f"{HEF}notYetKnown", literal(field.name)))
            else:
                self._findings.append(_left_out(record, field, text))
            return
        if holds_person(record.sheet, field.name, text):
            reason = f"'{field.label_en}' seems to name a person"
            hint = "write the role or department only, such as HR-manager or complaint desk; names are not stored"
            raise _Refused(_finding(record, field.name, None, "personal-data", reason, hint))
        if field.kind == "ref":
            references.append((field, text))
            return
        try:
            term = read_value(field, text)
        except CellError as fault:
            shown = None if fault.code == "personal-data" else text
            raise _Refused(_finding(record, field.name, shown, fault.code, fault.reason, fault.hint)) from None
        if remark := remark_on(field, text):
            place = f"{record.sheet}.{field.name}"
            row = record.row_of(field.name)
            self._findings.append(
                Finding(row, place, text, "date-ambiguous", remark.severity, remark.reason, remark.hint)
            )
        if field.name == "os_id":
            self._os_id(record, field, text, statements)
            return
        if field.happened and term[1:11] > self._today:
            self._findings.append(_to_come(record, field, text))
        if field.property:
            statements.append((field.property, term))
        if field.name == "drawn_up_on":
            self._drawn_up = term

    def _os_id(self, record: Record, field: Field, text: str, statements: list[tuple[str, str]]) -> None:
        """An OS ID that fails its check is left out, so that nothing takes it for the site of somebody else."""
        found = read_os_id(text)
        remarks = [found.remark]
        if found.id and field.property:
            statements.append((field.property, literal(found.id)))
            remarks += [of_other_country(found.id, term[-3:-1]) for name, term in statements if name == f"{HEF}country"]
        for code, words in filter(None, remarks):
            self._findings.append(
                Finding(record.row, f"{record.sheet}.os_id", text, code, words.severity, words.reason, words.hint)
            )

    def _iri(self, record: Record) -> str:
        if record.sheet == COMPANY_SHEET:
            return self._company
        return f"{self._graph}/{sheets()[record.sheet].segment}/{slug(record.id)}"

    def drop_dangling(self) -> None:
        """Refuse rows that refer to nothing, until all that is left refers to rows that are there."""
        while dangling := list(self._dangling()):
            for key, finding in dangling:
                del self._drafts[key]
                self._refused += 1
                self._findings.append(finding)

    def _dangling(self) -> Iterator[tuple[tuple[str, str], Finding]]:
        for key, draft in self._drafts.items():
            for field, text in draft.references:
                if len(self._targets(field, text)) != 1:
                    yield key, self._unresolved(draft.record, field, text)
                    break

    def _targets(self, field: Field, text: str) -> list[str]:
        """The IRIs of the rows that a reference can mean."""
        if field.target != "*":
            key = (field.target, slug(text))
            draft = self._drafts.get(key)
            return [draft.iri] if draft else [self._known[key]] if key in self._known else []
        sheet, _, name = text.partition("/")
        if name:
            wanted = fold(sheet)
            return [
                draft.iri
                for (known, key), draft in self._drafts.items()
                if key == slug(name)
                and wanted in {fold(known), fold(sheets()[known].label_en), fold(sheets()[known].label_nl)}
            ]
        return [
            draft.iri for (known, key), draft in self._drafts.items() if key == slug(text) and known != COMPANY_SHEET
        ]

    def _unresolved(self, record: Record, field: Field, text: str) -> Finding:
        if field.target == "*":
            plans = sheets()["plans"]
            hint = f"write sheet and id, such as {both(f'{plans.label_en}/A1', f'{plans.label_nl}/A1')}"
        else:
            known = [draft.record.id for (sheet, _), draft in self._drafts.items() if sheet == field.target]
            known += [name for sheet, name in self._known if sheet == field.target]
            target = sheets()[field.target]
            hint = f"sheet {both(target.label_en, target.label_nl)} has {', '.join(map(repr, known[:8])) or 'no rows'}"
        return _finding(
            record, field.name, text, "unknown-id", f"'{text}' is not the id of a row that was taken in", hint
        )

    def accepted(self) -> Accepted:
        """What was taken in, references resolved."""
        nodes = {key: self._node(draft) for key, draft in self._drafts.items()}
        return Accepted(nodes, self._merged, self._refused, tuple(self._findings), self._drawn_up)

    def _node(self, draft: _Draft) -> Node:
        links = [
            (field.property, f"<{self._targets(field, text)[0]}>") for field, text in draft.references if field.property
        ]
        beside = [
            (f"{HEF}statedReference", literal(f"{field.target}/{text}"))
            for field, text in draft.references
            if (field.target, slug(text)) in self._known and (field.target, slug(text)) not in self._drafts
        ]
        statements = tuple(sorted({*draft.statements, *links, *beside}))
        return Node(draft.record.sheet, draft.record.row, draft.iri, statements)


def _cell_left_out(found: Finding) -> Finding:
    """The sheet of the company is one row, so a cell of it that cannot be read is left out alone."""
    return replace(found, severity="warning", reason=f"{found.reason}; this answer was left out, the rest was taken in")


def _left_out(record: Record, field: Field, text: str) -> Finding:
    hint = "leave it empty; the check says what is missing"
    reason = f"'{field.label_en}' takes no '{text}' and was left out"
    return Finding(
        record.row_of(field.name), f"{record.sheet}.{field.name}", text, "unknown-left-out", "info", reason, hint
    )


def _to_come(record: Record, field: Field, text: str) -> Finding:
    reason = f"'{text}' is a day to come, and this is about what has happened; a check leaves it out until that day"
    hint = "correct the date if it is wrong"
    return Finding(
        record.row_of(field.name), f"{record.sheet}.{field.name}", text, "day-to-come", "warning", reason, hint
    )


def _key(record: Record) -> str:
    return COMPANY_SHEET if record.sheet == COMPANY_SHEET else slug(record.id)


def _check_others(record: Record, findings: list[Finding]) -> None:
    """Columns that the format does not know: refused where they may hold a person, else left out with a warning."""
    for header in record.others:
        if record.sheet == "complaints" and may_hold_person(header):
            raise _Refused(
                _finding(
                    record,
                    header,
                    None,
                    "personal-data",
                    f"column '{header}' may hold data about a person",
                    "empty the column; a complaint has a number and nothing about who complained",
                )
            )
    for header, value in record.others.items():
        findings.append(
            Finding(
                record.row_of(header),
                f"{record.sheet}.{header}",
                None if record.sheet == "complaints" else value,
                "unknown-column",
                "warning",
                f"column '{header}' is not known and was left out",
                "see the template for the columns of this sheet",
            )
        )


def _finding(record: Record, column: str, value: str | None, code: str, reason: str, hint: str) -> Finding:
    return Finding(record.row_of(column), f"{record.sheet}.{column}", value, code, "error", reason, hint)
