"""The report of a load: findings as CSV and JSON beside the data, and the object that scripts read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from hefboom.graph.folder import DataFolder
from hefboom.loaders.load_report import ListReport
from hefboom.loaders.text import map_unique
from hefboom.spreadsheet_text import FORMULA_STARTS

_RANK = {"error": 0, "warning": 1, "info": 2}


def report_object(report: ListReport) -> dict[str, Any]:
    """The report as `hefboom load --json` prints it: file, list, the row account, findings, and what it changed."""
    counts = report.counts
    return {
        "file": report.file,
        "list": report.list,
        "rows_read": counts.rows_read,
        "stored": counts.stored,
        "merged": counts.merged,
        "refused": counts.refused,
        "findings": report.findings.to_dicts(),
        "format": report.format,
        "reporting_year": report.reporting_year,
        "contributor": report.contributor,
        "date": report.date.isoformat() if report.date else None,
        "visibility": report.visibility,
        "sites": report.sites,
        "new_sites": report.new_sites,
        "replaced": list(report.replaced),
        "beside": list(report.beside),
        "unchanged": report.unchanged,
        "columns": dict(report.guess.profile.columns) if report.guess else None,
        "left_out": list(report.left_out),
        "error": report.error,
    }


def first_findings(findings: pl.DataFrame, most: int) -> list[dict[str, Any]]:
    """The most serious findings first, in the order of the rows otherwise."""
    ranked = findings.with_columns(_rank=pl.col("severity").replace_strict(_RANK, return_dtype=pl.Int8))
    return ranked.sort("_rank", maintain_order=True).drop("_rank").head(most).to_dicts()


def save_report(report: ListReport, folder: DataFolder, said: Callable[[str], str] = str) -> tuple[Path, Path]:
    """Write the findings of a list as CSV and its whole report as JSON under `reports`; returns both paths.

    The CSV is for people: `said` gives its reasons and hints in their language, and a text that a spreadsheet could
    take for a formula has an apostrophe before it there.
    """
    name = (report.list or report.file).rstrip("/").split("/list/")[-1]
    if report.reporting_year is not None and report.list:
        name = "/".join(report.list.split("/")[-3:])
    name = name.replace("/", "_")
    place = folder.path / "reports"
    place.mkdir(parents=True, exist_ok=True)
    table, whole = place / f"{name}.csv", place / f"{name}.json"
    shown = findings_in(report.findings, said).select(pl.lit(report.file).alias("file"), pl.all())
    safe_cells(shown).write_csv(table)
    whole.write_text(json.dumps(report_object(report), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return table, whole


def findings_in(findings: pl.DataFrame, said: Callable[[str], str]) -> pl.DataFrame:
    """The findings with reasons and hints as `said` gives them."""
    texts = [map_unique(findings.get_column(name), said, pl.String).alias(name) for name in ("reason", "hint")]
    return findings.with_columns(texts)


def safe_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame of texts in which no cell starts a formula of a spreadsheet."""
    return frame.with_columns(_safe(pl.col(name)).alias(name) for name in frame.columns)


def _safe(cells: pl.Expr) -> pl.Expr:
    """The cells as `hefboom.spreadsheet_text.safe_text` writes them."""
    risky = pl.any_horizontal(cells.str.starts_with(sign) for sign in FORMULA_STARTS)
    return pl.when(risky).then(pl.lit("'") + cells).otherwise(cells)
