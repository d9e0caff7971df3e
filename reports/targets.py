"""SDG targets in a report: the harm that must stop beside what is claimed as a contribution, never added up."""

from __future__ import annotations

from collections.abc import Sequence

from hefboom.graph.completeness import CompanyCheck
from hefboom.reports.desk import Desk
from hefboom.reports.model import Block, Cell, Section, Text, Value, table

Row = dict[str, Value]


def roll_up(desk: Desk, company: str, check: CompanyCheck) -> Section:
    """Per target the prioritised risks of one company beside its claims, then the trade-offs of its plans."""
    links = desk.rows("risk-targets", company=company, relation="direct")
    claims = desk.rows("claims-on-file", company=company)
    by_target: dict[str, tuple[list[Row], list[Row]]] = {}
    for place, found in enumerate((links, claims)):
        for row in found:
            by_target.setdefault(str(row["target"] or ""), ([], []))[place].append(row)
    rows = [_target_row(desk, check, target, *by_target[target]) for target in sorted(by_target, key=_in_order)]
    headers = [desk.say(key) for key in ("h-target", "h-harm", "h-basis", "h-good", "h-verdict", "h-source")]
    shown: Block = Text(desk.say("nothing"))
    if rows:
        shown = table(desk.say("targets"), headers, rows, row_headers=True, widths=(22, 26, 12, 22, 16, 12))
    blocks = (Text(desk.say("targets-intro")), shown, *desk.notes("risk-targets"), *_tradeoffs(desk, company, check))
    return Section("targets", desk.say("targets"), blocks)


def _in_order(target: str) -> tuple[int, str, str]:
    goal, _, rest = target.partition(".")
    return int(goal or 99), rest.zfill(2), target


def _target_row(
    desk: Desk, check: CompanyCheck, target: str, links: Sequence[Row], claims: Sequence[Row]
) -> list[Cell | Value]:
    name = next((str(row["targetName"]) for row in (*links, *claims) if row["targetName"]), "")
    risks = dict.fromkeys(f"{row['riskId']} {row['riskLabel'] or row['riskType']}" for row in links)
    bases = dict.fromkeys(desk.concept(f"sdg-basis/{row['basis']}") for row in links)
    ids = dict.fromkeys([*(str(row["riskId"]) for row in links), *(str(row["claimId"]) for row in claims)])
    verdicts = dict.fromkeys(verdict(desk, check, str(row["claim"])) for row in claims)
    return [
        f"{target} {name}".strip() or desk.say("no-target"),
        "; ".join(risks),
        ", ".join(bases),
        "; ".join(_claim(row) for row in claims),
        "; ".join(verdicts),
        desk.cite_check(check) + (f" {', '.join(ids)}" if ids else ""),
    ]


def _claim(row: Row) -> str:
    return f"{row['claimId']} \u201c{row['statement']}\u201d" if row["statement"] else str(row["claimId"])


def verdict(desk: Desk, check: CompanyCheck, claim: str) -> str:
    """Whether a claim is backed: by what the check found on it."""
    found = {finding.condition.id for finding in check.findings if finding.focus == claim}
    words = [desk.say(key) for id_, key in (("DD-X.2", "claim-unbacked"), ("DD-X.3", "claim-offset")) if id_ in found]
    return "; ".join(words) or desk.say("claim-backed")


def _tradeoffs(desk: Desk, company: str, check: CompanyCheck) -> list[Block]:
    found = desk.rows("risk-targets", company=company, relation="tradeoff")
    if not found:
        return [Text(desk.say("tradeoffs-none"))]
    headers = [desk.say(key) for key in ("h-risk", "h-target", "h-caution", "h-plans", "h-source")]
    rows = [
        [
            f"{row['riskId']} {row['riskLabel'] or ''}",
            f"{row['target']} {row['targetName'] or ''}",
            row["caution"],
            row["plans"],
            f"{desk.cite_check(check)} {row['riskId']}",
        ]
        for row in found
    ]
    made = table(desk.say("tradeoffs"), headers, rows, widths=(22, 24, 28, 18, 10))
    return [made, Text(desk.say("tradeoffs-note"), remark=True)]
