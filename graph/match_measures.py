"""Measures of a scored pair: finer figures than the model's levels, and conflicts that forbid a silent merge."""

from __future__ import annotations

import duckdb

from hefboom.graph.match_model import comparisons

WEIGHTS = tuple(comparison.name for comparison in comparisons())
"""The comparisons whose Splink match weights enter the calibration."""

_OTHER_NUMBER = """(m_filled(nums_l, nums_r) AND numbers = 0)
        OR (m_filled(doors_l, doors_r) AND NOT m_overlap(doors_l, nums_r) AND NOT m_overlap(doors_r, nums_l))"""
_OTHER_NAME_NUMBER = "NOT list_has_all(nn_l, nn_r) AND NOT list_has_all(nn_r, nn_l)"
_CONFIRMED = """(m_overlap(nn_{0}, [string_split(x, ' ')[2] for x in u_{1}])
        OR m_overlap(nn_{0}, [x for x in nums_{1} if NOT list_contains(nums_{0}, x)])
        OR m_overlap([x for x in nn_{0} if NOT list_contains(nnu_{0}, x)], nums_{1}))"""
_LONE = f"""(len(nn_l) > 0) <> (len(nn_r) > 0) AND NOT {_CONFIRMED.format("l", "r")}
        AND NOT {_CONFIRMED.format("r", "l")}"""
REST = 30
"""Words of at least so many tenths of bits that only one name has count, where the other address lacks them too.

Within one list the address does not count: a list that names two places at one address means two sites.
"""
MISSPELT = 0.82
"""From this Jaro-Winkler similarity on, two words that only one name has each are one word, misspelt."""
_SISTER = f"""left_rest >= {REST} AND right_rest >= {REST} AND NOT coalesce(m_alike(joined_l, joined_r) >= 0.96, false)
        AND NOT coalesce(native_l = native_r, false)
        AND NOT coalesce(m_has(nh_r, initials_l), false) AND NOT coalesce(m_has(nh_l, initials_r), false)
        AND NOT coalesce(workers_l = workers_r AND NOT one_list, false)
        AND CASE WHEN left_rest >= {REST} AND right_rest >= {REST}
            THEN m_unlike(cores_l, cores_r) AND m_unlike(cores_r, cores_l)
                AND m_unlike(all_said_l, all_said_r) AND m_unlike(all_said_r, all_said_l) ELSE false END"""

MEASURES: dict[str, str] = {
    "name_contained": "name_bits / greatest(least(nl_l, nl_r), 10)",
    "name_equal": "name_bits / greatest(greatest(nl_l, nl_r), 10)",
    "name_alike": "greatest(coalesce(m_alike(joined_l, joined_r), 0.5) - 0.5, 0) * 2",
    "address_contained": """CASE WHEN aw_l > 0 AND aw_r > 0
        THEN address_bits / greatest(least(aw_l, aw_r), 10) ELSE 0.3 END""",
    "address_equal": """CASE WHEN aw_l > 0 AND aw_r > 0
        THEN address_bits / greatest(greatest(aw_l, aw_r), 10) ELSE 0.2 END""",
    "numbers_equal": """CASE WHEN m_filled(nums_l, nums_r)
        THEN numbers * 1.0 / (len(nums_l) + len(nums_r) - numbers) ELSE 0 END""",
    "shared_detail": """(numbers > 0 OR coalesce(pc_l = pc_r, false) OR coalesce(workers_l = workers_r, false)
        OR coalesce(precise_l AND precise_r AND m_km(lat_l, lng_l, lat_r, lng_r) < 2, false))::INT""",
    "crossed": """greatest(m_shared(n_l, ah_r) * 1.0 / greatest(nw_l, 10),
        m_shared(n_r, ah_l) * 1.0 / greatest(nw_r, 10))""",
    "name_and_address": """least(greatest(name_bits / greatest(least(nl_l, nl_r), 10),
        (coalesce(m_alike(joined_l, joined_r), 0.5) - 0.7) / 0.3),
        CASE WHEN aw_l > 0 AND aw_r > 0 THEN address_bits / greatest(least(aw_l, aw_r), 10) ELSE 0.3 END)""",
    "other_number": f"-({_OTHER_NUMBER})::INT",
    "other_postcode": "-coalesce(pc_l <> pc_r AND area_l <> area_r, false)::INT",
    "other_unit": "-m_unit_differs(u_l, u_r)::INT",
    "other_name_number": f"-({_OTHER_NAME_NUMBER})::INT",
    "lone_name_number": f"-({_LONE})::INT",
    "sister": f"-({_SISTER})::INT",
    "one_list": """CASE WHEN one_list THEN least(name_bits / greatest(greatest(nw_l, nw_r), 10),
        CASE WHEN aw_l > 0 AND aw_r > 0 THEN address_bits / greatest(least(aw_l, aw_r), 10) ELSE 1 END, 1) - 1
        ELSE 0 END""",
    "other_country": "-coalesce(zone_l <> zone_r AND country_l <> country_r, false)::INT",
}
"""Figures from -1 to 1, larger when the pair is more alike; SQL over the evidence of both sides."""

