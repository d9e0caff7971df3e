"""Reasons in words: for every pair statement, what speaks for it and against it, in English and Dutch."""

from __future__ import annotations

import duckdb

from hefboom.graph.match_measures import CONFLICTS
from hefboom.graph.match_model import Comparison, comparisons
from hefboom.ontology.terms import fact_table

LANGUAGES = ("en", "nl")
_LISTS = {"numbers": "list_intersect(nums_l, nums_r)", "units": "list_intersect(u_l, u_r)", "nums_l": "nums_l[1:4]",
          "nums_r": "nums_r[1:4]", "nn_l": "nn_l", "nn_r": "nn_r", "u_l": "u_l", "u_r": "u_r"}  # fmt: skip
_VALUES = {
    **{key: f"list_aggregate({sql}, 'string_agg', ', ')" for key, sql in _LISTS.items()},
    **{f"{name}_{side}": f"{name}_{side}::VARCHAR" for name in ("workers", "country", "os_id", "duns", "lei")
       for side in ("l", "r")},
    "pc_l": "upper(pc_l)", "pc_r": "upper(pc_r)", "pc": "upper(pc_l)", "area": "upper(area_l)",
    "workers": "workers_l::VARCHAR", "os_id": "os_id_l",
    "km": "printf('%.1f', m_km(lat_l, lng_l, lat_r, lng_r))",
    "dropped_en": "dropped_en", "dropped_nl": "dropped_nl",
}  # fmt: skip
_ORDER = (
    "name",
    "postcode",
    "address",
    "number",
    "unit",
    "name_number",
    "place",
    "point",
    "workers",
    "parent",
    "country",
)


def explain(connection: duckdb.DuckDBPyConnection, judged: str) -> None:
    """Make `m_reason` (claim_l, claim_r, reasons_en, reasons_nl) for the pairs of `judged`, parts joined by `; `.

    `judged` has claim_l, claim_r, rule and conflicts; `m_evidence` and `m_spelling` must hold the claims.
    """
    texts = {row["key"]: row for row in fact_table("match_reasons")}
    described = connection.sql("SELECT * FROM m_evidence LIMIT 0").columns
    sides = ", ".join(
        f"{side}.{column} AS {column}_{side}" for side in ("l", "r") for column in described if column != "claim"
    )
    words = {"words": "upper(list_aggregate(dropped[1:4], 'string_agg', ' '))"}
    dropped = ", ".join(
        f"CASE WHEN len(dropped) > 0 THEN {_filled(texts['after_dropping'][language], words)} ELSE '' END"
        f" AS dropped_{language}"
        for language in LANGUAGES
    )
    columns = ", ".join(f"{_reasons(texts, language)} AS reasons_{language}" for language in LANGUAGES)
    levels = ", ".join(f"{_level(item)} AS level_{item.name}" for item in comparisons() if item.name in _ORDER)
    connection.execute(f"""
        CREATE OR REPLACE TABLE m_reason AS
        WITH sides AS (
            SELECT j.*, {sides},
                   CASE WHEN l.core <> r.core AND l.joined <> r.joined THEN list_distinct(list_filter(
                       list_concat(list_filter(wl.name, lambda x: NOT list_contains(wr.name, x)),
                                   list_filter(wr.name, lambda x: NOT list_contains(wl.name, x))),
                       lambda x: len(x) > 1)) END AS dropped
            FROM {judged} j JOIN m_evidence l ON l.claim = j.claim_l JOIN m_evidence r ON r.claim = j.claim_r
            LEFT JOIN m_spelling wl ON wl.claim = j.claim_l LEFT JOIN m_spelling wr ON wr.claim = j.claim_r
        ), told AS (SELECT *, {dropped}, {levels} FROM sides)
        SELECT claim_l, claim_r, {columns} FROM told
    """)


def _level(item: Comparison) -> str:
    """The SQL that names the level of a comparison, NULL where nothing is known."""
    cases = " ".join(f"WHEN {level.condition} THEN '{level.name}'" for level in item.levels[:-1])
    return f"CASE WHEN {item.unknown} THEN NULL {cases} ELSE '{item.levels[-1].name}' END"


def _reasons(texts: dict[str, dict[str, str]], language: str) -> str:
    named = {item.name: item for item in comparisons()}
    parts = [
        _case(
            "rule",
            ("rule.os_id", "rule.cluster", "decision.same", "decision.different", "decision.unsure"),
            texts,
            language,
        )
    ]
    parts += [
        _case(
            f"level_{name}", tuple(f"{name}.{level.name}" for level in named[name].levels), texts, language, prefix=name
        )
        for name in _ORDER
    ]
    conflicts = [
        f"CASE WHEN list_contains(conflicts, '{key}') THEN {_filled(texts[f'conflict.{key}'][language], _VALUES)} END"
        for key in (*CONFLICTS, "cluster")
    ]
    return f"concat_ws('; ', {', '.join((*parts, *conflicts))})"


def _case(column: str, keys: tuple[str, ...], texts: dict[str, dict[str, str]], language: str, prefix: str = "") -> str:
    cases = " ".join(
        f"WHEN '{key.removeprefix(prefix + '.') if prefix else key}' THEN {_filled(texts[key][language], _VALUES)}"
        for key in keys
        if texts[key][language]
    )
    return f"CASE {column} {cases} END"


def _filled(template: str, values: dict[str, str]) -> str:
    """The SQL that fills a template's {fields}; an unknown value leaves an empty place."""
    sql = "'" + template.replace("'", "''") + "'"
    for key, value in values.items():
        if "{" + key + "}" in template:
            sql = f"replace({sql}, '{{{key}}}', coalesce({value}, ''))"
    return sql
