"""Aggregated lists: the sites that the members of a covenant use together, as open to everyone, naming no member.

A covenant has none until the secretariat opens one (`hefboom covenant aggregate`). It is a snapshot: what it says stays
the same until the lists of at least k companies differ from those behind *every* snapshot before it, so that whoever
subtracts one publication from another learns of a group, never of one company. The same holds beside the snapshots of
other covenants that share lists with it: of two covenants with all but fewer than k lists in common, the one that was
shown first stays.

    hefboom-data/covenants/<slug>.json     settings, and per snapshot a fingerprint of what each company put in
    hefboom-data/covenants/<slug>.nq       the statements of the newest snapshot
"""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final

from hefboom.errors import StoreError, UsageError
from hefboom.graph.aggregate_check import check_aggregate
from hefboom.graph.aggregate_statements import statements_of
from hefboom.graph.aggregated_sites import Together, put_together
from hefboom.graph.iris import slug
from hefboom.graph.opened import OpenData

GROUP_SIZE: Final = 3
"""The fewest companies that an aggregated list tells of, unless the secretariat asks for more."""


@dataclass(frozen=True)
class Aggregate:
    """The aggregated list of one covenant: whether it is open, its group size, and the snapshots made of it.

    `snapshots` has, by company, a fingerprint of what that company put into each; `told_at` is the newest one's group
    size.
    """

    covenant: str
    label: str
    at_least: int
    is_open: bool
    snapshots: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    day: str = ""
    sites: int = 0
    told_at: int = 0

    @property
    def held(self) -> bool:
        """Whether there is something to publish."""
        return self.is_open and bool(self.snapshots)


@dataclass(frozen=True)
class Renewed:
    """What came of looking at one aggregated list.

    `news` is `new`, `same`, `kept` (too few changed), `near` (too few differ from `beside`, another covenant) or
    `small`.
    """

    aggregate: Aggregate
    news: str
    changed: int = 0
    beside: str = ""


class Aggregates:
    """The aggregated lists of a data folder."""

    def __init__(self, data: Path) -> None:
        self.path = data / "covenants"

    def all(self) -> list[Aggregate]:
        """Every covenant that ever had one, by its slug."""
        return [_read(file) for file in sorted(self.path.glob("*.json"))]

    def open(self, data: OpenData, covenant: str, at_least: int = GROUP_SIZE) -> Aggregate:
        """Let a covenant have an aggregated list from the next publication on.

        Raises UsageError for a covenant under which nothing was handed in, and for a group size below 2.
        """
        if at_least < 2:
            raise UsageError(f"--at-least {at_least} tells of single companies; use 2 or more")
        wanted = slug(data.names.covenant_id(covenant))
        labels = {entry.covenant: entry.covenant_name for entry in data.entries if entry.covenant and entry.in_force}
        if wanted not in labels:
            known = ", ".join(sorted(filter(None, labels))) or "none"
            raise UsageError(f"no list was handed in under '{covenant}'; covenants with lists are: {known}")
        before = self._find(wanted)
        made = Aggregate(wanted, labels[wanted] or wanted, at_least, True)
        if before is not None:
            made = replace(before, at_least=at_least, is_open=True)
        self._write(made)
        return made

    def close(self, data: OpenData, covenant: str) -> Aggregate:
        """Take a covenant's aggregated list away with the next publication. Raises UsageError when it has none."""
        before = self._find(slug(data.names.covenant_id(covenant)))
        if before is None or not before.is_open:
            raise UsageError(f"'{covenant}' has no aggregated list; 'hefboom covenant list' shows which have")
        closed = replace(before, is_open=False)
        self._write(closed)
        return closed

    def renew(self, data: OpenData, today: datetime.date, anyway: bool = False) -> list[Renewed]:
        """Make every open aggregated list anew where enough companies' lists differ from all snapshots before.

        With `anyway` also where too few do: the secretariat then answers for what a comparison may tell.
        """
        return [self._renewed(data, one, today, anyway) for one in self.all() if one.is_open]

    def statements(self) -> list[Path]:
        """The files with the statements that a publication holds, N-Quads."""
        return [self._file(one.covenant, "nq") for one in self.all() if one.held]

    def _renewed(self, data: OpenData, known: Aggregate, today: datetime.date, anyway: bool) -> Renewed:
        fresh = put_together(data, known.covenant, today)
        if len(fresh.companies) < known.at_least:
            if known.snapshots and not anyway:
                return Renewed(known, "kept", len(fresh.companies))
            emptied = replace(known, snapshots=(), day="", sites=0)
            self._write(emptied)
            return Renewed(emptied, "small", len(fresh.companies))
        changed = min((_differing(fresh.prints, old) for old in known.snapshots), default=len(fresh.prints))
        if known.snapshots and fresh.prints == known.snapshots[-1] and known.told_at == known.at_least:
            return Renewed(known, "same")
        if changed < known.at_least and not anyway:
            return Renewed(known, "kept", changed)
        if not anyway and (other := self._near(known, fresh.prints)):
            return Renewed(known, "near", beside=other.label)
        return Renewed(self._take(data, known, fresh, today), "new", changed)

    def _near(self, known: Aggregate, prints: Mapping[str, str]) -> Aggregate | None:
        """Another covenant that ever showed lists of which these share some and in which fewer than k differ."""
        for other in self.all():
            for shown in other.snapshots if other.covenant != known.covenant else ():
                if prints.items() & shown.items() and 0 < _differing(prints, shown) < known.at_least:
                    return other
        return None

    def _take(self, data: OpenData, known: Aggregate, fresh: Together, today: datetime.date) -> Aggregate:
        lines = statements_of(fresh, known.covenant, known.label, known.at_least, today, data.names)
        check_aggregate(data.store, lines, known.covenant, known.at_least, data.names)
        self._put(self._file(known.covenant, "nq"), "".join(f"{line}\n" for line in lines))
        taken = replace(
            known, snapshots=(*known.snapshots, fresh.prints), day=today.isoformat(), sites=len(fresh.sites),
            told_at=known.at_least,
        )  # fmt: skip
        self._write(taken)
        return taken

    def _find(self, covenant: str) -> Aggregate | None:
        file = self._file(covenant, "json")
        return _read(file) if file.is_file() else None

    def _file(self, covenant: str, suffix: str) -> Path:
        return self.path / f"{covenant}.{suffix}"

    def _write(self, aggregate: Aggregate) -> None:
        self._put(self._file(aggregate.covenant, "json"), json.dumps(asdict(aggregate), indent=1) + "\n")

    def _put(self, file: Path, text: str) -> None:
        """Write a file that only its owner can read, in one step: it tells who put in what."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as opened:
            opened.write(text)
        fresh.replace(file)


def _differing(one: Mapping[str, str], other: Mapping[str, str]) -> int:
    return sum(one.get(company) != other.get(company) for company in {*one, *other})


def _read(file: Path) -> Aggregate:
    try:
        members = json.loads(file.read_text(encoding="utf-8"))
        return Aggregate(**{**members, "snapshots": tuple(members["snapshots"])})
    except (ValueError, TypeError, KeyError) as error:
        raise StoreError(f"{file}: cannot be read ({error}); restore it from a backup, or remove it") from error


def covenants_of(files: Iterable[Path]) -> frozenset[str]:
    """The slugs of the covenants whose statements stand in these files."""
    return frozenset(file.stem for file in files)
