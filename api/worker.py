"""The engine processes of a pool: each answers one query at a time over one publication, with no secret and no network.

Started by `hefboom.api.template` as `python -m hefboom.api.worker '<configuration as JSON>'` with a control socket on
the given descriptor; the engines are forked from that process. Whatever happens in one (a crash of the engine, memory
at its cap, a query without end) is dealt with by ending it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import re
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import pyoxigraph as ox

from hefboom.api import forks, frames, sandbox
from hefboom.api.answers import Answer
from hefboom.api.datasets import Datasets
from hefboom.api.errors import Problem, bad_request, busy
from hefboom.api.guard import Bounds, check
from hefboom.api.negotiation import GRAPH_FORMATS, RESULT_FORMATS, choose
from hefboom.api.row_limit import RowCut, with_row_limit
from hefboom.api.syntax import explain
from hefboom.api.writing import write
from hefboom.graph.overlaps import overlaps_of

_STACK: Final = 64 * 1024 * 1024
_UNKNOWN_FUNCTION: Final = re.compile(r"custom function (<\S*>) is not supported")


class Answers(Protocol):
    """Whatever answers one request after another in a process of its own."""

    def answer(self, request: dict[str, Any], query: str, number: int = 0) -> tuple[frames.Head, bytes]:
        """The head and the body of an answer to the request of this number. Raises Problem."""


Opener = Callable[[str], Answers]
"""Makes an engine, given where it leaves large answers."""


@dataclass(frozen=True)
class Engine:
    """One store and what may be asked of it."""

    datasets: Datasets
    bounds: Bounds
    services: frozenset[str]
    spool: str = ""

    def answer(self, request: dict[str, Any], query: str, number: int = 0) -> tuple[frames.Head, bytes]:
        """Check, run and write one query; the head of the answer and its body. Raises Problem."""
        found = check(query, self.bounds, self.services)
        store, dataset = self.datasets.of(request, found)
        graph_answer = found.form in ("CONSTRUCT", "DESCRIBE")
        offered = GRAPH_FORMATS if graph_answer else RESULT_FORMATS
        form, media_type = choose(request["accept"], request["format"], offered)
        kept = RowCut(form.name, request["rows"]) if found.form == "SELECT" else None
        answer = Answer(f"{self.spool}-{number}", request["bytes"], request["coding"], kept)
        try:
            limited = with_row_limit(query, found, request["rows"] + 1) if kept is not None else query
            results = _evaluate(store, query, limited, request["base"], dataset)
            cut = write(results, form.name, answer, request["rows"])
            body, spooled, coding = answer.finish()
        except BaseException:
            answer.abandon()
            raise
        if kept is not None:
            cut = kept.cut
        head = {
            "status": 200,
            "type": form.content_type(media_type),
            "coding": coding,
            "spooled": spooled,
            "volatile": found.volatile,
            "cut": request["rows"] if cut else 0,
        }
        return head, body


def _evaluate(
    store: ox.Store, query: str, limited: str, base: str, dataset: dict[str, Any]
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """Run the query with its row limit put in; when that does not parse, the query as it was sent."""
    for text in dict.fromkeys((limited, query)):
        try:
            return store.query(text, base_iri=base, **dataset)
        except SyntaxError as error:
            failed = error
        except RuntimeError as error:
            unknown = _UNKNOWN_FUNCTION.search(str(error))
            if unknown is None:
                raise
            raise bad_request("unknown-function", f"There is no function {unknown[1][:200]} here.") from error
    raise explain(query, failed, base) from failed


def serve(engine: Answers, channel: frames.Channel) -> None:
    """Answer one message after another until the server closes the channel."""
    while (message := channel.receive()) is not None:
        number, request, body = message
        try:
            head, answer = engine.answer(request, body.decode("utf-8"), number)
        except Problem as problem:
            head, answer = _problem_head(problem), b""
        except UnicodeDecodeError as error:
            head = _problem_head(bad_request("not-utf-8", f"The query is not UTF-8 at byte {error.start + 1}."))
            answer = b""
        except OSError as error:
            head = _problem_head(busy("no-room", "There is no room for this answer now; ask for less.", 60))
            head["log"] = type(error).__name__
            answer = b""
        except (RuntimeError, ValueError, MemoryError) as error:
            head = _problem_head(Problem(500, "query-failed", "The engine could not finish this query."))
            head["log"] = type(error).__name__
            answer = b""
        channel.send(number, head, answer)


def _problem_head(problem: Problem) -> frames.Head:
    return {
        "status": problem.status,
        "kind": problem.kind,
        "detail": problem.detail,
        "extra": problem.extra,
        "headers": problem.headers,
    }


def main(configuration: dict[str, Any], prepare: Callable[[dict[str, Any]], Opener]) -> None:
    """Shut this process in, load what engines share, say that it is ready, fork engines."""
    control = socket.socket(fileno=configuration["descriptor"])
    sandbox.die_with_parent()
    sandbox.work_in_batches()
    alone = not configuration["services"] and sandbox.shut_in()
    open_engine = prepare(configuration)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)

    def live(channel: socket.socket, spool: str) -> None:
        engine = open_engine(spool)
        sandbox.limit_memory(configuration["memory_mb"])
        with contextlib.suppress(BrokenPipeError):  # the server has gone: so does this process
            messages = frames.Channel(channel)
            messages.send(0, {"ready": True})
            serve(engine, messages)

    with contextlib.suppress(BrokenPipeError):
        forks.tell(control, {"sandboxed": alone})
        forks.fork_on_request(control, live)


def open_store(configuration: dict[str, Any]) -> Callable[[], ox.Store]:
    """What opens the store in an engine: a copy in memory that all share, or the one on disk."""
    path = configuration["store"]
    if not configuration["in_memory"]:
        return lambda: ox.Store.read_only(path)
    store, kept = ox.Store(), ox.Store.read_only(path)
    # What comes last is found first there, and most queries ask the union.
    for graph in (*kept.named_graphs(), ox.DefaultGraph()):
        store.extend(kept.quads_for_pattern(None, None, None, graph))
    return lambda: store


def prepare(configuration: dict[str, Any]) -> Opener:
    """What makes the engine of a process."""
    bounds = Bounds(configuration["characters"], configuration["depth"], configuration["operators"])
    services, opened = frozenset(configuration["services"]), open_store(configuration)
    overlaps, most = overlaps_of(Path(configuration["store"]).parent), configuration["merged"]
    return lambda spool: Engine(Datasets(opened(), overlaps, most), bounds, services, spool)


def start(prepare: Callable[[dict[str, Any]], Opener]) -> None:
    """Run this process, for engines of one kind.

    The engine recurses over the query; the stack of the main thread is the shell's choice, that of a thread is ours.
    """
    threading.stack_size(_STACK)
    thread = threading.Thread(target=main, args=(json.loads(sys.argv[1]), prepare))
    thread.start()
    thread.join()


if __name__ == "__main__":
    start(prepare)
