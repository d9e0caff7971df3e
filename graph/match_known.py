"""What an earlier run knew of words, for new rows that are compared with its claims: counts, spaces, countries.

Known claims are not made anew. So the new rows follow them where both could be written one way or another, and words
are counted over both, that an incremental run finds what a run over all rows would find.
"""

from __future__ import annotations

import duckdb


def take_known_vocabulary(connection: duckdb.DuckDBPyConnection, known: str) -> None:
    """Add known words to `m_vocabulary`, and make `m_unknown` (word) of the words that only new rows have."""
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE m_unknown AS
        SELECT word FROM m_vocabulary ANTI JOIN {known}.m_lexicon USING (word)
        ANTI JOIN m_fact_words USING (word) ANTI JOIN m_fact_abbreviations USING (word)
    """)
    connection.execute(f"""
        INSERT INTO m_vocabulary
        SELECT word, n FROM {known}.m_lexicon ANTI JOIN m_vocabulary USING (word) WHERE len(word) >= 5
    """)


def take_known_spaces(connection: duckdb.DuckDBPyConnection, known: str) -> None:
    """Bring `m_apart` (whole, a, b) in line with known claims: a word that they write as two is two, as one is one."""
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE m_apart AS
        WITH kept AS (
            FROM m_apart ANTI JOIN (SELECT word AS whole FROM {known}.m_lexicon UNION SELECT whole FROM {known}.m_apart)
                USING (whole)
            UNION ALL SELECT whole, a, b FROM {known}.m_apart
        ), neighbours AS (
            SELECT unnest(list_zip(name[:-2], name[2:])) AS two FROM {known}.m_spelling WHERE len(name) > 1
        ), written AS (
            SELECT two[1] || two[2] AS whole, two[1] AS a, two[2] AS b, count(*) AS pairs FROM neighbours
            WHERE len(two[1]) > 1 AND len(two[2]) > 1 AND two[1] || two[2] IN (SELECT word FROM m_unknown) GROUP BY ALL
        )
        FROM kept UNION ALL
        SELECT whole, arg_max(a, (pairs, a)), arg_max(b, (pairs, a)) FROM written ANTI JOIN kept USING (whole)
        GROUP BY whole
    """)


def take_known_lexicon(connection: duckdb.DuckDBPyConnection, known: str) -> None:
    """Add the known words to `m_lexicon`; make `m_asking` (word, old) of the new rows' words, old where known too."""
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE m_asking AS
        SELECT word, k.word IS NOT NULL AS old FROM m_lexicon LEFT JOIN {known}.m_lexicon k USING (word)
    """)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE m_lexicon AS
        SELECT word, any_value(hash) AS hash, sum(n)::BIGINT AS n, bool_or(written) AS written
        FROM (FROM m_lexicon UNION ALL BY NAME FROM {known}.m_lexicon) GROUP BY word
    """)


def take_known_near(connection: duckdb.DuckDBPyConnection, known: str) -> None:
    """Add to `m_near` what known words are near; these mean what they meant, so that both runs block them alike."""
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE m_near AS
        SELECT hash, list_distinct(list_concat(k.near, n.near))[1:6] AS near,
               CASE WHEN old.hash IS NULL THEN n.meant ELSE k.meant END AS meant
        FROM m_near n FULL JOIN {known}.m_near k USING (hash)
        LEFT JOIN (SELECT DISTINCT hash FROM {known}.m_lexicon) old USING (hash)
    """)


def known_sizes(known: str | None) -> str:
    """SQL that adds a row (zone) for each known claim."""
    return "" if known is None else f"UNION ALL SELECT zone FROM {known}.m_evidence"


def known_counts(known: str | None) -> str:
    """SQL that adds how often known claims have a word (hash, n, n_address, n_name)."""
    return "" if known is None else f"UNION ALL SELECT hash, n, 0, 0 FROM {known}.m_lexicon"


def known_use(known: str | None, prior: int) -> str:
    """SQL that adds in how many known claims of each zone a word is (hash, zone, n), as its weight there tells."""
    if known is None:
        return ""
    return f"""
        UNION ALL SELECT hash, zone, (size + {prior}) * power(2, -weight / 10.0)
        FROM {known}.m_weight SEMI JOIN blank USING (hash)
        JOIN (SELECT zone, count(*) AS size FROM {known}.m_evidence GROUP BY zone) USING (zone) WHERE zone <> ''
    """


def take_known_weights(connection: duckdb.DuckDBPyConnection, known: str) -> None:
    """Let known words weigh in `m_weight` what they weighed, and be words of places where they were; add all meant."""
    connection.execute(f"""
        CREATE OR REPLACE TABLE m_weight AS
        SELECT zone, hash, coalesce(k.weight, w.weight) AS weight, coalesce(k.place, p.place, w.place) AS place
        FROM m_weight w LEFT JOIN {known}.m_weight k USING (zone, hash)
        LEFT JOIN (SELECT hash, bool_or(place) AS place FROM {known}.m_weight GROUP BY hash) p USING (hash)
        UNION ALL SELECT zone, hash, weight, place FROM {known}.m_weight
        SEMI JOIN (SELECT meant AS hash FROM m_near) USING (hash) ANTI JOIN m_weight USING (zone, hash)
    """)
