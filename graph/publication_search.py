"""Searching the index of a publication's sites."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rapidfuzz.distance import OSA

from hefboom.graph.publication_index import plain

_EARTH_KM: Final = 6371.0088
_COLUMNS: Final = "s.site, s.label, s.address, s.country, s.os_id, s.lat, s.lng, s.processes"
_CANDIDATES: Final = 200
_CORRECTIONS: Final = 12
_MOST_WORDS: Final = 12
_UNDER: Final = "({0} = ? OR {0} LIKE ? ESCAPE '!')"


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

    `risk` and `process` are ids of concepts and take in those below them. `box` is west, south, east, north in degrees;
    `near` is latitude, longitude, radius in kilometres; `after` is the label and id of the last site seen.
    """

    text: str = ""
    country: str = ""
    process: str = ""
    risk: str = ""
    box: tuple[float, float, float, float] | None = None
    near: tuple[float, float, float] | None = None
    after: tuple[str, str] | None = None
    most: int = 50


def search(file: Path, wanted: Search) -> list[Place]:
    """The sites that fit, by label and id; at most `wanted.most`.

    A word fits where it begins a word of name, address or OS ID. Where no site has all words, words that differ by a
    letter or two count as well.
    """
    conditions, values = _conditions(wanted)
    with _opened(file) as database:
        if wanted.after is not None:
            following = database.execute(
                "SELECT id FROM sites WHERE (label, site) > (?, ?) ORDER BY label, site LIMIT 1", wanted.after
            ).fetchone()
            if following is None:
                return []
            conditions.append("s.id >= ?")
            values.append(following[0])
        source = "sites s"
        if wanted.text.strip():
            match = _match(database, plain(wanted.text).split()[:_MOST_WORDS])
            if not match:
                return []
            source = "words w CROSS JOIN sites s ON s.id = w.rowid"
            conditions.insert(0, "w.words MATCH ?")
            values.insert(0, match)
        where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
        order = "w.rowid" if wanted.text.strip() else "s.id"
        rows = database.execute(
            f"SELECT {_COLUMNS} FROM {source} {where}ORDER BY {order} LIMIT ?", [*values, wanted.most]
        ).fetchall()
    return [_place(row) for row in rows]


def count(file: Path) -> int:
    """How many sites an index holds."""
    with _opened(file) as database:
        return int(database.execute("SELECT count(*) FROM sites").fetchone()[0])


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)
    try:
        database.create_function("kilometres", 4, _kilometres, deterministic=True)
        yield database
    finally:
        database.close()


def _conditions(wanted: Search) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    values: list[Any] = []

    def add(condition: str, *given: object) -> None:
        conditions.append(condition)
        values.extend(given)

    if wanted.country:
        add("s.country = ?", wanted.country)
    if wanted.process:
        add(f"s.id IN (SELECT id FROM processes WHERE {_UNDER.format('process')})", *_under(wanted.process))
    if wanted.risk:
        risks = _under(wanted.risk)
        add(
            f"(s.country IN (SELECT country FROM exposures WHERE process = '' AND {_UNDER.format('risk')})"
            " OR EXISTS (SELECT 1 FROM processes p CROSS JOIN exposures e WHERE p.id = s.id AND e.country = s.country"
            f" AND e.process = p.process AND {_UNDER.format('e.risk')})"
            f" OR s.id IN (SELECT id FROM signals WHERE {_UNDER.format('risk')}))",
            *risks, *risks, *risks,
        )  # fmt: skip
    if wanted.box is not None:
        west, south, east, north = wanted.box
        across = "west >= ? AND east <= ?" if west <= east else "(west >= ? OR east <= ?)"
        add(
            f"s.id IN (SELECT id FROM places WHERE south >= ? AND north <= ? AND {across})",
            *_out(south, north, west, east),
        )
        add("s.lat BETWEEN ? AND ?", south, north)
        add("s.lng BETWEEN ? AND ?" if west <= east else "(s.lng >= ? OR s.lng <= ?)", west, east)
    if wanted.near is not None:
        lat, lng, km = wanted.near
        reach = math.degrees(km / _EARTH_KM) * 1.000001
        add("s.id IN (SELECT id FROM places WHERE south >= ? AND north <= ?)", *_out(lat - reach, lat + reach))
        add("kilometres(s.lat, s.lng, ?, ?) <= ?", lat, lng, km)
    return conditions, values


def _out(*bounds: float) -> list[float]:
    """Bounds a little further out, low and high in turn: the tree keeps single-precision numbers."""
    return [bound + (1e-4 if place % 2 else -1e-4) for place, bound in enumerate(bounds)]


def _match(database: sqlite3.Connection, words: Sequence[str]) -> str:
    """The full-text expression for these words, corrected where no site has them all; empty when none comes near."""
    exact = " AND ".join(f'"{word}"*' for word in words)
    if not words or _found(database, exact):
        return exact
    choices = []
    for word in words:
        near = _near_words(database, word)
        if (
            not near
            and not database.execute("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", (f'"{word}"*',)).fetchone()
        ):
            return ""
        choices.append("(" + " OR ".join([f'"{word}"*', *(f'"{other}"' for other in near)]) + ")")
    return " AND ".join(choices)


def _found(database: sqlite3.Connection, match: str) -> bool:
    return database.execute("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", (match,)).fetchone() is not None


def _near_words(database: sqlite3.Connection, word: str) -> list[str]:
    """The words of the index that differ by a letter (from eight letters on: two), nearest first."""
    if len(word) < 4 or any(letter.isdigit() for letter in word):
        return []
    far = 1 if len(word) < 8 else 2
    pieces = {word[start : start + 3] for start in range(len(word) - 2)}
    found = database.execute(
        "SELECT word FROM known_words WHERE known_words MATCH ? AND length(word) BETWEEN ? AND ? ORDER BY rank LIMIT ?",
        (" OR ".join(f'"{piece}"' for piece in sorted(pieces)), len(word) - far, len(word) + far, _CANDIDATES),
    ).fetchall()
    ranked = sorted((OSA.distance(word, other, score_cutoff=far), other) for (other,) in found)
    return [other for distance, other in ranked if 0 < distance <= far][:_CORRECTIONS]


def _place(row: tuple[Any, ...]) -> Place:
    site, label, address, country, os_id, lat, lng, processes = row
    return Place(site, label, address, country, os_id, lat, lng, tuple(json.loads(processes)))


def _under(concept: str) -> tuple[str, str]:
    escaped = concept.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return concept, f"{escaped}/%"


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
