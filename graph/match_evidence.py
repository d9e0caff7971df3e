"""The evidence table: one row per distinct claim, with everything the model compares, ready for columnar comparison."""

from __future__ import annotations

import duckdb

from hefboom.graph.match_claims import collect_claims
from hefboom.graph.match_corrections import find_scopes
from hefboom.graph.match_folding import fold_texts
from hefboom.graph.match_known import take_known_weights
from hefboom.graph.match_near import find_near_words
from hefboom.graph.match_numbers import find_numbers
from hefboom.graph.match_towns import find_towns
from hefboom.graph.match_words import (
    add_macros,
    find_zones,
    load_facts,
    split_words,
    weigh_words,
)

LISTS_KEPT = 20
"""Of so many lists that make a claim it is remembered which, to know pairs that one list tells apart.

Only the most open lists of a claim count, so that a closed one says nothing of a pair that others see.
"""
TELLING = 40
"""A second name that weighs less, in tenths of bits, is too common to stand for a site."""
SHARED_POINT = 3
"""A point that this many differently addressed claims share is the middle of a town or estate, not a site."""


def build_evidence(
    connection: duckdb.DuckDBPyConnection,
    listings: str,
    aliases: str | None = None,
    known: str | None = None,
    scopes: str | None = None,
) -> None:
    """Make `m_evidence` (and `m_mention`, `m_claim`, `m_weight`) from a relation shaped as the `listings` table.

    With `known`, the name of a schema that holds the kept tables of an earlier run, claims are numbered on from there,
    and words are spelled, joined and weighed as there. `scopes` names a relation list, scope.
    """
    add_macros(connection)
    load_facts(connection)
    find_scopes(connection, scopes)
    first = 0
    if known is not None:
        row = connection.execute(f"SELECT coalesce(max(claim) + 1, 0) FROM {known}.m_evidence").fetchone()
        first = int(row[0]) if row else 0
    collect_claims(connection, listings, aliases, first)
    fold_texts(connection, known)
    _find_postcodes(connection)
    split_words(connection, known=known)
    find_near_words(connection, known)
    find_zones(connection, known)
    weigh_words(connection, known)
    if known is not None:
        take_known_weights(connection, known)
    find_numbers(connection)
    _find_points(connection, known)
    _gather(connection, known)


def _find_postcodes(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `m_postcode` (claim, pc, area): its own column, else the last of the country's pattern in the address."""
    connection.execute(r"""
        CREATE OR REPLACE TEMP TABLE m_postcode AS
        WITH own AS (
            SELECT c.claim, coalesce(c.country, '') AS country, f.address, p.area::INTEGER AS area,
                   nullif(regexp_replace(lower(c.postcode), '[^a-z0-9]', '', 'g'), '') AS stated
            FROM m_claim c JOIN m_folded f USING (claim)
            LEFT JOIN m_fact_postcodes o ON o.country = c.country
            JOIN m_fact_postcodes p ON p.country = coalesce(o.country, '*')
        ), found AS (
            SELECT claim, country, area,
                   CASE WHEN regexp_matches(stated, '[1-9]') AND len(stated) >= 3 THEN stated END AS stated,
                   m_last(address, country) AS found
            FROM own
        ), codes AS (
            SELECT *, regexp_replace(coalesce(stated, found), '[^a-z0-9]', '', 'g') AS raw FROM found
        ), fixed AS (
            SELECT claim, area, found, CASE WHEN country = 'GB' AND substr(raw, -3, 1) = 'o'
                THEN concat(substr(raw, 1, len(raw) - 3), '0', substr(raw, -2)) ELSE raw END AS pc FROM codes
            WHERE regexp_matches(raw, '[1-9]')
        )
        SELECT claim, found, pc,
               CASE WHEN area < 0 THEN substr(pc, 1, len(pc) + area) ELSE substr(pc, 1, area) END AS area
        FROM fixed
    """)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_folded AS
        SELECT f.* REPLACE (CASE WHEN p.found IS NULL THEN address ELSE replace(address, p.found, ' ') END AS address)
        FROM m_folded f LEFT JOIN m_postcode p USING (claim)
    """)


def _find_points(connection: duckdb.DuckDBPyConnection, known: str | None) -> None:
    """Make `m_point` (claim, lat, lng, precise): a point is precise with 3 decimals or more and few claims on it."""
    before = "" if known is None else f"UNION ALL SELECT NULL, lat, lng FROM {known}.m_evidence WHERE lat IS NOT NULL"
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE m_point AS
        WITH points AS (
            SELECT claim, lat, lng, count(*) OVER (PARTITION BY lat, lng) AS sharing FROM (
                SELECT claim, lat, lng FROM m_claim
                WHERE lat IS NOT NULL AND lng IS NOT NULL AND NOT (lat = 0 AND lng = 0) {before}
            )
        )
        SELECT claim, lat, lng, abs(lat * 100 - round(lat * 100)) > 1e-6 AND sharing <= {SHARED_POINT} AS precise
        FROM points WHERE claim IS NOT NULL
    """)


