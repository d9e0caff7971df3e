"""Queries sent ahead to an engine that is busy: each has its own answer, whatever happens to the engine before it."""

from __future__ import annotations

import concurrent.futures
import contextlib
import itertools
import os
import signal
import socket

from endpoint_server import BASE, HEF, Running, Starter
from hypothesis import given
from hypothesis import strategies as st

from hefboom.api import frames

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
MIDDLING = f"SELECT (COUNT(*) AS ?n) {{ ?a a <{HEF}Listing> . ?b a <{HEF}Site> . ?c a ?d }}"
"""Long enough for those behind it to be taken back, too short to be a long query."""


def label_of(server: Running, number: int) -> tuple[int, str]:
    """Status and answer for the label of one listing, in a query that was not asked before."""
    row = number % 60
    query = f"SELECT ?label {{ <{BASE}/listing/nike/2021-02-01/{row}> <{HEF}refersTo>/rdfs:label ?label }} # {number}"
    query = f"PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> {query}"
    answer = server.query(query, Accept="text/csv")
    return answer.status_code, answer.text


def asked_at_one_time(server: Running, numbers: range, threads: int) -> list[tuple[int, str]]:
    """The answers to many of these queries."""
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda number: label_of(server, number), numbers))


def expected(numbers: range) -> list[tuple[int, str]]:
    """What those queries must be answered."""
    return [(200, f"label\r\nnike factory {number % 60}\r\n") for number in numbers]


def test_queries_asked_at_one_time_have_their_own_answers(started: Starter) -> None:
    server = started()
    numbers = range(600)
    assert asked_at_one_time(server, numbers, 16) == expected(numbers)


def test_light_queries_behind_slower_ones_are_answered(started: Starter) -> None:
    server = started(workers=3, long_queries=1, timeout=2, light=0.1)
    server.query("ASK {}")
    turns = itertools.count()

    def disturb(query: str) -> int:
        return server.query(f"{query} # {next(turns)}").status_code

    numbers = range(200)
    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        slower = [threads.submit(disturb, query) for query in (ENDLESS, MIDDLING, ENDLESS, *[MIDDLING] * 6)]
        assert asked_at_one_time(server, numbers, 8) == expected(numbers)
        assert {future.result() for future in slower} <= {200, 503}


def test_killed_engines_cost_no_answer_under_load(started: Starter) -> None:
    server = started(workers=3, long_queries=1)
    server.query("ASK {}")
    for turn in range(3):
        numbers = range(turn * 120, turn * 120 + 120)
        with concurrent.futures.ThreadPoolExecutor(1) as beside:
            answers = beside.submit(asked_at_one_time, server, numbers, 12)
            while not answers.done() and len(server.engines()) < 3:
                label_of(server, -1 - turn)
            for victim in server.engines():
                with contextlib.suppress(ProcessLookupError):  # ended and not yet collected
                    os.kill(victim, signal.SIGKILL)
            assert answers.result() == expected(numbers)


def test_large_answers_written_one_after_another_stay_apart(started: Starter) -> None:
    server = started(workers=2, long_queries=1)
    server.query("ASK {}")

    def large(number: int) -> str:
        query = (
            f"SELECT ?n ?s ?p ?o {{ ?s ?p ?o . ?s a ?kind . VALUES ?n {{ {number} {number + 1} }} ?x a ?y }} LIMIT 3000"
        )
        answer = server.query(query, Accept="text/csv")
        assert answer.status_code == 200
        assert len(answer.content) > 262_144
        return answer.text

    numbers = range(0, 40, 2)
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        for number, text in zip(numbers, threads.map(large, numbers), strict=True):
            found = {line.partition(",")[0] for line in text.splitlines()[1:]}
            assert found <= {str(number), str(number + 1)}


def test_query_that_has_not_begun_is_not_taken_back_with_those_behind_it() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        head = frames.encode({"accept": "*/*"})
        sent = [frames.pack(number, head, b"ASK {}") for number in (1, 2, 3)]
        ours.sendall(b"".join([*sent, frames.taking_back(4, 2), frames.pack(5, head, b"ASK {}")]))
        ours.shutdown(socket.SHUT_WR)
        channel = frames.Channel(theirs)
        numbers = [message.number for message in iter(channel.receive, None)]
        assert numbers == [1, 5]
        assert [message.number for message in frames.Assembler().feed(ours.recv(100))] == [4]


@given(st.lists(st.tuples(st.integers(0, 2**64 - 1), st.binary(max_size=50)), max_size=6), st.data())
def test_messages_are_the_same_however_they_are_cut(messages: list[tuple[int, bytes]], data: st.DataObject) -> None:
    head = {"status": 200}
    whole = b"".join(frames.pack(number, frames.encode(head), body) for number, body in messages)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    assembler = frames.Assembler()
    found = [
        message
        for start, end in itertools.pairwise([0, *cuts, len(whole)])
        for message in assembler.feed(whole[start:end])
    ]
    assert found == [(number, head, body) for number, body in messages]
