"""From the pairs of claims that the model judged to statements on listings, in line with decisions and joined sites."""

from __future__ import annotations

import datetime
from pathlib import Path

import duckdb

from hefboom.graph import joins
from hefboom.graph.match_corrections import first_mentions
from hefboom.graph.tables import columns, write_parquet

_MENTION_DECISIONS = """
    CREATE OR REPLACE TEMP TABLE mention_decisions AS
    WITH decided AS (
        SELECT left_site AS site FROM decisions_now UNION SELECT right_site FROM decisions_now
    ), texts AS (
        SELECT e.site, min((l.list, l.row, l.part)) AS told
        FROM listings l JOIN exact_sites e USING (list, row, part) SEMI JOIN decided ON decided.site = e.site
        GROUP BY e.site, l.name, l.native_name, l.address, l.city, l.postcode, l.country, l.os_id, l.lat, l.lng,
            l.workers_min, l.workers_max
    )
    SELECT a.told[1] AS left_list, a.told[2] AS left_row, a.told[3] AS left_part,
        b.told[1] AS right_list, b.told[2] AS right_row, b.told[3] AS right_part, d.decision, d.number
    FROM decisions_now d JOIN texts a ON a.site = d.left_site JOIN texts b ON b.site = d.right_site
"""

_PAIR = "left_list, left_row, left_part, right_list, right_row, right_part"


def _without_which_id(language: str) -> str:
    told = f"(SELECT '; ' || {language} FROM m_fact_reasons WHERE key = 'conflict.which_id')"
    return f"replace(m.reasons_{language}, {told}, '') AS reasons_{language}"


def _with_which_id(language: str) -> str:
    text = f"replace(replace(m.reasons_{language}, c.{language} || '; ', ''), '; ' || o.{language}, '')"
    return f"""reasons_{language} = {text} || CASE WHEN list_has_any(m.conflicts, ['lei', 'duns']) THEN ''
            ELSE '; ' || t.{language} END"""


# Rows that say the same have one site by exact identity, unless a field of the exact key is blank: then their site is
# joined here, but only where they give an address.
_JUDGED = """
    CREATE OR REPLACE TEMP TABLE judged_pairs AS
    WITH repeated AS (
        SELECT p.*, a.site AS left_site FROM m_pair p
        JOIN exact_sites a ON a.list = p.left_list AND a.row = p.left_row AND a.part = p.left_part
        JOIN listings l ON l.list = p.left_list AND l.row = p.left_row AND l.part = p.left_part
        WHERE p.method = 'same-text' AND len(concat(l.address, l.street, l.city)) > 5
    ), apart AS (
        SELECT r.* EXCLUDE (left_site), left_site <> b.site AS differ FROM repeated r
        JOIN exact_sites b ON b.list = r.right_list AND b.row = r.right_row AND b.part = r.right_part
    )
    SELECT * FROM m_pair WHERE method <> 'same-text'
    UNION ALL SELECT * EXCLUDE (differ) FROM apart WHERE differ
"""

# A pair whose outcome followed from the sites that its rows were on is judged by the model again.
_KEPT_PAIRS = f"""
    INSERT INTO judged_pairs BY NAME
    WITH placed AS (
        SELECT DISTINCT least(a.claim, b.claim) AS claim_l, greatest(a.claim, b.claim) AS claim_r
        FROM matches m
        JOIN known.m_mention a ON a.list = m.left_list AND a.row = m.left_row AND a.part = m.left_part
        JOIN known.m_mention b ON b.list = m.right_list AND b.row = m.right_row AND b.part = m.right_part
        WHERE m.method = 'exact-key' OR list_contains(m.conflicts, 'which_id')
    ), moved AS (
        SELECT j.* FROM m_judged j JOIN known.m_judged k USING (claim_l, claim_r)
        WHERE (j.outcome, coalesce(j.rule, '')) <> (k.outcome, coalesce(k.rule, ''))
            OR (claim_l, claim_r) IN (FROM placed)
    ), of_moved AS (
        FROM known.m_mention SEMI JOIN (SELECT unnest([claim_l, claim_r]) AS claim FROM moved) USING (claim)
    ), told AS ({first_mentions("of_moved")}), changed AS (
        SELECT l.first[1] AS left_list, l.first[2] AS left_row, l.first[3] AS left_part, r.first[1] AS right_list,
            r.first[2] AS right_row, r.first[3] AS right_part, j.outcome, j.conflicts,
            round(j.probability, 4) AS probability,
            CASE WHEN j.rule LIKE 'decision.%' THEN 'review' WHEN j.rule = 'rule.cluster' THEN 'cluster'
                WHEN j.rule = 'rule.os_id' THEN 'os-id' ELSE 'model' END AS method
        FROM moved j JOIN told l ON l.claim = j.claim_l JOIN told r ON r.claim = j.claim_r
    )
    SELECT old.* EXCLUDE (reasons_en, reasons_nl), coalesce(reasons_en, t.en) AS reasons_en,
        coalesce(reasons_nl, t.nl) AS reasons_nl
    FROM (
        SELECT {_PAIR}, coalesce(c.outcome, m.outcome) AS outcome,
            coalesce(c.probability, m.probability) AS probability,
            {_without_which_id("en")}, {_without_which_id("nl")}, coalesce(c.conflicts, m.conflicts) AS conflicts,
            coalesce(c.method, m.method) AS method,
            coalesce(m.model_version, getvariable('model_version')) AS model_version
        FROM matches m FULL JOIN changed c USING ({_PAIR})
    ) old ANTI JOIN judged_pairs USING ({_PAIR})
    CROSS JOIN (SELECT en, nl FROM m_fact_reasons WHERE key = 'rule.cluster') t
"""

