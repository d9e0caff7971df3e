"""What many tests start from: a data folder that holds nothing but ontology and schemes, made once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from list_desk import Desk

from hefboom.graph import DataFolder
from hefboom.graph.writer import Changes, commit

# How long an example takes says something of the machine, not of what is tested.
settings.register_profile("hefboom", settings.default, deadline=None)
settings.load_profile("hefboom")


@pytest.fixture(scope="session")
def empty_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "data"
    folder = DataFolder(path)
    with folder.writing(0):
        commit(folder, Changes([]))
    return path


@pytest.fixture
def new_desk(empty_data: Path, tmp_path: Path) -> Callable[[str], Desk]:
    """Makes desks, each with a folder of its own below the test's own; `new_desk("again")`."""

    def make(name: str = "one") -> Desk:
        place = tmp_path / name
        shutil.copytree(empty_data, place / "data")
        return Desk(place)

    return make


@pytest.fixture
def desk(new_desk: Callable[..., Desk]) -> Desk:
    return new_desk()
