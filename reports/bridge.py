"""The bridge to other reports: which question of a framework is backed by which evidence in the file, or not."""

from __future__ import annotations

from hefboom.graph.completeness import CompanyCheck
from hefboom.graph.iris import HEF
from hefboom.reports.desk import Desk
from hefboom.reports.model import Block, Cell, Section, Text, table


def bridge(desk: Desk, check: CompanyCheck) -> Section:
    """Per framework its questions with what is on file for them."""
    unmet = {finding.condition.id for finding in check.findings if finding.severity != "info"}
    frameworks: dict[str, list[list[Cell | str]]] = {}
    for row in desk.rows("report-bridge"):
        count = check.file.index.classes[HEF + str(row["evidence"])]
        lacking = [condition for condition in str(row["conditions"]).split("; ") if condition in unmet]
        frameworks.setdefault(str(row["frameworkLabel"]), []).append(
            [
                str(row["label"]),
                str(row["about"]),
                f"{desk.word('evidence', row['evidence'])}: {count}",
                _status(desk, count, lacking),
                desk.say(str(row["section"])),
                desk.refer(row["cited"]),
            ]
        )
    headers = [desk.say(key) for key in ("h-question", "h-asks", "h-evidence", "h-status", "h-section", "h-cited")]
    tables: list[Block] = [
        table(name, headers, rows, row_headers=True, widths=(18, 34, 16, 18, 14, 12))
        for name, rows in frameworks.items()
    ]
    return Section(
        "bridge", desk.say("bridge"), (Text(desk.say("bridge-intro")), *tables, *desk.notes("report-bridge"))
    )


def _status(desk: Desk, count: int, lacking: list[str]) -> Cell:
    if not count:
        return Cell(desk.say("unbacked"), "absent")
    if lacking:
        return Cell(desk.say("partly", conditions=", ".join(lacking)), "partial")
    return Cell(desk.say("backed"), "good")
