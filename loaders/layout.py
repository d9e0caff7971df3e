"""Where the table stands in a file: its separator, its header record, and names for its columns."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hefboom.loaders.findings import Finding
from hefboom.loaders.headers import count_known

DELIMITERS = (",", ";", "\t", "|")
RESERVED = ("_row", "_surplus")
_RECORDS = 300
_SEARCHED = 40


@dataclass(frozen=True, slots=True)
class Layout:
    """The separator of a text file, the record number of its header, the header as it stood and the column names."""

    delimiter: str
    header_row: int
    header: tuple[str, ...]
    headers: tuple[str, ...]
    findings: tuple[Finding, ...]


def parse_sample(text: str, delimiter: str, complete: bool) -> list[list[str]]:
    """The first records of a text; the last one is left out unless the text is the whole file."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    records: list[list[str]] = []
    try:
        for record in reader:
            records.append(record)
            if len(records) > _RECORDS:
                break
    except csv.Error:
        # A cell over the size limit: whoever reads the file itself reports it with its place.
        return records
    return records if complete or len(records) <= 1 else records[:-1]


def find_layout(text: str, complete: bool) -> Layout | None:
    """The separator and header of a CSV file from its first text; None when it holds no filled cell."""
    first = text.split("\n", 1)[0].strip("\r").strip('"').casefold()
    if first.startswith("sep=") and len(first) <= 5:
        # Excel's own first line; a bare "sep=" is one whose separator is the tab or was trimmed.
        delimiter = first[4:] or "\t"
        records = parse_sample(text, delimiter, complete)
        rest = find_header([[], *records[1:]])
        return None if rest is None else _layout(records, delimiter, rest)
    best: tuple[tuple[int, float, bool, int], str, list[list[str]], int] | None = None
    for delimiter in DELIMITERS:
        records = parse_sample(text, delimiter, complete)
        header = find_header(records)
        if header is None:
            return None
        score = _score(records, header)
        if best is None or score > best[0]:
            best = (score, delimiter, records, header)
    assert best is not None
    return _layout(best[2], best[1], best[3])


def _score(records: list[list[str]], header: int) -> tuple[int, float, bool, int]:
    """Known headers, then how evenly the records split, then whether the first one does, then into how many cells."""
    widths = [len(record) for record in records[header:] if any(map(str.strip, record))]
    above = [len(record) for record in records[:header] if any(map(str.strip, record))]
    first = (above + widths)[0]
    width, often = Counter(widths).most_common(1)[0]
    if width == 1:
        return 0, 0.0, False, 1
    if len(records[header]) < 2:
        often = 0
    return count_known(records[header]), round(often / len(above + widths), 1), first == width, width


def find_header(records: Sequence[Sequence[str]]) -> int | None:
    """Index of the header: the record with the most known headers, else the first that is as full as the rest."""
    filled = [sum(1 for cell in record if cell and cell.strip()) for record in records]
    if not any(filled):
        return None
    # A title fills one cell, so where any record fills more, records of one cell say nothing of the width.
    usual = Counter(count for count in filled if count > (max(filled) > 1)).most_common(1)
    known = [count_known(record) for record in records[:_SEARCHED]]
    if max(known) >= 2:
        return known.index(max(known))
    needed = max(1, math.ceil(0.8 * usual[0][0]))
    full = [index for index, count in enumerate(filled) if count >= needed]
    texts = [index for index in full[:_SEARCHED] if not any(_is_number(cell) for cell in records[index])]
    return (texts or full)[0]


def _is_number(cell: str) -> bool:
    try:
        float(cell.strip().rstrip("%").replace(",", "."))
    except ValueError:
        return False
    return True


def _layout(records: list[list[str]], delimiter: str, header: int) -> Layout:
    names, findings = name_columns(records[header], records[header + 1 :])
    return Layout(delimiter, header + 1, pad_header(records[header], len(names)), names, tuple(findings))


def pad_header(header: Sequence[str], width: int) -> tuple[str, ...]:
    """The header record as it stood, cut or filled up with blanks to the number of columns."""
    return (*header, *[""] * width)[:width]


def name_columns(header: Sequence[str], below: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], list[Finding]]:
    """One name per column, as it stood; a blank one becomes ``column 5``, a repeated one gets ``(2)``.

    Columns to the right of the last header count when one of the records below has something there.
    """
    width = max(map(_used, [header, *below]), default=0)
    findings: list[Finding] = []
    names: list[str] = []
    taken = set(RESERVED)
    for number in range(1, width + 1):
        stood = header[number - 1] if number <= len(header) else ""
        name = stood if stood.strip() else f"column {number}"
        if not stood.strip():
            findings.append(
                Finding(None, name, None, "blank-header", "info", f"column {number} has no header", f"kept as {name}")
            )
        base, copy = name, 1
        while name in taken:
            copy += 1
            name = f"{base} ({copy})"
        if name != base:
            findings.append(
                Finding(
                    None, name, stood, "repeated-header-name", "warning",
                    f"the header {stood!r} is repeated or reserved", f"column {number} is called {name!r}",
                )
            )  # fmt: skip
        taken.add(name)
        names.append(name)
    return tuple(names), findings


def _used(record: Sequence[str]) -> int:
    return max((index for index, cell in enumerate(record, 1) if cell and cell.strip()), default=0)
