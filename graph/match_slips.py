"""Slips of the pen: all words that one slip makes of a word."""

from __future__ import annotations

from collections.abc import Iterable
from string import ascii_lowercase
from typing import Final

LONG: Final = 7
"""Words of so many letters have few neighbours one slip away that mean something else."""


def slips(words: Iterable[str]) -> list[str]:
    """What the long ones of `words` (a to z) become when one letter is lost, added or swapped with the next.

    The words themselves are not among them. A changed letter makes other words too often (`Berhard`, `Bernard`).
    """
    known = set(words)
    made: set[str] = set()
    for word in known:
        if len(word) < LONG or not (word.isascii() and word.isalpha()):
            continue
        cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
        made |= {left + right[1:] for left, right in cuts if right}
        made |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
        for letter in ascii_lowercase:
            made |= {left + letter + right for left, right in cuts}
    return sorted(made - known)
