"""Look at a SPARQL query before the engine's parser does: its form, its size, and what it must not ask for.

The engine recurses over nesting and over chains of operators, so a short text can end the process (3,000 nested braces
do), and it follows SERVICE to any address. The look is lexical and knows strings, IRIs, comments and prefixed names.
`<` is the one character that only a parser can tell apart (IRI or less-than); where the two readings differ in a way
that matters, both are taken and the worse one counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from urllib.parse import urljoin, urlsplit

from hefboom.api.errors import Problem, bad_request, refused
from hefboom.queries.lexing import NEXT, iri_text, local_text, tokens

_FORMS: Final = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_BEGINS: Final = re.compile("|".join(sorted(_FORMS)))
_UPDATES: Final = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}  # first words of an update
)
_STRUCTURE: Final = frozenset({"UNION", "OPTIONAL", "MINUS", "GRAPH", "FILTER", "BIND", "AS", "LATERAL", "EXISTS"})
_VOLATILE: Final = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
_NAMES: Final = frozenset({"pname", "var"})
_OPERANDS: Final = frozenset({"iri", "string", "var", "lang", "pname", "bnode", "number", "close"})
_HIERARCHICAL: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*://")
_CHANGES_THE_REST: Final = re.compile(r"['#()\[\]]|service", re.IGNORECASE)
_ENDS_IN_SERVICE: Final = re.compile(r"service(?:silent)?$", re.IGNORECASE)
_IS_FROM: Final = re.compile(r"from(?:named)?$", re.IGNORECASE)
_IS_NAMED: Final = re.compile(r"named$", re.IGNORECASE)
_DATASETS: Final = ("FROM", "FROMNAMED")
_MOST_READINGS: Final = 8
SERVICE_ANYWHERE: Final = "?"


@dataclass(frozen=True)
class Bounds:
    """The largest query that is handed to the engine: characters, nesting depth, operators and groups together."""

    characters: int = 262_144
    depth: int = 100
    operators: int = 2_000


@dataclass(frozen=True)
class Scan:
    """What a query is, as far as its tokens tell.

    `form` is SELECT, ASK, CONSTRUCT, DESCRIBE, UPDATE or empty; `services` holds the IRIs after SERVICE, or "?" where
    it is a variable; `default` and `named` those after FROM and FROM NAMED, relative where no BASE stands before;
    `limit_at` is the span of the number after the outermost LIMIT, `end_at` where one may be added.
    """

    form: str = ""
    depth: int = 0
    operators: int = 0
    volatile: bool = False
    services: frozenset[str] = frozenset()
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    limit_at: tuple[int, int] | None = None
    end_at: int = 0


@dataclass
class _Reading:
    """The state of one pass over the tokens."""

    form: str = ""
    depth: int = 0
    quoted: int = 0
    deepest: int = 0
    operators: int = 0
    volatile: bool = False
    services: set[str] = field(default_factory=set)
    default: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    prefixes: dict[str, str] = field(default_factory=dict)
    limit_at: tuple[int, int] | None = None
    trailing_values: int | None = None
    end: int = 0
    doubtful: list[int] = field(default_factory=list)
    expect: str = ""
    prefix_name: str = ""
    base: str = ""

    def word(self, text: str, start: int) -> None:
        """Take one bare word: a keyword, a function name or a mistake."""
        upper = text.upper()
        self.expect = ""
        if upper in _STRUCTURE:
            self.operators += 1
        elif upper in _VOLATILE:
            self.volatile = True
        elif "SERVICE" in upper:  # the engine reads keywords that touch other words: "trueSERVICE<...>"
            self.expect = "SERVICE"
            self.services.update([SERVICE_ANYWHERE] if upper.endswith("SILENT") and upper != "SERVICE" else [])
        elif self.depth == 0 and upper.endswith(_DATASETS):
            self.expect = "FROM" if upper.endswith("FROM") else "FROMNAMED"
        elif upper in ("BASE", "PREFIX") or (self.depth == 0 and upper == "LIMIT"):
            self.expect = upper
        elif self.depth == 0 and upper == "VALUES":
            self.trailing_values = start
        if not self.form:
            form = _BEGINS.match(upper)
            if form is not None:  # the engine reads "CONSTRUCTWHERE" as two words
                self.form = form[0]
            elif upper in _UPDATES:
                self.form = "UPDATE"

    def name(self, kind: str, text: str) -> None:
        """Take an IRI, a prefixed name or a variable, which may be what the word before it waits for."""
        if self.expect == "PREFIX" and kind == "pname":
            self.prefix_name = text[:-1]
            self.expect = "PREFIX-IRI"
            return
        if kind == "pname" and self._hides(_ENDS_IN_SERVICE, text):
            self.services.add(SERVICE_ANYWHERE)
        elif kind == "pname" and self.depth == 0 and self._hides(_IS_FROM, text):
            self.expect = "FROMNAMED" if text.lower().partition(":")[0].endswith("named") else "FROM"
            text = text[text.index(":") :]
        elif kind == "pname" and self.expect == "FROM" and self._hides(_IS_NAMED, text):
            self.expect, text = "FROMNAMED", text[text.index(":") :]
        if self.expect == "PREFIX-IRI" and kind == "iri":
            self.prefixes[self.prefix_name] = self._absolute(text)
        elif self.expect == "BASE" and kind == "iri":
            self.base = self._absolute(text)
        elif self.expect == "SERVICE":
            self.services.add(self._resolved(kind, text) or SERVICE_ANYWHERE)
        elif self.expect in _DATASETS:
            resolved = self._resolved(kind, text)
            if resolved is not None:
                (self.default if self.expect == "FROM" else self.named).append(resolved)
        self.expect = ""

    def _hides(self, keyword: re.Pattern[str], name: str) -> bool:
        """Whether the engine may read a name such as `SERVICE:a` as the keyword followed by `:a`."""
        prefix = name.split(":", 1)[0]
        return bool(keyword.search(prefix)) and (prefix not in self.prefixes or "" in self.prefixes)

    def _absolute(self, iri: str) -> str:
        """An IRI as the engine resolves it, as far as a BASE in the query tells. Problem 400 for what cannot be one."""
        said = iri_text(iri)
        try:
            urlsplit(said)
            return urljoin(self.base, said) if self.base else said
        except ValueError as error:
            raise bad_request("malformed-iri", f"'{said[:200]}' is not an IRI.") from error

    def _resolved(self, kind: str, text: str) -> str | None:
        if kind == "iri":
            return self._absolute(text)
        if kind == "pname":
            prefix, local = text.split(":", 1)
            if prefix in self.prefixes:
                return self.prefixes[prefix] + local_text(local)
        return None


def _read(query: str, as_operator: frozenset[int]) -> _Reading:
    """Pass over the tokens once, reading `<` at the given places as less-than."""
    state = _Reading()
    previous = ""
    found = NEXT.finditer(query)
    while (kind := (token := next(found)).lastgroup) is not None:  # the last match is the end and has no kind
        end = token.end()
        if kind == "iri":
            start, text = token.start(kind), token[kind]
            if start in as_operator:
                kind, end = "other", start + 1
                found = NEXT.finditer(query, end)
            else:
                if previous in _OPERANDS and not _HIERARCHICAL.match(text) and _CHANGES_THE_REST.search(text):
                    state.doubtful.append(start)
                state.name(kind, text)
        elif kind in _NAMES:
            if state.expect or kind == "pname":
                state.name(kind, token[kind])
        elif kind == "word":
            _take_word(state, token[kind], token.start(kind))
        elif kind != "string":
            _take_sign(state, kind, token)
        previous, state.end = kind, end
    return state


def _take_word(state: _Reading, text: str, start: int) -> None:
    follows = (state.expect, text.upper())
    if follows == ("FROM", "NAMED"):
        state.expect = "FROMNAMED"
    elif follows != ("SERVICE", "SILENT"):
        state.word(text, start)


def _take_sign(state: _Reading, kind: str, token: re.Match[str]) -> None:
    """Take a bracket, an operator, a number or another sign."""
    if kind == "open":
        state.depth += 1
        state.deepest = max(state.deepest, state.depth + state.quoted)
        state.operators += token[kind] != "("
    elif kind == "close":
        state.depth -= 1
    elif kind == "operator":
        state.operators += 1
    elif kind == "number":
        if state.expect == "LIMIT":
            state.limit_at = token.span(kind)
        state.expect = ""
    elif kind == "other" and token[kind] in ("<<", ">>"):
        # apart from depth: between expressions it may be less-than and an IRI
        state.quoted = max(state.quoted + (1 if token[kind] == "<<" else -1), 0)
        state.deepest = max(state.deepest, state.depth + state.quoted)


@lru_cache(maxsize=64)
def scan(query: str) -> Scan:
    """Read a query's tokens; where `<` is ambiguous, the worst of the readings.

    Raises Problem (400) where there are more readings than are worth following.
    """
    first = _read(query, frozenset())
    if not first.doubtful:
        return Scan(
            first.form,
            first.deepest,
            first.operators,
            first.volatile,
            frozenset(first.services),
            tuple(first.default),
            tuple(first.named),
            first.limit_at,
            first.end if first.trailing_values is None or first.depth else first.trailing_values,
        )
    return _worst(query, first)


def _worst(query: str, first: _Reading) -> Scan:
    """The worst of the readings of a query in which `<` is ambiguous; where a LIMIT may stand, none of them tells."""
    readings = [first]
    waiting = [frozenset({place}) for place in first.doubtful]
    seen = set(waiting)
    while waiting:
        choice = waiting.pop()
        reading = _read(query, choice)
        if len(readings) == _MOST_READINGS or (reading.default, reading.named) != (first.default, first.named):
            raise bad_request(
                "ambiguous-query", "The query can be read in too many ways; put spaces around '<' where it compares."
            )
        readings.append(reading)
        for place in reading.doubtful:
            further = choice | {place}
            if further not in seen:
                seen.add(further)
                waiting.append(further)
    return Scan(
        form=first.form,
        depth=max(reading.deepest for reading in readings),
        operators=max(reading.operators for reading in readings),
        volatile=any(reading.volatile for reading in readings),
        services=frozenset().union(*(reading.services for reading in readings)),
        default=tuple(first.default),
        named=tuple(first.named),
    )


def _bounded(query: str, bounds: Bounds) -> Scan:
    if len(query) > bounds.characters:
        raise Problem(
            413, "query-too-long", f"The query has {len(query):,} characters; at most {bounds.characters:,} are taken."
        )
    found = scan(query)
    if found.depth > bounds.depth:
        raise bad_request(
            "query-too-deep", f"The query nests {found.depth:,} levels deep; at most {bounds.depth:,} are taken."
        )
    if found.operators > bounds.operators:
        raise bad_request(
            "query-too-large",
            f"The query has {found.operators:,} groups and operators; at most {bounds.operators:,} are taken."
            " Use VALUES or IN for long lists.",
        )
    return found


def check_update(text: str, bounds: Bounds) -> None:
    """Refuse an update that must not reach the engine: too large, asking other servers, or no update at all."""
    found = _bounded(text, bounds)
    if found.form in _FORMS:
        raise bad_request("query-as-update", "This is a query; send it to the query endpoint.")
    words = {text[start:end].upper() for kind, start, end in tokens(text) if kind == "word"}
    if found.services or "LOAD" in words:
        raise refused("service-refused", "SERVICE and LOAD are refused: this endpoint asks no other server.")


def check(query: str, bounds: Bounds, service_allowed: frozenset[str] = frozenset()) -> Scan:
    """Scan a query and refuse what must not reach the engine.

    Raises Problem: 400 for a query too large or too deep, 403 for an update or for SERVICE outside the allow-list.
    """
    found = _bounded(query, bounds)
    if found.form == "UPDATE":
        raise refused("update-refused", "This endpoint is read only: SPARQL Update is not accepted.")
    outside = found.services - service_allowed
    if outside:
        raise refused("service-refused", "SERVICE is refused: this endpoint asks no other server.")
    return found
