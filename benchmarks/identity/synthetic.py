"""Generated pairs with known truth, scored by the model's first stage, as further training pairs."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
from generate import generate

from hefboom.graph.match_blocking import find_candidates
from hefboom.graph.match_calibration import Calibration
from hefboom.graph.match_evidence import build_evidence
from hefboom.graph.match_file import MatchModel
from hefboom.graph.match_measures import measure
from hefboom.graph.match_scoring import score
from hefboom.graph.match_training import FEATURES, Pairs


def synthetic_pairs(
    weights: dict[str, dict[str, tuple[float, float]]], mentions: int, seed: int, count: int, weight: float
) -> Pairs:
    """`count` pairs of a generated corpus that pass the first stage, together of `weight` labelled pairs."""
    listings, truth = generate(mentions, seed)
    connection = duckdb.connect()
    connection.register("listings", listings)
    connection.register("truth", truth)
    build_evidence(connection, "listings")
    find_candidates(connection)
    score(connection, MatchModel("training", weights, Calibration(0, {}), 1, 1, 0, {}))
    measure(connection, "m_scored")
    frame = connection.sql(f"""
        WITH site AS (SELECT claim, min(site) AS site FROM m_mention JOIN truth USING (list, row) GROUP BY claim)
        SELECT {", ".join(FEATURES)}, (a.site = b.site)::DOUBLE AS label
        FROM m_measured JOIN site a ON a.claim = claim_l JOIN site b ON b.claim = claim_r ORDER BY claim_l, claim_r
    """).pl()
    frame = frame.sample(min(count, frame.height), seed=seed)
    # No generated list names a site twice, real ones do: what one list tells apart is learnt from real lists only.
    frame = frame.with_columns(x_one_list=pl.lit(0.0))
    features = frame.select(FEATURES).fill_null(0).to_numpy().astype(np.float64)
    return Pairs(features, frame["label"].to_numpy(), np.full(frame.height, weight / frame.height))
