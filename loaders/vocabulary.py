"""Words of lists as concepts: a sector or process is recognised by its label or an alternative label, never guessed."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import polars as pl

from hefboom.loaders.text import is_placeholder
from hefboom.plain_text import fold


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The concepts of one scheme by their folded labels; labels come before alternative labels of other concepts."""

    concepts: dict[str, str]

    def find(self, term: str) -> str | None:
        """The id of the concept that ``term`` names, in whatever case and punctuation; null when none does."""
        return self.concepts.get(fold(term))


def read_vocabulary(source: Traversable) -> Vocabulary:
    """A vocabulary from a CSV file with columns id, label_en, label_nl, alt_labels and, if any, alt_labels_nl.

    Several labels in one cell are separated by bars.
    """
    records = list(csv.DictReader(source.read_text(encoding="utf-8").splitlines()))
    concepts: dict[str, str] = {}
    for column in ("label_en", "label_nl", "alt_labels", "alt_labels_nl"):
        for record in records:
            for label in record.get(column, "").split("|"):
                if fold(label):
                    concepts.setdefault(fold(label), record["id"])
    return Vocabulary(concepts)


@cache
def sectors() -> Vocabulary:
    """The sectors of the ontology."""
    return read_vocabulary(files("hefboom.ontology").joinpath("facts/sectors.csv"))


@cache
def processes() -> Vocabulary:
    """The process types of the ontology."""
    return read_vocabulary(files("hefboom.ontology").joinpath("facts/process_types.csv"))


def split_terms(cells: pl.Series) -> pl.Series:
    """The terms of each cell: split at bars, trimmed, without quotation marks around them, empty or repeated ones.

    Commas stay, because terms hold them. Placeholders are no terms. Every cell gives a list, a null cell an empty one.
    """
    pieces = (
        cells.unique(maintain_order=True)
        .to_frame("cell")
        .select("cell", term=pl.col("cell").str.split("|"))
        .explode("term")
    )
    bare = pl.col("term").str.replace(r'^\s*"+(.*?)"+\s*$', "$1").str.strip_chars()
    pieces = pieces.with_columns(bare).filter(pl.col("term").is_not_null() & (pl.col("term") != ""))
    pieces = pieces.filter(~is_placeholder(pieces.get_column("term")))
    lists = pieces.group_by("cell", maintain_order=True).agg(pl.col("term").unique(maintain_order=True))
    return _lists_of(cells, lists, "term")


def match_terms(cells: pl.Series, vocabulary: Vocabulary) -> tuple[pl.Series, pl.Series]:
    """Per cell the ids of the concepts its terms name (each once), and the terms that name none, in their order."""
    distinct = cells.unique(maintain_order=True)
    terms = pl.DataFrame({"cell": distinct, "term": split_terms(distinct)}).explode("term").drop_nulls()
    found = [vocabulary.find(term) for term in terms.get_column("term")]
    terms = terms.with_columns(concept=pl.Series(found, dtype=pl.String))
    lists = terms.group_by("cell", maintain_order=True).agg(
        pl.col("concept").drop_nulls().unique(maintain_order=True),
        unmatched=pl.col("term").filter(pl.col("concept").is_null()),
    )
    return _lists_of(cells, lists, "concept"), _lists_of(cells, lists, "unmatched")


def _lists_of(cells: pl.Series, lists: pl.DataFrame, column: str) -> pl.Series:
    """The list that belongs to each cell, an empty one where ``lists`` has none."""
    joined = cells.to_frame("cell").join(lists.select("cell", column), on="cell", how="left", maintain_order="left")
    return joined.get_column(column).fill_null(pl.Series([[]], dtype=pl.List(pl.String)))
