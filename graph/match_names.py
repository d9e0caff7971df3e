"""Other names that a name tells of: former names (`formerly`, `ex`, `voorheen`) and trading names (`T/A`, `dba`)."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from hefboom.ontology.terms import fact_table

_MORE = r"(?:\s+(?:known|named|called|as|name|is|was))*"
_GAP = r"""[\s:;.,"'-]+"""
_INSIDE = r"((?:[^()\[\]]|\([^()]*\))+)"


def find_other_names(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `m_other_name` (claim, name, other): folded names that tell of a second one, cut into the two.

    `name` is the one in use: what stands before a former name or another one, and a trading name itself.
    """
    rows = fact_table("match_other_names")
    every = _alternatives(row["phrase"] for row in rows)
    plain = _alternatives(row["phrase"] for row in rows if not row["bracketed"])
    trade = _alternatives(row["phrase"] for row in rows if row["kind"] == "trade")
    bracket = rf"[(\[]\s*(?:{every})\b{_MORE}{_GAP}{_INSIDE}[)\]]?"
    running = rf"^(.*[a-z]{{2}}.*?)[\s.,;:/-]+\(?(?:{plain})\b{_MORE}{_GAP}(.*[a-z]{{2}}.*)$"
    connection.execute(rf"""
        CREATE OR REPLACE TEMP TABLE m_other_name AS
        WITH telling AS (
            SELECT claim, name AS text, regexp_matches(name, '\b(?:{trade})\b') AS trade,
                   regexp_extract(name, '{_quoted(bracket)}', 1) AS inside
            FROM m_folded WHERE regexp_matches(name, '\b(?:{every})\b')
        ), cut AS (
            SELECT claim, trade,
                   CASE WHEN inside <> '' THEN regexp_replace(text, '{_quoted(bracket)}', ' ')
                        ELSE regexp_extract(text, '{_quoted(running)}', 1) END AS before,
                   CASE WHEN inside <> '' THEN inside ELSE regexp_extract(text, '{_quoted(running)}', 2) END AS after
            FROM telling
        )
        SELECT claim, CASE WHEN trade THEN after ELSE before END AS name,
               CASE WHEN trade THEN before ELSE after END AS other
        FROM cut WHERE regexp_matches(before, '[a-z]{{2}}') AND regexp_matches(after, '[a-z]{{2}}')
    """)


def _alternatives(phrases: Iterable[str]) -> str:
    """The phrases as a pattern, longest first; a stroke may be a dot, a blank more or a line."""
    longest = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "|".join(phrase.replace("/", r"[./]").replace(" ", r"[\s-]+") for phrase in longest)


def _quoted(pattern: str) -> str:
    return pattern.replace("'", "''")
