"""The town that an address ends in, and the places that addresses in that town name beside it."""

from __future__ import annotations

import re
from functools import cache

import duckdb
import polars as pl

from hefboom.graph.match_text import fold
from hefboom.ontology.terms import fact_table

BESIDE = 0.05
"""A place that this share of the addresses of a town names is around it: a district, a county, the country."""


def find_towns(connection: duckdb.DuckDBPyConnection, known: str | None) -> None:
    """Make `m_town` (claim, town, around): the last word of an address that is a place, and what lies around it.

    Words for streets, estates and the like (all that have an abbreviation) are no towns, nor are countries, nor is what
    only one or two rows write. `around`
    are other last places that at least two addresses, and a share of `BESIDE`, name with the town; a street called
    after a town does not count. So a county in place of a town, or a town left out, can be told from another town. The
    towns of `known` keep what is around them.
    """
    connection.register("m_rows", pl.DataFrame({"word": country_words()}))
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_place AS
        SELECT claim, zone, hash, position FROM m_word JOIN m_zone USING (claim) JOIN m_weight USING (zone, hash)
        ANTI JOIN m_rows USING (word) ANTI JOIN m_fact_street_words USING (word)
        ANTI JOIN (SELECT standard AS word FROM m_fact_abbreviations UNION ALL FROM m_general_slip) USING (word)
        SEMI JOIN (SELECT word FROM m_lexicon WHERE n >= 3) USING (word)
        WHERE field = 'a' AND place AND len(word) > 2
    """)
    connection.unregister("m_rows")
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_last_place AS
        SELECT claim, any_value(zone) AS zone, arg_max(hash, position) AS town FROM m_place GROUP BY claim
    """)
    before = "SELECT NULL::VARCHAR AS zone, NULL::INTEGER AS town, NULL::INTEGER[] AS around WHERE false"
    if known is not None:
        before = f"SELECT zone, town, any_value(around) AS around FROM {known}.m_evidence GROUP BY zone, town"
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE m_town AS
        WITH towns AS (SELECT DISTINCT zone, town FROM m_last_place), streets AS (
            SELECT claim, position - 2 AS position FROM m_word SEMI JOIN m_fact_street_words USING (word)
            WHERE field = 'a'
        ), named AS (
            SELECT DISTINCT claim, zone, hash AS town FROM m_place ANTI JOIN streets USING (claim, position)
            SEMI JOIN towns ON towns.zone = m_place.zone AND towns.town = m_place.hash
        ), sizes AS (SELECT zone, town, count(*) AS size FROM named GROUP BY ALL), beside AS (
            SELECT zone, a.town, b.town AS other, count(*) AS n FROM named a JOIN named b USING (claim, zone)
            WHERE a.town <> b.town GROUP BY ALL
        ), counted AS (
            SELECT zone, town, list_sort(list(other)) AS around FROM beside JOIN sizes USING (zone, town)
            WHERE n >= 2 AND n >= {BESIDE} * size GROUP BY ALL
        )
        SELECT claim, town, coalesce(k.around, c.around) AS around FROM m_last_place
        LEFT JOIN counted c USING (zone, town) LEFT JOIN ({before}) k USING (zone, town)
    """)


@cache
def country_words() -> list[str]:
    """Words of the names of countries, folded: an address that ends in one does not name its town there."""
    names = [row[column] for row in fact_table("countries") for column in ("label_en", "label_nl")]
    names += [row["name"] for row in fact_table("country_names")]
    return sorted({word for name in names for word in re.findall("[a-z]+", fold(name))})
