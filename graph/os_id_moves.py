"""Replaced OS IDs: which id stands for which today, as each audience may know it.

A list may say that the register replaced an id. What a list says is known to whoever sees that list, so every level of
visibility has a view of its own. A level adds to what more open levels know and never undoes it, so that the graphs of
all levels can be read together.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

import duckdb
import polars as pl

Move = tuple[datetime.date, str, str]
"""The day of the list that says so, the old id, the new id."""

_STATED = """
    SELECT DISTINCT lists.scope, lists.date, old_os_id, new_os_id FROM os_id_aliases JOIN lists USING (list)
    WHERE old_os_id <> new_os_id AND lists.status <> 'retracted' ORDER BY ALL
"""
_LEVELS = """
    SELECT scope FROM (SELECT scope FROM lists UNION SELECT unnest(['public', 'members', 'secretariat']))
    ORDER BY closedness(scope), scope
"""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables `os_id_views` (level, view) and `os_id_now` (view, os_id, now, fresh).

    Every level of visibility has a view: its own where its lists state replacements, else that of the next more open
    level. A view gives the id that stands for each id that was replaced; `fresh` where no more open level knows it.
    """
    stated = connection.execute(_STATED).fetchall()
    levels = [level for (level,) in connection.execute(_LEVELS).fetchall()]
    views, rows = _views(levels, stated)
    connection.register("made_views", pl.DataFrame(views, schema={"level": pl.String, "view": pl.String}, orient="row"))
    schema = {"view": pl.String, "os_id": pl.String, "now": pl.String, "fresh": pl.Boolean}
    connection.register("made_moves", pl.DataFrame(rows, schema=schema, orient="row"))
    connection.execute("CREATE OR REPLACE TEMP TABLE os_id_views AS FROM made_views")
    connection.execute("CREATE OR REPLACE TEMP TABLE os_id_now AS FROM made_moves")
    connection.unregister("made_views")
    connection.unregister("made_moves")


def _views(
    levels: Sequence[str], stated: Sequence[tuple[str, datetime.date, str, str]]
) -> tuple[list[tuple[str, str]], list[tuple[str, str, str, bool]]]:
    said: dict[str, list[Move]] = {}
    for scope, day, old, new in stated:
        said.setdefault(scope, []).append((day, old, new))
    known: dict[str, Mapping[str, str]] = {}
    views: list[tuple[str, str]] = []
    rows: list[tuple[str, str, str, bool]] = []
    for level in levels:
        below = {"public": None, "members": "public"}.get(level, "members")
        held = known.get(below, {}) if below else {}
        own = [scope for scope in said if scope == level or (level == "secretariat" and scope.startswith("owner/"))]
        if not own and below:
            views.append((level, dict(views)[below]))
            known[level] = held
            continue
        known[level] = follow([move for scope in own for move in said[scope]], held)
        views.append((level, level))
        rows += [(level, old, new, old not in held) for old, new in known[level].items()]
    return views, rows


def follow(moves: Iterable[Move], known: Mapping[str, str]) -> dict[str, str]:
    """The id that stands for each replaced id, from statements on top of what is `known` already (old to new).

    The newest statement about an id holds; one that names it as the new id, later than it was replaced, makes it
    current again. Of ids that statements of one day replace by each other in a circle, the greatest stays. Statements
    about ids that are known to be replaced are left aside.
    """
    successor: dict[str, str] = {}
    for _, same_day in groupby(sorted(moves), key=lambda move: move[0]):
        pairs = [(old, known.get(new, new)) for _, old, new in same_day if old not in known]
        replaced = {old: new for old, new in pairs if old != new}
        for new in replaced.values():
            if new not in replaced:
                successor.pop(new, None)
        successor |= replaced
    last: dict[str, str] = {}
    for start in successor:
        path: dict[str, None] = {}
        end = start
        while end in successor and end not in last and end not in path:
            path[end] = None
            end = successor[end]
        if end in path:
            steps = list(path)
            end = max(steps[steps.index(end) :])
        end = last.get(end, end)
        last |= dict.fromkeys(path, end)
    return {old: last.get(new, new) for old, new in {**known, **last}.items() if last.get(new, new) != old}
