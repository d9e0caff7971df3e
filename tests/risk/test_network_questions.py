"""CQ17, CQ21 and CQ33 on the golden mini-graph, and CQ13 in groups: each with its whole answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from golden_facts import DAY, GOLDEN, M1, M2, P1, S1, S2, S3
from question_facts import Facts, Handed, Relation

from hefboom.errors import QueryError
from hefboom.queries import run

AT = {"at": DAY.isoformat()}
TODAY = dt.date(2025, 6, 1)


def asked(question: str, facts: Facts = GOLDEN, audience: str = "secretariat", **params: str) -> list[dict[str, Any]]:
    return run(question, AT | params, facts.evidence(), audience, today=DAY).plain()


def short(value: Any) -> Any:
    return value.rpartition("/")[2] if isinstance(value, str) else value


def test_low_leverage_is_shown_with_bands_and_who_else_buys_there() -> None:
    rows = asked("CQ17", company="company-a")
    assert [
        (short(r["site"]), r["lower"], r["upper"], r["low"], r["buyers"], r["otherMembers"], r["route"]) for r in rows
    ] == [
        (S3, None, None, True, None, "0", "Golden Covenant"),
        (S1, 5, 10, True, "Company B; Company D", "1", "Golden Covenant"),
    ]
    assert [short(r["site"]) for r in asked("CQ17", company="company-b")] == [S2]
    assert [short(r["site"]) for r in asked("CQ17", company="company-b", all="true")] == [S2, S1]


def test_others_get_members_in_groups_and_never_a_share() -> None:
    rows = asked("CQ17", company="company-d", audience="public", all="true")
    assert [(short(r["site"]), r["lower"], r["buyers"], r["otherMembers"]) for r in rows] == [
        (S1, None, None, "fewer than 3 members")
    ]
    dutch = run("CQ17", AT | {"company": "company-d"}, GOLDEN.evidence(), "public", today=DAY, lang="nl").plain()
    assert dutch[0]["otherMembers"] == "minder dan 3 deelnemers"
    assert asked("CQ17", company="company-a", audience="public") == []
    on_another_day = run("CQ17", {"at": "2024-02-03", "company": "company-d"}, GOLDEN.evidence(), "public", today=TODAY)
    assert [row["otherMembers"] for row in on_another_day.plain()] == [None]


def test_two_counts_that_differ_by_one_member_are_the_same() -> None:
    crowd = replace(
        GOLDEN,
        companies=GOLDEN.companies | {f"member-{n}": (f"Member {n}", "brand", "public") for n in range(3)},
        lists=(*GOLDEN.lists, *(Handed(f"member-{n}/2024-01-01", rows=(("2", S1),)) for n in range(2))),
        members=(*GOLDEN.members, *(("golden-covenant", f"member-{n}", DAY, None) for n in range(3))),
    )
    for fewer in ("company-a", "company-b"):
        without = replace(crowd, lists=tuple(one for one in GOLDEN.lists if one.contributor != fewer))
        counts = [asked("CQ17", f, "public", company="company-d")[0]["otherMembers"] for f in (GOLDEN, without)]
        assert counts[0] == counts[1] == "fewer than 3 members"


def test_trail_of_shirts_runs_hop_by_hop_and_marks_its_gaps() -> None:
    rows = asked("CQ21", company="company-a", product="shirt")
    told = ("hop", "from", "to", "material", "confidence", "row", "gap")
    assert [tuple(short(row[name]) for name in told) for row in rows] == [
        (1, S1, "company-a", "shirts", "stated", "2", "no document"),
        (2, M1, S1, "dyed fabric", "stated", "4", "no document"),
        (3, P1, M1, "yarn", "likely", "7", "no document; nothing on file beyond this site"),
    ]  # fmt: skip
    assert asked("CQ21", company="company-a", product="socks") == []


def test_trail_goes_once_round_a_circle_and_says_that_a_material_is_not_named() -> None:
    circle = Handed(
        "golden-secretariat/2024-01-01",
        relations=(
            Relation("2", S1, company="company-a", product="shirts"),
            Relation("3", M2, site=S1),
            Relation("4", S1, site=M2, product="waste"),
        ),
    )
    rows = asked("CQ21", replace(GOLDEN, lists=(circle,)), company="company-a")
    assert [(r["hop"], short(r["from"]), r["gap"]) for r in rows] == [
        (1, S1, "no document"),
        (2, M2, "no document; material not named"),
        (3, S1, "no document"),
    ]


def opened(*more: Handed) -> Facts:
    return replace(GOLDEN, lists=(*(replace(one, visibility="public") for one in GOLDEN.lists), *more))


def test_network_figures_of_public_lists_per_year() -> None:
    later = Handed("company-c/2025-01-01", "public", rows=(("2", S1),))
    rows = run("CQ33", {"at": "2025-06-01"}, opened(later).evidence(), "public", today=TODAY).plain()
    figures = {
        year: [float(r["value"]) for r in rows if r["year"] == year and r["site"] is None] for year in (2024, 2025)
    }
    assert figures == {
        2024: [4, 3, 6, 1.5, 2, 2, 4, 1, 7],
        2025: [4, 3, 7, 1.75, 2, 2, 6, 1, 7],
    }
    central = [(r["year"], short(r["site"]), int(r["value"])) for r in rows if r["site"]]
    assert central == [(2024, S1, 3), (2024, S2, 2), (2025, S1, 4), (2025, S2, 2)]


def test_edges_can_be_downloaded_and_closed_lists_are_not_among_them() -> None:
    rows = asked("CQ33", part="edges")
    assert [(r["year"], short(r["company"]), short(r["site"]), r["item"]) for r in rows] == [
        (2024, "company-d", S1, "Company D - Site S1")
    ]
    with pytest.raises(QueryError, match="part: 'nodes' is not known; choose 'figures per year'"):
        asked("CQ33", part="nodes")


def test_an_empty_world_has_figures_of_zero_and_no_central_site() -> None:
    empty = replace(GOLDEN, lists=())
    rows = asked("CQ33", empty)
    assert [float(row["value"]) for row in rows] == [0] * 9
    assert {S2, S3}.isdisjoint({short(row["site"]) for row in rows})
