"""Sectors and processes by their labels, and terms that name none."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from hefboom.loaders.vocabulary import match_terms, processes, read_vocabulary, sectors, split_terms


@pytest.mark.parametrize(
    ("cell", "terms"),
    [
        ("Apparel|Mining", ["Apparel", "Mining"]),
        ("Printing, Product Dyeing and Laundering| Sewing ", ["Printing, Product Dyeing and Laundering", "Sewing"]),
        ("a||a| a", ["a"]),
        ("#N/A|-|a", ["a"]),
        ('"Bed """"', ["Bed"]),
        (None, []),
    ],
)
def test_terms_are_split_at_bars_only(cell: str | None, terms: list[str]) -> None:
    assert split_terms(pl.Series([cell], dtype=pl.String)).to_list() == [terms]


def test_terms_match_by_label_then_alternative_label_and_never_nearly() -> None:
    cells = pl.Series(["SEWING|cut & sew|CMT", "Sewin", None, "Sewing|sewing|Confectiekleding"])
    concepts, unmatched = match_terms(cells, processes())
    assert concepts.to_list() == [
        ["process/sewing", "process/cut-and-sew", "process/cut-make-trim"],
        [],
        [],
        ["process/sewing", "process/ready-made-garment"],
    ]
    assert unmatched.to_list() == [[], ["Sewin"], [], []]


def test_sector_with_commas_is_one_term() -> None:
    concepts, unmatched = match_terms(pl.Series(["Environmental, Social and Corporate Governance|Footwear"]), sectors())
    assert concepts.list.len().to_list() == [2]
    assert unmatched.to_list() == [[]]


def test_label_comes_before_an_alternative_label(tmp_path: Path) -> None:
    facts = tmp_path / "facts.csv"
    facts.write_text("id,label_en,label_nl,alt_labels\nx/a,A,Aa,B\nx/b,B,Bb,C|D\n", encoding="utf-8")
    vocabulary = read_vocabulary(facts)
    assert [vocabulary.find(term) for term in ("a", "B", "d", "e")] == ["x/a", "x/b", "x/b", None]
