"""Text of names and addresses made comparable: folding, letter-spaced names closed up, spelling classes of words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from anyascii import anyascii

_VOWELS = str.maketrans("", "", "aeiouyh")
_SOUNDS = (("ph", "f"), ("ck", "k"), ("x", "ks"), ("q", "k"), ("c", "k"), ("w", "v"), ("z", "s"))
_DOUBLED = re.compile(r"(.)\1+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_SYLLABLE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_FIGURES = re.compile(r"[0-9]+")
_LETTERS = re.compile(r"[a-z]+")
_SHORTEST_SKELETON = 4
_LONGEST_WORD = 24


def fold(text: str) -> str:
    """Return text in lower-case ASCII: accents dropped, other scripts transliterated letter by letter.

    Chinese characters become syllables with blanks between them.
    """
    latin = anyascii(text)
    if _HAN.search(text):
        latin = _SYLLABLE.sub(" ", latin)
    return latin.lower()


def spelling_class(word: str) -> str:
    """Return the class of words spelled nearly alike that a folded word belongs to; short words stand for themselves.

    The class keeps the first letter and the consonants, with letters of one sound written alike and doubled letters
    single: `textile`, `tekstil` and `textil` are one class, `kellet` and `kellett` too.
    """
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


def close_up_all(names: Iterable[str], counts: Mapping[str, int]) -> dict[str, str]:
    """Return, for each letter-spaced name among folded `names`, its closed-up spelling."""
    total = sum(counts.values()) + 1
    return {name: close_up(name, counts, total) for name in names if is_letter_spaced(name)}
