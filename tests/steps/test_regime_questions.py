"""CQ39: which regimes hold for which company, with its whole answer; a fact that is missing never means 'no'."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from step_facts import AT, NAMES, complete, put, put_files

from hefboom.graph.completeness_store import update_completeness
from hefboom.graph.iris import SCHEME
from hefboom.ontology.terms import fact_table, load_reference
from hefboom.queries import Evidence, run


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    store = ox.Store()
    load_reference(store)
    for name, facts in {
        "Grand": {"staff": 12000, "turnover": 900, "seat": "FR", "sectors": ["textiles"]},
        "Little": {"size": "sme", "seat": "NL", "sectors": ["wood-paper"]},
        "Silent": {"sectors": None, "size": None},
    }.items():
        document = complete(name)
        put("company", "", **facts)(document)
        if name == "Little":
            put("plans", "A1", risks=[])(document)
        put_files(store, tmp_path_factory.mktemp("file"), document)
    update_completeness(store, NAMES, AT)
    return Evidence(store)


def asked(evidence: Evidence, company: str, **params: str) -> dict[str, dict[str, Any]]:
    rows = run("CQ39", {"company": company} | params, evidence, today=AT).plain()
    return {str(row["regime"]).removeprefix(f"{SCHEME}regime/"): row for row in rows}


def verdicts(rows: dict[str, dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(name, row["verdict"], row["why"], row["unknown"]) for name, row in rows.items()]


def test_large_french_company_falls_under_the_duty_of_vigilance(evidence: Evidence) -> None:
    rows = asked(evidence, "Grand")
    assert verdicts(rows) == [
        (
            *("de-supply-chain-2024", "not known", "12000 staff, from 1000"),
            "whether its seat or a branch is in Germany, and how many of the staff are there",
        ),
        ("fr-vigilance-home", "not known", "seat FR; 12000 staff, from 5000", "how many of the staff are in France"),
        ("fr-vigilance-world", "holds", "seat FR; 12000 staff, from 10000", None),
        ("oecd-guidelines", "holds", "every company", None),
        (
            *("uk-modern-slavery", "not known", "900 million euro turnover, from 42"),
            "whether it does business in the United Kingdom; the turnover in pounds: 36 million is taken as about "
            "EUR 42 million",
        ),
    ]  # fmt: skip
    assert rows["fr-vigilance-world"]["unmet"] is None
    assert rows["fr-vigilance-world"]["checkedOn"] == AT


def test_small_company_is_below_every_bound_of_staff(evidence: Evidence) -> None:
    shown = asked(evidence, "Little")
    assert [name for name, row in shown.items() if row["verdict"] == "holds"] == ["oecd-guidelines"]
    everything = asked(evidence, "Little", all="true")
    no = [name for name, row in everything.items() if row["verdict"] == "does not hold"]
    assert no == ["de-supply-chain-2024", "eu-conflict-minerals", "fr-vigilance-home", "fr-vigilance-world"]
    assert everything["eu-timber"]["verdict"] == "not known"


def test_regime_names_the_conditions_behind_it_that_the_file_does_not_meet(evidence: Evidence) -> None:
    rows = asked(evidence, "Little")
    assert rows["oecd-guidelines"]["unmet"] == "DD-3.1"
    assert asked(evidence, "Grand")["oecd-guidelines"]["unmet"] is None


def test_missing_facts_never_rule_a_regime_out(evidence: Evidence) -> None:
    rows = asked(evidence, "Silent", all="true")
    assert "does not hold" not in {row["verdict"] for row in rows.values()}
    assert rows["fr-vigilance-world"]["unknown"] == "the seat; the number of staff"


def test_regimes_hold_from_their_day_on_and_until_the_next_version(evidence: Evidence) -> None:
    assert "de-supply-chain-2024" in asked(evidence, "Silent")
    assert "eu-forced-labour" not in asked(evidence, "Silent")
    dutch = asked(evidence, "Grand", lang="nl")
    assert dutch["fr-vigilance-world"]["verdict"] == "geldt"
    assert dutch["oecd-guidelines"]["why"] == "elk bedrijf"


def test_bounds_that_were_not_checked_with_the_text_are_marked() -> None:
    for row in fact_table("regimes"):
        assert row["checked"] in ("yes", "no"), row["id"]
        assert row["conditions"], row["id"]


BOUNDS = [
    ("eu-due-diligence", {"staff": 5000, "turnover": 1501, "seat": "NL"}, "does not hold"),
    ("eu-due-diligence", {"staff": 5001, "turnover": 1500, "seat": "NL"}, "does not hold"),
    ("eu-due-diligence", {"staff": 5001, "turnover": 1500.01, "seat": "NL"}, "holds"),
    ("eu-due-diligence", {"staff": 5000, "seat": "NL"}, "does not hold"),
    ("fr-vigilance-world", {"staff": 9999, "seat": "FR"}, "does not hold"),
    ("fr-vigilance-world", {"staff": 10000, "seat": "FR"}, "holds"),
    ("fr-vigilance-home", {"staff": 4999, "seat": "FR"}, "does not hold"),
    ("fr-vigilance-home", {"staff": 5000, "seat": "FR"}, "not known"),
    ("de-supply-chain-2024", {"staff": 999, "seat": "DE"}, "does not hold"),
    ("de-supply-chain-2024", {"staff": 1000, "seat": "DE"}, "not known"),
    ("de-supply-chain-2024", {"staff": 1000, "seat": "NL"}, "not known"),
    ("uk-modern-slavery", {"turnover": 41.99, "seat": "GB"}, "does not hold"),
    ("uk-modern-slavery", {"turnover": 42, "seat": "GB"}, "not known"),
]


@pytest.mark.parametrize(("regime", "facts", "verdict"), BOUNDS)
def test_company_at_a_bound_is_judged_as_the_law_words_it(
    tmp_path: Path, regime: str, facts: dict[str, Any], verdict: str
) -> None:
    document = complete("Edge")
    put("company", "", **{"staff": None, "turnover": None, "size": None} | facts)(document)
    store = ox.Store()
    load_reference(store)
    put_files(store, tmp_path, document)
    evidence = Evidence(store)
    at = {"at": "2029-08-01", "all": "true", "company": "Edge"}
    rows = {str(row["regime"]).removeprefix(f"{SCHEME}regime/"): row for row in run("CQ39", at, evidence).plain()}
    assert rows[regime]["verdict"] == verdict
    exact = "more than" if regime == "eu-due-diligence" else "from"
    assert exact in rows[regime]["why"]
