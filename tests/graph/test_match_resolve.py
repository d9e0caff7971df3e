"""Resolution as a whole: outcomes, conflicts, decisions, incremental runs, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from hefboom.errors import UsageError
from hefboom.graph import match_kept
from hefboom.graph.match_file import read_model
from hefboom.graph.match_find import build_find_index, find
from hefboom.graph.match_resolve import Resolution, resolve

TEXTS = ("name", "native_name", "address", "street", "city", "region", "postcode", "country", "os_id", "lei", "duns")
SCHEMA: dict[str, Any] = {
    **dict.fromkeys(("list", "row", "part", *TEXTS), pl.String), "lat": pl.Float64, "lng": pl.Float64,
    **dict.fromkeys(("sectors", "processes", "parent_companies"), pl.List(pl.String)),
    "workers_min": pl.Int64, "workers_max": pl.Int64,
}  # fmt: skip
ESTATE = "Plot 14, Sector 7, Korangi Industrial Area, Karachi 74900"

Row = dict[str, object]


def listings(rows: Sequence[Row]) -> pl.DataFrame:
    """Rows as a listings table; rows count from 2, in list `a` unless they say otherwise."""
    full = [
        {"list": "a/2024-01-01", "row": str(number), "part": "site", "country": "PK", **row}
        for number, row in enumerate(rows, 2)
    ]
    return pl.DataFrame([{name: row.get(name) for name in SCHEMA} for row in full], schema=SCHEMA)


def run(rows: Sequence[Row], decisions: Sequence[tuple[str, str, str]] = (), **options: Any) -> Resolution:
    """Resolve rows in a fresh connection; decisions are (left row, right row, decision) within list `a`."""
    connection = duckdb.connect()
    connection.register("listings", listings(rows))
    where = "a/2024-01-01"
    frame = pl.DataFrame(
        [(where, left, "site", where, right, "site", decision) for left, right, decision in decisions],
        schema=["left_list", "left_row", "left_part", "right_list", "right_row", "right_part", "decision"],
        orient="row",
    )  # fmt: skip
    connection.register("decisions", frame.cast(dict.fromkeys(frame.columns, pl.String)))
    return resolve(connection, "listings", "decisions", **options)


def clusters(resolution: Resolution) -> dict[str, int]:
    """Cluster by row."""
    return dict(resolution.connection.execute("SELECT row, cluster FROM m_cluster").fetchall())


def pairs(resolution: Resolution) -> list[dict[str, Any]]:
    """Pair statements."""
    return list(resolution.connection.sql("FROM m_pair ORDER BY left_row, right_row").pl().iter_rows(named=True))


CARMINA: Row = {"name": "Carmina Denim Mills (Pvt) Ltd.", "address": ESTATE}
CARMINA_AGAIN: Row = {
    "name": "CARMINA DENIM MILLS PRIVATE LIMITED",
    "address": "Plot no 14 Sector 7 Korangi Ind. Area, Karachi",
}


def test_spelling_variants_at_one_address_are_the_same_site() -> None:
    found = clusters(run([CARMINA, CARMINA_AGAIN]))
    assert found["2"] == found["3"]


@pytest.mark.parametrize(
    ("other", "conflict"),
    [
        pytest.param(
            {"name": "Carmina Denim Mills (Pvt) Ltd. Unit 2", "address": ESTATE}, "lone_number", id="unit in one name"
        ),
        pytest.param({"name": CARMINA["name"], "address": ESTATE.replace("14", "29")}, "unit", id="another plot"),
        pytest.param({"name": "Zentara Washing Plant", "address": ESTATE}, "company", id="another company on the plot"),
        pytest.param(
            {"name": CARMINA["name"], "address": "Multan Road, Manga Mandi, Lahore"}, "town", id="another town"
        ),
        pytest.param({**CARMINA_AGAIN, "duns": "987654321"}, "duns", id="another DUNS"),
        pytest.param({**CARMINA_AGAIN, "os_id": "PK2020000000002"}, "os_id", id="another OS ID"),
    ],
)
def test_what_must_never_merge_silently_does_not(other: Row, conflict: str) -> None:
    resolution = run([{**CARMINA, "duns": "123456789", "os_id": "PK2019000000001"}, other])
    found = clusters(resolution)
    assert found["2"] != found["3"]
    assert all(pair["outcome"] != "same" for pair in pairs(resolution))
    judged = resolution.connection.execute("SELECT conflicts FROM m_judged").fetchall()
    assert not judged or conflict in judged[0][0]


def test_an_alias_joins_two_os_ids() -> None:
    connection = duckdb.connect()
    connection.register("listings", listings([
        {**CARMINA, "os_id": "PK2019000000001"}, {**CARMINA_AGAIN, "os_id": "PK2020000000002"},
    ]))  # fmt: skip
    connection.register("aliases", pl.DataFrame({"old_os_id": ["PK2020000000002"], "new_os_id": ["PK2019000000001"]}))
    found = clusters(resolve(connection, "listings", None, "aliases"))
    assert found["2"] == found["3"]


def test_one_os_id_joins_what_nothing_else_would() -> None:
    resolution = run([
        {"name": "Alpha", "os_id": "PK2019000000001", "address": "Lahore"},
        {"name": "Beta", "os_id": "PK2019000000001"},
    ])  # fmt: skip
    assert len(set(clusters(resolution).values())) == 1
    assert [(pair["outcome"], pair["method"]) for pair in pairs(resolution)] == [("same", "os-id")]


def test_a_rejection_stands_above_the_model_and_splits_the_cluster() -> None:
    resolution = run([CARMINA, CARMINA_AGAIN], [("2", "3", "different")])
    found = clusters(resolution)
    assert found["2"] != found["3"]
    assert [(pair["outcome"], pair["method"]) for pair in pairs(resolution)] == [("different", "review")]


def test_a_rejection_holds_through_a_third_listing() -> None:
    third: Row = {"name": "Carmina Denim Mills", "address": ESTATE}
    found = clusters(run([CARMINA, CARMINA_AGAIN, third], [("2", "3", "different")]))
    assert found["2"] != found["3"]


def test_a_confirmation_joins_what_the_model_would_not() -> None:
    far: Row = {"name": "Zentara Washing Plant", "address": "Multan Road, Lahore"}
    found = clusters(run([CARMINA, far], [("2", "3", "same")]))
    assert found["2"] == found["3"]


def test_unsure_stays_a_possible_match_with_its_own_method() -> None:
    resolution = run([CARMINA, CARMINA_AGAIN], [("2", "3", "unsure")])
    assert [(pair["outcome"], pair["method"]) for pair in pairs(resolution)] == [("possible", "review")]


def test_reasons_name_the_evidence_in_both_languages() -> None:
    (pair,) = pairs(run([CARMINA, CARMINA_AGAIN]))
    assert pair["reasons_en"].startswith("same name; ")
    assert "number 14" in pair["reasons_en"] or "numbers 14" in pair["reasons_en"]
    assert pair["reasons_nl"].startswith("zelfde naam; ")


def test_rows_that_say_the_same_are_one_claim_and_still_stated() -> None:
    (pair,) = pairs(run([CARMINA, CARMINA]))
    assert (pair["outcome"], pair["method"]) == ("same", "same-text")


def test_letter_spaced_names_match_their_plain_spelling() -> None:
    spaced: Row = {"name": "C ar mi na D e ni m M il ls ( P v t) L td", "address": ESTATE}
    found = clusters(run([CARMINA, spaced, {"name": "Denim Mills of Karachi"}]))
    assert found["2"] == found["3"]


@pytest.mark.parametrize(
    ("apart", "together"),
    [
        pytest.param("Movamo Foods Ltd", "MOVAMOFOODS LTD", id="a word with another standard spelling"),
        pytest.param("United Trading GmbH", "UNITEDTRADING GMBH", id="a filler word"),
        pytest.param("Carmina Ltd", "CARMINALTD", id="a legal form"),
    ],
)
def test_name_written_without_its_space_is_the_same_name(apart: str, together: str) -> None:
    found = clusters(run([{"name": apart, "address": ESTATE}, {"name": together, "address": ESTATE}]))
    assert found["2"] == found["3"]


@pytest.mark.parametrize(
    ("other", "together"),
    [
        pytest.param("Entara Ltd", True, id="first letter lost"),
        pytest.param("Azentara Ltd", True, id="first letter added"),
        pytest.param("Kentara Ltd", False, id="first letter changed"),
    ],
)
def test_a_first_letter_lost_or_added_is_a_slip_and_a_changed_one_is_not(other: str, together: bool) -> None:
    rows = [{"name": name, "address": "Korangi Road, Karachi"} for name in ("Zentara Ltd", other)]
    found = clusters(run(rows))
    assert (found["2"] == found["3"]) is together


@pytest.mark.parametrize(
    "told",
    [
        "Carmina Weaving Mills (formerly {})",
        "Carmina Weaving Mills, f/k/a {}",
        "Carmina Weaving (ex {})",
        "Carmina Weaving (Former factory name is {})",
        "Carmina Weaving BV, voorheen {}",
        "Carmina Weaving (also known as {})",
        "{} (formerly Carmina Weaving)",
        "Carmina Weaving Ltd T/A {}",
        "Carmina Weaving Ltd dba {}",
    ],
)
def test_a_former_name_or_a_trading_name_counts_as_much_as_the_name(told: str) -> None:
    rows: list[Row] = [
        {"name": "Zentara Denim", "address": "Korangi Industrial Area, Karachi"},
        {"name": told.format("Zentara Denim"), "address": "Korangi Industrial Area, Karachi", "list": "b/2024-01-01"},
    ]
    found = clusters(run(rows))
    assert found["2"] == found["3"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Carmina Weaving (formerly Zentara)", "Carmina Knit (formerly Zentara)"),
        ("Carmina Ltd T/A Zentara", "Carmina Ltd T/A Moxifa"),
        ("Carmina Weaving (formerly Zentara Unit 1)", "Carmina Weaving (formerly Zentara Unit 2)"),
    ],
)
def test_a_shared_former_name_or_owner_does_not_join_two_sites(one: str, other: str) -> None:
    found = clusters(run([{"name": one, "address": ESTATE}, {"name": other, "address": ESTATE}]))
    assert found["2"] != found["3"]


def test_order_of_rows_changes_nothing() -> None:
    rows: list[Row] = [CARMINA, CARMINA_AGAIN, {"name": "Zentara Washing Plant", "address": ESTATE}]
    numbered = [{"row": str(number), **row} for number, row in enumerate(rows, 2)]
    forward, backward = run(numbered), run(numbered[::-1])
    assert pairs(forward) == pairs(backward)
    assert clusters(forward) == clusters(backward)


def test_new_rows_join_known_ones_without_comparing_those_again(tmp_path: Path) -> None:
    run([CARMINA, {"name": "Zentara Washing Plant", "address": ESTATE}]).keep(tmp_path)
    connection = duckdb.connect()
    connection.register("listings", listings([{**CARMINA_AGAIN, "list": "b/2024-02-01"}]))
    resolution = resolve(connection, "listings", known=tmp_path)
    found = {(name, row): cluster for name, row, cluster in
             connection.execute("SELECT list, row, cluster FROM m_cluster").fetchall()}  # fmt: skip
    assert found["b/2024-02-01", "2"] == found["a/2024-01-01", "2"] != found["a/2024-01-01", "3"]
    resolution.write(tmp_path / "out")
    assert pl.read_parquet(tmp_path / "out" / "clusters.parquet").height == 3


def test_find_forgives_misspelling_and_script(tmp_path: Path) -> None:
    connection = duckdb.connect()
    connection.register("sites", pl.DataFrame({
        "site": ["s1", "s2"], "name": ["Carmina Denim Mills", "Dongguan Luyang Shoes Co., Ltd."],
        "native_name": [None, "东莞绿洋鞋业有限公司"],
        "address": [ESTATE, "Chi-Ling, Hou Jie Town, Dongguan"], "country": ["PK", "CN"],
    }))  # fmt: skip
    build_find_index(connection, "sites", tmp_path)
    assert find(connection, tmp_path, "Carmnia Denim, Karachi")[0].site == "s1"
    assert find(connection, tmp_path, "绿洋鞋业")[0].site == "s2"
    assert "CARMINA" in find(connection, tmp_path, "Carmina Mills")[0].reasons_en
    with pytest.raises(UsageError, match="no word"):
        find(connection, tmp_path, " , ")


def test_an_unknown_engine_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="'dask' is unknown"):
        run([CARMINA], engine="dask")


def test_a_broken_model_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match="not a model file"):
        read_model(tmp_path / "model.json")


def test_a_repeated_list_asks_nothing_that_the_first_one_answered(tmp_path: Path) -> None:
    rows: list[Row] = [
        {"name": "Carmina Bakery Canal View", "address": ESTATE},
        {"name": "Carmina Bakery Ring Road", "address": ESTATE},
        {"name": "Zentara Denim", "address": ESTATE}, {"name": "Zentara Denim Washing", "address": ESTATE},
    ]  # fmt: skip
    first = run(rows)
    asked = {(pair["left_row"], pair["right_row"], pair["outcome"]) for pair in pairs(first)}
    first.keep(tmp_path)
    connection = duckdb.connect()
    connection.register("listings", listings([{**row, "list": "a/2025-01-01"} for row in rows]))
    again = resolve(connection, "listings", known=tmp_path)
    others = {(*sorted((pair["left_row"], pair["right_row"])), pair["outcome"]) for pair in pairs(again)
              if pair["left_row"] != pair["right_row"]}  # fmt: skip
    assert others <= asked


def test_kept_tables_grow_by_parts_until_they_are_written_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(match_kept, "MOST_PARTS", 2)
    known, parts = None, []
    for number in range(4):
        row = {"name": f"Carmina Denim Mills {number}", "address": ESTATE, "list": f"{number}/2024-01-01"}
        made = run([row], known=known)
        made.keep(tmp_path / str(number), known)
        known = tmp_path / str(number)
        parts.append(len(list((known / "m_claim").glob("*.parquet"))))
        claims = duckdb.sql(f"SELECT name FROM {match_kept.source(known, 'm_claim')} ORDER BY name").fetchall()
        assert claims == [(f"Carmina Denim Mills {one}",) for one in range(number + 1)]
    assert parts == [1, 2, 1, 2]
    assert match_kept.is_there(tmp_path / "3")
