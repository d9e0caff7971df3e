"""Who reported a site, as registers write it: "Name [Public List] (List title)|A Brand / Retailer"."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from hefboom.loaders.text import map_unique

KINDS = {
    "academic / researcher / journalist / student": "academic",
    "auditor / certification scheme / service provider": "auditor",
    "brand / retailer": "brand",
    "civil society organization": "civil-society",
    "facility / factory / manufacturing group / supplier / vendor": "facility",
    "multi-stakeholder initiative": "initiative",
    "union": "union",
    "other": "other",
}
"""The contributor types of the Open Supply Hub, in lower case, and the last part of our concept ids for them."""

CONTRIBUTION = pl.Struct({"contributor_name": pl.String, "kind": pl.String, "title": pl.String, "code": pl.String})
"""The data type of a parsed contribution; the fields are those of ``Contribution``."""

_ANONYMOUS = re.compile(r"(?i)^(?:an?|one|\d+)\s+(.+?)$")
_PUBLIC = re.compile(r"\s*\[[^\]]*public list[^\]]*\]|\s*\[beta\]", re.IGNORECASE)
_QUOTES = "\"'“”‘’« »"


@dataclass(frozen=True, slots=True)
class Contribution:
    """One contribution to a site: by a named contributor, or by an unknown one (no name) of a known kind.

    ``title`` is that of the list the site stood on. ``code`` is ``contributor-unbalanced`` when brackets do not close,
    in which case the whole text is the name.
    """

    contributor_name: str | None
    kind: str | None
    title: str | None
    code: str | None = None


def parse_contribution(text: str) -> Contribution:
    """One entry of a contributors cell.

    The last bracket group is the title of the list, however many brackets it holds itself; an abbreviation of the name,
    as in "Partnership for Sustainable Textiles (PST)", stays with the name.
    """
    bare = " ".join(text.split())
    if kind := _anonymous_kind(bare):
        return Contribution(None, kind, None)
    opening = _last_group(bare)
    if opening is None:
        return Contribution(_PUBLIC.sub("", bare) or bare, None, None, "contributor-unbalanced")
    head, title = (bare[:opening].strip(), bare[opening + 1 : -1].strip(_QUOTES)) if opening >= 0 else (bare, "")
    name = _PUBLIC.sub("", head).strip(" ")
    if not name:
        return Contribution(bare, None, None)
    if title and not _PUBLIC.search(head) and _abbreviates(title, name):
        return Contribution(bare, None, None)
    return Contribution(name, None, title or None)


def _anonymous_kind(text: str) -> str | None:
    match = _ANONYMOUS.match(text)
    if not match:
        return None
    words = match[1].lower()
    return KINDS.get(words) or KINDS.get(re.sub(r"s\b", "", words))


def _last_group(text: str) -> int | None:
    """Where the bracket group that ends the text opens; -1 without one, null when brackets do not close."""
    if text.count("(") != text.count(")"):
        return None
    if not text.endswith(")"):
        return -1
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] == ")") - (text[place] == "(")
        if depth == 0:
            return place
    return None


def _abbreviates(title: str, name: str) -> bool:
    """Whether ``title`` is one word of capitals that are, in order, initials of words in ``name``."""
    if not re.fullmatch(r"[A-Z]{2,8}", title):
        return False
    initials = iter([word[0].upper() for word in re.findall(r"[^\W\d_]+", name)])
    return all(letter in initials for letter in title)


def split_contributors(cell: str) -> list[str]:
    """The entries of a contributors cell: split at bars outside brackets, at every bar when brackets do not close."""
    pieces = [piece.strip() for piece in cell.split("|")]
    if any(piece.count("(") != piece.count(")") for piece in pieces) and cell.count("(") == cell.count(")"):
        merged: list[str] = []
        for piece in cell.split("|"):
            if merged and merged[-1].count("(") > merged[-1].count(")"):
                merged[-1] += "|" + piece
            else:
                merged.append(piece)
        pieces = [piece.strip() for piece in merged]
    return [piece for piece in pieces if piece]


def read_contributions(rows: pl.Series, cells: pl.Series) -> pl.DataFrame:
    """All contributions of a column: ``row``, ``index`` of the cell, ``ordinal`` (from 1), fields of ``Contribution``.

    A named contribution that a cell repeats counts once. Anonymous ones are unknowns: each stays, told apart by its
    ordinal.
    """
    distinct = cells.drop_nulls().unique(maintain_order=True).to_frame("cell")
    entries = map_unique(distinct.get_column("cell"), split_contributors, pl.List(pl.String))
    long = distinct.with_columns(entry=entries).explode("entry").drop_nulls()
    long = long.with_columns(ordinal=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("cell"))
    long = long.with_columns(map_unique(long.get_column("entry"), _parsed, CONTRIBUTION).alias("read")).unnest("read")
    repeated = (
        pl.col("contributor_name").is_not_null() & ~pl.struct("cell", "contributor_name", "title").is_first_distinct()
    )
    read = long.filter(~repeated).drop("entry")
    located = pl.DataFrame({"row": rows, "cell": cells}).with_row_index("index")
    return located.join(read, on="cell", how="inner", maintain_order="left_right").drop("cell")


def _parsed(entry: str) -> dict[str, str | None]:
    one = parse_contribution(entry)
    return {"contributor_name": one.contributor_name, "kind": one.kind, "title": one.title, "code": one.code}
