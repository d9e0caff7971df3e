"""The smallest group of members that together reaches a share of the high-risk sites, solved exactly.

This is partial set cover. The integer programme has one yes-or-no variable per member and one variable between 0 and 1
per set of sites that the same members use: such a set counts when a chosen member uses it. HiGHS minimises the number
of members and reports a bound, so the answer says whether it is proven smallest. The greedy group stands beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from pyoxigraph import NamedNode
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from hefboom.errors import QueryError
from hefboom.queries.answers import Cell
from hefboom.queries.cells import decimal, truth, value, whole, words

_TIME_LIMIT = 60.0
"""Seconds after which the solver gives its best group, not proven smallest."""

_PARTS = {
    "en": {
        "short": "wanted share cannot be reached; at most",
        "exact": "smallest group",
        "greedy": "greedy group",
        "nobody": "reached by nobody",
    },
    "nl": {
        "short": "gevraagd aandeel niet haalbaar; hoogstens",
        "exact": "kleinste groep",
        "greedy": "gulzige groep",
        "nobody": "door niemand bereikt",
    },
}


@dataclass(frozen=True, slots=True)
class Coalition:
    """A group of members in the order in which each adds most sites, and whether no smaller group does it."""

    members: tuple[str, ...]
    proven: bool


def smallest_coalition(sites_of: Mapping[str, frozenset[str]], wanted: int) -> Coalition:
    """The smallest group of members whose sites together are at least `wanted`.

    `sites_of` gives the sites of each member. Where fewer sites than `wanted` are used by anyone, the group reaches all
    that are. Of several smallest groups the solver's choice is the same for the same input.
    """
    members = sorted(sites_of)
    users: dict[str, list[int]] = {}
    for place, member in enumerate(members):
        for site in sites_of[member]:
            users.setdefault(site, []).append(place)
    weights = Counter(tuple(places) for places in users.values())
    wanted = min(wanted, len(users))
    if wanted <= 0:
        return Coalition((), True)
    sets = sorted(weights)
    chosen, proven = _solve(len(members), sets, np.array([weights[one] for one in sets], dtype=float), wanted)
    picked = {members[place]: sites_of[members[place]] for place in chosen}
    return Coalition(greedy_coalition(picked, wanted).members, proven)


def _solve(members: int, sets: Sequence[tuple[int, ...]], weights: np.ndarray, wanted: int) -> tuple[list[int], bool]:
    pairs = [(row, place, 1.0) for row, places in enumerate(sets) for place in places]
    pairs += [(row, members + row, -1.0) for row in range(len(sets))]
    rows, columns, entries = zip(*pairs, strict=True)
    covers = coo_array((entries, (rows, columns)), shape=(len(sets), members + len(sets))).tocsr()
    total = np.concatenate([np.zeros(members), weights])
    found = milp(
        np.concatenate([np.ones(members), np.zeros(len(sets))]),
        integrality=np.concatenate([np.ones(members), np.zeros(len(sets))]),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(covers, lb=0), LinearConstraint(total[np.newaxis, :], lb=wanted)],
        options={"time_limit": _TIME_LIMIT, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise QueryError(
            f"no group was found within {_TIME_LIMIT:.0f} seconds; ask for fewer sites or another covenant"
        )
    return [place for place in range(members) if found.x[place] > 0.5], found.status == 0


def greedy_coalition(sites_of: Mapping[str, frozenset[str]], wanted: int) -> Coalition:
    """The group that takes, again and again, the member who adds most sites; of equals the first by id."""
    left = dict(sorted(sites_of.items()))
    covered: set[str] = set()
    order: list[str] = []
    while left and len(covered) < wanted:
        best = max(left, key=lambda member: len(left[member] - covered))
        if not left[best] - covered:
            break
        covered |= left.pop(best)
        order.append(best)
    return Coalition(tuple(order), False)


def analyse(
    rows: Sequence[dict[str, Cell]], given: Mapping[str, Sequence[NamedNode | object]], lang: str
) -> list[dict[str, Cell]]:
    """Rows of company, name, site, siteLabel and tier to the smallest group, the greedy group, the sites of nobody.

    Where all members together reach less than the wanted share, a row before these says how much they reach.

    Raises QueryError for a share outside 0 to 100.
    """
    percent, most = float(_one(given, "p")), int(_one(given, "max_tier"))
    if not 0 < percent <= 100:
        raise QueryError(f"p: '{percent:g}' is no share; give a number above 0 and up to 100")
    rows = [row for row in rows if row["company"] is not None or "site" in given]
    sites = {value(row["site"]): row for row in rows}
    sites_of: dict[str, set[str]] = {}
    names: dict[str, Cell] = {}
    for row in rows:
        company, tier = value(row["company"]), value(row["tier"])
        if company and tier and int(tier) <= most:
            sites_of.setdefault(company, set()).add(value(row["site"]))
            names[company] = row["name"]
    reach = {company: frozenset(found) for company, found in sites_of.items()}
    wanted = ceil(len(sites) * percent / 100 - 1e-9)
    parts = _PARTS[lang]
    exact, greedy = smallest_coalition(reach, wanted), greedy_coalition(reach, wanted)
    reached = frozenset().union(*reach.values())
    answer: list[dict[str, Cell]] = []
    if len(reached) < wanted:
        answer.append({"part": words(parts["short"]), **_covered(len(reached), len(sites))})
    answer += _group(parts["exact"], exact, reach, names, len(sites), wanted)
    answer += ({**row, "proven": None} for row in _group(parts["greedy"], greedy, reach, names, len(sites), wanted))
    for site in sorted(sites.keys() - reached):
        answer.append({"part": words(parts["nobody"]), "site": NamedNode(site), "siteLabel": sites[site]["siteLabel"]})
    return answer


def _group(
    part: str, group: Coalition, reach: Mapping[str, frozenset[str]], names: Mapping[str, Cell], sites: int, wanted: int
) -> Iterator[dict[str, Cell]]:
    covered: set[str] = set()
    for place, member in enumerate(group.members, 1):
        fresh = len(reach[member] - covered)
        covered |= reach[member]
        yield {
            "part": words(part),
            "place": whole(place),
            "company": NamedNode(member),
            "name": names[member],
            "newSites": whole(fresh),
            **_covered(len(covered), sites),
            "enough": truth(len(covered) >= wanted),
            "proven": truth(group.proven),
        }


def _covered(reached: int, sites: int) -> dict[str, Cell]:
    return {"sites": whole(reached), "coverage": decimal(100 * reached / sites)}


def _one(given: Mapping[str, Sequence[object]], name: str) -> str:
    return str(getattr(given[name][0], "value", ""))
