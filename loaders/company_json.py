"""The JSON Schema of a company file in its YAML and JSON form, made from the tables of sheets and fields."""

from __future__ import annotations

import json
from typing import Any, Final

from hefboom.loaders.company_schema import COMPANY_SHEET, Field, Sheet, sheets
from hefboom.ontology.codes import UNKNOWN_WORDS, codes, countries, sdg_targets

SCHEMA_IRI: Final = "https://w3id.org/hefboom/company-file.schema.json"
_UNKNOWN: Final = {"enum": sorted(UNKNOWN_WORDS)}


def company_file_schema() -> dict[str, Any]:
    """The schema, in the 2020-12 dialect: the company is one object, every other sheet an array of objects."""
    properties: dict[str, Any] = {}
    for sheet in sheets().values():
        record = _record(sheet)
        properties[sheet.name] = record if sheet.name == COMPANY_SHEET else {"type": "array", "items": record}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_IRI,
        "title": "Due diligence file of a company",
        "type": "object",
        "required": [COMPANY_SHEET],
        "additionalProperties": False,
        "properties": properties,
    }


def company_file_schema_text() -> str:
    """The schema as the file that is published."""
    return json.dumps(company_file_schema(), ensure_ascii=False, indent=2) + "\n"


def _record(sheet: Sheet) -> dict[str, Any]:
    fields = {field.name: _value(field) for field in sheet.fields}
    required = [field.name for field in sheet.fields if field.required]
    if sheet.name != COMPANY_SHEET:
        fields = {"id": {"type": ["string", "integer"], "description": "A short id of its own."}} | fields
        required = ["id", *required]
    return {
        "type": "object",
        "description": sheet.help_en,
        "required": required,
        "additionalProperties": False,
        "properties": fields,
    }


def _value(field: Field) -> dict[str, Any]:
    one = _one(field)
    if field.unknown and field.kind != "unknown":
        one = {"anyOf": [one, _UNKNOWN]}
    value = {"anyOf": [{"type": "array", "items": one}, one]} if field.many else one
    example = [field.example_en] if field.example_en else []
    return value | {"title": field.label_en, "description": field.help_en} | ({"examples": example} if example else {})


def _one(field: Field) -> dict[str, Any]:
    match field.kind:
        case "integer":
            return {"type": ["integer", "string"], "pattern": r"^\d+$", "minimum": 0}
        case "decimal":
            return {"type": ["number", "string"]}
        case "rating":
            return {"enum": [1, 2, 3, 4, 5, "1", "2", "3", "4", "5"]}
        case "date":
            return {"type": "string", "format": "date"}
        case "yesno":
            return {"enum": [True, False, "yes", "no", "ja", "nee"]}
        case "url":
            return {"type": "string", "format": "uri"}
        case "unknown":
            return dict(_UNKNOWN)
        case "code":
            return {"enum": [name for code in codes(field.target) for name in (code.short, code.id)]}
        case "country":
            return {"enum": [code.short for code in countries()]}
        case "sdg":
            return {"enum": list(sdg_targets())}
        case "ref":
            return {"type": ["string", "integer"]}
        case "text":
            return {"type": "string"}
