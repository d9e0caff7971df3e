"""The reasoner finds the ontology consistent and the usual mistakes inconsistent, and the mistakes are named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hefboom.errors import HefboomError, SourceError
from hefboom.ontology import check as check_module
from hefboom.ontology.check import check_ontology
from hefboom.ontology.explain import explain
from hefboom.ontology.hygiene import load
from hefboom.ontology.terms import turtle_files

needs_java = pytest.mark.skipif(
    shutil.which("java") is None, reason="HermiT needs Java: apt-get install default-jre-headless"
)

HEAD = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix : <https://example.org/> .
@prefix hef: <https://w3id.org/hefboom/ns#> .
@prefix c: <https://w3id.org/hefboom/scheme/> .
@prefix v: <https://w3id.org/hefboom/scheme/visibility/> .
"""

GOOD = """
:list a hef:List ; hef:contributor :brand ; hef:visibility v:members ; hef:status "current" ; hef:rowsRead 2 .
:brand a hef:Company ; hef:sourcesFrom :mill .
:row a hef:Listing ; hef:row "2" , "5" ; hef:refersTo :mill ; hef:reportedIn :list .
:mill a hef:Site ; hef:osId "GB20191431WPT6G" ; hef:process <https://w3id.org/hefboom/scheme/process/weaving> .
:use a hef:SiteUse ; hef:buyer :brand ; hef:site :mill ; hef:tier 2 ; hef:statedIn :list ; hef:evidence "relationship" .
"""

MISTAKES = {
    "site typed as company": (":a a hef:Site , hef:Company .", "hef:Company"),
    "brand's list handed in by a site": (":a a hef:Site . :l hef:contributor :a .", "as value of hef:contributor"),
    "list given as buyer": (":l a hef:List . :u a hef:SiteUse ; hef:buyer :l .", "hef:buyer"),
    "listing that refers to a company": (":r hef:refersTo :a . :a a hef:Company .", "hef:refersTo"),
    "relationship properties on a list": (":l a hef:List ; hef:buyer :b .", "hef:SiteUse or hef:SupplyRelationship"),
    "process as country": (
        ":a hef:country <https://w3id.org/hefboom/scheme/process/weaving> .",
        "process/weaving is a hef:Country",
    ),
    "two visibilities": (":l hef:visibility v:public , v:owner .", "visibility/owner"),
    "tier beyond five": (":u hef:tier 6 .", "'6' for hef:tier"),
    "tier as text": (':u hef:tier "2" .', "'2' for hef:tier"),
    "negative row count": (":l hef:rowsRead -1 .", "'-1' for hef:rowsRead"),
    "status of another list": (':l hef:status "archived" .', "'archived' for hef:status"),
    "two checksums": (':l hef:sha256 "a" , "b" .', "both 'a' and 'b'"),
    "site replaced by itself": (":a hef:replacedBy :a .", "hef:replacedBy of itself"),
    "link to a risk instead of a target": (
        ":k hef:linksTarget <https://w3id.org/hefboom/scheme/process/weaving> .",
        "sdgo:Goal or sdgo:Target",
    ),
}

ONE_OF_A_KIND = [
    "site typed as company",
    "list given as buyer",
    "relationship properties on a list",
    "process as country",
    "two visibilities",
    "tier beyond five",
    "status of another list",
    "two checksums",
    "site replaced by itself",
]
CORE = [path for path in turtle_files() if path.stem in ("hefboom", "visibility", "process")]


def written(folder: Path, text: str) -> Path:
    path = folder / "extra.ttl"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


@needs_java
def test_ontology_and_schemes_are_consistent_with_a_sound_example(tmp_path: Path) -> None:
    result = check_ontology([written(tmp_path, GOOD)])
    assert result.problems == ()
    assert result.ok


@needs_java
@pytest.mark.parametrize("name", ONE_OF_A_KIND, ids=str)
def test_reasoner_catches_the_mistake(tmp_path: Path, name: str) -> None:
    store = load([written(tmp_path, MISTAKES[name][0]), *CORE])
    check_module._concepts_differ(store)
    consistent, _ = check_module._reason(check_module._reasoner(), store)
    assert not consistent


@pytest.mark.parametrize("name", MISTAKES, ids=str)
def test_mistake_is_named_in_words(tmp_path: Path, name: str) -> None:
    text, words = MISTAKES[name]
    store = load([*turtle_files(), written(tmp_path, text)])
    assert any(words in sentence for sentence in explain(store))


@needs_java
def test_class_that_can_have_no_members_is_named(tmp_path: Path) -> None:
    extra = written(tmp_path, "hef:SiteFirm a owl:Class ; rdfs:subClassOf hef:Site , hef:Company .")
    result = check_ontology([extra])
    assert result.consistent
    assert result.problems == ("nothing can be a hef:SiteFirm: its definition contradicts itself",)


@needs_java
def test_file_that_is_no_turtle_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"extra\.ttl"):
        check_ontology([written(tmp_path, "no turtle")])


def test_missing_java_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(HefboomError, match="default-jre-headless"):
        check_ontology()
