"""Reports for print: one model, built from named questions and checks, and one writer per format."""

from hefboom.reports.model import Report, Section, Table, Text
from hefboom.reports.reports import REPORTS, make_report
from hefboom.reports.writers import FORMATS, write_report

__all__ = ["FORMATS", "REPORTS", "Report", "Section", "Table", "Text", "make_report", "write_report"]
