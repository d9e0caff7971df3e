"""A cell far from the list: refused in words, before room is made for all the cells between."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from hefboom.errors import SourceError
from hefboom.loaders.tables import open_table
from hefboom.loaders.workbook_extent import check_extent

LIST = (("Name", "Address", "Country"), ("Mill", "1 Road", "IN"))


def workbook(path: Path, far: tuple[int, int], *, blank: bool = False) -> Path:
    """A workbook with a list and one cell elsewhere, filled or only formatted."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(LIST):
            sheet.write_row(number, 0, row)
        if blank:
            sheet.write_blank(*far, None, book.add_format({"bold": True}))
        else:
            sheet.write(*far, "x")
    return path


def test_filled_cell_far_away_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"a\.xlsx: the cells of the workbook reach to XFD1048576"):
        open_table(workbook(tmp_path / "a.xlsx", (1_048_575, 16_383)), None)


def test_formatted_cell_far_away_is_none(tmp_path: Path) -> None:
    table = open_table(workbook(tmp_path / "a.xlsx", (1_048_575, 16_383), blank=True), None)
    assert [row["Name"] for chunk in table.chunks() for row in chunk.to_dicts()] == ["Mill"]


def test_filled_cell_not_so_far_away_is_read(tmp_path: Path) -> None:
    table = open_table(workbook(tmp_path / "a.xlsx", (5_000, 30)), None)
    assert sum(chunk.height for chunk in table.chunks()) >= 2


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        ('<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"'
         ' office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>', True),
        ('<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row><table:table-row>'
         '<table:table-cell table:number-columns-repeated="16383"/><table:table-cell office:value="1"/>'
         "</table:table-row>", True),
        ('<table:table-row><table:table-cell office:value="1"/></table:table-row><table:table-row '
         'table:number-rows-repeated="1048575"><table:table-cell table:number-columns-repeated="16384"/>'
         "</table:table-row>", False),
    ],
)  # fmt: skip
def test_spreadsheet_is_as_large_as_its_filled_cells_reach(tmp_path: Path, rows: str, refused: bool) -> None:
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as made:
        made.writestr("content.xml", f'<table:table table:name="a">{rows}</table:table>')
    with zipfile.ZipFile(tmp_path / "a.ods") as archive:
        if refused:
            with pytest.raises(SourceError, match="reach to XFD1048576"):
                check_extent(tmp_path / "a.ods", archive)
        else:
            check_extent(tmp_path / "a.ods", archive)
