"""Numbers in lists: workers, percentages, coordinates and shares of a site's output, from the ways people write them.

Every reading function takes one cleaned cell and gives what it means with, when something is wrong or worth knowing,
the code of a finding. They run once per distinct value of a column; plain numbers never reach them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MOST_WORKERS = 1_000_000
"""A site with more workers than this is taken for a mistake: the largest known ones have some hundreds of thousands."""

_NUMBER = r"\d{1,3}(?:[.,' ]\d{3})+|\d+(?:[.,]0+)?"
_WORKER_WORDS = re.compile(
    r"(?i)\b(?:workers?|employees?|people|persons?|staff|fte|medewerkers|werknemers|arbeiders|personen)\b"
)
_ABOUT = re.compile(r"(?i)^(?:approx(?:imately)?\.?|about|around|circa|ca\.?|c\.|ongeveer|ongev\.?|~|±|\+/-)\s*")
_RANGE = re.compile(rf"(?i)^({_NUMBER})\s*(?:[-‐-―~]|to|tot(?: en met)?|t/m|until)\s*({_NUMBER})$")
_BELOW = re.compile(rf"(?i)^(?:less than|fewer than|under|below|minder dan|onder|<)\s*({_NUMBER})$")
_AT_MOST = re.compile(rf"(?i)^(?:up to|at most|max(?:imum|imaal)?\.?|hoogstens|tot|<=|≤)\s*({_NUMBER})$")
_ABOVE = re.compile(rf"(?i)^(?:more than|over|above|meer dan|boven|>)\s*({_NUMBER})$")
_AT_LEAST = re.compile(rf"(?i)^(?:(?:at least|min(?:imum|imaal)?\.?|minstens|>=|≥)\s*({_NUMBER})|({_NUMBER})\s*\+)$")


class Workers(NamedTuple):
    """The fewest and the most workers, both counted in; null where the list leaves that side open."""

    fewest: int | None
    most: int | None
    code: str | None = None


def _whole(text: str) -> int:
    """A number of people: separators before three digits are thousands, zeros after a point or comma are no digits."""
    if re.fullmatch(r"\d+[.,]0+", text) and not re.fullmatch(r"\d{1,3}[.,]000", text):
        return int(re.split(r"[.,]", text)[0])
    return int(re.sub(r"[^\d]", "", text))


def parse_workers(text: str) -> Workers:
    """Numbers of workers: "1,234", "100-150", "Less than 1000", "10000+", "839|810|810" (several contributors).

    Codes: ``workers-differ`` (the span of several answers), ``workers-reversed`` (a range written high to low),
    ``workers-zero``, ``workers-absurd`` and ``workers-unreadable`` (the last three give no number).
    """
    parts = [part.strip() for part in text.split("|") if part.strip()]
    read = [_parse_one(part) for part in parts]
    failed = next((one for one in read if one.fewest is None and one.most is None), None)
    if failed or not read:
        return failed or Workers(None, None, "workers-unreadable")
    if len({one[:2] for one in read}) == 1:
        return read[0]
    lows = [one.fewest for one in read if one.fewest is not None]
    highs = [one.most for one in read if one.most is not None]
    open_low, open_high = len(lows) < len(read), len(highs) < len(read)
    return Workers(None if open_low else min(lows), None if open_high else max(highs), "workers-differ")


def _parse_one(text: str) -> Workers:
    bare = _ABOUT.sub("", " ".join(_WORKER_WORDS.sub(" ", text).split()))
    if re.fullmatch(_NUMBER, bare):
        return _judged(_whole(bare), _whole(bare))
    if match := _RANGE.match(bare):
        low, high = _whole(match[1]), _whole(match[2])
        return _judged(low, high) if low <= high else _judged(high, low, "workers-reversed")
    if match := _BELOW.match(bare):
        return _judged(None, _whole(match[1]) - 1)
    if match := _AT_MOST.match(bare):
        return _judged(None, _whole(match[1]))
    if match := _ABOVE.match(bare):
        return _judged(_whole(match[1]) + 1, None)
    if match := _AT_LEAST.match(bare):
        return _judged(_whole(match[1] or match[2]), None)
    if re.fullmatch(rf"-\s*(?:{_NUMBER})", bare):
        return Workers(None, None, "workers-absurd")
    return Workers(None, None, "workers-unreadable")


def _judged(low: int | None, high: int | None, code: str | None = None) -> Workers:
    top = high if high is not None else low
    if top is not None and top <= 0 and high is not None:
        return Workers(None, None, "workers-zero")
    if max(low or 0, high or 0) > MOST_WORKERS:
        return Workers(None, None, "workers-absurd")
    return Workers(low, high, code)


def parse_percent(text: str) -> float | None:
    """A percentage from "71.0%", "71,0 %" or "71"; null when it is none. 110 stays 110: judging it is the caller's."""
    match = re.fullmatch(r"([+-]?\d+(?:[.,]\d+)?)\s*(?:%|per ?cent|procent|pct\.?)?", text.strip(), re.IGNORECASE)
    return float(match[1].replace(",", ".")) if match else None


