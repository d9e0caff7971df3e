"""What the values of a column look like: rough tests, for guessing columns only."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import polars as pl
from babel import Locale

from hefboom.loaders.headers import canonical

IsCountry = Callable[[str], bool]
_OS_ID = r"^\s*[A-Z]{2}\d{7}[0-9A-Z]{6}\s*$"
_OFFICIAL_NAMES = (
    *("united states of america", "usa", "uk", "viet nam", "turkey", "china mainland", "republic of korea", "korea"),
    *("south korea", "taiwan province of china", "taiwan china", "hong kong", "macau", "macao", "burma", "myanmar"),
    *("lao people s democratic republic", "russian federation", "slovak republic", "czech republic", "swaziland"),
    *("brunei darussalam", "syrian arab republic", "united republic of tanzania", "republic of ireland"),
    *(
        "republic of moldova",
        "moldova republic of",
        "bosnia and herzegovina",
        "north macedonia",
        "macedonia",
        "cyprus south",
    ),
)


def share_alike(name: str, values: pl.Series, is_country: IsCountry) -> float:
    """The share of filled cells that look like a field; 1.0 for fields without a look."""
    match name:
        case "country" | "country_code":
            counts = values.value_counts(name="n")
            fits: int = sum(n for value, n in counts.iter_rows() if is_country(value))
            return fits / values.len()
        case "name":
            hits = values.str.contains(r"\p{L}") & (values.str.count_matches(r"\p{L}") * 3 >= values.str.len_chars())
        case "address" | "street":
            hits = values.str.contains(r"\p{L}")
        case "lat" | "lng":
            number = values.str.strip_chars().str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
            hits = (number.abs() <= (90 if name == "lat" else 180)).fill_null(False)
        case "os_id":
            hits = values.str.to_uppercase().str.contains(_OS_ID)
        case _:
            return 1.0
    return float(hits.sum()) / values.len()


@lru_cache(maxsize=65_536)
def looks_like_country(text: str) -> bool:
    """Whether a text is a two-letter code or an English or Dutch country name; a rough test, for guessing only."""
    return text.strip() in _territories()[0] or canonical(text) in _territories()[1]


@lru_cache(maxsize=1)
def _territories() -> tuple[frozenset[str], frozenset[str]]:
    """Codes, and names as ``canonical`` writes them, of Unicode CLDR with the official names that lists prefer."""
    codes: set[str] = set()
    names = set(_OFFICIAL_NAMES)
    for territories in (Locale("en").territories, Locale("nl").territories):
        for code, name in territories.items():
            if re.fullmatch("[A-Z]{2}", str(code)) and code not in ("EU", "EZ", "UN", "ZZ"):
                codes.add(str(code))
                names.add(canonical(str(name)))
    return frozenset(codes), frozenset(names)
