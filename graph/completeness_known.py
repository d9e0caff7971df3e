"""A company's file as it could be known on the day of a check: without what had not happened on that day.

Nothing is taken out of the store: a check sees the file through here, whatever engine runs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Final

from hefboom.graph.completeness_files import CompanyFile
from hefboom.graph.iris import HEF, SCHEME
from hefboom.ontology.terms import PREFIXES, fact_table

_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_START: Final = HEF + "startDate"
_END: Final = HEF + "validTo"
_STEP: Final = HEF + "followedUpOn"
_COMPLETED: Final = HEF + "completedOn"
_PART_OF: Final = frozenset(
    HEF + term for term in ("policy", "plan", "action", "audit", "finding", "mechanism", "assessment")
)
"""A row that refers to another one so is a part of it or follows from it."""
_ABOUT: Final = frozenset(HEF + term for term in ("risk", "impact"))
_NOTHING_ELSE: Final = frozenset(HEF + term for term in ("PolicyGoal", "Involvement", "Remedy"))
"""Rows of these classes say something about risks and harm, and nothing once those are gone."""
_SAID_WITH: Final = {
    HEF + "publishedOn": (HEF + "publishedAt",),
    _COMPLETED: (HEF + "actionStatus", HEF + "conclusion"),
    _START: (_COMPLETED, HEF + "actionStatus", HEF + "conclusion"),
    _END: (HEF + "endReason",),
    _STEP: (HEF + "outcome",),
}
"""What is only true from a day on, by the property that holds the day."""
_A_DAY: Final = "#date> ."
_PLANNED: Final = frozenset((_START, _END))
"""Days to come that leave their row as it is, and so all rows that refer to it."""
_NOT_YET: Final = {
    _STEP: (f"<{SCHEME}complaint-status/closed>", f"<{SCHEME}complaint-status/in-progress>"),
    _COMPLETED: (f"<{SCHEME}corrective-status/closed>", f"<{SCHEME}corrective-status/in-progress>"),
}
"""What is closed once a day has come was still being handled before it; a status left out would be one missing."""


def as_known_on(file: CompanyFile, at: date) -> CompanyFile:
    """The file without what had not happened on a day; one that is told as of that day already stays as it is.

    A row with dates that all lie after the day is left out, with what is a part of it, unless that has an earlier date
    of its own. Of other rows the later dates are left out, with what they date. Rows without a date stay, and so do
    plans: deadlines, ends, and actions that start later.
    """
    return file if file.known_on == at else replace(file, ntriples=_known(file.ntriples, at.isoformat()), known_on=at)


def _known(ntriples: str, at: str) -> str:
    """The statements that were known on a day."""
    days_to_come = [line for line in ntriples.splitlines() if line.endswith(_A_DAY) and line.rsplit('"', 2)[1] > at]
    late = [found.group(1, 2) for line in days_to_come if (found := _dated_line().match(line))]
    if not late:
        return ntriples
    if all(predicate in _PLANNED for _, predicate in late):
        return _without(ntriples, {(node, term) for node, predicate in late for term in _SAID_WITH[predicate]})
    return "".join(_Table(ntriples, _dated_line().findall(ntriples), at).known())


def _without(ntriples: str, gone: set[tuple[str, str]]) -> str:
    """The statements without those of some subjects and predicates."""
    starts = tuple(f"<{subject}> <{predicate}> " for subject, predicate in gone)
    if not any(start in ntriples for start in starts):
        return ntriples
    return "".join(line for line in ntriples.splitlines(keepends=True) if not line.startswith(starts))


@cache
def _happens() -> dict[tuple[str, str], str]:
    """What the day of a property says, by class and property: `record`, `begins` or `detail`."""
    classes = {row["sheet"]: _expand(row["class"]) for row in fact_table("company_file_sheets")}
    properties = {(row["sheet"], row["field"]): row["property"] for row in fact_table("company_file_fields")}
    return {
        (classes[row["sheet"]], _expand(properties[row["sheet"], row["field"]])): row["happens"]
        for row in fact_table("company_file_dates")
    }


def _expand(curie: str) -> str:
    prefix, _, name = curie.partition(":")
    return PREFIXES[prefix] + name


@cache
def _dated_line() -> re.Pattern[str]:
    terms = sorted({term for _, term in _happens()} | {_START, _END})
    return re.compile(r"^<([^>]*)> <(" + "|".join(map(re.escape, terms)) + r')> "(\d{4}-\d\d-\d\d)"', re.MULTILINE)


@dataclass
class _Node:
    """What decides whether a row is known: its classes, the days of the row itself, and what it refers to."""

    classes: set[str] = field(default_factory=set)
    part_of: list[str] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    own_days: list[str] = field(default_factory=list)


class _Table:
    """The statements of one file, and which of them were not known yet on a day."""

    def __init__(self, ntriples: str, dated: Iterable[tuple[str, str, str]], at: str) -> None:
        self._at = at
        self._lines = ntriples.splitlines(keepends=True)
        self._nodes: dict[str, _Node] = {}
        self._dropped: set[tuple[str, str]] = set()
        self._replaced: dict[tuple[str, str], str] = {}
        self._late_days: set[tuple[str, str, str]] = set()
        self._read()
        self._gone: set[str] = set()
        self._judge(dated)
        self._spread()

    def _read(self) -> None:
        for line in self._lines:
            subject, predicate, term = _split(line)
            node = self._nodes.setdefault(subject, _Node())
            if predicate == _TYPE:
                node.classes.add(term[1:-1])
            elif predicate in _PART_OF:
                node.part_of.append(term[1:-1])
            elif predicate in _ABOUT:
                node.about.append(term[1:-1])

    def _judge(self, dated: Iterable[tuple[str, str, str]]) -> None:
        """Rows that had not happened by their own days, and days of other rows that had not come."""
        for subject, predicate, day in dated:
            node = self._nodes[subject]
            kind = next((role for name in node.classes if (role := _happens().get((name, predicate)))), "")
            if kind in {"record", "begins"} or (predicate in {_START, _COMPLETED} and day <= self._at):
                node.own_days.append(day)
            if day <= self._at:
                continue
            if kind:
                self._late_days.add((subject, predicate, day))
            if kind or predicate == _START or (predicate == _END and f"{HEF}SupplyRelationship" in node.classes):
                self._dropped |= {(subject, term) for term in _SAID_WITH.get(predicate, ())}
            if predicate in _NOT_YET:
                closed, open_still = _NOT_YET[predicate]
                self._replaced[subject, closed] = open_still
        self._gone = {
            subject for subject, node in self._nodes.items() if node.own_days and min(node.own_days) > self._at
        }

    def _spread(self) -> None:
        """Leave out what is a part of rows that are left out, or says something about nothing else."""
        while more := {subject for subject, node in self._nodes.items() if self._falls(subject, node)}:
            self._gone |= more

    def _falls(self, subject: str, node: _Node) -> bool:
        if subject in self._gone or node.own_days:
            return False
        if not self._gone.isdisjoint(node.part_of):
            return True
        return bool(node.about) and bool(node.classes & _NOTHING_ELSE) and self._gone.issuperset(node.about)

    def known(self) -> Iterator[str]:
        """The lines of what was known."""
        for line in self._lines:
            subject, predicate, term = _split(line)
            if subject in self._gone or term[1:-1] in self._gone or (subject, predicate) in self._dropped:
                continue
            if (subject, predicate, term[1:11]) in self._late_days:
                continue
            instead = self._replaced.get((subject, term))
            yield line.replace(term, instead) if instead else line


def _split(line: str) -> tuple[str, str, str]:
    """Subject and predicate without brackets, and the term as it stands."""
    subject, predicate, rest = line.split(" ", 2)
    return subject[1:-1], predicate[1:-1], rest.rstrip().removesuffix(" .")
