"""Text of names and addresses made comparable: folding, letter-spaced names closed up, spelling classes of words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache

from anyascii import anyascii

from hefboom.ontology.terms import fact_table

_VOWELS = str.maketrans("", "", "aeiouyh")
_SOUNDS = (("ph", "f"), ("ck", "k"), ("x", "ks"), ("q", "k"), ("c", "k"), ("w", "v"), ("z", "s"))
_DOUBLED = re.compile(r"(.)\1+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1cff\u2e80-\ud7ff\uf900-\ufaff]")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u2e80-\ud7ff\uf900-\ufaff]")
_TOKEN = re.compile(r"[^\s,.;:()/-]+")
_UNITS = {
    "分厂": "factory", "工厂": "factory", "工場": "factory", "厂": "factory", "廠": "factory", "공장": "factory",
    "车间": "workshop", "号楼": "building", "栋": "building", "期": "phase", "分公司": "branch",
}  # fmt: skip
_NUMBERED = re.compile(rf"[第제]?\s*([一二三四五六七八九十两]{{1,3}}|[0-9]{{1,3}})\s*({'|'.join(_UNITS)})")
_DOOR = re.compile(r"([0-9]{1,5})\s*号")
_SYLLABLE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_FIGURES = re.compile(r"[0-9]+")
_LETTERS = re.compile(r"[a-z]+")
_SHORTEST_SKELETON = 4
_LONGEST_WORD = 24


def fold(text: str) -> str:
    """Return text in lower-case ASCII: accents dropped, other scripts transliterated letter by letter.

    Common words of names in other scripts (`fabrika`, `limited`) become the English ones, Chinese characters syllables
    with blanks between them, a number before a word for a unit (`二厂`) one after it (`factory 2`).
    """
    han = _HAN.search(text)
    latin = anyascii(_translated(text) if not text.isascii() else text)
    if han:
        latin = _SYLLABLE.sub(" ", latin)
    return latin.lower()


@cache
def _native_words() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """The words that stand without blanks around them, longest first, as a pattern; and all words."""
    words = {row["native"]: row["standard"] for row in fact_table("match_native_words")}
    unspaced = sorted(
        (word for word in words if _UNSPACED.match(word) or " " in word), key=lambda word: (-len(word), word)
    )
    return re.compile("|".join(map(re.escape, unspaced)), re.IGNORECASE), words


def _translated(text: str) -> str:
    if not _OTHER_SCRIPT.search(text):
        return text
    text = _NUMBERED.sub(lambda m: f" {_UNITS[m[2]]} {_figures(m[1])} ", text)
    text = _DOOR.sub(r" no \1 ", text)
    unspaced, words = _native_words()
    text = unspaced.sub(lambda m: f" {words[m[0].lower()]} ", text)
    return " ".join(_TOKEN.sub(lambda m: words.get(m[0].lower(), m[0]), text).split())


def _figures(number: str) -> str:
    """A number below 100 in Chinese figures or in Arabic ones."""
    if number.isdecimal():
        return str(int(number))
    tens, ten, ones = number.rpartition("十")
    digits = {figure: place for place, figure in enumerate("一二三四五六七八九", start=1)} | {"两": 2}
    return str((digits.get(tens, 1) * 10 if ten else 0) + digits.get(ones, 0))


def spelling_class(word: str) -> str:
    """Return the class of words spelled nearly alike that a folded word belongs to; short words stand for themselves.

    The class keeps the first letter and the consonants, with letters of one sound written alike and doubled letters
    single, without the s of a plural: `textile`, `tekstil` and `textil` are one class, `bakery` and `bakeries` too.
    """
    if len(word) > 5 and word[-1] == "s" and word[-2] not in "sk":
        word = word[:-1]
    if len(word) < 5:
        return word
    sound = word
    for spelled, sounded in _SOUNDS:
        sound = sound.replace(spelled, sounded)
    skeleton = _DOUBLED.sub(r"\1", sound[0] + sound[1:].translate(_VOWELS))
    return skeleton if len(skeleton) >= (3 if len(word) > 5 else _SHORTEST_SKELETON) else word


def is_letter_spaced(folded: str) -> bool:
    """Tell whether a folded name has blanks between its letters, as text copied from a PDF has."""
    words = _LETTERS.findall(folded)
    return len(words) >= 5 and sum(map(len, words)) / len(words) < 2.8


def close_up(folded: str, counts: Mapping[str, int], total: int | None = None) -> str:
    """Return a letter-spaced name with its letters joined and cut again into words that `counts` knows.

    `counts` gives how many names hold a word, `total` their sum where it is known. Letters that no known words cover
    stay together as one unknown word. Figures go to the end. The cut is the most probable one under
    independent words (an unknown word costs more the longer it is).
    """
    letters = "".join(_LETTERS.findall(folded))
    total = total or sum(counts.values()) + 1
    unknown = math.log(10 * total)
    cost = [0.0] + [math.inf] * len(letters)
    start = [0] * (len(letters) + 1)
    for end in range(1, len(letters) + 1):
        for begin in range(max(0, end - _LONGEST_WORD), end):
            count = counts.get(letters[begin:end], 0)
            known = count > 0 and end - begin > 1
            price = math.log(total / count) if known else unknown + 2.5 * (end - begin)
            if cost[begin] + price < cost[end]:
                cost[end], start[end] = cost[begin] + price, begin
    words: list[str] = []
    end = len(letters)
    while end:
        words.append(letters[start[end] : end])
        end = start[end]
    return " ".join([*reversed(words), *_FIGURES.findall(folded)])
