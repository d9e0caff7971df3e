"""Every row of a load is stored, merged or refused, and whatever is odd about it is told."""

from __future__ import annotations

import datetime
import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from list_desk import TODAY, Desk, as_csv

from hefboom.errors import UsageError
from hefboom.loaders.staging import Counts, Staging

ROW = {"name": "Alpha", "address": "1 Road", "country": "India"}
DAY = {"contributor": "Nike", "date": "2024-01-01"}


def _found(report: Any, code: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = report.findings.filter(code=code).to_dicts()
    return found


def test_rows_are_stored_merged_or_refused(desk: Desk) -> None:
    rows = [
        ROW,
        {**ROW, "name": "Beta"},
        ROW,
        {**ROW, "country": "Indja"},
        {"name": "", "address": "", "country": "India"},
    ]
    report = desk.load("list.csv", rows, **DAY)
    assert report.counts == Counts(rows_read=5, stored=2, merged=1, refused=2)
    (unknown,) = _found(report, "country-unknown")
    assert (unknown["row"], unknown["column"], unknown["value"]) == ("5", "country", "Indja")
    assert "India" in unknown["hint"]
    (copy,) = _found(report, "exact-duplicate")
    assert (copy["row"], copy["severity"]) == ("4", "info")
    assert [entry.refused for entry in desk.data.entries] == [2]


def test_merged_row_keeps_its_number_at_the_listing_it_repeats(desk: Desk) -> None:
    desk.load("list.csv", [ROW, {**ROW, "name": "Beta"}, ROW, ROW], **DAY)
    numbers = [
        line.split('"')[1]
        for line in desk.statements()
        if "listing/nike/2024-01-01/2> <https://w3id.org/hefboom/ns#row>" in line
    ]
    assert sorted(numbers) == ["2", "4", "5"]


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), max_size=12))
def test_account_adds_up_for_any_mix_of_repeated_rows_and_ids(
    rows: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    staging = Staging(tmp_path_factory.mktemp("staged"))
    frame = pl.DataFrame({"row": [row for row, _ in rows], "source_text": [text for _, text in rows]},
                         schema={"row": pl.String, "source_text": pl.String})  # fmt: skip
    staging.rows_read = len(rows)
    staging.add("listings", frame.with_columns(part=pl.lit("site")))
    counts = staging.merge()
    assert counts.stored == len({text for _, text in rows})
    assert counts.rows_read == counts.stored + counts.merged + counts.refused
    if rows:
        kept = pl.read_parquet(staging.finish("a/2024-01-01")["listings"])
        assert kept.height == counts.stored
        assert kept["row"].is_unique().all()
        assert kept["rows"].list.len().fill_null(0).sum() == counts.merged


def test_listing_keeps_the_row_as_it_stood_with_columns_nobody_knows(desk: Desk) -> None:
    row = {**ROW, "name": "  Alpha\nMills ", "colour of the door": "blue"}
    desk.load("list.csv", [row], **DAY)
    ((name, text),) = desk.rows("SELECT name, source_text FROM listings")
    assert name == "Alpha Mills"
    assert json.loads(text) == row


def test_contact_columns_are_not_stored_and_named(desk: Desk) -> None:
    report = desk.load("list.csv", [{**ROW, "Contact person": "J. Doe", "E-mail": "j@example.org"}], **DAY)
    assert report.left_out == ["Contact person", "E-mail"]
    assert len(_found(report, "columns-left-out")) == 1
    assert not [line for line in desk.statements() if "Doe" in line or "j@example.org" in line]
    assert "Doe" not in "".join(text for (text,) in desk.rows("SELECT source_text FROM listings"))


def test_file_that_is_no_list_stops_no_other(desk: Desk) -> None:
    reports = desk.load_all(
        ("weather.csv", "day,rain\n1,2\n", DAY),
        ("list.csv", [ROW], DAY),
        ("broken.json", '{"locations": [', DAY),
    )
    assert [bool(report.error) for report in reports] == [True, False, True]
    assert "weather.csv" in str(reports[0].error)
    assert "'day', 'rain'" in str(reports[0].error)
    assert len(desk.data.entries) == 1


def test_load_of_nothing_that_is_a_list_makes_no_generation(desk: Desk) -> None:
    before = desk.generation
    assert desk.load("weather.csv", "day,rain\n1,2\n").error
    assert desk.generation == before
    assert not list(desk.folder.path.glob("load-*"))


def test_what_the_file_does_not_say_is_taken_from_its_name_and_told(desk: Desk) -> None:
    report = desk.load("nike_2021-02.csv", [ROW])
    assert (report.contributor, report.date) == ("nike", datetime.date(2021, 2, 1))
    assert [one["severity"] for one in _found(report, "contributor-assumed")] == ["warning"]
    undated = desk.load("asda.csv", [ROW])
    assert undated.date == TODAY
    assert _found(undated, "date-assumed")


def test_day_that_was_assumed_does_not_make_the_same_file_another_list(desk: Desk) -> None:
    desk.load("asda.csv", [ROW])
    again = desk.load("asda.csv", today=TODAY + datetime.timedelta(days=40))
    assert again.unchanged
    assert len(desk.data.entries) == 1


def test_same_file_with_another_visibility_moves(desk: Desk) -> None:
    desk.load("list.csv", [ROW], visibility="secretariat", **DAY)
    report = desk.load("list.csv", visibility="public", **DAY)
    assert not report.unchanged
    assert [(entry.list, entry.scope) for entry in desk.data.entries] == [("nike/2024-01-01", "public")]
    assert not [line for line in desk.statements() if "/secretariat>" in line]


def test_options_outside_their_code_lists_are_wrong_use(desk: Desk) -> None:
    with pytest.raises(UsageError, match="--visibility 'open' is unknown; use one of public, members, secretariat"):
        desk.load("list.csv", [ROW], visibility="open")
    with pytest.raises(UsageError, match="--contributor is blank"):
        desk.load("list.csv", [ROW], contributor="  ")
    with pytest.raises(UsageError, match="--format 'excel' is unknown"):
        desk.load("list.csv", [ROW], format="excel")


def test_changes_are_told_new_known_and_newly_shared_sites(desk: Desk) -> None:
    first = desk.load("nike.csv", [ROW, {**ROW, "name": "Beta"}], **DAY)
    assert (first.sites, first.new_sites) == (2, 2)
    second = desk.load("asda.csv", [ROW, {**ROW, "name": "Gamma"}], contributor="Asda", date="2024-01-01")
    assert (second.sites, second.new_sites) == (2, 1)


MEMBERS = (
    "company;covenant;from;to\n"
    "Nike;Pact;2020-01-01;\n"
    "Asda;Pact;;31-12-2024\n"
    ";Pact;2020-01-01;\n"
    "Lidl;Pact;soon;\n"
    "Aldi;Pact;2024-01-01;2023-01-01\n"
    "Nike;Pact;2020-01-01;\n"
)


def test_members_with_and_without_days_are_read_and_accounted_for(desk: Desk) -> None:
    report = desk.load("members.csv", MEMBERS)
    assert (report.format, report.counts) == ("memberships", Counts(rows_read=6, stored=2, merged=1, refused=3))
    assert {(one["row"], one["code"]) for one in report.findings.filter(severity="error").to_dicts()} == {
        ("4", "company-missing"), ("5", "date-unreadable"), ("6", "period-reversed"),
    }  # fmt: skip
    day = datetime.date
    assert desk.rows("SELECT company, valid_from, valid_to, scope FROM memberships ORDER BY company") == [
        ("asda", None, day(2024, 12, 31), "members"), ("nike", day(2020, 1, 1), None, "members"),
    ]  # fmt: skip
    told = [line for line in desk.statements("covenant") if "/membership/pact/asda/start>" in line]
    assert len(told) == 4


def test_members_of_a_covenant_that_only_the_command_names(desk: Desk) -> None:
    desk.load("leden.csv", "lid;lid sinds\nNike;2020\n", covenant="Pact")
    assert desk.rows("SELECT covenant, company, valid_from FROM memberships") == [
        ("pact", "nike", datetime.date(2020, 1, 1))
    ]


def test_newer_statement_about_a_member_takes_the_place_of_the_older(desk: Desk) -> None:
    desk.load("members.csv", "company,covenant,from\nNike,Pact,2020-01-01\nAsda,Pact,2020-01-01\n")
    desk.load("later.csv", "company,covenant,from,to\nNike,Pact,2020-01-01,2024-01-01\n")
    ends = desk.rows("SELECT company, valid_to FROM memberships ORDER BY company")
    assert ends == [("asda", None), ("nike", datetime.date(2024, 1, 1))]


def test_list_handed_in_under_a_covenant_makes_its_contributor_a_member(desk: Desk) -> None:
    desk.load("nike.csv", [ROW], covenant="Pact", **DAY)
    assert desk.rows("SELECT company, valid_from, scope FROM memberships") == [
        ("nike", datetime.date(2024, 1, 1), "secretariat")
    ]


def test_list_of_sites_with_member_and_covenant_columns_stays_a_list_of_sites(desk: Desk) -> None:
    rows = [{**ROW, "member": "Nike", "covenant": "Pact"}, {**ROW, "name": "B", "member": "Asda", "covenant": "Pact"}]
    report = desk.load("all.csv", rows, contributor="Secretariat", date="2024-01-01")
    assert (report.format, report.counts.stored) == ("table", 2)


def test_a_row_is_a_record_however_many_lines_it_takes(desk: Desk) -> None:
    text = 'name,address,country\n"Alpha\nMills",1 Road,India\n\nBeta,"2\nRoad",India\n'
    desk.load("list.csv", text, **DAY)
    assert desk.rows("SELECT row, name FROM listings ORDER BY ordinal") == [("2", "Alpha Mills"), ("4", "Beta")]


def test_chunks_do_not_change_the_result(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{**ROW, "name": f"Site {number % 7}", "workers": str(number % 3)} for number in range(40)]
    whole = desk.load("a.csv", as_csv(rows), contributor="A", date="2024-01-01")
    monkeypatch.setattr("hefboom.loaders.sources._CHUNK", 6)
    parts = desk.load("b.csv", as_csv(rows), contributor="B", date="2024-01-01")
    assert parts.counts == whole.counts
    read = "SELECT row, rows, name, source_text FROM listings WHERE list = ? ORDER BY ordinal"
    assert desk.rows(read, "a/2024-01-01") == desk.rows(read, "b/2024-01-01")
