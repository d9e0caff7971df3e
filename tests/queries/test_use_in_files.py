"""A due diligence file that says at which site its company buys is a statement of use; a mere site or audit is not."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from list_desk import Desk

from hefboom.graph.changes import retract_list
from hefboom.queries import Evidence, run
from hefboom.reports import Table, make_report
from hefboom.reports.desk import Desk as ReportDesk

TODAY = dt.date(2026, 11, 1)
MEMBERS = [{"covenant": "Cloth", "company": name} for name in ("Alpha", "Beta", "Gamma", "Delta", "Epsilon")]
PLACE = {"name": "Mill One", "address": "1 Mill Road, Dhaka", "country": "BD"}
YARN = {"name": "Yarn Two", "address": "2 Yarn Road, Dhaka", "country": "BD"}
SPUN = {"name": "Spun Three", "address": "3 Spun Road, Dhaka", "country": "BD"}
FORMS = pytest.mark.parametrize("form", ["sparql", "sql"])


def filed(desk: Desk, name: str, year: int, *relations: dict[str, Any], more: dict[str, Any] | None = None) -> None:
    """Load the file of a company that buys shirts and knows two places; a relation gets what it does not say."""
    document = {
        "company": {"name": name, "year": year},
        "product_lines": [{"id": "L1", "name": "Shirts"}],
        "sites": [{"id": "S1", **PLACE}, {"id": "S2", **YARN}],
        "relations": [
            {"id": f"V{number}", "product_line": "L1", "site": "S1", **one} for number, one in enumerate(relations, 1)
        ],
        **(more or {}),
    }
    report = desk.load(f"{name}-{year}.yaml", yaml.safe_dump(document), today=TODAY)
    assert report.error is None
    assert report.findings.is_empty()


@pytest.fixture(scope="module")
def mixed(empty_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Alpha buys by its list, Beta by its file, which also knows its yarn; Gamma has audited the mill, no more."""
    place = tmp_path_factory.mktemp("mixed")
    shutil.copytree(empty_data, place / "data")
    desk = Desk(place)
    desk.load("members.csv", MEMBERS, format="memberships", visibility="public")
    desk.load("alpha.csv", [PLACE], contributor="Alpha", date="2026-01-01", visibility="public")
    filed(desk, "Beta", 2026, {"tier": 1, "share": "10-25", "from": "2025-04-01"}, {"site": "S2", "tier": 2})
    filed(desk, "Gamma", 2026)
    audits = [{"Audit id": "A1", "Site": "Mill One", "Audit date": "2026-05-01", "Report": "r", "Held by": "Buying"}]
    report = desk.load("audits.csv", audits, contributor="Gamma", year=2026, format="audits", today=TODAY)
    assert report.error is None
    assert report.counts.stored == 1
    return desk


@pytest.fixture
def changing(mixed: Desk, tmp_path: Path) -> Desk:
    """A copy of the same, to load more into."""
    shutil.copytree(mixed.place, tmp_path / "copy")
    return Desk(tmp_path / "copy")


def ask(desk: Desk, question: str, form: str = "auto", **params: Any) -> list[dict[str, Any]]:
    data, audience, owner = desk.data, params.pop("audience", "secretariat"), params.pop("owner", None)
    evidence = Evidence(data.store, data.tables, None, data.names.base)
    return run(question, params, evidence, audience, today=TODAY, form=form, owner=owner).plain()


def at_mill(desk: Desk) -> str:
    return desk.site("alpha/2026-01-01", "2")


