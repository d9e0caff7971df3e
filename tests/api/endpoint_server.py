"""A published mini-graph and real servers over it, each a process of its own on a free loopback port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pyoxigraph as ox

BASE = "https://w3id.org/hefboom/id"
HEF = "https://w3id.org/hefboom/ns#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
LISTS = {"nike/2021-02-01": "public", "aurora/2022-03-01": "members", "borea/2023-04-01": "owner/borea"}
START = "import typer; from hefboom import cli_serve; app = typer.Typer(); cli_serve.register(app); app()"


def statements(rows: int = 60) -> Iterator[str]:
    """Three lists of three scopes, each with sites of its own, and one site with an older name."""
    for name, scope in LISTS.items():
        graph, catalogue = f"<{BASE}/list/{name}>", f"<{BASE}/graph/catalogue/{scope}>"
        kind, _, owner = scope.partition("/")
        contributor = name.partition("/")[0]
        yield f"{graph} <{RDF_TYPE}> <{HEF}List> {catalogue} ."
        yield f"{graph} <{HEF}visibility> <https://w3id.org/hefboom/scheme/visibility/{kind}> {catalogue} ."
        yield f"{graph} <{HEF}contributor> <{BASE}/company/{contributor}> {catalogue} ."
        yield f'{graph} <{HEF}listDate> "{name[-10:]}"^^<http://www.w3.org/2001/XMLSchema#date> {catalogue} .'
        yield f"<{BASE}/company/{contributor}> <{RDF_TYPE}> <{HEF}Company> {catalogue} ."
        yield f'<{BASE}/company/{contributor}> <{LABEL}> "{contributor.title()}" {catalogue} .'
        if owner:
            yield f"{graph} <{HEF}owner> <{BASE}/company/{owner}> {catalogue} ."
        for row in range(rows):
            listing, site = f"<{BASE}/listing/{name}/{row}>", f"<{BASE}/site/{contributor}-{row}>"
            yield f"{listing} <{RDF_TYPE}> <{HEF}Listing> {graph} ."
            yield f'{listing} <{LABEL}> "{contributor} factory {row}" {graph} .'
            yield f"{listing} <{HEF}refersTo> {site} <{BASE}/graph/identity/{scope}> ."
            yield f"{site} <{RDF_TYPE}> <{HEF}Site> <{BASE}/graph/site/{scope}> ."
            yield f'{site} <{LABEL}> "{contributor} factory {row}" <{BASE}/graph/site/{scope}> .'
    scheme = "https://w3id.org/hefboom/scheme"
    yield f"<{scheme}/risk> <{RDF_TYPE}> <http://www.w3.org/2004/02/skos/core#ConceptScheme> <{scheme}> ."
    yield f"<{BASE}/site/old> <{HEF}replacedBy> <{BASE}/site/nike-0> <{BASE}/graph/site/public> ."


def days() -> Iterator[str]:
    """From when on the three lists hold; without it no question counts them."""
    for name, scope in LISTS.items():
        day = f'"{name[-10:]}"^^<http://www.w3.org/2001/XMLSchema#date>'
        yield f"<{BASE}/list/{name}> <{HEF}validFrom> {day} <{BASE}/graph/catalogue/{scope}> ."


def source_store(lines: Iterator[str]) -> ox.Store:
    """A store in memory from N-Quads lines."""
    store = ox.Store()
    store.load("\n".join(lines).encode(), ox.RdfFormat.N_QUADS)
    return store


@dataclass
class Running:
    """A server process and a client for it."""

    process: subprocess.Popen[bytes]
    port: int
    client: httpx.Client
    log: Path = Path()

    @property
    def url(self) -> str:
        """The address of the endpoint."""
        return f"http://127.0.0.1:{self.port}/sparql"

    def query(self, text: str, **headers: str) -> httpx.Response:
        """Ask a query by GET."""
        return self.client.get("/sparql", params={"query": text}, headers=headers)

    def sent(self, method: str, text: str, parameters: Mapping[str, str | list[str]]) -> httpx.Response:
        """Ask a query in one of the protocol's three ways, `GET`, `form` or `direct`, with a dataset."""
        if method == "GET":
            return self.client.get("/sparql", params={"query": text, **parameters})
        if method == "form":
            return self.client.post("/sparql", data={"query": text, **parameters})
        query = {"Content-Type": "application/sparql-query"}
        return self.client.post("/sparql", params=dict(parameters), content=text.encode(), headers=query)

    def children(self) -> list[int]:
        """The process ids of what the server has started: the processes that engines are forked from, and others."""
        return children_of(self.process.pid)

    def engines(self) -> list[int]:
        """The process ids of the engines."""
        return sorted(engine for child in self.children() for engine in children_of(child))


def children_of(pid: int) -> list[int]:
    """The process ids of the children of a process."""
    found: list[int] = []
    with suppress(FileNotFoundError, ProcessLookupError):  # one that has just ended
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(FileNotFoundError, ProcessLookupError):
                found += [int(child) for child in (task / "children").read_text().split()]
    return sorted(found)


Starter = Callable[..., Running]


def start(data: Path, spool: Path, **settings: object) -> Running:
    """Start a server; its listening socket is ours first, so a request waits for it in the backlog."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    environment = {
        **os.environ,
        "HEFBOOM_DATA": str(data),
        "HEFBOOM_SPOOL": str(spool),
        **{f"HEFBOOM_{name.upper()}": str(value) for name, value in settings.items()},
    }
    with listener, (spool / f"server-{port}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", START, "serve", "--fd", str(listener.fileno())],
            pass_fds=[listener.fileno()],
            env=environment,
            stderr=log,
        )
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)
    return Running(process, port, client, spool / f"server-{port}.log")


def stop(running: Running) -> None:
    """End a server that `start` started."""
    running.client.close()
    running.process.send_signal(signal.SIGTERM)
    running.process.wait(timeout=20)


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
