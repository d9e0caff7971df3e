"""Answers to SELECT are cut between two rows, whatever the rows hold and however the bytes arrive."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hefboom.api.row_limit import RowCut

FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
CELLS = st.one_of(
    st.none(),
    st.text(alphabet="\"'\\},{:]\r\n\t<>/&result ab", max_size=12),
    st.sampled_from(['},{"', "\\", '\\"', "</result>", "<result>", '"},{"', "a\r\nb", '""', "}", "},"]),
)


def written(rows: Sequence[str | None], form: ox.QueryResultsFormat) -> bytes:
    """Rows of one column as the engine writes them."""
    cells = " ".join("UNDEF" if cell is None else str(ox.Literal(cell)) for cell in rows)
    results = ox.Store().query(f"SELECT ?x {{ VALUES ?x {{ {cells} }} }}")
    assert isinstance(results, ox.QuerySolutions)
    made = results.serialize(format=form)
    assert made is not None
    return made


@pytest.mark.parametrize("name", FORMATS)
@given(
    rows=st.lists(CELLS, max_size=6), sizes=st.lists(st.integers(1, 30), min_size=1, max_size=4), most=st.integers(1, 6)
)
@example(rows=["a", "b"], sizes=[1], most=1)
@example(rows=["a", None, ""], sizes=[1], most=2)
def test_cut_answer_is_the_answer_of_the_rows_that_are_left(
    name: str, rows: list[str | None], sizes: list[int], most: int
) -> None:
    cut = RowCut(name, most)
    data = written(rows, FORMATS[name])
    sent, place, turns = b"", 0, itertools.cycle(sizes)
    while place < len(data):
        size = next(turns)
        sent += cut.passed(data[place : place + size])
        place += size
    sent += cut.rest()
    assert sent == written(rows[:most], FORMATS[name])
    assert cut.cut == (len(rows) > most)
