"""Finding a site by a name in a report: the index of names, made once for the lists at hand, and the candidates."""

from __future__ import annotations

import datetime
import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from hefboom.graph import identity
from hefboom.graph.catalogue import ListEntry
from hefboom.graph.match_find import Found, build_find_index, find
from hefboom.graph.match_words import add_macros, load_facts
from hefboom.graph.opened import OpenData
from hefboom.graph.tables import add_views, connect

_NAMES = """
    (SELECT arg_min(i.exact, closedness(i.scope)) AS site, any_value(l.name) AS name,
        any_value(l.native_name) AS native_name, any_value(concat_ws(', ', l.address, l.city)) AS address,
        any_value(l.country) AS country
    FROM listings l JOIN identity i USING (list, row, part) GROUP BY list, row, part)
"""


def find_sites(data: OpenData, text: str, limit: int = 10) -> list[Found]:
    """The sites that best fit `NAME, PLACE`, as they are now joined; the index is made when it is missing.

    Raises UsageError when `text` has no word to look for.
    """
    index = find_index(data)
    with data.tables() as connection:
        connection.execute("SET threads = 2")

        add_macros(connection)
        load_facts(connection)
        found = find(connection, index, text, 3 * limit)
        now = _now(connection, [one.site for one in found])
    placed: dict[str, Found] = {}
    for one in found:
        site = now.get(one.site)
        if site is not None and site not in placed:
            placed[site] = replace(one, site=site)
    return list(placed.values())[:limit]


def users_of(data: OpenData, sites: Sequence[str], at: datetime.date) -> dict[str, list[str]]:
    """The names of the companies that use each site on a day, at any tier: the facts of the question who-uses-site."""
    with data.tables() as connection:
        rows = connection.execute(
            """SELECT site, list_sort(list(DISTINCT coalesce(label, company)))
            FROM uses LEFT JOIN companies USING (company)
            WHERE site IN (SELECT unnest(?::VARCHAR[]))
                AND coalesce(valid_from <= ?, true) AND coalesce(? < valid_to, true)
            GROUP BY site""",
            [list(sites), at, at],
        ).fetchall()
    return dict(rows)


def find_index(data: OpenData) -> Path:
    """The folder of the index for the lists in force; made, in the place of older ones, when there is none yet."""
    place = data.folder.path / "cache" / "names"
    index = place / _key(data.entries)
    if index.is_dir():
        return index
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data.folder.path, prefix="spill-") as scratch, connect(Path(scratch)) as work:
        add_views(work, data.generation / "tables")
        work.execute(identity.MACROS)
        made = Path(scratch) / "made"
        build_find_index(work, _NAMES, made)
        older = [folder for folder in place.iterdir() if folder != index]
        if not index.is_dir():
            made.rename(index)
    for folder in older:
        shutil.rmtree(folder, ignore_errors=True)
    return index


def _key(entries: Sequence[ListEntry]) -> str:
    held = sorted((entry.list, entry.seq) for entry in entries if entry.in_force)
    return hashlib.sha256(repr(held).encode()).hexdigest()[:16]


def _now(connection: duckdb.DuckDBPyConnection, sites: Sequence[str]) -> dict[str, str]:
    rows = connection.execute(
        """SELECT exact, min(site) FROM identity WHERE exact IN (SELECT unnest(?::VARCHAR[]))
        AND site NOT IN (SELECT alias FROM site_aliases) GROUP BY exact""",
        [list(sites)],
    ).fetchall()
    return dict(rows)
