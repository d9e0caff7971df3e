"""A file in an encoding that can only be guessed says which words are in doubt; an option says the right one."""

from __future__ import annotations

import pytest
from list_desk import Desk

DAY = {"contributor": "Nike", "date": "2024-01-01"}


@pytest.mark.parametrize(("codec", "name"), [("cp1254", "İplik Şirketi"), ("cp1250", "Łódź Przędza")])
def test_doubtful_encoding_is_a_warning_that_shows_the_right_words(desk: Desk, codec: str, name: str) -> None:
    desk.write("list.csv", f"Naam;Adres;Land\n{name};cad 4;Turkije\n".encode(codec))
    report = desk.load("list.csv", **DAY)
    (found,) = report.findings.filter(code="encoding").to_dicts()
    assert found["severity"] == "warning"
    assert f"{codec} (" in found["hint"]
    assert all(f"'{word}'" in found["hint"] for word in name.split() if not word.isascii())
    again = desk.load("list.csv", encoding=codec, **DAY)
    assert not again.unchanged
    assert desk.rows("SELECT name FROM listings") == [(name,)]
    assert desk.load("list.csv", **DAY).unchanged


def test_letters_that_likely_encodings_read_alike_are_no_warning(desk: Desk) -> None:
    desk.write("list.csv", "name,address,country\nCafé Öz,Straße 1,Germany\n".encode("cp1252"))
    (found,) = desk.load("list.csv", **DAY).findings.filter(code="encoding").to_dicts()
    assert found["severity"] == "info"


def test_unknown_encoding_is_wrong_use(desk: Desk) -> None:
    desk.write("list.csv", "name,address,country\nAlpha,1 Road,Germany\n")
    done = desk.hefboom("load", "list.csv", "--contributor", "Nike", "--encoding", "turks")
    assert done.returncode
    assert "--encoding 'turks' is unknown" in done.stderr


def test_words_of_a_list_with_contacts_are_not_shown(desk: Desk) -> None:
    text = "Naam;Adres;Land;Contactpersoon\nAlpha;cad 4;Turkije;Şirin\n"
    desk.write("list.csv", text.encode("cp1254"))
    (found,) = desk.load("list.csv", **DAY).findings.filter(code="encoding").to_dicts()
    assert found["severity"] == "warning"
    assert "irin" not in f"{found['reason']} {found['hint']}"
