"""Peers on generated listings: `python benchmarks/identity/peers.py FOLDER rapidfuzz|dedupe`.

`rapidfuzz`: 0.55 x name + 0.45 x address token-set similarity on our candidates, threshold picked on the truth, which
favours it. `dedupe`: version 3 on name, address and country, trained on the labelled pairs as Open Supply Hub does.
"""

from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
from labelled import PAIR, labels, listings
from measure_labelled import curve
from rapidfuzz import fuzz, process

from hefboom.graph.match_blocking import find_candidates
from hefboom.graph.match_evidence import build_evidence


def pairwise(found: pl.DataFrame, truth: pl.DataFrame) -> dict[str, float]:
    """Precision, recall and F1 of clusters (list, row, cluster) over pairs of listings."""
    joined = truth.join(found, on=["list", "row"])

    def pairs(keys: list[str]) -> int:
        return int(joined.group_by(keys).len().select((pl.col("len") * (pl.col("len") - 1) // 2).sum()).item())

    both, claimed, true = pairs(["site", "cluster"]), pairs(["cluster"]), pairs(["site"])
    precision, recall = both / max(claimed, 1), both / true
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / (precision + recall), 4),
    }


def rapidfuzz_blend(folder: Path) -> None:
    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW listings AS FROM read_parquet('{folder}/listings.parquet')")
    connection.execute(f"CREATE VIEW truth AS FROM read_parquet('{folder}/truth.parquet')")
    build_evidence(connection, "listings")
    find_candidates(connection)
    frame = connection.sql("""
        WITH site AS (SELECT claim, min(site) AS site FROM m_mention JOIN truth USING (list, row) GROUP BY claim)
        SELECT lower(a.name) AS name_l, lower(b.name) AS name_r, coalesce(lower(a.address), '') AS address_l,
               coalesce(lower(b.address), '') AS address_r, (x.site = y.site)::DOUBLE AS label
        FROM m_candidate JOIN m_claim a ON a.claim = l JOIN m_claim b ON b.claim = r
        JOIN site x ON x.claim = l JOIN site y ON y.claim = r
    """).pl()
    start = time.process_time()
    name = process.cpdist(frame["name_l"].to_list(), frame["name_r"].to_list(), scorer=fuzz.token_set_ratio)
    address = process.cpdist(frame["address_l"].to_list(), frame["address_r"].to_list(), scorer=fuzz.token_set_ratio)
    along = curve((0.55 * name + 0.45 * address).astype(np.float64), frame["label"].to_numpy())
    best = int(along.f1.argmax())
    print("rapidfuzz blend, pairs", frame.height, "cpu", round(time.process_time() - start, 1), "best threshold",
          round(float(along.threshold[best]), 1), "P", round(float(along.precision[best]), 4),
          "R", round(float(along.recall[best]), 4), "F1", round(float(along.f1[best]), 4),
          "(of the candidate pairs)")  # fmt: skip


def dedupe_peer(folder: Path) -> None:
    import dedupe
    from dedupe import canopy_index

    class Ranked(dict[int, float]):
        """What today's BTrees no longer offer: items of at least a value, best first, relative to it."""

        def byValue(self, least: float) -> list[tuple[float, int]]:
            return sorted(((value / least, key) for key, value in self.items() if value >= least), reverse=True)

    def weighted_union(postings: list[tuple[object, float]]) -> Ranked:
        return Ranked(union(postings).items())

    union = canopy_index.mass_weightedUnion
    canopy_index.mass_weightedUnion = weighted_union

    def record(row: dict[str, object]) -> dict[str, str | None]:
        return {key: (str(row[key]).lower() if row[key] else None) for key in ("name", "address", "country")}

    rows = {(row["list"], row["row"]): record(row) for row in listings().iter_rows(named=True)}
    examples = {"match": [], "distinct": []}
    for row in labels().iter_rows(named=True):
        pair = (rows[row[PAIR[0]], row[PAIR[1]]], rows[row[PAIR[2]], row[PAIR[3]]])
        examples["match" if row["label"] == "match" else "distinct"].append(pair)
    deduper = dedupe.Dedupe([
        dedupe.variables.String("name"), dedupe.variables.String("address", has_missing=True),
        dedupe.variables.Exact("country", has_missing=True),
    ], num_cores=1)  # fmt: skip
    data = {
        index: record(row)
        for index, row in enumerate(pl.read_parquet(folder / "listings.parquet").iter_rows(named=True))
    }
    keys = pl.read_parquet(folder / "listings.parquet").select("list", "row")
    start = time.process_time()
    deduper.prepare_training(dict(itertools.islice(data.items(), 2000)), sample_size=1000)
    deduper.mark_pairs(examples)
    deduper.train()
    trained = time.process_time()
    clusters = deduper.partition(data, 0.5)
    done = time.process_time()
    numbered = [(index, number) for number, (members, _) in enumerate(clusters) for index in members]
    frame = pl.DataFrame(numbered, schema=["index", "cluster"], orient="row")
    found = (
        keys.with_row_index("index").with_columns(pl.col("index").cast(pl.Int64)).join(frame, on="index").drop("index")
    )
    print("dedupe, records", len(data), "training cpu", round(trained - start, 1),
          "matching cpu", round(done - trained, 1),
          pairwise(found, pl.read_parquet(folder / "truth.parquet")))  # fmt: skip


if __name__ == "__main__":
    {"rapidfuzz": rapidfuzz_blend, "dedupe": dedupe_peer}[sys.argv[2]](Path(sys.argv[1]))
