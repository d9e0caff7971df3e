"""The fixed queries of this package, kept as files in `graph/looks`."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def look(name: str) -> str:
    """The text of a query by its name."""
    return resources.files("hefboom.graph").joinpath("looks", f"{name}.rq").read_text(encoding="utf-8")
