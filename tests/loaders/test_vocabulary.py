"""Sectors and processes by their labels, and terms that name none."""

from __future__ import annotations

import csv
from importlib.resources import files
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


@pytest.mark.parametrize(
    ("word", "process"),
    [
        ("confectie", "making-up"), ("spinnerij", "spinning"), ("weverij", "weaving"), ("breierij", "knitting"),
        ("ververij", "dyeing"), ("wasserij", "laundry"), ("drukkerij", "printing"), ("naaiatelier", "sewing"),
        ("snijderij", "cutting"), ("looierij", "tannery"), ("borduurderij", "embroidery"), ("strijkerij", "ironing"),
        ("twijnerij", "twisting-texturizing-facility"), ("katoenplantage", "cotton-growing"),
        ("schoenenfabriek", "footwear-assembly"), ("magazijn", "warehousing-distribution"),
        ("veredeling", "finishing"), ("slachterij", "slaughterhouse"), ("zeefdrukkerij", "screen-printing"),
    ],
)  # fmt: skip
def test_dutch_words_of_the_trade_name_processes(word: str, process: str) -> None:
    assert processes().find(word) == f"process/{process}"


def test_every_process_is_found_by_each_of_its_words() -> None:
    """No word of one process is hidden by the same word of another."""
    table = csv.DictReader(files("hefboom.ontology").joinpath("facts/process_types.csv").read_text().splitlines())
    for row in table:
        for word in filter(None, row["alt_labels_nl"].split("|")):
            assert processes().find(word) == row["id"], word
