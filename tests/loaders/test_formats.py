"""Formats are told by content, and what is no list is refused with the reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hefboom.errors import SourceError, UsageError
from hefboom.loaders.formats import detect


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("name,address,country", "osh-upload"),
        ("country,name,address,sector,lat,lng", "osh-upload"),
        ("Name,Address,Country,Remarks", "table"),
        ("naam;adres;land;aantal werknemers", "table"),
        ("os_id,contributor_name", "table"),
        ("os_id,contribution_date,name,address,country_code,country_name,contributor (list)", "osh-download"),
        ("buyer,supplier,product,from,to,share", "relationships"),
        ("koper,leverancier,product,van,tot,aandeel", "relationships"),
        ("buyer_os_id,supplier_os_id", "relationships"),
        ("company,covenant,from,to", "memberships"),
        ("deelnemer;convenant;van;tot", "memberships"),
        ("old_os_id,new_os_id", "aliases"),
    ],
)  # fmt: skip
def test_a_table_is_told_by_its_headers(tmp_path, header, found):
    delimiter = ";" if ";" in header else ","
    path = tmp_path / "x.csv"
    path.write_text(f"{header}\n{delimiter.join('abc' for _ in header.split(delimiter))}\n")
    assert detect(path) == found


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ({"type": "FeatureCollection", "features": []}, "osh-api"),
        ({"id": "X", "type": "Feature", "geometry": None, "properties": {}}, "osh-api"),
        ([{"type": "Feature", "properties": {}}], "osh-api"),
        ({"$schema": "x", "locations": []}, "scdex"),
    ],
)
def test_json_is_told_by_its_keys(tmp_path, content, found):
    path = tmp_path / "x.csv"
    path.write_text(json.dumps(content), encoding="utf-8-sig")
    assert detect(path) == found


def test_what_is_no_list_says_what_was_found_and_what_is_needed(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("owner,brand,year\nA,B,2020\n")
    with pytest.raises(
        SourceError, match=r"'owner', 'brand', 'year'.*only 'brand' is known.*name and an address"
    ) as caught:
        detect(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("content", ["[1, 2]", "[[1, 2]]", '{"a": 1}', "[]", '{"matches": [], "status": "x"}'])
def test_other_json_is_refused(tmp_path, content):
    path = tmp_path / "x.json"
    path.write_text(content)
    with pytest.raises(SourceError, match="no list of sites"):
        detect(path)


def test_broken_json_names_line_and_byte(tmp_path):
    path = tmp_path / "x.json"
    path.write_text('{\n"a" oops')
    with pytest.raises(SourceError, match="line 2, byte 6"):
        detect(path)


def test_a_missing_file_is_wrong_use(tmp_path):
    with pytest.raises(UsageError):
        detect(Path(tmp_path / "none.json"))
