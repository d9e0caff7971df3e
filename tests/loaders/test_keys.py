"""Exact keys: equal for spellings of one site, different for two units of one company."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefboom.loaders.keys import address_keys, identity_key, name_keys

WORDS = st.sampled_from(
    (
        *(
            "Mill",
            "Ltd.",
            "Co.,",
            "PT",
            "SA",
            "S.A.",
            "GmbH",
            "&",
            "KG",
            "de",
            "CV",
            "R.L.",
            "Sdn",
            "Bhd",
            "(Pvt)",
            "a/s",
        ),
        *("Unit", "Branch", "no. 6", "#7", "China", "p", "Çelik", "中国"),
    )
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.one_of(st.lists(WORDS, max_size=7).map(" ".join), TEXT)


def name_key(text: str | None) -> str | None:
    key: str | None = name_keys(pl.Series([text], dtype=pl.String)).item()
    return key


def address_key(text: str | None, country: str | None) -> str | None:
    key: str | None = address_keys(pl.Series([text], dtype=pl.String), pl.Series([country], dtype=pl.String)).item()
    return key


@pytest.mark.parametrize(
    "texts",
    [
        ["Mill One Co., Ltd.", "MILL ONE CO LTD", "Mill  One (Pvt.) Limited", "mill one Company Limited"],
        ["PT. Busana Tbk", "Busana", "PT Busana"],
        ["Çelik & Oğlu San. Tic. Ltd. Şti.", "Celik and Oglu"],
        ["AKH, S De R.L.", "AKH S. de R.L. de C.V."],
        ["Müller GmbH & Co. KG", "Muller"],
    ],
    ids=lambda texts: texts[0],
)
def test_spellings_of_one_name_share_a_key(texts: list[str]) -> None:
    assert len({name_key(text) for text in texts}) == 1


@pytest.mark.parametrize(
    "texts",
    [
        ["Mill Unit 1", "Mill Unit 2", "Mill", "Mill Branch 1", "Mill (Factory 1)", "Mill #6"],
        ["Mill 1 2", "Mill 12", "Mill 2 1"],
        ["Two Mill", "Mill Two"],
        ["AB Stoke", "AB Liverpool"],
    ],
    ids=lambda texts: texts[0],
)
def test_units_branches_and_word_order_keep_names_apart(texts: list[str]) -> None:
    assert len({name_key(text) for text in texts}) == len(texts)


@pytest.mark.parametrize(("text", "key"), [("Ltd.", "ltd"), ("S.A.", "s a"), ("...", None), ("", None), (None, None)])
def test_name_of_which_nothing_would_remain_stays(text: str | None, key: str | None) -> None:
    assert name_key(text) == key


@settings(deadline=None)
@given(NAMES)
def test_key_of_a_key_is_itself(text: str) -> None:
    key = name_key(text)
    assert name_key(key) == key
    place = address_key(text, "CN")
    assert address_key(place, "CN") == place


@settings(deadline=None)
@given(NAMES, NAMES)
def test_different_digits_never_share_a_key(one: str, other: str) -> None:
    digits = [re.findall(r"[0-9]+", text) for text in (one, other)]
    plain = all(text.isascii() for text in (one, other))
    if plain and digits[0] != digits[1]:
        assert name_key(one) is None or name_key(one) != name_key(other)
        assert address_key(one, "CN") is None or address_key(one, "CN") != address_key(other, "CN")


@pytest.mark.parametrize(
    ("text", "country", "key"),
    [
        ("No. 5, Mill Road, China", "CN", "no 5 mill road"),
        ("No. 5 Mill Road CHINA P.R. China", "CN", "no 5 mill road"),
        ("No. 5 Mill Road, China", "VN", "no 5 mill road china"),
        ("1 High Street, Scotland, United Kingdom", "GB", "1 high street scotland"),
        ("Mill Limited Road 3", "GB", "mill limited road 3"),
        ("China", "CN", None),
        ("1 Road", None, "1 road"),
        (None, "CN", None),
    ],
)
def test_address_key_leaves_out_its_own_country_only(text: str | None, country: str | None, key: str | None) -> None:
    assert address_key(text, country) == key


def test_identity_key_needs_name_address_and_country() -> None:
    frame = pl.DataFrame(
        {"name_key": ["a", None, "a", "a"], "address_key": ["b", "b", None, "b"], "country": ["CN", "CN", "CN", None]}
    )
    assert frame.select(key=identity_key())["key"].to_list() == ["a|b|CN", None, None, None]
