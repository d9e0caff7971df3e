"""What a load tells of its files: the account of every row, the findings, what changed."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from hefboom.graph.writer import SharedSite
from hefboom.loaders.findings import FINDING_SCHEMA
from hefboom.loaders.profiles import Guess
from hefboom.loaders.staging import Counts


@dataclass
class ListReport:
    """What became of one file: its list, its row account, its findings, what it changed; or why it was not loaded.

    `error` is set when the file was not loaded at all. `unchanged` means that the same file was already there. `sites`
    are the sites the list refers to, `new_sites` those of them that were not known before. `renewed`: a due diligence
    file took the place of the company's earlier file of that year, or a list of itself with other options. `beside`
    are lists of the same contributor for the same day, of other files, that stay current.
    """

    file: str
    format: str | None = None
    list: str | None = None
    contributor: str | None = None
    date: datetime.date | None = None
    reporting_year: int | None = None
    visibility: str | None = None
    counts: Counts = field(default_factory=lambda: Counts(0, 0, 0, 0))
    findings: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FINDING_SCHEMA))
    guess: Guess | None = None
    left_out: Sequence[str] = ()
    sites: int = 0
    new_sites: int = 0
    replaced: Sequence[str] = ()
    beside: Sequence[str] = ()
    renewed: bool = False
    unchanged: bool = False
    error: str | None = None


@dataclass(frozen=True, slots=True)
class LoadResult:
    """The reports of a load, file by file, and the sites that are shared since."""

    reports: Sequence[ListReport]
    newly_shared: Sequence[SharedSite] = ()
