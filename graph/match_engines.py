"""The functions that the model's conditions use, defined alike for DuckDB and for Spark."""

from __future__ import annotations

from typing import Any

import duckdb

_DUCKDB = {
    "m_shared(words, others)": "coalesce(list_sum([x & 255 for x in words if list_contains(others, x >> 8)]), 0)",
    "m_has(hashes, x)": "list_contains(hashes, x)",
    "m_overlap(a, b)": "list_has_any(a, b)",
    "m_long_overlap(a, b)": "list_has_any([x for x in a if len(x) > 2], b)",
    "m_filled(a, b)": "coalesce(len(a) > 0 AND len(b) > 0, false)",
    "m_empty(a, b)": "len(a) = 0 AND len(b) = 0",
    "m_same_class(a, b)": "list_has_any([string_split(x, ' ')[1] for x in a], [string_split(x, ' ')[1] for x in b])",
    "m_unit_differs(a, b)": """len(list_filter(
        list_intersect([string_split(x, ' ')[1] for x in a], [string_split(x, ' ')[1] for x in b]),
        lambda c: NOT list_has_any([x for x in a if string_split(x, ' ')[1] = c], b))) > 0""",
    "m_alike(a, b)": "jaro_winkler_similarity(a, b)",
}
_SPARK = {
    "m_shared(words ARRAY<INT>, others ARRAY<INT>) RETURNS INT":
        "aggregate(filter(words, x -> array_contains(others, shiftright(x, 8))), 0, (s, x) -> s + (x & 255))",
    "m_has(hashes ARRAY<INT>, x INT) RETURNS BOOLEAN": "array_contains(hashes, x)",
    "m_overlap(a ARRAY<STRING>, b ARRAY<STRING>) RETURNS BOOLEAN": "arrays_overlap(a, b)",
    "m_long_overlap(a ARRAY<STRING>, b ARRAY<STRING>) RETURNS BOOLEAN":
        "arrays_overlap(filter(a, x -> length(x) > 2), b)",
    "m_filled(a ARRAY<STRING>, b ARRAY<STRING>) RETURNS BOOLEAN": "coalesce(size(a) > 0 AND size(b) > 0, false)",
    "m_empty(a ARRAY<STRING>, b ARRAY<STRING>) RETURNS BOOLEAN": "size(a) = 0 AND size(b) = 0",
    "m_same_class(a ARRAY<STRING>, b ARRAY<STRING>) RETURNS BOOLEAN":
        "arrays_overlap(transform(a, x -> split(x, ' ')[0]), transform(b, x -> split(x, ' ')[0]))",
    "m_unit_differs(a ARRAY<STRING>, b ARRAY<STRING>) RETURNS BOOLEAN":
        "exists(array_intersect(transform(a, x -> split(x, ' ')[0]), transform(b, x -> split(x, ' ')[0])), "
        "c -> NOT arrays_overlap(filter(a, x -> split(x, ' ')[0] = c), b))",
    "m_alike(a STRING, b STRING) RETURNS DOUBLE": "jaro_winkler(a, b)",
}  # fmt: skip


def define_for_duckdb(connection: duckdb.DuckDBPyConnection) -> None:
    """Define the functions as macros of this connection."""
    for head, body in _DUCKDB.items():
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {head} AS {body}")


def define_for_spark(session: Any) -> None:
    """Define the functions as temporary SQL functions of this Spark session (Spark 4)."""
    for head, body in _SPARK.items():
        session.sql(f"CREATE OR REPLACE TEMPORARY FUNCTION {head} RETURN {body}")