_DEGREES = re.compile(
    r"""^(?P<before>[NSEWOZ])?\s*(?P<sign>[+-])?\s*(?P<degrees>\d{1,3}(?:[.,]\d+)?)\s*(?:[°º˚d]|deg)?\s*
        (?:(?P<minutes>\d{1,2}(?:[.,]\d+)?)\s*['’′m]\s*)?
        (?:(?P<seconds>\d{1,2}(?:[.,]\d+)?)\s*(?:["”″s]|''|’’)\s*)?(?P<after>[NSEWOZ])?$""",
    re.IGNORECASE | re.VERBOSE,
)


def parse_degrees(text: str) -> float | None:
    """Decimal degrees from "23.066", "23,066", "23.066° N", "S 23.066" or 23°04'12"S; null when it is none of these.

    O and Z are the Dutch letters for east and south.
    """
    match = _DEGREES.match(text.strip().replace("−", "-"))
    if not match or (match["before"] and match["after"]):
        return None
    degrees, minutes, seconds = (
        float((match[part] or "0").replace(",", ".")) for part in ("degrees", "minutes", "seconds")
    )
    if minutes >= 60 or seconds >= 60:
        return None
    letter = (match["before"] or match["after"] or "").upper()
    negative = (match["sign"] == "-") != (letter in {"S", "W", "Z"})
    size = degrees + minutes / 60 + seconds / 3600
    return -size if negative else size


class Share(NamedTuple):
    """A band of a site's output (a concept id such as ``share/5-10``), with a code when the text fits no band."""

    band: str
    code: str | None = None


BANDS: tuple[tuple[str, float, float], ...] = (
    ("share/lt-1", 0, 1),
    ("share/1-5", 1, 5),
    ("share/5-10", 5, 10),
    ("share/10-25", 10, 25),
    ("share/25-50", 25, 50),
    ("share/gt-50", 50, 100),
)
"""Bands of shares in per cent, each from its lower bound up to but not with its upper one (50 itself is in 25-50)."""

UNKNOWN_SHARE = "share/unknown"
_UNKNOWN_WORDS = re.compile(r"(?i)^(?:unknown|onbekend|\?|n/?a|not known|niet bekend|share/unknown)$")
_PERCENT = r"\d+(?:[.,]\d+)?"


def parse_share(text: str) -> Share:
    """The band of "12%", "10-25", ">50", "<1", "share/5-10" or "onbekend"; bounds of a range may be those of a band.

    ``share-no-band`` marks a range that reaches over several bands, ``share-unreadable`` anything else; both are
    ``share/unknown``.
    """
    bare = re.sub(r"(?i)\s|%|per ?cent|procent", "", text)
    if _UNKNOWN_WORDS.match(text.strip()):
        return Share(UNKNOWN_SHARE)
    if bare in {band for band, _, _ in BANDS}:
        return Share(bare)
    if match := re.fullmatch(rf"({_PERCENT})(?:[-‐-―]|tot|to)({_PERCENT})", bare):
        return _band(_decimal(match[1]), _decimal(match[2]))
    if match := re.fullmatch(rf"(?:<|lt-|lessthan|minderdan)=?({_PERCENT})", bare, re.IGNORECASE):
        return _band(0, _decimal(match[1]))
    if match := re.fullmatch(rf"(?:>|gt-|morethan|meerdan)=?({_PERCENT})", bare, re.IGNORECASE):
        return _band(_decimal(match[1]), 100)
    if re.fullmatch(_PERCENT, bare):
        return _single(_decimal(bare))
    return Share(UNKNOWN_SHARE, "share-unreadable")


def _decimal(text: str) -> float:
    return float(text.replace(",", "."))


def _single(share: float) -> Share:
    if share > 100:
        return Share(UNKNOWN_SHARE, "share-unreadable")
    if share == 50:
        return Share("share/25-50")
    return Share(next((band for band, low, high in BANDS if low <= share < high), "share/gt-50"))


def _band(low: float, high: float) -> Share:
    if not 0 <= low <= high <= 100:
        return Share(UNKNOWN_SHARE, "share-unreadable")
    if low == high:
        return _single(low)
    fitting = next((band for band, lower, upper in BANDS if lower <= low and high <= upper), None)
    return Share(fitting) if fitting else Share(UNKNOWN_SHARE, "share-no-band")
