"""OS IDs: the check character, look-alike letters, and identifiers that must not be used."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefboom.loaders.os_ids import ALPHABET, check_character, check_os_ids

OS_ID = "IN2019098JCG3BG"
IDS = st.builds(
    lambda country, year, day, tail: f"{country}{year}{day:03d}{tail}",
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2),
    st.integers(2018, 2030),
    st.integers(1, 366),
    st.text(ALPHABET, min_size=5, max_size=5),
).map(lambda stem: stem + check_character(stem))


@pytest.mark.parametrize("text", [OS_ID, OS_ID.lower(), f" {OS_ID}\n", f"https://opensupplyhub.org/facilities/{OS_ID}"])
def test_writing_does_not_matter(text: str) -> None:
    checked = check_os_ids(pl.Series([text]))
    assert checked.ids.to_list() == [OS_ID]
    assert checked.countries().to_list() == ["IN"]
    assert not checked.repaired.any()


def test_look_alike_letter_is_repaired_when_the_check_then_holds() -> None:
    checked = check_os_ids(pl.Series(["IN2O19O98JCG3BG", "IN2O19O98JCG3BH"]))
    assert checked.ids.to_list() == [OS_ID, None]
    assert checked.repaired.to_list() == [True, False]
    assert checked.failed.to_list() == [False, True]


@pytest.mark.parametrize("text", ["foo", "IN2019400JCG3BG", "IN2019098JCG3B", f"{OS_ID}|{OS_ID}", "ÍN2019098JCG3BG"])
def test_other_text_is_malformed(text: str) -> None:
    checked = check_os_ids(pl.Series([text]))
    assert (checked.ids.to_list(), checked.malformed.to_list(), checked.failed.to_list()) == ([None], [True], [False])


@pytest.mark.parametrize("cells", [[], [None], ["", " "]], ids=["none", "null", "blank"])
def test_no_identifier_is_no_fault(cells: list[str | None]) -> None:
    checked = check_os_ids(pl.Series(cells, dtype=pl.String))
    assert checked.ids.null_count() == len(cells)
    assert not (checked.malformed | checked.failed | checked.repaired).any()


@settings(deadline=None)
@given(IDS)
def test_sound_identifier_passes(os_id: str) -> None:
    assert check_os_ids(pl.Series([os_id])).ids.to_list() == [os_id]


@settings(deadline=None)
@given(IDS, st.integers(9, 14), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(os_id: str, place: int, character: str) -> None:
    wrong = os_id[:place] + character + os_id[place + 1 :]
    assert check_os_ids(pl.Series([wrong])).failed.to_list() == [wrong != os_id]
