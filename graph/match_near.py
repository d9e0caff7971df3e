"""Words one letter apart: which rare word is a slip for which commoner one."""

from __future__ import annotations

import duckdb

from hefboom.graph.match_known import take_known_lexicon, take_known_near

RARE = 5
"""A word that more mentions use is taken as meant, not as a slip for another word."""
RAREST = 2
"""The same of a word with another first letter, for there many words are one letter apart by chance."""


def find_near_words(connection: duckdb.DuckDBPyConnection, known: str | None = None) -> None:
    """Make `m_near` (hash, near, meant): for rare words of 5 letters or more, at most 6 commoner ones one letter away.

    `meant` is the commonest of them.

    Two words one letter apart (one left out, added, changed, or two swapped) become equal when each leaves out at
    most one letter, so equal remainders find them without comparing all words. The first letter may be lost or added,
    not changed, when no other word is spelled like the rare one: `fabrics` and `abrics` are one word, `hanson` and
    `janson` two.

    `m_lexicon` (word, hash, n, written) has all words; `written` not those that are only in letter-spaced names, closed
    up. With `known` it has the words there too; a new word is near a rarer known one as well, since that one is not
    made anew, and a known word means what it meant.
    """
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_lexicon AS
        SELECT word, any_value(hash) AS hash, count(*) AS n, bool_or(field <> 'n' OR c.claim IS NULL) AS written
        FROM m_word LEFT JOIN m_closed c USING (claim) GROUP BY word
    """)
    connection.execute("CREATE OR REPLACE TEMP TABLE m_asking AS SELECT word, false AS old FROM m_lexicon")
    if known is not None:
        take_known_lexicon(connection, known)
    among = "" if known is None else "SEMI JOIN asked USING (remainder)"
    connection.execute(f"""
        CREATE OR REPLACE TEMP MACRO slip(a, b) AS
        CASE WHEN a.word[1] = b.word[1] THEN a.n <= {RARE}
             ELSE a.n <= {RAREST} AND a.alone AND len(a.word) <> len(b.word) AND len(a.word) + len(b.word) > 10 END
    """)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE m_near AS
        WITH words AS (
            SELECT word, hash, n, old IS NOT NULL AS fresh, coalesce(old, true) AS old,
                   count(*) OVER (PARTITION BY hash) = 1 AS alone
            FROM m_lexicon l LEFT JOIN m_asking USING (word) WHERE len(word) BETWEEN 5 AND 20
        ), remainders AS (
            SELECT *, hash(word) AS remainder FROM words
            UNION ALL
            SELECT * EXCLUDE (i), hash(concat(substr(word, 1, i - 1), substr(word, i + 1)))
            FROM (SELECT *, unnest(range(1, len(word) + 1)) AS i FROM words)
        ), asked AS (
            SELECT DISTINCT remainder FROM remainders WHERE fresh AND (n <= {RARE} OR NOT old)
        ), small AS (
            SELECT remainder, list({{'word': word, 'hash': hash, 'n': n, 'fresh': fresh, 'old': old, 'alone': alone}})
                AS words FROM remainders {among} GROUP BY remainder HAVING count(*) BETWEEN 2 AND 20
        ), pairs AS (
            SELECT DISTINCT a.word, a.hash, b.hash AS other, b.n AS others
            FROM (SELECT unnest(words) AS a, words FROM small), unnest(words) AS t(b)
            WHERE a.fresh AND a.hash <> b.hash AND damerau_levenshtein(a.word, b.word) = 1 AND (
                ((a.n < b.n OR (a.n = b.n AND a.word > b.word)) AND slip(a, b))
                OR (NOT a.old AND b.old AND (b.n < a.n OR (b.n = a.n AND b.word > a.word)) AND slip(b, a))
            )
        )
        SELECT hash, list(other ORDER BY others DESC, other)[1:6] AS near, near[1] AS meant
        FROM (SELECT DISTINCT hash, other, others FROM pairs) GROUP BY hash
    """)
    if known is not None:
        take_known_near(connection, known)
