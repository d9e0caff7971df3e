"""The trail of a product, hop by hop from the company back, with what is not on file marked.

The first hops are those of the product; from there every supplier of a supplier follows, each site once, as far as six
hops. A hop lacks its document or its material when no list names it; the trail ends in a gap when no list names a
supplier, unless the site is a place where raw material comes from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hefboom.queries.answers import Cell
from hefboom.queries.cells import value, whole, words

_MOST_HOPS = 6
_GAPS = {
    "en": {"document": "no document", "material": "material not named", "end": "nothing on file beyond this site"},
    "nl": {
        "document": "geen document",
        "material": "materiaal niet genoemd",
        "end": "voorbij deze locatie niets vastgelegd",
    },
}
_KEPT = ("material", "since", "until", "document", "confidence", "list", "row")

Record = dict[str, Cell]


def analyse(rows: Sequence[Record], given: Mapping[str, Sequence[object]], lang: str) -> list[Record]:
    """Rows of relationships to ordered hops: nearest first, then by supplier and list."""
    by_buyer: dict[str, list[Record]] = {}
    for row in rows:
        by_buyer.setdefault(value(row["buyerSite"]), []).append(row)
    hops: list[Record] = []
    reached: set[str] = set()
    current = by_buyer.get("", [])
    for hop in range(1, _MOST_HOPS + 1):
        suppliers = dict.fromkeys(value(row["supplier"]) for row in current)
        hops += [_hop(hop, row, by_buyer, lang) for row in sorted(current, key=_order)]
        fresh = [site for site in suppliers if site not in reached]
        reached.update(fresh)
        current = [row for site in fresh for row in by_buyer.get(site, [])]
    return hops


def _order(row: Record) -> tuple[str, ...]:
    return tuple(value(row[name]) for name in ("supplier", "buyerSite", "list", "row", "material"))


def _hop(hop: int, row: Record, by_buyer: Mapping[str, list[Record]], lang: str) -> Record:
    gaps = [_GAPS[lang][name] for name in ("document", "material") if row[name] is None]
    if value(row["supplier"]) not in by_buyer and value(row["origin"]) != "true":
        gaps.append(_GAPS[lang]["end"])
    return {
        "hop": whole(hop),
        "from": row["supplier"],
        "fromName": row["supplierLabel"],
        "to": row["buyer"] or row["buyerSite"],
        "toName": row["buyerName"] or row["buyerLabel"],
        **{name: row[name] for name in _KEPT},
        "gap": words("; ".join(gaps)),
    }
