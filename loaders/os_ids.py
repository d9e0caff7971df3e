"""OS IDs: the identifiers of the Open Supply Hub, their check character, and letters that were read wrongly.

An OS ID has 15 characters: two letters for the country, four digits for the year and three for the day of the year,
five characters of Crockford's base 32, and a check character. The check is the sum of the character codes of the two
letters and the base-32 values of the next twelve characters, modulo 32. It holds for all 2,036 identifiers in the lists
this was built on. It is a plain sum, so it does not notice two characters that changed places.

An identifier that fails its check is never used to tell which site a listing means: the identifier of a stranger would
merge two sites. It stays readable in the source text of its listing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O and U."""

_LENGTH = 15
_VALUES = np.full(256, -1, dtype=np.int16)
_VALUES[np.frombuffer(ALPHABET.encode(), dtype=np.uint8)] = np.arange(32, dtype=np.int16)

_SHAPE = rf"^[A-Z]{{2}}[0-9]{{4}}(?:[0-2][0-9]{{2}}|3[0-5][0-9]|36[0-6])[{ALPHABET}]{{6}}$"
_IN_ADDRESS = r"(?i)^https?://[^ ]*/facilities/([a-z0-9]+)/?$"
_LOOK_ALIKES = {"O": "0", "I": "1", "L": "1", "U": "V"}


@dataclass(frozen=True, slots=True)
class CheckedOsIds:
    """What a column of OS IDs holds, one value per cell.

    ``ids`` are the identifiers that pass their check, null elsewhere. ``repaired`` marks those that passed only after
    look-alike letters were replaced; ``malformed`` the cells that are no OS ID at all; ``failed`` those whose check
    character does not fit.
    """

    ids: pl.Series
    repaired: pl.Series
    malformed: pl.Series
    failed: pl.Series

    def countries(self) -> pl.Series:
        """The alpha-2 country code that each identifier begins with; null where there is no identifier."""
        return self.ids.str.head(2)


def check_os_ids(cells: pl.Series) -> CheckedOsIds:
    """Check a column of OS IDs; case, blanks and a web address around the identifier do not matter.

    The letters O, I, L and U do not occur after the country. Where one does, it is read as 0, 1, 1 and V, and kept so
    only if the check then holds.
    """
    given = cells.str.contains(r"\S").fill_null(False)
    bare, repaired = cells, cells
    odd = (given & ~cells.str.contains(_SHAPE).fill_null(False)).arg_true()
    if odd.len():
        tidy = cells.gather(odd).str.strip_chars().str.replace(_IN_ADDRESS, "$1")
        tidy = tidy.str.replace_all(r"\s", "").str.to_uppercase()
        bare = cells.clone().scatter(odd, tidy)
        repaired = cells.clone().scatter(odd, tidy.str.head(2) + tidy.str.slice(2).str.replace_many(_LOOK_ALIKES))
    shaped = repaired.str.contains(_SHAPE).fill_null(False) & given
    holds = _check_holds(repaired, shaped)
    return CheckedOsIds(
        ids=repaired.set(~holds, None),
        repaired=(holds & (repaired != bare)).fill_null(False),
        malformed=given & ~shaped,
        failed=shaped & ~holds,
    )


def _check_holds(ids: pl.Series, shaped: pl.Series) -> pl.Series:
    """True where the check character of a well-shaped identifier fits; false everywhere else."""
    rows = shaped.arg_true()
    if not rows.len():
        return shaped
    joined = str(ids.gather(rows).str.join("").item())
    characters = np.frombuffer(joined.encode("ascii"), dtype=np.uint8).reshape(-1, _LENGTH)
    fits = pl.Series(_check_values(characters) == _VALUES[characters[:, _LENGTH - 1]])
    return shaped.clone().scatter(rows.filter(~fits), False)


def _check_values(characters: NDArray[np.uint8]) -> NDArray[np.int64]:
    letters = characters[:, :2].astype(np.int64).sum(axis=1)
    values = _VALUES[characters[:, 2 : _LENGTH - 1]].astype(np.int64).sum(axis=1)
    total: NDArray[np.int64] = (letters + values) % 32
    return total


def check_character(stem: str) -> str:
    """The check character that belongs to the first 14 characters of an OS ID."""
    return ALPHABET[(ord(stem[0]) + ord(stem[1]) + sum(ALPHABET.index(letter) for letter in stem[2:14])) % 32]
