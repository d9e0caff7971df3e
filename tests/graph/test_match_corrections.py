"""Decisions correct the calibration: carefully, for those who may see them, and only as long as they stand."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from resolution_lists import Row, load_list

from hefboom.graph import DataFolder, open_data
from hefboom.graph.decisions import Wish, record
from hefboom.graph.match_corrections import FEWEST, LARGEST, Correction, corrected_sql, fit_correction
from hefboom.graph.resolution import resolve_folder

DAY = dt.date(2024, 6, 1)
SOUNDS = ("bra", "ko", "li", "men", "tu", "zar", "pe", "vol", "ni", "sha", "gor", "dem")
PAIRS = FEWEST + 4


def word(number: int) -> str:
    """An invented word, another for each number."""
    return "".join(SOUNDS[number * factor // step % 12] for factor, step in ((1, 1), (5, 12), (7, 5))).title() + "ax"


def names(first: int, town: str) -> list[Row]:
    """Rows of firms with the same name in two streets of one quarter: pairs that only a person can decide."""
    return [
        (f"{word(first + n)} Denim Ltd", f"{word(first + n + 150)} Road, {quarter}, {town}", "PK", "", "")
        for n, quarter in enumerate(f"{word(first + n + 350)} Town" for n in range(PAIRS))
    ]


def elsewhere(rows: list[Row]) -> list[Row]:
    """The same firms, each in Kashmir Road."""
    return [(row[0], f"Kashmir Road, {row[1].split(', ', 1)[1]}", *row[2:]) for row in rows]


Stated = dict[tuple[str, str], tuple[float, str]]


def stated(data: Path, scope: str) -> Stated:
    """Probability and version of the pairs of a scope that nobody decided, by the ids of their sites."""
    rows = open_data(data).tables().execute(
        """SELECT least(left_site, right_site), greatest(left_site, right_site), probability, model_version
        FROM matches WHERE scope = ? AND method <> 'review'""", [scope],
    ).fetchall()  # fmt: skip
    return {(left, right): (probability, version) for left, right, probability, version in rows}


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[Wish]]]:
    """Two public lists and two of the secretariat, and a `different` for each of their pairs, by scope."""
    data = tmp_path_factory.mktemp("corrections") / "data"
    wishes = {}
    for scope, first, companies in (("public", 0, ("Asda", "Tesco")), ("secretariat", 500, ("Zeeman", "Wibra"))):
        rows = names(first, "Sialkot" if scope == "public" else "Sambrial")
        one = load_list(data, companies[0], rows, scope)
        two = load_list(data, companies[1], elsewhere(rows), scope)
        site = dict(open_data(data).tables().execute("SELECT list || '/' || row, site FROM identity").fetchall())
        wishes[scope] = [
            Wish(site[f"{one}/{row}"], site[f"{two}/{row}"], "different", "MJ") for row in range(2, 2 + FEWEST + 1)
        ]
    resolve_folder(DataFolder(data), today=DAY)
    return data, wishes


def test_decisions_move_probabilities_where_they_are_seen_and_give_them_back_when_withdrawn(
    lists: tuple[Path, dict[str, list[Wish]]],
) -> None:
    data, wishes = lists
    folder = DataFolder(data)
    before = {scope: stated(data, scope) for scope in wishes}
    assert all(len(pairs) >= PAIRS for pairs in before.values())

    record(folder, wishes["secretariat"], today=DAY)
    resolve_folder(folder, today=DAY)
    closed = {scope: stated(data, scope) for scope in wishes}
    assert closed["public"] == before["public"], "a closed decision shows in a public probability"
    left = set(closed["secretariat"])
    assert left
    assert left < set(before["secretariat"])
    for pair in left:
        assert closed["secretariat"][pair][0] < before["secretariat"][pair][0]
        assert "+reviewed(" in closed["secretariat"][pair][1]

    record(folder, wishes["public"], today=DAY)
    resolve_folder(folder, today=DAY)
    for pair, (probability, version) in stated(data, "public").items():
        assert probability < before["public"][pair][0]
        assert "+reviewed(" in version

    taken_back = [Wish(wish.left, wish.right, None, "MJ") for scope in wishes for wish in wishes[scope]]
    record(folder, taken_back, today=DAY)
    resolve_folder(folder, today=DAY)
    assert {scope: stated(data, scope) for scope in wishes} == before


def test_the_correction_is_kept_for_the_next_lists(lists: tuple[Path, dict[str, list[Wish]]]) -> None:
    data, _ = lists
    state = json.loads((DataFolder(data).current() / "tables/resolution/state.json").read_text())  # type: ignore[operator]
    assert state["model"]
    assert (DataFolder(data).current() / "tables/resolution/m_correction/000.parquet").is_file()  # type: ignore[operator]


def test_few_decisions_correct_nothing() -> None:
    logits = np.zeros(FEWEST - 1)
    assert not fit_correction(logits, np.zeros(len(logits)), np.ones(len(logits)))


@settings(deadline=None, max_examples=40)
@given(st.floats(-1, 1), st.floats(0.7, 1.3), st.floats(-3, 0), st.floats(0, 3))
def test_corrected_probabilities_keep_the_order_and_fade_beyond_what_was_asked(
    shift: float, slope: float, low: float, high: float
) -> None:
    rows = duckdb.execute(
        f"""SELECT {corrected_sql("logit")} FROM (SELECT x / 4 AS logit, ? AS shift, ? AS slope, ? AS low, ? AS high
        FROM range(-60, 61) t(x)) ORDER BY logit""",
        [shift, slope, low, high],
    ).fetchall()
    corrected = [row[0] for row in rows]
    assert all(one <= other + 1e-9 for one, other in itertools.pairwise(corrected))
    assert (corrected[0], corrected[-1]) == (-15, 15)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.floats(-8, 8), st.booleans()), min_size=FEWEST, max_size=200))
def test_a_correction_stays_within_bounds_and_keeps_the_order(decided: list[tuple[float, bool]]) -> None:
    logits, same = (np.array(side, dtype=float) for side in zip(*decided, strict=True))
    found = fit_correction(logits, same, np.ones(len(logits)))
    assert LARGEST[0][0] <= found.shift <= LARGEST[0][1]
    assert LARGEST[1][0] <= found.slope <= LARGEST[1][1]


def test_decisions_that_agree_with_the_model_correct_nothing() -> None:
    logits = np.repeat([-2.0, 0.0, 2.0], 100)
    same = np.concatenate([np.arange(100) < share for share in (12, 50, 88)]).astype(float)
    assert fit_correction(logits, same, np.ones(300)) == Correction()


def test_decisions_that_mostly_say_different_lower_probabilities() -> None:
    logits = np.repeat([-1.0, 0.0, 1.0], 20)
    assert fit_correction(logits, np.zeros(60), np.ones(60)).shift < 0