def _gather(connection: duckdb.DuckDBPyConnection, known: str | None) -> None:
    _weigh_other_names(connection)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_bag AS
        WITH weighed AS (
            SELECT claim, hash, in_name, in_address, w.place, w.weight, near,
                   coalesce(m.weight, w.weight)::BIGINT * 8388608 + coalesce(meant, hash) AS meant
            FROM m_claim_word JOIN m_zone USING (claim) JOIN m_weight w USING (zone, hash) LEFT JOIN m_near USING (hash)
            LEFT JOIN m_weight m ON m.zone = m_zone.zone AND m.hash = meant
        )
        SELECT claim,
               list_sort(list(hash * 256 + weight) FILTER (in_name)) AS n,
               list_concat(list(hash) FILTER (in_name),
                           flatten(list(near) FILTER (in_name AND near IS NOT NULL))) AS nh,
               coalesce(sum(weight) FILTER (in_name), 0)::INTEGER AS nw,
               list_sort(list(hash * 256 + weight) FILTER (in_address)) AS a,
               list_concat(list(hash) FILTER (in_address),
                           flatten(list(near) FILTER (in_address AND near IS NOT NULL))) AS ah,
               coalesce(sum(weight) FILTER (in_address), 0)::INTEGER AS aw,
               list_sort(list(hash * 256 + weight) FILTER (in_name AND (in_address OR place))) AS s,
               list_sort(list(meant) FILTER (in_name), 'DESC')[1:4] AS kn,
               list_sort(list(meant) FILTER (in_address), 'DESC')[1:4] AS ka
        FROM weighed GROUP BY claim
    """)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_strings AS
        WITH names AS (
            SELECT claim, list_sort(list({'position': position, 'word': word})) AS words
            FROM m_word WHERE field = 'n' GROUP BY claim
        )
        SELECT claim, array_to_string(list_sort([x.word for x in words]), ' ') AS core,
               array_to_string([x.word for x in words], '') AS joined FROM names
    """)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_said AS
        WITH words AS (SELECT claim, unnest(name) AS word FROM m_split)
        SELECT claim, string_agg(word, ' ') AS said FROM (SELECT DISTINCT claim, word FROM words WHERE len(word) > 2)
        ANTI JOIN m_fact_words USING (word) ANTI JOIN m_legal_slip USING (word) GROUP BY claim
    """)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_initials AS
        WITH skipped AS (SELECT list(word) AS skip FROM m_fact_words WHERE kind IN ('stop', 'prefix')), kept AS (
            SELECT claim, list_filter(name, lambda x: len(x) > 1 AND x[1] > '9' AND NOT list_contains(skip, x)
                       AND NOT coalesce(list_contains(address, x), false)) AS words
            FROM m_split, skipped WHERE len(name) > 2
        )
        SELECT claim, (hash(array_to_string([x[1] for x in words], '')) >> 41)::INTEGER AS initials
        FROM kept WHERE len(words) BETWEEN 3 AND 6
    """)
    connection.execute(r"""
        CREATE OR REPLACE TEMP TABLE m_house AS
        WITH words AS (SELECT claim, unnest(address) AS word FROM m_split)
        SELECT claim, list_sort(list_distinct(list(m_number_of(word)))) AS numbers
        FROM words WHERE word SIMILAR TO '[0-9]{1,5}' AND word SIMILAR TO '.*[1-9].*'
        GROUP BY claim
    """)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_street AS
        SELECT DISTINCT claim FROM m_word SEMI JOIN m_fact_street_words USING (word) WHERE field = 'a'
    """)
    find_towns(connection, known)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_branch AS
        SELECT DISTINCT claim FROM (SELECT claim, unnest(name) AS word FROM m_split)
        SEMI JOIN (SELECT word FROM m_fact_unit_words WHERE class = 'branch') USING (word)
    """)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE m_listed AS
        WITH placed AS (
            SELECT claim, list, closedness(coalesce(scope, 'public')) AS closed
            FROM m_mention LEFT JOIN m_list_scope USING (list)
        )
        SELECT claim, list_sort(list(DISTINCT (hash(list) >> 41)::INTEGER))[:{LISTS_KEPT}] AS lists
        FROM (SELECT * FROM placed QUALIFY closed = min(closed) OVER (PARTITION BY claim)) GROUP BY claim
    """)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_parts AS
        SELECT claim, list(hash) FILTER (field = 'n') AS names, list(hash) FILTER (field = 'a') AS addresses
        FROM m_part GROUP BY claim
    """)
    connection.execute(rf"""
        CREATE OR REPLACE TABLE m_evidence AS
        SELECT c.claim, c.country, z.zone,
               coalesce(b.n, []) AS n, coalesce(list_concat(b.nh, v.names, q.hashes), []) AS nh,
               coalesce(b.nw, 0) AS nw, least(coalesce(b.nw, 0), CASE WHEN q.bits >= {TELLING} THEN q.bits END) AS nl,
               coalesce(b.a, []) AS a,
               coalesce(list_concat(b.ah, v.addresses), []) AS ah, coalesce(b.aw, 0) AS aw, coalesce(b.s, []) AS s,
               coalesce(list_concat(b.kn[1:1], q.told, b.kn[2:]), []) AS kn, coalesce(b.ka, []) AS ka,
               t.core, t.joined, y.said, i.initials,
               regexp_replace(f.native, '[^a-z0-9]', '', 'g') AS native,
               coalesce(h.numbers, []) AS nums, coalesce(nn.numbers, []) AS nn,
               coalesce(nn.of_units, []) AS nnu,
               coalesce(d.numbers, []) AS doors, o.claim IS NOT NULL AS branch,
               coalesce((SELECT list_sort(list(DISTINCT class || ' ' || number)) FROM m_unit u WHERE u.claim = c.claim),
                        []) AS u,
               p.pc IS NULL AND h.numbers IS NULL AND r.claim IS NULL AS vague,
               x.town, coalesce(x.around, []) AS around, p.pc, p.area,
                g.lat, g.lng, coalesce(g.precise, false) AS precise,
               CASE WHEN c.workers_min = c.workers_max AND c.workers_min > 0 THEN c.workers_min END AS workers,
               c.os_id, c.lei, c.duns,
               list_transform(string_split(m_plain(f.parents), ' '), lambda x: (hash(x) >> 41)::INTEGER) AS parents,
               list_transform(list_concat(coalesce(c.sectors, []), coalesce(c.processes, [])),
                   lambda x: (hash(x) >> 41)::INTEGER) AS kinds,
               c.mentions, w.lists
        FROM m_claim c JOIN m_folded f USING (claim) JOIN m_zone z USING (claim)
        LEFT JOIN m_bag b USING (claim) LEFT JOIN m_strings t USING (claim) LEFT JOIN m_said y USING (claim)
        LEFT JOIN m_initials i USING (claim)
        LEFT JOIN m_house h USING (claim)
        LEFT JOIN m_name_number nn USING (claim) LEFT JOIN m_door d USING (claim) LEFT JOIN m_branch o USING (claim)
        LEFT JOIN m_postcode p USING (claim) LEFT JOIN m_point g USING (claim)
        LEFT JOIN m_parts v USING (claim) LEFT JOIN m_street r USING (claim) LEFT JOIN m_listed w USING (claim)
        LEFT JOIN m_second q USING (claim) LEFT JOIN m_town x USING (claim)
    """)


def _weigh_other_names(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `m_second` (claim, hashes, bits, told): words and weight of a second name, and its two rarest words."""
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_second AS
        SELECT claim, list_concat(list(hash), flatten(list(near) FILTER (near IS NOT NULL))) AS hashes,
               sum(w.weight)::INTEGER AS bits,
               list_sort(list(coalesce(m.weight, w.weight)::BIGINT * 8388608 + coalesce(meant, hash)), 'DESC')[1:2]
                   AS told
        FROM (SELECT DISTINCT claim, hash FROM m_word WHERE field = 'o') JOIN m_zone USING (claim)
        JOIN m_weight w USING (zone, hash) LEFT JOIN m_near USING (hash)
        LEFT JOIN m_weight m ON m.zone = m_zone.zone AND m.hash = meant GROUP BY claim
    """)
