"""Servers for the tests of the endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from endpoint_server import BASE, Running, Starter, source_store, start, statements, stop

from hefboom.graph.publications import Publications


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the publications of all three audiences."""
    folder = tmp_path_factory.mktemp("data")
    store = source_store(statements())
    for audience in ("public", "members", "secretariat"):
        Publications(folder).publish(store, audience, BASE)
    return folder


@pytest.fixture(scope="session")
def server(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server of the public part with the usual limits."""
    running = start(data, tmp_path_factory.mktemp("spool"), workers=3, long_queries=1)
    yield running
    stop(running)


@pytest.fixture
def started(data: Path, tmp_path: Path) -> Iterator[Starter]:
    """Start servers with settings of one's own; they end with the test."""
    running: list[Running] = []

    def starter(folder: Path = data, **settings: object) -> Running:
        running.append(start(folder, tmp_path, **settings))
        return running[-1]

    yield starter
    for server in running:
        stop(server)
