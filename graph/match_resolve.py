"""Identity resolution: from listings to pair statements with reasons, and to clusters of listings that are one site."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from hefboom.graph.match_blocking import find_candidates
from hefboom.graph.match_claims import FIGURES, LISTS, TEXT
from hefboom.graph.match_clusters import cluster
from hefboom.graph.match_corrections import (
    claim_scopes,
    correct,
    corrected_sql,
    find_corrections,
    first_mentions,
)
from hefboom.graph.match_evidence import build_evidence
from hefboom.graph.match_file import MatchModel, read_model
from hefboom.graph.match_kept import TABLES, keep, source
from hefboom.graph.match_measures import measure
from hefboom.graph.match_reasons import explain
from hefboom.graph.match_scoring import score


@dataclass(frozen=True)
class Resolution:
    """What resolution found: two tables in `connection`.

    `m_pair`: left_list, left_row, left_part, right_list, right_row, right_part, outcome (`same`, `possible`,
    `different`), probability, reasons_en, reasons_nl, conflicts, method, model_version. `m_cluster`: list, row, part,
    cluster; every listing has one, a listing that is alone its own.
    """

    connection: duckdb.DuckDBPyConnection

    def write(self, folder: Path) -> None:
        """Write `pairs.parquet` and `clusters.parquet` into `folder`, rows in a fixed order."""
        folder.mkdir(parents=True, exist_ok=True)
        order = "left_list, left_row, left_part, right_list, right_row, right_part"
        for table, name, by in (("m_pair", "pairs", order), ("m_cluster", "clusters", "list, row, part")):
            self.connection.execute(f"COPY (SELECT * FROM {table} ORDER BY {by}) TO '{folder / name}.parquet'")

    def keep(self, folder: Path, known: Path | None = None) -> None:
        """Write what an incremental run needs as `known` into `folder`, with what this run had as `known`."""
        keep(self.connection, folder, known)


def resolve(
    connection: duckdb.DuckDBPyConnection,
    listings: str,
    decisions: str | None = None,
    aliases: str | None = None,
    *,
    model: MatchModel | None = None,
    engine: str = "duckdb",
    session: Any = None,
    known: Path | None = None,
    with_different: bool = False,
    scopes: str | None = None,
) -> Resolution:
    """Resolve the listings of a relation (columns of the `listings` table) into pairs and clusters.

    `decisions` names a relation left_list, left_row, left_part, right_list, right_row, right_part, decision (`same`,
    `different`, `unsure`) and perhaps the number of the decision: they stand above the model, and correct its
    probabilities where `scopes`, a relation list, scope, lets them be seen. `aliases` names one with old_os_id,
    new_os_id. With `known`, a folder written by `Resolution.keep`, the listings are only the new ones: pairs are new x
    (known + new), clusters cover all. `with_different` also states the scored pairs that are different.
    """
    model = model or read_model()
    schema = None
    if known is not None:
        schema = "known"
        connection.execute("CREATE SCHEMA IF NOT EXISTS known")
        for table in TABLES:
            connection.execute(f"CREATE OR REPLACE VIEW known.{table} AS FROM {source(known, table)}")
    build_evidence(connection, listings, aliases, schema, scopes)
    find_candidates(connection, schema)
    if schema is not None:
        _add_known(connection)
    score(connection, model, engine, session)
    measure(connection, "m_scored")
    judge(connection, model, decisions, schema)
    cluster(connection, "m_judged")
    settle(connection)
    state(connection, model, with_different)
    return Resolution(connection)


def _add_known(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the known claims that new ones are compared with, and all known mentions, to the tables of this run.

    A row that repeats a known one is told apart from others by the lists of that one too, where they may be seen.
    """
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_wanted AS
        SELECT DISTINCT claim FROM (SELECT l AS claim FROM m_candidate UNION ALL SELECT r FROM m_candidate)
    """)
    for table in ("m_evidence", "m_spelling"):
        connection.execute(f"INSERT INTO {table} BY NAME FROM known.{table} SEMI JOIN m_wanted USING (claim)")
    same = " AND ".join(f"c.{column} IS NOT DISTINCT FROM k.{column}" for column in (*TEXT, *FIGURES, *LISTS))
    connection.execute(f"""
        CREATE OR REPLACE TABLE m_evidence AS
        WITH scoped AS (
            SELECT claim, arg_min(scope, (closedness(scope), scope)) AS scope
            FROM (SELECT claim, coalesce(scope, 'public') AS scope FROM (
                FROM m_mention UNION ALL BY NAME (FROM known.m_mention SEMI JOIN m_wanted USING (claim))
            ) LEFT JOIN m_list_scope USING (list)) GROUP BY claim
        ), repeated AS (
            SELECT r AS claim, flatten(list(e.lists)) AS before
            FROM m_candidate JOIN known.m_claim k ON k.claim = l JOIN m_claim c ON c.claim = r AND {same}
            JOIN m_evidence e ON e.claim = l JOIN scoped a ON a.claim = l JOIN scoped b ON b.claim = r
            WHERE seen_at(a.scope, b.scope) GROUP BY r
        )
        SELECT e.* REPLACE (list_distinct(list_concat(lists, before)) AS lists)
        FROM m_evidence e LEFT JOIN repeated USING (claim)
    """)
    connection.execute("INSERT INTO m_mention BY NAME FROM known.m_mention")


def judge(
    connection: duckdb.DuckDBPyConnection, model: MatchModel, decisions: str | None, known: str | None = None
) -> None:
    """Make `m_judged`: measured pairs with probability, rule, outcome; decisions and OS IDs stand above the model."""
    _collect_decisions(connection, decisions)
    claim_scopes(connection)
    if known is None:
        find_corrections(connection, model)
    else:
        connection.execute(f"CREATE OR REPLACE TABLE m_correction AS FROM {known}.m_correction")
    corrected = correct(connection)
    logit = corrected_sql("logit") if corrected else "logit"
    probability = f"1 / (1 + exp(-({logit})))"
    corrections = "LEFT JOIN m_corrected USING (claim_l, claim_r)" if corrected else ""
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_rule AS
        WITH same_os_id AS (
            SELECT min(claim) OVER (PARTITION BY os_id) AS claim_l, claim AS claim_r
            FROM m_evidence WHERE os_id IS NOT NULL
        )
        SELECT claim_l, claim_r, coalesce(min('decision.' || decision), any_value(rule)) AS rule
        FROM (SELECT claim_l, claim_r, NULL AS decision, 'rule.os_id' AS rule FROM same_os_id WHERE claim_l <> claim_r
              UNION ALL SELECT claim_l, claim_r, decision, NULL FROM m_decision WHERE claim_l <> claim_r)
        GROUP BY ALL
    """)
    connection.execute(f"""
        CREATE OR REPLACE TABLE m_judged AS
        WITH scored AS (
            SELECT claim_l, claim_r, rule, coalesce(conflicts, []) AS conflicts,
                   CASE rule WHEN 'rule.os_id' THEN 1 WHEN 'decision.same' THEN 1 WHEN 'decision.different' THEN 0
                        ELSE coalesce({probability}, 0.5) END AS probability,
                   {"version" if corrected else "NULL::VARCHAR"} AS version
            FROM (SELECT *, {model.calibration.logit_sql()} AS logit FROM m_measured)
            FULL JOIN m_rule USING (claim_l, claim_r) {corrections}
        )
        SELECT *, CASE
            WHEN rule IN ('rule.os_id', 'decision.same') THEN 'same'
            WHEN rule = 'decision.different' THEN 'different'
            WHEN rule = 'decision.unsure' THEN 'possible'
            WHEN probability >= {model.automatic} AND len(conflicts) = 0 THEN 'same'
            WHEN probability >= {model.possible} THEN 'possible'
            ELSE 'different' END AS outcome
        FROM scored
    """)
    if known is not None:
        connection.execute("INSERT INTO m_judged BY NAME FROM known.m_judged ANTI JOIN m_rule USING (claim_l, claim_r)")


