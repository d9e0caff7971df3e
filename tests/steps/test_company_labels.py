"""Labels of the company file and its tables, as the people who fill them in read them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from hefboom.loaders.company_read import read_company_file
from hefboom.loaders.company_schema import sheets
from hefboom.loaders.company_tables import PARTS, table_columns
from hefboom.ontology.codes import Language


@pytest.mark.parametrize("language", ["en", "nl"])
def test_no_two_columns_of_a_sheet_or_table_share_a_label(language: Language) -> None:
    labels = {name: [field.label(language) for field in sheet.fields] for name, sheet in sheets().items()}
    labels |= {part: [column.label(language) for column in table_columns(part)] for part in PARTS}
    assert {name: found for name, found in labels.items() if len(set(found)) != len(found)} == {}


def test_grade_of_a_finding_and_scale_of_a_severity_have_names_of_their_own_in_dutch() -> None:
    assert sheets()["findings"].field("grade").label_nl == "Zwaarte"
    assert sheets()["risks"].field("scale").label_nl == "Schaal"
    assert {column.label("nl") for column in table_columns("heat-map")} >= {"Schaal", "Reikwijdte", "Onomkeerbaarheid"}
    assert "Zwaarte" not in {column.label("nl") for column in table_columns("heat-map")}


def test_workbook_with_the_earlier_dutch_name_of_scale_is_still_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Risico's"
    page.append(["id", "Zwaarte"])
    page.append(["R1", "4"])
    book.save(tmp_path / "earlier.xlsx")
    [record] = read_company_file(tmp_path / "earlier.xlsx").records
    assert record.values == {"scale": ("4",)}
