"""A report as one HTML page that needs nothing from elsewhere, and prints well."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hefboom.reports.model import Report, Table, shown

_TEMPLATES = Path(__file__).with_name("templates")


def written(report: Report, fonts: Path | None = None) -> bytes:
    """The report as HTML in UTF-8."""
    page = _environment().get_template("report.html").render(
        report=report,
        style=(_TEMPLATES / "report.css").read_text(encoding="utf-8"),
        is_table=lambda block: isinstance(block, Table),
        shown=lambda value: shown(value, report.words["yes"], report.words["no"]),
    )  # fmt: skip
    return (page.rstrip() + "\n").encode()


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(_TEMPLATES)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
