"""The report on one SDG target: which risks touch it, whose, what is done, what is claimed; never added up."""

from __future__ import annotations

from hefboom.errors import UsageError
from hefboom.graph.completeness import CompanyCheck
from hefboom.queries import find
from hefboom.queries.choices import chosen
from hefboom.queries.countable import NotCounted
from hefboom.reports.desk import Desk
from hefboom.reports.model import Block, Cell, Section, Text, Value, table
from hefboom.reports.targets import verdict

Facts = tuple[tuple[str, str], ...]
Row = dict[str, Value]


def target_report(desk: Desk, name: str) -> tuple[str, Facts, tuple[Section, ...]]:
    """Title, facts and sections for one goal or target, by its number such as 8.7 or by its words."""
    links = desk.rows("target-links", target=name)
    wanted = next(param for param in find("target-links").header.params if param.name == "target")
    name = found.short if (found := chosen(wanted, name)) else name
    if not links:
        raise UsageError(f"'{name}' is no SDG target with a risk behind it; give a number such as 8.7")
    sections = [_links(desk, links)]
    if desk.audience in ("secretariat", "owner"):
        sections += [_companies(desk, name), _work(desk, name), _claims(desk, name)]
    else:
        sections.append(_counted(desk, name))
    return f"SDG {name} {links[0]['targetName'] or ''}", (), tuple(sections)


def _table(desk: Desk, key: str, headers: tuple[str, ...], rows: list[list[Cell | Value]], note: str = "") -> Section:
    notes = desk.notes(note) if note else ()
    shown: Block = table(desk.say(key), [desk.say(one) for one in headers], rows) if rows else Text(desk.say("nothing"))
    return Section(key, desk.say(key), (shown, *notes))


def _links(desk: Desk, links: list[Row]) -> Section:
    rows: list[list[Cell | Value]] = [
        [
            row["riskLabel"],
            row["relationLabel"],
            row["basis"],
            desk.word("instruments", row["instruments"]),
            row["rationale"],
            desk.refer(row["cited"]),
        ]
        for row in links
    ]
    keys = ("h-risk", "h-relation", "h-basis", "h-instruments", "h-why", "h-cited")
    return _table(desk, "target-links", keys, rows, "target-links")


def _companies(desk: Desk, name: str) -> Section:
    found = [row for row in desk.rows("brand-targets", relation="all") if _number(row["targetLabel"]) == name]
    files = {str(row["company"]): row for row in desk.rows("risks-on-file")}
    rows: list[list[Cell | Value]] = []
    for row in found:
        file = files.get(str(row["company"]))
        cited = desk.cite_file(file["file"], file["fileTitle"], file["drawnUp"], "") if file else ""
        rows.append([row["name"], row["riskLabel"], row["relationLabel"], row["basis"], row["sites"], cited])
    keys = ("h-company", "h-risk", "h-relation", "h-basis", "h-sites", "h-source")
    return _table(desk, "target-companies", keys, rows, "brand-targets")


def _work(desk: Desk, name: str) -> Section:
    rows: list[list[Cell | Value]] = [
        [row[key] for key in ("risks", "companies", "withAction", "measured", "gap")]
        for row in desk.rows("targets-without-action")
        if row["target"] == name
    ]
    return _table(desk, "target-work", ("h-severe", "h-companies", "h-with-action", "h-measured", "h-gap"), rows)


def _claims(desk: Desk, name: str) -> Section:
    checks: dict[str, CompanyCheck] = {}
    rows: list[list[Cell | Value]] = []
    for row in desk.rows("claims-on-file"):
        if row["target"] == name:
            company = str(row["company"])
            check = checks.setdefault(company, desk.check(company))
            cited = desk.cite_file(row["file"], row["fileTitle"], row["drawnUp"], row["claimId"])
            rows.append([row["companyName"], row["statement"], verdict(desk, check, str(row["claim"])), cited])
    made = _table(desk, "target-claims", ("h-company", "h-claim", "h-verdict", "h-source"), rows)
    return Section(made.id, made.title, (Text(desk.say("claims-intro")), *made.blocks))


def _counted(desk: Desk, name: str) -> Section:
    try:
        answer = desk.ask("targets-counted", relation="all")
    except NotCounted as refused:
        return Section("target-companies", desk.say("target-companies"), (desk.uncounted(refused),))
    rows: list[list[Cell | Value]] = [
        [row["riskLabel"], row["relationLabel"], row["basis"], row["companies"]]
        for row in answer.plain()
        if _number(row["targetLabel"]) == name
    ]
    keys = ("h-risk", "h-relation", "h-basis", "h-companies")
    return _table(desk, "target-companies", keys, rows, "targets-counted")


def _number(label: Value) -> str:
    return str(label or "").partition(" ")[0]
