"""What a load costs beside the store's own work: CPU seconds, peak memory, and the time of a question.

    python benchmarks/spine/measure.py --sites 100000 --rounds 3

Each round runs, one after the other in processes of their own: `hefboom load` of a generated register into an empty
data folder; the store's bare `bulk_load` of the very statements that this gave; and the pairs of companies by shared
sites (`hefboom ask`, start of the process included; the first round also asks six times in one process). CPU seconds
are user plus system time of the process and its threads. Medians and all runs are printed.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pyoxigraph as ox

from hefboom.graph.folder import DataFolder

_BULK_LOAD = """
import sys
import pyoxigraph as ox
store = ox.Store(sys.argv[2])
store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_QUADS)
store.flush()
"""
_ASK = """
import sys, time
from pathlib import Path
from hefboom.graph import open_data
from hefboom.queries.evidence import Evidence
from hefboom.queries.runner import run
data = open_data(Path(sys.argv[1]))
evidence = Evidence(data.store, data.tables, None, data.names.base)
for _ in range(6):
    before, cpu = time.perf_counter(), time.process_time()
    rows = len(run("company-pairs", {}, evidence).rows)
    print(f"company-pairs: {rows:,} pairs, {time.perf_counter() - before:.2f} s, {time.process_time() - cpu:.2f} CPU s")
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One process: CPU seconds, wall seconds, peak resident memory in MB."""

    cpu: float
    wall: float
    memory: float


def run(command: list[str], data: Path) -> Run:
    """Run a command with its data folder set; a failure ends the measurement with the command's own words."""
    start = time.monotonic()
    environment = os.environ | {"HEFBOOM_DATA": str(data)}
    child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert child.stdout
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(command)} failed:\n{output[-3000:]}")
    return Run(usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024)


def dump(data: Path, file: Path) -> int:
    """Write all statements of a data folder as N-Quads; returns how many there are."""
    current = DataFolder(data).current()
    assert current is not None
    store = ox.Store.read_only(str(current / "store"))
    store.dump(output=str(file), format=ox.RdfFormat.N_QUADS)
    return len(store)


def measure(sites: int, rounds: int, work: Path) -> dict[str, list[Run]]:
    """All runs by name, and a line about the data on standard error."""
    register, statements = work / "register.csv", work / "statements.nq"
    generator = Path(__file__).with_name("generate.py")
    subprocess.run([sys.executable, str(generator), "--sites", str(sites), "--out", str(register)], check=True)
    hefboom = [str(Path(sys.executable).with_name("hefboom"))]
    load = [*hefboom, "load", str(register), "--date", "2024-06-01", "--quiet"]
    pairs = [*hefboom, "ask", "company-pairs", "--format", "csv"]
    runs: dict[str, list[Run]] = {"load": [], "bulk_load": [], "pairs": []}
    for number in range(rounds):
        data = work / f"data-{number}"
        runs["load"].append(run(load, data))
        if number == 0:
            print(f"{dump(data, statements):,} statements, {statements.stat().st_size:,} bytes as N-Quads")
        raw = [sys.executable, "-c", _BULK_LOAD, str(statements), str(work / f"raw-{number}")]
        runs["bulk_load"].append(run(raw, data))
        runs["pairs"].append(run(pairs, data))
        if number == 0:
            subprocess.run([sys.executable, "-c", _ASK, str(data)], check=True)
    return runs


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description="Measure a load against the store's own bulk load.")
    parser.add_argument("--sites", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    print(f"{machine}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as work:
        runs = measure(options.sites, options.rounds, Path(work))
    print("\n| process | CPU s, median | all | wall s, median | peak MB |\n| --- | --- | --- | --- | --- |")
    for name, found in runs.items():
        every = ", ".join(f"{one.cpu:.1f}" for one in found)
        wall, memory = median(one.wall for one in found), max(one.memory for one in found)
        print(f"| {name} | {median(one.cpu for one in found):.2f} | {every} | {wall:.1f} | {memory:,.0f} |")
    load, raw = (median(one.cpu for one in runs[name]) for name in ("load", "bulk_load"))
    print(f"\nReading, checking and mapping: {load - raw:.1f} CPU s, {(load - raw) / raw:.0%} of storing.")


if __name__ == "__main__":
    main()
