"""Quality on pairs drawn from the real lists and labelled blind: `python measure_held_out.py [FILE]` in this folder.

The pairs were drawn by outcome and probability of an earlier model, by country group, and within or across lists; each
counts for the pairs that its draw stood for (`weight`), so the figures hold for all candidates of these lists.
"""

from __future__ import annotations

import itertools
import math
import sys
from pathlib import Path

import duckdb
import polars as pl
from real_lists import real_listings

from hefboom.graph.match_resolve import resolve

HERE = Path(__file__).parent
PAIR = ("left_list", "left_row", "right_list", "right_row")
BINS = (0, 0.03, 0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 0.95, 1.0001)


def judged(file: Path) -> pl.DataFrame:
    """The labelled pairs with what resolving the real lists says of them: probability, outcome, conflicts."""
    connection = duckdb.connect()
    connection.register("listings", real_listings())
    connection.register("labels", pl.read_csv(file, infer_schema=False))
    resolve(connection, "listings", with_different=True)
    return connection.sql("""
        WITH placed AS (
            SELECT g.*, least(a.claim, b.claim) AS claim_l, greatest(a.claim, b.claim) AS claim_r,
                   ca.cluster = cb.cluster AS together
            FROM labels g JOIN m_mention a ON a.list = left_list AND a.row = left_row
            JOIN m_mention b ON b.list = right_list AND b.row = right_row
            JOIN m_cluster ca ON ca.list = a.list AND ca.row = a.row
            JOIN m_cluster cb ON cb.list = b.list AND cb.row = b.row
        )
        SELECT p.* EXCLUDE (weight, claim_l, claim_r, together), weight::DOUBLE AS weight,
               coalesce(probability, 0) AS probability, coalesce(conflicts, []) AS conflicts,
               CASE WHEN together THEN 'same' ELSE coalesce(nullif(outcome, 'same'), 'different') END AS outcome
        FROM placed p LEFT JOIN m_judged USING (claim_l, claim_r) ORDER BY ALL
    """).pl()


def interval(part: float, total: float) -> tuple[float, float]:
    """Wilson's 95% interval of a share."""
    if not total:
        return 0.0, 1.0
    z, share = 1.96, part / total
    middle = (share + z * z / 2 / total) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / 4 / total / total) / (1 + z * z / total)
    return round(middle - half, 3), round(middle + half, 3)


def report(pairs: pl.DataFrame) -> str:
    """Precision with its interval, recall and calibration; pairs labelled unsure are left out."""
    sure = pairs.filter(pl.col("label") != "unsure").with_columns(match=pl.col("label") == "match")
    joined = sure.filter(pl.col("outcome") == "same")
    matches = sure.filter(pl.col("match"))
    shown = matches.filter(pl.col("outcome") != "different")
    right, total = joined["match"].sum(), joined.height
    weighed = joined.filter(pl.col("match"))["weight"].sum()
    lines = [
        f"pairs {pairs.height}, unsure {pairs.height - sure.height}, matches {matches.height}",
        f"automatic: {right} of {total} right, precision {right / total:.3f} (95% {interval(right, total)}), "
        f"weighed {weighed / joined['weight'].sum():.3f}",
        f"recall, weighed: automatic {weighed / matches['weight'].sum():.3f}, "
        f"automatic + possible {shown['weight'].sum() / matches['weight'].sum():.3f}",
    ]
    for low, high in itertools.pairwise(BINS):
        of = sure.filter(pl.col("probability").is_between(low, high, closed="left"))
        if of.height:
            weight = of["weight"].sum()
            mean = (of["probability"] * of["weight"]).sum() / weight
            share = of.filter(pl.col("match"))["weight"].sum() / weight
            lines.append(f"{low}-{min(high, 1)}: {of.height} pairs, mean probability {mean:.3f}, matches {share:.3f}")
    return "\n".join(lines)


def main() -> None:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "held_out.csv"
    pairs = judged(file)
    print(report(pairs))
    wrong = pairs.filter(
        ((pl.col("outcome") == "same") & (pl.col("label") == "different"))
        | ((pl.col("outcome") != "same") & (pl.col("label") == "match"))
    )
    for row in wrong.select(*PAIR, "label", "outcome", "probability", "conflicts", "note").iter_rows():
        print(row)


if __name__ == "__main__":
    main()
