"""Measure the checks: files per CPU second, memory, the ratio to pyshacl, and one company checked again.

    python benchmarks/completeness/measure.py --files 10000 --judge 50

Prints one line of JSON per measurement. The reference is pyshacl on plain rdflib over the same statements at once; it
also judges: both must give the same results.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "shapes"))

from hefboom.graph.completeness import SESSION_SIZE, Checker
from hefboom.graph.completeness_files import CompanyFile
from hefboom.graph.iris import Names
from hefboom.loaders.company_files import company_statements
from hefboom.loaders.demo_company_files import as_records, demo_documents, small_document

AT = date(2026, 11, 1)
T = TypeVar("T")


def as_file(document: Any) -> CompanyFile:
    """One document as a file to check."""
    found = company_statements(as_records(document), Names())
    return CompanyFile(found.company, found.year, found.graph, found.ntriples)


def small_files(first: int, last: int) -> Iterator[CompanyFile]:
    """Files of small firms, about 45 statements each; the same numbers give the same files."""
    for number in range(first, last):
        yield as_file(small_document(number, AT, Random(number)))


def timed(work: Callable[[], T]) -> tuple[T, float, float]:
    """What the work gives, its CPU seconds and its wall seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    done = work()
    return done, time.process_time() - cpu, time.perf_counter() - wall


def report(name: str, **figures: Any) -> None:
    """One line of JSON."""
    shown = {key: round(value, 3) if isinstance(value, float) else value for key, value in figures.items()}
    print(json.dumps({"measure": name} | shown), flush=True)


def check_range(first: int, last: int) -> tuple[Counter[str], int, float, float]:
    """Findings by severity, statements, CPU seconds for making the files and for checking them."""
    statements, making, _ = timed(lambda: sum(file.ntriples.count("\n") for file in small_files(first, last)))
    found: Counter[str] = Counter()

    def work() -> None:
        for check in Checker(AT).check(small_files(first, last)):
            found.update(finding.severity for finding in check.findings)

    _, both, _ = timed(work)
    return found, statements, making, both - making


def many(count: int, processes: int) -> None:
    """All files, shared out over processes."""
    step = 10 * SESSION_SIZE
    starts = range(0, count, step)
    start = time.perf_counter()
    # The engine has threads of its own, which a forked process would wait for without end.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        parts = list(pool.map(check_range, starts, [min(first + step, count) for first in starts]))
        peak = max(pool.map(_peak, range(processes)))
    found: Counter[str] = sum((part[0] for part in parts), Counter())
    report(
        "all files",
        files=count,
        statements_per_file=sum(part[1] for part in parts) / count,
        processes=processes,
        cpu_seconds=sum(part[3] for part in parts),
        making_cpu_seconds=sum(part[2] for part in parts),
        wall_seconds=time.perf_counter() - start,
        peak_mb_per_process=peak,
        **found,
    )


def _peak(_: int) -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def beside_the_judge(count: int) -> None:
    """The same files through pyshacl at once: seconds, ratio, and whether the results are the same."""
    from judging import judged

    files = list(small_files(0, count))
    checks, own, _ = timed(lambda: list(Checker(AT).check(files)))
    judgement, other, _ = timed(lambda: judged(checks))
    results = Counter(result for check in checks for result in check.results)
    report(
        "beside pyshacl",
        files=count,
        cpu_seconds=own,
        pyshacl_cpu_seconds=other,
        ratio=other / own,
        same=results == judgement,
    )


def one_again() -> None:
    """One file checked again by a warm checker: small, and the largest of the demo."""
    checker = Checker(AT)
    large = as_file(next(document for _, document in demo_documents(AT)))
    for name, file in (("small", next(small_files(1, 2))), ("large", large)):
        list(checker.check([file]))
        spent = sorted(timed(lambda file=file: list(checker.check([file])))[2] for _ in range(9))  # type: ignore[misc]
        report("one file again", kind=name, statements=file.ntriples.count("\n"), median_wall_seconds=spent[4])


def recounted(count: int) -> None:
    """The plain recount of every condition, node by node."""
    import recount
    from test_recount import EVIDENCE, SEVERITIES

    from hefboom.graph.completeness_parameters import risk_types_with_direct_target
    from hefboom.loaders.demo_company_files import sample_documents

    direct = set(risk_types_with_direct_target())
    differing = nodes = 0
    for check in Checker(AT).check(as_file(document) for document in sample_documents(count, AT, seed=7)):
        file = recount.File(check.file.ntriples, check.company, AT, direct)
        mine = {(finding.condition.id, finding.focus) for finding in check.findings}
        nodes += len(mine)
        differing += len(mine ^ recount.recount(file, SEVERITIES, EVIDENCE))
    report("recount", files=count, findings=nodes, differing=differing)


def main() -> None:
    """Run the measurements that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--judge", type=int, default=50)
    parser.add_argument("--recount", type=int, default=1_000)
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    asked = parser.parse_args()
    one_again()
    if asked.judge:
        beside_the_judge(asked.judge)
    if asked.recount:
        recounted(asked.recount)
    if asked.files:
        many(asked.files, asked.processes)


if __name__ == "__main__":
    main()
