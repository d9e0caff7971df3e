"""What a member sees: the open parts and what its own company keeps to itself, never another company's."""

from __future__ import annotations

from pathlib import Path

import pytest
from endpoint_server import BASE, Running, Starter, source_store, statements

from hefboom.api.access import Access
from hefboom.api.errors import Problem
from hefboom.api.settings import Settings
from hefboom.api.tokens import Tokens
from hefboom.errors import UsageError
from hefboom.graph.publications import Publications
from hefboom.graph.visibility import may_see, owners

NAMES = "SELECT DISTINCT ?s { ?s a <https://w3id.org/hefboom/ns#Site> }"


@pytest.fixture
def companies(tmp_path: Path) -> Path:
    """A data folder with all publications, and one of the company that keeps a list to itself."""
    store = source_store(statements(rows=5))
    assert owners(store, BASE) == ["owner/borea"]
    for audience in ("public", "members", "secretariat", "owner/borea"):
        Publications(tmp_path / "data").publish(store, audience, BASE)
    return tmp_path / "data"


def seen(server: Running, token: str) -> set[str]:
    """The contributors whose sites the holder of a token finds, by SPARQL and by the API."""
    as_holder = {"Authorization": f"Bearer {token}"}
    rows = server.query(NAMES, **as_holder).json()["results"]["bindings"]
    found = {row["s"]["value"].rpartition("/")[2].partition("-")[0] for row in rows}
    answer = server.client.get("/api/v1/sites", params={"limit": 500}, headers=as_holder)
    assert {site["id"].partition("-")[0] for site in answer.json()["sites"]} == found
    return found


def test_member_sees_its_own_closed_list_and_no_other_companys(started: Starter, companies: Path) -> None:
    server = started(companies, closed=1, workers=2, long_queries=1)
    kept = Tokens(companies / "access" / "access.sqlite")
    tokens = {name: kept.grant(name, "member", company=name)[1] for name in ("borea", "aurora")}
    assert seen(server, tokens["borea"]) == {"nike", "aurora", "borea"}
    assert seen(server, tokens["aurora"]) == {"nike", "aurora"}
    asked = server.client.get("/api/v1/questions", headers={"Authorization": f"Bearer {tokens['borea']}"})
    more = [question for question in asked.json() if question["audience"] not in ("public", "members")]
    assert {question["subject"] for question in more} == {"steps"}  # about its own due diligence file
    assert "owner/borea" not in server.client.get("/metrics").text


def test_view_of_a_company_is_members_plus_its_own() -> None:
    sees = {scope for scope in ("public", "members", "secretariat", "owner/a", "owner/b") if may_see("owner/a", scope)}
    assert sees == {"public", "members", "owner/a"}
    for wrong in ("owner/", "owner/../x", "owner/A", "owner"):
        with pytest.raises(UsageError, match="no audience"):
            may_see(wrong, "public")


@pytest.mark.parametrize("company", ["../x", "Aurora B.V.", "a/b", "-a"])
def test_token_is_bound_to_a_slug(tmp_path: Path, company: str) -> None:
    with pytest.raises(UsageError, match="give its slug"):
        Tokens(tmp_path / "access.sqlite").grant("A", "member", company=company)


@pytest.mark.parametrize(("role", "updates", "kind"), [
    ("secretariat", True, "not-allowed"), ("member", True, "not-allowed"), ("writer", False, "updates-off"),
    ("writer", True, ""), ("admin", True, ""),
])  # fmt: skip
def test_updates_are_for_writers_where_they_are_on(tmp_path: Path, role: str, updates: bool, kind: str) -> None:
    access = Access(Settings(data=tmp_path, closed=True, updates=updates))
    _, token = access.tokens.grant("W", role, company="a" if role == "member" else "")
    caller = access.identify({b"authorization": f"Bearer {token}".encode()}, "192.0.2.1")
    if kind:
        with pytest.raises(Problem) as caught:
            access.may_update(caller)
        assert (caught.value.status, caught.value.kind) == (403, kind)
    else:
        access.may_update(caller)
