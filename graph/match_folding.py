"""Texts of claims folded: one script, one case, one word for a phrase, letters of a name closed up into words."""

from __future__ import annotations

import duckdb
import polars as pl

from hefboom.graph.match_text import close_up, fold
from hefboom.ontology.terms import fact_table

_BOX = (
    r"\b(?:p\.?\s?o\.?\s?box|post(?:al)? ?box|postbus|postfach|apartado(?: postal)?|boite postale|b\.?p\.?|c\.?s\.?)"
    r"[\s.:#-]*(?:no\.?\s*)?[0-9]+\b"
)
"""A post box is where letters go, not where a site is."""
_OTHER_SCRIPTS = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Arabic}\p{Thai}\p{Cyrillic}\p{Bengali}\p{Devanagari}]+"


def fold_texts(connection: duckdb.DuckDBPyConnection, known: str | None = None) -> None:
    """Make `m_folded` (claim, name, native, address, city, parents): the texts of `m_claim` in lower-case ASCII.

    A name in two scripts is split: what is not Latin goes to the native name. With the schema `known` of an earlier
    run, letters are closed up into its words too.
    """
    connection.execute(rf"""
        CREATE OR REPLACE TEMP TABLE m_folded AS
        WITH texts AS (
            SELECT claim, name, native_name, concat_ws(', ', address, street, city, region) AS address,
                   concat_ws(' ', city, region) AS city, list_aggregate(parent_companies, 'string_agg', ' ') AS parents,
                   NOT regexp_full_match(name, '[\x00-\x7f]*') AND regexp_matches(name, '\p{{Latin}}{{3}}') AS mixed,
                   regexp_matches(name, '\p{{Han}}') AS han
            FROM m_claim
        )
        SELECT claim, CASE WHEN mixed THEN regexp_replace(name, '{_OTHER_SCRIPTS}', ' ', 'g') ELSE name END AS name,
               coalesce(native_name, CASE WHEN regexp_matches(name, '{_OTHER_SCRIPTS}')
                   THEN regexp_replace(name, '[\x00-\x7f]+', ' ', 'g') END) AS native,
               address, nullif(city, '') AS city, parents, coalesce(han AND NOT mixed, false) AS syllables
        FROM texts
    """)
    _fold_columns(connection)
    connection.execute(rf"""
        UPDATE m_folded SET address = regexp_replace(address, '{_BOX}', ' ', 'g')
        WHERE regexp_matches(address, '{_BOX}')
    """)
    _standardise_phrases(connection)
    _close_up_names(connection, known)


def _fold_columns(connection: duckdb.DuckDBPyConnection) -> None:
    """Fold every text column in one pass; only texts beyond ASCII, each once, go through Python."""
    folded, joins = [], ""
    for column in ("name", "native", "address", "city", "parents"):
        foreign = connection.sql(
            rf"SELECT DISTINCT {column} AS text FROM m_folded WHERE NOT regexp_full_match({column}, '[\x00-\x7f]*')"
        ).pl()
        if foreign.is_empty():
            folded.append(f"lower({column}) AS {column}")
            continue
        texts = foreign.with_columns(pl.Series("folded", map(fold, foreign["text"].to_list()), pl.String))
        connection.register("m_rows", texts)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE m_folded_{column} AS SELECT * FROM m_rows")
        connection.unregister("m_rows")
        folded.append(f"coalesce(f_{column}.folded, lower(m.{column})) AS {column}")
        joins += f" LEFT JOIN m_folded_{column} f_{column} ON f_{column}.text = m.{column}"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE m_folded AS SELECT m.* REPLACE ({', '.join(folded)}) FROM m_folded m{joins}"
    )


def _standardise_phrases(connection: duckdb.DuckDBPyConnection) -> None:
    """Write what several words say (`sociedad anonima`, `chi nhanh`) with the one word that stands for it."""
    rows = sorted(fact_table("match_phrases"), key=lambda row: -len(row["phrase"]))
    patterns = {row["phrase"].replace(" ", r"[\s.,-]+"): row["standard"] for row in rows}
    any_of = "|".join(patterns)
    for column in ("name", "address"):
        standard = column
        for pattern, word in patterns.items():
            standard = f"regexp_replace({standard}, '\\b{pattern}\\b', '{word}', 'g')"
        found = connection.sql(
            rf"SELECT DISTINCT {column} AS text FROM m_folded WHERE regexp_matches({column}, '\b(?:{any_of})\b')"
        ).pl()
        if found.is_empty():
            continue
        connection.register("m_rows", found)
        connection.execute(f"""
            CREATE OR REPLACE TEMP TABLE m_folded AS
            WITH standard AS (SELECT text, {standard.replace(column, "text")} AS standard FROM m_rows)
            SELECT f.* REPLACE (coalesce(s.standard, f.{column}) AS {column})
            FROM m_folded f LEFT JOIN standard s ON s.text = f.{column}
        """)
        connection.unregister("m_rows")


def _close_up_names(connection: duckdb.DuckDBPyConnection, known: str | None) -> None:
    """Close up letter-spaced names and Chinese ones, cutting the letters into words that other names use.

    `m_closed` (claim) tells whose name it was.
    """
    spaced = connection.sql(r"""
        SELECT DISTINCT name FROM m_folded
        WHERE syllables OR len(regexp_extract_all(name, '[a-z]+')) >= 5
          AND len(regexp_replace(name, '[^a-z]', '', 'g')) < 2.8 * len(regexp_extract_all(name, '[a-z]+'))
    """).pl()
    connection.register("m_rows", spaced)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_closed AS
        SELECT claim FROM m_folded SEMI JOIN (SELECT name FROM m_rows) USING (name)
    """)
    connection.unregister("m_rows")
    if spaced.is_empty():
        return
    before = "" if known is None else f"UNION ALL SELECT word, n FROM {known}.m_lexicon WHERE written AND word > '9'"
    counts = connection.execute(rf"""
        SELECT word, sum(n)::BIGINT FROM (
            SELECT word, count(*) AS n FROM (
                SELECT unnest(regexp_extract_all(name || ' ' || coalesce(address, ''), '[a-z]{{2,}}')) AS word
                FROM m_folded WHERE NOT syllables AND len(regexp_replace(name, '[^a-z]', '', 'g'))
                    >= 3.2 * len(regexp_extract_all(name, '[a-z]+')))
            GROUP BY word HAVING len(word) > 2 OR n > 2 {before}
        ) ANTI JOIN m_fact_words USING (word) GROUP BY word
        UNION ALL SELECT word, 50 FROM m_fact_words
    """).fetchall()
    words = dict(counts)
    total = sum(words.values()) + 1
    closed = {name: close_up(name, words, total) for name in spaced["name"].to_list()}
    connection.register("m_rows", pl.DataFrame({"name": list(closed), "closed": list(closed.values())}))
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_folded AS
        SELECT f.* REPLACE (coalesce(r.closed, f.name) AS name) FROM m_folded f LEFT JOIN m_rows r USING (name)
    """)
    connection.unregister("m_rows")
