"""Which statements make a company a user of a site, and on which day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from golden_facts import DAY, GOLDEN, M1, S1, S2, S3
from question_facts import Facts, Handed, Relation

from hefboom.graph.iris import DEFAULT_BASE
from hefboom.queries import run

TODAY = dt.date(2024, 6, 1)
COMPANIES = {f"company-{letter}": (f"Company {letter.upper()}", "brand", "public") for letter in "abc"}
FORMS = pytest.mark.parametrize("form", ["sparql", "sql"])


def world(*lists: Handed, **changes: object) -> Facts:
    facts = Facts(COMPANIES | {"reg": ("Register", "register", "public")}, GOLDEN.places, lists)
    return replace(facts, **changes)  # type: ignore[arg-type]


def direct(facts: Facts, form: str, at: str = "today") -> set[tuple[str, str]]:
    rows = run("direct-uses", {"at": at}, facts.evidence(), today=TODAY, form=form).plain()
    return {(str(row["company"]).rpartition("/")[2], str(row["site"]).rpartition("/")[2]) for row in rows}


@FORMS
def test_named_contributions_make_users_and_anonymous_ones_do_not(form: str) -> None:
    register = Handed(
        "reg/2024-01-01",
        "public",
        rows=(("2", S1), ("3", S2)),
        told=(("2", "company-a"), ("2", None), ("3", None)),
        register=True,
    )
    assert direct(world(register), form) == {("company-a", S1)}


@FORMS
def test_list_with_an_end_holds_until_that_day(form: str) -> None:
    facts = world(Handed("company-a/2024-01-01", rows=(("2", S1),), until=dt.date(2024, 3, 1)))
    assert direct(facts, form, "2023-12-31") == set()
    assert direct(facts, form, "2024-01-01") == {("company-a", S1)}
    assert direct(facts, form, "2024-02-29") == {("company-a", S1)}
    assert direct(facts, form, "2024-03-01") == set()


@FORMS
@pytest.mark.parametrize(
    "kind", ["civil-society", "initiative", "union", "auditor", "academic", "facility", "register", "other"]
)
def test_contributors_that_do_not_buy_are_no_users(form: str, kind: str) -> None:
    facts = world(Handed("company-a/2024-01-01", rows=(("2", S1),)))
    assert direct(facts, form) == {("company-a", S1)}
    assert direct(replace(facts, companies={"company-a": ("A", kind, "public")}), form) == set()


@FORMS
def test_handing_in_relations_is_no_use_of_the_sites_in_them(form: str) -> None:
    facts = world(
        Handed("company-a/2024-01-01", relations=(Relation("2", M1, site=S1), Relation("3", S3, company="company-b")))
    )
    assert direct(facts, form) == {("company-b", S3)}


@FORMS
def test_joined_sites_are_shared_where_the_join_may_be_seen(form: str) -> None:
    facts = world(
        Handed("company-a/2024-01-01", "public", rows=(("2", S1),)),
        Handed("company-b/2024-01-01", "public", rows=(("2", S2),)),
        replaced=((S2, S1, "secretariat"),),
        places=tuple(replace(place, scope="public") for place in GOLDEN.places),
    )
    evidence = facts.evidence()
    rows = {
        audience: run("shared-sites", {}, evidence, audience, today=TODAY, form=form).rows
        for audience in ("public", "secretariat")
    }
    assert rows["public"] == ()
    assert [str(row[0]) for row in rows["secretariat"]] == [f"<{DEFAULT_BASE}/site/{S1}>"]


@FORMS
def test_members_count_on_the_days_of_their_membership(form: str) -> None:
    lists = [Handed(f"company-{letter}/2024-01-01", rows=(("2", S1),)) for letter in "abc"]
    members = (
        ("one", "company-a", DAY, None),
        ("one", "company-b", DAY, dt.date(2024, 6, 1)),
        ("one", "company-c", dt.date(2024, 5, 1), None),
    )
    evidence = world(*lists, covenants={"one": "One"}, members=members).evidence()

    def shared(at: str) -> list[object]:
        found = run("shared-sites", {"at": at}, evidence, today=TODAY, form=form).plain()
        return [row["memberNames"] for row in found]

    assert shared("2024-04-30") == ["Company A; Company B"]
    assert shared("2024-05-01") == ["Company A; Company B; Company C"]
    assert shared("2024-06-01") == ["Company A; Company C"]


@FORMS
def test_every_buyer_counts_where_no_covenant_is_on_file(form: str) -> None:
    lists = [Handed(f"company-{letter}/2024-01-01", rows=(("2", S1),)) for letter in "ab"]
    assert len(run("shared-sites", {}, world(*lists).evidence(), today=TODAY, form=form).rows) == 1


def test_product_without_a_site_is_an_unknown_of_the_chain() -> None:
    facts = world(Handed("company-b/2024-01-01", relations=(Relation("2", None, company="company-a", product="zips"),)))
    [row] = run("chain-of-company", {"company": "Company A"}, facts.evidence(), today=TODAY).plain()
    assert (row["tier"], row["site"], row["label"], row["products"]) == (1, None, "unknown", "zips")


def test_distance_is_close_to_the_great_circle() -> None:
    public = tuple(replace(place, scope="public") for place in GOLDEN.places)
    facts = world(Handed("company-a/2024-01-01", "public", rows=(("2", S1),)), places=public)
    found = run("sites-near", {"lat": "22.5", "lng": "88.4", "radius_km": "300"}, facts.evidence(), today=TODAY).plain()
    assert {row["label"]: float(str(row["distance"])) for row in found} == pytest.approx(
        {"Site S1": 250.4, "Mill M1": 248.9}, rel=0.001
    )


def test_places_across_the_date_line_are_near() -> None:
    place = replace(GOLDEN.places[0], lat=-17.0, lng=-179.9, scope="public")
    found = run("sites-near", {"lat": "-17", "lng": "179.9"}, world(places=(place,)).evidence(), today=TODAY).plain()
    assert [str(row["distance"]) for row in found] == ["21.3"]
