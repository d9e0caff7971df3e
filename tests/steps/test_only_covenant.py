"""Where there is one covenant, counts for all but the secretariat are of its members, whether it is named or not."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from rule_files import changed, filed
from step_facts import NAMES, TODAY, drop

from hefboom.graph.iris import HEF
from hefboom.queries import Answer, Evidence, run

MEMBERS = ("Aa", "Bb", "Cc", "Dd", "Ee", "Ff")
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    """Three members reach every step, three lack a policy, and so does a company that is in no covenant."""
    weak = [changed(drop("policies"), drop("policy_goals"), name=name) for name in (*MEMBERS[:3], "Outside")]
    found = filed(*weak, *(changed(name=name) for name in MEMBERS[3:]))
    graph, covenant = ox.NamedNode(NAMES.graph("covenant", "members")), ox.NamedNode(NAMES.covenant("cloth"))
    found.store.add(ox.Quad(covenant, TYPE, ox.NamedNode(f"{HEF}Covenant"), graph))
    for name in MEMBERS:
        membership = ox.NamedNode(f"{NAMES.base}/membership/cloth/{name.lower()}/start")
        for predicate, value in (("covenant", covenant), ("member", ox.NamedNode(NAMES.company(name.lower())))):
            found.store.add(ox.Quad(membership, ox.NamedNode(HEF + predicate), value, graph))
    return found


def counted(evidence: Evidence, audience: str, lang: str = "en", **params: str) -> Answer:
    return run("steps-counted", params, evidence, audience, today=TODAY, lang=lang)


@pytest.mark.parametrize("audience", ["public", "members"])
def test_count_without_a_covenant_tells_nothing_of_companies_in_none(evidence: Evidence, audience: str) -> None:
    with_it = counted(evidence, audience, covenant="cloth")
    without = counted(evidence, audience)
    assert [(row["step"], row["below"], row["reaches"]) for row in without.plain()] == [("1", 3, 3)]
    assert without.rows == with_it.rows
    assert without.suppressed == with_it.suppressed


def test_answer_says_that_members_alone_are_counted(evidence: Evidence) -> None:
    told = {
        "en": "Only members of covenant 'cloth' are counted.",
        "nl": "Alleen deelnemers van convenant 'cloth' tellen mee.",
    }
    for lang, words in told.items():
        assert words in counted(evidence, "public", lang).notes
        assert words not in counted(evidence, "public", lang, covenant="cloth").notes


def test_secretariat_still_counts_all_companies(evidence: Evidence) -> None:
    assert [(row["below"], row["reaches"]) for row in counted(evidence, "secretariat").plain()] == [(4, 3)]
