"""Sites in a report: which are shared, with whom as far as the audience may know, and where leverage is low."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hefboom.reports.desk import Desk
from hefboom.reports.model import Block, Cell, Section, Text, Value, table
from hefboom.reports.risks import rated
from hefboom.reports.sources import joined
from hefboom.reports.trails import cite_rows, direct_rows

Row = dict[str, Value]

MOST = 40
_LOW = 10
"""The share of the output, in per cent, below which leverage is low, as the question on low leverage has it."""


def leverage_of(desk: Desk, company: str) -> Section:
    """The sites of one company with its own share, who else buys there, and how many other members.

    Its owner also sees what it handed in itself, whoever else may see that.
    """
    answer = desk.ask("low-leverage", company=company, all="true")
    found, own = answer.plain(), []
    if desk.audience == "owner" and company.rpartition("/")[2] == desk.owner:
        handed_in = desk.ask("own-sites", company=company)
        own, answer = handed_in.plain(), replace(answer, notes=handed_in.notes)
        found = _with_own(desk, company, found, own)
    buyers = "h-public-buyers" if desk.audience == "public" else "h-known-buyers"
    keys = ("h-site", "h-country", "h-share", "h-leverage", buyers, "h-fellows", "h-source")
    cited = _cited(desk, found[:MOST], "buyers", company, own)
    rows = [[*_own_site(desk, row), cited.get(row["site"], "")] for row in found[:MOST]]
    shown: Block = Text(desk.say("nothing"))
    if rows:
        shown = table(desk.say("sites"), [desk.say(key) for key in keys], rows, widths=(20, 10, 8, 11, 21, 10, 20))
    notes = [Text(note, remark=True) for note in answer.notes]
    return Section(
        "sites", desk.say("sites"), (Text(desk.say("sites-intro")), shown, *_more(desk, found, answer.question), *notes)
    )


def _with_own(desk: Desk, company: str, seen: Sequence[Row], own: Sequence[Row]) -> list[Row]:
    """The rows on leverage that the owner sees as others do, and those on the sites that it handed in itself."""
    merged = {str(row["site"]): row for row in seen}
    for row in own:
        site = str(row["site"])
        seen_too = merged.get(site, {})
        kept = row if row["lower"] is not None else seen_too
        merged[site] = {**row, **seen_too, "lower": kept.get("lower"), "upper": kept.get("upper")}
    buyers: dict[str, set[str]] = {site: set() for site in merged}
    known = desk.known_sites(list(merged))
    for row in desk.rows("buyers-at-sites", site=known) if known else ():
        if row["company"] != company:
            buyers[str(row["site"])].add(str(row["name"] or row["company"]))
    found: list[Row] = []
    for site, row in merged.items():
        low = _lower(row) < _LOW
        found.append({**row, "low": low, "buyers": "; ".join(sorted(buyers[site])) or None})
    return sorted(found, key=lambda row: (not row["low"], _lower(row), str(row["site"])))


def _lower(row: Row) -> int:
    """The lower bound of the own share; an unknown one comes first, as in the question on low leverage."""
    return row["lower"] if isinstance(row["lower"], int) else -1


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


def _cited(desk: Desk, rows: Sequence[Row], names: str, company: str = "", own: Sequence[Row] = ()) -> dict[Value, str]:
    """Per site, in the order of the table, the rows that make its line.

    These are the rows of the buyers whom the line names in the column `names`, and of the company that it is about;
    `own` are rows of lists that only this company may see.
    """
    sites = [str(row["site"]) for row in rows]
    found = direct_rows(desk, desk.known_sites(sites) if own else sites)
    cited: dict[Value, str] = {}
    for row in rows:
        named = {company, *str(row[names] or "").split("; ")}
        told = [
            one
            for one in found.get(str(row["site"]), ())
            if one["company"] in named or desk.label(str(one["company"])) in named
        ]
        lists = {one["list"] for one in told if one["company"] == company}
        mine = [one for one in own if one["site"] == row["site"] and one["list"] not in lists]
        cited[row["site"]] = joined([cite_rows(desk, told), *map(desk.cite_list, mine)])
    return cited


def shared(desk: Desk, covenant: str) -> Section:
    """The sites that most members share."""
    answer = desk.ask("shared-sites", covenant=covenant)
    found = answer.plain()
    cited = _cited(desk, found[:MOST], "memberNames")
    keys = ("h-site", "h-country", "h-members", "h-names", "h-joint", "h-severity", "h-source")
    rows = [
        [
            row["label"] or str(row["site"]).rpartition("/")[2],
            desk.country(row["country"]),
            row["members"],
            row["memberTiers"],
            f"{row['jointShare']} %" if row["jointShare"] else desk.say("unknown"),
            rated(row["worst"]),
            cited.get(row["site"], ""),
        ]
        for row in found[:MOST]
    ]
    shown: Block = Text(desk.say("nothing"))
    if rows:
        shown = table(desk.say("sites"), [desk.say(key) for key in keys], rows, widths=(20, 10, 9, 25, 9, 7, 20))
    notes = [Text(note, remark=True) for note in answer.notes]
    return Section(
        "sites", desk.say("sites"), (Text(desk.say("sites-intro")), shown, *_more(desk, found, answer.question), *notes)
    )


def _more(desk: Desk, found: list[Row], question: str) -> list[Text]:
    left = len(found) - MOST
    return [Text(desk.say("more", count=left, question=question))] if left > 0 else []
