"""``hefboom ontology`` and the page that it prints."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hefboom.cli_ontology import app
from hefboom.errors import UsageError
from hefboom.ontology.reference import render

ROOT = Path(__file__).resolve().parents[2]


def test_committed_reference_is_what_the_ontology_gives() -> None:
    committed = (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8")
    assert committed == render(), "run: hefboom ontology docs > docs/ontology.md"


def test_docs_prints_the_reference() -> None:
    assert CliRunner().invoke(app, ["docs"]).stdout == render()


def test_terms_finds_by_words_in_either_language() -> None:
    result = CliRunner().invoke(app, ["terms", "vermelding die", "--lang", "nl"])
    assert result.exit_code == 0
    assert {line.split("\t")[0] for line in result.stdout.splitlines()} == {"hef:buyerListing", "hef:supplierListing"}


def test_terms_knows_two_languages() -> None:
    assert isinstance(CliRunner().invoke(app, ["terms", "--lang", "fr"]).exception, UsageError)


@pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs Java: apt-get install default-jre-headless")
def test_check_of_a_contradiction_ends_with_1_and_names_it(tmp_path: Path) -> None:
    extra = tmp_path / "extra.ttl"
    extra.write_text("@prefix hef: <https://w3id.org/hefboom/ns#> . hef:a a hef:Site , hef:Company .", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(extra), "--json"])
    record = json.loads(result.stdout)
    assert result.exit_code == 1
    assert record["consistent"] is False
    assert any("nothing can be both" in problem for problem in record["problems"])
