"""Each sheet of a workbook is a list of its own; what is the same list is decided by content, sheet and options."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from list_desk import Desk

HEADER = ("name", "address", "country")
DAY = {"contributor": "North Sea", "date": "2025-03-01", "covenant": "K"}
FIRST = "north-sea/2025-03-01"


def _book(place: Path, **sheets: list[tuple[str, ...]]) -> str:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(place / "book.xlsx")
    return "book.xlsx"


def _sites(*names: str) -> list[tuple[str, ...]]:
    return [HEADER, *((name, f"1 {name} Road", "India") for name in names)]


def _current(desk: Desk) -> dict[str, int]:
    return {entry.list: entry.stored for entry in desk.data.entries if entry.status == "current"}


def test_another_sheet_is_another_list_beside_the_first(desk: Desk) -> None:
    book = _book(desk.place, One=_sites("Alpha", "Beta"), Two=_sites("Gamma"), Three=_sites("Delta"))
    desk.load(book, **DAY)
    second = desk.load(book, sheet="Two", alongside=True, **DAY)
    assert not second.unchanged
    third = desk.load(book, sheet="Three", contributor="North Sea", date="2025-04-01")
    assert third.replaced == []
    assert _current(desk) == {FIRST: 2, f"{FIRST}/2": 1, "north-sea/2025-04-01": 1}
    assert desk.load(book, sheet="Two", alongside=True, **DAY).unchanged
    assert desk.load(book, sheet="One", **DAY).unchanged


def test_corrected_sheet_takes_the_place_of_that_sheet_only(desk: Desk) -> None:
    book = _book(desk.place, One=_sites("Alpha"), Two=_sites("Gama"))
    desk.load(book, **DAY)
    desk.load(book, sheet="Two", **DAY)
    _book(desk.place, One=_sites("Alpha"), Two=_sites("Gamma"))
    report = desk.load(book, sheet="Two", **DAY)
    assert report.replaced == [f"https://w3id.org/hefboom/id/list/{FIRST}/2"]
    assert _current(desk) == {FIRST: 1, f"{FIRST}/3": 1}


def test_next_year_takes_the_place_of_all_sheets(desk: Desk) -> None:
    book = _book(desk.place, One=_sites("Alpha"), Two=_sites("Gamma"))
    for sheet in ("One", "Two"):
        desk.load(book, sheet=sheet, **DAY)
    _book(desk.place, One=_sites("Alpha", "Beta"), Two=_sites("Gamma", "Delta"))
    for sheet in ("One", "Two"):
        desk.load(book, sheet=sheet, contributor="North Sea", date="2026-03-01")
    assert _current(desk) == {"north-sea/2026-03-01": 2, "north-sea/2026-03-01/2": 2}


def test_named_sheet_decides_the_format(desk: Desk) -> None:
    relations = [
        ("buyer", "supplier", "supplier address", "supplier country"),
        ("North Sea", "Mill", "1 Road", "India"),
    ]
    book = _book(desk.place, One=_sites("Alpha"), Two=relations)
    assert desk.load(book, sheet="Two", **DAY).format == "relationships"


def test_same_list_with_a_corrected_profile_or_kind_is_read_anew_and_told(desk: Desk) -> None:
    desk.write("list.csv", "Factory name,address,country,trade name\nAlpha,1 Road,India,Alfa\n")
    desk.load("list.csv", **DAY)
    assert not desk.load("list.csv", contributor_kind="brand", **DAY).unchanged
    (desk.place / "p.yaml").write_text(
        "format: table\ncolumns:\n  Factory name: keep\n  trade name: name\n  address: address\n  country: country\n"
    )
    arguments = ("list.csv", "--contributor", "North Sea", "--date", "2025-03-01", "--covenant", "K")
    done = desk.hefboom("load", *arguments, "--contributor-kind", "brand", "--profile", "p.yaml")
    assert "takes the place of the same list as it was loaded before, with other options" in done.stdout
    assert desk.rows("SELECT name FROM listings") == [("Alfa",)]
    assert len(desk.data.entries) == 1


def test_corrected_file_sent_from_another_folder_takes_the_place_of_the_first(desk: Desk) -> None:
    desk.load("one/list.csv", _rows("Alhpa"), **DAY)
    assert desk.load("two/list.csv", _rows("Alpha"), **DAY).replaced


def _rows(*names: str) -> list[dict[str, str]]:
    return [dict(zip(HEADER, row, strict=True)) for row in _sites(*names)[1:]]
