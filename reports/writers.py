"""One writer per format, each from the same model; the same report gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from hefboom.errors import UsageError
from hefboom.reports.model import Report

Writer: TypeAlias = Callable[[Report, Path | None], bytes]

FORMATS: Final = MappingProxyType({"html": "as_html", "pdf": "as_pdf", "xlsx": "as_xlsx", "md": "as_md"})
"""The module of each format, which has it as `written`; imported when asked."""


def write_report(report: Report, form: str, fonts: Path | None = None) -> bytes:
    """The report as bytes: html, pdf, xlsx or md. `fonts` is a folder with more fonts for the PDF.

    Raises UsageError for an unknown format, and for a PDF when the package that sets it is not installed.
    """
    if form not in FORMATS:
        raise UsageError(f"a report has no format '{form}'; use one of {', '.join(FORMATS)}")
    write: Writer = import_module(f"hefboom.reports.{FORMATS[form]}").written
    return write(report, fonts)
