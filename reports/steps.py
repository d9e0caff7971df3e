"""The six steps in a report: the matrix of levels, and what is missing with what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from hefboom.graph.completeness import STEPS, CompanyCheck, Finding, Level
from hefboom.graph.iris import SCHEME
from hefboom.queries.countable import NotCounted
from hefboom.reports.desk import Desk
from hefboom.reports.model import Cell, Line, Section, Text, Tone, table

_TONES: dict[str, Tone] = {"violation": "severe", "warning": "medium", "info": "quiet"}
_MOST_FREQUENT = 15


def matrix(desk: Desk, checks: Sequence[CompanyCheck], before: Mapping[str, CompanyCheck]) -> Section:
    """Companies by steps; a level that has changed since the file of the year before shows both."""
    headers = [desk.say("h-company"), *(desk.word("stepNumber", step) for step in STEPS), desk.say("h-source")]
    rows: list[Line] = []
    for check in checks:
        earlier = before.get(check.company)
        levels = [_level(desk, check.levels[step], earlier.levels[step] if earlier else None) for step in STEPS]
        rows.append([check.label, *levels, desk.cite_check(check) or desk.say("no-file")])
    made = table(desk.say("steps-caption"), headers, rows, row_headers=True, widths=(18, 11, 11, 11, 11, 11, 11, 10))
    return Section("steps", desk.say("steps"), (Text(desk.say("steps-note")), made))


def _level(desk: Desk, level: Level, before: Level | None) -> Cell:
    words = desk.say(level)
    if before is not None and before != level:
        words = desk.say("was", now=words, before=desk.say(before))
    return Cell(words, level)


def counted(desk: Desk, covenant: str) -> Section:
    """How many members reach minimum per step, for those who may not see the files."""
    headers = [desk.say("h-step"), desk.say("h-below"), desk.say("h-reaches")]
    try:
        answer = desk.ask("steps-counted", covenant=covenant)
    except NotCounted as refused:
        return Section("steps", desk.say("steps"), (desk.uncounted(refused),))
    rows = [[desk.word("step", row["step"]), row["below"], row["reaches"]] for row in answer.plain()]
    caption = desk.say("counted-steps", k=desk.k)
    shown = table(desk.say("steps-caption"), headers, rows, row_headers=True) if rows else Text(desk.say("nothing"))
    return Section("steps", desk.say("steps"), (Text(caption), shown, *desk.notes("steps-counted")))


def gaps(desk: Desk, check: CompanyCheck) -> Section:
    """What is missing in one file, the worst risk first."""
    headers = [desk.say(key) for key in ("h-condition", "h-kind-gap", "h-what", "h-where", "h-next", "h-ground")]
    rows: list[Line] = [
        [
            finding.condition.id,
            Cell(desk.say(finding.severity), _TONES[finding.severity]),
            what(desk, finding),
            where(desk, check, finding),
            finding.condition.next_step.in_language(desk.lang),
            desk.refer(finding.condition.source),
        ]
        for finding in check.findings
    ]
    if not rows:
        return Section("gaps", desk.say("gaps"), (Text(desk.say("gaps-none")), Text(desk.say("not-safe"), remark=True)))
    made = table(desk.say("gaps"), headers, rows, widths=(9, 9, 30, 18, 24, 16))
    return Section("gaps", desk.say("gaps"), (Text(desk.say("gaps-intro")), made))


def what(desk: Desk, finding: Finding) -> str:
    """What is missing, in words: the message of the condition, then the parts and the concepts that it is about."""
    details = [detail.in_language(desk.lang) for detail in finding.details]
    about = [
        desk.concept(value.removeprefix(SCHEME)) if value.startswith(SCHEME) else desk.node_id(value)
        for value in finding.values
    ]
    words = " ".join([finding.condition.message.in_language(desk.lang), *details])
    return words + (f" ({', '.join(about)})" if about else "")


def where(desk: Desk, check: CompanyCheck, finding: Finding) -> str:
    """The node that it is about, with its place in the file, which names a node without a name of its own."""
    cited = desk.cite_check(check, finding.focus)
    return cited if cited.endswith(f" {finding.focus_label}") else f"{finding.focus_label} {cited}".strip()


def most_frequent(desk: Desk, checks: Sequence[CompanyCheck]) -> Section:
    """The conditions that most members do not meet; minimum conditions first."""
    unmet = Counter(
        (finding.condition.id, finding.severity) for check in checks for finding in _one_each(check.findings)
    )
    by_id = {finding.condition.id: finding.condition for check in checks for finding in check.findings}
    order = sorted(unmet, key=lambda key: (list(_TONES).index(key[1]), -unmet[key], key[0]))[:_MOST_FREQUENT]
    rows: list[Line] = []
    for condition, severity in order:
        lacking = [
            f"{check.label} {desk.cite_check(check)}".strip()
            for check in checks
            if any(finding.condition.id == condition for finding in check.findings)
        ]
        words = by_id[condition].message.in_language(desk.lang)
        kind = Cell(desk.say(severity), _TONES[severity])
        rows.append([condition, kind, words, unmet[condition, severity], ", ".join(lacking)])
    headers = [desk.say(key) for key in ("h-condition", "h-kind-gap", "h-what", "h-companies", "h-which")]
    shown = table(desk.say("frequent"), headers, rows, widths=(10, 10, 34, 10, 36)) if rows else _none(desk)
    return Section("frequent", desk.say("frequent"), (shown,))


def _one_each(findings: Sequence[Finding]) -> list[Finding]:
    return list({finding.condition.id: finding for finding in findings}.values())


def _none(desk: Desk) -> Text:
    return Text(desk.say("gaps-none"))
