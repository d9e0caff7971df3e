"""Leverage at one site in bands: who together takes how much of its output, as far as anybody has said.

A band is a lower and an upper bound in per cent. The joint band of several buyers is the sum of their lower and the sum
of their upper bounds, both capped at 100. A share that nobody has stated stays unknown: it adds to neither bound, and
is counted, so that the joint band reads "15-35, and 1 unknown".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hefboom.errors import QueryError
from hefboom.queries.answers import Cell
from hefboom.queries.cells import decimal, value, whole, words

_WORDS = {
    "en": {"unknown": "unknown", "yes": "yes", "perhaps": "perhaps", "no": "not as far as known"},
    "nl": {"unknown": "onbekend", "yes": "ja", "perhaps": "misschien", "no": "voor zover bekend niet"},
}


@dataclass(frozen=True, slots=True)
class Band:
    """A range of per cent, both bounds counted in, and how many buyers it leaves out because their share is unknown."""

    lower: float = 0.0
    upper: float = 0.0
    unknown: int = 0

    def __add__(self, other: Band) -> Band:
        """Both taken together: bounds add up to 100 at most, unknown shares stay unknown."""
        return Band(
            min(self.lower + other.lower, 100.0),
            min(self.upper + other.upper, 100.0),
            self.unknown + other.unknown,
        )

    def reaches(self, wanted: float) -> str:
        """`yes` when even the lower bounds reach it, `perhaps` when upper bounds or an unknown share may, else `no`."""
        if self.lower >= wanted:
            return "yes"
        return "perhaps" if self.unknown or self.upper >= wanted else "no"


UNKNOWN = Band(unknown=1)


def joint(bands: Iterable[Band]) -> Band:
    """The joint band of several buyers."""
    return sum(bands, start=Band())


def analyse(rows: Sequence[dict[str, Cell]], given: Mapping[str, Sequence[object]], lang: str) -> list[dict[str, Cell]]:
    """Rows of company, name, member, lower, upper, evidence and confidence to buyers in order with joint bands.

    Known shares come first, the largest lower bound first, which reaches a wanted share with the fewest buyers; members
    go before others with the same band.
    """
    said = _WORDS[lang]
    wanted = float(str(getattr(given["wanted"][0], "value", "")))
    if not 0 < wanted <= 100:
        raise QueryError(f"wanted: '{wanted:g}' is no share; give a number above 0 and up to 100")
    total = Band()
    answer: list[dict[str, Cell]] = []
    for place, (band, row) in enumerate(sorted(_buyers(rows), key=_order), 1):
        total += band
        answer.append(
            {
                **{name: row[name] for name in ("company", "name", "member", "evidence", "confidence")},
                "place": whole(place),
                "band": words(said["unknown"] if band.unknown else _shown(band)),
                "jointLower": decimal(total.lower),
                "jointUpper": decimal(total.upper),
                "jointBand": words(_shown(total) if total.upper else said["unknown"]),
                "unknown": whole(total.unknown),
                "reaches": words(said[total.reaches(wanted)]),
            }
        )
    return answer


def _buyers(rows: Sequence[dict[str, Cell]]) -> list[tuple[Band, dict[str, Cell]]]:
    """Each buyer once, with the largest share that a relationship states; the first row tells how it is known."""
    best: dict[str, tuple[Band, dict[str, Cell]]] = {}
    for row in rows:
        lower, upper = value(row["lower"]), value(row["upper"])
        band = Band(float(lower), float(upper)) if lower and upper else UNKNOWN
        known = best.get(value(row["company"]))
        if known is None or (known[0].unknown, -known[0].lower) > (band.unknown, -band.lower):
            best[value(row["company"])] = (band, row)
    return list(best.values())


def _order(buyer: tuple[Band, dict[str, Cell]]) -> tuple[int, float, float, bool, str]:
    band, row = buyer
    return band.unknown, -band.lower, -band.upper, value(row["member"]) != "true", value(row["company"])


def _shown(band: Band) -> str:
    return f"{band.lower:g}-{band.upper:g}"
