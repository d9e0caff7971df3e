"""Risks in a report: those that are severe and open, the worst first, and the map of severity by likelihood."""

from __future__ import annotations

from collections.abc import Sequence

from hefboom.reports.desk import Desk
from hefboom.reports.model import Block, Cell, Line, Section, Table, Text, Tone, Value, table

Row = dict[str, Value]

SEVERE = 4
"""The rating from which a risk is severe."""
MOST = 30
"""Rows of a long table that are printed; the workbook has all."""

_BY_SEVERITY: dict[int, Tone] = {5: "severe", 4: "high", 3: "medium", 2: "low", 1: "low"}
_FEW = 4


def severe_open(desk: Desk, rows: Sequence[Row], one_company: bool) -> Section:
    """Open risks rated severe, from the rows of the question on risks on file."""
    found = [row for row in rows if _number(row["worst"]) >= SEVERE and row["open"]]
    if not found:
        return Section("severe", desk.say("severe"), (Text(desk.say("severe-none")),))
    made = risk_table(desk, desk.say("severe"), found, one_company)
    return Section("severe", desk.say("severe"), (made, *desk.notes("risks-on-file")))


def risk_table(desk: Desk, caption: str, rows: Sequence[Row], one_company: bool) -> Table:
    """Risks as a table; the company has a column where there is more than one."""
    keys = ["h-risk", "h-place", "h-severity", "h-likelihood", "h-decision", "h-involvement", "h-actions", "h-look"]
    widths = [22, 18, 8, 10, 11, 12, 9, 11, 10]
    if not one_company:
        keys, widths = ["h-company", *keys], [14, 20, 16, 7, 11, 11, 12, 9, 12, 9]
    headers = [*(desk.say(key) for key in keys), desk.say("h-source")]
    return table(caption, headers, [_risk(desk, row, one_company) for row in rows], widths=widths)


def _risk(desk: Desk, row: Row, one_company: bool) -> list[Cell | Value]:
    involvement = [desk.say(word) for word in str(row["involvement"] or "undetermined").split("; ")]
    cells: list[Cell | Value] = [
        row["riskLabel"] or f"{row['riskId']} ({desk.say('no-type')})",
        row["places"] or desk.say("unknown"),
        rated(row["worst"]),
        row["likelihood"] or desk.say("unknown"),
        desk.say(str(row["decision"] or "undecided")),
        ", ".join(involvement),
        f"{row['actions']} ({row['measured']})",
        row["lastLook"] or desk.say("never-looked"),
        desk.cite_file(row["file"], row["fileTitle"], row["drawnUp"], row["riskId"]),
    ]
    return cells if one_company else [row["companyName"] or row["company"], *cells]


def rated(severity: Value) -> Cell:
    """A severity as a cell, in its colour; empty where nothing is rated."""
    return Cell(severity, _BY_SEVERITY.get(_number(severity), ""))


def heat_map(desk: Desk, rows: Sequence[Row], one_company: bool) -> Section:
    """The map of severity by likelihood; a risk without both ratings is counted beneath it."""
    rated: dict[tuple[int, int], list[Row]] = {}
    for row in rows:
        rated.setdefault((_number(row["worst"]), _number(row["likelihood"])), []).append(row)
    unrated = sum(len(found) for (worst, likely), found in rated.items() if not worst or not likely)
    headers = ["", *(desk.say("likelihood-n", n=n) for n in range(1, 6))]
    grid: list[Line] = []
    for worst in range(5, 0, -1):
        squares = [_square(desk, worst, rated.get((worst, n), []), one_company) for n in range(1, 6)]
        grid.append([desk.say("severity-n", n=worst), *squares])
    blocks: list[Block] = [
        Text(desk.say("heat-note")),
        table(desk.say("heat-caption"), headers, grid, row_headers=True, widths=(12, 17, 17, 17, 17, 17)),
    ]
    if unrated:
        blocks.append(Text(desk.say("heat-unrated", count=unrated), remark=True))
    return Section("heat", desk.say("heat"), tuple(blocks))


def _square(desk: Desk, worst: int, rows: Sequence[Row], one_company: bool) -> Cell:
    """Names in one company's map as long as they fit, counts in a map of many."""
    if not rows:
        return Cell("", "")
    if one_company and len(rows) <= _FEW:
        return Cell(
            "; ".join(f"{row['riskId']} {row['riskLabel'] or desk.say('heat-no-type')}" for row in rows),
            _BY_SEVERITY[worst],
        )
    words = desk.say("heat-one") if len(rows) == 1 else desk.say("heat-count", count=len(rows))
    return Cell(words, _BY_SEVERITY[worst])


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0
