"""An address in several columns becomes one address, in the order of the list."""

from __future__ import annotations

import openpyxl
import pytest
from list_desk import Desk

DAY = {"contributor": "Ooievaar", "date": "2025-01-01"}


@pytest.mark.parametrize(
    "headers",
    [("Address", "Address"), ("Address 1", "Address 2"), ("Adresregel 1", "Adresregel 2"), ("Adres", "Adres")],
)
def test_further_columns_of_the_address_are_joined_with_a_note(desk: Desk, headers: tuple[str, str]) -> None:
    rows = [
        ("Name", *headers, "Country"),
        ("Sunrise", "Plot 5", "Ashulia, Dhaka", "Bangladesh"),
        ("Deep", "9 Canal Road, Savar", "", "Bangladesh"),
        ("Same", "7 Road, Savar", "Savar", "Bangladesh"),
        ("Long", "1 Hill", "1 Hill, Savar", "Bangladesh"),
    ]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(desk.place / "list.xlsx")
    report = desk.load("list.xlsx", **DAY)
    assert desk.rows("SELECT address FROM listings ORDER BY row") == [
        ("Plot 5, Ashulia, Dhaka",), ("9 Canal Road, Savar",), ("7 Road, Savar",), ("1 Hill, Savar",),
    ]  # fmt: skip
    assert report.findings.filter(code="address-joined")["row"].to_list() == ["2", "5"]
