"""Readers of the real lists behind the labelled pairs, into the columns of the `listings` table."""

from __future__ import annotations

import csv
import json
import os
import re
from pathlib import Path

import polars as pl

REPOSITORY = Path(__file__).resolve().parents[2]
REAL_DATA = Path(os.environ.get("HEFBOOM_REAL_DATA", REPOSITORY.parent / "shared/data/real"))

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "list": pl.String, "row": pl.String, "part": pl.String, "name": pl.String, "native_name": pl.String,
    "address": pl.String, "street": pl.String, "city": pl.String, "region": pl.String, "postcode": pl.String,
    "country": pl.String, "os_id": pl.String, "lei": pl.String, "duns": pl.String, "lat": pl.Float64,
    "lng": pl.Float64, "sectors": pl.List(pl.String), "processes": pl.List(pl.String),
    "parent_companies": pl.List(pl.String), "workers_min": pl.Int64, "workers_max": pl.Int64,
}  # fmt: skip

_OTHER_NAMES = {
    "china mainland": "CN", "republic of ireland": "IE", "viet nam": "VN", "vietnam": "VN", "turkey": "TR",
    "türkiye": "TR", "usa": "US", "united states": "US", "united states of america": "US", "taiwan": "TW",
    "south korea": "KR", "korea, republic of": "KR", "korea": "KR", "north macedonia": "MK", "macedonia": "MK",
    "cyprus (south)": "CY", "czech republic": "CZ", "czechia": "CZ", "moldova (republic of)": "MD", "moldova": "MD",
    "hong kong": "HK", "macau": "MO", "laos": "LA", "tanzania": "TZ", "russia": "RU", "bolivia": "BO",
    "united kingdom": "GB", "uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
    "bosnia": "BA", "ivory coast": "CI", "cote d'ivoire": "CI", "swaziland": "SZ", "eswatini": "SZ",
    "republic of korea": "KR", "venezuela": "VE", "syria": "SY", "the netherlands": "NL", "lao pdr": "LA",
}  # fmt: skip


def _countries() -> dict[str, str]:
    codes = dict(_OTHER_NAMES)
    with (REAL_DATA / "reference/countries.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = row["iso2"]
            codes[code.lower()] = code
            for column in ("un_short_name", "cldr_name"):
                if row.get(column):
                    codes.setdefault(row[column].lower(), code)
    return codes


COUNTRIES = _countries() if (REAL_DATA / "reference/countries.csv").is_file() else {}


def _workers(text: str) -> tuple[int | None, int | None]:
    text = text.replace(",", "").strip()
    if text.isdigit() and int(text) > 0:
        return int(text), int(text)
    bounds = re.fullmatch(r"(\d+)\s*-\s*(\d+)", text)
    return (int(bounds[1]), int(bounds[2])) if bounds else (None, None)


def _country(text: str) -> str | None:
    return COUNTRIES.get(" ".join(text.split()).lower())


def read_csv(path: Path, columns: dict[str, str], list_id: str) -> list[dict[str, object]]:
    """Rows of a CSV file as listings; the row number is the record number, header = 1."""
    rows: list[dict[str, object]] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            listing: dict[str, object] = {"list": list_id, "row": str(number), "part": "site"}
            for column, source in columns.items():
                value = " ".join((row.get(source) or "").split())
                if column == "workers":
                    listing["workers_min"], listing["workers_max"] = _workers(value)
                elif column == "country":
                    listing["country"] = _country(value)
                elif column in ("sectors", "parent_companies"):
                    listing[column] = [part for part in value.split("|") if part] or None
                elif column in ("lat", "lng"):
                    listing[column] = float(value) if value else None
                else:
                    listing[column] = value or None
            rows.append(listing)
    return rows


_ADDRESS = {"name": "name", "address": "address", "country": "country"}
_RETAIL = {"name": "supplier", "address": "address", "country": "country", "workers": "workers"}
_NIKE = {
    "name": "Factory Name", "street": "Address", "city": "City", "region": "State", "postcode": "Postal Code",
    "country": "Country/Region", "workers": "Total Workers", "parent_companies": "Supplier Group",
}  # fmt: skip
_DOWNLOAD = {
    "name": "name", "address": "address", "country": "country_code", "os_id": "os_id", "lat": "lat", "lng": "lng",
    "workers": "number_of_workers", "parent_companies": "parent_company",
}  # fmt: skip


def _features(path: Path, list_id: str) -> list[dict[str, object]]:
    rows = []
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        properties = feature["properties"]
        lng, lat = feature["geometry"]["coordinates"]
        rows.append({
            "list": list_id, "row": feature["id"], "part": "site", "name": " ".join(properties["name"].split()),
            "address": " ".join(properties["address"].split()), "country": properties["country_code"],
            "lat": float(lat), "lng": float(lng), "os_id": feature["id"],
        })  # fmt: skip
    return rows


def real_listings(*, with_os_ids: bool = False) -> pl.DataFrame:
    """All real lists as one listings table; OS IDs are left out unless asked for, so that they cannot decide."""
    rows: list[dict[str, object]] = []
    for name, columns in (("asda_2024", _RETAIL), ("tesco_2024", _RETAIL), ("nike_2021-02", _NIKE)):
        rows += read_csv(REAL_DATA / f"brands/{name}.csv", columns, f"brands/{name}.csv")
    for name in ("facilities_adidas_pvh_acaamfori_2022", "facilities_ch_light_list859_2022"):
        rows += _features(REAL_DATA / f"osh/{name}.geojson", f"osh/{name}.geojson")
    for name in ("download_wilmar_2024", "download_samsung_2026_sample"):
        rows += read_csv(REAL_DATA / f"osh/{name}.csv", _DOWNLOAD, f"osh/{name}.csv")
    for path in sorted((REAL_DATA / "upload_lists").glob("*.csv")):
        rows += read_csv(path, _ADDRESS, f"upload_lists/{path.name}")
    frame = pl.DataFrame(rows, schema=SCHEMA, infer_schema_length=None)
    return frame if with_os_ids else frame.with_columns(pl.lit(None, pl.String).alias("os_id"))


def gold_pairs() -> pl.DataFrame:
    """The hand-labelled pairs: left_list, left_row, right_list, right_row, label, group (rows joined by pairs)."""
    frame = pl.read_csv(REAL_DATA / "matching/gold_pairs_dev.csv", infer_schema=False)
    return frame.rename({"left_file": "left_list", "right_file": "right_list"})


def osh_pairs() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Open Supply Hub's labelled pairs: their records as listings, and the pairs in the shape of `gold_pairs`."""
    frame = pl.read_csv(REAL_DATA / "matching/osh_training_pairs_dev.csv", infer_schema=False)
    sides = [
        frame.select(
            pl.lit(f"training/{side}").alias("list"),
            pl.col(f"{side}_id").alias("row"),
            pl.lit("site").alias("part"),
            pl.col(f"{side}_name").alias("name"),
            pl.col(f"{side}_address").alias("address"),
            pl.col(f"{side}_country").str.to_uppercase().alias("country"),
        )
        for side in ("left", "right")
    ]
    records = pl.concat(sides).unique(maintain_order=True)
    missing = [pl.lit(None, kind).alias(name) for name, kind in SCHEMA.items() if name not in records.columns]
    pairs = frame.select(
        pl.lit("training/left").alias("left_list"), pl.col("left_id").alias("left_row"),
        pl.lit("training/right").alias("right_list"), pl.col("right_id").alias("right_row"),
        pl.col("label").replace({"distinct": "different"}),
    )  # fmt: skip
    return records.with_columns(missing).select(list(SCHEMA)), pairs
