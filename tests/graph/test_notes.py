"""Notes: what an update may change, what it may say, and what it leaves as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from list_desk import as_csv

from hefboom.errors import StoreError, UsageError
from hefboom.graph import DataFolder, open_data
from hefboom.graph.notes import update_notes
from hefboom.graph.rebuild import rebuild
from hefboom.loaders.load import load
from hefboom.loaders.load_options import LoadOptions

BASE = "https://w3id.org/hefboom/id"
NOTES, LIST_GRAPH = f"{BASE}/graph/notes", f"{BASE}/list/aurora/2024-01-31"
ROWS = [{"name": "Alpha Mills", "address": "1 Mill Road", "country": "India"}]
NOTE = f'INSERT DATA {{ GRAPH <{NOTES}/public> {{ <urn:site> <urn:note> "seen in May" }} }}'


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one list."""
    place = tmp_path_factory.mktemp("loaded")
    file = place / "aurora-2024-01-31.csv"
    file.write_text(as_csv(ROWS))
    load([file], LoadOptions(contributor="Aurora", visibility="public"), DataFolder(place / "data"), wait=10)
    return place / "data"


@pytest.fixture
def folder(loaded: Path, tmp_path: Path) -> DataFolder:
    """A copy of it to change."""
    shutil.copytree(loaded, tmp_path / "data")
    return DataFolder(tmp_path / "data")


def update(folder: DataFolder, text: str) -> tuple[int, int]:
    """Run an update; how many statements it added and removed."""
    noted = update_notes(folder, text, "http://localhost/", wait=10)
    return noted.added, noted.removed


def notes(folder: DataFolder) -> set[str]:
    """The open notes."""
    found = open_data(folder.path).store.query(f"SELECT ?o {{ GRAPH <{NOTES}/public> {{ ?s ?p ?o }} }}")
    return {row[0].value for row in found}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <urn:a> <urn:b> 1 }",
        f"INSERT DATA {{ GRAPH <{LIST_GRAPH}> {{ <urn:a> <urn:b> 1 }} }}",
        f"INSERT DATA {{ GRAPH <{BASE}/graph/identity/public> {{ <urn:a> <urn:b> 1 }} }}",
        f"INSERT DATA {{ GRAPH <{NOTES}/everybody> {{ <urn:a> <urn:b> 1 }} }}",
        f"{NOTE} ; DELETE WHERE {{ GRAPH <{LIST_GRAPH}> {{ ?s ?p ?o }} }}",
        "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o FILTER(isLiteral(?o)) } }",
        f"CLEAR GRAPH <{LIST_GRAPH}>",
        "CLEAR ALL",
        "DROP NAMED",
        "CREATE GRAPH <urn:g>",
        f"MOVE <{LIST_GRAPH}> TO <{NOTES}/public>",
        f"COPY <{LIST_GRAPH}> TO <{NOTES}/public>",
        f"INSERT DATA {{ GRAPH <{NOTES}/public> {{ <urn:a> a <https://w3id.org/hefboom/ns#Site> }} }}",
        f"INSERT DATA {{ GRAPH <{NOTES}/public> {{ <urn:a> <https://w3id.org/hefboom/ns#anything> 1 }} }}",
        f"INSERT DATA {{ GRAPH <{NOTES}/public> {{ <urn:a> <http://www.w3.org/2000/01/rdf-schema#label> 'x' }} }}",
    ],
)
def test_nothing_but_notes_is_changed_whatever_is_sent(loaded: Path, text: str) -> None:
    folder = DataFolder(loaded)
    before = folder.current()
    with pytest.raises(UsageError, match=r"the update would change|a note cannot use"):
        update(folder, text)
    assert folder.current() == before
    assert notes(folder) == set()


def test_update_counts_what_it_changed_and_makes_no_generation_of_nothing(folder: DataFolder) -> None:
    assert update(folder, NOTE) == (1, 0)
    made = folder.current()
    assert update(folder, NOTE) == (0, 0)
    assert folder.current() == made
    assert update(
        folder, f"DELETE WHERE {{ GRAPH <{NOTES}/public> {{ ?s ?p ?o }} }} ; {NOTE.replace('May', 'June')}"
    ) == (1, 1)
    assert notes(folder) == {"seen in June"}
    with pytest.raises(SyntaxError):
        update(folder, "INSERT { nothing }")
    assert notes(folder) == {"seen in June"}


def test_notes_outlive_a_rebuild_and_a_load(folder: DataFolder, tmp_path: Path) -> None:
    update(folder, NOTE)
    rebuild(folder, 10)
    file = tmp_path / "borea-2024-02-01.csv"
    file.write_text(as_csv(ROWS))
    load([file], LoadOptions(contributor="Borea"), folder, wait=10)
    assert notes(folder) == {"seen in May"}


def test_update_needs_data(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing is loaded"):
        update(DataFolder(tmp_path), NOTE)