_CLAIM_SCOPES = """
    CREATE OR REPLACE TEMP TABLE mention_scopes AS
    SELECT list, row, part, site, scope, claim, first_value(scope) OVER (
        PARTITION BY claim ORDER BY closedness(scope), scope) AS claim_scope
    FROM m_mention JOIN exact_sites USING (list, row, part)
"""

# A pair is told to whoever can see one mention of each of its two claims.
_PLACED = """
    CREATE OR REPLACE TEMP TABLE new_matches AS
    SELECT p.*, a.site AS left_site, b.site AS right_site,
        CASE WHEN p.method = 'same-text' THEN most_closed(a.scope, b.scope)
            ELSE most_closed(a.claim_scope, b.claim_scope) END AS scope,
        NULL::VARCHAR AS reviewer, NULL::VARCHAR AS why
    FROM judged_pairs p
    JOIN mention_scopes a ON a.list = p.left_list AND a.row = p.left_row AND a.part = p.left_part
    JOIN mention_scopes b ON b.list = p.right_list AND b.row = p.right_row AND b.part = p.right_part
"""

_EXACT = """
    UPDATE new_matches SET outcome = 'same', method = 'exact-key'
    WHERE left_site = right_site AND outcome <> 'same'
"""

# Rows of a contested key that stand for different ids, or of which only one says whom it means, may be two sites.
_CONTESTED = f"""
    UPDATE new_matches AS m SET outcome = 'possible',
        method = CASE m.method WHEN 'cluster' THEN 'model' ELSE m.method END,
        conflicts = list_concat(list_filter(m.conflicts, lambda x: x <> 'cluster'),
            CASE WHEN list_has_any(m.conflicts, ['lei', 'duns']) THEN [] ELSE ['which_id'] END),
        {_with_which_id("en")}, {_with_which_id("nl")}
    FROM told_sites a JOIN told_sites b ON b.level = a.level AND b.plain = a.plain
            AND (a.told <> b.told OR len(a.told) > 1),
        (SELECT en, nl FROM m_fact_reasons WHERE key = 'conflict.which_id') t,
        (SELECT en, nl FROM m_fact_reasons WHERE key = 'rule.cluster') c,
        (SELECT en, nl FROM m_fact_reasons WHERE key = 'conflict.cluster') o
    WHERE m.outcome IN ('same', 'possible') AND m.method <> 'os-id'
        AND a.level = m.scope AND a.site = m.left_site AND b.site = m.right_site AND a.site <> b.site
"""

_REVIEWED = """
    UPDATE new_matches AS m SET outcome = CASE d.decision WHEN 'unsure' THEN 'possible' ELSE d.decision END,
        probability = CASE d.decision WHEN 'same' THEN 1 WHEN 'different' THEN 0 ELSE m.probability END,
        method = 'review', reviewer = d.who, why = nullif(d.why, '')
    FROM decisions_now d
    WHERE d.left_site = least(m.left_site, m.right_site) AND d.right_site = greatest(m.left_site, m.right_site)
"""

_UNSTATED_DECISIONS = """
    INSERT INTO new_matches BY NAME
    WITH first AS (
        SELECT site, arg_min((list, row, part), (closedness(scope), scope, list, row, part)) AS told,
            arg_min(scope, (closedness(scope), scope)) AS scope
        FROM exact_sites
        WHERE site IN (SELECT left_site FROM decisions_now UNION ALL SELECT right_site FROM decisions_now) GROUP BY site
    ), ends AS (
        SELECT d.*, least(a.told, b.told) AS l, greatest(a.told, b.told) AS r,
            CASE WHEN a.told < b.told THEN a.site ELSE b.site END AS l_site,
            CASE WHEN a.told < b.told THEN b.site ELSE a.site END AS r_site, most_closed(a.scope, b.scope) AS pair_scope
        FROM decisions_now d JOIN first a ON a.site = d.left_site JOIN first b ON b.site = d.right_site
        ANTI JOIN new_matches m ON d.left_site = least(m.left_site, m.right_site)
            AND d.right_site = greatest(m.left_site, m.right_site)
    )
    SELECT l[1] AS left_list, l[2] AS left_row, l[3] AS left_part, r[1] AS right_list, r[2] AS right_row,
        r[3] AS right_part, l_site AS left_site, r_site AS right_site,
        CASE decision WHEN 'unsure' THEN 'possible' ELSE decision END AS outcome,
        CASE decision WHEN 'same' THEN 1 WHEN 'different' THEN 0 ELSE 0.5 END AS probability,
        t.en AS reasons_en, t.nl AS reasons_nl, [] AS conflicts, 'review' AS method,
        getvariable('model_version') AS model_version, pair_scope AS scope, who AS reviewer,
        nullif(why, '') AS why
    FROM ends JOIN m_fact_reasons t ON t.key = 'decision.' || decision
"""

