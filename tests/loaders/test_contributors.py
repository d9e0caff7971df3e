"""Contributors of a register: names, list titles, and those that stay unknown."""

from __future__ import annotations

import csv
from importlib.resources import files

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefboom.loaders.contributors import KINDS, Contribution, parse_contribution, read_contributions, split_contributors


@pytest.mark.parametrize(
    ("text", "name", "kind", "title"),
    [
        ("Amazon.com, Inc. (Amazon Facility List 2022)", "Amazon.com, Inc.", None, "Amazon Facility List 2022"),
        ("Samsung [Public List] (Samsung 2021 Facility List)", "Samsung", None, "Samsung 2021 Facility List"),
        ("NDPE [Public List] (NDPE (IRF) September (a (b)) 2023)", "NDPE", None, "NDPE (IRF) September (a (b)) 2023"),
        ("Round Table (RT) [Public List] (RT 2022)", "Round Table (RT)", None, "RT 2022"),
        ("Partnership for Sustainable Textiles (PST)", "Partnership for Sustainable Textiles (PST)", None, None),
        ('Alpha ("Our list" 2023)', "Alpha", None, 'Our list" 2023'),
        ("Apple [BETA - Public List]", "Apple", None, None),
        ("A Brand / Retailer", None, "brand", None),
        ("An Auditor / Certification Scheme / Service Provider", None, "auditor", None),
        ("A Union", None, "union", None),
        ("One Other", None, "other", None),
        ("2 Brands / Retailers", None, "brand", None),
        ("A Brand Apart", "A Brand Apart", None, None),
    ],
)
def test_entry(text: str, name: str | None, kind: str | None, title: str | None) -> None:
    assert parse_contribution(text) == Contribution(name, kind, title)


def test_brackets_that_do_not_close_leave_the_text_whole() -> None:
    assert parse_contribution("Alpha (list") == Contribution("Alpha (list", None, None, "contributor-unbalanced")


def test_bar_inside_a_title_does_not_split() -> None:
    assert split_contributors("A (x|y)|B (z)") == ["A (x|y)", "B (z)"]
    assert split_contributors("A (x|B") == ["A (x", "B"]


def test_anonymous_ones_stay_apart_and_named_ones_count_once() -> None:
    rows, cells = pl.Series(["2", "3"]), pl.Series(["A Union|Beta (L)|A Union|Beta (L)|Beta (M)", None])
    read = read_contributions(rows, cells)
    assert read.select("row", "index", "ordinal", "contributor_name", "kind", "title").rows() == [
        ("2", 0, 1, None, "union", None),
        ("2", 0, 2, "Beta", None, "L"),
        ("2", 0, 3, None, "union", None),
        ("2", 0, 5, "Beta", None, "M"),
    ]


def test_kinds_are_those_of_the_ontology() -> None:
    text = files("hefboom.ontology").joinpath("facts/contributor_kinds.csv").read_text(encoding="utf-8")
    facts = {record["id"] for record in csv.DictReader(text.splitlines())}
    assert {f"contributor-kind/{kind}" for kind in KINDS.values()} <= facts


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip))
def test_every_entry_is_named_or_of_a_known_kind(text: str) -> None:
    read = parse_contribution(text)
    assert bool(read.contributor_name) != bool(read.kind)
