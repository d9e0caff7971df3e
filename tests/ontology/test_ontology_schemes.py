"""The concept schemes: what the tables of facts say, no more and no less, and the same bytes each time."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

import pyoxigraph as ox
import pytest

from hefboom.errors import UsageError
from hefboom.ontology import build, terms

SKOS = "http://www.w3.org/2004/02/skos/core#"
SCHEMES = ox.NamedNode(terms.SCHEME_GRAPH)


def named(concept_id: str) -> ox.NamedNode:
    return ox.NamedNode(terms.concept_iri(concept_id))


@pytest.fixture(scope="module")
def reference() -> ox.Store:
    store = ox.Store()
    terms.load_reference(store)
    return store


def objects(store: ox.Store, subject: ox.NamedNode, predicate: str) -> set[str]:
    found = store.quads_for_pattern(subject, ox.NamedNode(predicate), None)
    return {getattr(quad.object, "value", "") for quad in found}


def test_committed_schemes_are_what_the_facts_give() -> None:
    committed = {file.name: file.read_text(encoding="utf-8") for file in terms.scheme_files()}
    assert committed == build.files(), "run: python -m hefboom.ontology.build"


@pytest.mark.parametrize("table", ["oecd", "due_diligence_lists"])
def test_every_scheme_of_a_table_of_lists_is_described(table: str) -> None:
    in_table = {row["scheme"] for row in terms.fact_table(table)}
    assert in_table == {scheme.id for scheme in terms.schemes() if scheme.facts == table}


@pytest.mark.parametrize(
    ("scheme", "count"),
    [("country", 250), ("risk", 60), ("ilo", 37), ("industry", 117), ("commodity", 20), ("tier", 7), ("share", 7)],
)
def test_scheme_holds_every_row_of_its_table(reference: ox.Store, scheme: str, count: int) -> None:
    in_scheme = reference.quads_for_pattern(None, ox.NamedNode(f"{SKOS}inScheme"), named(scheme))
    assert len({quad.subject for quad in in_scheme}) == count


def test_goals_and_targets_stand_under_the_iris_of_the_united_nations(reference: ox.Store) -> None:
    kinds = Counter(
        kind
        for kind in ("Goal", "Target")
        for _ in reference.quads_for_pattern(None, None, ox.NamedNode(terms.SDGO + kind), SCHEMES)
    )
    assert kinds == {"Goal": 17, "Target": 169}
    assert objects(reference, ox.NamedNode(f"{terms.SDG}8.7"), f"{SKOS}broader") == {f"{terms.SDG}8"}


def test_each_link_has_one_concept_target_relation_and_ground(reference: ox.Store) -> None:
    kind = ox.NamedNode(f"{terms.HEF}RiskSdgLink")
    links = [quad.subject for quad in reference.quads_for_pattern(None, None, kind, SCHEMES)]
    assert len(links) == len(terms.fact_table("risk_sdg")) == 181
    for link in links:
        assert isinstance(link, ox.NamedNode)
        for name in ("linksConcept", "linksTarget", "linkRelation", "linkBasis"):
            assert len(objects(reference, link, terms.HEF + name)) == 1


def test_related_concepts_know_each_other_both_ways(reference: ox.Store) -> None:
    related = reference.quads_for_pattern(None, ox.NamedNode(f"{SKOS}related"), None)
    pairs = {(quad.subject, quad.object) for quad in related}
    assert pairs
    assert {(other, one) for one, other in pairs} == pairs


def test_namibia_is_a_country_and_kosovo_has_no_european_iri(reference: ox.Store) -> None:
    assert objects(reference, named("country/NA"), f"{terms.HEF}alpha3") == {"NAM"}
    assert objects(reference, named("country/XK"), f"{SKOS}exactMatch") == set()


@pytest.mark.parametrize("table", ["process_types", "sectors", "commodities", "contributor_kinds"])
def test_no_label_means_two_concepts_of_one_table(table: str) -> None:
    meanings: dict[str, set[str]] = defaultdict(set)
    for row in terms.fact_table(table):
        for label in (row["label_en"], *filter(None, row["alt_labels"].split("|"))):
            meanings[label.casefold()].add(row["id"])
    assert {label: ids for label, ids in meanings.items() if len(ids) > 1} == {}


@pytest.mark.parametrize(
    ("words", "concept_id"),
    [
        ("finished goods", "process/final-product-assembly"),
        ("materials", "process/material-production"),
        ("finished goods - components", "process/components"),
        ("refinery", "process/oil-refining"),
    ],
)
def test_the_words_of_brands_lead_to_a_process(words: str, concept_id: str) -> None:
    found = [row["id"] for row in terms.fact_table("process_types") if words in row["alt_labels"].casefold().split("|")]
    assert found == [concept_id]


def test_a_process_below_two_facility_types_takes_the_tier_nearer_to_the_buyer(reference: ox.Store) -> None:
    embroidery = named("process/embroidery")
    assert len(objects(reference, embroidery, f"{SKOS}broader")) == 2
    assert objects(reference, embroidery, f"{terms.HEF}tierHint") == {terms.concept_iri("tier/1")}


def test_share_bands_meet_without_gap_or_overlap() -> None:
    bands = sorted((int(row["lower"]), int(row["upper"])) for row in terms.fact_table("share_bands") if row["lower"])
    assert bands[0][0] == 0
    assert bands[-1][1] == 100
    assert all(one[1] == other[0] for one, other in pairwise(bands))


def test_every_cited_key_is_a_source() -> None:
    known = {row["key"] for row in terms.fact_table("sources")}
    tables = ("commodities", "contributor_kinds", "process_types", "sectors", "share_bands", "tiers")
    cited = {key for table in tables for row in terms.fact_table(table) for key in row["source"].split("; ")}
    assert cited <= known


def test_loading_the_reference_twice_changes_nothing(reference: ox.Store) -> None:
    before = len(reference)
    terms.load_reference(reference)
    assert len(reference) == before


def test_unknown_table_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(UsageError, match=r"'towns'; there are: .*countries"):
        terms.fact_table("towns")
