"""Names made comparable: folding of scripts, letter-spaced names closed up, spelling classes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hefboom.graph.match_text import close_up, fold, is_letter_spaced, spelling_class

COUNTS = {"carmina": 5, "denim": 50, "mills": 80}
SPACED = "c ar mi na d e ni m m il ls"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("Öztürk Şişli", "ozturk sisli", id="accents"),
        pytest.param("Ελλάς", "ellas", id="Greek"),
        pytest.param("东莞绿洋", "dong guan lu yang", id="Chinese, a blank between syllables"),
        pytest.param("绿洋鞋业有限公司", "lu yang shoes ltd", id="Chinese, words of the trade in English"),
        pytest.param("第二工厂3号楼", "factory 2 building 3", id="Chinese, numbers of units after their word"),
        pytest.param("西环路3809号", "xi huan lu no 3809", id="Chinese, a door number"),
        pytest.param("二十一车间", "workshop 21", id="Chinese figures"),
        pytest.param("Фабрика Заря", "factory zarya", id="Cyrillic, words of the trade in English"),
    ],
)
def test_folding_writes_every_script_in_plain_letters(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=30))
def test_folded_text_is_lower_case_ascii_and_stays_as_it_is(text: str) -> None:
    folded = fold(text)
    assert folded.isascii()
    assert folded == folded.lower() == fold(folded)


def test_letter_spaced_names_close_up_into_known_words() -> None:
    assert close_up(SPACED, COUNTS) == "carmina denim mills"


def test_figures_of_a_closed_up_name_go_to_the_end() -> None:
    assert close_up(f"unit 2 {SPACED}", {**COUNTS, "unit": 9}) == "unit carmina denim mills 2"


def test_letters_that_no_word_covers_stay_one_word() -> None:
    assert close_up("x q z v k d e ni m", COUNTS) == "xqzvk denim"


@given(st.text("abcdimnrels ", max_size=40))
def test_closing_up_keeps_all_letters_in_their_order(name: str) -> None:
    assert close_up(name, COUNTS).replace(" ", "") == name.replace(" ", "")


def test_only_letter_spaced_names_are_closed_up() -> None:
    assert not is_letter_spaced("carmina denim mills of greater karachi")
    assert is_letter_spaced(SPACED)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("textile", "tekstil"),
        ("kellet", "kellett"),
        ("phoenix", "foeniks"),
        ("bakery", "bakeries"),
        ("fruit", "fruits"),
    ],
)
def test_spellings_of_one_word_are_one_class(one: str, other: str) -> None:
    assert spelling_class(one) == spelling_class(other)


def test_short_words_are_classes_of_their_own() -> None:
    assert spelling_class("mill") != spelling_class("mall")
