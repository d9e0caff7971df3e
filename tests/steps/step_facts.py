"""Files of three small companies in a store with their checks, for the questions on steps."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from hefboom.graph.completeness_store import update_completeness
from hefboom.graph.iris import Names, slug
from hefboom.loaders.company_files import load_company_file
from hefboom.ontology.terms import load_reference

sys.path.insert(0, str(Path(__file__).parent.parent / "shapes"))

from condition_cases import AT, both, complete, drop, put

NAMES = Names()


def documents() -> list[dict[str, Any]]:
    """A leader, a company with gaps that the questions ask for, and the leader's file of a year before."""
    leader, weak = complete("Leader"), complete("Weak")
    before = complete("Leader", at=date(2025, 12, 31))
    both(
        drop("policies"),
        drop("policy_goals"),
        put("engagements", "W1", about=[]),
        put("actions", "T21", owner=None),
        put("actions", "T23", own_activities="no"),
        put("actions", "T31", conclusion="partly"),
        put("complaints", "2026-021", received_on="2026-05-01", steps_on=["2026-06-01"]),
        put("documents", "D1", kind="audit-report", date="2019-01-01"),
        put("assessments", "B1", freedom_of_association_in=["IN"]),
        both(*(put("monitoring", key, date="2025-01-15") for key in ("M11", "M12"))),
    )(weak)
    put("actions", "T11", owner=None)(before)
    return [leader, weak, before]


def step_store(folder: Path) -> ox.Store:
    """A store with reference data, files, catalogue, a covenant of both companies, and the results of the checks."""
    store = ox.Store()
    load_reference(store)
    put_files(store, folder, *documents())
    _covenant(store)
    update_completeness(store, NAMES, AT)
    return store


def put_files(store: ox.Store, folder: Path, *documents: dict[str, Any]) -> None:
    """Read due diligence files, written below a folder, and put them into a store with their descriptions."""
    for number, document in enumerate(documents):
        path = folder / f"{number}.yaml"
        path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
        loaded = load_company_file(path, NAMES)
        assert not loaded.findings
        for text, graph in (
            (loaded.ntriples, loaded.graph),
            (loaded.catalogue, NAMES.graph("catalogue", loaded.scope)),
        ):
            store.load(text.encode(), format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(graph))


def _covenant(store: ox.Store) -> None:
    """The weak company alone is a member."""
    graph = ox.NamedNode(NAMES.graph("covenant", "public"))
    hef = "https://w3id.org/hefboom/ns#"
    covenant, member = (
        ox.NamedNode(NAMES.covenant("cloth")),
        ox.NamedNode(f"{NAMES.base}/membership/cloth/weak/2020-01-01"),
    )
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    for subject, predicate, value in (
        (covenant, kind, ox.NamedNode(f"{hef}Covenant")),
        (covenant, label, ox.Literal("Cloth")),
        (member, kind, ox.NamedNode(f"{hef}Membership")),
        (member, ox.NamedNode(f"{hef}covenant"), covenant),
        (member, ox.NamedNode(f"{hef}member"), ox.NamedNode(NAMES.company(slug("Weak")))),
    ):
        store.add(ox.Quad(subject, predicate, value, graph))


TODAY: date = AT
