"""Headers of tables of relationships: either side in the words that people use, and what is not read is told."""

from __future__ import annotations

import pytest
from list_desk import Desk

from hefboom.loaders.headers import RELATIONSHIP_HEADERS, field_of

DAY = {"contributor": "Sec", "date": "2025-03-01"}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Afnemer", "buyer"), ("Naam afnemer", "buyer"), ("Naam van de afnemer", "buyer"), ("Buyer name", "buyer"),
        ("Afnemer adres", "buyer_address"), ("Adres van de koper", "buyer_address"), ("Klant adres", "buyer_address"),
        ("Afnemer land", "buyer_country"), ("Country of buyer", "buyer_country"), ("land koper", "buyer_country"),
        ("Afnemer plaats", "buyer_city"), ("Customer city", "buyer_city"), ("Afnemer OS ID", "buyer_os_id"),
        ("Leverancier adres", "supplier_address"), ("Toeleverancier land", "supplier_country"),
        ("Plaats leverancier", "supplier_city"), ("Seller address", "supplier_address"),
        ("OS ID leverancier", "supplier_os_id"), ("buyer_country", "buyer_country"),
    ],
)  # fmt: skip
def test_header_of_a_side(header: str, field: str) -> None:
    assert field_of(header, RELATIONSHIP_HEADERS) == field


def test_dutch_headers_keep_the_chain_whole(desk: Desk) -> None:
    rows = [
        {"Afnemer": "Brughuis", "Afnemer adres": "", "Afnemer land": "", "Leverancier": "Aria",
         "Leverancier adres": "7 Dhamrai Road", "Leverancier plaats": "Savar", "Leverancier land": "Bangladesh"},
        {"Afnemer": "Aria", "Afnemer adres": "7 Dhamrai Road, Savar", "Afnemer land": "Bangladesh",
         "Leverancier": "Deep Mill", "Leverancier adres": "9 Canal Road", "Leverancier plaats": "Dhaka",
         "Leverancier land": "Bangladesh"},
    ]  # fmt: skip
    desk.load("keten.csv", rows, **DAY)
    assert desk.rows("SELECT tier FROM uses WHERE company = 'brughuis' ORDER BY tier") == [(1,), (2,)]
    assert desk.rows("SELECT company FROM companies WHERE company = 'aria'") == []


def test_column_about_a_side_that_is_not_read_is_a_warning(desk: Desk) -> None:
    row = {"Afnemer": "Aria", "Afnemer vestiging": "7 Road, Savar", "Leverancier": "Deep", "Leverancier land": "India"}
    report = desk.load("keten.csv", [row], **DAY)
    (found,) = report.findings.filter(code="side-unread").to_dicts()
    assert (found["column"], found["severity"]) == ("Afnemer vestiging", "warning")
    assert "buyer_address" in found["hint"]
