"""Exact identity: which listings are about one site, and who may know it.

Listings meet by OS ID (replaced ids followed) and by an exact key of name without legal form, address and country. A
key never joins two OS IDs, nor different LEIs or DUNS numbers (`hefboom.graph.contested_keys`). A listing without
address meets no other, except that one table of supply relationships means one site by one name and country. Nothing
here depends on the order in which lists were loaded.

A decision uses only what its audience may see. Where a more closed list brings two sites together, the listing keeps
its site in its own scope, and refers to the joint site, with the old one marked as replaced, in the closed scope only.
"""

from __future__ import annotations

import duckdb

from hefboom.graph import contested_keys, os_id_moves

MINTED_PREFIX = "hb-"

MACROS = f"""
    CREATE OR REPLACE MACRO minted(text) AS '{MINTED_PREFIX}' || left(md5(text), 16);
    CREATE OR REPLACE MACRO most_closed(a, b) AS CASE
        WHEN a = b OR b = 'public' THEN a WHEN a = 'public' THEN b
        WHEN b = 'members' THEN a WHEN a = 'members' THEN b ELSE 'secretariat' END;
    CREATE OR REPLACE MACRO closedness(scope) AS CASE scope
        WHEN 'public' THEN 0 WHEN 'members' THEN 1 WHEN 'secretariat' THEN 3 ELSE 2 END;
    CREATE OR REPLACE MACRO seen_at(scope, level) AS scope = level OR scope = 'public' OR level = 'secretariat'
        OR (scope = 'members' AND level <> 'public');
"""

_MENTIONS = """
    CREATE OR REPLACE TEMP TABLE mentions AS
    WITH said AS (
        SELECT list, row, part, os_id, lei, duns, name_key, address_key, country, part AS told_as, source_text
        FROM listings WHERE same_as_row IS NULL
        UNION ALL
        SELECT l.list, l.row, l.part, t.os_id, t.lei, t.duns, t.name_key, t.address_key, t.country, 'site',
            t.source_text
        FROM listings l JOIN listings t ON t.list = l.list AND t.row = l.same_as_row AND t.part = 'site'
        WHERE l.same_as_row IS NOT NULL
    ), told AS (
        SELECT *, CASE WHEN name_key <> '' AND address_key <> '' AND country IS NOT NULL
            THEN concat_ws('|', name_key, address_key, country) END AS key
        FROM said
    )
    SELECT told.list, told.row, told.part, coalesce(n.now, told.os_id) AS os_id, told.key,
        CASE WHEN k.key IS NOT NULL THEN coalesce(lei, '') ELSE '' END AS lei,
        CASE WHEN k.key IS NOT NULL THEN coalesce(duns, '') ELSE '' END AS duns,
        CASE WHEN told.os_id IS NOT NULL THEN NULL
            WHEN told_as <> 'site' AND name_key <> '' THEN concat_ws('|', lists.contributor, 'chain', name_key, country)
            ELSE concat_ws('|', lists.contributor, told_as, source_text) END AS own,
        lists.scope
    FROM told
    JOIN lists USING (list)
    JOIN os_id_views v ON v.level = lists.scope
    LEFT JOIN os_id_now n ON n.view = v.view AND n.os_id = told.os_id
    LEFT JOIN id_keys k ON k.key = told.key
    WHERE lists.status <> 'retracted'
"""

_DECISIONS = """
    CREATE OR REPLACE TEMP TABLE key_decisions AS
    WITH known AS (
        SELECT DISTINCT key, os_id, lei, duns, scope FROM mentions WHERE key IS NOT NULL AND os_id IS NOT NULL
    )
    SELECT known.key, v.level, coalesce(t.told, '') AS told, min(coalesce(n.now, known.os_id)) AS os_id
    FROM known JOIN os_id_views v ON seen_at(known.scope, v.level)
    LEFT JOIN os_id_now n ON n.view = v.view AND n.os_id = known.os_id
    LEFT JOIN told_ids t ON t.key = known.key AND t.level = v.level AND t.lei = known.lei AND t.duns = known.duns
    GROUP BY known.key, v.level, coalesce(t.told, '') HAVING count(DISTINCT coalesce(n.now, known.os_id)) = 1
"""

