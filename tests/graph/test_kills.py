"""A load that is killed, at whatever step, leaves the earlier state whole, and the next load cleans up after it."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from list_desk import Desk

from hefboom.errors import StoreError
from hefboom.graph.health import examine

# Runs the command line and kills itself before Python takes a step (an audit event) on a path with a certain part.
RUN = """
import os, signal, sys
step, part = sys.argv[1:3]
def watch(event, arguments):
    if event == step and any(part in str(one) for one in arguments):
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
from hefboom.cli import main
del sys.argv[1:3]
main()
"""
STEPS = [
    ("os.mkdir", "/0"),
    ("os.link", ".sst"),
    ("open", "spill-"),
    ("os.rename", "000003.staging"),
    ("os.rename", "CURRENT.new"),
    ("open", "profiles/b_"),
]
FIRST = "name,address,country\nAlpha,1 Road,India\nBeta,2 Road,Bangladesh\n"
SECOND = "name,address,country\nAlpha Ltd,1 Road,India\nGamma,3 Street,China\n"


def _run(desk: Desk, step: str, part: str) -> int:
    arguments = ["load", "b.csv", "--contributor", "B", "--date", "2024-01-01", "--data", "data", "--json"]
    done = subprocess.run([sys.executable, "-c", RUN, step, part, *arguments], cwd=desk.place, capture_output=True)
    return done.returncode


@pytest.fixture(scope="module")
def begun(empty_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    made = Desk(tmp_path_factory.mktemp("begun"))
    shutil.copytree(empty_data, made.folder.path)
    made.load("a.csv", FIRST, contributor="A", date="2024-01-01")
    return made


@pytest.fixture
def desk(begun: Desk, tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    shutil.copytree(begun.folder.path, made.folder.path)
    made.write("b.csv", SECOND)
    return made


def _leftovers(desk: Desk) -> list[str]:
    generations = [path.name for path in (desk.folder.path / "generations").iterdir() if int(path.name) < 2]
    return [*(path.name for path in desk.folder.path.glob("*-*")), *generations[1:]]


@pytest.mark.parametrize(("step", "part"), STEPS)
def test_killed_load_leaves_the_earlier_state_whole(desk: Desk, step: str, part: str) -> None:
    before = desk.statements()
    assert _run(desk, step, part) == -signal.SIGKILL
    assert not [check for check in examine(desk.folder) if check.state == "wrong"]
    committed = part == "profiles/b_"
    assert (desk.statements() == before) != committed
    assert desk.load("b.csv", contributor="B", date="2024-01-01").unchanged == committed
    assert [entry.list for entry in desk.data.entries] == ["a/2024-01-01", "b/2024-01-01"]
    assert not _leftovers(desk)


def test_load_killed_inside_an_engine_leaves_the_earlier_state_whole(desk: Desk) -> None:
    before = desk.statements()
    command = [sys.executable, "-m", "hefboom", "load", "b.csv", "--contributor", "B", "--data", "data"]
    with subprocess.Popen(command, cwd=desk.place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not any(desk.folder.path.glob("spill-*/added.nq")):
            pass
        process.kill()
    assert not [check for check in examine(desk.folder) if check.state == "wrong"]
    assert desk.data.entries[-1].contributor == "b" or desk.statements() == before
    desk.load("b.csv", contributor="B", date="2024-01-01")
    assert not _leftovers(desk)


def test_scratch_folder_of_a_living_load_stays(desk: Desk) -> None:
    with desk.folder.scratch() as scratch:
        (scratch / "rows").write_text("of a load that still reads")
        with desk.folder.writing(0):
            pass
        assert (scratch / "rows").exists()
    assert not scratch.exists()


@contextmanager
def _dead_scratch(desk: Desk) -> Iterator[Path]:
    with desk.folder.scratch() as made:
        kept = made.with_name("load-dead")
        made.rename(kept)
        yield kept


def test_scratch_folder_of_a_dead_load_goes_with_the_next(desk: Desk) -> None:
    with _dead_scratch(desk) as dead:
        assert dead.is_dir()
    with desk.folder.writing(0):
        assert not dead.exists()


def test_lost_pointer_is_an_error_and_never_an_empty_folder(desk: Desk) -> None:
    (desk.folder.path / "CURRENT").unlink()
    with pytest.raises(StoreError, match="CURRENT is gone"):
        desk.load("b.csv", contributor="B")
    assert "CURRENT is gone" in examine(desk.folder)[-1].found
    (desk.folder.path / "CURRENT").write_text("000002\n")
    assert desk.load("b.csv", contributor="B", date="2024-01-01").counts.stored == 2
