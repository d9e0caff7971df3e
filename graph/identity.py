"""Exact identity: which listings are about one site, and who may know it.

Listings meet by OS ID (replaced ids followed) and by an exact key of name without legal form, address and country. A
key never joins two OS IDs. A listing without address meets no other, except that one table of supply relationships
means one site by one name and country. Nothing here depends on the order in which lists were loaded.

A decision uses only what its audience may see. Where a more closed list brings two sites together, the listing keeps
its site in its own scope, and refers to the joint site, with the old one marked as replaced, in the closed scope only.
"""

from __future__ import annotations

import duckdb

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

_ALIASES = """
    CREATE OR REPLACE TEMP TABLE os_id_now AS
    WITH RECURSIVE step AS (
        SELECT DISTINCT old_os_id, new_os_id FROM os_id_aliases
        WHERE old_os_id <> new_os_id AND list IN (SELECT list FROM lists WHERE status <> 'retracted')
    ), chain(old_os_id, new_os_id, hops) AS (
        SELECT old_os_id, new_os_id, 1 FROM step
        UNION
        SELECT chain.old_os_id, step.new_os_id, hops + 1
        FROM chain JOIN step ON chain.new_os_id = step.old_os_id WHERE hops < 20
    )
    SELECT old_os_id, arg_max(new_os_id, (hops, new_os_id)) AS new_os_id
    FROM chain WHERE old_os_id <> new_os_id GROUP BY old_os_id
"""

_MENTIONS = """
    CREATE OR REPLACE TEMP TABLE mentions AS
    WITH told AS (
        SELECT list, row, part, os_id, name_key, address_key, country, part AS told_as, source_text
        FROM listings WHERE same_as_row IS NULL
        UNION ALL
        SELECT l.list, l.row, l.part, t.os_id, t.name_key, t.address_key, t.country, 'site', t.source_text
        FROM listings l JOIN listings t ON t.list = l.list AND t.row = l.same_as_row AND t.part = 'site'
        WHERE l.same_as_row IS NOT NULL
    )
    SELECT told.list, told.row, told.part, coalesce(now.new_os_id, told.os_id) AS os_id,
        CASE WHEN name_key <> '' AND address_key <> '' AND country IS NOT NULL
            THEN concat_ws('|', name_key, address_key, country) END AS key,
        CASE WHEN told.os_id IS NOT NULL THEN NULL
            WHEN told_as <> 'site' AND name_key <> '' THEN concat_ws('|', lists.contributor, 'chain', name_key, country)
            ELSE concat_ws('|', lists.contributor, told_as, source_text) END AS own,
        lists.scope
    FROM told
    JOIN lists USING (list)
    LEFT JOIN os_id_now now ON now.old_os_id = told.os_id
    WHERE lists.status <> 'retracted'
"""

_DECISIONS = """
    CREATE OR REPLACE TEMP TABLE key_decisions AS
    WITH known AS (
        SELECT DISTINCT key, os_id, scope FROM mentions WHERE key IS NOT NULL AND os_id IS NOT NULL
    ), scopes AS (
        SELECT scope FROM lists UNION SELECT unnest(['public', 'members', 'secretariat'])
    ), visible AS (
        SELECT level.scope AS level, seen.scope FROM scopes level, scopes seen
        WHERE level.scope = 'secretariat' OR seen.scope IN ('public', 'members', level.scope)
            AND closedness(seen.scope) <= closedness(level.scope)
    )
    SELECT key, level, min(os_id) AS os_id
    FROM known JOIN visible USING (scope) GROUP BY key, level HAVING count(DISTINCT os_id) = 1
"""

_KEYED = """
    CREATE OR REPLACE TEMP TABLE keyed AS
    WITH wanted AS (
        SELECT DISTINCT key, scope FROM mentions WHERE key IS NOT NULL AND os_id IS NULL
    )
    SELECT wanted.key, wanted.scope,
        arg_min(d.os_id, closedness(d.level)) AS os_id, arg_min(d.level, closedness(d.level)) AS level
    FROM wanted JOIN key_decisions d
        ON d.key = wanted.key AND d.level IN ('public', 'members', 'secretariat', wanted.scope)
    GROUP BY wanted.key, wanted.scope
"""

_IDENTITY = """
    CREATE OR REPLACE TEMP TABLE identity_exact AS
    SELECT m.list, m.row, m.part,
        CASE
            WHEN m.os_id IS NOT NULL THEN m.os_id
            WHEN k.os_id IS NOT NULL AND closedness(k.level) <= closedness(m.scope) THEN k.os_id
            WHEN m.key IS NOT NULL THEN minted(m.key)
            ELSE minted(m.own)
        END AS site,
        CASE WHEN m.os_id IS NOT NULL THEN 'os-id' WHEN m.key IS NOT NULL THEN 'exact-key'
            ELSE 'only-mention' END AS method,
        m.scope
    FROM mentions m LEFT JOIN keyed k ON m.os_id IS NULL AND k.key = m.key AND k.scope = m.scope
    UNION ALL
    SELECT m.list, m.row, m.part, k.os_id, 'exact-key', k.level
    FROM mentions m JOIN keyed k ON k.key = m.key AND k.scope = m.scope
    WHERE m.os_id IS NULL AND closedness(k.level) > closedness(m.scope)
"""

_SITE_ALIASES = """
    CREATE OR REPLACE TEMP TABLE aliases_exact AS
    SELECT DISTINCT minted(key) AS alias, os_id AS site,
        CASE WHEN closedness(level) > closedness(scope) THEN level ELSE scope END AS scope
    FROM keyed
    UNION
    SELECT DISTINCT old_os_id, new_os_id, 'public' FROM os_id_now
"""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables `identity_exact` (list, row, part, site, method, scope) and `aliases_exact`.

    Needs the views `lists`, `listings` and `os_id_aliases` of `hefboom.graph.tables`.
    """
    for statement in (MACROS, _ALIASES, _MENTIONS, _DECISIONS, _KEYED, _IDENTITY, _SITE_ALIASES):
        connection.execute(statement)
