"""The audit log: every closed answer is in it before it is given, and nothing is changed in it without a trace."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from endpoint_server import Starter
from typer.testing import CliRunner

from hefboom.api.audit import AuditLog
from hefboom.api.tokens import Tokens
from hefboom.cli import build_app

QUERY = "SELECT ?s { ?s ?p ?o } LIMIT 1"


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    made = AuditLog(tmp_path / "access" / "audit.log")
    for number in range(5):
        made.write("Ann", "member", "sparql", {"query": f"ASK {{ {number} }}"})
    return made


def file_of(tmp_path: Path) -> Path:
    """Where the log lies."""
    return tmp_path / "access" / "audit.log"


def edit(tmp_path: Path, change: Callable[[list[str]], list[str]]) -> None:
    """Change the lines of the log as somebody would who wants something forgotten."""
    file = file_of(tmp_path)
    file.write_text("".join(change(file.read_text().splitlines(keepends=True))))


def test_untouched_log_holds(log: AuditLog, tmp_path: Path) -> None:
    read = log.read()
    assert (len(read.entries), read.wrong) == (5, [])
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "access").iterdir()} == {0o600}


@pytest.mark.parametrize(("change", "words"), [
    (lambda lines: [lines[0], lines[1].replace("Ann", "Bob"), *lines[2:]], "entry 2: this or the entry before it"),
    (lambda lines: [*lines[:2], *lines[3:]], "between entries 2 and 4"),
    (lambda lines: lines[:-2], "after entry 3: 2 entries are missing at the end"),
    (lambda lines: [*lines, lines[-1]], "between entries 5 and 5"),
    (lambda lines: [lines[0], *lines[2:], lines[1].replace('"n": 2', '"n": 6')], "between entries 1 and 3"),
    (lambda lines: [*lines, "{}\n"], "line 6: this is no whole entry"),
    (lambda lines: [], "5 entries are missing"),
])  # fmt: skip
def test_changed_log_does_not_hold(
    log: AuditLog, tmp_path: Path, change: Callable[[list[str]], list[str]], words: str
) -> None:
    edit(tmp_path, change)
    assert any(words in said for said in log.read().wrong)


def test_chain_goes_on_over_rotated_and_packed_files(log: AuditLog, tmp_path: Path) -> None:
    file = file_of(tmp_path)
    with gzip.open(file.with_name("audit.log.2.gz"), "wb") as packed:
        packed.write(file.read_bytes())
    file.unlink()
    log.write("Ann", "member", "x", {})
    file.rename(file.with_name("audit.log.1"))
    AuditLog(file).write("Ann", "member", "y", {})
    read = log.read()
    assert ([entry["n"] for entry in read.entries], read.wrong) == ([1, 2, 3, 4, 5, 6, 7], [])
    file.with_name("audit.log.2.gz").unlink()  # old logs may go
    assert log.read().wrong == []


def test_line_that_a_crash_cut_short_is_told_and_the_chain_goes_on(log: AuditLog, tmp_path: Path) -> None:
    with file_of(tmp_path).open("a") as file:
        file.write('{"n": 6, "at"')
    log.write("Ann", "member", "x", {})
    read = log.read()
    assert [entry["n"] for entry in read.entries] == [1, 2, 3, 4, 5, 6]
    assert read.wrong == ["audit.log, line 6: this is no whole entry"]


def test_writers_at_the_same_time_make_one_chain(tmp_path: Path) -> None:
    def write() -> None:
        for _ in range(20):
            AuditLog(file_of(tmp_path)).write("Ann", "member", "x", {"long": "é" * 5_000})

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    read = AuditLog(file_of(tmp_path)).read()
    assert (len(read.entries), read.wrong) == (80, [])


def test_every_closed_answer_is_written_and_no_public_one(started: Starter, data: Path, tmp_path: Path) -> None:
    place = tmp_path / "data"
    shutil.copytree(data, place)
    shutil.rmtree(place / "access", ignore_errors=True)  # what other tests wrote down
    server = started(place, closed=1, workers=2, long_queries=1)
    _, token = Tokens(place / "access" / "access.sqlite").grant("Ann", "member", company="aurora")
    holder = {"Authorization": f"Bearer {token}"}
    server.query(QUERY)
    server.client.get("/api/v1/sites")
    log = AuditLog(place / "access" / "audit.log")
    assert log.read().entries == []
    first = server.query(QUERY, **holder)
    server.query(QUERY, **holder, **{"If-None-Match": first.headers["etag"]})
    server.client.get("/sparql", headers=holder)
    server.client.get("/api/v1/sites?q=a&country=BD", headers=holder)
    server.client.get("/doc/id/site/aurora-1", headers=holder)
    server.client.get("/doc/id/site/nobody", headers=holder)
    entries = log.read().entries
    assert [entry["what"] for entry in entries] == ["sparql"] * 3 + ["/api/v1/sites", "/doc/id/site/aurora-1"]
    assert entries[0]["parameters"] == {"query": QUERY}
    assert entries[3]["parameters"] == {"q": "a", "country": "BD"}
    for path in ("/access/audit.log", "/static/../../access/audit.log", "/doc/../access/audit.log", "/audit"):
        assert server.client.get(path, headers=holder).status_code == 404


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full to stand for a full disk")
def test_closed_answer_that_cannot_be_written_down_is_not_given(started: Starter, data: Path, tmp_path: Path) -> None:
    place = tmp_path / "data"
    shutil.copytree(data, place)
    shutil.rmtree(place / "access", ignore_errors=True)
    _, token = Tokens(place / "access" / "access.sqlite").grant("Ann", "member", company="aurora")
    os.symlink("/dev/full", place / "access" / "audit.log")
    server = started(place, closed=1, workers=2, long_queries=1)
    holder = {"Authorization": f"Bearer {token}"}
    for path in ("/sparql?query=ASK%20%7B%7D", "/api/v1/sites", "/sparql"):
        answer = server.client.get(path, headers=holder)
        assert (answer.status_code, "aurora" in answer.text) == (503, False)
    assert server.query(QUERY).status_code == 200


def test_audit_command_shows_entries_and_fails_on_a_broken_chain(log: AuditLog, tmp_path: Path) -> None:
    command = ["--data", str(tmp_path), "access", "audit"]
    shown = CliRunner().invoke(build_app(), [*command, "--json", "--who", "ann", "--last", "2"])
    assert shown.exit_code == 0
    assert [json.loads(line)["n"] for line in shown.stdout.splitlines()] == [4, 5]
    edit(tmp_path, lambda lines: lines[1:3])
    broken = CliRunner().invoke(build_app(), command)
    assert broken.exit_code == 1
    assert "missing at the end" in broken.stderr
