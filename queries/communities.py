"""Members that could act together, and the sites that hold the network of members and sites together.

Members are linked by the sites that they share. Communities are the groups within which more is shared than chance
would give (modularity, joined greedily from single members, so that the same input gives the same groups). A site holds
the network together when members would lose every tie to each other without it (a cut vertex), and it is ranked by the
share of shortest ties between members that run over it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import networkx as nx
from pyoxigraph import NamedNode

from hefboom.queries.answers import Cell
from hefboom.queries.cells import decimal, truth, value, whole, words

_PARTS = {
    "en": {"group": "could act together", "alone": "shares no site", "site": "holds the network together"},
    "nl": {"group": "kunnen samen optrekken", "alone": "deelt geen locatie", "site": "houdt het netwerk bijeen"},
}
_MOST_SITES = 50
_EXACT_BELOW = 1_000
"""With more members than this, the ties that run over a site are estimated from a sample with a fixed seed."""


def member_network(uses: Mapping[str, frozenset[str]]) -> nx.Graph:
    """Members as nodes, in order; an edge weighs the number of sites that both use."""
    network: nx.Graph = nx.Graph()
    network.add_nodes_from(sorted(uses))
    users: dict[str, list[str]] = {}
    for member in sorted(uses):
        for site in uses[member]:
            users.setdefault(site, []).append(member)
    weights: dict[tuple[str, str], int] = {}
    for members in users.values():
        for pair in combinations(members, 2):
            weights[pair] = weights.get(pair, 0) + 1
    network.add_weighted_edges_from((one, other, weight) for (one, other), weight in sorted(weights.items()))
    return network


def find_communities(network: nx.Graph) -> list[tuple[str, ...]]:
    """The groups of members, the largest first, each in order; members without any tie are not among them."""
    tied = network.subgraph(sorted(node for node in network if network.degree(node)))
    if not tied.number_of_edges():
        return []
    ordered: nx.Graph = nx.Graph()
    ordered.add_nodes_from(sorted(tied))
    ordered.add_weighted_edges_from(sorted(tied.edges(data="weight")))
    groups = nx.community.greedy_modularity_communities(ordered, weight="weight")
    return sorted((tuple(sorted(group)) for group in groups), key=lambda group: (-len(group), group))


def holding_sites(uses: Mapping[str, frozenset[str]]) -> list[tuple[str, bool, float]]:
    """Shared sites with whether they are cut vertices and their share of shortest ties, the most holding first."""
    network: nx.Graph = nx.Graph()
    counts: dict[str, int] = {}
    for found in uses.values():
        for site in found:
            counts[site] = counts.get(site, 0) + 1
    shared = {site for site, count in counts.items() if count > 1}
    for member in sorted(uses):
        network.add_node(("member", member))
        network.add_edges_from((("member", member), ("site", site)) for site in sorted(uses[member] & shared))
    cuts = set(nx.articulation_points(network))
    members = [node for node in network if node[0] == "member" and network.degree(node)]
    starts = members if len(members) <= _EXACT_BELOW else members[:: len(members) // _EXACT_BELOW + 1]
    ties = nx.betweenness_centrality_subset(network, starts, members, normalized=False)
    pairs = len(starts) * (len(members) - 1) / 2
    ranked = [
        (site, ("site", site) in cuts, 100 * ties[("site", site)] / pairs if pairs else 0.0) for site in sorted(shared)
    ]
    return sorted(ranked, key=lambda entry: (not entry[1], -round(entry[2], 6), entry[0]))


def analyse(rows: Sequence[dict[str, Cell]], given: Mapping[str, Sequence[object]], lang: str) -> list[dict[str, Cell]]:
    """Rows of company, name, site and siteLabel to the groups, the members without a tie, and the holding sites."""
    parts = _PARTS[lang]
    names = {value(row["company"]): row["name"] for row in rows}
    labels = {value(row["site"]): row["siteLabel"] for row in rows}
    gathered: dict[str, set[str]] = {}
    for row in rows:
        gathered.setdefault(value(row["company"]), set()).add(value(row["site"]))
    uses = {member: frozenset(found) for member, found in gathered.items()}
    network = member_network(uses)
    answer: list[dict[str, Cell]] = []
    for number, group in enumerate(find_communities(network), 1):
        for member in group:
            ties = [other for other in group if network.has_edge(member, other)]
            answer.append(
                {
                    "part": words(parts["group"]),
                    "group": whole(number),
                    "company": NamedNode(member),
                    "name": names[member],
                    "ties": whole(len(ties)),
                    "sharedSites": whole(len({s for other in ties for s in uses[member] & uses[other]})),
                }
            )
    for member in sorted(node for node in network if not network.degree(node)):
        answer.append({"part": words(parts["alone"]), "company": NamedNode(member), "name": names[member]})
    for site, cut, share in holding_sites(uses)[:_MOST_SITES]:
        if cut or share:
            answer.append(
                {
                    "part": words(parts["site"]),
                    "site": NamedNode(site),
                    "siteLabel": labels[site],
                    "cut": truth(cut),
                    "tiesOver": decimal(share),
                    "members": whole(sum(site in found for found in uses.values())),
                }
            )
    return answer
