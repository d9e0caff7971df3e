"""The report on one site: who uses it, leverage together, what is on file about it, and where the facts come from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from hefboom.queries import Answer
from hefboom.queries.cells import told_figure
from hefboom.reports.desk import Desk
from hefboom.reports.model import Block, Cell, Section, Text, Tone, Value, table
from hefboom.reports.risks import risk_table
from hefboom.reports.sources import Source, joined
from hefboom.reports.trails import Trail

Facts = tuple[tuple[str, str], ...]
Row = dict[str, Value]

_TONES: dict[str, Tone] = {"severe": "severe", "high": "high", "medium": "medium"}


def site_report(desk: Desk, name: str) -> tuple[str, Facts, tuple[Section, ...]]:
    """Title, facts and sections for one site, by IRI, OS ID or 'hb-' id."""
    site = desk.find_one("hef:Site", name).value
    about = next(iter(desk.rows("site-facts", site=site)), {})
    last = site.rpartition("/")[2]
    about["osId"] = about.get("osId") or (None if last.startswith("hb-") else last)
    facts = (
        (desk.say("address"), str(about.get("address") or desk.say("unknown"))),
        (desk.say("country-fact"), desk.country(about.get("country")) or desk.say("unknown")),
        ("OS ID", str(about.get("osId") or desk.say("unknown"))),
    )
    provenance = desk.rows("provenance-of-site", site=site)
    trail = Trail(desk, site)
    sections = (
        _users(desk, site, trail),
        _leverage(desk, site, trail),
        _risks(desk, site),
        _contradictions(desk, site),
        _public(desk, about),
        _facts(desk, provenance),
    )
    return str(about.get("label") or site.rpartition("/")[2]), facts, sections


def _section(desk: Desk, key: str, headers: Sequence[str], rows: list[list[Cell | Value]], answer: Answer) -> Section:
    notes = [Text(note, remark=True) for note in answer.notes]
    shown: Block = table(desk.say(key), [desk.say(one) for one in headers], rows) if rows else Text(desk.say("nothing"))
    return Section(key, desk.say(key), (shown, *notes))


def _users(desk: Desk, site: str, trail: Trail) -> Section:
    answer = desk.ask("who-uses-site", site=site)
    rows: list[list[Cell | Value]] = [
        [
            row["name"],
            None if row["member"] is None else desk.say("yes" if row["member"] else "no"),
            row["tier"],
            row["product"],
            row["since"],
            desk.word("confidence", row["confidence"]),
            trail.cite_use(row) if row["list"] else "",
        ]
        for row in answer.plain()
    ]
    keys = ("h-company", "h-member", "h-tier", "h-product", "h-since", "h-confidence", "h-source")
    return _section(desk, "users", keys, rows, answer)


def _leverage(desk: Desk, site: str, trail: Trail) -> Section:
    answer = desk.ask("leverage-at-site", site=site)
    rows: list[list[Cell | Value]] = [
        [
            row["name"],
            _share(row["band"]),
            _share(row["jointBand"]),
            row["unknown"],
            row["reaches"],
            trail.cite_buyer(str(row["company"])) if row["company"] else "",
        ]
        for row in answer.plain()
    ]
    headers = [desk.say(key) for key in ("h-company", "h-band", "h-joint", "h-unknown")]
    headers += [desk.say("h-reach", wanted=15), desk.say("h-source")]
    notes = [Text(note, remark=True) for note in answer.notes]
    shown: Block = table(desk.say("leverage"), headers, rows) if rows else Text(desk.say("nothing"))
    return Section("leverage", desk.say("leverage"), (shown, *notes))


def _share(band: Value) -> str:
    """A band of shares as a reader sees it; words stay words."""
    words = str(band or "")
    return f"{words} %" if any(sign.isdigit() for sign in words) else words


def _risks(desk: Desk, site: str) -> Section:
    here = desk.rows("risks-on-file", site=site)
    title = desk.say("site-risks")
    shown: Block = risk_table(desk, title, here, False) if here else Text(desk.say("nothing-closed"))
    return Section("site-risks", title, (shown, *desk.notes("risks-on-file")))


def _contradictions(desk: Desk, site: str) -> Section:
    answer = desk.ask("contradicting-evidence", wanted=site)
    rows: list[list[Cell | Value]] = [
        [
            f"{row['scheme'] or ''} {row['holds']} - {row['until'] or ''}".strip(),
            row["found"],
            desk.concepts("risk", row["riskType"]),
            joined((desk.cite_node(row["certificate"]), desk.cite_node(row["finding"]))),
        ]
        for row in answer.plain()
    ]
    return _section(desk, "site-contradictions", ("h-certificate", "h-finding", "h-risk", "h-source"), rows, answer)


def _public(desk: Desk, about: Row) -> Section:
    if not about.get("country"):
        return Section("site-public", desk.say("site-public"), (Text(desk.say("nothing")),))
    answer = desk.ask("risk-evidence", country=str(about["country"]))
    rows: list[list[Cell | Value]] = []
    for row in answer.plain():
        if row["signal"]:
            day = row["published"]
            when = day if isinstance(day, dt.date) else None
            source = Source(str(row["publisher"]), desk.say("source-edition"), when)
            rows.append(
                [
                    row["riskLabel"],
                    row["indicator"] if not row["good"] else f"{row['indicator']}: {desk.word('good', row['good'])}",
                    told_figure(row["value"], desk.lang),
                    Cell(desk.word("signal", row["signal"]), _TONES[str(row["signal"])]),
                    row["year"],
                    desk.book.cite(str(row["edition"]), source),
                ]
            )
    keys = ("h-risk", "h-indicator", "h-value", "h-signal", "h-year", "h-source")
    made = _section(desk, "site-public", keys, rows, answer)
    return made if rows else Section(made.id, made.title, (Text(desk.say("no-signal")), *made.blocks[1:]))


def _facts(desk: Desk, provenance: Sequence[Row]) -> Section:
    answer_notes = desk.notes("provenance-of-site")
    rows: list[list[Cell | Value]] = [
        [row["claimedName"], row["claimedAddress"], desk.word("method", row["method"]), desk.cite_list(row)]
        for row in provenance
    ]
    headers = [desk.say(key) for key in ("h-claimed", "h-address", "h-how", "h-source")]
    shown: Block = table(desk.say("site-facts"), headers, rows) if rows else Text(desk.say("nothing"))
    return Section("site-facts", desk.say("site-facts"), (shown, *answer_notes))
