"""The model on Spark gives what it gives on DuckDB, and a data folder resolved on it is joined alike."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from resolution_lists import FLIXTON, FLIXTON_AGAIN, FLIXTON_THIRD, SCUNTHORPE, STRANGERS, load_list, site_of

from hefboom.graph import DataFolder
from hefboom.graph.resolution import resolve_folder
from hefboom.graph.spark_session import local_spark

ESTATE = "Plot 12, Export Processing Zone, Karachi"
CARMINA = ("Carmina Denim Mills", ESTATE, "PK", "", "400")
CARMINA_AGAIN = ("Carmina Denim Mills (Pvt) Ltd", "Plot No. 12 Export Processing Zone Karachi", "PK", "", "400")
CARMINA_UNIT = ("Carmina Denim Mills Unit 2", ESTATE, "PK", "", "")
LONGEST, LONGEST_STOP, AGAIN = 300, 60, 15
"""Seconds for starting Spark and scoring, and for stopping it: a Spark that answers no more fails, it never hangs.

Spark's client may swallow the first alarm and try once more, so the alarm comes again.
"""


def too_late(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise TimeoutError(f"Spark did not answer within {LONGEST} s")


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'hefboom[spark]'")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java: no java on the path and no JAVA_HOME")
    if not hasattr(signal, "setitimer"):
        pytest.skip("this system has no timer signal, which bounds the time Spark may take")
    before = signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, LONGEST, AGAIN)
    try:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("SPARK_MASTER", "local[1]")
            with local_spark() as session:
                yield session
                signal.setitimer(signal.ITIMER_REAL, LONGEST_STOP, AGAIN)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def judged(data: Path) -> pl.DataFrame:
    """The pairs that the model judged in the newest resolution, and the probability of each."""
    files = DataFolder(data).current() / "tables" / "resolution" / "m_judged" / "*.parquet"
    return pl.read_parquet(files).select("claim_l", "claim_r", "outcome", "probability").sort("claim_l", "claim_r")


@pytest.mark.filterwarnings("ignore")
def test_spark_joins_what_duckdb_joins(spark: Any, tmp_path: Path) -> None:
    data = tmp_path / "data"
    one = load_list(data, "Asda", [FLIXTON, SCUNTHORPE, CARMINA, *STRANGERS[:4]])
    two = load_list(data, "Tesco", [FLIXTON_AGAIN, CARMINA_UNIT, *STRANGERS[4:]])
    load_list(data, "Aldi", [FLIXTON_THIRD, CARMINA_AGAIN])
    found = resolve_folder(DataFolder(data), engine="spark", session=spark, today=dt.date(2024, 6, 1))
    there = judged(data)
    assert site_of(data, one, "2") == site_of(data, two, "2") != site_of(data, one, "3")
    here = resolve_folder(DataFolder(data), today=dt.date(2024, 6, 1), full=True)
    assert (found.same, found.possible, found.joined) == (here.same, here.possible, here.joined)
    assert found.same > 1
    assert found.possible > 0
    assert_frame_equal(there, judged(data), abs_tol=1e-6)
