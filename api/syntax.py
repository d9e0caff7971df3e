"""The problem that a query which cannot be parsed is answered with."""

from __future__ import annotations

from hefboom.api.errors import Problem, bad_request
from hefboom.queries.mistakes import find_mistake


def explain(query: str, error: SyntaxError, base: str, update: bool = False) -> Problem:
    """A problem (400) that says where a query (or an update) that cannot be parsed goes wrong, and at which word."""
    mistake = find_mistake(query, error, base, update)
    problem = bad_request("malformed-query", f"The query cannot be parsed: {mistake.message}")
    if mistake.line:
        problem.extra = {"line": mistake.line, "column": mistake.column}
    return problem
