"""Quality on the labelled pairs, out of fold: `python benchmarks/identity/measure_labelled.py`."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from labelled import Labelled, measured, prepare
from synthetic import synthetic_pairs
from train import GENERATED, SAMPLE, SEED, WEIGHT

from hefboom.graph.match_calibration import Figures
from hefboom.graph.match_file import MatchModel, read_model
from hefboom.graph.match_training import Pairs, cross_validated


@dataclass(frozen=True)
class Curve:
    """Precision, recall and F1 at every threshold, highest probability first."""

    threshold: Figures
    precision: Figures
    recall: Figures
    f1: Figures


def curve(probabilities: Figures, labels: Figures) -> Curve:
    """Precision and recall when every pair with at least this probability counts as a match."""
    order = np.argsort(-probabilities, kind="stable")
    found = np.cumsum(labels[order])
    last = np.append(np.diff(probabilities[order]) != 0, True)
    precision = (found / np.arange(1, len(order) + 1))[last]
    recall = (found / labels.sum())[last]
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return Curve(probabilities[order][last], precision, recall, f1)


def out_of_fold(model: MatchModel) -> tuple[Labelled, Figures]:
    """The labelled pairs and their probabilities by calibrations that saw neither record of the pair."""
    connection = duckdb.connect()
    prepare(connection)
    weights = {name: dict(levels) for name, levels in model.weights.items()}
    pairs = measured(connection, weights)
    labelled = Pairs(pairs.features, pairs.labels, pairs.weights)
    return pairs, cross_validated(labelled, pairs.group, synthetic_pairs(weights, GENERATED, SEED, SAMPLE, WEIGHT))


def summary(pairs: Labelled, probabilities: Figures, model: MatchModel) -> pl.DataFrame:
    """One row per pool: what merges by itself, what goes to review, the best threshold."""
    free = np.array([not conflicts for conflicts in pairs.frame["conflicts"].to_list()])
    pool = np.array(pairs.pool)
    rows = []
    for name in ("gold", "osh", "drawn", "all"):
        of = np.ones(len(pool), bool) if name == "all" else pool == name
        labels, probability = pairs.labels[of], probabilities[of]
        merged = (probability >= model.automatic) & free[of]
        shown = probability >= model.possible
        along = curve(probability, labels)
        best = int(along.f1.argmax())
        rows.append({
            "pool": name, "pairs": int(of.sum()), "matches": int(labels.sum()),
            "candidates": round(float(np.mean(np.array(pairs.found)[of][labels == 1])), 3),
            "automatic": int(merged.sum()), "automatic_precision": round(float(labels[merged].mean()), 3),
            "automatic_recall": round(float(labels[merged].sum() / labels.sum()), 3),
            "with_possible_recall": round(float(labels[shown].sum() / labels.sum()), 3),
            "with_possible_precision": round(float(labels[shown].mean()), 3),
            "best_f1": round(float(along.f1[best]), 3), "at": round(float(along.threshold[best]), 3),
            "precision": round(float(along.precision[best]), 3), "recall": round(float(along.recall[best]), 3),
            "log_loss": round(float(-np.mean(labels * np.log(probability + 1e-9)
                                             + (1 - labels) * np.log(1 - probability + 1e-9))), 3),
        })  # fmt: skip
    return pl.DataFrame(rows)


def worst(pairs: Labelled, probabilities: Figures, count: int = 10) -> pl.DataFrame:
    """The pairs whose probability is farthest from their label."""
    return (
        pairs.frame.with_columns(probability=pl.Series(probabilities).round(2))
        .with_columns(off=((pl.col("label") == "match").cast(pl.Float64) - pl.col("probability")).abs())
        .sort("off", descending=True)
        .select(
            "pool",
            "label",
            "probability",
            "conflicts",
            "left_row",
            "right_row",
            "left_name",
            "left_address",
            "right_name",
            "right_address",
        )
        .head(count)
    )


def main() -> None:
    model = read_model()
    pairs, probabilities = out_of_fold(model)
    with pl.Config(tbl_cols=-1, tbl_rows=-1, tbl_width_chars=250, fmt_str_lengths=60):
        print(summary(pairs, probabilities, model))
        for row in worst(pairs, probabilities, 25).iter_rows():
            print(row)
    free = np.array([not c for c in pairs.frame["conflicts"].to_list()])
    for name in ("gold", "osh"):
        of = np.array(pairs.pool) == name
        along = curve(np.where(free, probabilities, 0)[of], pairs.labels[of])
        print(
            name,
            [
                (round(t, 2), round(p, 3), round(r, 3))
                for t, p, r in zip(along.threshold, along.precision, along.recall, strict=True)
                if t > 0.5 and r > 0.3
            ],
        )


if __name__ == "__main__":
    main()
