"""What a reviewer should look at: pairs of sites that may be one, the most valuable first, both sides side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import duckdb

from hefboom.graph.open_pairs import IN_FORCE, OPEN, PLACED
from hefboom.graph.opened import OpenData

FIELDS: Final = ("name", "native_name", "address", "country", "os_id", "workers", "processes", "parents", "list", "row")
"""What is shown of each side, in this order."""

_QUEUE = """
    WITH {placed}, decided AS (
        SELECT left_site, right_site FROM decisions WHERE withdrawn_on IS NULL AND (NOT $unsure OR decision <> 'unsure')
    ), asked AS (
        SELECT m.*, l.site AS left_now, r.site AS right_now, outcome = 'same' AS joined
        FROM matches m JOIN placed l ON l.exact = m.left_site JOIN placed r ON r.exact = m.right_site
        WHERE {in_force} AND (({open})
            OR (outcome = 'same' AND method <> 'review' AND probability < $surest AND l.site = r.site))
        QUALIFY row_number() OVER (
            PARTITION BY least(l.site, r.site), greatest(l.site, r.site),
                CASE WHEN outcome = 'same' THEN least(left_site, right_site) || greatest(left_site, right_site) END
            ORDER BY outcome = 'same' DESC, probability DESC, left_list, left_row, right_list, right_row) = 1
    ), users AS (
        SELECT site, list(DISTINCT company) AS companies FROM uses
        WHERE tier = 1 AND list IN (SELECT list FROM lists WHERE status = 'current') GROUP BY site
    ), exact_users AS (
        SELECT i.exact, list(DISTINCT u.company) AS companies
        FROM identity i JOIN uses u ON u.list = i.list AND u.site = i.site
        WHERE u.tier = 1 AND i.exact IN (SELECT unnest([left_site, right_site]) FROM asked WHERE joined)
        GROUP BY i.exact
    )
    SELECT a.*, coalesce(ul.companies, []) AS left_companies, coalesce(ur.companies, []) AS right_companies,
        CASE WHEN joined THEN len(coalesce(el.companies, [])) > 0 AND len(coalesce(er.companies, [])) > 0
            ELSE len(coalesce(ul.companies, [])) > 0 AND len(coalesce(ur.companies, [])) > 0
            AND len(list_distinct(list_concat(ul.companies, ur.companies)))
                > greatest(len(ul.companies), len(ur.companies))
        END AS changes_sharing, {risk} AS severe
    FROM asked a LEFT JOIN users ul ON ul.site = a.left_now LEFT JOIN users ur ON ur.site = a.right_now
    LEFT JOIN exact_users el ON el.exact = a.left_site LEFT JOIN exact_users er ON er.exact = a.right_site
    ORDER BY severe DESC, changes_sharing DESC,
        least(probability, 1.0001 - probability)
            * (1 + len(coalesce(ul.companies, [])) + len(coalesce(ur.companies, []))) DESC,
        a.left_list, a.left_row, a.right_list, a.right_row
    LIMIT $limit
"""

_SIDE = """
    SELECT l.list, l.row, l.part, l.name, l.native_name, concat_ws(', ', l.address,
            CASE WHEN NOT contains(lower(coalesce(l.address, '')), lower(l.city)) THEN l.city END,
            CASE WHEN NOT contains(coalesce(l.address, ''), l.postcode) THEN l.postcode END) AS address,
        l.country, l.os_id, CASE WHEN workers_min = workers_max THEN workers_min::VARCHAR
            WHEN workers_min IS NOT NULL OR workers_max IS NOT NULL
                THEN concat_ws(' to ', workers_min, workers_max) END AS workers,
        list_aggregate(list_transform(l.processes, lambda x: replace(x, 'process/', '')), 'string_agg', ', ')
            AS processes,
        list_aggregate(l.parent_companies, 'string_agg', ', ') AS parents
    FROM listings l JOIN wanted w USING (list, row, part)
"""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a pair: its id of exact identity, the site it belongs to now, and what the row says."""

    exact: str
    site: str
    told: dict[str, str]
    companies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One pair to decide: `joined` when they are one site now, so that `different` would part them."""

    left: Side
    right: Side
    probability: float
    reasons_en: str
    reasons_nl: str
    conflicts: tuple[str, ...]
    joined: bool
    changes_sharing: bool
    severe: bool

    def reasons(self, lang: str) -> str:
        """The reasons in a language."""
        return self.reasons_nl if lang == "nl" else self.reasons_en


def queue(data: OpenData, limit: int = 1000, surest: float = 0.0, unsure: bool = False) -> list[Question]:
    """The pairs to decide, most valuable first: those that touch severe risk, then those that make a shared site.

    Pairs with a standing decision are left out (`unsure`: those left unsure come back). Automatic joins with a
    probability below `surest` are asked as well, since a no there parts a site.
    """
    with data.tables() as connection:
        rows = connection.execute(
            _QUEUE.format(placed=PLACED, in_force=IN_FORCE, open=OPEN, risk=_severe(connection)),
            {"limit": limit, "surest": surest, "unsure": unsure},
        )
        names = [column[0] for column in rows.description or ()]
        found = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
        told = _told(connection, found)
    return [_question(row, told) for row in found]


def _severe(connection: duckdb.DuckDBPyConnection) -> str:
    """The SQL that says whether risk evidence touches one of the two sites; false where no such table has sites."""
    columns = {row[0] for row in connection.execute("""
        SELECT column_name FROM duckdb_columns() WHERE table_name = 'evidence'
    """).fetchall()}  # fmt: skip
    if not {"list", "row", "about_site", "given"} <= columns:
        return "false"
    return """EXISTS (SELECT 1 FROM evidence e JOIN identity i ON i.list = e.list AND i.row = e.row
        WHERE e.about_site AND e.given AND i.site IN (a.left_now, a.right_now))"""


def _told(
    connection: duckdb.DuckDBPyConnection, rows: list[dict[str, object]]
) -> dict[tuple[object, ...], dict[str, str]]:
    wanted = {
        tuple(row[f"{side}_{key}"] for key in ("list", "row", "part")) for row in rows for side in ("left", "right")
    }
    connection.execute("CREATE OR REPLACE TEMP TABLE wanted (list VARCHAR, row VARCHAR, part VARCHAR)")
    if wanted:
        connection.executemany("INSERT INTO wanted VALUES (?, ?, ?)", [list(key) for key in sorted(wanted, key=str)])
    result = connection.execute(_SIDE)
    names = [column[0] for column in result.description or ()]
    told: dict[tuple[object, ...], dict[str, str]] = {}
    for row in result.fetchall():
        cells = dict(zip(names, row, strict=True))
        key = (cells["list"], cells["row"], cells.pop("part"))
        told[key] = {name: str(cells[name]) for name in FIELDS if cells[name] not in (None, "")}
    return told


def _question(row: dict[str, object], told: dict[tuple[object, ...], dict[str, str]]) -> Question:
    def side(name: str) -> Side:
        key = tuple(row[f"{name}_{part}"] for part in ("list", "row", "part"))
        companies = row[f"{name}_companies"]
        assert isinstance(companies, list)
        return Side(str(row[f"{name}_site"]), str(row[f"{name}_now"]), told[key], tuple(sorted(companies)))

    conflicts, probability = row["conflicts"], row["probability"]
    assert isinstance(conflicts, list)
    assert isinstance(probability, float)
    return Question(
        side("left"), side("right"), probability, str(row["reasons_en"] or ""), str(row["reasons_nl"] or ""),
        tuple(conflicts), bool(row["joined"]), bool(row["changes_sharing"]), bool(row["severe"]),
    )  # fmt: skip
