"""The model on Spark gives what it gives on DuckDB."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from types import FrameType
from typing import Any, NoReturn

import duckdb
import polars as pl
import pytest
from test_match_resolve import CARMINA, CARMINA_AGAIN, ESTATE, listings

from hefboom.graph.match_blocking import find_candidates
from hefboom.graph.match_evidence import build_evidence
from hefboom.graph.match_file import read_model
from hefboom.graph.match_scoring import score

LONGEST, LONGEST_STOP, AGAIN = 300, 60, 15
"""Seconds for starting Spark and scoring, and for stopping it: a Spark that answers no more fails, it never hangs.

Spark's client may swallow the first alarm and try once more, so the alarm comes again.
"""


def too_late(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise TimeoutError(f"Spark did not answer within {LONGEST} s")


@pytest.fixture
def spark() -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed: pip install 'hefboom[spark]'")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java: no java on the path and no JAVA_HOME")
    if not hasattr(signal, "setitimer"):
        pytest.skip("this system has no timer signal, which bounds the time Spark may take")
    from splink.backends.spark import similarity_jar_location

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    before = signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, LONGEST, AGAIN)
    try:
        session = (
            sql.SparkSession.builder.master("local[1]").appName("hefboom")
            .config("spark.jars", similarity_jar_location()).config("spark.sql.shuffle.partitions", "1")
            .config("spark.default.parallelism", "1").config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
        )  # fmt: skip
        yield session
        signal.setitimer(signal.ITIMER_REAL, LONGEST_STOP, AGAIN)
        session.stop()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def scored(engine: str, session: Any = None) -> pl.DataFrame:
    connection = duckdb.connect()
    connection.register("listings", listings([
        {**CARMINA, "workers_min": 400, "workers_max": 400}, {**CARMINA_AGAIN, "workers_min": 400, "workers_max": 400},
        {"name": "Carmina Denim Mills Unit 2", "address": ESTATE}, {"name": "Zentara Washing Plant", "address": ESTATE},
    ]))  # fmt: skip
    build_evidence(connection, "listings")
    find_candidates(connection)
    score(connection, read_model(), engine, session)
    columns = [
        c for c in connection.sql("FROM m_scored LIMIT 0").columns if c.startswith(("claim", "mw", "match_weight"))
    ]
    return connection.sql(f"SELECT {', '.join(sorted(columns))} FROM m_scored ORDER BY claim_l, claim_r").pl()


@pytest.mark.filterwarnings("ignore")
def test_spark_scores_as_duckdb_does(spark: Any) -> None:
    here, there = scored("duckdb"), scored("spark", spark)
    assert here.height > 0
    assert here.columns == there.columns
    difference = (here.cast(pl.Float64) - there.cast(pl.Float64)).select(pl.all().abs().max())
    assert max(difference.row(0)) < 1e-6
