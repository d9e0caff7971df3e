"""The server as a process: it stops and reloads without dropping what it answers, and its unit and image are sound."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from endpoint_server import BASE, Starter, source_store, statements, wait_until

from hefboom.graph.publications import Publications

ROOT = Path(__file__).parents[2]
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a = ?g && ?c != ?f) }"


def test_reload_replaces_engines_and_takes_up_publications_without_a_refusal(
    started: Starter, data: Path, tmp_path: Path
) -> None:
    place = tmp_path / "data"
    shutil.copytree(data, place)
    server = started(place, workers=2, long_queries=1)
    assert server.query("ASK {}").status_code == 200
    before = set(server.engines())
    statuses: list[int] = []
    ended = threading.Event()

    def ask() -> None:
        while not ended.is_set():
            statuses.append(server.query("ASK { ?s ?p ?o }").status_code)

    asking = threading.Thread(target=ask)
    asking.start()
    Publications(place).publish(source_store(statements(rows=3)), "public", BASE)
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: len(server.engines()) == 2 and not before & set(server.engines()))
    ended.set()
    asking.join()
    assert set(statuses) == {200}
    answer = server.query("SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/hefboom/ns#Site> }")
    assert answer.json()["results"]["bindings"][0]["n"]["value"] == "3"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_engine_loads_no_more_than_it_needs(started: Starter) -> None:
    server = started(workers=2, long_queries=1)
    assert server.query("ASK {}").status_code == 200
    loaded = [Path(f"/proc/{engine}/maps").read_text() for engine in server.engines()]
    assert ["polars" in maps for maps in loaded] == [False, False]


def test_stop_ends_what_is_under_way_first(started: Starter) -> None:
    server = started(workers=2, long_queries=1, timeout=3)
    told: list[int] = []
    asking = threading.Thread(target=lambda: told.append(server.query(SLOW).status_code))
    asking.start()
    wait_until(lambda: 'hefboom_long_queries{audience="public"} 1' in server.client.get("/metrics").text)
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=60) in (0, -signal.SIGTERM)  # after its end it repeats the signal it got
    asking.join()
    assert told in ([200], [503])
    log = (Path(server.log)).read_text()
    assert "Application shutdown complete" in log
    assert "Traceback" not in log


def test_image_asks_a_running_server_for_its_health(started: Starter) -> None:
    text = (ROOT / "Dockerfile").read_text()
    code = re.findall(r'"(import urllib[^"]*)"', text)[0]
    server = started(workers=2, long_queries=1)
    assert server.client.get("/health").status_code == 200
    command = [sys.executable, "-c", code.replace("8080", str(server.port))]
    assert subprocess.run(command, timeout=60).returncode == 0
    assert "USER hefboom" in text
    assert "--require-hashes" in text
    for copied in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        for name in copied.split():
            assert (ROOT / name).exists(), name


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not there")
def test_unit_is_sound(tmp_path: Path) -> None:
    unit = (ROOT / "deploy" / "hefboom.service").read_text()
    (tmp_path / "hefboom.service").write_text(unit.replace("/opt/hefboom/bin/hefboom", "/bin/true"))
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "hefboom.service")], capture_output=True, text=True
    )
    said = [line for line in checked.stderr.splitlines() if "hefboom.service" in line]
    assert (checked.returncode, said) == (0, []), checked.stderr


def test_logs_are_one_object_a_line(started: Starter) -> None:
    server = started(workers=2, long_queries=1)
    server.query("ASK {}")
    server.client.get("/nowhere")
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(timeout=60)
    lines = Path(server.log).read_text().splitlines()
    assert lines
    assert all({"at", "level", "log", "message"} <= json.loads(line).keys() for line in lines)
