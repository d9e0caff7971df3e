"""Train the shipped model: `python benchmarks/identity/train.py`; writes graph/match_model.json and the word shares."""

from __future__ import annotations

import csv
import datetime
import sys

import duckdb
import numpy as np
from labelled import Labelled, measured, prepare
from real_lists import REPOSITORY
from synthetic import synthetic_pairs

from hefboom.graph.match_file import SHIPPED, MatchModel
from hefboom.graph.match_training import (
    Pairs,
    calibrate,
    cross_validated,
    estimate_weights,
    threshold_for_precision,
    threshold_for_recall,
)

PRECISION, RECALL = 0.995, 0.97
MARGIN = 0.03  # from split to split the probabilities of labelled pairs move by about this much
WORTH_A_LOOK = 0.1  # one in ten: a pair that probable is shown to a person, whatever the labelled pairs say
GENERATED, SEED, SAMPLE, WEIGHT = 8000, 101, 6000, 600.0


def write_word_shares(connection: duckdb.DuckDBPyConnection, count: int = 1500) -> None:
    """Write the words that most claims of the real lists use, with the share of claims that have each."""
    rows = connection.execute(
        """SELECT class, round(count(DISTINCT claim) / (SELECT count(*) FROM m_claim), 5) AS share
           FROM m_word GROUP BY class ORDER BY share DESC, class LIMIT ?""",
        [count],
    ).fetchall()
    with (REPOSITORY / "ontology/facts/match_word_shares.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("class", "share"), *sorted(rows)])


def thresholds(pairs: Labelled, probabilities: np.ndarray) -> tuple[float, float]:
    """Automatic from the precision target on pairs without conflict, possible from the recall target; out of fold."""
    free = np.array([not conflicts for conflicts in pairs.frame["conflicts"].to_list()])
    automatic = threshold_for_precision(probabilities[free], pairs.labels[free], PRECISION)
    return round(automatic + MARGIN, 3), round(threshold_for_recall(probabilities, pairs.labels, RECALL), 3)


def main() -> None:
    connection = duckdb.connect()
    prepare(connection)
    if "--words" in sys.argv:
        write_word_shares(connection)
        prepare(connection)
    weights = estimate_weights(connection)
    pairs = measured(connection, weights)
    labelled = Pairs(pairs.features, pairs.labels, pairs.weights)
    generated = synthetic_pairs(weights, GENERATED, SEED, SAMPLE, WEIGHT)
    curve = calibrate(labelled.plus(generated))
    out_of_fold = cross_validated(labelled, pairs.group, generated)
    automatic, possible = thresholds(pairs, out_of_fold)
    model = MatchModel(
        released=f"{datetime.date.today():%Y.%m.%d}",
        weights=weights,
        calibration=curve,
        automatic=automatic,
        possible=min(possible, WORTH_A_LOOK),
        least_weight=0.0,
        record={
            "first_stage": "Splink 5, u by 2 million random pairs, m by three passes of expectation maximisation "
            "on the real lists; country and trade by judgement",
            "calibration": f"{len(pairs.labels)} labelled pairs ({int(pairs.labels.sum())} matches): gold_pairs_dev, "
            "osh_training_pairs_dev and pairs drawn from the real lists; "
            f"{SAMPLE} generated pairs weighing {WEIGHT:.0f}",
            "automatic": f"lowest out-of-fold probability with precision {PRECISION} among pairs without conflict, "
            f"plus {MARGIN}",
            "possible": f"highest out-of-fold probability with recall {RECALL}, at most {WORTH_A_LOOK}",
        },
    )
    model.write(SHIPPED)
    print(automatic, possible, pairs.frame.filter(pairs.frame["label"] == "match")["match_weight"].min())


if __name__ == "__main__":
    main()
