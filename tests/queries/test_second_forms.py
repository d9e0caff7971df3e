"""The SQL form of a question gives the rows of its SPARQL form."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from golden_facts import GOLDEN
from pyoxigraph import NamedNode, Quad
from random_facts import random_facts

from hefboom.queries import Evidence, catalogue, run

RDFS = "http://www.w3.org/2000/01/rdf-schema#"
TODAY = dt.date(2023, 6, 1)
DAY = {"at": "2021-12-31"}
CASES: list[tuple[str, dict[str, str]]] = [
    ("company-pairs", DAY),
    ("company-pairs", DAY | {"max_tier": "2"}),
    ("company-pairs", DAY | {"covenant": "second", "n": "2"}),
    ("covenant-shared-sites", DAY | {"covenant": "first", "n": "1"}),
    ("covenant-shared-sites", DAY | {"covenant": "second", "max_tier": "2"}),
    ("direct-uses", DAY),
    ("indirect-shared-sites", DAY),
    ("indirect-shared-sites", DAY | {"covenant": "first"}),
    ("list-changes", {"from": "2021-06-01"}),
    ("list-changes", {"from": "2021-01-01", "company": "company-01,company-02"}),
    ("public-list", DAY),
    ("public-list-by-process", DAY | {"covenant": "first"}),
    ("shared-sites", DAY),
    ("shared-sites", DAY | {"max_tier": "3", "n": "3"}),
    ("shared-sites", DAY | {"covenant": "first"}),
    ("sites-of-all", DAY | {"company": "company-00"}),
    ("sites-of-all", DAY | {"company": "company-00,company-01", "max_tier": "2"}),
    ("supply-links", DAY),
]
WORLDS = {"with two covenants": 1, "with two other covenants": 2, "without covenants": 0}


@pytest.fixture(scope="module")
def worlds() -> dict[str, Evidence]:
    return {name: random_facts(seed).evidence() for name, seed in WORLDS.items()}


def both(name: str, params: dict[str, str], evidence: Evidence, audience: str) -> tuple[Any, Any]:
    sparql = run(name, params, evidence, audience, 1, today=TODAY, form="sparql")
    sql = run(name, params, evidence, audience, 1, today=TODAY, form="sql")
    assert (sparql.form, sql.form) == ("sparql", "sql")
    return sparql.plain(), sql.plain()


@pytest.mark.parametrize("audience", ["public", "members", "secretariat"])
@pytest.mark.parametrize(("name", "params"), CASES)
def test_second_form_gives_the_same_rows(
    worlds: dict[str, Evidence], name: str, params: dict[str, str], audience: str
) -> None:
    fitting = [world for key, world in worlds.items() if "covenant" not in params or key != "without covenants"]
    answers = [both(name, params, world, audience) for world in fitting]
    assert [sql for _, sql in answers] == [sparql for sparql, _ in answers]
    assert audience != "secretariat" or any(sparql for sparql, _ in answers)


def test_every_second_form_is_compared() -> None:
    compared = {name for name, _ in CASES} | {"members-at-sites"}
    assert compared == {question.name for question in catalogue().values() if question.sql}


@pytest.mark.parametrize(
    "name", ["company-pairs", "direct-uses", "indirect-shared-sites", "shared-sites", "supply-links"]
)
def test_second_form_gives_the_same_rows_on_the_golden_graph(name: str) -> None:
    sparql, sql = both(name, {"at": "2024-06-01"}, GOLDEN.evidence(), "secretariat")
    assert sparql
    assert sql == sparql


def test_names_that_stand_in_two_graphs_double_no_row() -> None:
    evidence = GOLDEN.evidence()
    told = list(evidence.store.quads_for_pattern(None, NamedNode(f"{RDFS}label"), None, None))
    file = NamedNode(f"{evidence.base}/graph/company/secretariat")
    evidence.store.extend(Quad(quad.subject, quad.predicate, quad.object, file) for quad in told)
    sparql, sql = both("company-pairs", {"at": "2024-06-01"}, evidence, "secretariat")
    assert len(sparql) > 1
    assert sql == sparql


@pytest.mark.parametrize("covenant", [{}, {"covenant": "first"}])
def test_members_at_sites_are_the_same_in_both_forms(worlds: dict[str, Evidence], covenant: dict[str, str]) -> None:
    sites = DAY | covenant | {"site": ",".join(f"hb-{number:016x}" for number in range(1, 40, 3))}
    for name in ("with two covenants", "with two other covenants"):
        sparql, sql = both("members-at-sites", sites, worlds[name], "secretariat")
        assert sql == sparql
        assert sparql
