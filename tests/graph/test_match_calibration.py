"""The calibration: more likeness never gives a lower probability."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hefboom.graph.match_calibration import Calibration, fit
from hefboom.graph.match_file import read_model
from hefboom.graph.match_training import FEATURES, threshold_for_precision, threshold_for_recall

NAMES = ("name", "address")


def test_a_feature_that_labels_speak_against_gets_no_negative_coefficient() -> None:
    features = np.array([[0.0, 1.0], [0.2, 0.9], [0.8, 0.2], [1.0, 0.0]])
    curve = fit(features, np.array([0.0, 0.0, 1.0, 1.0]), NAMES, {"name": 1.0, "address": 1.0}, strength=0.01)
    assert curve.coefficients["name"] > 0
    assert curve.coefficients["address"] == 0


def test_a_feature_that_no_pair_shows_keeps_its_prior() -> None:
    features = np.array([[0.0, 0.0], [1.0, 0.0]])
    curve = fit(features, np.array([0.0, 1.0]), NAMES, {"name": 1.0, "address": 0.7})
    assert curve.coefficients["address"] == pytest.approx(0.7)


@given(
    st.lists(st.floats(-1, 1), min_size=len(FEATURES), max_size=len(FEATURES)),
    st.integers(0, len(FEATURES) - 1),
    st.floats(0, 5),
)
def test_the_shipped_calibration_never_falls_as_likeness_grows(values: list[float], at: int, more: float) -> None:
    pair = np.array([values, values])
    pair[1, at] += more
    less_alike, more_alike = read_model().calibration.probability(pair, FEATURES)
    assert 0 <= less_alike <= more_alike <= 1


def test_the_sql_of_a_calibration_gives_its_probabilities() -> None:
    curve = Calibration(-1.5, {"name": 2.25, "address": 0.0})
    row = duckdb.execute(f"SELECT {curve.sql()} FROM (SELECT 0.4::DOUBLE AS name, 1.0::DOUBLE AS address)").fetchone()
    assert row is not None
    assert row[0] == pytest.approx(curve.probability(np.array([[0.4, 1.0]]), NAMES)[0])


def test_thresholds_hold_what_they_promise_on_the_labels() -> None:
    probabilities, labels = np.array([0.9, 0.8, 0.7, 0.6, 0.5]), np.array([1.0, 1.0, 0.0, 1.0, 0.0])
    assert threshold_for_precision(probabilities, labels, 0.99) == 0.8
    assert threshold_for_recall(probabilities, labels, 1.0) == 0.6


def test_version_of_a_model_changes_with_its_content(tmp_path: Path) -> None:
    shipped = read_model()
    shipped.write(tmp_path / "same.json")
    assert read_model(tmp_path / "same.json").version == shipped.version
    replace(shipped, automatic=shipped.automatic + 0.0001).write(tmp_path / "other.json")
    other = read_model(tmp_path / "other.json")
    assert other.released == shipped.released
    assert other.version != shipped.version
