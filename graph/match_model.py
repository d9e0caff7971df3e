"""The probabilistic model: Fellegi-Sunter comparisons on Splink, the same for DuckDB and for Spark."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Level:
    """One level of agreement: its name (for reasons), its SQL condition, and the column whose rarity adjusts it."""

    name: str
    condition: str
    rarity: str | None = None


@dataclass(frozen=True)
class Comparison:
    """One field of evidence: levels from most to least alike, after the condition under which nothing can be said."""

    name: str
    unknown: str
    levels: tuple[Level, ...]


_NAME = "greatest(m_shared(n_l, nh_r), m_shared(n_r, nh_l))"
_ADDRESS = "m_shared(a_l, ah_r)"
_CROSSED = "greatest(m_shared(n_l, ah_r), m_shared(n_r, ah_l))"
_KM = "111.2 * sqrt(power(lat_l - lat_r, 2) + power((lng_l - lng_r) * cos(radians((lat_l + lat_r) / 2)), 2))"
_COLUMN = re.compile(r"\b([a-z_]+)_[lr]\b")
_STAFF = "least(workers_l, workers_r) * 1.0 / greatest(workers_l, workers_r)"


def comparisons() -> tuple[Comparison, ...]:
    """The comparisons of the model; the functions `m_...` are defined for each engine by `match_engines`."""
    return (
        Comparison("name", "nw_l = 0 OR nw_r = 0", (
            Level("same", "core_l = core_r", "core"),
            Level("spelled_alike", "joined_l = joined_r OR native_l = native_r "
                  "OR (length(joined_l) >= 8 AND m_alike(joined_l, joined_r) >= 0.96)"),
            Level("nearly", f"{_NAME} >= 0.8 * greatest(nl_l, nl_r)"),
            Level("contained", f"{_NAME} >= 0.85 * least(nl_l, nl_r) AND {_NAME} >= 90"),
            Level("initials", "coalesce(m_has(nh_r, initials_l), false) OR coalesce(m_has(nh_l, initials_r), false)"),
            Level("partly", f"({_NAME} >= 0.5 * least(nl_l, nl_r) AND {_NAME} >= 60) "
                  "OR m_alike(joined_l, joined_r) >= 0.9"),
            Level("little", f"{_NAME} >= 40"),
            Level("differs", "ELSE"),
        )),
        Comparison("address", "aw_l = 0 OR aw_r = 0", (
            Level("same", f"{_ADDRESS} >= 0.85 * greatest(aw_l, aw_r)"),
            Level("contained", f"{_ADDRESS} >= 0.85 * least(aw_l, aw_r) AND {_ADDRESS} >= 100"),
            Level("largely", f"{_ADDRESS} >= 0.6 * least(aw_l, aw_r) AND {_ADDRESS} >= 90"),
            Level("partly", f"{_ADDRESS} >= 0.35 * least(aw_l, aw_r) AND {_ADDRESS} >= 50"),
            Level("little", f"{_ADDRESS} >= 25"),
            Level("differs", "ELSE"),
        )),
        Comparison("crossed", f"nw_l = 0 OR nw_r = 0 OR {_CROSSED} < 30", (
            Level("much", f"{_CROSSED} >= 90"),
            Level("some", "ELSE"),
        )),
        Comparison("number", "NOT m_filled(nums_l, nums_r)", (
            Level("same_long", "m_long_overlap(nums_l, nums_r)"),
            Level("same", "nums_l = nums_r"),
            Level("overlap", "m_overlap(nums_l, nums_r)"),
            Level("differs", "ELSE"),
        )),
        Comparison("postcode", "pc_l IS NULL OR pc_r IS NULL", (
            Level("same", "pc_l = pc_r", "pc"),
            Level("area", "area_l = area_r"),
            Level("differs", "ELSE"),
        )),
        Comparison("place", "m_empty(s_l, s_r)", (
            Level("same", "m_shared(s_l, nh_r) + m_shared(s_r, nh_l) > 0"),
            Level("in_address", "m_shared(s_l, ah_r) + m_shared(s_r, ah_l) > 0"),
            Level("one_side", "NOT m_filled(s_l, s_r)"),
            Level("differs", "ELSE"),
        )),
        Comparison("unit", "NOT m_same_class(u_l, u_r)", (
            Level("same", "NOT m_unit_differs(u_l, u_r)"),
            Level("differs", "ELSE"),
        )),
        Comparison("name_number", "m_empty(nn_l, nn_r)", (
            Level("same", "nn_l = nn_r"),
            Level("overlap", "m_overlap(nn_l, nn_r)"),
            Level("in_address", "m_overlap(nn_l, nums_r) OR m_overlap(nn_r, nums_l)"),
            Level("one_side", "NOT m_filled(nn_l, nn_r)"),
            Level("differs", "ELSE"),
        )),
        Comparison("point", "lat_l IS NULL OR lat_r IS NULL", (
            Level("same", f"precise_l AND precise_r AND {_KM} < 0.25"),
            Level("near", f"precise_l AND precise_r AND {_KM} < 2"),
            Level("around", f"{_KM} < 15"),
            Level("far", f"{_KM} < 60"),
            Level("differs", "ELSE"),
        )),
        Comparison("workers", "workers_l IS NULL OR workers_r IS NULL", (
            Level("same", "workers_l = workers_r", "workers"),
            Level("near", f"{_STAFF} >= 0.8"),
            Level("same_order", f"{_STAFF} >= 0.4"),
            Level("differs", "ELSE"),
        )),
        Comparison("country", "country_l IS NULL OR country_r IS NULL OR country_l = country_r", (
            Level("neighbour", "zone_l = zone_r"),
            Level("differs", "ELSE"),
        )),
        Comparison("parent", "NOT m_filled(parents_l, parents_r)", (
            Level("same", "m_overlap(parents_l, parents_r)"),
            Level("differs", "ELSE"),
        )),
        Comparison("kind", "NOT m_filled(kinds_l, kinds_r)", (
            Level("same", "m_overlap(kinds_l, kinds_r)"),
            Level("differs", "ELSE"),
        )),
    )  # fmt: skip


def compared_columns() -> list[str]:
    """The columns of `m_evidence` that the comparisons read, and the claim."""
    texts = (text for item in comparisons() for text in (item.unknown, *(level.condition for level in item.levels)))
    rare = (level.rarity for item in comparisons() for level in item.levels if level.rarity)
    return ["claim", *sorted({*(name for text in texts for name in _COLUMN.findall(text)), *rare})]


def settings(engine: str = "duckdb", weights: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Splink settings of the model for `engine`; `weights` gives m and u by comparison and level where trained."""
    made = []
    for comparison in comparisons():
        trained = (weights or {}).get(comparison.name, {})
        levels: list[dict[str, Any]] = [
            {"sql_condition": comparison.unknown, "label_for_charts": "unknown", "is_null_level": True}
        ]
        for level in comparison.levels:
            made_level: dict[str, Any] = {"sql_condition": level.condition, "label_for_charts": level.name}
            if level.rarity:
                made_level["tf_adjustment_column"] = level.rarity
                made_level["tf_adjustment_weight"] = 0.5
                made_level["tf_minimum_u_value"] = 1e-5
            if level.name in trained:
                made_level["m_probability"], made_level["u_probability"] = trained[level.name]
            levels.append(made_level)
        made.append({"output_column_name": comparison.name, "comparison_levels": levels})
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "claim",
        "sql_dialect": engine,
        "comparisons": made,
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "probability_two_random_records_match": 1e-4,
    }
