"""Named analyses: what SPARQL cannot express, computed from the rows of a question.

The header of a question names its analysis (`# analysis: coalition`) and the columns of its query (`# input: ...`). An
analysis is a function of those rows, of the parameters and of the language, and gives the rows of the answer in order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Final, TypeAlias

from hefboom.errors import QueryError
from hefboom.queries.answers import Cell
from hefboom.queries.values import Term

Record: TypeAlias = dict[str, Cell]
Given: TypeAlias = Mapping[str, Sequence[Term]]
Analysis: TypeAlias = Callable[[Sequence[Record], Given, str], list[Record]]

ANALYSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "coalition": "hefboom.queries.coalitions",
        "communities": "hefboom.queries.communities",
        "leverage": "hefboom.queries.leverage",
        "median": "hefboom.queries.medians",
        "network": "hefboom.queries.networks",
        "trace": "hefboom.queries.tracing",
    }
)
"""The module of each analysis, which has it as `analyse`; imported when asked, as the solvers take time to start."""


def analyse(name: str, rows: Sequence[Record], given: Given, lang: str) -> list[Record]:
    """Run an analysis by name. Raises QueryError when there is none of that name."""
    if name not in ANALYSES:
        raise QueryError(f"there is no analysis '{name}'; use one of {', '.join(ANALYSES)}")
    run: Analysis = import_module(ANALYSES[name]).analyse
    return run(rows, given, lang)
