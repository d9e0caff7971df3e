"""Blocking: which pairs of claims are worth comparing, found through shared rare words and numbers, near-linearly."""

from __future__ import annotations

import duckdb

from hefboom.graph.match_engines import define_for_duckdb
from hefboom.graph.match_known import known_sizes

MANY_CLAIMS = 50_000
"""From here on blocks are kept smaller and one shared key is not enough, so that the work grows with the claims."""
LARGEST_BLOCK, LARGEST_OF_MANY = 30, 16
"""A key that more claims share says too little; rarer combinations of the same words stand in for it."""
TELLING_BLOCK = 3
"""Of many claims, a pair that shares a single key is kept only when at most this many claims have the key."""

FINE_NAME, FINE_ALIKE = 0.6, 0.88
"""Of many claims, a pair found by a fine key alone needs so much of the shorter name, or names so alike in spelling."""
FINE_PARTS = 4
"""Fine keys are taken in so many parts, to bound memory."""

_WORD = (1 << 23) - 1
_SLACK = 90
"""Words (weights in tenths of bits) rarer together than one claim in so many tenths of bits under the zone's size."""


def find_candidates(connection: duckdb.DuckDBPyConnection, known: str | None = None) -> None:
    """Make `m_candidate` (l, r): pairs of claims, l < r, that share at least one blocking key.

    With `known`, a schema with an earlier run's `m_key`, only pairs with at least one new claim are made.
    """
    _make_keys(connection, known)
    if known is None:
        connection.execute("CREATE OR REPLACE TEMP VIEW m_all_key AS SELECT claim, key, true AS fresh FROM m_key")
    else:
        connection.execute(f"""
            CREATE OR REPLACE TEMP VIEW m_all_key AS
            SELECT claim, key, true AS fresh FROM m_key
            UNION ALL SELECT claim, key, false FROM {known}.m_key SEMI JOIN m_key USING (key)
        """)
    claims = _count(connection, "m_evidence") + (0 if known is None else _count(connection, f"{known}.m_evidence"))
    many = claims > MANY_CLAIMS
    largest = LARGEST_OF_MANY if many else LARGEST_BLOCK
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE m_block AS
        SELECT list(claim * 2 + fresh::INT) AS claims FROM m_all_key
        GROUP BY key HAVING count(*) BETWEEN 2 AND {largest} AND bool_or(fresh)
    """)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE m_candidate AS
        WITH lefts AS (SELECT unnest(claims) AS l, claims FROM m_block),
             pairs AS (SELECT l, unnest(claims) AS r, len(claims) AS size FROM lefts)
        SELECT l >> 1 AS l, r >> 1 AS r FROM pairs WHERE l < r AND (l & 1 = 1 OR r & 1 = 1)
        GROUP BY ALL HAVING count(*) > 1 OR min(size) <= {TELLING_BLOCK if many else largest}
    """)
    connection.execute("DROP TABLE m_block")
    if many:
        _add_fine_pairs(connection, known)


def _add_fine_pairs(connection: duckdb.DuckDBPyConnection, known: str | None) -> None:
    """Add pairs of claims that share a word of the name and two details of the address, when the names agree too.

    Among many claims two shared words make blocks past the limit: all of a street, all branches of a company. Three
    make small blocks, and a misspelt word leaves others. Such blocks also hold neighbours in one trade; those go at
    once, before the costly comparison.
    """
    _make_fine_keys(connection, "m_evidence", "m_fine")
    source = "SELECT claim, key, true AS fresh FROM m_fine"
    evidence = "(FROM m_evidence)"
    if known is not None:
        _make_fine_keys(connection, f"{known}.m_evidence", "m_fine_known")
        source += " UNION ALL SELECT claim, key, false FROM m_fine_known SEMI JOIN m_fine USING (key)"
        evidence = f"(SELECT {_COMPARED} FROM m_evidence UNION ALL SELECT {_COMPARED} FROM {known}.m_evidence)"
    define_for_duckdb(connection)
    for part in range(FINE_PARTS):
        connection.execute(f"""
            INSERT INTO m_candidate
            WITH blocks AS (
                SELECT list(claim * 2 + fresh::INT) AS claims FROM ({source})
                WHERE key % {FINE_PARTS} = {part} GROUP BY key
                HAVING count(*) BETWEEN 2 AND {LARGEST_OF_MANY} AND bool_or(fresh)
            ), lefts AS (SELECT unnest(claims) AS l, claims FROM blocks), pairs AS (
                SELECT DISTINCT l >> 1 AS l, r >> 1 AS r FROM (SELECT l, unnest(claims) AS r FROM lefts)
                WHERE l < r AND (l & 1 = 1 OR r & 1 = 1)
            )
            SELECT p.l, p.r FROM (FROM pairs ANTI JOIN m_candidate USING (l, r)) p
            JOIN {evidence} a ON a.claim = p.l JOIN {evidence} b ON b.claim = p.r
            WHERE greatest(m_shared(a.n, b.nh), m_shared(b.n, a.nh)) >= {FINE_NAME} * least(a.nw, b.nw)
                OR m_alike(a.joined, b.joined) >= {FINE_ALIKE}
        """)