_LINKS = """
    SELECT left_site, right_site, scope, max(probability) AS probability, arg_max(method, probability) AS method
    FROM new_matches WHERE outcome = 'same' AND left_site <> right_site AND method <> 'review'
    GROUP BY left_site, right_site, scope ORDER BY ALL
"""

# Which sites are one is decided over whole groups of sites; a pair says what became of its own two.
_SETTLED = """
    CREATE OR REPLACE TEMP TABLE new_matches AS
    SELECT m.* REPLACE (
        CASE WHEN m.method = 'review' OR left_site = right_site THEN outcome
            WHEN outcome = 'possible' AND together THEN 'same'
            WHEN outcome = 'same' AND NOT together THEN 'possible' ELSE outcome END AS outcome,
        CASE WHEN m.method <> 'review' AND outcome = 'possible' AND together THEN 'cluster' ELSE m.method END AS method,
        CASE WHEN m.method <> 'review' AND outcome = 'same' AND NOT together AND left_site <> right_site
            THEN list_distinct(list_append(conflicts, 'cluster')) ELSE conflicts END AS conflicts)
    FROM (
        SELECT n.*, coalesce(l.canonical, left_site) = coalesce(r.canonical, right_site) AS together
        FROM new_matches n LEFT JOIN canonical l ON l.site = left_site AND l.level = n.scope
        LEFT JOIN canonical r ON r.site = right_site AND r.level = n.scope
    ) m
"""

_STATED = f"""
    CREATE OR REPLACE TEMP TABLE dated_matches AS
    SELECT n.*, coalesce(o.day, n.today) AS day,
        left_site <> right_site AND row_number() OVER (
            PARTITION BY least(left_site, right_site), greatest(left_site, right_site), n.scope
            ORDER BY n.method = 'review' DESC, n.outcome = 'same' DESC, n.probability DESC,
                {", ".join(f"n.{name}" for name in _PAIR.split(", "))}) = 1 AS stated
    FROM (SELECT *, $today::DATE AS today FROM new_matches) n
    LEFT JOIN (SELECT {_PAIR}, outcome, probability, method, model_version, reasons_en, day FROM matches) o
        USING ({_PAIR}, outcome, probability, method, model_version, reasons_en)
"""


def mention_decisions(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `mention_decisions`: the standing decisions as the matching model takes them, by listings.

    Needs `decisions_now` and `exact_sites` of `hefboom.graph.joins.prepare`.
    """
    connection.execute(_MENTION_DECISIONS)


def collect_pairs(
    connection: duckdb.DuckDBPyConnection, today: datetime.date, model_version: str, incremental: bool
) -> None:
    """Make `dated_matches`, with the columns of the `matches` table, from what `resolve` left in `connection`.

    An `incremental` run adds the pairs kept from before. A pair of which nothing changed keeps its day.
    """
    connection.execute("SET VARIABLE model_version = $version", {"version": model_version})
    connection.execute(_JUDGED)
    if incremental:
        connection.execute(_KEPT_PAIRS)
    for statement in (_CLAIM_SCOPES, _PLACED, _EXACT, _CONTESTED, _REVIEWED, _UNSTATED_DECISIONS):
        connection.execute(statement)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE new_links AS {_LINKS}")
    connection.execute("CREATE OR REPLACE TEMP VIEW site_links AS FROM new_links")
    joins.prepare(connection)
    connection.execute(_SETTLED)
    connection.execute(_STATED, {"today": today.isoformat()})


def write_pairs(connection: duckdb.DuckDBPyConnection, scratch: Path) -> dict[str, Path]:
    """Write the tables `matches`, `site_links` and `canonical` into `scratch`; the files by table."""
    names = ("matches", "site_links", "canonical")
    files = {name: scratch / f"made-{name}.parquet" for name in names}
    chosen = ", ".join(columns("matches"))
    write_parquet(connection, f"SELECT {chosen} FROM dated_matches ORDER BY ALL", files["matches"])
    write_parquet(connection, "SELECT * FROM new_links ORDER BY ALL", files["site_links"])
    write_parquet(connection, "FROM canonical", files["canonical"])
    return files
