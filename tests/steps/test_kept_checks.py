"""Checks of earlier days: kept beside the newest one, for the same readers, and out of the answers about now."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pyoxigraph as ox
import pytest
import yaml
from list_desk import Desk
from step_facts import complete, drop

from hefboom.graph.changes import retract_list
from hefboom.graph.health import examine
from hefboom.graph.publications import Publications
from hefboom.graph.rebuild import rebuild
from hefboom.queries.catalogue import Question, catalogue
from hefboom.queries.evidence import Evidence
from hefboom.queries.runner import run

TODAY, EARLIER, EARLIEST = date(2024, 11, 1), date(2024, 6, 1), date(2024, 2, 1)
"""Long past, whatever the clock of the machine says: the command keeps no check of a day to come."""
BASE = "https://w3id.org/hefboom/id"
LEADER = f"{BASE}/company/leader"


def document(name: str = "Leader", *changes: Any) -> str:
    """A company's file of 2026 with all its years two earlier."""
    made = complete(name)
    for change in changes:
        change(made)
    return re.sub(r"\b20(2[3-9])(?!\d)", lambda year: str(2000 + int(year[1]) - 2), yaml.safe_dump(made))


def load(desk: Desk, text: str, **options: Any) -> None:
    report = desk.load("file.yaml", text, **{"today": TODAY, **options})
    assert report.error is None


