"""Labels, definitions, references and use of terms; each check is proven on a file that breaks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hefboom.ontology.hygiene import hygiene, load, run_checks, used_terms

HEAD = """
@prefix c: <https://w3id.org/hefboom/scheme/> .
@prefix hef: <https://w3id.org/hefboom/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
TERM = """hef:Mill a owl:Class ; rdfs:label "mill"@en , "molen"@nl ;
    skos:definition "site that grinds"@en , "locatie die maalt"@nl ; rdfs:isDefinedBy <https://w3id.org/hefboom/ns> .
"""
SCHEME = """c:s a skos:ConceptScheme ; skos:prefLabel "scheme"@en , "schema"@nl .
c:a a skos:Concept ; skos:inScheme c:s ; skos:topConceptOf c:s ; skos:prefLabel "a"@en , "aa"@nl .
"""
CASES = {
    "term-without-label": TERM.replace(' , "molen"@nl', ""),
    "term-without-definition": TERM.replace('"site that grinds"@en , ', ""),
    "term-not-defined-by": TERM.replace("rdfs:isDefinedBy", "rdfs:seeAlso"),
    "term-label-used-twice": TERM + TERM.replace("hef:Mill", "hef:Mill2"),
    "term-not-defined": TERM + "c:x hef:grinds c:y . c:y a hef:Mill .",
    "ontology-without-header": "c:o a owl:Ontology .",
    "concept-without-label": SCHEME.replace(' , "aa"@nl', ""),
    "concept-without-place": SCHEME.replace("skos:topConceptOf c:s ; ", ""),
    "concept-not-defined": SCHEME + "c:a skos:related c:b .",
    "concept-under-itself": SCHEME + "c:a skos:broader c:a .",
    "concept-label-used-twice": SCHEME + SCHEME.splitlines()[1].replace("c:a ", "c:b "),
    "definition-in-one-language": SCHEME + 'c:a skos:definition "first letter"@en .',
}


def test_nothing_is_wrong_with_terms_and_schemes() -> None:
    problems = [found.message for found in hygiene() if found.severity == "problem"]
    assert problems == []


def test_no_text_of_a_concept_lacks_its_translation() -> None:
    assert [found.message for found in hygiene() if found.check == "definition-in-one-language"] == []


@pytest.mark.parametrize("check", CASES, ids=str)
def test_check_finds_what_it_is_for(tmp_path: Path, check: str) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text(HEAD + CASES[check], encoding="utf-8")
    assert {found.check for found in run_checks(load([path]), "checks")} == {check}


def test_sound_file_has_no_findings(tmp_path: Path) -> None:
    path = tmp_path / "sound.ttl"
    path.write_text(HEAD + TERM + SCHEME, encoding="utf-8")
    assert run_checks(load([path]), "checks") == []


def test_use_of_a_term_is_found_in_questions_and_code(tmp_path: Path) -> None:
    (tmp_path / "queries").mkdir()
    (tmp_path / "graph").mkdir()
    (tmp_path / "queries" / "one.rq").write_text("SELECT ?a { ?a hef:asked ?b }", encoding="utf-8")
    (tmp_path / "graph" / "one.py").write_text(
        'x = _hef("written"); y = HEF + "added"; z = HEF + name', encoding="utf-8"
    )
    assert set(used_terms(tmp_path)) == {"asked", "written", "added"}
