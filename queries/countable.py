"""Whether a closed audience may get a count at all, and the words for why not: see `rules`.

Two covenants can share all but a few members. Counts of both, taken off each other, would tell of those few. So of such
a pair only one is counted: the one whose first membership began first, and of two that began together the one whose IRI
comes first. That depends on memberships alone, which are known, never on what anybody handed in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from hefboom.errors import QueryError
from hefboom.graph.iris import HEF
from hefboom.queries import rules
from hefboom.queries.evidence import RDF_TYPE, Visible

_COVENANT = NamedNode(HEF + "Covenant")
_SLICE = {
    "en": "Others are not counted here: counts are given for one covenant at a time, for today or for a 31 December.",
    "nl": "Anderen zijn hier niet geteld: aantallen zijn er per convenant, voor vandaag of voor een 31 december.",
}
_CLOSED = {
    "en": "No counts here: those over closed files and lists are given for one covenant at a time, for today or for "
    "a 31 December.",
    "nl": "Geen aantallen hier: die over gesloten dossiers en lijsten zijn er per convenant, voor vandaag of voor "
    "een 31 december.",
}
_NEAR = {
    "en": "No counts here: the members of covenant '{covenant}' are those of covenant '{first}', which held first, "
    "all but fewer than {k} members; two counts together would tell of single companies.",
    "nl": "Geen aantallen hier: de deelnemers van convenant '{covenant}' zijn op minder dan {k} na die van convenant "
    "'{first}', dat eerder gold; twee aantallen samen zouden over afzonderlijke bedrijven vertellen.",
}


class NotCounted(QueryError):
    """A grouped question that this audience gets no answer to; `notes` has why, by language."""

    def __init__(self, message: str, notes: Mapping[str, str]) -> None:
        super().__init__(message)
        self.notes = notes


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no count: `covenant` is told apart from `first` by fewer than `k` members, or the slice is wrong."""

    covenant: str = ""
    first: str = ""
    k: int = 0

    @property
    def notes(self) -> Mapping[str, str]:
        """The words that stand beside an answer without the count, by language."""
        if not self.first:
            return _SLICE
        told = {"covenant": self.covenant, "first": self.first, "k": self.k}
        return {lang: words.format(**told) for lang, words in _NEAR.items()}

    def refusal(self, question: str) -> NotCounted:
        """The error for a question that is nothing but counts."""
        if not self.first:
            message = (
                f"{question}: counts over closed lists are given for one covenant at a time, for today or a 31 "
                "December; give 'covenant', and for 'at' such a day"
            )
        else:
            message = (
                f"{question}: no counts of covenant '{self.covenant}': its members are those of covenant "
                f"'{self.first}', which held first, all but fewer than {self.k} members; two counts together would "
                "tell of single companies"
            )
        return NotCounted(message, self.notes if self.first else _CLOSED)


def only_covenant(evidence: Visible) -> NamedNode | None:
    """The covenant, where there is just one.

    A count for a closed audience is then one of its members, asked for or not: beside it, one of all companies would
    tell of those in no covenant. `evidence` must show all covenants.
    """
    covenants = {quad.subject for quad in evidence.quads(None, RDF_TYPE, _COVENANT)}
    only = covenants.pop() if len(covenants) == 1 else None
    return only if isinstance(only, NamedNode) else None


def members_only(covenant: NamedNode, lang: str) -> str:
    """The note beside an answer that counts the members of the only covenant without having been asked to."""
    words = {
        "en": "Only members of covenant '{0}' are counted.",
        "nl": "Alleen deelnemers van convenant '{0}' tellen mee.",
    }
    return words["nl" if lang == "nl" else "en"].format(_id(covenant.value))


def not_countable(
    given: Mapping[str, Sequence[object]], days: Sequence[dt.date], today: dt.date, evidence: Visible, k: int
) -> Reason | None:
    """Why a closed audience gets no count for these parameters; None where it gets one.

    `days` are those that the answer rests on, the asked one last; `evidence` must show all memberships.
    """
    covenants = {quad.subject for quad in evidence.quads(None, RDF_TYPE, _COVENANT)}
    if not rules.countable_slice(given, days[-1], today, len(covenants)):
        return Reason()
    for covenant in given.get("covenant", ()):
        iri = getattr(covenant, "value", "")
        if first := _nearly_the_same(iri, days, evidence, k):
            return Reason(_id(iri), _id(first), k)
    return None


@dataclass(frozen=True, slots=True)
class _Membership:
    company: str
    since: str
    until: str

    def holds(self, day: dt.date) -> bool:
        return self.since <= day.isoformat() and (not self.until or day.isoformat() < self.until)


def _nearly_the_same(covenant: str, days: Collection[dt.date], evidence: Visible, k: int) -> str | None:
    """The first of the covenants before this one that share all but 1 to `k` - 1 members with it on one of `days`."""
    memberships = _memberships(evidence)
    order = {one: (min(held.since for held in found), one) for one, found in memberships.items()}
    if covenant not in order:
        return None
    for other in sorted((one for one in order if order[one] < order[covenant]), key=order.__getitem__):
        for day in days:
            here, there = ({held.company for held in memberships[one] if held.holds(day)} for one in (covenant, other))
            if here & there and 0 < len(here ^ there) < k:
                return other
    return None


def _memberships(evidence: Visible) -> dict[str, list[_Membership]]:
    """The memberships of every covenant by its IRI; a day that is not stated is an empty text."""
    told = {name: _values(evidence, name) for name in ("member", "covenant", "validFrom", "validTo")}
    found: dict[str, list[_Membership]] = {}
    for membership, company in told["member"].items():
        since, until = (told[name].get(membership, "") for name in ("validFrom", "validTo"))
        found.setdefault(told["covenant"].get(membership, ""), []).append(_Membership(company, since, until))
    return found


def _values(evidence: Visible, name: str) -> dict[str, str]:
    return {
        getattr(quad.subject, "value", ""): quad.object.value
        for quad in evidence.quads(None, NamedNode(HEF + name))
        if isinstance(quad.object, NamedNode | Literal)
    }


def _id(iri: str) -> str:
    return iri.rpartition("/")[2]