def check(desk: Desk, *arguments: str) -> dict[str, Any]:
    """What the command says of each company, by name."""
    done = desk.hefboom("check", *arguments, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    return {one["label"]: one for one in json.loads(done.stdout)}


def ask(desk: Desk, question: str, at: date, **given: str) -> list[list[Any]]:
    data = desk.data
    answer = run(question, {"at": at.isoformat(), **given}, Evidence(data.store, data.tables, None, BASE), k=1)
    return [list(row.values()) for row in answer.plain()]


def levels(desk: Desk, at: date, company: str = "leader") -> tuple[dict[str, str], set[Any]]:
    """Levels by step, and the days of the checks they come from."""
    rows = [row for row in ask(desk, "step-levels", at) if row[0] == f"{BASE}/company/{company}"]
    return {row[2]: row[3] for row in rows}, {row[5] for row in rows}


def days(desk: Desk) -> dict[str, set[str]]:
    """The days of the checks in each graph."""
    found: dict[str, set[str]] = {}
    for quad in desk.data.store.quads_for_pattern(None, ox.NamedNode("https://w3id.org/hefboom/ns#checkedAt"), None):
        found.setdefault(str(quad.graph_name).strip("<>").removeprefix(f"{BASE}/graph/"), set()).add(quad.object.value)
    return found


def can_be_asked_plainly(question: Question) -> bool:
    """Whether a question on steps needs no more than a day."""
    params = question.header.params
    dated = any(param.name == "at" for param in params)
    return question.subject == "steps" and dated and all(param.optional or param.default for param in params)


def test_check_of_an_earlier_day_is_kept_and_answers_for_that_day_only(desk: Desk) -> None:
    load(desk, document())
    now = levels(desk, TODAY)
    assert levels(desk, EARLIER) == ({}, set())
    told = check(desk, "--at", EARLIER.isoformat())
    then = {step["step"]: step["level"] for step in told["Leader"]["steps"]}
    assert then != now[0]
    assert levels(desk, EARLIER) == (then, {EARLIER})
    assert levels(desk, TODAY) == now
    assert days(desk) == {
        "completeness/owner/leader": {TODAY.isoformat()},
        "completeness-2024-06-01/owner/leader": {EARLIER.isoformat()},
    }
    assert [one.found for one in examine(desk.folder) if one.state == "wrong"] == []


def test_answers_about_now_and_public_counts_are_as_without_it(desk: Desk) -> None:
    load(desk, document())
    load(desk, document("Weak", drop("policies")))
    steps = [name for name, question in catalogue().items() if can_be_asked_plainly(question)]
    assert {"steps-counted", "step-levels", "regimes-of-companies"} <= set(steps)
    before = {name: ask(desk, name, TODAY) for name in steps}
    year_end = date(2025, 12, 31)
    counted = ask(desk, "steps-counted", EARLIER)
    check(desk, "--at", EARLIER.isoformat())
    check(desk, "Weak", "--at", EARLIEST.isoformat())
    assert {name: ask(desk, name, TODAY) for name in steps} == before
    assert ask(desk, "steps-counted", EARLIER) == counted
    load(desk, document().replace("2024", "2025"), today=date(2025, 11, 1))
    leader = [row for row in ask(desk, "step-levels", year_end) if row[0] == LEADER]
    assert len(leader) == 6


def test_check_of_a_day_again_takes_the_place_of_that_day(desk: Desk) -> None:
    load(desk, document())
    check(desk, "--at", EARLIER.isoformat())
    generation, held = desk.generation, set(desk.data.store)
    check(desk, "--at", EARLIER.isoformat())
    assert (desk.generation, set(desk.data.store)) == (generation, held)
    check(desk, "--at", EARLIEST.isoformat())
    assert set(days(desk)) == {
        *("completeness/owner/leader", "completeness-2024-06-01/owner/leader"),
        "completeness-2024-02-01/owner/leader",
    }


def test_kept_check_follows_its_file(desk: Desk) -> None:
    load(desk, document())
    check(desk, "--at", EARLIER.isoformat())
    old, _ = levels(desk, EARLIER)
    load(desk, document("Leader", drop("policies"), drop("policy_goals")))
    new, checked = levels(desk, EARLIER)
    assert checked == {EARLIER}
    assert (old["1"], new["1"]) != (new["1"], old["1"])
    assert new == {step["step"]: step["level"] for step in check(desk, "--at", "2024-06-01")["Leader"]["steps"]}
    before = set(desk.data.store)
    rebuild(desk.folder, 10)
    assert set(desk.data.store) == before
    retract_list(desk.folder, "file/leader/2024", 10)
    assert days(desk) == {}


def test_day_of_the_newest_check_is_kept_when_a_newer_one_comes(desk: Desk) -> None:
    load(desk, document())
    check(desk, "--at", TODAY.isoformat())
    assert set(days(desk)) == {"completeness/owner/leader"}
    check(desk, "--at", "2024-12-01")
    assert days(desk) == {
        "completeness/owner/leader": {"2024-12-01"},
        "completeness-2024-11-01/owner/leader": {"2024-11-01"},
    }
    assert levels(desk, date(2024, 11, 30))[1] == {TODAY}


@pytest.mark.parametrize(("visibility", "readers"), [
    ("owner", {"owner/leader", "secretariat"}),
    ("secretariat", {"secretariat"}),
    ("members", {"members", "owner/leader", "owner/weak", "secretariat"}),
])  # fmt: skip
def test_kept_check_is_seen_by_the_readers_of_its_file(desk: Desk, visibility: str, readers: set[str]) -> None:
    load(desk, document(), visibility="public")
    check(desk, "--at", EARLIER.isoformat())
    load(desk, document("Weak"), visibility="owner")
    load(desk, document(), visibility=visibility)
    data, found = desk.data, set()
    for audience in ("public", "members", "secretariat", "owner/leader", "owner/weak"):
        publication = Publications(desk.folder.path).publish(data.store, audience, BASE)
        store = ox.Store.read_only(str(publication.store))
        told = " ".join(str(quad) for quad in store)
        assert ("/file/leader/" in told) == ("graph/completeness-2024-06-01/" in told)
        found |= {audience} if "/file/leader/" in told else set()
    assert found == readers
    kept = [name for name in days(desk) if name.startswith("completeness-")]
    assert kept == [f"completeness-2024-06-01/{'owner/leader' if visibility == 'owner' else visibility}"]
    seen = Evidence(data.store, data.tables, None, BASE)
    for audience, owner in (("members", None), ("members", "leader")):
        answer = run("step-levels", {"at": "2024-06-01"}, seen, audience, owner=owner)
        assert bool(answer.rows) == ((f"owner/{owner}" if owner else audience) in readers)


def test_kept_day_is_forgotten_when_asked(desk: Desk) -> None:
    load(desk, document())
    load(desk, document("Weak"))
    check(desk, "--at", EARLIER.isoformat())
    done = desk.hefboom("check", "Weak", "--at", EARLIER.isoformat(), "--forget")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "Forgot the check of 2024-06-01 of one company\n"
    assert levels(desk, EARLIER)[1] == {EARLIER}
    assert levels(desk, EARLIER, "weak") == ({}, set())
    assert levels(desk, TODAY, "weak")[1] == {TODAY}
    done = desk.hefboom("check", "--at", EARLIER.isoformat(), "--forget", "--lang", "nl")
    assert done.stderr == "De controle van 2024-06-01 van één bedrijf is vergeten\n"
    done = desk.hefboom("check", "--at", EARLIER.isoformat(), "--forget", "--lang", "nl")
    assert done.stderr.startswith("hefboom: van 2024-06-01 is voor deze bedrijven geen controle bewaard, en ook niet")


def test_results_that_cannot_be_stored_now_are_told_in_the_language_asked_for(desk: Desk) -> None:
    load(desk, document())
    with desk.folder.writing(0):
        done = desk.hefboom("check", "--at", EARLIER.isoformat(), "--format", "json", "--lang", "nl")
    assert done.returncode == 0
    assert re.search(r"^de uitkomsten zijn niet bewaard voor vragen: data: een ander proces\s+schrijft", done.stderr)


def test_forgetting_asks_for_a_day(desk: Desk) -> None:
    load(desk, document())
    done = desk.hefboom("check", "--forget")
    assert done.returncode == 2
    assert "--forget needs --at" in done.stderr
