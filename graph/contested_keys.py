"""Exact keys under which rows carry different LEIs or DUNS numbers: whom each row means, and the site it is put on.

Rows alike in name, address and country are one site, unless one kind of strong id has several values among them. Then
the key is contested: rows that carry such a value stand for it (`told`, made of the id), on a site of their own, and
rows that carry none stay on the site of the key, for nobody said which one they mean. A row that shares the other kind
of id with rows of one value only stands for that value. An OS ID that rows of several values have makes them one.

What is contested depends on who looks: a more closed list can contest a key that more open eyes see as one site. Rows
of more open lists stay where they were then; those of the closed list are put beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from hefboom.graph.tables import quote

ID_KEYS = """
    CREATE OR REPLACE TEMP TABLE id_keys AS
    SELECT concat_ws('|', name_key, address_key, country) AS key FROM listings
    WHERE name_key <> '' AND address_key <> '' AND country IS NOT NULL AND (lei <> '' OR duns <> '')
    GROUP BY ALL HAVING count(DISTINCT nullif(lei, '')) > 1 OR count(DISTINCT nullif(duns, '')) > 1
"""
"""The keys with several LEIs or DUNS numbers in any lists, before it is asked who sees which."""

_ROWS = """
    CREATE OR REPLACE TEMP TABLE contested_rows AS
    SELECT key, m.scope, os_id, lei, duns, min((date, list, row)) AS first
    FROM mentions m SEMI JOIN id_keys USING (key) JOIN lists USING (list) GROUP BY ALL
"""

_TOLD = """
    CREATE OR REPLACE TEMP TABLE told_ids AS
    WITH seen AS (
        SELECT DISTINCT key, v.level, lei, duns, coalesce(n.now, r.os_id) AS os_id
        FROM contested_rows r JOIN os_id_views v ON seen_at(r.scope, v.level)
        LEFT JOIN os_id_now n ON n.view = v.view AND n.os_id = r.os_id
    ), lei_of AS (
        SELECT key, level, duns, min(lei) AS meant FROM seen WHERE lei <> '' AND duns <> ''
        GROUP BY ALL HAVING count(DISTINCT lei) = 1
    ), duns_of AS (
        SELECT key, level, lei, min(duns) AS meant FROM seen WHERE lei <> '' AND duns <> ''
        GROUP BY ALL HAVING count(DISTINCT duns) = 1
    ), meant AS (
        SELECT s.*, coalesce(nullif(s.lei, ''), l.meant) AS one, coalesce(nullif(s.duns, ''), d.meant) AS two
        FROM seen s LEFT JOIN lei_of l USING (key, level, duns) LEFT JOIN duns_of d USING (key, level, lei)
    ), kinds AS (
        SELECT key, level, count(DISTINCT one) > 1 AS leis, count(DISTINCT two) > 1 AS numbers
        FROM meant GROUP BY ALL HAVING count(DISTINCT one) > 1 OR count(DISTINCT two) > 1
    ), masked AS (
        SELECT * REPLACE (
            CASE WHEN leis THEN 'lei:' || one END AS one, CASE WHEN numbers THEN 'duns:' || two END AS two)
        FROM meant JOIN kinds USING (key, level)
    ), alone AS (
        SELECT *, count(DISTINCT coalesce(two, '')) OVER (PARTITION BY key, level, one) = 1 AS by_one,
            count(DISTINCT coalesce(one, '')) OVER (PARTITION BY key, level, two) = 1 AS by_two
        FROM masked
    ), named AS (
        SELECT key, level, lei, duns, os_id, CASE WHEN one IS NOT NULL AND by_one THEN one
            WHEN two IS NOT NULL AND by_two THEN two ELSE concat_ws('|', one, two) END AS told
        FROM alone
    ), several AS (
        SELECT key, level FROM (
            SELECT key, level, told, count(os_id) AS held, min(os_id) AS first, max(os_id) AS last
            FROM named GROUP BY ALL
        ) GROUP BY ALL HAVING bool_or(told <> '' AND held = 0) OR min(first) <> max(last)
    )
    SELECT DISTINCT key, level, lei, duns, told FROM named SEMI JOIN several USING (key, level)
