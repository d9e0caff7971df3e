"""Open Supply Hub API answers: GeoJSON pages, single facilities, and lists of either, streamed into text frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from hefboom.errors import SourceError
from hefboom.loaders.findings import Finding
from hefboom.loaders.frames import ROW, regroup
from hefboom.loaders.json_files import count_items, items
from hefboom.loaders.json_text import BAR, as_json, as_text, joined, listed

# Columns that every chunk has, whether or not a feature fills them.
BASE_COLUMNS = (
    *("os_id", "name", "address", "country_code", "country_name", "lat", "lng", "is_closed", "new_os_id"),
    *("other_names", "other_addresses", "contributors", "number_of_workers", "native_language_name"),
    *("parent_company", "facility_type", "processing_type", "product_type", "sector"),
)
# Features held as Python objects at a time.
_BATCH = 5_000
_EXTENDED = ("number_of_workers", "native_language_name", "parent_company", "facility_type", "processing_type")


@dataclass
class GeoSource:
    """A GeoJSON file as a source of rows; ``findings`` is complete once ``chunks`` has run to its end."""

    path: Path
    prefix: str
    findings: list[Finding] = field(default_factory=list)
    headers: tuple[str, ...] = BASE_COLUMNS
    kind: str = "geojson"

    def chunks(self, size: int = 50_000) -> Iterator[pl.DataFrame]:
        """The features as frames of text: ``_row`` (the feature's id, made unique), the base columns, others as met.

        A property outside the base columns is a column of its own, JSON text unless it is plain text, from the chunk in
        which it first occurs. Memory holds one chunk and the ids seen so far.
        """
        self.findings.clear()
        yield from regroup(self._frames(min(size, _BATCH)), size)

    def _frames(self, size: int) -> Iterator[pl.DataFrame]:
        seen: dict[str, int] = {}
        columns = dict.fromkeys((ROW, *BASE_COLUMNS))
        features = enumerate(_features(self.path, self.prefix), 1)
        while batch := list(islice(features, size)):
            rows = [self._row(number, feature, seen) for number, feature in batch]
            columns.update(dict.fromkeys(key for row in rows for key in row))
            self.headers = tuple(columns)[1:]
            yield pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")

    def sample(self, rows: int = 1_000) -> pl.DataFrame:
        """The first features as a frame, without touching ``findings``."""
        return next(GeoSource(self.path, self.prefix).chunks(rows))

    def _row(self, number: int, feature: Any, seen: dict[str, int]) -> dict[str, str | None]:
        row, findings = flatten(feature, number)
        own = row[ROW] = row[ROW] or f"feature {number}"
        seen[own] = copies = seen.get(own, 0) + 1
        if copies > 1:
            row[ROW] = f"{own} ({copies})"
            findings.append(
                Finding(
                    row[ROW], "id", own, "repeated-id", "info", f"{own!r} is in this file more than once",
                    "overlapping pages repeat records; equal ones are merged",
                )
            )  # fmt: skip
        self.findings += findings
        return row


def open_geojson(path: Path) -> GeoSource:
    """A FeatureCollection, a Feature, a list of these, or several of them one after the other in one file.

    The whole file is parsed once first, so that a truncated one is refused (SourceError with line and byte) before any
    row is used.
    """
    path = Path(path)
    types = count_items(path, "type")
    if types:
        prefix = "features.item" if set(types) == {"FeatureCollection"} else ""
    else:
        types, prefix = count_items(path, "item.type"), "item"
    unknown = set(types) - {"FeatureCollection", "Feature"}
    if not types or unknown:
        found = f"type {sorted(unknown)[0]!r}" if unknown else "no type"
        raise SourceError(f"{path}: found {found}; Open Supply Hub answers have type 'FeatureCollection' or 'Feature'")
    source = GeoSource(path, prefix)
    if next(_features(path, prefix), None) is None:
        raise SourceError(
            f"{path}: the answer holds no features; was the query right, or is this a page past the last?"
        )
    return source


def _features(path: Path, prefix: str) -> Iterator[Any]:
    for value in items(path, prefix):
        if isinstance(value, dict) and value.get("type") == "FeatureCollection":
            yield from value.get("features") or []
        else:
            yield value


def flatten(feature: Any, number: int) -> tuple[dict[str, str | None], list[Finding]]:
    """One feature as a row of text by column, blank where nothing is said, and what is odd about it."""
    if not isinstance(feature, dict) or not isinstance(feature.get("properties") or {}, dict):
        raise SourceError(f"feature {number}: expected an object with properties, found {as_json(feature)[:80]!r}")
    properties: dict[str, Any] = dict(feature.get("properties") or {})
    extended = properties.get("extended_fields")
    row: dict[str, str | None] = {
        "os_id": as_text(properties.pop("os_id", None)) or as_text(feature.get("id")),
        "other_names": joined(properties.pop("other_names", None)),
        "other_addresses": joined(properties.pop("other_addresses", None)),
        "sector": joined(_sectors(properties.pop("sector", None))),
    }
    row[ROW] = as_text(feature.get("id")) or row["os_id"]
    contributors = properties.get("contributors")
    named = (_contributor(one) for one in properties.pop("contributors", None) or [])
    # Two anonymous contributors of the same words are two, so nothing is folded here.
    row["contributors"] = BAR.join(words for words in named if words) or None
    if any(isinstance(one, dict) and set(one) - {"name"} for one in contributors or []):
        row["contributors_json"] = as_json(contributors)
    if isinstance(extended, dict):
        for key in (*_EXTENDED, "product_type"):
            row[key] = joined(text for one in extended.get(key) or [] for text in _extended(key, one))
    for key, value in properties.items():
        # A property of the same name outside extended_fields only fills what those leave open.
        if row.get(key) is None:
            row[key] = as_text(value)
    findings = _point(feature.get("geometry"), row)
    return row, findings


def _point(geometry: Any, row: dict[str, str | None]) -> list[Finding]:
    if geometry is None:
        return []
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        match geometry.get("coordinates"):
            case [lng, lat, *_]:
                row["lat"], row["lng"] = as_text(lat), as_text(lng)
                return []
            case None | []:
                return []
    row["geometry"] = as_json(geometry)
    return [
        Finding(
            row[ROW], "geometry", as_json(geometry)[:200], "geometry", "warning", "the geometry is no point",
            "it is kept as text; the site has no coordinates",
        )
    ]  # fmt: skip


def _contributor(one: Any) -> str | None:
    """A contributor as the CSV download writes it: ``Name (List)``, or the words that stand for an anonymous one."""
    if not isinstance(one, dict):
        return as_text(one)
    name, title, stood = (as_text(one.get(key)) for key in ("contributor_name", "list_name", "name"))
    if stood:
        return stood
    return f"{name} ({title})" if name and title else name or title


def _sectors(value: Any) -> list[Any]:
    """Every sector that any contributor gave, each once."""
    if not isinstance(value, list):
        return [value]
    texts = (text for one in value for text in (one.get("values") or [] if isinstance(one, dict) else [one]))
    return list(dict.fromkeys(texts))


def _extended(key: str, one: Any) -> Iterator[str | None]:
    """The terms in one contributor's extended field, whatever form the register gave it."""
    value = one.get("value") if isinstance(one, dict) and "value" in one else one
    if not isinstance(value, dict):
        yield from map(as_text, value if isinstance(value, list) else [value])
    elif "min" in value or "max" in value:
        ends = list(dict.fromkeys(as_text(value.get(end)) for end in ("min", "max") if value.get(end) is not None))
        yield "-".join(end for end in ends if end) or None
    elif value.get("matched_values") and key in ("facility_type", "processing_type"):
        place = 2 if key == "facility_type" else 3
        raw = iter(listed(value.get("raw_values") or value.get("raw_value")))
        for matched in value["matched_values"]:
            given = next(raw, None)
            term = matched[place] if isinstance(matched, list) and len(matched) > place else None
            yield as_text(term) or (as_text(given) if key == "processing_type" else None)
    else:
        known = next((value[name] for name in ("raw_values", "raw_value", "name") if value.get(name)), None)
        yield from map(as_text, listed(known) if known is not None else [as_json(value)])
