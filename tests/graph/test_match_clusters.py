"""Clusters: groups are checked as wholes, and what must stay apart does."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import polars as pl
import pytest

from hefboom.graph.match_clusters import HARD, cluster

SCHEMA = {
    "claim_l": pl.Int64, "claim_r": pl.Int64, "outcome": pl.String, "probability": pl.Float64,
    "conflicts": pl.List(pl.String), "rule": pl.String,
}  # fmt: skip
Judged = tuple[int, int, str, float, list[str], str | None]


def same(left: int, right: int, probability: float = 0.98, rule: str | None = None) -> Judged:
    """A pair found to be one site."""
    return left, right, "same", probability, [], rule


def apart(left: int, right: int, conflict: str = "unit") -> Judged:
    """A pair that a conflict keeps apart."""
    return left, right, "possible", 0.9, [conflict], None


def groups(judged: Sequence[Judged]) -> dict[int, int]:
    """Cluster by claim."""
    connection = duckdb.connect()
    connection.register("judged", pl.DataFrame(list(judged), schema=SCHEMA, orient="row"))
    cluster(connection, "judged")
    return dict(connection.execute("SELECT claim, cluster FROM m_group").fetchall())


def test_linked_claims_are_one_cluster_named_by_its_lowest() -> None:
    assert groups([same(4, 7), same(7, 9), same(4, 9)]) == {4: 4, 7: 4, 9: 4}


def test_nothing_the_same_makes_no_clusters() -> None:
    assert groups([apart(1, 2)]) == {}


@pytest.mark.parametrize("conflict", HARD)
def test_a_hard_conflict_splits_a_chain_at_its_weaker_link(conflict: str) -> None:
    assert groups([same(1, 2, 0.99), same(2, 3, 0.96), apart(1, 3, conflict)]) == {1: 1, 2: 1}


def test_a_soft_conflict_does_not_outvote_two_links() -> None:
    assert groups([same(1, 2), same(2, 3), apart(1, 3, "company")]) == {1: 1, 2: 1, 3: 1}


def test_a_rejection_holds_against_every_link() -> None:
    rejected: Judged = (1, 3, "different", 0.0, [], "decision.different")
    found = groups([same(1, 2), same(2, 3), rejected])
    assert found.get(1, 1) != found.get(3, 3)


def test_a_rejection_holds_against_two_confirmations() -> None:
    rejected: Judged = (1, 3, "different", 0.0, [], "decision.different")
    found = groups([same(1, 2, 1, "decision.same"), same(2, 3, 1, "decision.same"), rejected])
    assert found.get(1, 1) != found.get(3, 3)


def test_a_confirmation_joins_groups_that_too_few_links_hold_together() -> None:
    left = [same(a, b) for a in (1, 2, 3) for b in (1, 2, 3) if a < b]
    right = [same(a, b) for a in (4, 5, 6) for b in (4, 5, 6) if a < b]
    weak, confirmed = groups([*left, *right, same(3, 4, 0.96)]), groups([*left, *right, same(3, 4, 1, "decision.same")])
    assert weak[3] != weak[4]
    assert len(set(confirmed.values())) == 1


def test_groups_do_not_depend_on_the_order_of_pairs() -> None:
    judged = [same(1, 2, 0.99), same(2, 3, 0.96), apart(1, 3), same(3, 4, 0.97), same(5, 6)]
    assert groups(judged) == groups(judged[::-1])


def test_a_pair_that_is_more_likely_two_sites_outweighs_one_link() -> None:
    doubtful: Judged = (1, 3, "possible", 0.23, [], None)
    assert groups([same(1, 2, 0.99), same(2, 3, 0.96), doubtful]) == {1: 1, 2: 1}
    likely: Judged = (1, 3, "possible", 0.7, [], None)
    assert groups([same(1, 2, 0.99), same(2, 3, 0.96), likely]) == {1: 1, 2: 1, 3: 1}
