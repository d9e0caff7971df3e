"""The golden mini-graph as a file and as facts are the same graph."""

from __future__ import annotations

from pathlib import Path

from golden_facts import GOLDEN
from pyoxigraph import RdfFormat, parse
from question_facts import catalogue_quads, derived_quads, list_quads

GOLDEN_FILE = Path(__file__).parents[1] / "golden" / "golden.trig"


def test_golden_file_states_the_golden_facts() -> None:
    stated = {str(quad) for quad in parse(path=GOLDEN_FILE, format=RdfFormat.TRIG)}
    assert stated == {str(quad) for quad in [*catalogue_quads(GOLDEN), *list_quads(GOLDEN), *derived_quads(GOLDEN)]}
