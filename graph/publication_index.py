"""An index of the sites of a publication, made from the publication itself: full text, country, process, place.

SQLite with FTS5 comes with Python; a search is an index look-up, so it needs no engine process.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from hefboom.graph.iris import HEF, SCHEME

_EARTH_KM: Final = 6371.0088
_GEO: Final = "http://www.w3.org/2003/01/geo/wgs84_pos#"
_FIELDS: Final = {
    "http://www.w3.org/2000/01/rdf-schema#label": "label",
    "https://schema.org/address": "address",
    HEF + "country": "country",
    HEF + "osId": "os_id",
    _GEO + "lat": "lat",
    _GEO + "long": "lng",
}
_PROCESS: Final = HEF + "process"
_TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SCHEMA: Final = """
CREATE TABLE sites (
  id INTEGER PRIMARY KEY, site TEXT NOT NULL UNIQUE, label TEXT NOT NULL, address TEXT NOT NULL, country TEXT NOT NULL,
  os_id TEXT NOT NULL, lat REAL, lng REAL, processes TEXT NOT NULL
);
CREATE INDEX sites_by_name ON sites (label, site);
CREATE INDEX sites_by_country ON sites (country, label, site);
CREATE INDEX sites_by_place ON sites (lat, lng);
CREATE TABLE processes (id INTEGER NOT NULL, process TEXT NOT NULL);
CREATE VIRTUAL TABLE words USING fts5 (label, address, os_id, content = '', tokenize = 'unicode61 remove_diacritics 2');
"""


@dataclass(frozen=True)
class Place:
    """A site as the index knows it: ids without their base (`site` is the OS ID or minted id, `country` ISO 3166-1)."""

    site: str
    label: str
    address: str
    country: str
    os_id: str
    lat: float | None
    lng: float | None
    processes: tuple[str, ...]


@dataclass(frozen=True)
class Search:
    """What to look for; empty fields do not count.

    `box` is west, south, east, north in degrees; `near` is latitude, longitude, radius in kilometres; `after` is the
    label and id of the last site seen.
    """

    text: str = ""
    country: str = ""
    process: str = ""
    box: tuple[float, float, float, float] | None = None
    near: tuple[float, float, float] | None = None
    after: tuple[str, str] | None = None
    most: int = 50


def write_index(store: ox.Store, base: str, file: Path) -> None:
    """Write the index of the sites of a publication's store."""
    sites: dict[str, dict[str, str | float | None]] = {
        quad.subject.value: {"label": "", "address": "", "country": "", "os_id": "", "lat": None, "lng": None}
        for quad in store.quads_for_pattern(None, _TYPE, ox.NamedNode(HEF + "Site"), None)
        if isinstance(quad.subject, ox.NamedNode)
    }
    processes: dict[str, set[str]] = {}
    for predicate, field in {**_FIELDS, _PROCESS: ""}.items():
        for quad in store.quads_for_pattern(None, ox.NamedNode(predicate), None, None):
            subject = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else ""
            if subject not in sites or not isinstance(quad.object, ox.NamedNode | ox.Literal):
                continue
            value = quad.object.value.removeprefix(SCHEME)
            if field:
                sites[subject][field] = float(value) if field in ("lat", "lng") else value.removeprefix("country/")
            else:
                processes.setdefault(subject, set()).add(value.removeprefix("process/"))
    file.unlink(missing_ok=True)
    database = sqlite3.connect(file)
    try:
        database.executescript(_SCHEMA)
        rows: list[tuple[int | str | float | None, ...]] = []
        places: list[tuple[int, str]] = []
        for number, (iri, known) in enumerate(sorted(sites.items()), start=1):
            kinds = sorted(processes.get(iri, ()))
            places += [(number, process) for process in kinds]
            rows.append((number, iri.removeprefix(f"{base}/site/"), *known.values(), json.dumps(kinds)))
        with database:
            database.executemany("INSERT INTO sites VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
            database.executemany("INSERT INTO processes VALUES (?, ?)", places)
            database.execute("CREATE INDEX processes_by_name ON processes (process, id)")
            database.execute(
                "INSERT INTO words (rowid, label, address, os_id) SELECT id, label, address, os_id FROM sites"
            )
    finally:
        database.close()


def search(file: Path, wanted: Search) -> list[Place]:
    """The sites that fit, by label and id; at most `wanted.most`."""
    conditions: list[str] = []
    values: list[object] = []

    def add(condition: str, *given: object) -> None:
        conditions.append(condition)
        values.extend(given)

    words = [word.replace('"', "") for word in wanted.text.split() if word.strip('"')]
    if words:
        match = " ".join(f'"{word}"*' for word in words)
        add("id IN (SELECT rowid FROM words WHERE words MATCH ?)", match)
    if wanted.country:
        add("country = ?", wanted.country)
    if wanted.process:
        process = wanted.process
        add("id IN (SELECT id FROM processes WHERE process = ? OR process LIKE ? ESCAPE '!')", process, _below(process))
    if wanted.box is not None:
        west, south, east, north = wanted.box
        add("lat BETWEEN ? AND ?", south, north)
        add("lng BETWEEN ? AND ?" if west <= east else "(lng >= ? OR lng <= ?)", west, east)
    if wanted.near is not None:
        lat, lng, km = wanted.near
        degrees = math.degrees(km / _EARTH_KM)
        add("lat BETWEEN ? AND ?", lat - degrees, lat + degrees)
        add("kilometres(lat, lng, ?, ?) <= ?", lat, lng, km)
    if wanted.after is not None:
        add("(label, site) > (?, ?)", *wanted.after)
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    columns = "site, label, address, country, os_id, lat, lng, processes"
    database = sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)
    try:
        database.create_function("kilometres", 4, _kilometres, deterministic=True)
        rows = database.execute(
            f"SELECT {columns} FROM sites {where}ORDER BY label, site LIMIT ?", [*values, wanted.most]
        ).fetchall()
    finally:
        database.close()
    return [_place(row) for row in rows]


def _place(row: tuple[Any, ...]) -> Place:
    site, label, address, country, os_id, lat, lng, processes = row
    return Place(site, label, address, country, os_id, lat, lng, tuple(json.loads(processes)))


def _below(process: str) -> str:
    escaped = process.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"{escaped}/%"


def _kilometres(lat: float | None, lng: float | None, other_lat: float, other_lng: float) -> float | None:
    """The distance along a great circle of a sphere with the mean radius of the Earth (haversine)."""
    if lat is None or lng is None:
        return None
    one, two = math.radians(lat), math.radians(other_lat)
    across = math.sin((two - one) / 2) ** 2
    along = math.cos(one) * math.cos(two) * math.sin(math.radians(other_lng - lng) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(across + along)))


def geojson(places: Sequence[Place], base: str) -> dict[str, object]:
    """The sites as a GeoJSON feature collection (RFC 7946); a site without coordinates has no geometry."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": f"{base}/site/{place.site}",
                "geometry": None
                if place.lat is None or place.lng is None
                else {"type": "Point", "coordinates": [place.lng, place.lat]},
                "properties": {
                    "name": place.label, "address": place.address, "country_code": place.country,
                    "os_id": place.os_id, "processing_type": list(place.processes),
                },
            }
            for place in places
        ],
    }  # fmt: skip
