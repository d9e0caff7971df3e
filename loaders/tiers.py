"""At which tier a list says that its contributor uses a site: "Tier 2", "T2", "schakel 2", "2nd tier", "direct"."""

from __future__ import annotations

import re
from typing import NamedTuple

import polars as pl

from hefboom.loaders.cell_findings import Wording
from hefboom.loaders.sheet import Sheet
from hefboom.loaders.text import map_unique

MOST_TIERS = 5
_WORD = r"(?:supply chain )?(?:tier|schakel|ketenschakel|level|niveau|t)"
_ONE = re.compile(
    rf"(?:{_WORD})?[ .:#-]*(\d)(?:\.0)?(?:st|nd|rd|th|e|de|ste)?(?: {_WORD})?(?: (?:supplier|leverancier))?s?"
)
_NAMED = {
    **dict.fromkeys(("direct", "direct supplier", "directe leverancier", "rechtstreeks"), 1),
    **dict.fromkeys(("first tier", "eerste schakel", "tier one"), 1),
    **dict.fromkeys(("second tier", "tweede schakel", "tier two"), 2),
    **dict.fromkeys(("third tier", "derde schakel", "tier three"), 3),
    **dict.fromkeys(("fourth tier", "vierde schakel", "tier four"), 4),
}
_WORDINGS = {
    "tier-several": Wording("info", "several tiers; the site is used at the nearest of them"),
    "tier-own": Wording("info", "tier 0 is the contributor itself; the site counts as used directly"),
    "tier-unreadable": Wording(
        "warning",
        "this is no tier from 1 to 5, so the site counts as used directly, at tier 1",
        "write 1 for a direct supplier, 2 for a supplier of a supplier, and so on",
    ),
}
_BLANK = Wording("info", "the row says no tier, so the site counts as used directly, at tier 1")
FOR_NOBODY = (
    "rows name contributors of their own, for whom a tier is not kept: all their sites count as used at tier 1",
    "load one list per contributor, or the rows beyond tier 1 as a table of relationships",
)
"""Reason and hint where the tiers of rows cannot be held."""


class Tier(NamedTuple):
    """The tier that a cell states and the code of a finding; no tier where it cannot be read."""

    tier: int | None
    code: str | None = None


def parse_tier(text: str) -> Tier:
    """The tier in one cell; of several the nearest. Tier 0, the company itself, is use as direct as tier 1."""
    parts = [part.strip() for part in re.split(r"[,;/&|]|\b(?:and|or|en|of)\b", text.casefold()) if part.strip()]
    found = [_one(part) for part in parts]
    known = [tier for tier in found if tier is not None]
    if not known or len(known) < len(found) or max(known) > MOST_TIERS:
        return Tier(None, "tier-unreadable")
    if min(known) == 0:
        return Tier(1, "tier-own")
    return Tier(min(known), "tier-several" if len(set(known)) > 1 else None)


def _one(text: str) -> int | None:
    if (match := _ONE.fullmatch(text)) is not None:
        return int(match[1])
    return _NAMED.get(text)


def read_tiers(sheet: Sheet) -> pl.Series:
    """Per row the tier that it states; null where it states none."""
    text = sheet.text("tier")
    into = pl.Struct({"tier": pl.Int64, "code": pl.String})
    read = map_unique(text, lambda cell: parse_tier(cell)._asdict(), into)
    sheet.note_codes("tier", read.struct.field("code"), _WORDINGS)
    if sheet.holds("tier"):
        sheet.note("tier", text.is_null(), "tier-blank", _BLANK)
    return read.struct.field("tier")
