"""Every question on company files, with its whole answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from rich.console import Console
from step_facts import NAMES, TODAY, documents, put_files, step_store

from hefboom.graph.completeness_store import update_completeness
from hefboom.graph.iris import HEF, SCHEME
from hefboom.ontology.terms import load_reference
from hefboom.queries import Evidence, run
from hefboom.queries.tables import show

FILE = "file/weak/2026"
WEAK = ("company/weak", "Weak")
LEADER = ("company/leader", "Leader")
CLAIM = "We stand up for safe work in our chain"


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return Evidence(step_store(tmp_path_factory.mktemp("files")))


def ask(evidence: Evidence, name: str, k: int = 3, **params: str) -> list[tuple[Any, ...]]:
    answer = run(name, params, evidence, today=TODAY, k=k)
    return [tuple(map(short, row.values())) for row in answer.plain()]


def short(value: object) -> object:
    return value.removeprefix(f"{NAMES.base}/").removeprefix(SCHEME) if isinstance(value, str) else value


def test_what_is_missing_stands_with_its_place_the_worst_first(evidence: Evidence) -> None:
    rows = ask(evidence, "CQ07")
    assert [(row[0], *row[2:7]) for row in rows] == [
        ("company/weak", "4", "DD-4.2", "Violation", 5, f"{FILE}/site/s1"),
        ("company/weak", "3", "DD-3.2", "Violation", 4, f"{FILE}/action/t21"),
        ("company/weak", "3", "DD-3.8", "Violation", 4, f"{FILE}/risk/r2"),
        ("company/weak", "1", "DD-1.1", "Violation", None, "company/weak"),
        ("company/weak", "6", "DD-6.6", "Violation", None, f"{FILE}/complaint/2026-021"),
        ("company/weak", None, "DD-X.3", "Warning", 5, f"{FILE}/claim/u1"),
        ("company/weak", "2", "DD-2.18", "Warning", None, f"{FILE}/assessment/b1"),
        ("company/weak", None, "DD-X.2", "Warning", None, f"{FILE}/claim/u1"),
    ]
    assert rows[1][7:] == ("An action has nobody responsible.", "Een actie heeft geen verantwoordelijke.")
    assert ask(evidence, "CQ07", step="3", covenant="cloth") == rows[1:3]


def test_dutch_table_tells_what_is_missing_in_dutch_only(evidence: Evidence) -> None:
    out = StringIO()
    show(run("CQ07", {}, evidence, today=TODAY, lang="nl"), Console(file=out, width=250), "nl")
    assert "Een actie heeft geen verantwoordelijke." in out.getvalue()
    assert "An action has nobody responsible." not in out.getvalue()
    assert "moet" in out.getvalue()


def test_levels_stand_beside_those_of_the_year_before(evidence: Evidence) -> None:
    before = ("good", "good", "partial", "good", "good", "good")
    weak = ("partial", "minimum", "partial", "partial", "good", "partial")
    assert ask(evidence, "CQ08") == [
        *((*LEADER, str(step), "good", level, TODAY) for step, level in enumerate(before, start=1)),
        *((*WEAK, str(step), level, None, TODAY) for step, level in enumerate(weak, start=1)),
    ]


def test_waiting_complaint_shows_its_days_and_nobody(evidence: Evidence) -> None:
    site, last = f"{FILE}/site/s1", date(2026, 6, 1)
    assert ask(evidence, "CQ09") == [(*WEAK, "2026-021", site, "labour/wages", last, 153, "complaint desk")]


def test_complaint_waits_from_its_last_step_on_or_before_the_day(tmp_path: Path) -> None:
    weak = documents()[1]
    planned = ["2026-06-01", "2026-12-24"]
    weak["complaints"] = [
        {"id": "K1", "received_on": "2026-05-01", "status": "in-progress", "steps_on": planned, "site": "S1"},
        {"id": "K2", "received_on": "2026-05-01", "status": "open", "steps_on": ["2026-12-24"], "site": "S1"},
        {"id": "K3", "received_on": "2026-12-01", "status": "in-progress", "steps_on": planned, "site": "S1"},
    ]
    store = ox.Store()
    load_reference(store)
    put_files(store, tmp_path, weak)
    update_completeness(store, NAMES, TODAY)
    rows = ask(Evidence(store), "CQ09")
    assert [(row[2], *row[5:7]) for row in rows] == [("K2", date(2026, 5, 1), 184), ("K1", date(2026, 6, 1), 153)]


def test_site_that_nobody_looked_at_shows_the_last_look(evidence: Evidence) -> None:
    assert ask(evidence, "CQ10") == [
        (
            *(*WEAK, f"{FILE}/site/s1", "First Mill", "BD2001001AAAAAW", None, None),
            *(date(2025, 1, 15), "worker-survey", 655),
            "labour/gender-based-violence; labour/working-time",
        )
    ]


def test_to_do_names_the_next_step_in_both_languages(evidence: Evidence) -> None:
    rows = ask(evidence, "CQ15", company="Weak")
    assert [row[1] for row in rows] == ["DD-4.2", "DD-3.2", "DD-3.8", "DD-1.1", "DD-6.6"]
    assert rows[1] == (
        *("3", "DD-3.2", 4, f"{FILE}/action/t21", "Use leverage: Excessive working time"),
        *("An action has nobody responsible.", "Een actie heeft geen verantwoordelijke."),
        "Name the role that is responsible for the action.",
        "Noem de rol die verantwoordelijk is voor de actie.",
        date(2026, 10, 22),
    )
    assert len(ask(evidence, "CQ15", company="Weak", all="true")) == 8


def test_contribution_asks_for_an_own_part_and_leverage(evidence: Evidence) -> None:
    both = "increase-leverage; use-leverage"
    linked = ("linked", "leverage", both, None, "leverage for remedy", None)
    assert ask(evidence, "CQ16", company="Weak") == [
        (f"{FILE}/risk/r1", "R1", "labour/freedom-of-association", *linked),
        (
            *(f"{FILE}/risk/r2", "R2", "labour/working-time", "contributed", "own part; leverage"),
            *("increase-leverage; prevent; use-leverage", "own part", "own share", None),
        ),
        (f"{FILE}/risk/r3", "R3", "labour/ohs/building-fire", *linked),
        (f"{FILE}/risk/r4", "R4", "labour/gender-based-violence", *linked),
        (f"{FILE}/risk/r5", "R5", "environment/water-pollution", *linked),
    ]


def test_changes_at_sites_come_by_day(evidence: Evidence) -> None:
    rows = ask(evidence, "CQ18", company="Weak", **{"from": "2026-08-15"})
    assert rows == [
        (date(2026, 8, 18), f"{FILE}/site/s1", "First Mill", "complaint", f"{FILE}/complaint/2026-014", None),
        (date(2026, 8, 23), f"{FILE}/site/s1", "First Mill", "step in complaint", f"{FILE}/complaint/2026-014", None),
        (
            *(date(2026, 8, 23), f"{FILE}/site/s2", "Second Mill", "monitoring", f"{FILE}/monitoring/m21"),
            "report of the auditor",
        ),
        (date(2026, 9, 22), f"{FILE}/site/s1", "First Mill", "step in complaint", f"{FILE}/complaint/2026-014", None),
    ]


def test_risk_type_takes_targets_of_its_parent_unless_it_has_its_own(evidence: Evidence) -> None:
    direct = ask(evidence, "CQ19", company="Weak", relation="direct")
    assert [(row[1], row[3], row[6]) for row in direct] == [
        ("R1", "16.10", "indicator"),
        ("R1", "8.8", "indicator"),
        ("R2", "8.5", "target-text"),
        ("R2", "8.8", "target-text"),
        ("R3", "8.8", "target-text"),
        ("R4", "5.2", "target-text"),
        ("R4", "8.8", "instrument"),
        ("R5", "12.4", "target-text"),
        ("R5", "14.1", "target-text"),
        ("R5", "3.9", "target-text"),
        ("R5", "6.3", "target-text"),
    ]


def test_claim_is_backed_or_not_with_the_reason(evidence: Evidence) -> None:
    assert ask(evidence, "CQ20") == [
        (*LEADER, "file/leader/2026/claim/u1", CLAIM, "8.8", "backed", None, None, None),
        (*WEAK, f"{FILE}/claim/u1", CLAIM, "8.8", "not backed", "DD-X.2; DD-X.3", "R3", "1; 3"),
    ]


def test_leaving_a_site_asks_for_attempts_and_an_assessment(evidence: Evidence) -> None:
    missing = "assessment of the effects of leaving"
    assert ask(evidence, "CQ22", company="Weak", site="S2") == [
        (f"{FILE}/site/s2", "Second Mill", 200, 250, "1-5", 0, 3, 4, None, missing)
    ]
    assert len(ask(evidence, "CQ22", company="Weak")) == 2


def test_order_change_shortly_before_harm_is_shown_with_the_involvement(evidence: Evidence) -> None:
    def row(company: tuple[str, str], found: date, days: int) -> tuple[Any, ...]:
        change = (date(2026, 7, 14), "lead-time", found, "labour/working-time", days, "contributed")
        return (*company, f"file/{company[1].lower()}/2026/site/s1", *change)

    assert ask(evidence, "CQ23") == [
        row(LEADER, date(2026, 8, 8), 25),
        row(LEADER, date(2026, 8, 23), 40),
        row(WEAK, date(2026, 8, 8), 25),
    ]
    assert ask(evidence, "CQ23", days="24") == []


def test_target_counts_risks_actions_and_measurements(evidence: Evidence) -> None:
    rows = ask(evidence, "CQ25")
    assert [(row[0], *row[2:]) for row in rows if row[0] in {"8.8", "6.3"}] == [
        ("6.3", 2, 2, 2, 2, 0),
        ("8.8", 8, 2, 8, 8, 0),
    ]


def test_country_with_labour_risks_and_no_freedom_of_association(evidence: Evidence) -> None:
    risks = "labour/gender-based-violence; labour/wages/living-wage; labour/working-time"
    assert ask(evidence, "CQ27") == [(*WEAK, "country/BD", risks)]


def test_rating_freedom_of_association_is_assessing_it(tmp_path: Path) -> None:
    def gaps(number: str, **rating: str) -> list[tuple[Any, ...]]:
        store = ox.Store()
        load_reference(store)
        folder = tmp_path / number
        folder.mkdir()
        weak = documents()[1]
        union = {"id": "R99", "type": "labour/freedom-of-association", "countries": ["BD"]}
        weak["risks"].append(union | rating)
        put_files(store, folder, weak)
        return [(row[0], *row[2:]) for row in ask(Evidence(store), "CQ27")]

    others = "labour/gender-based-violence; labour/wages/living-wage; labour/working-time"
    assert gaps("unrated") == [("company/weak", "country/BD", others)]
    assert gaps("rated", scale="3") == []


def test_risk_that_rests_on_one_old_audit(evidence: Evidence) -> None:
    rows = ask(evidence, "CQ30")
    assert [row[3] for row in rows] == [f"R{number}" for number in range(1, 7)]
    assert {(row[0], *row[5:]) for row in rows} == {
        ("company/weak", "audit-report", date(2019, 1, 1), "audits only; old")
    }


def test_newest_source_is_found_beside_one_without_a_date(tmp_path: Path) -> None:
    store = step_store(tmp_path)
    risk = next(iter(ask(Evidence(store), "CQ30")))[2]
    graph = f"{NAMES.base}/{FILE}"
    store.update(
        f"PREFIX hef: <{HEF}> INSERT DATA {{ GRAPH <{graph}> {{"
        f" <{NAMES.base}/{risk}> hef:basedOn <{graph}/document/d0> ."
        f" <{graph}/document/d0> hef:documentKind <{SCHEME}document-kind/audit-report> }} }}"
    )
    rows = {row[2]: row[5:] for row in ask(Evidence(store), "CQ30")}
    assert rows[risk] == ("audit-report", date(2019, 1, 1), "audits only; old; undated")


def test_certificate_of_one_company_meets_harm_on_file_at_another(evidence: Evidence) -> None:
    rows = ask(evidence, "CQ31")
    assert {(row[0], *row[2:4], *row[7:9]) for row in rows} == {
        (
            *("BD2001001AAAAAW", holder, f"file/{holder.lower()}/2026/certificate/e1"),
            *(finder, f"file/{finder.lower()}/2026/{harm}"),
        )
        for holder in ("Leader", "Weak")
        for finder, harm in (("Leader", "finding/f1"), ("Leader", "impact/h1"), ("Weak", "impact/h1"))
    }


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_people_can_tell_rows_of_evidence_against_itself_apart(evidence: Evidence, lang: str) -> None:
    out = StringIO()
    show(run("CQ31", {}, evidence, today=TODAY, lang=lang), Console(file=out, width=250), lang)
    told = [line.strip() for line in out.getvalue().splitlines() if "First Mill" in line]
    assert len(set(told)) == len(told) == 6


def test_complaints_are_counted_once_and_only_in_groups(evidence: Evidence) -> None:
    assert ask(evidence, "CQ40") == []
    assert ask(evidence, "CQ40", k=2) == [
        (2026, "country/BD", "labour/wages", 2, 18, 0, 0),
        (2026, "country/BD", "labour/working-time", 2, 35, 2, 100),
    ]


def test_median_is_of_the_complaints_with_a_step(tmp_path: Path) -> None:
    weak = documents()[1]
    steps = {"K1": ["2026-05-03"], "K2": ["2026-05-03"], "K3": ["2026-05-08"], "K4": ["2026-07-30"], "K5": []}
    kept = {"received_on": "2026-05-01", "status": "open", "type": "labour/wages", "site": "S1"}
    weak["complaints"] = [{"id": key, **kept, "steps_on": days} for key, days in steps.items()]
    store = ox.Store()
    load_reference(store)
    put_files(store, tmp_path, weak)

    def told(k: int) -> list[tuple[Any, ...]]:
        return [row[:5] for row in ask(Evidence(store), "CQ40", k=k)]

    assert told(3) == [(2026, "country/BD", "labour/wages", 5, Decimal("4.5"))]
    del weak["complaints"][2]
    store.clear()
    load_reference(store)
    put_files(store, tmp_path, weak)
    assert told(3) == [(2026, "country/BD", "labour/wages", 4, 2)]


def test_joint_projects_are_counted_in_groups_with_their_targets(evidence: Evidence) -> None:
    assert ask(evidence, "CQ13") == []
    rows = ask(evidence, "CQ13", k=2)
    fire = next(row for row in rows if row[2] == "risk/labour/ohs/building-fire")
    place = ("country/IN", "process/dyeing", "risk/labour/ohs/building-fire")
    assert fire == (*place, "Building, fire and electrical safety", 2, 1, "8.8", 4)
    assert [(row[0], row[2].removeprefix("risk/"), row[4]) for row in rows] == [
        ("country/BD", "labour/gender-based-violence", 2),
        ("country/BD", "labour/working-time", 2),
        ("country/IN", "environment/water-pollution", 2),
        ("country/IN", "labour/freedom-of-association", 2),
        ("country/IN", "labour/ohs/building-fire", 2),
    ]
    assert ask(evidence, "CQ13", k=2, covenant="cloth") == []