CONFLICTS: dict[str, str] = {
    "os_id": "os_id_l <> os_id_r",
    "duns": "duns_l <> duns_r",
    "lei": "lei_l <> lei_r",
    "unit": "m_unit_differs(u_l, u_r)",
    "name_number": _OTHER_NAME_NUMBER,
    "lone_number": _LONE,
    "branch": """(branch_l AND NOT branch_r AND left_rest >= 60) OR (branch_r AND NOT branch_l AND right_rest >= 60)""",
    "sister": _SISTER,
    "house_number": f"({_OTHER_NUMBER}) AND NOT coalesce(pc_l = pc_r AND workers_l = workers_r, false)",
    "country": "zone_l <> zone_r AND country_l <> country_r",
    "town": """NOT coalesce(pc_l = pc_r, false) AND NOT coalesce(m_km(lat_l, lng_l, lat_r, lng_r) < 2, false) AND (
        address_bits < 0.25 * least(aw_l, aw_r) OR aw_l = 0 OR aw_r = 0
        OR (address_bits < 0.6 * least(aw_l, aw_r) AND m_filled(s_l, s_r)
            AND m_shared(s_l, nh_r) + m_shared(s_r, nh_l) + m_shared(s_l, ah_r) + m_shared(s_r, ah_l) = 0))""",
    "other_town": """town_l <> town_r AND NOT coalesce(pc_l = pc_r, false)
        AND NOT m_has(ah_l, town_r) AND NOT m_has(ah_r, town_l)
        AND NOT m_has(around_l, town_r) AND NOT m_has(around_r, town_l)
        AND NOT m_has(nh_l, town_r) AND NOT m_has(nh_r, town_l)
        AND NOT coalesce(m_km(lat_l, lng_l, lat_r, lng_r) < 2, false)""",
    "estate": """(vague_l OR vague_r) AND name_bits < 0.8 * greatest(nl_l, nl_r)
        AND NOT coalesce(m_alike(joined_l, joined_r) >= 0.96, false) AND NOT coalesce(workers_l = workers_r, false)
        AND NOT coalesce(precise_l AND precise_r AND m_km(lat_l, lng_l, lat_r, lng_r) < 0.5, false)""",
    "company": """name_bits < 0.4 * least(nw_l, nw_r) AND NOT coalesce(m_alike(joined_l, joined_r) >= 0.9, false)
        AND NOT coalesce(native_l = native_r, false)
        AND NOT coalesce(m_has(nh_r, initials_l), false) AND NOT coalesce(m_has(nh_l, initials_r), false)""",
    "place_only": """told_bits < 30 AND numbers = 0 AND address_bits < 0.7 * least(aw_l, aw_r)
        AND NOT coalesce(pc_l = pc_r, false) AND NOT coalesce(workers_l = workers_r, false)
        AND NOT coalesce(m_alike(joined_l, joined_r) >= 0.96 AND len(joined_l) > 12, false)""",
    "point": """precise_l AND precise_r AND m_km(lat_l, lng_l, lat_r, lng_r) > 25 AND NOT coalesce(pc_l = pc_r, false)
        AND (vague_l OR vague_r OR address_bits < 0.6 * least(aw_l, aw_r))""",
}
"""What forbids a silent merge; every entry makes a pair a possible match at most, and is named to the reviewer."""