# A key that has one OS ID for more open eyes and several for its own joins none of them, nor what they join. Where a
# key is contested, OS IDs count only as the list itself sees them.
_KEYED = """
    CREATE OR REPLACE TEMP TABLE keyed AS
    WITH wanted AS (
        SELECT DISTINCT key, scope, lei, duns FROM mentions WHERE key IS NOT NULL AND os_id IS NULL
    ), decided AS (
        SELECT wanted.*, d.os_id, d.level, closedness(d.level) - closedness(wanted.scope) AS further, t.told
        FROM wanted JOIN key_decisions d
            ON d.key = wanted.key AND d.level IN ('public', 'members', 'secretariat', wanted.scope)
        LEFT JOIN told_ids t
            ON t.key = wanted.key AND t.level = d.level AND t.lei = wanted.lei AND t.duns = wanted.duns
        WHERE d.told = coalesce(t.told, '')
    ), met AS (
        SELECT key, scope, lei, duns,
            arg_min(os_id, further) FILTER (further = 0 OR (further > 0 AND told IS NULL)) AS os_id,
            arg_min(level, further) FILTER (further = 0 OR (further > 0 AND told IS NULL)) AS level,
            minted(CASE WHEN min(further) < 0 AND NOT bool_or(further = 0) THEN concat_ws('|', key, scope) ELSE key END)
                AS alone
        FROM decided GROUP BY key, scope, lei, duns
    )
    FROM met UNION ALL
    SELECT key, scope, lei, duns, NULL, NULL, minted(key) FROM wanted SEMI JOIN id_keys USING (key)
    ANTI JOIN met USING (key, scope, lei, duns)
"""

_IDENTITY = """
    CREATE OR REPLACE TEMP TABLE identity_exact AS
    SELECT m.list, m.row, m.part,
        CASE
            WHEN m.os_id IS NOT NULL THEN m.os_id
            WHEN k.level = m.scope THEN k.os_id
            WHEN m.key IS NOT NULL THEN coalesce(k.alone, minted(m.key))
            ELSE minted(m.own)
        END AS site,
        CASE WHEN m.os_id IS NOT NULL THEN 'os-id' WHEN m.key IS NOT NULL THEN 'exact-key'
            ELSE 'only-mention' END AS method,
        m.scope
    FROM mentions m LEFT JOIN keyed k
        ON m.os_id IS NULL AND k.key = m.key AND k.scope = m.scope AND k.lei = m.lei AND k.duns = m.duns
    UNION ALL
    SELECT m.list, m.row, m.part, k.os_id, 'exact-key', k.level
    FROM mentions m JOIN keyed k ON k.key = m.key AND k.scope = m.scope AND k.lei = m.lei AND k.duns = m.duns
    WHERE m.os_id IS NULL AND k.level <> m.scope
"""

_MOVED_BEHIND_DOORS = """
    INSERT INTO identity_exact
    SELECT DISTINCT e.list, e.row, e.part, n.now, e.method, n.view
    FROM identity_exact e
    JOIN os_id_now n ON n.os_id = e.site AND closedness(n.view) > closedness(e.scope) AND seen_at(e.scope, n.view)
    JOIN os_id_views v ON v.level = CASE
        WHEN n.view = 'members' OR e.scope LIKE 'owner/%' THEN e.scope ELSE 'members' END
    LEFT JOIN os_id_now below ON below.view = v.view AND below.os_id = e.site
    WHERE n.now <> coalesce(below.now, e.site)
"""

_SITE_ALIASES = """
    CREATE OR REPLACE TEMP TABLE aliases_exact AS
    SELECT DISTINCT alone AS alias, os_id AS site, level AS scope FROM keyed WHERE os_id IS NOT NULL
    UNION
    SELECT minted(key), site, level FROM left_keys
    UNION
    SELECT os_id, now, view FROM os_id_now WHERE fresh
"""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables `identity_exact` (list, row, part, site, method, scope) and `aliases_exact`.

    Needs the views `lists`, `listings` and `os_id_aliases` of `hefboom.graph.tables`. Also makes what
    `hefboom.graph.contested_keys` does.
    """
    connection.execute(MACROS)
    os_id_moves.prepare(connection)
    connection.execute(contested_keys.ID_KEYS)
    connection.execute(_MENTIONS)
    contested_keys.find(connection)
    connection.execute(_DECISIONS)
    connection.execute(_KEYED)
    contested_keys.place(connection)
    for statement in (_IDENTITY, _MOVED_BEHIND_DOORS, _SITE_ALIASES):
        connection.execute(statement)
