"""SC-DEX files: locations as rows, affiliations as supply relationships, nothing dropped without a word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hefboom.errors import SourceError
from hefboom.loaders.scdex import ScdexSource, read_scdex

MILL = {
    "guid": "mill",
    "language": "en",
    "location-type": "factory",
    "location-identifier": ["osid:CN2021250D1DTN7", "gfid:X1"],
    "name": "Mill",
    "coordinates": {"latitude": 1.5, "longitude": 120},
    "address": {"building-number": "12", "street-name": "Canal St", "town-name": "Huaian", "country": "CN"},
    "processing-types": ["Weaving", "Dyeing"],
    "products": ["Fabric"],
    "wages": {"gap": 0.5},
}
SEWER = {"guid": "sewer", "location-type": "factory", "location-identifier": "gfid:S", "name": "Sewer", "country": "VN"}
BRAND = {"guid": "brand", "organization-type": "retailer", "organizational-identifier": "lei:ABC", "name": "Brand"}


def read(tmp_path: Path, **content: Any) -> ScdexSource:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(content))
    return read_scdex(path)


def affiliation(first: str, kind: str, second: str, **more: Any) -> dict[str, Any]:
    return {"from-guid": first, "to-guid": second, "affiliation-type": kind, **more}


def test_a_location_becomes_a_row_with_all_that_it_says(tmp_path):
    source = read(tmp_path, locations=[MILL, SEWER])
    mill, sewer = next(source.sites).to_dicts()
    shown = (
        "_row",
        "os_id",
        "name",
        "address",
        "country",
        "lat",
        "lng",
        "city",
        "processing_type",
        "wages",
    )
    assert [mill[key] for key in shown] == [
        "mill", "CN2021250D1DTN7", "Mill", "12 Canal St, Huaian", "CN", "1.5", "120", "Huaian", "Weaving|Dyeing",
        '{"gap": 0.5}',
    ]  # fmt: skip
    assert (sewer["os_id"], sewer["country"], sewer["lat"], sewer["wages"]) == (None, "VN", None, None)


def test_address_lines_are_taken_as_they_stand(tmp_path):
    lines = {"street-name": "Canal St", "country": "CN", "address-line": ["Gate 3", "Canal St, Huaian"]}
    assert next(read(tmp_path, locations=[MILL | {"address": lines}]).sites)["address"][0] == "Gate 3, Canal St, Huaian"


@pytest.mark.parametrize(
    ("link", "buyer", "kind"),
    [
        (("mill", "is supplier of", "sewer"), "Sewer", "site"),
        (("brand", "is supplied by", "mill"), "Brand", "company"),
        (("mill", "Supplies-To", "brand"), "Brand", "company"),
    ],
)
def test_a_supply_relation_is_read_in_its_direction(tmp_path, link, buyer, kind):
    dated = affiliation(*link) | {"start-date": "2024-01-01", "products": ["Denim", "Twill"]}
    source = read(tmp_path, locations=[MILL, SEWER], organizations=[BRAND], affiliations=[dated])
    row = source.relationships.to_dicts()[0]
    shown = ("_row", "buyer", "buyer_kind", "supplier", "supplier_os_id", "supplier_guid", "from", "product")
    assert [row[key] for key in shown] == [
        "affiliation 1", buyer, kind, "Mill", "CN2021250D1DTN7", "mill", "2024-01-01", "Denim|Twill",
    ]  # fmt: skip
    assert source.findings == []


@pytest.mark.parametrize(
    ("link", "code", "severity"),
    [
        (("mill", "is owned by", "brand"), "other-affiliation", "info"),
        (("mill", "is supplier of", "gone"), "unknown-guid", "error"),
        (("brand", "is supplier of", "mill"), "supplier-is-company", "warning"),
    ],
)
def test_what_is_no_supply_by_a_site_is_kept_as_text_and_reported(tmp_path, link, code, severity):
    source = read(tmp_path, locations=[MILL], organizations=[BRAND], affiliations=[affiliation(*link, note="x")])
    assert source.relationships.is_empty()
    other = source.other_affiliations.to_dicts()[0]
    assert (other["from_guid"], other["type"], other["to_guid"], other["more"]) == (*link, '{"note": "x"}')
    assert [(finding.row, finding.code, finding.severity) for finding in source.findings] == [
        ("affiliation 1", code, severity)
    ]


def test_names_in_several_languages_are_kept(tmp_path):
    chinese = {"guid": "mill", "language": "zh", "name": "厂", "location-identifier": "osid:CN2021250D1DTN7"}
    source = read(
        tmp_path, locations=[MILL, chinese], organizations=[BRAND, BRAND | {"name": "Merk", "language": "nl"}]
    )
    site = next(source.sites).to_dicts()
    assert [(row["_row"], row["name"], row["native_language_name"], row["country"]) for row in site] == [
        ("mill", "Mill", "厂", "CN")
    ]
    assert json.loads(site[0]["variants"])[0]["language"] == "zh"
    assert source.organisations["name", "other_names", "lei"].rows() == [("Brand", "Merk", "ABC")]
    assert [finding.code for finding in source.findings] == ["repeated-id"]


def test_an_organisation_without_a_name_goes_by_its_identifier(tmp_path):
    nameless = {key: value for key, value in BRAND.items() if key != "name"}
    source = read(tmp_path, locations=[MILL], organizations=[nameless])
    assert source.organisations["name"].to_list() == ["lei:ABC"]
    assert [finding.code for finding in source.findings] == ["organisation-without-name"]


def test_a_file_without_locations_is_refused(tmp_path):
    with pytest.raises(SourceError, match="'locations'"):
        read(tmp_path, organizations=[BRAND])
