"""Scoring candidate pairs with the Splink model, on DuckDB or on Spark."""

from __future__ import annotations

import logging
from typing import Any

import duckdb
from splink import Linker
from splink.backends.duckdb import DuckDBAPI

from hefboom.errors import UsageError
from hefboom.graph.match_engines import define_for_duckdb, define_for_spark
from hefboom.graph.match_file import MatchModel
from hefboom.graph.match_model import compared_columns, settings

ENGINES = ("duckdb", "spark")


def score(
    connection: duckdb.DuckDBPyConnection, model: MatchModel, engine: str = "duckdb", session: Any = None
) -> None:
    """Make `m_scored` (claim_l, claim_r, match_weight, mw_...) from `m_evidence` and `m_candidate`.

    Only pairs with a match weight of at least `model.least_weight` (log 2 of the odds) are kept. With `engine`
    `spark`, the same settings run in the Spark `session`, which must know Splink's similarity functions.
    """
    if engine not in ENGINES:
        raise UsageError(f"engine '{engine}' is unknown; use one of {', '.join(ENGINES)}")
    define_for_duckdb(connection)
    # Splink copies what it is given, by column names that it looks up in every schema: a view of its own and narrow.
    connection.execute(f"CREATE OR REPLACE TEMP VIEW m_frame AS SELECT {', '.join(compared_columns())} FROM m_evidence")
    if engine == "spark":
        _score_on_spark(connection, model, session)
        return
    api = DuckDBAPI(connection)
    linker = Linker(api.register("m_frame"), settings("duckdb", model.weights), log_level=logging.ERROR)
    connection.execute("""
        CREATE OR REPLACE TABLE m_candidate_pair AS
        SELECT l AS join_key_l, r AS join_key_r, '0' AS match_key FROM m_candidate
    """)
    linker.table_management.register_blocked_pairs_for_predict(api.register("m_candidate_pair"))
    predicted = linker.inference.predict(threshold_match_weight=model.least_weight, warning_mode="never")
    connection.execute(f"CREATE OR REPLACE TABLE m_scored AS SELECT * FROM {predicted.physical_name}")
    management: Any = linker.table_management
    management.delete_tables_created_by_splink_from_db()
    connection.execute("DROP TABLE m_candidate_pair")


def _score_on_spark(connection: duckdb.DuckDBPyConnection, model: MatchModel, session: Any) -> None:
    from splink.backends.spark import SparkAPI

    if session is None:
        raise UsageError("engine 'spark' needs a Spark session; give one made with Splink's similarity functions")
    make_api: Any = SparkAPI
    api = make_api(spark_session=session, break_lineage_method="persist")
    define_for_spark(session)
    pairs = connection.sql(
        "SELECT l AS join_key_l, r AS join_key_r, '0' AS match_key FROM m_candidate"
    ).to_arrow_table()
    evidence = connection.sql("FROM m_frame").to_arrow_table()
    linker = Linker(
        api.register(session.createDataFrame(evidence)), settings("spark", model.weights), log_level=logging.ERROR
    )
    linker.table_management.register_blocked_pairs_for_predict(api.register(session.createDataFrame(pairs)))
    predicted = linker.inference.predict(threshold_match_weight=model.least_weight, warning_mode="never")
    scored = predicted.as_spark_dataframe().toArrow()
    connection.register("m_rows", scored)
    connection.execute("CREATE OR REPLACE TABLE m_scored AS SELECT * FROM m_rows")
    connection.unregister("m_rows")
