"""Rows alike in name, address and country that carry different LEIs or DUNS numbers are never one site unasked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from list_desk import Desk, made_os_id

from hefboom.graph.changes import retract_list
from hefboom.graph.decisions import Wish, record
from hefboom.graph.publications import Publications
from hefboom.graph.resolution import resolve_folder
from hefboom.graph.review import queue
from hefboom.graph.why import explain_site

DAY = dt.date(2024, 6, 1)
ONE, TWO = made_os_id(1), made_os_id(2)


def lei(number: int) -> str:
    """A sound LEI: the same number gives the same one."""
    body = f"529900HEFBOOM{number:05d}"
    digits = "".join(str(int(letter, 36)) for letter in body + "00")
    return f"{body}{98 - int(digits) % 97:02d}"


A, B, C = lei(1), lei(2), lei(3)
STRANGERS = [
    {"name": f"{name} Garments", "address": f"{number} {street}", "country": "India"}
    for number, (name, street) in enumerate([("Polygontech", "Lake Road"), ("Zentara", "Dock Street")], start=3)
]


def row(**more: str) -> dict[str, str]:
    return {"name": "Carmina Denim Mills", "address": "1 Mill Road, Tiruppur", "country": "India", **more}


def load(desk: Desk, company: str, *rows: dict[str, str], date: str = "2024-01-01", **options: Any) -> str:
    """Load rows as the list of a brand, strangers below them; the id of the list."""
    report = desk.load(
        f"{company}.csv", [*rows, *STRANGERS],
        **{"contributor": company, "contributor_kind": "brand", "date": date, "visibility": "public", **options},
    )  # fmt: skip
    assert report.error is None
    assert report.list is not None
    return report.list.split("/list/")[1]


def resolved(desk: Desk, **options: Any) -> str:
    return resolve_folder(desk.folder, today=DAY, **options).mode


def decide(desk: Desk, left: str, right: str, decision: str | None) -> None:
    record(desk.folder, [Wish(left, right, decision, "MJ")], today=DAY)
    resolved(desk)


def asked(desk: Desk) -> dict[frozenset[str], tuple[str, ...]]:
    """The pairs of sites that wait for a reviewer, with their conflicts."""
    return {frozenset((one.left.site, one.right.site)): one.conflicts for one in queue(desk.data)}


def plain_site(desk: Desk) -> str:
    """The site of the key where nothing is contested, from a desk of its own."""
    other = Desk(desk.place / "other")
    return other.site(load(other, "Plain", row()), "2")


def test_different_leis_are_two_sites_that_a_reviewer_is_asked_about(desk: Desk) -> None:
    one, two = load(desk, "Asda", row(lei=A)), load(desk, "Boden", row(lei=B))
    left, right = desk.site(one, "2"), desk.site(two, "2")
    assert left != right
    resolved(desk)
    assert (desk.site(one, "2"), desk.site(two, "2")) == (left, right)
    assert asked(desk) == {frozenset((left, right)): ("lei",)}
    assert desk.site(one, "3") == desk.site(two, "3")


def test_a_decision_joins_them_and_can_be_taken_back(desk: Desk) -> None:
    one, two = load(desk, "Asda", row(lei=A)), load(desk, "Boden", row(lei=B))
    left, right = desk.site(one, "2"), desk.site(two, "2")
    resolved(desk)
    decide(desk, left, right, "same")
    assert desk.site(one, "2") == desk.site(two, "2") == left
    assert asked(desk) == {}
    decide(desk, left, right, None)
    assert (desk.site(one, "2"), desk.site(two, "2")) == (left, right)
    assert frozenset((left, right)) in asked(desk)


def test_a_row_without_id_stays_on_the_plain_site_and_is_asked_about_with_both(desk: Desk) -> None:
    one, two = load(desk, "Asda", row(lei=A)), load(desk, "Boden", row(lei=B))
    none = load(desk, "Coop", row())
    left, right, plain = desk.site(one, "2"), desk.site(two, "2"), desk.site(none, "2")
    assert plain == plain_site(desk)
    resolved(desk)
    assert desk.site(none, "2") == plain
    assert asked(desk) == {
        frozenset((left, right)): ("lei",), frozenset((left, plain)): ("which_id",),
        frozenset((right, plain)): ("which_id",),
    }  # fmt: skip
    decide(desk, plain, right, "same")
    assert desk.site(none, "2") == desk.site(two, "2") != desk.site(one, "2")


def test_a_third_spelling_does_not_chain_them(desk: Desk) -> None:
    one, two = load(desk, "Asda", row(lei=A)), load(desk, "Boden", row(lei=B))
    none = load(desk, "Coop", row())
    load(desk, "Dille", row(name="Carmina Denim Mill", address="1, Mill Rd, Tiruppur"))
    resolved(desk)
    assert len({desk.site(name, "2") for name in (one, two, none)}) == 3


def test_an_id_of_one_value_changes_nothing(desk: Desk) -> None:
    one = load(desk, "Asda", row())
    plain = desk.site(one, "2")
    two = load(desk, "Boden", row(lei=A, duns="123456789"))
    three = load(desk, "Coop", row(lei=A))
    assert {desk.site(name, "2") for name in (one, two, three)} == {plain} == {plain_site(desk)}
    assert desk.rows("SELECT * FROM site_aliases") == []


def test_the_old_id_stays_valid_and_the_old_site_comes_back(desk: Desk) -> None:
    one = load(desk, "Asda", row(lei=A), date="2023-01-01")
    old = desk.site(one, "2")
    resolved(desk)
    two = load(desk, "Boden", row(lei=B))
    assert explain_site(desk.data, old).site == desk.site(one, "2") != old
    retract_list(desk.folder, two, 10)
    resolved(desk)
    assert desk.site(one, "2") == old
    assert asked(desk) == {}


def test_a_decision_on_a_site_apart_holds_when_the_old_site_is_back(desk: Desk) -> None:
    one, two = load(desk, "Asda", row(lei=A)), load(desk, "Boden", row(lei=B))
    other = load(desk, "Coop", row(name="Old Denim House", address="77 Other Street, Karur"))
    apart = desk.site(one, "2")
    decide(desk, apart, desk.site(other, "2"), "same")
    assert desk.site(one, "2") == desk.site(other, "2")
    retract_list(desk.folder, two, 10)
    resolved(desk)
    assert desk.site(one, "2") == desk.site(other, "2") != apart


def test_what_a_reviewer_parted_stays_parted_when_ids_set_rows_apart(desk: Desk) -> None:
    one = load(desk, "Asda", row(lei=A), row())
    near = load(desk, "Coop", row(name="Carmina Denim Mill", address="1, Mill Rd, Tiruppur"))
    resolved(desk)
    assert desk.site(one, "2") == desk.site(near, "2")
    decide(desk, desk.rows("SELECT exact FROM identity WHERE list = ? AND row = '2'", one)[0][0],
           desk.rows("SELECT exact FROM identity WHERE list = ? AND row = '2'", near)[0][0], "different")  # fmt: skip
    load(desk, "Boden", row(lei=B))
    resolved(desk)
    assert len({desk.site(one, "2"), desk.site(one, "3"), desk.site(near, "2")}) == 3


def matches(desk: Desk) -> list[tuple[Any, ...]]:
    """The pairs of two sites without what moves with the weights of words: probability and reasons."""
    return desk.rows("""
        WITH pairs AS (
            SELECT *, [left_site, left_list, left_row] AS l, [right_site, right_list, right_row] AS r FROM matches
            WHERE left_site <> right_site
        ) SELECT least(l, r), greatest(l, r), outcome, conflicts, method, contains(reasons_en, 'carry different LEIs'),
            stated, scope FROM pairs ORDER BY ALL
    """)


def test_new_lists_alone_give_what_all_lists_anew_give(desk: Desk) -> None:
    crowd = [row(name=f"{name} Textiles", address=f"{n} Race Course Road, {town}") for n, (name, town) in enumerate(
        [("Sonali", "Karur"), ("Bismara", "Erode"), ("Tovella", "Salem"), ("Kandoro", "Madurai"), ("Lindor", "Karur")]
    )]  # fmt: skip
    load(desk, "Asda", row(lei=A, workers="100"), row(workers="900"), *crowd)
    load(desk, "Coop", row(name="Carmina Denim Mill", address="1, Mill Rd, Tiruppur"))
    resolved(desk)
    for company, ids in (("Boden", {"lei": B}), ("Dille", {"duns": "123456789", "lei": C})):
        load(desk, company, row(**ids))
        assert resolved(desk) == "incremental"
        before = matches(desk)
        assert resolved(desk, full=True) == "full"
        assert matches(desk) == before


def test_loading_warns_of_each_row_that_an_id_sets_apart(desk: Desk) -> None:
    load(desk, "Asda", row(lei=A))
    report = desk.load(
        "boden.csv", [{**row(), "LEI code": B}, row(), *STRANGERS], contributor="Boden", date="2024-01-01"
    )
    told = report.findings.filter(report.findings["code"].is_in(["id-conflict", "id-missing"])).to_dicts()
    assert [(each["row"], each["column"], each["value"], each["code"], each["severity"]) for each in told] == [
        ("2", "LEI code", B, "id-conflict", "warning"), ("3", "LEI code", None, "id-missing", "warning")
    ]  # fmt: skip
    assert A in told[0]["reason"]
    assert "row 2 of list 'asda/2024-01-01'" in told[0]["reason"]
    assert (report.counts.stored, report.counts.merged, report.counts.refused) == (4, 0, 0)


def test_a_company_that_loads_learns_nothing_of_closed_lists(desk: Desk) -> None:
    load(desk, "Asda", row(lei=A), visibility="owner")
    report = desk.load("b.csv", [row(lei=B)], contributor="Boden", date="2024-01-01", visibility="owner")
    assert "id-conflict" not in report.findings["code"].to_list()
    assert desk.site("boden/2024-01-01", "2") == plain_site(desk)


def test_one_kind_of_id_helps_to_tell_the_other(desk: Desk) -> None:
    one, two = load(desk, "Asda", row(lei=A, duns="123456789")), load(desk, "Boden", row(lei=B))
    by_duns, by_lei = load(desk, "Coop", row(duns="123456789")), load(desk, "Dille", row(lei=A))
    assert desk.site(one, "2") == desk.site(by_duns, "2") == desk.site(by_lei, "2") != desk.site(two, "2")


def test_different_duns_numbers_of_one_company_are_two_sites(desk: Desk) -> None:
    one, two = load(desk, "Asda", row(lei=A, duns="123456789")), load(desk, "Boden", row(lei=A, duns="987654321"))
    assert desk.site(one, "2") != desk.site(two, "2")
    resolved(desk)
    assert list(asked(desk).values()) == [("duns",)]


def test_an_os_id_of_the_key_is_not_given_to_a_row_with_another_lei(desk: Desk) -> None:
    one, two = load(desk, "Asda", row(lei=A, os_id=ONE)), load(desk, "Boden", row(lei=B))
    none, same = load(desk, "Coop", row()), load(desk, "Dille", row(lei=A))
    assert desk.site(one, "2") == desk.site(same, "2") == ONE
    assert len({ONE, desk.site(two, "2"), desk.site(none, "2")}) == 3
    resolved(desk)
    assert len({ONE, desk.site(two, "2"), desk.site(none, "2")}) == 3


def test_an_os_id_with_two_leis_is_one_site(desk: Desk) -> None:
    one, two = load(desk, "Asda", row(lei=A, os_id=ONE)), load(desk, "Boden", row(lei=B, os_id=ONE))
    none = load(desk, "Coop", row())
    assert {desk.site(name, "2") for name in (one, two, none)} == {ONE}


def test_every_audience_gets_a_publication_and_a_closed_conflict_stays_closed(desk: Desk) -> None:
    one, none = load(desk, "Asda", row(lei=A)), load(desk, "Coop", row())
    closed = load(desk, "Boden", row(lei=B), row(), visibility="secretariat")
    resolved(desk)
    assert desk.site(one, "2") == desk.site(none, "2") == plain_site(desk)
    assert len({desk.site(one, "2"), desk.site(closed, "2"), desk.site(closed, "3")}) == 3
    held = desk.data
    for audience in ("public", "members", "secretariat"):
        Publications(desk.folder.path).publish(held.store, audience, held.names.base, held.generation.name)


def test_what_is_apart_is_explained_and_exported(desk: Desk) -> None:
    one, two = load(desk, "Asda", row(lei=A)), load(desk, "Boden", row(lei=B))
    resolved(desk)
    found = explain_site(desk.data, desk.site(one, "2"))
    assert [(each["site"], each["lei"]) for each in found.contested] == [(desk.site(two, "2"), B)]
    assert [pair["conflicts"] for pair in found.open] == [["lei"]]
    told = desk.hefboom("why", desk.site(one, "2"), "--lang", "nl")
    assert f"LEI {B}" in told.stdout
    assert "uit elkaar gehouden door LEI of DUNS-nummer" in told.stdout
    rows = desk.hefboom("export", "listings", "--format", "csv").stdout
    assert desk.site(one, "2") in rows
    assert desk.site(two, "2") in rows


def test_ids_of_lists_that_only_their_owners_see_are_told_to_the_secretariat(desk: Desk) -> None:
    one = load(desk, "Asda", row(lei=A, duns="123456789"), visibility="owner")
    two = load(desk, "Boden", row(lei=B, duns="123456789"), visibility="owner")
    load(desk, "Coop", row())
    assert desk.site(one, "2") == desk.site(two, "2")
    found = desk.hefboom("ask", "several-ids", "--as", "secretariat", "--format", "csv").stdout.splitlines()[1:]
    rows = sorted((*line.split(",")[2:4], line.split(",")[4].split("/list/")[1], line[-1]) for line in found)
    assert rows == [("lei", A, "asda/2024-01-01", "2"), ("lei", B, "boden/2024-01-01", "2")]
    for audience in ("public", "members"):
        told = desk.hefboom("ask", "several-ids", "--as", audience, "--format", "csv").stdout
        assert len(told.splitlines()) == 1, audience


def test_a_decision_on_an_earlier_id_is_shown_and_can_be_taken_back(desk: Desk) -> None:
    one = load(desk, "Asda", row(lei=A), date="2023-01-01")
    other = load(desk, "Coop", row(name="Old Denim House", address="77 Other Street, Karur"))
    apart = desk.site(other, "2")
    decide(desk, desk.site(one, "2"), apart, "same")
    load(desk, "Boden", row(lei=B))
    exact = desk.rows("SELECT exact FROM identity WHERE list = ? AND row = '2'", one)[0][0]
    assert [each["decision"] for each in explain_site(desk.data, exact).decisions] == ["same"]
    assert record(desk.folder, [Wish(exact, apart, "same", "MJ")], today=DAY)[0].state == "known"
    decide(desk, exact, apart, None)
    assert desk.site(one, "2") == exact != desk.site(other, "2")


def test_a_decision_on_the_plain_site_is_not_taken_for_one_on_a_site_apart(desk: Desk) -> None:
    load(desk, "Asda", row(lei=A), row())
    other = load(desk, "Coop", row(name="Old Denim House", address="77 Other Street, Karur"))
    plain, away = plain_site(desk), desk.site(other, "2")
    record(desk.folder, [Wish(plain, away, "different", "MJ")], today=DAY)
    two = load(desk, "Boden", row(lei=B))
    assert [each["decision"] for each in explain_site(desk.data, desk.site(two, "2")).decisions] == ["different"]
    assert record(desk.folder, [Wish(desk.site(two, "2"), away, "same", "MJ")], today=DAY)[0].state == "new"
    assert desk.site(two, "2") == desk.site(other, "2") != plain