def brief(rows: list[dict[str, Any]], *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def test_users_of_a_site_are_those_whose_list_or_file_says_that_they_buy_there(mixed: Desk) -> None:
    columns = ("name", "member", "tier", "product", "since", "evidence", "confidence")
    assert brief(ask(mixed, "CQ01", site=at_mill(mixed)), *columns) == [
        ("Alpha", True, 1, None, dt.date(2026, 1, 1), "own-list", "stated"),
        ("Beta", True, 1, "Shirts", dt.date(2025, 4, 1), "company-file", "stated"),
    ]


@FORMS
@pytest.mark.parametrize(("question", "column"), [("shared-sites", "memberNames"), ("company-pairs", "company")])
def test_sharing_counts_files_like_lists(mixed: Desk, form: str, question: str, column: str) -> None:
    rows = ask(mixed, question, form)
    assert len(rows) == 1
    if question == "shared-sites":
        assert brief(rows, "memberNames", "jointShare") == [("Alpha; Beta", "10-25")]


@FORMS
def test_direct_uses_are_the_same_in_both_forms(mixed: Desk, form: str) -> None:
    rows = ask(mixed, "direct-uses", form)
    assert [(row["company"].rpartition("/")[2], row["confidence"]) for row in rows] == [
        ("alpha", "stated"), ("beta", "stated"),
    ]  # fmt: skip
    assert rows[1]["list"].endswith("/file/beta/2026")


def test_direct_uses_of_a_list_and_a_file_come_in_the_same_order(changing: Desk) -> None:
    changing.load("beta.csv", [PLACE], contributor="Beta", date="2026-01-01")
    sparql, sql = (ask(changing, "direct-uses", form) for form in ("sparql", "sql"))
    assert len(sparql) == 3
    assert sql == sparql


def test_leverage_knows_the_share_that_a_file_states(mixed: Desk) -> None:
    rows = ask(mixed, "CQ04", site=at_mill(mixed))
    assert brief(rows, "name", "band", "evidence") == [
        ("Beta", "10-25", "company-file"), ("Alpha", "unknown", "own-list"),
    ]  # fmt: skip
    assert brief(ask(mixed, "CQ17", company="Beta", all="true"), "label", "lower", "buyers") == [
        ("Mill One", 10, "Alpha")
    ]


def test_chain_of_a_company_holds_the_tiers_of_its_file(mixed: Desk) -> None:
    rows = ask(mixed, "CQ14", company="Beta")
    assert brief(rows, "tier", "label", "products", "earliest", "lists") == [
        (1, "Mill One", "Shirts", dt.date(2025, 4, 1), "file/beta/2026"),
        (2, "Yarn Two", "Shirts", dt.date(2026, 1, 1), "file/beta/2026"),
    ]
    assert ask(mixed, "CQ14", company="Gamma") == []


def test_what_lies_beyond_the_tier_in_a_file_counts_from_there(changing: Desk) -> None:
    links = [{
        **{f"buyer_{name}": value for name, value in YARN.items()},
        **{f"supplier_{name}": value for name, value in SPUN.items()},
    }]  # fmt: skip
    report = changing.load("links.csv", links, format="relationships", contributor="Desk", date="2026-01-01")
    assert report.error is None
    rows = ask(changing, "CQ14", company="Beta")
    assert brief(rows, "tier", "label") == [(1, "Mill One"), (2, "Yarn Two"), (3, "Spun Three")]


def test_trace_names_the_file_and_its_row(mixed: Desk) -> None:
    [row] = ask(mixed, "CQ21", company="Beta", product="shirt")
    assert brief([row], "hop", "fromName", "material", "row") == [(1, "Mill One", "Shirts", "V1")]
    assert row["list"].endswith("/file/beta/2026")


def test_reach_and_dependency_follow_files(mixed: Desk) -> None:
    assert brief(ask(mixed, "CQ28", site=at_mill(mixed)), "name", "length") == [("Alpha", 1), ("Beta", 1)]
    rows = ask(mixed, "CQ29", site=at_mill(mixed))
    assert brief(rows, "name", "tier", "products") == [("Alpha", 1, None), ("Beta", 1, "Shirts")]


def test_exposure_to_risk_counts_files_and_their_tiers(mixed: Desk) -> None:
    rows = ask(mixed, "risk-exposure", country="BD")
    assert brief(rows, "label", "memberTiers") == [("Mill One", "Alpha (1); Beta (1)"), ("Yarn Two", "Beta (2)")]


def test_own_sites_of_a_company_are_those_of_its_file_too(mixed: Desk) -> None:
    rows = ask(mixed, "own-sites", company="Beta", audience="members", owner="beta")
    assert brief(rows, "label", "lower", "upper", "title", "rows") == [("Mill One", 10, 25, "Beta 2026", "V1")]
    assert ask(mixed, "own-sites", company="Gamma") == []


def test_facts_of_a_site_name_the_file_that_they_come_from(mixed: Desk) -> None:
    rows = ask(mixed, "CQ35", site=at_mill(mixed))
    told = sorted((row["title"], row["rows"], row["date"]) for row in rows if row["contributorName"] != "Alpha")
    assert told == [("Beta 2026", "S1", None), ("Gamma 2026", "S1", None), ("Gamma 2026: audits", "S1", None)]


def test_file_is_seen_by_its_owner_and_the_secretariat_alone(mixed: Desk) -> None:
    def names(**who: Any) -> list[str]:
        return [row["name"] for row in ask(mixed, "CQ01", site=at_mill(mixed), **who)]

    assert names(audience="public") == ["Alpha", "fewer than 3 members"]
    assert names(audience="members") == ["Alpha", "fewer than 3 members"]
    assert names(audience="members", owner="beta") == ["Alpha", "Beta", "fewer than 3 members"]


def test_count_of_members_holds_those_of_files_in_groups(changing: Desk) -> None:
    for name in ("Delta", "Epsilon"):
        filed(changing, name, 2026, {"tier": 1})
    [_, last] = ask(changing, "CQ01", site=at_mill(changing), audience="members")
    assert last["name"] == "3 members"


@FORMS
def test_file_of_a_year_speaks_from_its_first_day_until_the_next_file(changing: Desk, form: str) -> None:
    filed(changing, "Delta", 2024, {"tier": 1})
    filed(changing, "Delta", 2026, {"site": "S2", "tier": 1})

    def places(day: str) -> list[str]:
        rows = ask(changing, "direct-uses", form, at=day)
        return [row["site"] for row in rows if row["company"].endswith("/delta")]

    mill, [yarn] = f"{changing.data.names.base}/site/{at_mill(changing)}", places("2026-01-01")
    assert places("2023-12-31") == []
    assert places("2024-01-01") == places("2025-12-31") == [mill]
    assert yarn != mill


@FORMS
def test_relation_holds_on_the_days_that_it_states(changing: Desk, form: str) -> None:
    filed(changing, "Delta", 2026, {"tier": 1, "from": "2026-03-01", "to": "2026-05-01"})

    def buys(day: str) -> bool:
        return any(row["company"].endswith("/delta") for row in ask(changing, "direct-uses", form, at=day))

    assert [buys(day) for day in ("2026-02-28", "2026-03-01", "2026-04-30", "2026-05-01")] == [False, True, True, False]


def test_file_that_is_taken_out_says_nothing_any_more(changing: Desk) -> None:
    retract_list(changing.folder, "file/beta/2026", 0)
    assert brief(ask(changing, "CQ01", site=at_mill(changing)), "name") == [("Alpha",)]


def test_site_that_nobody_looked_at_shows_how_many_members_use_it(changing: Desk) -> None:
    def members(**who: Any) -> list[Any]:
        rows = ask(changing, "CQ10", **who)
        assert [(row["companyName"], row["siteName"]) for row in rows] == [("Beta", "Mill One")]
        assert {row["sharedSite"].rpartition("/")[2] for row in rows} == {at_mill(changing)}
        return [row["members"] for row in rows]

    risk = {"id": "R1", "type": "labour/working-time", "sites": "S1", "decision": "prioritised", "assessment": "B1"}
    more = {"assessments": [{"id": "B1", "date": "2026-02-01"}], "risks": [risk]}
    filed(changing, "Beta", 2026, {"tier": 1}, more=more)
    assert members() == ["2"]
    assert members(covenant="cloth") == ["2"]
    for audience in ({"owner": "beta"}, {"owner": "beta", "covenant": "cloth"}):
        assert members(audience="members", **audience) == ["fewer than 3 members"]
    for name in ("Gamma", "Delta", "Epsilon"):
        filed(changing, name, 2026, {"tier": 1})
    assert members() == ["5"]
    assert members(audience="members", owner="beta") == ["3 members"]


def test_report_of_a_site_cites_the_file_as_what_it_is(mixed: Desk) -> None:
    data = mixed.data
    evidence = Evidence(data.store, data.tables, None, data.names.base)
    report = make_report(ReportDesk(evidence, TODAY, "en", "secretariat", None), "site", at_mill(mixed))
    sources = next(one for one in report.sections if one.id == "sources").blocks
    told = {row[1].value: row[3].value for block in sources if isinstance(block, Table) for row in block.rows}
    assert told["Beta 2026"] == "due diligence file"
    assert "list" in told.values()


@pytest.mark.parametrize(
    "who", [{"audience": "public"}, {"audience": "members"}, {"audience": "members", "owner": "alpha"}]
)
def test_others_cannot_tell_whether_one_company_has_such_a_file(
    mixed: Desk, changing: Desk, who: dict[str, str]
) -> None:
    retract_list(changing.folder, "file/beta/2026", 0)
    site = {"site": at_mill(mixed)}
    for question, params in (
        *((name, site) for name in ("who-uses-site", "leverage-at-site", "site-stops", "reachable-companies")),
        *((name, {}) for name in ("shared-sites", "company-pairs", "communities", "smallest-coalition", "heat-map")),
        ("low-leverage", {"company": "Alpha", "all": "true"}),
        ("risk-exposure", {"country": "BD"}),
        ("public-list-by-process", {}),
        ("provenance-of-site", site),
    ):
        assert ask(mixed, question, **who, **params) == ask(changing, question, **who, **params), question
