"""Review files: pairs of sites to decide as a table for spreadsheet users, and the decisions read back from it."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import xlsxwriter

from hefboom.errors import SourceError, UsageError
from hefboom.graph.decisions import Wish
from hefboom.graph.iris import Names
from hefboom.graph.review import Question
from hefboom.loaders.findings import Finding
from hefboom.loaders.tables import ROW, open_table
from hefboom.spreadsheet_text import safe_text

COLUMNS: Final = (
    "decision", "comment", "probability", "now", "makes_shared", "left_name", "right_name", "left_address",
    "right_address", "left_country", "right_country", "left_os_id", "right_os_id", "left_workers", "right_workers",
    "left_users", "right_users", "reasons", "left_listing", "right_listing", "left_site", "right_site",
)  # fmt: skip
WORDS: Final[Mapping[str, str]] = {
    "same": "same", "y": "same", "yes": "same", "ja": "same", "j": "same", "zelfde": "same",
    "different": "different", "n": "different", "no": "different", "nee": "different", "verschillend": "different",
    "unsure": "unsure", "u": "unsure", "?": "unsure", "onzeker": "unsure", "weet niet": "unsure",
}  # fmt: skip
"""What may stand in the column `decision`, in English and Dutch."""

_CHOICES: Final = ["same", "different", "unsure"]
_NOW: Final = {"en": ("two sites", "one site"), "nl": ("twee locaties", "één locatie")}
_YES: Final = {"en": "yes", "nl": "ja"}
_WIDTHS: Final = {"probability": 10, "decision": 12, "comment": 24, "makes_shared": 12, "reasons": 70}


@dataclass(frozen=True, slots=True)
class ReviewRead:
    """The decisions of a review file: rows read = wishes + rows left open + rows refused, each with a finding."""

    wishes: Sequence[Wish]
    findings: Sequence[Finding]
    rows_read: int
    left_open: int


def write_review(questions: Sequence[Question], names: Names, file: Path, lang: str = "en") -> None:
    """Write the pairs to decide as CSV or XLSX, by the ending of `file`, with an empty column `decision`.

    No cell can be taken for a formula. In XLSX the column `decision` offers its three values. Raises UsageError for
    another ending.
    """
    rows = [_row(question, names, lang) for question in questions]
    if file.suffix.lower() == ".csv":
        with file.open("w", newline="", encoding="utf-8-sig") as out:
            writer = csv.writer(out)
            writer.writerow(COLUMNS)
            writer.writerows([safe_text(cell) for cell in row] for row in rows)
    elif file.suffix.lower() == ".xlsx":
        _write_workbook(rows, file)
    else:
        raise UsageError(f"'{file}': a review file is written as .csv or .xlsx; give such a name")


def _row(question: Question, names: Names, lang: str) -> list[str]:
    left, right = question.left.told, question.right.told
    listings = [f"{names.base}/listing/{told['list']}/{told['row']}" for told in (left, right)]
    cells = {
        "probability": f"{question.probability:.4f}", "now": _NOW[lang][question.joined],
        "makes_shared": _YES[lang] if question.changes_sharing else "", "reasons": question.reasons(lang),
        "left_listing": listings[0], "right_listing": listings[1], "left_users": ", ".join(question.left.companies),
        "right_users": ", ".join(question.right.companies), "left_site": names.site(question.left.exact),
        "right_site": names.site(question.right.exact),
    }  # fmt: skip
    for field in ("name", "address", "country", "os_id", "workers"):
        cells |= {f"left_{field}": left.get(field, ""), f"right_{field}": right.get(field, "")}
    return [cells.get(column, "") for column in COLUMNS]


def _write_workbook(rows: Sequence[Sequence[str]], file: Path) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"created": datetime.datetime(2000, 1, 1)})
    head, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("review")
    sheet.freeze_panes(1, 2)
    for place, column in enumerate(COLUMNS):
        sheet.write_string(0, place, column, head)
        wide = 32 if column.endswith(("name", "address")) else 16
        sheet.set_column(place, place, _WIDTHS.get(column, wide), wrapped)
    for number, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell, wrapped)
    last = max(len(rows), 1)
    sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    sheet.data_validation(1, 0, last, 0, {
        "validate": "list", "source": _CHOICES, "error_title": "decision",
        "error_message": "Choose same, different or unsure, or leave the cell empty.",
    })  # fmt: skip
    book.close()


def read_review(file: Path, who: str) -> ReviewRead:
    """Read a review file back: one wish per row with a decision, in the name of `who`.

    A row without a decision is left open. Raises SourceError when a column that is needed is missing.
    """
    table = open_table(file)
    missing = [name for name in ("decision", "left_site", "right_site") if name not in table.headers]
    if missing:
        raise SourceError(
            f"{file}: the column '{missing[0]}' is missing; use a file that 'hefboom review --export' wrote, with "
            "its header row"
        )
    wishes: list[Wish] = []
    findings: list[Finding] = list(table.findings)
    read = blank = 0
    for chunk in table.chunks():
        for record in chunk.to_dicts():
            read += 1
            if not (record["decision"] or "").strip():
                blank += 1
            elif (wish := _wish(record, who, findings)) is not None:
                wishes.append(wish)
    return ReviewRead(wishes, findings, read, blank)


def _wish(record: Mapping[str, str | None], who: str, findings: list[Finding]) -> Wish | None:
    said = (record["decision"] or "").strip()
    decision = WORDS.get(said.casefold())
    row = str(record[ROW])
    if decision is None:
        findings.append(Finding(
            row, "decision", said, "decision-unknown", "error", f"'{said}' is no decision",
            "write same, different or unsure (zelfde, verschillend, onzeker), or leave it empty",
        ))  # fmt: skip
        return None
    sites = [(record[name] or "").strip() for name in ("left_site", "right_site")]
    for name, site in zip(("left_site", "right_site"), sites, strict=True):
        if not site:
            findings.append(Finding(
                row, name, None, "site-missing", "error", "the row no longer says which sites it is about",
                "export the review again and copy the decision over",
            ))  # fmt: skip
            return None
    return Wish(sites[0], sites[1], decision, who, (record.get("comment") or "").strip().removeprefix("'"), row)
