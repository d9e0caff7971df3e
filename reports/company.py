"""The report on one company: its levels, what is missing, its risks, its targets, its sites."""

from __future__ import annotations

import datetime as dt

from hefboom.graph.completeness import CompanyCheck
from hefboom.reports.bridge import bridge
from hefboom.reports.desk import Desk
from hefboom.reports.model import Section, Text
from hefboom.reports.risks import heat_map, severe_open
from hefboom.reports.sites import leverage_of
from hefboom.reports.steps import gaps, matrix
from hefboom.reports.targets import roll_up

Facts = tuple[tuple[str, str], ...]


def company_report(desk: Desk, name: str) -> tuple[str, Facts, tuple[Section, ...]]:
    """Title, facts and sections for one company, by name, id or IRI."""
    company = desk.find_one("hef:Company", name).value
    label = desk.label(company)
    if not desk.sees_file(company.rpartition("/")[2]):
        closed = Section("steps", desk.say("steps"), (Text(desk.say("closed-note"), remark=True),))
        return label, ((desk.say("file"), desk.say("closed-file")),), (closed, leverage_of(desk, company))
    check = desk.check(company)
    label = check.label if check.file.graph else label
    facts = (
        (desk.say("level"), desk.say(check.level)),
        (desk.say("file"), str(check.file.year or desk.say("no-file"))),
    )
    risks = desk.rows("risks-on-file", company=company)
    sections = (
        severe_open(desk, risks, True),
        matrix(desk, [check], _before(desk, check)),
        gaps(desk, check),
        heat_map(desk, risks, True),
        roll_up(desk, company, check),
        leverage_of(desk, company),
        bridge(desk, check),
    )
    return label, facts, sections


def _before(desk: Desk, check: CompanyCheck) -> dict[str, CompanyCheck]:
    """The check of the file of the year before, on its last day, where there is one."""
    if check.file.year is None:
        return {}
    earlier = desk.check(check.company, dt.date(check.file.year - 1, 12, 31))
    return {check.company: earlier} if earlier.file.graph else {}
