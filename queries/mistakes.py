"""Where a query goes wrong: line, column and word.

The engine's parser tries keywords by reading as many characters as they have, so the place it names can lie 14
characters, a line or the whole rest of a query too far. Its place is right when nothing stands within reach of such a
reading: so the query is parsed once more with its words set far apart, and the place carried back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from hefboom.queries.lexing import tokens

_GAP: Final = " " * 24
_POSITION: Final = re.compile(r"^error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_SENTENCE: Final = re.compile(r"(?:^|, )([A-Za-z][A-Za-z *]+ [a-z][A-Za-z ,']+?)(?=, [\[\"A-Z]|, \[|$|\n)")
_LONGEST_WORD: Final = 40


@dataclass(frozen=True)
class Mistake:
    """Where a query cannot be parsed, counted from 1; line and column are 0 where the parser does not say."""

    line: int
    column: int
    message: str


def find_mistake(query: str, error: SyntaxError, base: str, update: bool = False) -> Mistake:
    """Where a query (or an update) that the engine refused with this error goes wrong, and at which word."""
    spread, places = _spread(query)
    found = _parse(spread, base, update) or error
    match = _POSITION.match(str(found))
    if match is None:
        return Mistake(0, 0, str(error)[:300])
    if found is error:
        return _mistake(int(match[1]), int(match[2]), "", _reason(match[3]))
    offset = int(match[2]) - 1  # the spread text is one line
    start, end = next(((s, e) for at, s, e in reversed(places) if at <= offset), (0, 0))
    line = query.count("\n", 0, start) + 1
    column = start - (query.rfind("\n", 0, start) + 1) + 1
    return _mistake(line, column, query[start:end], _reason(match[3]))


def _mistake(line: int, column: int, word: str, reason: str) -> Mistake:
    if reason:
        what = f"{reason}, at {_shown(word)}." if word else f"{reason}."
    elif word:
        what = f"{_shown(word)} is not expected here."
    else:
        what = "the query ends too early."
    return Mistake(line, column, f"line {line}, column {column}: {what}")


def _shown(word: str) -> str:
    return f"'{word[:_LONGEST_WORD]}'" + ("..." if len(word) > _LONGEST_WORD else "")


def _reason(expected: str) -> str:
    """The sentence among the parser's expectations, such as 'Prefix not found'; empty when there is none."""
    match = _SENTENCE.search(expected)
    return match[1].strip() if match else ""


def _spread(query: str) -> tuple[str, list[tuple[int, int, int]]]:
    """The query on one line with gaps between its words; per word where it begins there, and its span in the query.

    A gap goes where there was space or a comment, and around brackets; words that touch may be one to the parser.
    """
    text: list[str] = []
    places: list[tuple[int, int, int]] = []
    length, gap = 0, True
    for kind, start, end in tokens(query):
        if kind == "skip":
            gap = True
            continue
        if gap or kind in ("open", "close"):
            text.append(_GAP)
            length += len(_GAP)
            places.append((length, start, end))
        else:
            at, first, _ = places[-1]
            places[-1] = (at, first, end)
        word = query[start:end].replace("\n", " ").replace("\r", " ")
        text.append(word)
        length += len(word)
        gap = kind in ("open", "close")
    places.append((length + len(_GAP), len(query.rstrip()), len(query.rstrip())))
    return "".join(text) + _GAP, places


def _parse(query: str, base: str, update: bool) -> SyntaxError | None:
    try:
        store = ox.Store()
        (store.update if update else store.query)(query, base_iri=base)
    except SyntaxError as error:
        return error
    return None
