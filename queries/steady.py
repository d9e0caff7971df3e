"""Counts over closed lists that two answers cannot be subtracted from: a row changes when a whole group changes it.

Counts at two year-ends can differ by one company that joined in between, and who joined is known; the difference would
be that company's own figure. So a row of a grouped answer stands as it did until at least `k` contributors have changed
what they contribute to it; only then is it counted anew. What a row rests on at each year-end is worked out again for
every answer, so that the same data always give the same answer. What remains: that a row appears tells that it has
reached `k`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hefboom.queries.answers import Cell, Row

Key = tuple[Cell, ...]
Shares = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class State:
    """A row on one day, and what each contributor adds to it."""

    row: Row
    shares: Shares


@dataclass(frozen=True, slots=True)
class _Held:
    """What is shown of a row, None while it is too small, and what it rests on."""

    row: Row | None
    shares: Shares


_NOTHING = _Held(None, {})


def shares_of(text: str) -> Shares:
    """The contributions of a row by contributor, from `contributor item; contributor item`."""
    found: dict[str, set[str]] = {}
    for entry in text.split("; "):
        if entry:
            contributor, _, item = entry.partition(" ")
            found.setdefault(contributor, set()).add(item)
    return {contributor: frozenset(items) for contributor, items in found.items()}


def steady_rows(days: Sequence[Mapping[Key, State]], k: int, large: Callable[[Row], bool]) -> tuple[list[Row], bool]:
    """The rows to be shown on the last of several days, in time; and whether one of them stands as it did earlier.

    `large` says whether a row reaches the group size. Rows keep the order of the last day; those that are only held
    from earlier days come after them.
    """
    held: dict[Key, _Held] = {}
    for states in days:
        for key in {**held, **states}:
            before = held.get(key, _NOTHING)
            now = states.get(key)
            shares = now.shares if now else {}
            changed = {one for one in {**before.shares, **shares} if before.shares.get(one) != shares.get(one)}
            if len(changed) >= k:
                held[key] = _Held(now.row if now and large(now.row) else None, shares)
    last = days[-1]
    shown = [(key, row) for key in {**last, **held} if (row := held.get(key, _NOTHING).row) is not None]
    old = any(key not in last or last[key].shares != held[key].shares for key, _ in shown)
    return [row for _, row in shown], old
