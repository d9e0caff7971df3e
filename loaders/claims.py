"""What a listing says about its site beside name and place: identifiers, workers, dates, sectors, processes."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from hefboom.loaders.cell_findings import Wording
from hefboom.loaders.company_ids import CompanyId, parse_duns, parse_lei
from hefboom.loaders.dates import parse_day
from hefboom.loaders.numbers import parse_workers
from hefboom.loaders.os_ids import CheckedOsIds, check_os_ids
from hefboom.loaders.sheet import Sheet
from hefboom.loaders.text import map_unique
from hefboom.loaders.vocabulary import Vocabulary, match_terms, processes, sectors, split_terms

OS_ID_REPAIRED = Wording(
    "info", "the OS ID held a letter that it cannot hold (I, L, O or U); read as {}, which passes its check"
)
OS_ID_WORDS = {
    "malformed": Wording(
        "warning",
        "this is no OS ID; it is not used to recognise the site",
        "an OS ID has 15 characters, such as CN2019098JCG3BG",
    ),
    "failed": Wording(
        "warning",
        "the check character of the OS ID does not fit, so a character is wrong; it is not used to recognise the site",
        "copy the OS ID again from the register",
    ),
}
_COMPANY_IDS = {
    "lei-malformed": Wording("warning", "this is no LEI; it was left out", "an LEI has 20 letters and digits"),
    "lei-check": Wording("warning", "the check digits of the LEI do not fit; it was left out", "copy the LEI again"),
    "duns-malformed": Wording("warning", "this is no DUNS number; it was left out", "a DUNS number has nine digits"),
}
WORKERS = {
    "workers-differ": Wording("info", "several numbers of workers; the lowest and the highest were stored"),
    "workers-reversed": Wording("info", "the range of workers runs from high to low; it was turned round"),
    "workers-zero": Wording("warning", "no workers at all is taken for unknown; none were stored", "leave it blank"),
    "workers-absurd": Wording("warning", "this cannot be a number of workers; none were stored", "check the number"),
    "workers-unreadable": Wording(
        "warning", "this is no number of workers; none were stored", "write a number or a range such as 100-150"
    ),
}
DATES = {
    "date-partial": Wording(
        "info", "only a year or a month; read as its first day, or where a period ends as the day after it"
    ),
    "date-ambiguous": Wording(
        "warning", "day and month may have changed places; read as day-month-year", "write dates as 2024-03-31"
    ),
    "date-day-number": Wording("info", "the day number of a spreadsheet; read as a date"),
    "date-unreadable": Wording("warning", "this is no date; none was stored", "write dates as 2024-03-31"),
}
_CLOSED_UNREADABLE = Wording("warning", "this says neither yes nor no; it was left out", "write true or false")
_YES = "true yes ja y j 1 1.0 waar closed gesloten permanently_closed x"
_NO = "false no nee n 0 0.0 onwaar open"
_CLOSED = dict.fromkeys(_YES.split(), True) | dict.fromkeys(_NO.split(), False)
_NAME_PROCESS = "add it as an alternative label to the process that it means"
_NAME_SECTOR = "add it as an alternative label to the sector that it means"


def read_os_ids(sheet: Sheet, field: str) -> CheckedOsIds:
    """The checked OS IDs of ``os_id`` or ``new_os_id``."""
    checked = check_os_ids(sheet.text(field))
    reason = pl.select(pl.format(OS_ID_REPAIRED.reason, checked.ids)).to_series()
    sheet.note(field, checked.repaired, "os-id-repaired", OS_ID_REPAIRED, reason=reason)
    sheet.note(field, checked.malformed, "os-id-malformed", OS_ID_WORDS["malformed"])
    sheet.note(field, checked.failed, "os-id-check", OS_ID_WORDS["failed"])
    return checked


def read_company_ids(sheet: Sheet) -> dict[str, pl.Series]:
    """The columns lei and duns."""
    return {"lei": _company_id(sheet, "lei", parse_lei), "duns": _company_id(sheet, "duns", parse_duns)}


def _company_id(sheet: Sheet, field: str, parse: Callable[[str], CompanyId]) -> pl.Series:
    into = pl.Struct({"value": pl.String, "code": pl.String})
    read = map_unique(sheet.text(field), lambda text: parse(text)._asdict(), into)
    sheet.note_codes(field, read.struct.field("code"), _COMPANY_IDS)
    return read.struct.field("value")


def read_workers(sheet: Sheet) -> dict[str, pl.Series]:
    """The columns workers_min and workers_max; null where the list leaves that side open."""
    text = sheet.text("workers")
    plain = text.set(~text.str.contains(r"^[1-9][0-9]{0,5}$").fill_null(False), None).cast(pl.Int64)
    rest = text.set(plain.is_not_null(), None)
    into = pl.Struct({"fewest": pl.Int64, "most": pl.Int64, "code": pl.String})
    read = map_unique(rest, lambda cell: parse_workers(cell)._asdict(), into)
    sheet.note_codes("workers", read.struct.field("code"), WORKERS)
    known = plain.is_not_null()
    return {
        "workers_min": plain.zip_with(known, read.struct.field("fewest")),
        "workers_max": plain.zip_with(known, read.struct.field("most")),
    }


def read_days(sheet: Sheet, field: str, *, end: bool = False) -> pl.Series:
    """The days of a date field; with ``end`` the day before which a period ends (see ``parse_day``)."""
    text = sheet.text(field)
    plain = text.str.to_date("%Y-%m-%d", strict=False)
    rest = text.set(plain.is_not_null(), None)
    into = pl.Struct({"day": pl.Date, "code": pl.String})
    read = map_unique(rest, lambda cell: parse_day(cell, end=end)._asdict(), into)
    sheet.note_codes(field, read.struct.field("code"), DATES)
    return plain.zip_with(plain.is_not_null(), read.struct.field("day"))


def read_closed(sheet: Sheet) -> pl.Series:
    """The column closed."""
    text = sheet.text("closed")
    closed = map_unique(text, lambda cell: _CLOSED.get(cell.lower()), pl.Boolean)
    sheet.note("closed", text.is_not_null() & closed.is_null(), "closed-unreadable", _CLOSED_UNREADABLE)
    return closed


def read_terms(sheet: Sheet) -> dict[str, pl.Series]:
    """The list columns sectors, processes, process_text, product_types and parent_companies, never null.

    Facility types and processing types are both processes, of wider and narrower kind. What names no known process
    stays as process_text; what names no known sector stays in the source text. Both are reported once per term.
    """
    sector_ids, _ = _matched(sheet, ("sector",), sectors(), "sector")
    process_ids, text = _matched(sheet, ("processing_type", "facility_type"), processes(), "process")
    return {
        "sectors": sector_ids,
        "processes": process_ids,
        "process_text": text,
        "product_types": split_terms(_cells(sheet, sheet.headers("product_type"))),
        "parent_companies": split_terms(_cells(sheet, sheet.headers("parent_company"))),
    }


def _cells(sheet: Sheet, headers: tuple[str, ...]) -> pl.Series:
    """The cells of several columns, put together with bars; in a list field a second column adds, not contradicts."""
    if not headers:
        return sheet.blank()
    joined = pl.concat_str(headers, separator="|", ignore_nulls=True)
    return sheet.raw.select(cells=joined).get_column("cells").replace("", None)


def _matched(sheet: Sheet, fields: tuple[str, ...], vocabulary: Vocabulary, kind: str) -> tuple[pl.Series, pl.Series]:
    """The concepts that the terms of some fields name, and the terms that name none: one finding for each of those."""
    headers = tuple(header for field in fields for header in sheet.headers(field))
    concepts, unmatched = match_terms(_cells(sheet, headers), vocabulary)
    rows = pl.DataFrame({"term": unmatched}).with_row_index("at").explode("term").drop_nulls()
    counts = rows.group_by("term", maintain_order=True).agg(pl.col("at").first(), pl.len().alias("rows"))
    for term, at, count in counts.iter_rows():
        header = next(name for name in headers if term in (sheet.raw.get_column(name)[at] or ""))
        times = "1 row" if count == 1 else f"{count} rows"
        if kind == "process":
            reason, hint = f"no process bears this name; kept as text ({times})", _NAME_PROCESS
        else:
            reason, hint = f"no sector bears this name; kept as the source text ({times})", _NAME_SECTOR
        wording = Wording("info", reason, hint)
        sheet.findings.add_one(at, header, term, f"{kind}-unknown", wording)
    return concepts, unmatched
