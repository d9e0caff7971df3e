"""Near-doubles: pairs of rows of one list that are, or may be, one site."""

from __future__ import annotations

from typing import Any

from hefboom.graph.opened import OpenData

_PAIRS = """
    SELECT left_list AS list, left_row, right_row, outcome, probability, a.name AS left_name, b.name AS right_name,
        a.address AS left_address, b.address AS right_address, {reasons} AS reasons
    FROM matches m JOIN listings a ON a.list = left_list AND a.row = left_row AND a.part = left_part
    JOIN listings b ON b.list = right_list AND b.row = right_row AND b.part = right_part
    WHERE left_list = right_list AND outcome <> 'different'
    ORDER BY outcome = 'same' DESC, probability DESC, a.ordinal, b.ordinal
"""


def near_doubles(data: OpenData, lang: str = "en") -> list[dict[str, Any]]:
    """The pairs of rows of one list that the last resolution found to be one site, or possibly one, surest first."""
    with data.tables() as connection:
        result = connection.execute(_PAIRS.format(reasons=f"reasons_{lang}"))
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
