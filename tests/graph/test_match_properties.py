"""What holds for every set of listings: order changes nothing, two OS IDs never merge, units stay apart."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_match_resolve import CARMINA, CARMINA_AGAIN, ESTATE, Row, clusters, listings, pairs, run

from hefboom.graph.match_evidence import build_evidence

ROWS: tuple[Row, ...] = (
    CARMINA,
    CARMINA_AGAIN,
    {"name": "Carmina Denim Mills", "address": ESTATE},
    {"name": "Carmina Denim Mills Unit 2", "address": ESTATE},
    {"name": "Carmina Denim Mills", "address": ESTATE.replace("Plot 14", "Plot 29")},
    {"name": "Zentara Washing Plant", "address": ESTATE},
)
OS_IDS = ("PK2019000000001", "PK2020000000002", None)
few = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def listed(draw: st.DrawFn) -> list[Row]:
    """Mentions of a few sites on two lists, each with or without an OS ID."""
    chosen = draw(st.lists(st.sampled_from(ROWS), min_size=2, max_size=5))
    return [
        {**row, "row": str(number), "list": draw(st.sampled_from(("a/2024-01-01", "b/2024-01-01"))),
         "os_id": draw(st.sampled_from(OS_IDS))}
        for number, row in enumerate(chosen, 2)
    ]  # fmt: skip


@few
@given(listed().flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_rows_and_lists_changes_nothing(orders: tuple[list[Row], list[Row]]) -> None:
    rows, shuffled = orders
    one, other = run(rows), run(shuffled)
    assert clusters(one) == clusters(other)
    assert pairs(one) == pairs(other)


@few
@given(listed())
def test_two_os_ids_without_alias_are_never_the_same(rows: list[Row]) -> None:
    resolution = run(rows)
    merged = resolution.connection.execute("""
        SELECT cluster FROM m_cluster JOIN m_mention USING (list, row, part) JOIN m_evidence USING (claim)
        GROUP BY cluster HAVING count(DISTINCT os_id) > 1
    """).fetchall()
    assert merged == []
    stated = resolution.connection.execute("""
        SELECT l.os_id, r.os_id FROM m_judged
        JOIN m_evidence l ON l.claim = claim_l JOIN m_evidence r ON r.claim = claim_r
        WHERE outcome = 'same' AND l.os_id <> r.os_id
    """).fetchall()
    assert stated == []


@pytest.mark.parametrize(
    ("address", "units"),
    [
        ("Unit 7, Korangi", ["unit 7"]),
        ("Unit no. 7 Korangi", ["unit 7"]),
        ("Bldg 3, Floor 2", ["building 3", "floor 2"]),
        ("Blok III Korangi", ["block 3"]),
        ("Korangi Road", []),
    ],
)
def test_units_are_read_from_the_address(address: str, units: list[str]) -> None:
    connection = duckdb.connect()
    connection.register("listings", listings([{"name": "Carmina Denim Mills", "address": address}]))
    build_evidence(connection, "listings")
    assert connection.execute("SELECT u FROM m_evidence").fetchone() == (units,)


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        ("Unit 2, Korangi Industrial Area", "Unit 3, Korangi Industrial Area", True),
        ("Unit 2, Korangi Industrial Area", "Unit No. 2, Korangi Ind. Area", False),
        ("Unit 2 & 3, Korangi Industrial Area", "Unit 3, Korangi Industrial Area", False),
        ("Unit 2, Korangi Industrial Area", "Floor 3, Korangi Industrial Area", False),
    ],
)
def test_units_conflict_only_within_one_kind_of_unit(one: str, other: str, conflict: bool) -> None:
    resolution = run([{"name": "Carmina Denim Mills", "address": address} for address in (one, other)])
    (row,) = resolution.connection.execute("SELECT conflicts FROM m_judged").fetchall()
    assert ("unit" in row[0]) is conflict
