"""An index of the sites of a publication, made from the publication itself: full text, country, process, risk, place.

SQLite with FTS5 and R*Tree comes with Python; a search is an index look-up, so it needs no engine process. Sites are
numbered in the order of their names, so every way in gives them in that order and stops when a page is full.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from anyascii import anyascii

from hefboom.graph.iris import SCHEME
from hefboom.graph.looked_up import look

_SCHEMA: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE sites (
  id INTEGER PRIMARY KEY, site TEXT NOT NULL, label TEXT NOT NULL, address TEXT NOT NULL, country TEXT NOT NULL,
  os_id TEXT NOT NULL, lat REAL, lng REAL, processes TEXT NOT NULL
);
CREATE TABLE processes (process TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (process, id)) WITHOUT ROWID;
CREATE TABLE exposures (
  risk TEXT NOT NULL, country TEXT NOT NULL, process TEXT NOT NULL, PRIMARY KEY (risk, country, process)
) WITHOUT ROWID;
CREATE TABLE signals (risk TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (risk, id)) WITHOUT ROWID;
CREATE VIRTUAL TABLE places USING rtree (id, south, north, west, east);
CREATE VIRTUAL TABLE words USING fts5 (label, address, os_id, content = '', detail = column, tokenize = 'ascii');
CREATE VIRTUAL TABLE known_words USING fts5 (word, detail = none, tokenize = 'trigram');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, row);
"""
_INDEXES: Final = """
CREATE UNIQUE INDEX sites_by_id ON sites (site);
CREATE INDEX sites_by_name ON sites (label, site);
CREATE INDEX sites_by_country ON sites (country, id);
CREATE INDEX processes_by_site ON processes (id, process);
INSERT INTO known_words (word) SELECT term FROM vocabulary WHERE length(term) > 3 AND term NOT GLOB '*[0-9]*';
"""
_NAMED: Final = ("label", "address", "country", "osId", "lat", "long")


def plain(text: str) -> str:
    """A text as the index has it: Latin letters without accents, lower case, words and figures only."""
    return " ".join(re.findall(r"[a-z0-9]+", anyascii(text).lower()))


def write_index(store: ox.Store, base: str, file: Path) -> None:
    """Write the index of the sites of a publication's store."""
    prefix = f"{base}/site/"
    processes: dict[str, list[str]] = {}
    for site, process in _rows(store, "processes"):
        processes.setdefault(site, []).append(process.removeprefix(SCHEME).removeprefix("process/"))
    ordered = sorted(_sites(store).items(), key=lambda pair: (pair[1][0], pair[0].removeprefix(prefix)))
    numbers = {site: number for number, (site, _) in enumerate(ordered, start=1)}
    file.unlink(missing_ok=True)
    database = sqlite3.connect(file)
    try:
        database.executescript(_SCHEMA)
        with database:
            database.executemany(
                "INSERT INTO sites VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (numbers[site], site.removeprefix(prefix), *facts, json.dumps(sorted(processes.get(site, ()))))
                    for site, facts in ordered
                ),
            )
            database.executemany(
                "INSERT INTO words (rowid, label, address, os_id) VALUES (?, ?, ?, ?)",
                ((numbers[site], plain(f[0]), plain(f[1]), plain(f[3])) for site, f in ordered),
            )
            database.executemany(
                "INSERT OR IGNORE INTO processes VALUES (?, ?)",
                ((process, numbers[site]) for site, kinds in processes.items() if site in numbers for process in kinds),
            )
            database.execute(
                "INSERT INTO places SELECT id, lat, lat, lng, lng FROM sites WHERE lat IS NOT NULL AND lng IS NOT NULL"
            )
            _write_risks(database, store, numbers)
        database.executescript(_INDEXES)
    finally:
        database.close()


def _sites(store: ox.Store) -> dict[str, tuple[str, str, str, str, float | None, float | None]]:
    """By IRI: label, address, country, OS ID, latitude, longitude; of several values the least."""
    found: dict[str, tuple[str, str, str, str, float | None, float | None]] = {}
    for site, label, address, country, os_id, lat, long in _rows(store, "sites"):
        place = (float(lat), float(long)) if lat and long else (None, None)
        facts = (label, address, country.removeprefix(SCHEME).removeprefix("country/"), os_id, *place)
        if site not in found or _comparable(facts) < _comparable(found[site]):
            found[site] = facts
    return found


def _comparable(facts: tuple[str, str, str, str, float | None, float | None]) -> tuple[str | float, ...]:
    label, address, country, os_id, lat, long = facts
    return label, address, country, os_id, math.inf if lat is None else lat, math.inf if long is None else long


def _write_risks(database: sqlite3.Connection, store: ox.Store, numbers: dict[str, int]) -> None:
    def name(iri: str, scheme: str) -> str:
        return iri.removeprefix(SCHEME).removeprefix(f"{scheme}/")

    database.executemany(
        "INSERT OR IGNORE INTO exposures VALUES (?, ?, ?)",
        (
            (name(risk, "risk"), name(country, "country"), name(process, "process"))
            for country, process, risk in _rows(store, "exposures")
        ),
    )
    database.executemany(
        "INSERT OR IGNORE INTO signals VALUES (?, ?)",
        ((name(risk, "risk"), numbers[site]) for site, risk in _rows(store, "site_signals") if site in numbers),
    )


def _rows(store: ox.Store, name: str) -> Iterator[list[str]]:
    """The rows of a query over the union of all graphs as texts: written by the engine, read by the csv module."""
    found = store.query(look(name))
    assert isinstance(found, ox.QuerySolutions)
    written = found.serialize(format=ox.QueryResultsFormat.CSV) or b""
    rows = csv.reader(io.TextIOWrapper(io.BytesIO(written), encoding="utf-8", newline=""))
    next(rows)
    return rows
