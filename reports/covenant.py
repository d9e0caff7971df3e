"""The report on a covenant: the matrix of members, their severe risks, what they lack most, what they share."""

from __future__ import annotations

import datetime as dt

from hefboom.graph.completeness import CompanyCheck
from hefboom.graph.iris import SCHEME
from hefboom.queries.countable import NotCounted
from hefboom.reports.desk import Desk
from hefboom.reports.model import Block, Section, Text, Value, table
from hefboom.reports.risks import heat_map, severe_open
from hefboom.reports.sites import shared
from hefboom.reports.sources import by_number
from hefboom.reports.steps import counted, matrix, most_frequent

Facts = tuple[tuple[str, str], ...]


def covenant_report(desk: Desk, name: str) -> tuple[str, Facts, tuple[Section, ...]]:
    """Title, facts and sections for one covenant, by name, id or IRI."""
    covenant = desk.find_one("hef:Covenant", name).value
    members = [str(row["company"]) for row in desk.rows("covenant-members", covenant=covenant)]
    facts = [(desk.say("members-count"), str(len(members)))]
    if desk.audience != "secretariat":
        open_to_all = (counted(desk, covenant), projects(desk, covenant), shared(desk, covenant))
        return desk.label(covenant), tuple(facts), open_to_all
    checks = sorted(desk.checks(members), key=lambda check: (check.label.casefold(), check.company))
    facts.append((desk.say("files-count"), str(sum(check.file.graph is not None for check in checks))))
    risks = desk.rows("risks-on-file", covenant=covenant)
    sections = (
        severe_open(desk, risks, False),
        matrix(desk, checks, _before(desk, checks)),
        most_frequent(desk, checks),
        heat_map(desk, risks, False),
        _targets(desk, covenant, checks),
        shared(desk, covenant),
        projects(desk, covenant),
        _waiting(desk, covenant, checks),
    )
    return desk.label(covenant), tuple(facts), sections


def _before(desk: Desk, checks: list[CompanyCheck]) -> dict[str, CompanyCheck]:
    """The checks of the files of the year before, on its last day."""
    found: dict[str, CompanyCheck] = {}
    for year in sorted({check.file.year for check in checks if check.file.year}):
        companies = [check.company for check in checks if check.file.year == year]
        for earlier in desk.checks(companies, dt.date(year - 1, 12, 31)):
            if earlier.file.graph:
                found[earlier.company] = earlier
    return found


def _targets(desk: Desk, covenant: str, checks: list[CompanyCheck]) -> Section:
    """Severe risks per target and what is done about them, beside the claims; never added up."""
    from hefboom.reports.targets import verdict

    by_company = {check.company: check for check in checks}
    claims: dict[str, list[str]] = {}
    for row in desk.rows("claims-on-file", covenant=covenant):
        said = verdict(desk, by_company[str(row["company"])], str(row["claim"]))
        cited = desk.cite_file(row["file"], row["fileTitle"], row["drawnUp"], row["claimId"])
        claims.setdefault(str(row["target"] or ""), []).append(f"{row['companyName']}: {said} {cited}")
    harm = {str(row["target"]): row for row in desk.rows("targets-without-action", covenant=covenant)}
    rows = []
    for target in sorted(harm.keys() | claims.keys(), key=lambda one: (float(one.split(".")[0] or 99), one)):
        found = harm.get(target, {})
        name = f"{target} {found.get('targetName') or ''}".strip() or desk.say("no-target")
        counts = [found.get(key) for key in ("risks", "companies", "withAction", "measured", "gap")]
        rows.append([name, *counts, "; ".join(claims.get(target, ()))])
    keys = ("h-target", "h-severe", "h-companies", "h-with-action", "h-measured", "h-gap", "h-good")
    shown: Block = Text(desk.say("nothing"))
    if rows:
        widths = (26, 9, 9, 9, 9, 9, 29)
        shown = table(desk.say("targets"), [desk.say(key) for key in keys], rows, row_headers=True, widths=widths)
    return Section(
        "targets",
        desk.say("targets"),
        (Text(desk.say("targets-intro")), shown, Text(desk.say("counts-rest"), remark=True)),
    )


def projects(desk: Desk, covenant: str) -> Section:
    """Where a joint project would reach most members, as counts in groups."""
    title = desk.say("projects")
    try:
        answer = desk.ask("joint-projects", covenant=covenant)
    except NotCounted as refused:
        return Section("projects", title, (desk.uncounted(refused),))
    rows = [
        [
            desk.country(row["country"]),
            desk.concept(str(row["process"] or "").removeprefix(SCHEME)) or desk.say("unknown"),
            row["riskLabel"],
            row["members"],
            row["sites"],
            "; ".join(sorted(str(row["targets"] or "").split("; "), key=by_number)),
            row["jointActions"],
        ]
        for row in answer.plain()
    ]
    keys = ("h-country", "h-process", "h-risk", "h-members", "h-sites", "h-targets", "h-joint-actions")
    shown: Block = Text(desk.say("nothing"))
    if rows:
        widths = (14, 14, 24, 9, 9, 16, 14)
        shown = table(title, [desk.say(key) for key in keys], rows, widths=widths)
    return Section("projects", title, (shown, *(Text(note, remark=True) for note in answer.notes)))


def _waiting(desk: Desk, covenant: str, checks: list[CompanyCheck]) -> Section:
    """Complaints without a step in time, and sites with a prioritised risk that nobody looked at in time."""
    files = {check.company: check for check in checks}

    def cited(row: dict[str, Value], node: Value = None) -> str:
        return desk.cite_check(files[str(row["company"])], str(node or ""))

    complaints = [
        [
            row["companyName"],
            row["complaint"],
            desk.concepts("risk", row["riskType"]),
            row["last"],
            row["days"],
            row["handler"],
            cited(row),
        ]
        for row in desk.rows("complaints-waiting", covenant=covenant)
    ]
    sites = [
        [
            row["companyName"],
            row["siteName"] or desk.say("no-name", id=desk.node_id(str(row["site"]))),
            desk.concepts("risk", row["risks"]),
            row["last"] or desk.say("never-looked"),
            cited(row, row["site"]),
        ]
        for row in desk.rows("unmonitored-sites", covenant=covenant)
    ]
    blocks: list[Block] = []
    for question, keys, rows in (
        (
            "complaints-waiting",
            ("h-company", "h-complaint", "h-risk", "h-last-step", "h-days", "h-handler", "h-source"),
            complaints,
        ),
        ("unmonitored-sites", ("h-company", "h-site", "h-risk", "h-look", "h-source"), sites),
    ):
        if rows:
            blocks.append(table(desk.title(question), [desk.say(key) for key in keys], rows))
        blocks += desk.notes(question) if rows else [Text(f"{desk.title(question)}: {desk.say('nothing')}")]
    return Section("waiting", desk.say("waiting"), tuple(blocks))
