"""Resolution of a data folder with the model on Spark joins what it joins on DuckDB."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from resolution_lists import FLIXTON, FLIXTON_AGAIN, SCUNTHORPE, STRANGERS, load_list, site_of

from hefboom.graph import DataFolder
from hefboom.graph.resolution import resolve_folder
from hefboom.graph.spark_session import local_spark


@pytest.mark.filterwarnings("ignore")
def test_spark_joins_what_duckdb_joins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'hefboom[spark]'")
    monkeypatch.setenv("SPARK_MASTER", "local[1]")
    data = tmp_path / "data"
    one = load_list(data, "Asda", [FLIXTON, SCUNTHORPE, *STRANGERS[:4]])
    two = load_list(data, "Tesco", [FLIXTON_AGAIN, *STRANGERS[4:]])
    with local_spark() as session:
        found = resolve_folder(DataFolder(data), engine="spark", session=session, today=dt.date(2024, 6, 1))
    here = resolve_folder(DataFolder(data), today=dt.date(2024, 6, 1), full=True)
    assert (found.same, found.possible, found.joined) == (here.same, here.possible, here.joined)
    assert site_of(data, one, "2") == site_of(data, two, "2") != site_of(data, one, "3")
