"""Putting the row limit of the endpoint into a query."""

from __future__ import annotations

from hefboom.api.guard import Scan


def with_row_limit(query: str, found: Scan, rows: int) -> str:
    """The same query with an outermost LIMIT of at most `rows`; itself where it has one, or where none can be put."""
    if found.form not in ("SELECT", "CONSTRUCT") or found.end_at == 0:
        return query
    if found.limit_at is not None:
        start, end = found.limit_at
        asked = query[start:end]
        if not asked.isdigit() or int(asked) <= rows:
            return query
        return f"{query[:start]}{rows}{query[end:]}"
    return f"{query[: found.end_at]}\nLIMIT {rows}\n{query[found.end_at :]}"
