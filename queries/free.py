"""Free SPARQL over a store whose whole content the caller may see."""

from __future__ import annotations

import re

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, QueryTriples, RdfFormat, Store
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hefboom.errors import QueryError, UsageError
from hefboom.queries.mistakes import find_mistake

MAX_LENGTH = 100_000
"""The longest query, in characters."""

MAX_DEPTH = 200
"""The deepest nesting of brackets: the engine's parser recurses, and thousands of levels end the process."""

_RESULTS = {
    "json": QueryResultsFormat.JSON,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "xml": QueryResultsFormat.XML,
}
_GRAPHS = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES}
_NOT_CODE = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\'|"(?:[^"\\\n]|\\.)*"|'
    r"'(?:[^'\\\n]|\\.)*'|<[^<>\"{}|^`\\\s]*>|#[^\n]*",
    re.DOTALL,
)

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")


def free_query(store: Store, text: str, form: str) -> bytes:
    """Run a query that only reads, with the union of all graphs as its default graph, and write its result.

    `form` is `table`, a SPARQL result format (json, csv, tsv, xml: SELECT and ASK) or an RDF format (ttl, nt: CONSTRUCT
    and DESCRIBE). Raises QueryError for a query that cannot be parsed, that calls another server (SERVICE) or that is
    too long or too deep; UsageError for a format that the kind of query does not have.
    """
    check(text)
    try:
        found = store.query(text, use_default_graph_as_union=True)
    except SyntaxError as error:
        mistake = find_mistake(text, error, "http://localhost/")
        raise QueryError(f"the query cannot be read: {mistake.message}") from error
    if isinstance(found, QueryTriples):
        return _triples(found, form)
    if form == "table":
        return _table(found)
    if form not in _RESULTS:
        raise UsageError(f"'{form}' is for CONSTRUCT and DESCRIBE; use table, {', '.join(_RESULTS)}")
    written = found.serialize(format=_RESULTS[form])
    assert written is not None
    return written


def check(text: str) -> None:
    """Refuse what must not reach the engine: calls to other servers, and texts that would end its parser."""
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query has {len(text)} characters; at most {MAX_LENGTH} are read")
    code = _NOT_CODE.sub(" ", _ESCAPE.sub(_character, text))
    if re.search(r"(?i)(?<![:?$\w-])SERVICE\b(?!:)", code):
        raise QueryError("SERVICE is refused: a query here reads only this data and calls no other server")
    depth = deepest = 0
    for sign in re.findall(r"[{}()\[\]]", code):
        depth += 1 if sign in "{([" else -1
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise QueryError(f"the query is nested {deepest} levels deep; at most {MAX_DEPTH} are read")


def _character(match: re.Match[str]) -> str:
    """The character of a code point escape, which SPARQL resolves before it reads the words."""
    return chr(min(int(match[1] or match[2], 16), 0x10FFFF))


def _triples(found: QueryTriples, form: str) -> bytes:
    written = found.serialize(format=_GRAPHS.get(form, RdfFormat.TURTLE)) if form in (*_GRAPHS, "table") else None
    if written is None:
        raise UsageError(f"'{form}' is for SELECT and ASK; use table, {', '.join(_GRAPHS)}")
    return written


def _table(found: QuerySolutions | QueryBoolean) -> bytes:
    if isinstance(found, QueryBoolean):
        return b"yes\n" if found else b"no\n"
    table = Table()
    names = [variable.value for variable in found.variables]
    for name in names:
        table.add_column(name, overflow="fold")
    for solution in found:
        table.add_row(*(Text(str(getattr(solution[name], "value", solution[name] or ""))) for name in names))
    console = Console(highlight=False)
    with console.capture() as captured:
        console.print(table)
    return captured.get().encode()
