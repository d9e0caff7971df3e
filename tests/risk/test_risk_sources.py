"""Tables of public risk sources: told by their headers, every row accounted for, a blank never zero."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefboom.graph import DataFolder, open_data
from hefboom.loaders.formats import detect
from hefboom.loaders.load import load
from hefboom.loaders.load_options import LoadOptions
from hefboom.loaders.risk_sources import SIGNALS, recognise, sources
from hefboom.ontology.terms import fact_table

ITUC = "iso2,country,rating\nAE,United Arab Emirates,5\nAF,Afghanistan,5+\nAL,Albania,4\nNA,Namibia,\nXX,Nowhere,3\n"
GOODS = (
    "good,sector,country,iso2,region,child_labor,forced_labor,forced_child_labor,derived_labor_exploitation,"
    "derived_country\n"
    "Cotton,Agriculture,India,IN,Asia,Yes,No,No,No,No\n"
    "Garments,Manufacturing,India,IN,Asia,Yes,Yes,Yes,No,No\n"
    "Cotton,Agriculture,India,IN,Asia,Yes,No,No,No,No\n"
    ",Mining,India,IN,Asia,Yes,No,No,No,No\n"
)
WAGES = (
    "country,company,year,value_percent_of_living_wage,metric\n"
    "indonesia,PT Bright Shoes,2022,48.5,gap\nindonesia,PT Bright Shoes,2022,48.5,gap\n"
    "indonesia,PT Fair Shirts,2021,101,gap\nindonesia,,2021,70,gap\n"
)


def loaded(tmp_path: Path, name: str, text: str) -> tuple[DataFolder, pl.DataFrame]:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    folder = DataFolder(tmp_path / "data")
    report = load([file], LoadOptions(today=dt.date(2026, 1, 1)), folder).reports[0]
    assert report.error is None
    counts = report.counts
    assert counts.rows_read == counts.stored + counts.merged + counts.refused
    return folder, report.findings


def statements(folder: DataFolder, query: str) -> list[tuple[object, ...]]:
    connection: duckdb.DuckDBPyConnection = open_data(folder.path).tables()
    return connection.execute(query).fetchall()


def test_a_source_is_told_by_its_headers_and_not_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "factories.csv"
    file.write_text(ITUC, encoding="utf-8")
    assert detect(file) == "risk-evidence"


def test_a_day_of_publication_is_vouched_for_or_only_its_year_is_given() -> None:
    rows = fact_table("risk_sources")
    assert len(rows) == 10
    for row in rows:
        assert row["date_is"] in ("day", "year")
        assert row["date_source"]
        assert row["date_is"] == "day" or row["date"][4:] in ("-01-01", "-12-31")
    titles = {source.key: source.full_title for source in sources()}
    assert titles["wgi"] == "Worldwide Governance Indicators figures for 2023 [only the year 2024 is known]"
    assert titles["undp-hdr"].endswith("(figures for 2022)")


def test_headers_with_a_year_give_that_year() -> None:
    words = "iso3 iso2 country hdicode region hdi_rank_2031 hdi_2031 ihdi_2031 gdi_2031 gii_rank_2031 gii_2031"
    source = recognise(f"{words} gnipc_2031 mys_2031 le_2031".split())
    assert source is not None
    assert source.key == "undp-hdr"
    assert {one.header_in(["hdi_2031"]) for one in source.indicators if one.key == "hdi"} == {("hdi_2031", 2031)}


def test_a_rating_that_is_no_number_stays_text(tmp_path: Path) -> None:
    folder, findings = loaded(tmp_path, "ratings.csv", ITUC)
    rows = statements(folder, "SELECT country, value_text, value_number, signal, given FROM evidence ORDER BY country")
    assert rows == [
        ("AE", "5", 5.0, "severe", True),
        ("AF", "5+", None, "severe", True),
        ("AL", "4", 4.0, "high", True),
        ("NA", None, None, None, False),
    ]
    refused = findings.filter(pl.col("severity") == "error").to_dicts()
    assert [(found["row"], found["value"], found["code"]) for found in refused] == [("6", "Nowhere", "no-country")]


def test_goods_name_their_processes_and_repeated_rows_are_merged(tmp_path: Path) -> None:
    folder, findings = loaded(tmp_path, "goods.csv", GOODS)
    rows = statements(
        folder,
        "SELECT good, list_contains(processes, 'process/cotton-growing'), signal FROM evidence "
        "WHERE indicator LIKE '%/child-labour' ORDER BY good",
    )
    assert rows == [("Cotton", True, "high"), ("Garments", False, "high")]
    assert set(findings["code"]) >= {"exact-duplicate", "no-good"}


def test_rows_about_sites_become_listings_that_count_as_no_use(tmp_path: Path) -> None:
    folder, _ = loaded(tmp_path, "wages.csv", WAGES)
    assert statements(folder, "SELECT count(*) FROM listings") == [(2,)]
    assert statements(folder, "SELECT count(*) FROM uses") == [(0,)]
    assert statements(folder, "SELECT value_text, signal, year FROM evidence ORDER BY value_text") == [
        ("101", None, 2021),
        ("48.5", "severe", 2022),
    ]


def test_what_is_loaded_twice_changes_nothing_and_retracting_takes_it_out(tmp_path: Path) -> None:
    from hefboom.graph.changes import retract_list
    from hefboom.graph.rebuild import rebuild

    folder, _ = loaded(tmp_path, "ratings.csv", ITUC)
    before = len(open_data(folder.path).store)
    again = load([tmp_path / "ratings.csv"], LoadOptions(), folder).reports[0]
    assert again.unchanged
    rebuild(folder, 1.0)
    assert len(open_data(folder.path).store) == before
    retract_list(folder, "international-trade-union-confederation/2025-06-02", 1.0)
    assert statements(folder, "SELECT count(*) FROM evidence") == [(0,)]


def test_every_source_can_be_told_from_every_other() -> None:
    for source in sources():
        headers = [one.column.replace("{year}", "2024") for one in source.indicators]
        headers += [column for column in (source.year_column, source.good_column, source.site_column) if column]
        assert recognise([*headers, source.country_columns[-1]]) == source


def test_every_indicator_names_known_risks_and_ordered_bounds() -> None:
    risks = {row["id"] for row in fact_table("oecd") if row["scheme"] == "risk"}
    for row in fact_table("risk_indicators"):
        assert {risk for risk in row["risks"].split("|") if risk} <= risks
        if row["kind"] == "number":
            bounds = [float(row[signal]) for signal in SIGNALS if row[signal]]
            assert bounds == sorted(bounds, reverse=row["worse"] == "high"), row["id"]
        if any(row[signal] for signal in SIGNALS):
            assert row["note_en"], row["id"]
            assert row["note_nl"], row["id"]


@settings(max_examples=20, deadline=None)
@given(
    cells=st.lists(st.sampled_from(["", "N/A", "Unknown", "Unavailable", "-", "4", "5+", "x"]), min_size=1, max_size=8)
)
def test_every_row_is_told_and_no_gap_gets_a_value(cells: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    from hefboom.loaders.risk_evidence import read_evidence
    from hefboom.loaders.staging import Staging
    from hefboom.loaders.tables import open_table

    place = tmp_path_factory.mktemp("cells")
    countries = ["AE", "AF", "AL", "AM", "AO", "AR", "AT", "AU"]
    lines = [f"{code},,{cell}" for code, cell in zip(countries, cells, strict=False)]
    (place / "r.csv").write_text("iso2,country,rating\n" + "\n".join(lines) + "\n", encoding="utf-8")
    table = open_table(place / "r.csv")
    source = recognise(table.headers)
    assert source is not None
    (place / "scratch").mkdir()
    staging = Staging(place / "scratch")
    read_evidence(table, source, staging)
    counts = staging.merge()
    assert (counts.rows_read, counts.stored, counts.refused) == (len(cells), len(cells), 0)
    frame = pl.read_parquet(place / "scratch" / "evidence-0.parquet")
    assert frame["given"].to_list() == [cell in ("4", "5+", "x") for cell in cells]
    assert frame.filter(~pl.col("given"))["value_number"].null_count() == frame.filter(~pl.col("given")).height
