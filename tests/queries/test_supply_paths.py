"""Shortest paths: as short as any, with the surest weakest link among the short ones."""

from __future__ import annotations

import itertools

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from hefboom.queries.answers import Row
from hefboom.queries.paths import CONFIDENCE, MAX_LINKS, Links

PLACES = [f"urn:{letter}" for letter in "abcdefg"]
LINKS = st.lists(
    st.tuples(st.sampled_from(PLACES), st.sampled_from(PLACES), st.sampled_from([*CONFIDENCE, None])), max_size=18
)


def rows(links: list[tuple[str, str, str | None]]) -> list[Row]:
    return [(NamedNode(a), NamedNode(b), Literal(c) if c else None, NamedNode(f"urn:list/{a}")) for a, b, c in links]


@given(LINKS)
def test_path_is_shortest_and_its_weakest_link_the_surest(links: list[tuple[str, str, str | None]]) -> None:
    graph = nx.DiGraph()
    graph.add_nodes_from(PLACES)
    for buyer, supplier, confidence in links:
        sure = max(CONFIDENCE.index(confidence or "assumed"), graph.get_edge_data(buyer, supplier, {}).get("sure", 0))
        graph.add_edge(buyer, supplier, sure=sure)
    found = Links(rows(links)).paths_from("urn:a")
    reachable = nx.single_source_shortest_path_length(graph, "urn:a", cutoff=MAX_LINKS)
    assert set(found) == set(reachable) - {"urn:a"}
    for site, path in found.items():
        rivals = list(nx.all_shortest_paths(graph, "urn:a", site))
        sureness = [min(graph.edges[step]["sure"] for step in itertools.pairwise(rival)) for rival in rivals]
        assert list(path.places) in rivals
        assert CONFIDENCE.index(path.weakest.confidence) == max(sureness)


@given(LINKS, st.randoms())
def test_paths_do_not_depend_on_the_order_of_the_links(links: list[tuple[str, str, str | None]], dice: object) -> None:
    mixed = list(links)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    assert Links(rows(mixed)).paths_from("urn:a") == Links(rows(links)).paths_from("urn:a")
