"""The commands that publish, grant, back up and restore."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tarfile
from pathlib import Path

import pyoxigraph as ox
import pytest
import typer
from endpoint_server import BASE, statements
from typer.testing import CliRunner

from hefboom import cli_access, cli_serve
from hefboom.errors import HefboomError, SourceError, UsageError
from hefboom.graph.backup import backup, restore
from hefboom.graph.publications import Publications
from hefboom.graph.statements import derived_rules

app = typer.Typer()
cli_serve.register(app)
cli_access.register(app)


def run(*arguments: object) -> str:
    """Run a command; its output."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(result.exception, HefboomError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def loaded(tmp_path: Path) -> Path:
    """A data folder with one generation of the mini-graph."""
    folder = tmp_path / "data"
    generation = folder / "generations" / "000001"
    generation.mkdir(parents=True)
    store = ox.Store(str(generation / "store"))
    store.load("\n".join(statements(rows=4)).encode(), ox.RdfFormat.N_QUADS)
    store.flush()
    stamp = {"layout": 1, "generation": 1, "base": BASE, "derived": derived_rules()}
    (generation / "stamp.json").write_text(json.dumps(stamp))
    (folder / "CURRENT").write_text("000001\n")
    return folder


def test_publish_list_and_roll_back(loaded: Path) -> None:
    assert "public 000001:" in run("publish", "public", "--data", loaded)
    run("publish", "public", "--data", loaded)
    rows = json.loads(run("publications", "--data", loaded, "--json"))
    assert [(row["version"], row["in_use"], row["source"]) for row in rows] == [
        ("000001", False, "000001"),
        ("000002", True, "000001"),
    ]
    assert "public 000001:" in run("publish", "public", "--rollback", "--data", loaded)
    with pytest.raises(UsageError, match="no older version"):
        run("publish", "public", "--rollback", "--data", loaded)
    with pytest.raises(UsageError, match="no audience 'all'"):
        run("publish", "all", "--data", loaded)


def test_grant_shows_a_token_once(loaded: Path) -> None:
    shown = run("access", "grant", "A", "--company", "aurora", "--data", loaded)
    token = shown.strip().splitlines()[-1]
    assert token.startswith("hef_")
    listed = json.loads(run("access", "list", "--data", loaded, "--json"))
    assert token not in json.dumps(listed)
    assert [(grant["name"], grant["role"], grant["state"]) for grant in listed] == [("A", "member", "valid")]
    assert "revoked" in run("access", "revoke", listed[0]["id"], "--data", loaded)


@pytest.mark.parametrize(
    ("lang", "warning"), [("en", "the data hold no company 'nope'"), ("nl", "in de gegevens staat geen bedrijf 'nope'")]
)
def test_grant_for_a_company_that_is_not_in_the_data_warns_and_gives_the_token(
    loaded: Path, tmp_path: Path, lang: str, warning: str
) -> None:
    for data in (loaded, tmp_path / "empty"):
        shown = run("access", "grant", "A", "--role", "member", "--company", "nope", "--data", data, "--lang", lang)
        assert warning in " ".join(shown.split())
        assert shown.strip().splitlines()[-1].startswith("hef_")
    known = run("access", "grant", "B", "--company", "aurora", "--data", loaded, "--lang", lang)
    assert "'aurora'" not in known
    with pytest.raises(UsageError, match="is no company"):
        run("access", "grant", "C", "--company", "No Slug", "--data", loaded)


def test_what_is_backed_up_comes_back_the_same(loaded: Path, tmp_path: Path) -> None:
    run("publish", "public", "--data", loaded)
    run("access", "grant", "A", "--company", "aurora", "--data", loaded)
    file, other = tmp_path / "b.tar", tmp_path / "other"
    run("backup", file, "--data", loaded)
    assert "restored" in run("restore", file, "--data", other)
    before, after = Publications(loaded).current("public"), Publications(other).current("public")
    assert before is not None
    assert after is not None
    assert before.checksum == after.checksum
    store = ox.Store.read_only(str(other / "generations" / "000001" / "store"))
    assert set(store) == set(ox.Store.read_only(str(loaded / "generations" / "000001" / "store")))
    assert len(json.loads(run("access", "list", "--data", other, "--json"))) == 1
    with pytest.raises(UsageError, match="not empty"):
        restore(file, other)
    with pytest.raises(UsageError, match="exists"):
        backup(loaded, file)


def test_damaged_backup_is_not_restored(loaded: Path, tmp_path: Path) -> None:
    file = tmp_path / "b.tar"
    backup(loaded, file)
    with tarfile.open(file) as archive:
        place = next(m.offset_data for m in archive.getmembers() if m.name.endswith("stamp.json"))
    damaged = bytearray(file.read_bytes())
    damaged[place] ^= 1
    file.write_bytes(damaged)
    with pytest.raises(SourceError, match=r"stamp\.json' is damaged"):
        restore(file, tmp_path / "other")
    file.write_bytes(damaged[: len(damaged) // 2])
    with pytest.raises(SourceError, match="no whole backup"):
        restore(file, tmp_path / "other")
    assert not (tmp_path / "other").exists()
    assert not list(tmp_path.glob("*.restoring"))


def test_serve_says_which_address_to_open_and_logs_elsewhere(loaded: Path) -> None:
    run("publish", "public", "--data", loaded)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "hefboom", "serve", "--port", str(port), "--data", str(loaded)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.stdout == f"http://127.0.0.1:{port}/\n"
    assert ended.returncode != 0
    assert "address already in use" in ended.stderr