_COMPARED = "claim, n, nh, nw, joined"


def _make_fine_keys(connection: duckdb.DuckDBPyConnection, evidence: str, table: str) -> None:
    """Make `table` (claim, key): a telling word of the name with two of the address, or with one and a number there."""
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {table} AS
        WITH words AS (
            SELECT claim, zone, [x & {_WORD} for x in kn[1:2]] AS kn, [x & {_WORD} for x in ka] AS ka,
                   list_sort(nums, 'DESC')[1:2] AS houses FROM {evidence}
        ), name AS (SELECT claim, zone, unnest(kn) AS w, ka, houses FROM words),
        crossed AS (SELECT *, unnest(ka) AS a FROM name)
        SELECT claim, hash('t', zone, w, a, b) AS key FROM (SELECT *, unnest(ka) AS b FROM crossed)
        WHERE a < b AND a <> w AND b <> w
        UNION ALL SELECT claim, hash('u', zone, w, a, h) FROM (SELECT *, unnest(houses) AS h FROM crossed) WHERE a <> w
        UNION ALL SELECT claim, hash('v', zone, least(kn[1], kn[2]), greatest(kn[1], kn[2]), a)
            FROM (SELECT *, unnest(ka) AS a FROM words WHERE len(kn) > 1)
    """)


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def _make_keys(connection: duckdb.DuckDBPyConnection, known: str | None) -> None:
    """Make `m_key` (claim, key): hashes of what a claim can be found by, the too common combinations left out."""
    connection.execute(f"""
        CREATE OR REPLACE TABLE m_key AS
        WITH sizes AS (
            SELECT zone, log2(count(*)) * 10 AS bits FROM (SELECT zone FROM m_evidence {known_sizes(known)})
            GROUP BY zone
        ),
        words AS (
            SELECT e.*, bits, list_distinct(list_concat(kn[1:3], ka)) AS k,
                   list_distinct(list_concat(kn[1:2], ka[1:3])) AS few,
                   list_sort(nums, 'DESC')[1:2] AS houses
            FROM m_evidence e JOIN sizes USING (zone)
        ),
        one AS (SELECT claim, zone, bits, k, unnest(k) AS w FROM words),
        few AS (SELECT claim, zone, pc, houses, unnest(few) AS w FROM words),
        two AS (SELECT claim, zone, bits, w, unnest(k) AS v FROM one),
        keys AS (
            SELECT claim, hash('w', zone, w & {_WORD}) AS key FROM one WHERE (w >> 23) > bits - {_SLACK}
            UNION ALL SELECT claim, hash('2', zone, least(w & {_WORD}, v & {_WORD}), greatest(w & {_WORD}, v & {_WORD}))
                FROM two WHERE (w & {_WORD}) < (v & {_WORD}) AND (w >> 23) + (v >> 23) > bits - {_SLACK}
            UNION ALL SELECT claim, hash('h', zone, w & {_WORD}, h) FROM (SELECT *, unnest(houses) AS h FROM few)
            UNION ALL SELECT claim, hash('pw', zone, pc, w & {_WORD}) FROM few WHERE pc IS NOT NULL
            UNION ALL SELECT claim, hash('ph', zone, pc, h)
                FROM (SELECT claim, zone, pc, unnest(houses) AS h FROM words WHERE pc IS NOT NULL)
            UNION ALL SELECT claim, hash('p', zone, pc) FROM words WHERE pc IS NOT NULL
            UNION ALL SELECT claim, hash('jp', zone, joined[1:4], p & {_WORD})
                FROM (SELECT claim, zone, joined, unnest(ka) AS p FROM words) WHERE len(joined) >= 4
            UNION ALL SELECT claim, hash('ww', zone, workers, p & {_WORD})
                FROM (SELECT claim, zone, workers, unnest(ka) AS p FROM words) WHERE workers >= 20
            UNION ALL SELECT claim, hash('wz', zone, workers) FROM words WHERE workers >= 100
            UNION ALL SELECT claim, hash('j', zone, joined[1:6]) FROM words WHERE len(joined) >= 6
            UNION ALL SELECT claim, hash('k', zone, joined) FROM words WHERE len(joined) >= 3
            UNION ALL SELECT claim, hash('f', joined, ka[1] & {_WORD}) FROM words WHERE len(joined) >= 5
            UNION ALL SELECT claim, hash('x', native) FROM words WHERE len(native) >= 4
            UNION ALL SELECT claim, hash('o', os_id) FROM words WHERE os_id IS NOT NULL
            UNION ALL SELECT claim, hash('d', duns) FROM words WHERE duns IS NOT NULL
            UNION ALL SELECT claim, hash('l', lei) FROM words WHERE lei IS NOT NULL
            UNION ALL SELECT claim, hash('g', floor(lat * 200), floor(lng * 200)) FROM words WHERE precise
            UNION ALL SELECT claim, hash('g2', floor(lat * 200 + 0.5), floor(lng * 200 + 0.5)) FROM words WHERE precise
        )
        SELECT claim, key FROM keys
    """)
