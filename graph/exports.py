"""Exports of the projection as flat files for other software."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import duckdb

from hefboom.graph.match_kept import is_there, source
from hefboom.graph.opened import OpenData
from hefboom.graph.statement_terms import define_list_address
from hefboom.graph.tables import quote
from hefboom.spreadsheet_text import safe_text

EXPORTS: Final = ("listings", "matches")
MOST_PAIRS: Final = 100
"""Two texts that more pairs of rows say are told by the first row of one with each row of the other."""
_BATCH: Final = 20_000

# How sure it is that a listing belongs to its site: certain by OS ID, exact spelling or a person, else what its
# strongest link to another site of the group says.
_LISTINGS = """
    WITH placed AS (
        SELECT DISTINCT exact, site FROM identity WHERE site NOT IN (SELECT alias FROM site_aliases)
    ), links AS (
        SELECT left_site, right_site, probability, 'matched' AS method FROM site_links
        UNION ALL
        SELECT left_site, right_site, 1, 'review' FROM decisions WHERE withdrawn_on IS NULL AND decision = 'same'
    ), both_ways AS (
        SELECT left_site AS exact, right_site AS other, probability, method FROM links
        UNION ALL SELECT right_site, left_site, probability, method FROM links
    ), strongest AS (
        SELECT a.exact, a.site, max(b.probability) AS certainty, arg_max(b.method, (b.probability, b.method)) AS method
        FROM both_ways b JOIN placed a ON a.exact = b.exact JOIN placed o ON o.exact = b.other AND o.site = a.site
        GROUP BY a.exact, a.site
    )
    SELECT list_address(l.list) AS list, lists.file, l.row, l.name, l.address, l.country, $sites || i.site AS site,
        CASE WHEN i.method = 'matched' THEN round(s.certainty, 4) ELSE 1 END AS certainty,
        CASE WHEN i.method = 'matched' THEN coalesce(s.method, 'matched') ELSE i.method END AS method
    FROM listings l
    JOIN lists USING (list)
    JOIN (
        FROM identity WHERE site NOT IN (SELECT alias FROM site_aliases)
        QUALIFY row_number() OVER (PARTITION BY list, row, part
            ORDER BY scope = 'secretariat' DESC, scope LIKE 'owner/%' DESC, scope = 'members' DESC, scope, site) = 1
    ) i ON i.list = l.list AND i.row = l.row AND i.part = l.part
    LEFT JOIN strongest s ON s.exact = i.exact AND s.site = i.site
    WHERE l.part <> 'buyer'
    ORDER BY lists.seq, l.ordinal, i.site
"""

# Tables rather than parts of one query: only of tables does the engine know how large they are, and with a guess in
# place of that it joined every row with every other.
_SAID = """
    CREATE OR REPLACE TEMP TABLE said AS
    WITH in_force AS (SELECT list FROM lists WHERE status <> 'retracted')
    SELECT m.claim, m.list, m.row, m.part, i.site,
        row_number() OVER (PARTITION BY m.claim ORDER BY m.list, m.row, m.part) AS place,
        count(*) OVER (PARTITION BY m.claim) AS mentions
    FROM m_mention m SEMI JOIN in_force USING (list) SEMI JOIN listings l USING (list, row, part)
    JOIN identity i USING (list, row, part)
    WHERE i.site NOT IN (SELECT alias FROM site_aliases)
"""

_PAIRS = """
    CREATE OR REPLACE TEMP TABLE pairs AS
    SELECT a.claim AS l, b.claim AS r, m.outcome, m.probability, m.{reasons} AS reasons, m.method
    FROM matches m
    JOIN said a ON a.list = m.left_list AND a.row = m.left_row AND a.part = m.left_part
    JOIN said b ON b.list = m.right_list AND b.row = m.right_row AND b.part = m.right_part
    WHERE m.method <> 'same-text'
"""

_MATCHES = """
    WITH told AS (
        SELECT a.list AS left_list, a.row AS left_row, b.list AS right_list, b.row AS right_row, a.site AS a_site,
            b.site AS b_site, outcome, probability, reasons, p.method
        FROM pairs p JOIN said a ON a.claim = p.l JOIN said b ON b.claim = p.r
        WHERE a.mentions * b.mentions <= {most} OR a.place = 1 OR b.place = 1
        UNION ALL
        SELECT a.list, a.row, b.list, b.row, a.site, b.site, 'same', 1, {same_text}, 'same-text'
        FROM said a JOIN said b ON a.claim = b.claim AND a.place = 1 AND b.place > 1 AND a.site = b.site
    )
    SELECT list_address(left_list) AS left_list, left_row, list_address(right_list) AS right_list, right_row,
        CASE WHEN a_site = b_site AND method <> 'review' THEN 'same' ELSE outcome END AS outcome, probability, reasons
    FROM told WHERE (left_list, left_row) <> (right_list, right_row)
    ORDER BY ALL
"""
_SAME_TEXT: Final = {
    "en": "the rows say the same in every field", "nl": "de rijen zeggen in elk veld hetzelfde",
}  # fmt: skip


def write_export(data: OpenData, what: str, format: str, file: IO[bytes], lang: str = "en") -> None:
    """Write one of `EXPORTS` as CSV (UTF-8, comma, a header) or as a JSON array of objects.

    Listings: list, file, row, name, address, country, site, certainty, method; one row per stored listing, in the
    order of loading. Matches: left_list, left_row, right_list, right_row, outcome, probability, reasons; one row
    per pair of listings that are, may be or were decided not to be one site, reasons in `lang` (en or nl). In CSV a
    text that a spreadsheet would run as a formula has an apostrophe before it; JSON holds it as it is.
    """
    columns, rows = _rows(data, what, lang)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    if format == "json":
        text.write("[")
        for number, row in enumerate(rows):
            text.write(",\n" if number else "\n")
            text.write(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False))
        text.write("\n]\n")
    else:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([safe_text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    text.flush()
    text.detach()


def _rows(data: OpenData, what: str, lang: str) -> tuple[list[str], Iterator[tuple[object, ...]]]:
    connection = data.tables()
    define_list_address(connection, data.names)
    values = {"sites": data.names.site("")}
    if what == "matches":
        _add_mentions(connection, data.generation / "tables" / "resolution")
        connection.execute(_SAID)
        connection.execute(_PAIRS.format(reasons=f"reasons_{lang}"))
        query = _MATCHES.format(most=MOST_PAIRS, same_text=quote(_SAME_TEXT[lang]))
        del values["sites"]
    else:
        query = _LISTINGS
    result = connection.execute(query, values)
    columns = [column[0] for column in result.description or ()]

    def rows() -> Iterator[tuple[object, ...]]:
        while batch := result.fetchmany(_BATCH):
            yield from batch

    return columns, rows()


def _add_mentions(connection: duckdb.DuckDBPyConnection, kept: Path) -> None:
    """Make the view `m_mention` (list, row, part, claim) of the last resolution; empty before the first."""
    rows = (
        f"FROM {source(kept, 'm_mention')}"
        if is_there(kept)
        else "SELECT '' AS list, '' AS row, '' AS part, 0 AS claim WHERE false"
    )
    connection.execute(f"CREATE VIEW m_mention AS {rows}")
