"""Workers, percentages, degrees and shares, as people write them."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefboom.loaders.numbers import BANDS, MOST_WORKERS, parse_degrees, parse_percent, parse_share, parse_workers


@pytest.mark.parametrize(
    ("text", "workers"),
    [
        ("130", (130, 130, None)),
        ("130.0", (130, 130, None)),
        ("1,234", (1234, 1234, None)),
        ("1.234", (1234, 1234, None)),
        ("12 345 medewerkers", (12345, 12345, None)),
        ("100-150", (100, 150, None)),
        ("1001–5000", (1001, 5000, None)),
        ("0-100", (0, 100, None)),
        ("150-100", (100, 150, "workers-reversed")),
        ("Less than 1000", (None, 999, None)),
        ("More than 10000", (10001, None, None)),
        ("10000+", (10000, None, None)),
        ("ca. 500", (500, 500, None)),
        ("839|810|810", (810, 839, "workers-differ")),
        ("810|810", (810, 810, None)),
        ("100-200|More than 10000", (100, None, "workers-differ")),
        ("839|many", (None, None, "workers-unreadable")),
        ("0", (None, None, "workers-zero")),
        ("-5", (None, None, "workers-absurd")),
        ("5000000", (None, None, "workers-absurd")),
        ("130.5", (None, None, "workers-unreadable")),
        ("|", (None, None, "workers-unreadable")),
    ],
)
def test_workers(text: str, workers: tuple[int | None, int | None, str | None]) -> None:
    assert parse_workers(text) == workers


@settings(deadline=None)
@given(st.integers(1, MOST_WORKERS), st.integers(1, MOST_WORKERS))
def test_range_keeps_its_two_ends(one: int, other: int) -> None:
    assert parse_workers(f"{one:,}-{other}")[:2] == (min(one, other), max(one, other))


@settings(deadline=None)
@given(st.text())
def test_any_text_gives_workers_or_a_code(text: str) -> None:
    fewest, most, code = parse_workers(text)
    assert code or fewest is not None or most is not None
    assert fewest is None or most is None or fewest <= most


@pytest.mark.parametrize(
    ("text", "percent"), [("71.0%", 71.0), ("5,5 %", 5.5), ("110.0%", 110.0), ("12 procent", 12.0), ("many", None)]
)
def test_percent(text: str, percent: float | None) -> None:
    assert parse_percent(text) == percent


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("23.066", 23.066),
        ("-46,67", -46.67),
        ("23.066° N", 23.066),
        ("S 23.5", -23.5),
        ("4.5 O", 4.5),
        ("46 W", -46.0),
        ("23°04'12\"S", -23.07),
        ("23°60'00\"N", None),
        ("N 23 S", None),
        ("51.9, 4.4", None),
    ],
)
def test_degrees(text: str, degrees: float | None) -> None:
    assert parse_degrees(text) == pytest.approx(degrees)


@pytest.mark.parametrize(
    ("text", "band", "code"),
    [
        ("<1", "share/lt-1", None),
        ("0.5%", "share/lt-1", None),
        ("1", "share/1-5", None),
        ("5", "share/5-10", None),
        ("12%", "share/10-25", None),
        ("10-25", "share/10-25", None),
        ("12 tot 20 procent", "share/10-25", None),
        ("50", "share/25-50", None),
        (">50", "share/gt-50", None),
        ("100%", "share/gt-50", None),
        ("share/5-10", "share/5-10", None),
        ("onbekend", "share/unknown", None),
        ("10-30", "share/unknown", "share-no-band"),
        (">25", "share/unknown", "share-no-band"),
        ("120", "share/unknown", "share-unreadable"),
        ("much", "share/unknown", "share-unreadable"),
    ],
)
def test_share(text: str, band: str, code: str | None) -> None:
    assert parse_share(text) == (band, code)


def test_bands_are_those_of_the_ontology() -> None:
    text = files("hefboom.ontology").joinpath("facts/share_bands.csv").read_text(encoding="utf-8")
    facts = {(row["id"], row["lower"], row["upper"]) for row in csv.DictReader(text.splitlines()) if row["lower"]}
    assert {(band, f"{low:g}", f"{high:g}") for band, low, high in BANDS} <= facts
