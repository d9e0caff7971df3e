"""What one resolution keeps for the next: its tables, each a folder of Parquet parts that later runs add to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import duckdb

from hefboom.graph.tables import quote

_GROWING: Final = {
    **dict.fromkeys(("m_evidence", "m_spelling", "m_claim"), "claim"),
    "m_weight": "zone, hash",
    "m_mention": "list, row, part",
}
"""The tables to which a later run only adds rows, and what tells a row of theirs."""
TABLES: Final = (*_GROWING, "m_key", "m_judged", "m_correction", "m_lexicon", "m_apart", "m_near")
MOST_PARTS: Final = 30
"""From so many parts on a table is written anew as one."""


def source(folder: Path, table: str) -> str:
    """A kept table as an SQL relation."""
    return f"read_parquet({quote(str(folder / table / '*.parquet'))}, union_by_name = true)"


def is_there(folder: Path) -> bool:
    """Whether a folder holds all kept tables."""
    return all(any((folder / table).glob("*.parquet")) for table in TABLES)


def keep(connection: duckdb.DuckDBPyConnection, folder: Path, known: Path | None = None) -> None:
    """Write the tables of a run into `folder`; what the run took from `known` is linked, not written again.

    With `known`, the schema `known` must show its tables.
    """
    for table in TABLES:
        (folder / table).mkdir(parents=True)
        before = sorted((known / table).glob("*.parquet")) if known is not None else []
        rows = f"FROM {table}"
        if before and table == "m_key":
            added, whole = rows, f"FROM known.m_key UNION ALL BY NAME {rows}"
        elif before and table in _GROWING:
            added = f"{rows} ANTI JOIN known.{table} USING ({_GROWING[table]})"
            whole = f"FROM known.{table} UNION ALL BY NAME ({added})"
        else:
            before, added, whole = [], rows, rows
        if len(before) >= MOST_PARTS:
            before, added = [], whole
        for number, part in enumerate(before):
            os.link(part, folder / table / f"{number:03d}.parquet")
        made = folder / table / f"{len(before):03d}.parquet"
        connection.execute(f"COPY ({added}) TO {quote(str(made))} (FORMAT parquet)")