def _collect_decisions(connection: duckdb.DuckDBPyConnection, decisions: str | None) -> None:
    source = (
        decisions
        or """(SELECT NULL AS left_list, NULL AS left_row, NULL AS left_part, NULL AS right_list,
        NULL AS right_row, NULL AS right_part, NULL AS decision WHERE false)"""
    )
    numbered = "number" in connection.sql(f"SELECT * FROM {source} LIMIT 0").columns
    number = "number" if numbered else "hash(left_list, left_row, left_part, right_list, right_row, right_part)"
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE m_decision AS
        SELECT DISTINCT least(a.claim, b.claim) AS claim_l, greatest(a.claim, b.claim) AS claim_r, decision,
               {number} AS number
        FROM {source} d JOIN m_mention a ON a.list = left_list AND a.row = left_row AND a.part = left_part
        JOIN m_mention b ON b.list = right_list AND b.row = right_row AND b.part = right_part
    """)


def settle(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring pairs in line with the clusters: what they kept apart is possible, what they joined is the same site."""
    connection.execute("""
        CREATE OR REPLACE TABLE m_judged AS
        WITH placed AS (
            SELECT j.*, coalesce(a.cluster, j.claim_l) = coalesce(b.cluster, j.claim_r) AS together
            FROM m_judged j LEFT JOIN m_group a ON a.claim = j.claim_l LEFT JOIN m_group b ON b.claim = j.claim_r
        )
        SELECT * EXCLUDE (together) REPLACE (
            CASE WHEN outcome = 'same' AND NOT together THEN 'possible'
                 WHEN outcome <> 'same' AND together THEN 'same' ELSE outcome END AS outcome,
            CASE WHEN outcome = 'same' AND NOT together THEN list_append(conflicts, 'cluster')
                 ELSE conflicts END AS conflicts,
            CASE WHEN outcome <> 'same' AND together THEN 'rule.cluster' ELSE rule END AS rule)
        FROM placed
    """)


