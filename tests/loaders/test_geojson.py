"""Register answers: every property kept, contributors as in the CSV download, invalid JSON refused with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hefboom.errors import SourceError
from hefboom.loaders.geojson import BASE_COLUMNS, open_geojson


def feature(os_id: str, **properties: Any) -> dict[str, Any]:
    return {
        "id": os_id,
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [13.40625, 52.5]},
        "properties": {"name": "Mill", "address": "Road 1", "country_code": "DE", **properties},
    }


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "count": len(features), "next": None, "features": list(features)}


def write(tmp_path: Path, *values: Any) -> Path:
    path = tmp_path / "x.geojson"
    path.write_text("\n".join(json.dumps(value, ensure_ascii=False) for value in values), encoding="utf-8")
    return path


def rows(path: Path, size: int = 50_000) -> list[dict[str, str | None]]:
    return [row for chunk in open_geojson(path).chunks(size) for row in chunk.to_dicts()]


@pytest.mark.parametrize(
    "values",
    [
        [collection(feature("A"), feature("B"))],
        [[feature("A"), feature("B")]],
        [collection(feature("A")), collection(feature("B"))],
        [[collection(feature("A")), collection(feature("B"))]],
        [[collection(feature("A")), feature("B")]],
        [feature("A"), collection(feature("B"))],
        [feature("A"), feature("B")],
    ],
    ids=["page", "list", "pages", "list-of-pages", "mixed-list", "mixed", "lines"],
)
def test_every_shape_of_answer_gives_all_features(tmp_path, values):
    found = rows(write(tmp_path, *values))
    assert [(row["_row"], row["os_id"], row["lat"], row["lng"]) for row in found] == [
        ("A", "A", "52.5", "13.40625"), ("B", "B", "52.5", "13.40625"),
    ]  # fmt: skip


def test_coordinates_keep_their_digits(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(json.dumps(feature("A")).replace("52.5", "41.79286889999999"))
    assert rows(path)[0]["lat"] == "41.79286889999999"


def test_text_of_several_lines_and_scripts_stays(tmp_path):
    assert rows(write(tmp_path, feature("A", name="Łódź\n工厂")))[0]["name"] == "Łódź\n工厂"


def test_contributors_read_as_in_the_download_and_anonymous_ones_stay_apart(tmp_path):
    contributors = [
        {"id": 1, "name": "X (X List [2021])", "contributor_name": "X", "list_name": "X List [2021]"},
        {"id": 2, "contributor_name": "Y", "list_name": "L"},
        {"name": "A Brand / Retailer"},
        {"name": "A Brand / Retailer"},
    ]
    row = rows(write(tmp_path, feature("A", contributors=contributors)))[0]
    assert row["contributors"] == "X (X List [2021])|Y (L)|A Brand / Retailer|A Brand / Retailer"
    assert json.loads(row["contributors_json"]) == contributors


def test_each_contributors_extended_value_is_kept(tmp_path):
    def said(*values: Any) -> list[dict[str, Any]]:
        return [{"value": value, "contributor_name": str(place)} for place, value in enumerate(values)]

    matched = [["PROCESSING_TYPE", "EXACT", "Final Product Assembly", "Sewing"], ["X", "NONE", None, None]]
    extended = {
        "number_of_workers": said({"min": 100, "max": 150}, {"min": 839, "max": 839}),
        "native_language_name": said("厂"),
        "parent_company": said({"raw_value": "P", "name": "P"}, {"name": "Q"}),
        "facility_type": said({"raw_values": ["Sewing", "Odd"], "matched_values": matched}),
        "processing_type": said({"raw_values": ["Sewing", "Odd"], "matched_values": matched}),
        "product_type": said({"raw_values": ["Shirts", "Socks"]}),
    }
    row = rows(write(tmp_path, feature("A", extended_fields=extended)))[0]
    assert (row["number_of_workers"], row["native_language_name"], row["parent_company"]) == (
        "100-150|839",
        "厂",
        "P|Q",
    )
    assert (row["facility_type"], row["processing_type"]) == ("Final Product Assembly", "Sewing|Odd")
    assert row["product_type"] == "Shirts|Socks"
    assert json.loads(row["extended_fields"]) == extended


def test_sectors_of_all_contributors_are_joined(tmp_path):
    sector = [{"values": ["Apparel", "Health"]}, {"values": ["Apparel", "Food, Drink"]}]
    assert rows(write(tmp_path, feature("A", sector=sector)))[0]["sector"] == "Apparel|Health|Food, Drink"


def test_an_unknown_property_becomes_a_column_of_its_own(tmp_path):
    source = open_geojson(write(tmp_path, feature("A"), feature("B", new={"x": [1.5]}, is_closed=False)))
    first, second = source.chunks(1)
    assert first.columns == ["_row", *BASE_COLUMNS]
    assert (second["new"][0], second["is_closed"][0]) == ('{"x": [1.5]}', "False")
    assert source.headers == (*BASE_COLUMNS, "new")


def test_records_without_or_with_the_same_id_get_rows_of_their_own(tmp_path):
    nameless = feature("A")
    del nameless["id"]
    path = write(tmp_path, collection(feature("A"), feature("A"), nameless))
    source = open_geojson(path)
    assert [chunk["_row"].to_list() for chunk in source.chunks()] == [["A", "A (2)", "feature 3"]]
    assert [(finding.row, finding.code) for finding in source.findings] == [("A (2)", "repeated-id")]


def test_a_shape_that_is_no_point_is_kept_and_reported(tmp_path):
    area = feature("A") | {"geometry": {"type": "Polygon", "coordinates": [[[1, 2]]]}}
    source = open_geojson(write(tmp_path, area, feature("B") | {"geometry": None}))
    found = [row for chunk in source.chunks() for row in chunk.to_dicts()]
    assert [(row["lat"], row["geometry"] is None) for row in found] == [(None, False), (None, True)]
    assert [finding.code for finding in source.findings] == ["geometry"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (json.dumps(collection(feature("A")))[:-20], "ends too early at line 1, byte"),
        ('{"type": "FeatureCollection",\n"features": [oops]}', "line 2, byte 4"),
        (json.dumps(collection()), "no features"),
        ('{"type": "Topology"}', "'Topology'"),
        ("{}", "no type"),
    ],
    ids=["truncated", "invalid", "none", "other", "untyped"],
)
def test_what_cannot_be_read_is_refused_before_any_row(tmp_path, content, words):
    path = tmp_path / "x.json"
    path.write_text(content)
    with pytest.raises(SourceError, match=words):
        open_geojson(path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_does_not_matter(tmp_path, encoding):
    path = tmp_path / "x.json"
    path.write_text(json.dumps(feature("A", name="Łódź"), ensure_ascii=False), encoding=encoding)
    assert rows(path)[0]["name"] == "Łódź"
