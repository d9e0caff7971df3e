"""Exports of the projection as flat files for other software."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import IO

from hefboom.graph.iris import Names
from hefboom.graph.opened import OpenData

EXPORTS = ("listings",)
_BATCH = 20_000

_LISTINGS = """
    SELECT ? || l.list AS list, lists.file, l.row, l.name, l.address, l.country, ? || i.site AS site
    FROM listings l
    JOIN lists USING (list)
    JOIN identity i ON i.list = l.list AND i.row = l.row AND i.part = l.part
        AND i.site NOT IN (SELECT alias FROM site_aliases)
    WHERE l.part <> 'buyer'
    ORDER BY lists.seq, l.ordinal, i.site
"""


def write_export(data: OpenData, what: str, format: str, file: IO[bytes]) -> None:
    """Write one of `EXPORTS` as CSV (UTF-8, comma, a header) or as a JSON array of objects.

    Listings: list, file, row, name, address, country, site; one row per stored listing, in the order of loading.
    """
    columns, rows = _rows(data)
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
        writer.writerows(rows)
    text.flush()
    text.detach()


def _rows(data: OpenData) -> tuple[list[str], Iterator[tuple[object, ...]]]:
    names: Names = data.names
    connection = data.tables()
    result = connection.execute(_LISTINGS, [names.list(""), names.site("")])
    columns = [column[0] for column in result.description or ()]

    def rows() -> Iterator[tuple[object, ...]]:
        while batch := result.fetchmany(_BATCH):
            yield from batch

    return columns, rows()
