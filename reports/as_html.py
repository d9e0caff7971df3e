"""A report as one HTML page that needs nothing from elsewhere, and prints well."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hefboom.reports.model import Report, Table, shown
from hefboom.reports.texts import texts

_TEMPLATES = Path(__file__).with_name("templates")


def written(report: Report, fonts: Path | None = None) -> bytes:
    """The report as HTML in UTF-8."""
    page = _environment().get_template("report.html").render(
        report=report,
        style=(_TEMPLATES / "report.css").read_text(encoding="utf-8"),
        page_number=_page_number(report),
        is_table=lambda block: isinstance(block, Table),
        is_day=lambda value: isinstance(value, dt.date),
        shown=lambda value: shown(value, report),
    )  # fmt: skip
    return (page.rstrip() + "\n").encode()


def _page_number(report: Report) -> str:
    """The number of a printed page as CSS has it, with the words of the language around the counters."""
    words = texts()["page"]["nl" if report.lang == "nl" else "en"]
    return (
        f'"{words}"'.replace("{page}", '" counter(page) "').replace("{pages}", '" counter(pages) "').replace(' ""', "")
    )


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(_TEMPLATES)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
