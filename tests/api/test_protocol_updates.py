"""The rules of the SPARQL 1.1 Protocol for updates, by a writer, on the live store.

What an update may ask and how it may be sent; `test_update.py` has who may send one, and that it changes notes only.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest
from endpoint_server import Running, start, stop
from list_desk import as_csv

from hefboom.api.tokens import Tokens
from hefboom.graph import DataFolder, open_data
from hefboom.loaders.load import load
from hefboom.loaders.load_options import LoadOptions

BASE = "https://w3id.org/hefboom/id"
NOTES = f"{BASE}/graph/notes"
ROWS = [{"name": "Alpha Mills", "address": "1 Mill Road", "country": "India"}]
FORM = "application/x-www-form-urlencoded"
UPDATE = "application/sparql-update"
SCOPES = ("public", "members", "secretariat")


class Desk:
    """A server that takes updates, a writer's token, and one note in each of three graphs."""

    def __init__(self, server: Running, data: Path) -> None:
        self.server, self.data = server, data
        self.token = Tokens(data / "access" / "access.sqlite").grant("W", "writer")[1]
        notes = " ".join(f"GRAPH <{NOTES}/{scope}> {{ <urn:{scope}> <urn:is> <urn:Seen> }}" for scope in SCOPES)
        assert self.send(f"INSERT DATA {{ {notes} }}".encode()).status_code == 200

    def send(self, body: bytes, content_type: str = UPDATE, address: str = "", method: str = "POST") -> httpx.Response:
        """Send a body as the writer; without a content type where that is empty."""
        headers = {"Authorization": f"Bearer {self.token}"} | ({"Content-Type": content_type} if content_type else {})
        return self.server.client.request(method, f"/sparql/update{address}", content=body, headers=headers)

    @property
    def generation(self) -> str:
        """The name of the generation in use."""
        return (self.data / "CURRENT").read_text().strip()

    def found(self, predicate: str) -> set[tuple[str, str]]:
        """The subjects and objects that the open notes join by a predicate."""
        query = f"SELECT ?s ?o {{ GRAPH <{NOTES}/public> {{ ?s <urn:{predicate}> ?o }} }}"
        rows = open_data(self.data).store.query(query)
        return {(row["s"].value, row["o"].value) for row in rows}  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One desk for all; each test that writes uses a predicate of its own."""
    place = tmp_path_factory.mktemp("desk")
    (place / "aurora-2024-01-31.csv").write_text(as_csv(ROWS))
    options = LoadOptions(contributor="Aurora", visibility="public")
    load([place / "aurora-2024-01-31.csv"], options, DataFolder(place / "data"), wait=10)
    server = start(place / "data", place, updates=1, closed=1, workers=2, long_queries=1)
    yield Desk(server, place / "data")
    stop(server)
    shutil.rmtree(place / "data")


def copying(predicate: str, pattern: str) -> str:
    """An update that notes whatever a pattern finds."""
    return f"INSERT {{ GRAPH <{NOTES}/public> {{ ?s <urn:{predicate}> ?g }} }} WHERE {{ {pattern} }}"


IN_DEFAULT = "?s <urn:is> <urn:Seen> BIND('default' AS ?g)"
IN_NAMED = "GRAPH ?g { ?s <urn:is> <urn:Seen> }"
PUBLIC, MEMBERS, SECRETARIAT = (f"{NOTES}/{scope}" for scope in SCOPES)


@pytest.mark.parametrize("way", ["address", "form", "both"])
@pytest.mark.parametrize(
    ("name", "using", "named", "pattern", "expected"),
    [
        ("one", [MEMBERS], [], IN_DEFAULT, {("urn:members", "default")}),
        ("two", [PUBLIC, MEMBERS], [], IN_DEFAULT, {("urn:public", "default"), ("urn:members", "default")}),
        ("no-named", [PUBLIC, MEMBERS], [], IN_NAMED, set()),
        ("named", [], [MEMBERS, SECRETARIAT], IN_NAMED, {("urn:members", MEMBERS), ("urn:secretariat", SECRETARIAT)}),
        ("no-default", [], [MEMBERS, SECRETARIAT], IN_DEFAULT, set()),
        (
            "full", [PUBLIC], [MEMBERS], f"{{ {IN_DEFAULT} }} UNION {{ {IN_NAMED} }}",
            {("urn:public", "default"), ("urn:members", MEMBERS)},
        ),
    ],
)  # fmt: skip
def test_where_sees_the_graphs_that_the_request_names(
    desk: Desk, way: str, name: str, using: list[str], named: list[str], pattern: str, expected: set[tuple[str, str]]
) -> None:
    predicate = f"{name}-{way}"
    text = copying(predicate, pattern)
    graphs = [("using-graph-uri", graph) for graph in using] + [("using-named-graph-uri", graph) for graph in named]
    if way == "address":
        answer = desk.send(text.encode(), UPDATE, f"?{urlencode(graphs)}")
    elif way == "form":
        answer = desk.send(urlencode([("update", text), *graphs]).encode(), FORM)
    else:
        answer = desk.send(urlencode([("update", text), *graphs[1:]]).encode(), FORM, f"?{urlencode(graphs[:1])}")
    assert answer.status_code == 200, answer.text
    assert desk.found(predicate) == expected


def test_each_operation_of_an_update_sees_what_the_one_before_it_did(desk: Desk) -> None:
    text = f"{copying('first', IN_DEFAULT)} ; {copying('second', '?s <urn:first> ?g')}"
    assert desk.send(text.encode(), UPDATE, f"?{urlencode({'using-graph-uri': PUBLIC})}").status_code == 200
    assert desk.found("second") == desk.found("first") == {("urn:public", "default")}


def test_relative_names_in_an_update_stand_for_addresses_of_this_server(desk: Desk) -> None:
    text = f"INSERT DATA {{ GRAPH <{PUBLIC}> {{ <urn:a> <urn:relative> <there> }} }}"
    assert desk.send(text.encode()).status_code == 200
    assert desk.found("relative") == {("urn:a", desk.server.url + "/there")}


@pytest.mark.parametrize(
    "dataset", [f"USING <{PUBLIC}>", f"USING NAMED <{PUBLIC}>", f"USING <{PUBLIC}> USING NAMED <{MEMBERS}>"]
)
@pytest.mark.parametrize("name", ["using-graph-uri", "using-named-graph-uri"])
def test_update_that_names_its_dataset_twice_is_refused(desk: Desk, dataset: str, name: str) -> None:
    before = desk.generation
    text = copying("twice", IN_DEFAULT).replace("WHERE", f"{dataset} WHERE")
    assert desk.send(text.encode(), UPDATE, f"?{urlencode({name: PUBLIC})}").status_code == 400
    assert desk.generation == before


TEXT = f"INSERT DATA {{ GRAPH <{PUBLIC}> {{ <urn:a> <urn:bad> 'é' }} }}"


@pytest.mark.parametrize(
    ("body", "content_type", "address", "status"),
    [
        (TEXT.encode(), "", "", 415),
        (f"update={quote(TEXT)}".encode(), "", "", 415),
        (f"update={quote(TEXT)}".encode(), UPDATE, "", 400),
        (TEXT.encode(), FORM, "", 400),
        (TEXT.encode(), "application/sparql-query", "", 415),
        (TEXT.encode(), "text/plain", "", 415),
        (TEXT.encode("latin-1"), UPDATE, "", 400),
        (f"update={quote(TEXT, encoding='latin-1')}".encode(), FORM, "", 400),
        (TEXT.encode("utf-16"), UPDATE, "", 400),
        (TEXT.encode("utf-16"), f"{UPDATE}; charset=UTF-16", "", 415),
        (urlencode([("update", TEXT), ("update", TEXT)]).encode(), FORM, "", 400),
        (TEXT.encode(), UPDATE, f"?update={quote(TEXT)}", 400),
        (urlencode([("update", TEXT), ("query", "ASK {}")]).encode(), FORM, "", 400),
        (urlencode([("update", TEXT), ("default-graph-uri", PUBLIC)]).encode(), FORM, "", 400),
        (b"", UPDATE, "", 400),
        (b"update=", FORM, "", 400),
        (b"", FORM, "", 400),
        (TEXT.encode()[:-1], UPDATE, "", 400),
        (b"ASK {}", UPDATE, "", 400),
    ],
)
def test_update_that_the_protocol_does_not_know_changes_nothing(
    desk: Desk, body: bytes, content_type: str, address: str, status: int
) -> None:
    before = desk.generation
    answer = desk.send(body, content_type, address)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/plain; charset=utf-8")
    assert desk.generation == before


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
def test_update_goes_by_post_only(desk: Desk, method: str) -> None:
    answer = desk.send(b"", UPDATE, f"?update={quote(TEXT)}", method)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert desk.found("bad") == set()


def test_function_that_there_is_not_ends_in_a_fault_of_the_client(desk: Desk) -> None:
    text = copying("function", f"{IN_DEFAULT} FILTER(<urn:soundex>(?g))")
    assert desk.send(text.encode(), UPDATE, f"?{urlencode({'using-graph-uri': PUBLIC})}").status_code == 400