"""

_STAGE = """
    CREATE OR REPLACE TEMP TABLE staged AS
    WITH asked AS (
        SELECT k.key, k.scope, k.lei, k.duns, t.told
        FROM keyed k JOIN told_ids t ON t.key = k.key AND t.level = k.scope AND t.lei = k.lei AND t.duns = k.duns
        WHERE closedness(k.scope) = $stage
    ), taken AS (
        SELECT s.key, s.level, count(DISTINCT told) FILTER (told <> '') AS ids, max(told) AS told
        FROM keyed k JOIN told_ids s ON s.key = k.key AND s.lei = k.lei AND s.duns = k.duns
        WHERE seen_at(k.scope, s.level) AND closedness(k.scope) < $stage AND closedness(s.level) = $stage
            AND k.alone = minted(k.key) AND k.level IS DISTINCT FROM k.scope
        GROUP BY ALL
    ), gone AS (
        SELECT DISTINCT a.key, a.scope FROM asked a JOIN left_keys g ON g.key = a.key AND seen_at(g.level, a.scope)
    )
    SELECT a.* EXCLUDE (told), minted(CASE
        WHEN a.told <> '' AND x.ids = 1 AND x.told = a.told THEN a.key
        WHEN a.told <> '' THEN concat_ws('|', a.key, a.told)
        WHEN x.ids > 0 OR g.key IS NOT NULL THEN concat_ws('|', a.key, a.scope)
        ELSE a.key END) AS site
    FROM asked a LEFT JOIN taken x ON x.key = a.key AND x.level = a.scope
    LEFT JOIN gone g ON g.key = a.key AND g.scope = a.scope
"""

_PLACED = """
    UPDATE keyed SET alone = s.site FROM staged s
    WHERE s.key = keyed.key AND s.scope = keyed.scope AND s.lei = keyed.lei AND s.duns = keyed.duns
"""

# The site of a key that all have left is, from then on, the one of the id that the oldest list tells.
_LEFT = """
    INSERT INTO left_keys
    WITH sites AS (SELECT * FROM contested_sites SEMI JOIN (SELECT DISTINCT key FROM told_ids WHERE level = $level)
        USING (key) WHERE seen_at(scope, $level))
    SELECT key, $level, arg_min(site, first) FILTER (t.told <> '')
    FROM sites s JOIN told_ids t USING (key, lei, duns)
    WHERE t.level = $level AND key NOT IN (
        SELECT key FROM left_keys WHERE seen_at(level, $level)
        UNION ALL SELECT key FROM keyed WHERE os_id IS NOT NULL AND alone = minted(key) AND seen_at(level, $level))
    GROUP BY key HAVING NOT bool_or(site = minted(key))
"""

_SITES = """
    CREATE OR REPLACE TEMP VIEW contested_sites AS
    SELECT r.key, r.scope, r.lei, r.duns, r.first,
        CASE WHEN r.os_id IS NOT NULL THEN r.os_id WHEN k.level = k.scope THEN k.os_id ELSE k.alone END AS site
    FROM contested_rows r LEFT JOIN keyed k ON r.os_id IS NULL AND k.key = r.key AND k.scope = r.scope
        AND k.lei = r.lei AND k.duns = r.duns
"""

_TOLD_SITES = """
    CREATE OR REPLACE TEMP TABLE told_sites AS
    SELECT t.level, minted(key) AS plain, site, list_sort(list(DISTINCT told)) AS told
    FROM contested_sites s JOIN told_ids t USING (key, lei, duns) WHERE seen_at(s.scope, t.level)
    GROUP BY ALL
