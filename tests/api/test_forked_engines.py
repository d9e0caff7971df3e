"""Engines that are forked from one process and share its memory: the same answers as from the disk, each on its own."""

from __future__ import annotations

import concurrent.futures
import contextlib
import os
import signal
from pathlib import Path

import pytest
from endpoint_server import BASE, HEF, Running, Starter, wait_until

from hefboom.api.memory import fits, free_bytes
from hefboom.api.settings import Limits

LIGHT = f"SELECT ?p ?o {{ <{BASE}/listing/nike/2021-02-01/7> ?p ?o }}"
QUERIES = [
    "SELECT * { ?s ?p ?o }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    f"SELECT ?site ?label {{ ?listing <{HEF}refersTo> ?site . ?site rdfs:label ?label FILTER(CONTAINS(?label, '7')) }}",
    f"SELECT * FROM <{BASE}/list/nike/2021-02-01> {{ ?s a ?kind }}",
    f"ASK {{ <{BASE}/site/borea-3> ?p ?o }}",
]


def lines_of(server: Running, query: str) -> list[str]:
    """The rows of an answer, in order of their text."""
    answer = server.query(f"PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> {query}", Accept="text/csv, */*;q=0.1")
    assert answer.status_code == 200
    return sorted(answer.text.splitlines())


def test_answers_from_memory_are_those_from_the_disk(started: Starter) -> None:
    from_disk, from_memory = started(in_memory=1, workers=2, long_queries=1), started(workers=2, long_queries=1)
    for query in QUERIES:
        assert lines_of(from_memory, query) == lines_of(from_disk, query)
    described = [server.query(f"DESCRIBE <{BASE}/site/nike-3>").text for server in (from_disk, from_memory)]
    assert sorted(described[0].split()) == sorted(described[1].split())


@pytest.mark.parametrize(("in_memory", "from_disk"), [(1, True), (100_000, False)])
def test_engine_opens_the_store_unless_it_shares_one_in_memory(
    started: Starter, in_memory: int, from_disk: bool
) -> None:
    server = started(workers=2, long_queries=1, in_memory=in_memory)
    assert server.query(LIGHT).status_code == 200
    for engine in server.engines():
        assert opens_files(engine) == from_disk


def test_larger_publication_is_served_from_the_disk_until_memory_has_it(started: Starter) -> None:
    server = started(workers=2, long_queries=1, in_memory_at_once=1)
    expected = lines_of(server, QUERIES[1])
    wait_until(lambda: "public is in memory now" in server.log.read_text())
    wait_until(lambda: len(server.engines()) == 2 and not any(map(opens_files, server.engines())))
    assert lines_of(server, QUERIES[1]) == expected
    wait_until(lambda: len(server.children()) == 1)


def opens_files(engine: int) -> bool:
    """Whether an engine process reads its store from the disk."""
    files: list[str] = []
    with contextlib.suppress(FileNotFoundError):  # it has just ended
        files = [file.readlink().suffix for file in Path(f"/proc/{engine}/fd").iterdir()]
    return ".sst" in files


@pytest.mark.parametrize(
    ("statements", "limits", "held"),
    [
        (100_000, Limits(), True),
        (100_000, Limits(in_memory=1), False),
        (1_000_001, Limits(), False),
        (10**15, Limits(in_memory=10**16), False),
    ],
)
def test_publication_is_held_in_memory_where_there_is_room(statements: int, limits: Limits, held: bool) -> None:
    assert fits(statements, limits) is held


@pytest.mark.parametrize(
    ("most", "taken", "free"),
    [("max", "5", 8_192_000), ("4000000", "1000000", 3_000_000), ("4000000", "5000000", 0), ("", "", 8_192_000)],
)
def test_what_is_free_is_what_the_machine_and_the_group_leave(tmp_path: Path, most: str, taken: str, free: int) -> None:
    told = tmp_path / "meminfo"
    told.write_text("MemTotal:       16000 kB\nMemAvailable:    8000 kB\n")
    (tmp_path / "memory.max").write_text(most)
    (tmp_path / "memory.current").write_text(taken)
    assert free_bytes(told, tmp_path) == free
    assert free_bytes(tmp_path / "none", tmp_path) is None


@pytest.mark.parametrize("in_memory", [1, 100_000])
def test_end_of_the_process_that_engines_come_from_costs_no_answer(started: Starter, in_memory: int) -> None:
    server = started(workers=3, long_queries=1, in_memory=in_memory)
    server.query("ASK {}")
    for turn in range(2):
        wait_until(lambda: len(server.engines()) == 3)
        before = server.engines()
        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            answers = [
                threads.submit(server.query, f"{LIGHT} LIMIT {turn * 100 + number + 1}") for number in range(100)
            ]
            answers[20].result()
            for process in server.children():
                os.kill(process, signal.SIGKILL)
            assert {answer.result().status_code for answer in answers} == {200}
        wait_until(lambda gone=frozenset(before): not gone & set(server.engines()))


def test_engines_draw_random_numbers_of_their_own(started: Starter) -> None:
    server = started(workers=4, long_queries=1)
    server.query("ASK {}")
    query = "SELECT (UUID() AS ?id) (RAND() AS ?n) { }"
    found: set[str] = set()
    for _ in range(3):
        for engine in server.engines():
            found.update(server.query(query, Accept="text/csv").text.splitlines()[1:])
            with contextlib.suppress(ProcessLookupError):  # ended before, and collected only now
                os.kill(engine, signal.SIGKILL)
        wait_until(lambda: len(server.engines()) == 4)
    assert len(found) == 12
