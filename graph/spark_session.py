"""A Spark session on this machine that knows the similarity functions of the matching model."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from hefboom.errors import UsageError


@contextmanager
def local_spark() -> Iterator[Any]:
    """A session in local mode, on the cores of this machine; stopped when the block ends.

    `SPARK_MASTER` names another master. Raises UsageError when PySpark is not installed.
    """
    try:
        sql = import_module("pyspark.sql")
    except ImportError as error:
        raise UsageError(
            "engine spark needs PySpark, which is not installed; run: pip install 'hefboom[spark]'"
        ) from error
    from splink.backends.spark import similarity_jar_location

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    settings = {
        "spark.jars": similarity_jar_location(), "spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1", "spark.sql.shuffle.partitions": "8", "spark.default.parallelism": "8",
    }  # fmt: skip
    builder = sql.SparkSession.builder.master(os.environ.get("SPARK_MASTER", "local[*]")).appName("hefboom")
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()