"""

_KEY = "concat_ws('|', l.name_key, l.address_key, l.country)"
TOLD_IDS = f"""CASE WHEN l.name_key <> '' AND l.address_key <> '' AND l.country IS NOT NULL THEN list_transform(
        list_filter(['lei:' || l.lei, 'duns:' || l.duns, 'lei:' || l.lei || '|duns:' || l.duns], lambda x: x <> ''),
        lambda x: minted({_KEY} || '|' || x)) END"""
"""SQL of the ids of the sites that a row `l` of `listings` may stand on where its key is contested."""

FORMER = f"""
    SELECT alias, min(e.site) AS site, min_by(e.scope, closedness(e.scope)) AS scope FROM (
        SELECT l.list, l.row, l.part, unnest({TOLD_IDS}) AS alias FROM listings l WHERE l.lei <> '' OR l.duns <> ''
    ) SEMI JOIN unknown_ends USING (alias) JOIN exact_sites e USING (list, row, part)
    GROUP BY alias HAVING count(DISTINCT e.site) = 1
"""
"""SQL of alias, site, scope: unknown ids that rows of one site would have if their key were contested, as it was."""


_ROWS_APART = """
    WITH told AS (
        SELECT m.list, m.row, m.part, m.key, m.lei, m.duns, m.scope, t.level, t.told
        FROM mentions m SEMI JOIN id_keys USING (key)
        JOIN told_ids t ON t.key = m.key AND t.lei = m.lei AND t.duns = m.duns AND seen_at(m.scope, t.level)
    ), firsts AS (
        SELECT key, level, told, min({{list: list, row: row, lei: lei, duns: duns}}) AS other
        FROM told WHERE told <> '' GROUP BY ALL
    )
    SELECT t.list, t.row, t.lei, t.duns, o.list, o.row, o.lei, o.duns FROM (
        SELECT t.*, min(f.other) AS o FROM told t JOIN firsts f USING (key, level)
        WHERE t.level = t.scope AND t.list IN ({lists}) AND f.told <> t.told GROUP BY ALL
    ) t ORDER BY t.list, try_cast(t.row AS BIGINT), t.row, t.part
"""


@dataclass(frozen=True, slots=True)
class RowApart:
    """A row whose strong ids (empty: none) set it apart from another row of the same name, address and country."""

    list: str
    row: str
    lei: str
    duns: str
    other_list: str
    other_row: str
    other_lei: str
    other_duns: str


def rows_apart(connection: duckdb.DuckDBPyConnection, lists: Sequence[str]) -> list[RowApart]:
    """The rows of some lists whose key is contested as their own audience sees it, each with a first other row."""
    wanted = ", ".join(map(quote, lists))
    return [RowApart(*found) for found in connection.execute(_ROWS_APART.format(lists=wanted)).fetchall()]


def find(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `told_ids` (key, level, lei, duns, told) of the keys that are contested as a level sees them.

    Needs `mentions`, `os_id_views` and `os_id_now`; `told` is '' for rows of which it is not told whom they mean.
    """
    connection.execute(_ROWS)
    connection.execute(_TOLD)


def find_among(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    """As `find`, for whoever sees just the rows of a relation (key, os_id, lei, duns): their level is 'public'."""
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE contested_rows AS
        SELECT DISTINCT key, 'public' AS scope, os_id, lei, duns FROM {rows} WHERE key IS NOT NULL
    """)
    connection.execute("CREATE OR REPLACE TEMP TABLE os_id_views AS SELECT 'public' AS level, 'public' AS view")
    connection.execute("CREATE OR REPLACE TEMP TABLE os_id_now (view VARCHAR, os_id VARCHAR, now VARCHAR)")
    connection.execute(_TOLD)


def place(connection: duckdb.DuckDBPyConnection) -> None:
    """Put the rows of contested keys in `keyed` on their sites, from the most open lists to the most closed.

    Makes `left_keys` (key, level, site), keys whose own site no row is on any more with the site that stands for it,
    and `told_sites` (level, plain, site, told): for each level the sites of a contested key, whose plain site is
    `plain`, and the ids that they stand for.
    """
    connection.execute("CREATE OR REPLACE TEMP TABLE left_keys (key VARCHAR, level VARCHAR, site VARCHAR)")
    connection.execute(_SITES)
    levels = {0: "public", 1: "members", 3: "secretariat"}
    for stage in range(4):
        connection.execute(_STAGE, {"stage": stage})
        connection.execute(_PLACED)
        if stage in levels:
            connection.execute(_LEFT, {"level": levels[stage]})
    connection.execute(_TOLD_SITES)