def state(connection: duckdb.DuckDBPyConnection, model: MatchModel, with_different: bool = False) -> None:
    """Make `m_pair` and `m_cluster` from the judged pairs and the groups."""
    wanted = "true" if with_different else "outcome <> 'different' OR rule IS NOT NULL"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW m_stated AS FROM m_judged WHERE {wanted}")
    explain(connection, "m_stated")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE m_first AS {first_mentions('m_mention')}")
    connection.execute(f"""
        CREATE OR REPLACE TABLE m_pair AS
        SELECT l.first[1] AS left_list, l.first[2] AS left_row, l.first[3] AS left_part,
               r.first[1] AS right_list, r.first[2] AS right_row, r.first[3] AS right_part,
               outcome, round(probability, 4) AS probability, reasons_en, reasons_nl, conflicts,
               CASE WHEN rule LIKE 'decision.%' THEN 'review' WHEN rule = 'rule.os_id' THEN 'os-id'
                    WHEN rule = 'rule.cluster' THEN 'cluster' ELSE 'model' END AS method,
               coalesce(version, '{model.version}') AS model_version
        FROM m_stated JOIN m_reason USING (claim_l, claim_r)
        JOIN m_first l ON l.claim = claim_l JOIN m_first r ON r.claim = claim_r
        UNION ALL
        SELECT first[1], first[2], first[3], m.list, m.row, m.part, 'same', 1, t.en, t.nl, [], 'same-text',
               '{model.version}'
        FROM m_mention m JOIN m_first f USING (claim),
             (SELECT en, nl FROM m_fact_reasons WHERE key = 'rule.same_text') t
        WHERE (m.list, m.row, m.part) <> f.first
    """)
    connection.execute("""
        CREATE OR REPLACE TABLE m_cluster AS
        SELECT list, row, part, coalesce(cluster, claim) AS cluster FROM m_mention LEFT JOIN m_group USING (claim)
    """)
