"""Distinct claims: listings that say the same become one claim, so that a site on a hundred lists costs one row."""

from __future__ import annotations

import duckdb

TEXT = ("name", "native_name", "address", "street", "city", "region", "postcode", "country", "os_id", "lei", "duns")
FIGURES = ("lat", "lng", "workers_min", "workers_max")
LISTS = ("sectors", "processes", "parent_companies")


def collect_claims(
    connection: duckdb.DuckDBPyConnection, listings: str, aliases: str | None = None, first: int = 0
) -> None:
    """Make the tables `m_claim` (one row per distinct claim) and `m_mention` (list, row, part, claim).

    `listings` names a table, view or subquery with the columns of the `listings` table; `aliases` one with the columns
    `old_os_id` and `new_os_id`, followed to their end. Claims are numbered from `first`, in the order of their first
    mention by list, row and part, so the same listings always get the same numbers.
    """
    _follow_aliases(connection, aliases)
    texts = ", ".join(f"nullif(trim({column}), '') AS {column}" for column in TEXT if column != "os_id")
    same = ", ".join((*TEXT, *FIGURES, *LISTS))
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE m_listing AS
        SELECT list, row, part, {texts}, coalesce(o.new_os_id, nullif(trim(os_id), '')) AS os_id,
               {", ".join((*FIGURES, *LISTS))}
        FROM {listings} AS l LEFT JOIN m_os_alias o ON o.old_os_id = trim(l.os_id)
    """)
    connection.execute(f"""
        CREATE OR REPLACE TABLE m_claim AS
        SELECT {first} + row_number() OVER (ORDER BY first_mention) - 1 AS claim, * EXCLUDE (first_mention)
        FROM (SELECT {same}, min((list, row, part)) AS first_mention, count(*) AS mentions
              FROM m_listing GROUP BY ALL)
    """)
    joined = " AND ".join(f"l.{column} IS NOT DISTINCT FROM c.{column}" for column in (*TEXT, *FIGURES, *LISTS))
    connection.execute(f"""
        CREATE OR REPLACE TABLE m_mention AS
        SELECT l.list, l.row, l.part, c.claim FROM m_listing l JOIN m_claim c ON {joined}
    """)
    connection.execute("DROP TABLE m_listing")


def _follow_aliases(connection: duckdb.DuckDBPyConnection, aliases: str | None) -> None:
    if aliases is None:
        connection.execute("CREATE OR REPLACE TEMP TABLE m_os_alias (old_os_id VARCHAR, new_os_id VARCHAR)")
        return
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE m_os_alias AS
        WITH RECURSIVE chain(old_os_id, new_os_id, depth) AS (
            SELECT DISTINCT old_os_id, new_os_id, 1 FROM {aliases} WHERE old_os_id <> new_os_id
            UNION
            SELECT c.old_os_id, a.new_os_id, c.depth + 1
            FROM chain c JOIN {aliases} a ON a.old_os_id = c.new_os_id WHERE c.depth < 20
        )
        SELECT old_os_id, max_by(new_os_id, (depth, new_os_id)) AS new_os_id FROM chain GROUP BY old_os_id
    """)
