"""Clusters of claims that are one site, checked as wholes: no chain over one weak link, none joined that must not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

HARD = ("os_id", "duns", "lei", "unit", "name_number", "branch", "sister", "house_number", "country")
"""Conflicts that keep two claims apart in every cluster, whatever links them through others."""
DENSITY = 0.5
"""A group is taken as it is when at least this share of its pairs is the same site and none conflicts."""
EVEN = 0.5
"""A pair below this probability is more likely two sites: it weighs against a join as much as a link for it."""
LINKAGE = 0.34
"""Two groups are joined when links of at least this mean strength run between their members."""

Numbers = NDArray[np.int64]


def cluster(connection: duckdb.DuckDBPyConnection, judged: str) -> None:
    """Make `m_group` (claim, cluster): cluster is the lowest claim of its members; single claims are not listed.

    `judged` has claim_l, claim_r, outcome, probability, conflicts, rule. A pair with a rule of its own (same OS ID, a
    reviewer's `same`) is joined before all others, a reviewer's `different` never.
    """
    hard = ", ".join(f"'{key}'" for key in HARD)
    pairs = connection.sql(f"""
        SELECT claim_l, claim_r, probability, outcome = 'same' AS same,
               rule IN ('rule.os_id', 'decision.same') AS must,
               rule = 'decision.different' OR (rule IS NULL AND list_has_any(conflicts, [{hard}])) AS apart,
               outcome = 'possible' AND len(conflicts) = 0 AS maybe,
               rule IS NULL AND probability < {EVEN} AS against
        FROM {judged}
    """).pl()
    linked = pairs.filter(pl.col("same"))
    if linked.is_empty():
        connection.execute("CREATE OR REPLACE TABLE m_group (claim BIGINT, cluster BIGINT)")
        return
    claims, component = _components(linked["claim_l"].to_numpy(), linked["claim_r"].to_numpy())
    table = pl.DataFrame({"claim": claims, "component": component})
    inside = (
        pairs.join(table.rename({"claim": "claim_l"}), on="claim_l")
        .join(table.rename({"claim": "claim_r", "component": "other"}), on="claim_r")
        .filter(pl.col("component") == pl.col("other"))
    )
    doubtful = _doubtful(table, inside)
    settled = table.filter(~pl.col("component").is_in(doubtful.implode()))
    found = [settled.group_by("component").agg(pl.col("claim"), cluster=pl.col("claim").min()).explode("claim")
             .select("claim", "cluster")]  # fmt: skip
    ordered = (
        inside.filter(pl.col("component").is_in(doubtful.implode()))
        .sort("component", "must", "probability", "claim_l", "claim_r", descending=[False, True, True, False, False])
        .select("component", "claim_l", "claim_r", "same", "must", "apart", "maybe", "against")
    )
    rows = [row for _, part in groupby(ordered.iter_rows(), itemgetter(0)) for row in _agglomerate(part)]
    found.append(pl.DataFrame(rows, schema={"claim": pl.Int64, "cluster": pl.Int64}, orient="row"))
    grouped = pl.concat(found)
    connection.register("m_rows", grouped)
    connection.execute("CREATE OR REPLACE TABLE m_group AS SELECT claim, cluster FROM m_rows ORDER BY claim")
    connection.unregister("m_rows")


def _components(left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
    claims, index = np.unique(np.concatenate([left, right]), return_inverse=True)
    rows, columns = index[: len(left)], index[len(left) :]
    graph = coo_matrix((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(len(claims), len(claims)))
    return claims, connected_components(graph, directed=False)[1].astype(np.int64)


def _doubtful(table: pl.DataFrame, inside: pl.DataFrame) -> pl.Series:
    """Components with a pair that must or may well stay apart, or with too few pairs found to be the same site."""
    sizes = table.group_by("component").agg(size=pl.len())
    counts = inside.group_by("component").agg(
        same=pl.col("same").sum(), apart=(pl.col("apart") | pl.col("against")).any()
    )
    pairs = pl.col("size") * (pl.col("size") - 1) / 2
    return (
        sizes.join(counts, on="component")
        .filter(pl.col("apart") | (pl.col("same") < DENSITY * pairs))
        .get_column("component")
        .sort()
    )


def _agglomerate(pairs: Iterable[tuple[Any, ...]]) -> list[tuple[int, int]]:
    """Join the claims of one component from the strongest link down, checking the two whole groups each time.

    `pairs` are in that order; gives claim and cluster.
    """
    group: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    strength: dict[int, dict[int, float]] = defaultdict(dict)
    apart: dict[int, set[int]] = defaultdict(set)
    links: list[tuple[int, int, bool]] = []
    for _, left, right, same, must, kept_apart, maybe, against in pairs:
        for claim in (left, right):
            group.setdefault(claim, claim)
            members.setdefault(claim, [claim])
        value = 1.0 if same else -1.0 if against else 0.5 if maybe else 0.0
        strength[left][right] = strength[right][left] = value
        if kept_apart:
            apart[left].add(right)
            apart[right].add(left)
        if same:
            links.append((left, right, must))

    def may_join(one: list[int], two: list[int], must: bool) -> bool:
        others = set(two)
        if any(apart[claim] & others for claim in one):
            return False
        total = sum(strength[claim].get(other, 0.0) for claim in one for other in two)
        return must or total >= LINKAGE * len(one) * len(two)

    waiting, joined = links, True
    while joined:
        joined, later = False, []
        for left, right, must in waiting:
            one, two = group[left], group[right]
            if one == two:
                continue
            if not may_join(members[one], members[two], must):
                later.append((left, right, must))
                continue
            keep, gone = (one, two) if len(members[one]) >= len(members[two]) else (two, one)
            for claim in members[gone]:
                group[claim] = keep
            members[keep] += members.pop(gone)
            joined = True
        waiting = later
    return [(claim, min(kept)) for kept in members.values() for claim in kept if len(kept) > 1]
