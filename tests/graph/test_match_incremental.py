"""Rows that come later are resolved as if all had come at once: what known rows tell of words counts for them too."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from test_match_resolve import Row, listings

from hefboom.graph.match_resolve import Resolution, resolve

STREET = "Korangi Road, Karachi"
CROWD: list[Row] = [
    {"name": f"{name} {trade} Ltd", "address": f"{number} {street}, {town}", "list": "z/2024-01-01"}
    for number, (name, trade, street, town) in enumerate(
        (name, trade, street, town)
        for name, trade in zip(
            ("Sonali", "Bismara", "Tovella", "Kandoro"), ("Knit", "Shoes", "Washing", "Denim"), strict=True
        )
        for street in ("Lake Road", "Mill Street")
        for town in ("Lahore", "Multan", "Quetta")
    )
]
CASES: dict[str, tuple[list[Row], list[Row]]] = {
    "a space left out in the new row": (
        [{"name": "Mova Lindor Ltd", "address": STREET}, {"name": "Mova Lindor Ltd", "address": "Mill Road, Lahore"}],
        [{"name": "Movalindor Ltd", "address": STREET}],
    ),
    "a space put into the new row": (
        [{"name": "Movalindor Ltd", "address": STREET}, {"name": "Movalindor Ltd", "address": "Mill Road, Lahore"}],
        [{"name": "Mova Lindor Ltd", "address": STREET}],
    ),
    "a slip in the new row": (
        [{"name": "Zentarova Ltd", "address": STREET}, {"name": "Zentarova Ltd", "address": "Mill Road, Lahore"}],
        [{"name": "Zentarora Ltd", "address": STREET}],
    ),
    "a slip in the known row": (
        [{"name": "Zentarora Ltd", "address": STREET}],
        [{"name": "Zentarova Ltd", "address": STREET}, {"name": "Zentarova Ltd", "address": "Mill Road, Lahore"}],
    ),
    "a first letter lost in the new row": (
        [{"name": "Zentarova Ltd", "address": STREET}],
        [{"name": "Entarova Ltd", "address": STREET}],
    ),
    "letters spaced in the new row": (
        [{"name": "Carmina Denim Mills", "address": STREET}],
        [{"name": "C ar mi na D e ni m M il ls", "address": STREET}],
    ),
    "no country in the new row": (
        [{"name": "Carmina Denim Mills", "address": STREET}],
        [{"name": "Carmina Denim Mill", "address": STREET, "country": None}],
    ),
    "a former name in the new row": (
        [{"name": "Zentarova Denim", "address": STREET}],
        [{"name": "Carmina Weaving (formerly Zentarova Denim)", "address": STREET}],
    ),
}  # fmt: skip


def outcomes(found: Resolution) -> dict[tuple[str, ...], str]:
    """The outcome of each pair of rows of a case, by list and row; pairs of the crowd are left out."""
    rows = found.connection.execute("""
        SELECT left_list, left_row, right_list, right_row, outcome FROM m_pair
        WHERE outcome <> 'different' AND 'z/2024-01-01' NOT IN (left_list, right_list)
    """).fetchall()
    return {(*sorted(((row[0], row[1]), (row[2], row[3]))),): row[4] for row in rows}


@pytest.mark.parametrize("case", CASES)
def test_new_rows_meet_known_ones_as_in_one_run_over_all(case: str, tmp_path: Path) -> None:
    before, after = CASES[case]
    known: list[Row] = [*CROWD, *({"list": f"a{number}/2024-01-01", **row} for number, row in enumerate(before))]
    new: list[Row] = [{"list": f"b{number}/2025-01-01", **row} for number, row in enumerate(after)]
    at_once, first, then = duckdb.connect(), duckdb.connect(), duckdb.connect()
    at_once.register("listings", listings([*known, *({**row, "row": str(n)} for n, row in enumerate(new, 2))]))
    first.register("listings", listings(known))
    then.register("listings", listings(new))
    resolve(first, "listings").keep(tmp_path)
    expected = outcomes(resolve(at_once, "listings"))
    assert "same" in expected.values()
    assert outcomes(resolve(then, "listings", known=tmp_path)) == expected
