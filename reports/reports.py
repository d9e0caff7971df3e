"""The kinds of report, and how one is made."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Final, TypeAlias

from hefboom.errors import UsageError
from hefboom.ontology.citations import titles
from hefboom.reports.company import company_report
from hefboom.reports.covenant import covenant_report
from hefboom.reports.desk import Desk
from hefboom.reports.model import Report, Section, Text, table
from hefboom.reports.site import site_report
from hefboom.reports.target import target_report

Builder: TypeAlias = Callable[[Desk, str], tuple[str, tuple[tuple[str, str], ...], tuple[Section, ...]]]

REPORTS: Final = MappingProxyType[str, Builder](
    {"company": company_report, "covenant": covenant_report, "site": site_report, "sdg": target_report}
)
"""What a report can be about."""


def make_report(desk: Desk, kind: str, name: str) -> Report:
    """A report on one company, covenant, site or SDG target, for the audience of the desk.

    Raises UsageError for an unknown kind, QueryError for a name that this audience cannot know.
    """
    if kind not in REPORTS:
        raise UsageError(f"there is no report on '{kind}'; use one of {', '.join(REPORTS)}")
    title, facts, sections = REPORTS[kind](desk, name)
    frame = ((desk.say("as-of"), desk.at.isoformat()), (desk.say("audience"), desk.say(desk.audience)))
    return Report(
        kind=kind,
        title=title,
        subtitle=desk.say(f"report-{kind}"),
        at=desk.at,
        lang=desk.lang,
        facts=(*frame, *facts),
        sections=(*sections, *_references(desk), _sources(desk)),
        words={key: desk.say(key) for key in ("yes", "no", "contents", "not-safe")},
    )


def _references(desk: Desk) -> tuple[Section, ...]:
    """What the short names of guidance and law stand for, where the report has any."""
    if not desk.references:
        return ()
    headers = [desk.say(key) for key in ("h-short", "h-title", "h-issued")]
    made = table(
        desk.say("references"), headers, titles(desk.references, desk.lang), row_headers=True, widths=(16, 72, 12)
    )
    return (Section("references", desk.say("references"), (made,)),)


def _sources(desk: Desk) -> Section:
    headers = [desk.say(key) for key in ("h-number", "h-source", "h-by", "h-kind", "h-date")]
    rows = [[number, one.title, one.more, one.kind, one.day] for number, one in desk.book.entries()]
    blocks = (
        Text(desk.say("sources-intro")),
        table(desk.say("sources"), headers, rows, widths=(6, 44, 20, 16, 14)) if rows else Text(desk.say("nothing")),
        Text(desk.say("not-safe"), remark=True),
    )
    return Section("sources", desk.say("sources"), blocks)