def measure(connection: duckdb.DuckDBPyConnection, scored: str, evidence: str = "m_evidence") -> None:
    """Make `m_measured`: the pairs of `scored` (claim_l, claim_r, mw_...) with measures and conflicts.

    `conflicts` is a list of keys of CONFLICTS.
    """
    connection.execute("""
        CREATE OR REPLACE TEMP MACRO m_km(lat_a, lng_a, lat_b, lng_b) AS
        111.2 * sqrt(power(lat_a - lat_b, 2) + power((lng_a - lng_b) * cos(radians((lat_a + lat_b) / 2)), 2))
    """)
    connection.execute(f"""
        CREATE OR REPLACE TEMP MACRO m_unlike(a, b) AS len(list_filter(
            list_filter(a, lambda x: len(x) > 2 AND NOT list_contains(b, x)),
            lambda x: coalesce(list_max(list_transform(b, lambda y: jaro_winkler_similarity(x, y))), 0) < {MISSPELT}
        )) > 0
    """)
    described = connection.sql(f"SELECT * FROM {evidence} LIMIT 0").columns
    sides = ", ".join(
        f"{side}.{column} AS {column}_{side}" for side in ("l", "r") for column in described if column != "claim"
    )
    weights = ", ".join(f"greatest(-10, least(14, {_weight(name)})) AS w_{name}" for name in WEIGHTS)
    measures = ", ".join(f"greatest(-1, least(1, ({sql})))::FLOAT AS x_{name}" for name, sql in MEASURES.items())
    conflicts = ", ".join(f"CASE WHEN coalesce({sql}, false) THEN '{name}' END" for name, sql in CONFLICTS.items())
    connection.execute(f"""
        CREATE OR REPLACE TABLE m_measured AS
        WITH sides AS (
            SELECT s.*, {sides} FROM {scored} s JOIN {evidence} l ON l.claim = s.claim_l
            JOIN {evidence} r ON r.claim = s.claim_r
        ), basics AS (
            SELECT *, greatest(m_shared(n_l, nh_r), m_shared(n_r, nh_l)) AS name_bits,
                   greatest(m_shared(a_l, ah_r), m_shared(a_r, ah_l)) AS address_bits,
                   nw_l - m_shared(n_l, CASE WHEN one_list THEN nh_r ELSE list_concat(nh_r, ah_r) END) AS left_rest,
                   nw_r - m_shared(n_r, CASE WHEN one_list THEN nh_l ELSE list_concat(nh_l, ah_l) END) AS right_rest,
                   m_shared([x for x in n_l if NOT list_contains(ah_l, x >> 8) AND NOT list_contains(ah_r, x >> 8)],
                       nh_r) AS told_bits,
                   len(list_intersect(nums_l, nums_r)) AS numbers,
                   string_split(core_l, ' ') AS cores_l, string_split(core_r, ' ') AS cores_r,
                   string_split(said_l, ' ') AS all_said_l, string_split(said_r, ' ') AS all_said_r
            FROM (SELECT *, list_has_any(lists_l, lists_r) AS one_list FROM sides)
        )
        SELECT claim_l, claim_r, match_weight, {weights}, {measures},
               list_filter([{conflicts}], lambda x: x IS NOT NULL) AS conflicts
        FROM basics
    """)


def _weight(name: str) -> str:
    item = next(item for item in comparisons() if item.name == name)
    return f"mw_{name} + mw_tf_adj_{name}" if any(level.rarity for level in item.levels) else f"mw_{name}"
