"""SPARQL Update: only for writers, only of notes, one generation at a time, off by default."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from endpoint_server import Running, Starter, start, stop
from list_desk import as_csv

from hefboom.api.tokens import Tokens
from hefboom.api.update import with_using
from hefboom.graph import DataFolder, open_data
from hefboom.graph.publications import Publications
from hefboom.loaders.load import load
from hefboom.loaders.load_options import LoadOptions

BASE = "https://w3id.org/hefboom/id"
NOTES = f"{BASE}/graph/notes"
ROWS = [{"name": "Alpha Mills", "address": "1 Mill Road", "country": "India"}]
LIST_GRAPH = f"{BASE}/list/aurora/2024-01-31"


def note(subject: str) -> str:
    """An update that adds one open note."""
    return f'INSERT DATA {{ GRAPH <{NOTES}/public> {{ <urn:{subject}> <urn:note> "seen in May" }} }}'


NOTE = note("nothing")
UPDATE = "application/sparql-update"


class House:
    """A server that takes updates, and tokens for those who may and may not send them."""

    def __init__(self, server: Running, data: Path) -> None:
        self.server, self.data = server, data
        kept = Tokens(data / "access" / "access.sqlite")
        roles = {"writer": "", "secretariat": "", "member": "aurora"}
        self.tokens = {role: kept.grant(role, role, company=company)[1] for role, company in roles.items()}

    def send(self, text: str, who: str = "writer", **more: str | list[str]) -> httpx.Response:
        """Send an update directly."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Content-Type": UPDATE}
        return self.server.client.post("/sparql/update", content=text.encode(), headers=headers, params=more)

    @property
    def generation(self) -> str:
        """The name of the generation in use."""
        return (self.data / "CURRENT").read_text().strip()

    def notes(self, subject: str) -> set[str]:
        """The open notes about a subject."""
        query = f"SELECT ?o {{ GRAPH <{NOTES}/public> {{ <urn:{subject}> ?p ?o }} }}"
        return {row[0].value for row in open_data(self.data).store.query(query)}  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one list, published."""
    folder = tmp_path_factory.mktemp("loaded")
    file = folder / "aurora-2024-01-31.csv"
    file.write_text(as_csv(ROWS))
    data = folder / "data"
    load([file], LoadOptions(contributor="Aurora", visibility="public"), DataFolder(data), wait=10)
    Publications(data).publish(open_data(data).store, "public", BASE)
    return data


@pytest.fixture(scope="module")
def house(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server that takes updates; each test that adds notes uses names of its own."""
    place = tmp_path_factory.mktemp("house")
    shutil.copytree(loaded, place / "data")
    server = start(place / "data", place, updates=1, closed=1, workers=2, long_queries=1)
    yield House(server, place / "data")
    stop(server)


def test_writer_adds_a_note_that_is_shown_once_it_is_published(house: House) -> None:
    before, text = house.generation, note("a")
    answer = house.send(text)
    assert answer.status_code == 200
    assert answer.json() == {"generation": house.generation, "added": 1, "removed": 0}
    assert house.generation > before
    assert house.notes("a") == {"seen in May"}
    audit = [json.loads(line) for line in (house.data / "access/audit.log").read_text().splitlines()]
    assert audit[-1]["what"] == "sparql update"
    assert audit[-1]["parameters"]["update"] == text
    made = Publications(house.data).publish(open_data(house.data).store, "public", BASE)
    assert made.graphs[f"{NOTES}/public"] >= 1


def test_update_is_taken_as_a_form_too_and_may_be_several_operations(house: House) -> None:
    delete = f"DELETE WHERE {{ GRAPH <{NOTES}/public> {{ <urn:b> ?p ?o }} }}"
    text = f"{note('b')} ; {delete} ; {note('b').replace('May', 'June')}"
    headers = {"Authorization": f"Bearer {house.tokens['writer']}"}
    answer = house.server.client.post("/sparql/update", data={"update": text}, headers=headers)
    assert answer.status_code == 200
    assert house.notes("b") == {"seen in June"}


def test_graphs_to_be_asked_can_be_named_by_parameters(house: House) -> None:
    site = "?listing <https://w3id.org/hefboom/ns#row> ?row"
    text = f"INSERT {{ GRAPH <{NOTES}/public> {{ ?listing <urn:seen> 1 }} }} WHERE {{ {site} }}"
    answer = house.send(text, **{"using-graph-uri": LIST_GRAPH})
    assert answer.json()["added"] == 1, answer.text
    assert house.send(f"WITH <{NOTES}/public> {text}", **{"using-graph-uri": LIST_GRAPH}).status_code == 400
    assert house.send(text, **{"using-graph-uri": "urn:a> {} INSERT"}).status_code == 400


def test_update_of_anything_but_notes_is_refused(house: House) -> None:
    before = house.generation
    answer = house.send("CLEAR ALL")
    assert answer.status_code == 403
    assert "Nothing was changed: the update would change" in answer.text
    assert house.generation == before


def test_others_may_not_update(house: House) -> None:
    for who in ("secretariat", "member"):
        assert house.send(NOTE, who).status_code == 403
    assert house.server.client.post("/sparql/update", data={"update": NOTE}).status_code == 403
    assert house.notes("nothing") == set()


def test_what_is_no_update_is_told_so(house: House) -> None:
    headers = {"Authorization": f"Bearer {house.tokens['writer']}"}
    post = house.server.client.post
    assert house.server.client.get("/sparql/update", params={"update": NOTE}, headers=headers).status_code == 405
    assert post("/sparql/update", content=NOTE, headers={**headers, "Content-Type": "text/plain"}).status_code == 415
    assert post("/sparql/update", data={"update": [NOTE, NOTE]}, headers=headers).status_code == 400
    assert post("/sparql/update", data={"query": "ASK {}"}, headers=headers).status_code == 400
    assert house.send("ASK {}").status_code == 400
    wrong = house.send("INSERT DATA {\n  <urn:a> <urn:b> }")
    assert wrong.status_code == 400
    assert "line 2, column 19" in wrong.text


def test_update_calls_no_other_address(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        listener.setblocking(False)
        for text in (
            f"LOAD SILENT <{address}> INTO GRAPH <{NOTES}/public>",
            f"INSERT {{ GRAPH <{NOTES}/public> {{ ?s ?p ?o }} }} WHERE {{ SERVICE <{address}> {{ ?s ?p ?o }} }}",
        ):
            assert house.send(text).status_code == 403
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_updates_are_off_unless_told(started: Starter) -> None:
    server = started(workers=2, long_queries=1)
    for path in ("/sparql", "/sparql/update"):
        assert server.client.post(path, data={"update": NOTE}).status_code == 403


def test_using_goes_before_each_where_of_the_outermost_level() -> None:
    text = "INSERT { ?s ?p 1 } WHERE { { SELECT * WHERE { ?s ?p ?o } } } ; DELETE {} where { ?s ?p 'WHERE' }"
    assert with_using(text, ["urn:g"], ["urn:h"]) == (
        "INSERT { ?s ?p 1 } USING <urn:g> USING NAMED <urn:h> WHERE { { SELECT * WHERE { ?s ?p ?o } } } ; "
        "DELETE {} USING <urn:g> USING NAMED <urn:h> where { ?s ?p 'WHERE' }"
    )
