"""Sites in a report: which are shared, with whom as far as the audience may know, and where leverage is low."""

from __future__ import annotations

from collections.abc import Sequence

from hefboom.reports.desk import Desk
from hefboom.reports.model import Block, Cell, Section, Text, Value, table
from hefboom.reports.sources import joined

Row = dict[str, Value]

MOST = 40


def leverage_of(desk: Desk, company: str) -> Section:
    """The sites of one company with its own share, who else buys there, and how many other members."""
    answer = desk.ask("low-leverage", company=company, all="true")
    found = answer.plain()
    buyers = "h-public-buyers" if desk.audience == "public" else "h-known-buyers"
    keys = ("h-site", "h-country", "h-share", "h-leverage", buyers, "h-fellows", "h-source")
    cited = _cited(desk, found[:MOST])
    rows = [[*_own_site(desk, row), cited.get(row["site"], "")] for row in found[:MOST]]
    shown: Block = Text(desk.say("nothing"))
    if rows:
        shown = table(desk.say("sites"), [desk.say(key) for key in keys], rows, widths=(20, 10, 8, 11, 21, 10, 20))
    notes = [Text(note, remark=True) for note in answer.notes]
    return Section(
        "sites", desk.say("sites"), (Text(desk.say("sites-intro")), shown, *_more(desk, found, answer.question), *notes)
    )


def _own_site(desk: Desk, row: Row) -> list[Cell | Value]:
    known = row["lower"] is not None
    leverage = "unknown-low" if not known else "low" if row["low"] else "not-low"
    return [
        row["label"] or str(row["site"]).rpartition("/")[2],
        desk.country(row["country"]),
        f"{row['lower']}-{row['upper']} %" if known else desk.say("unknown"),
        Cell(desk.say(leverage), "medium" if row["low"] else "quiet"),
        row["buyers"],
        row["otherMembers"],
    ]


def _cited(desk: Desk, rows: Sequence[Row]) -> dict[Value, str]:
    """Per site, in the order of the table, the lists that name it, each with its rows."""
    sites = [str(row["site"]) for row in rows]
    found: dict[str, list[Row]] = {site: [] for site in sites}
    for row in desk.rows("rows-of-sites", site=sites) if sites else ():
        found[str(row["site"])].append(row)
    return {site: joined(map(desk.cite_list, named)) for site, named in found.items()}


def shared(desk: Desk, covenant: str) -> Section:
    """The sites that most members share."""
    answer = desk.ask("shared-sites", covenant=covenant)
    found = answer.plain()
    cited = _cited(desk, found[:MOST])
    keys = ("h-site", "h-country", "h-members", "h-names", "h-joint", "h-source")
    rows = [
        [
            row["label"] or str(row["site"]).rpartition("/")[2],
            desk.country(row["country"]),
            row["members"],
            row["memberNames"],
            f"{row['jointShare']} %" if row["jointShare"] else desk.say("unknown"),
            cited.get(row["site"], ""),
        ]
        for row in found[:MOST]
    ]
    shown: Block = Text(desk.say("nothing"))
    if rows:
        shown = table(desk.say("sites"), [desk.say(key) for key in keys], rows, widths=(20, 10, 9, 29, 10, 22))
    notes = [Text(note, remark=True) for note in answer.notes]
    return Section(
        "sites", desk.say("sites"), (Text(desk.say("sites-intro")), shown, *_more(desk, found, answer.question), *notes)
    )


def _more(desk: Desk, found: list[Row], question: str) -> list[Text]:
    left = len(found) - MOST
    return [Text(desk.say("more", count=left, question=question))] if left > 0 else []
