"""Resolution of generated listings against their truth: `python benchmarks/identity/measure_generated.py FOLDER`.

FOLDER is one that `generate.py` wrote. Pairs are counted over distinct claims: a text that several listings share
counts once. CPU seconds and memory are those of this process: reading, matching, clusters and statements with reasons.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import duckdb
from peers import pairwise

from hefboom.graph.match_resolve import resolve
from hefboom.graph.resolution import MEMORY


def main() -> None:
    folder = Path(sys.argv[1])
    connection = duckdb.connect(config={"preserve_insertion_order": False, "memory_limit": MEMORY})
    connection.read_parquet(str(folder / "listings.parquet")).create_view("listings")
    connection.read_parquet(str(folder / "truth.parquet")).create_view("truth")
    start = time.process_time()
    resolve(connection, "listings")
    seconds = time.process_time() - start
    connection.execute("""
        CREATE TEMP TABLE m_site AS
        SELECT claim, min(site) AS site FROM m_mention JOIN truth USING (list, row) GROUP BY claim
    """)
    found = connection.sql("""
        SELECT m.list, m.row, c.cluster FROM m_first f JOIN m_cluster c
            ON c.list = f.first[1] AND c.row = f.first[2] AND c.part = f.first[3]
        JOIN m_mention m ON m.list = c.list AND m.row = c.row AND m.part = c.part
    """).pl()
    truth = connection.sql("""
        SELECT first[1] AS list, first[2] AS row, site FROM m_first JOIN m_site USING (claim)
    """).pl()
    candidates = connection.execute("""
        SELECT count(*), count(*) FILTER (a.site = b.site)
        FROM m_candidate JOIN m_site a ON a.claim = l JOIN m_site b ON b.claim = r
    """).fetchone()
    matches = connection.execute("SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) AS n FROM m_site GROUP BY site)")
    total = matches.fetchone()
    assert candidates is not None
    assert total is not None
    print("claims", truth.height, "candidates", candidates[0], "of the matches", round(candidates[1] / total[0], 4),
          pairwise(found, truth), "CPU s", round(seconds, 1),
          "peak MB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)  # fmt: skip


if __name__ == "__main__":
    main()
