"""Reading workbooks: sheets, numbers as a person sees them, row numbers of the sheet, and guards."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

import openpyxl
import pytest

from hefboom.errors import SourceError, UsageError
from hefboom.loaders import workbooks
from hefboom.loaders.company_read import is_company_file
from hefboom.loaders.tables import open_table

LIST = [["name", "address", "country"], ["A", "Road 1", "NL"]]


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, records in sheets.items():
        sheet = book.create_sheet(title)
        for record in records:
            sheet.append(record)
    book.save(path)
    return path


def rows(path: Path, **options: str) -> list[dict[str, str | None]]:
    return [row for chunk in open_table(path, **options).chunks() for row in chunk.to_dicts()]


def test_numbers_dates_and_truth_read_as_a_person_sees_them(tmp_path):
    cells = [4.0, 0.1 + 0.2, True, datetime.date(2024, 1, 31), datetime.datetime(2024, 1, 31, 12, 30), 123456789012]
    path = workbook(tmp_path / "x.xlsx", {"S": [["name", *"abcde", "country"], ["A", *cells[:5], cells[5]]]})
    assert list(rows(path)[0].values()) == [
        "2", "A", "4", "0.3", "TRUE", "2024-01-31", "2024-01-31 12:30:00", "123456789012",
    ]  # fmt: skip


def test_rows_are_numbered_as_in_the_sheet(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B3"] = "Production locations 2024"
    sheet.merge_cells("B3:D3")
    for column, (header, value) in enumerate(zip(*LIST, strict=True), 2):
        sheet.cell(5, column, header)
        sheet.cell(8, column, value)
    book.save(tmp_path / "x.xlsx")
    table = open_table(tmp_path / "x.xlsx")
    assert (table.header_row, table.headers) == (5, ("name", "address", "country"))
    assert [chunk.row(0) for chunk in table.chunks()] == [("8", "A", "Road 1", "NL")]
    assert table.skipped == {"title": 1, "blank": 5, "repeated-header": 0}


def test_a_cell_merged_over_rows_holds_for_each_of_them(tmp_path):
    path = workbook(tmp_path / "x.xlsx", {"S": [["country", "name", "address"], ["NL", "A", "B"], [None, "C", "D"]]})
    book = openpyxl.load_workbook(path)
    book["S"].merge_cells("A2:A3")
    book.save(path)
    table = open_table(path)
    assert [row["country"] for chunk in table.chunks() for row in chunk.to_dicts()] == ["NL", "NL"]
    assert [finding.code for finding in table.findings] == ["merged-cells"]


def test_entry_that_does_not_unpack_is_a_damaged_workbook(tmp_path):
    path = workbook(tmp_path / "x.xlsx", {"Sites": LIST})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    start = entry.header_offset + 30 + len(entry.filename)
    content[start : start + 20] = b"\x00" * 20
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"x\.xlsx: the workbook is damaged"):
        open_table(path)


def test_entry_whose_name_is_in_no_encoding_is_a_damaged_workbook(tmp_path):
    path = workbook(tmp_path / "x.xlsx", {"Sites": LIST})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    content[entry.header_offset + 30] = 0xFF
    content[entry.header_offset + 7] |= 0x08  # the name is said to be UTF-8
    path.write_bytes(content)
    assert not is_company_file(path)
    with pytest.raises(SourceError, match=r"x\.xlsx: the workbook is damaged"):
        open_table(path)


def test_formulas_that_nobody_calculated_are_told_by_cell(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for row, record in enumerate((*LIST, ["B", "Road 2", '=UPPER("nl")'], ["C", "Road 3", "=C3"]), 1):
        for column, value in enumerate(record, 2):
            sheet.cell(row, column, value)
    book.create_sheet("Notes")["A1"] = "=1+1"
    book.save(tmp_path / "x.xlsx")
    (found,) = (one for one in open_table(tmp_path / "x.xlsx").findings if one.code == "formula-without-value")
    assert (found.row, found.column, found.severity) == ("3", "country", "warning")
    assert found.reason.startswith("cell D3 and 1 more holds a formula without a saved value")


def test_formula_with_its_value_is_that_value(tmp_path):
    path = workbook(tmp_path / "x.xlsx", {"Sites": [*LIST, ["B", "=CONCAT(1)", "NL"]]})
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content.replace(b"<v></v>", b"<v>Road 2</v>").replace(b"<v />", b"<v>Road 2</v>"))
    assert [row["address"] for row in rows(path)] == ["Road 1", "Road 2"]
    assert not open_table(path).findings


def test_the_sheet_with_the_list_is_taken_and_the_choice_told(tmp_path):
    path = workbook(tmp_path / "x.xlsx", {"Read me": [["Our list"], ["of sites"]], "Empty": [], "Sites": LIST})
    table = open_table(path)
    assert table.sheet == "Sites"
    assert [(finding.code, finding.severity) for finding in table.findings] == [("sheet", "info")]


def test_of_several_lists_the_first_is_taken_with_a_warning_and_another_on_request(tmp_path):
    other = [["name", "address", "country"], ["B", "Road 2", "BE"]]
    path = workbook(tmp_path / "x.xlsx", {"One": LIST, "Two": other})
    assert [(finding.code, finding.severity) for finding in open_table(path).findings] == [("sheet", "warning")]
    assert [row["name"] for row in rows(path)] == ["A"]
    assert [row["name"] for row in rows(path, sheet="Two")] == ["B"]
    with pytest.raises(UsageError, match=r"'Three'.*'One', 'Two'"):
        open_table(path, sheet="Three")


def test_the_content_decides_not_the_ending(tmp_path):
    path = workbook(tmp_path / "x.xlsx", {"S": LIST}).rename(tmp_path / "x.csv")
    assert open_table(path).kind == "xlsx"
    text = tmp_path / "y.xlsx"
    text.write_text("name,address,country\nA,Road 1,NL\n")
    assert open_table(text).kind == "csv"


def test_an_empty_workbook_is_refused(tmp_path):
    with pytest.raises(SourceError, match="every sheet is empty"):
        open_table(workbook(tmp_path / "x.xlsx", {"S": []}))


def test_a_header_without_rows_is_refused(tmp_path):
    with pytest.raises(SourceError, match="no row below"):
        open_table(workbook(tmp_path / "x.xlsx", {"S": LIST[:1]}))


def test_a_cut_off_workbook_is_refused(tmp_path):
    path = workbook(tmp_path / "x.xlsx", {"S": LIST})
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(SourceError, match="damaged"):
        open_table(path)


def test_a_workbook_that_unpacks_to_far_too_much_stays_closed(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (workbooks._RATIO_MATTERS + 1))
    with pytest.raises(SourceError, match="unpacks to"):
        open_table(path)


def test_an_archive_of_other_files_is_no_workbook(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("list.csv", "name,address\n")
    with pytest.raises(SourceError, match="archive without a workbook"):
        open_table(tmp_path / "x.zip")
