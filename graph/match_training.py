"""Training: Splink's m and u without labels, then the calibration and the thresholds on labelled pairs."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray
from splink import Linker
from splink.backends.duckdb import DuckDBAPI

from hefboom.graph.match_calibration import Calibration, Figures, fit
from hefboom.graph.match_engines import define_for_duckdb
from hefboom.graph.match_measures import MEASURES, WEIGHTS
from hefboom.graph.match_model import comparisons, settings

FEATURES: tuple[str, ...] = (*(f"w_{name}" for name in WEIGHTS), *(f"x_{name}" for name in MEASURES))
PRIOR: Mapping[str, float] = {name: 0.2 if name.startswith("w_") else 0.5 for name in FEATURES}
"""Where the calibration starts: a match weight counts for less than its full ln 2 (0.69), as evidence overlaps."""

_PASSES = (
    "l.core = r.core AND l.zone = r.zone",
    "l.pc = r.pc AND l.zone = r.zone",
    "l.workers = r.workers AND l.zone = r.zone AND l.workers > 99 AND l.nums = r.nums",
)
JUDGED: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "country": {"neighbour": (0.02, 0.0025), "differs": (0.001, 0.9975)},
    "kind": {"same": (0.8, 0.4), "differs": (0.2, 0.6)},
}
"""m and u set by judgement: no pass of training compares over countries, and few training lists tell a trade."""
_SMALLEST_U_SAMPLE = 2e6


def estimate_weights(connection: duckdb.DuckDBPyConnection, seed: int = 1) -> dict[str, dict[str, tuple[float, float]]]:
    """Estimate m and u per comparison and level on `m_evidence`: u by random pairs, m by expectation maximisation.

    The order of levels is kept sensible: a level that says more likeness never gets a lower weight than the next one.
    """
    define_for_duckdb(connection)
    api = DuckDBAPI(connection)
    made = settings("duckdb")
    made["blocking_rules_to_generate_predictions"] = [{"blocking_rule": _PASSES[0], "sql_dialect": "duckdb"}]
    linker = Linker(api.register("m_evidence"), made, log_level=logging.ERROR)
    linker.training.estimate_u_using_random_sampling(max_pairs=_SMALLEST_U_SAMPLE, seed=seed)
    for rule in _PASSES:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, fix_u_probabilities=True)
    trained: dict[str, Any] = linker.misc.save_model_to_json()
    management: Any = linker.table_management
    management.delete_tables_created_by_splink_from_db()
    return _in_order({
        comparison["output_column_name"]: {
            level["label_for_charts"]: (level.get("m_probability"), level.get("u_probability"))
            for level in comparison["comparison_levels"] if not level.get("is_null_level")
        }
        for comparison in trained["comparisons"]
    })  # fmt: skip


def _in_order(
    weights: Mapping[str, Mapping[str, tuple[float | None, float | None]]],
) -> dict[str, dict[str, tuple[float, float]]]:
    """Fill what was never seen with careful values; pool neighbouring levels whose weights stand in the wrong order."""
    ordered: dict[str, dict[str, tuple[float, float]]] = {}
    for comparison in comparisons():
        levels = [level.name for level in comparison.levels]
        known = {**weights[comparison.name], **JUDGED.get(comparison.name, {})}
        found = [known.get(level, (None, None)) for level in levels]
        pools = [[max(m or 1e-4, 1e-4), max(u or 1e-5, 1e-5), 1.0] for m, u in found]
        merged: list[list[float]] = []
        for pool in pools:
            merged.append(pool)
            while len(merged) > 1 and merged[-1][0] / merged[-1][1] > merged[-2][0] / merged[-2][1]:
                last = merged.pop()
                merged[-1] = [merged[-1][0] + last[0], merged[-1][1] + last[1], merged[-1][2] + last[2]]
        values = [(m / n, u / n) for m, u, n in merged for _ in range(int(n))]
        ordered[comparison.name] = {
            level: (float(f"{m:.5g}"), float(f"{u:.5g}")) for level, (m, u) in zip(levels, values, strict=True)
        }
    return ordered


def groups(pairs: Sequence[tuple[int, int]]) -> Figures:
    """Number the connected groups of pairs, so that no record is on both sides of a split."""
    parent: dict[int, int] = {}

    def root(claim: int) -> int:
        while parent.setdefault(claim, claim) != claim:
            claim = parent[claim]
        return claim

    for left, right in pairs:
        parent[root(left)] = root(right)
    return np.array([root(left) for left, _ in pairs], dtype=np.float64)


@dataclass(frozen=True)
class Pairs:
    """Training pairs: rows of features (columns FEATURES), labels (1 same site), a weight for each pair."""

    features: Figures
    labels: Figures
    weights: Figures

    def plus(self, other: Pairs) -> Pairs:
        """These pairs and the others."""
        return Pairs(
            np.vstack([self.features, other.features]),
            np.concatenate([self.labels, other.labels]),
            np.concatenate([self.weights, other.weights]),
        )

    def only(self, kept: NDArray[np.bool_]) -> Pairs:
        """The pairs where `kept` is true."""
        return Pairs(self.features[kept], self.labels[kept], self.weights[kept])


def cross_validated(
    pairs: Pairs, group: Figures, always: Pairs | None = None, folds: int = 10, repeats: int = 5
) -> Figures:
    """Probabilities of labelled pairs by calibrations that saw no pair of the same group, mean of `repeats` splits.

    `always` are pairs from elsewhere (generated ones) that every calibration may see.
    """
    total = np.zeros(len(pairs.labels))
    unique = np.unique(group)
    for repeat in range(repeats):
        shuffled = np.random.default_rng(repeat).permutation(unique)
        fold = {value: index % folds for index, value in enumerate(shuffled)}
        part = np.array([fold[value] for value in group])
        for held in range(folds):
            seen = pairs.only(part != held)
            curve = calibrate(seen if always is None else seen.plus(always))
            total[part == held] += curve.probability(pairs.features[part == held], FEATURES)
    return total / repeats


def calibrate(pairs: Pairs) -> Calibration:
    """The calibration fitted to labelled pairs."""
    return fit(pairs.features, pairs.labels, FEATURES, PRIOR, weights=pairs.weights)


def threshold_for_precision(probabilities: Figures, labels: Figures, precision: float) -> float:
    """The lowest probability from which on precision stays at or above `precision`."""
    order = np.argsort(-probabilities, kind="stable")
    share = np.cumsum(labels[order]) / np.arange(1, len(order) + 1)
    below = np.flatnonzero(share < precision)
    last = int(below[0]) - 1 if len(below) else len(order) - 1
    return float(probabilities[order][max(last, 0)])


def threshold_for_recall(probabilities: Figures, labels: Figures, recall: float) -> float:
    """The highest probability from which on at least `recall` of the labelled matches lie."""
    matches = np.sort(probabilities[labels == 1])
    return float(matches[int(np.floor((1 - recall) * len(matches)))])
