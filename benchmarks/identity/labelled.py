"""Labelled pairs scored by the model's first stage: features, labels and groups for calibration and measurement."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
from real_lists import gold_pairs, osh_pairs, real_listings

from hefboom.graph.match_blocking import find_candidates
from hefboom.graph.match_calibration import Calibration, Figures
from hefboom.graph.match_evidence import build_evidence
from hefboom.graph.match_file import MatchModel
from hefboom.graph.match_measures import measure
from hefboom.graph.match_scoring import score
from hefboom.graph.match_training import FEATURES, groups

DRAWN = ("drawn_1.csv", "drawn_2.csv")
"""Pairs drawn from the real lists; `held_out.csv`, drawn last, is kept out of every training."""
PAIR = ["left_list", "left_row", "right_list", "right_row"]


@dataclass(frozen=True)
class Labelled:
    """Labelled pairs: a frame with texts, label and conflicts; features, labels (1 match), weights, groups, pool."""

    frame: pl.DataFrame
    features: Figures
    labels: Figures
    weights: Figures
    group: Figures
    pool: list[str]
    found: list[bool]


def labels() -> pl.DataFrame:
    """The sets of labelled pairs, `unsure` left out: PAIR, label, pool (`gold`, `osh` or `drawn`), weight.

    A drawn pair weighs more when it stands for more candidates, within bounds, so that none outweighs the rest.
    """
    one = pl.lit(1.0).alias("weight")
    gold = gold_pairs().select(*PAIR, "label", pl.lit("gold").alias("pool"), one)
    osh = osh_pairs()[1].select(*PAIR, "label", pl.lit("osh").alias("pool"), one)
    sets = [gold, osh]
    for file in DRAWN:
        drawn = pl.read_csv(Path(__file__).with_name(file), infer_schema=False)
        weight = pl.col("weight").cast(pl.Float64)
        weight = (weight / weight.median()).clip(0.5, 3)
        sets.append(drawn.select(*PAIR, "label", pl.lit("drawn").alias("pool"), weight))
    return pl.concat(sets).filter(pl.col("label") != "unsure")


def listings(with_os_ids: bool = False) -> pl.DataFrame:
    """The real lists and the records of Open Supply Hub's pairs, as one listings table."""
    return pl.concat([real_listings(with_os_ids=with_os_ids), osh_pairs()[0]])


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Build evidence and candidates of the real lists."""
    frame = listings()
    connection.register("listings", frame)
    build_evidence(connection, "listings")
    find_candidates(connection)


def measured(connection: duckdb.DuckDBPyConnection, weights: dict[str, dict[str, tuple[float, float]]]) -> Labelled:
    """Score the labelled pairs (and nothing else) with first-stage weights and take their features."""
    pairs = labels()
    connection.register("labels", pairs)
    connection.execute("""
        CREATE OR REPLACE TABLE labelled AS
        SELECT g.*, least(a.claim, b.claim) AS claim_l, greatest(a.claim, b.claim) AS claim_r
        FROM labels g JOIN m_mention a ON a.list = left_list AND a.row = left_row
        JOIN m_mention b ON b.list = right_list AND b.row = right_row
    """)
    connection.execute("""CREATE OR REPLACE TABLE found AS
        SELECT DISTINCT claim_l, claim_r FROM labelled JOIN m_candidate ON l = claim_l AND r = claim_r""")
    connection.execute("CREATE OR REPLACE TABLE kept_candidate AS FROM m_candidate")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE m_candidate AS SELECT DISTINCT claim_l AS l, claim_r AS r FROM labelled"
    )
    score(connection, MatchModel("training", weights, Calibration(0, {}), 1, 1, -1e9, {}))
    measure(connection, "m_scored")
    connection.execute("CREATE OR REPLACE TEMP TABLE m_candidate AS FROM kept_candidate")
    frame = connection.sql("""
        SELECT g.*, m.* EXCLUDE (claim_l, claim_r), f.claim_l IS NOT NULL AS found,
               a.name AS left_name, a.address AS left_address, b.name AS right_name, b.address AS right_address
        FROM labelled g JOIN m_measured m USING (claim_l, claim_r) LEFT JOIN found f USING (claim_l, claim_r)
        JOIN m_claim a ON a.claim = g.claim_l JOIN m_claim b ON b.claim = g.claim_r
        ORDER BY left_list, left_row, right_list, right_row
    """).pl()
    return Labelled(
        frame=frame,
        features=frame.select(FEATURES).fill_null(0).to_numpy().astype(np.float64),
        labels=(frame["label"] == "match").to_numpy().astype(np.float64),
        weights=frame["weight"].to_numpy(),
        group=groups(list(frame.select("claim_l", "claim_r").iter_rows())),
        pool=frame["pool"].to_list(),
        found=frame["found"].to_list(),
    )
