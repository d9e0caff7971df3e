"""Who gets in, with what, for how long; and what is written down about it."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest
from endpoint_server import Running, Starter

from hefboom.api.access import Access
from hefboom.api.errors import Problem
from hefboom.api.settings import Settings, from_environment
from hefboom.api.tokens import Tokens
from hefboom.errors import UsageError

SITES = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/hefboom/ns#Site> }"
IN_JSON = tuple(
    f"/api/v1/{path}"
    for path in (
        "sites", "sites?format=csv", "sites/nike-1", "companies/nike", "lists", "listings?list=nike/2021-02-01",
        "covenants", "questions", "openapi.json",
    )
)  # fmt: skip


def tokens(data: Path) -> Tokens:
    """The tokens of a data folder."""
    return Tokens(data / "access" / "access.sqlite")


def count(server: Running, token: str) -> str:
    """How many sites the holder of a token sees."""
    answer = server.query(SITES, Authorization=f"Bearer {token}")
    return str(answer.json()["results"]["bindings"][0]["n"]["value"])


def test_each_role_sees_its_own_part_and_is_written_down(started: Starter, data: Path) -> None:
    server = started(closed=1, workers=2, long_queries=1)
    log = data / "access" / "audit.log"
    before = len(log.read_text().splitlines()) if log.exists() else 0
    _, member = tokens(data).grant("A. Member", "member", company="aurora")
    _, secretariat = tokens(data).grant("B. Secretary", "secretariat")
    assert server.query(SITES).json()["results"]["bindings"][0]["n"]["value"] == "60"
    assert count(server, member) == "120"
    assert count(server, secretariat) == "180"
    answer = server.query(SITES, Authorization=f"Bearer {member}")
    assert answer.headers["cache-control"].startswith("private")
    assert "Authorization" in answer.headers["vary"]
    entries = [json.loads(line) for line in log.read_text().splitlines()[before:]]
    assert {entry["who"].partition(" (")[0] for entry in entries} == {"A. Member", "B. Secretary"}
    assert entries[0]["parameters"]["query"] == SITES
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE((data / "access" / "access.sqlite").stat().st_mode) == 0o600


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer hef_000000000000_x", "Basic YTpi", "Bearer", "x"])
def test_wrong_token_is_refused(server: Running, header: str) -> None:
    answer = server.query("ASK {}", Authorization=header)
    assert answer.status_code == 401
    assert "Bearer" in answer.headers["www-authenticate"]


def test_what_a_browser_kept_is_not_shown_to_who_has_signed_in_since(started: Starter) -> None:
    closed, open_only = started(closed=1, workers=2, long_queries=1), started(workers=2, long_queries=1)
    addresses = ("/sparql?query=ASK{}", "/sparql", "/", "/sites", "/doc/id/site/nike-1", "/id/site/nike-1", *IN_JSON)
    for address in addresses:
        assert {"Authorization", "Cookie"} <= set(closed.client.get(address).headers["vary"].split(", ")), address
        assert "Cookie" not in open_only.client.get(address).headers["vary"], address


def test_no_closed_answer_may_be_kept_for_others(started: Starter, data: Path) -> None:
    server = started(closed=1, workers=2, long_queries=1)
    bearer = {"Authorization": f"Bearer {tokens(data).grant('G. Secretary', 'secretariat')[1]}"}
    for address in ("/doc/id/site/nike-1", "/id/site/nike-1", "/id/site/old", *IN_JSON):
        answer = server.client.get(address, headers=bearer)
        assert answer.status_code < 400, address
        assert answer.headers["cache-control"].startswith("private"), address
        assert server.client.get(address).headers["cache-control"].startswith("public"), address


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html", "text/html"), ("*/*", "text/plain"), ("application/json", "application/problem+json"),
        ("text/html;q=0", "text/plain"), ("text/html;q=0, x/y", "text/plain"),
        ("text/turtle, text/html;q=0.5", "text/plain"),
    ],
)  # fmt: skip
def test_unknown_address_is_told_as_the_caller_reads_best(server: Running, accept: str, kind: str) -> None:
    answer = server.client.get("/id/site/nosuchsite", headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.headers["content-type"].partition(";")[0] == kind


def test_api_refuses_in_json_whatever_refuses(server: Running) -> None:
    answer = server.client.get("/api/v1/sites", headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"]


def test_token_does_nothing_where_closed_parts_are_not_served(server: Running, data: Path) -> None:
    _, token = tokens(data).grant("C. Member", "member", company="aurora")
    assert server.query("ASK {}", Authorization=f"Bearer {token}").status_code == 403


def test_token_is_kept_as_a_hash_only(tmp_path: Path) -> None:
    made, token = tokens(tmp_path).grant("D", "admin")
    secret = token.split("_", 2)[2]
    assert secret.encode() not in (tmp_path / "access" / "access.sqlite").read_bytes()
    assert token not in repr(made)


def test_revoked_and_expired_tokens_are_refused(tmp_path: Path) -> None:
    kept = tokens(tmp_path)
    made, token = kept.grant("E", "secretariat", days=1)
    found = kept.check(token)
    assert found is not None
    assert kept.all()[0].last_used is not None
    assert kept.revoke(made.id).state == "revoked"
    assert kept.check(token) is None
    with pytest.raises(UsageError, match="no token 'nobody'"):
        kept.revoke("nobody")


def test_token_needs_a_known_role_and_a_member_a_company(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no role 'boss'"):
        tokens(tmp_path).grant("F", "boss")
    with pytest.raises(UsageError, match="bound to a company"):
        tokens(tmp_path).grant("F", "member")


def test_valid_token_passes_while_wrong_ones_of_its_address_are_throttled(started: Starter, data: Path) -> None:
    server = started(closed=1, workers=2, long_queries=1)
    _, token = tokens(data).grant("G. Neighbour", "secretariat")
    forged = token[:-3] + ("AAA" if token[-3:] != "AAA" else "BBB")
    wrong = [server.query("ASK {}", Authorization=f"Bearer {text}") for text in ["hef_a_b"] * 10 + ["hef_a_b", forged]]
    assert [answer.status_code for answer in wrong] == [401] * 10 + [429] * 2
    assert int(wrong[-1].headers["retry-after"]) > 0
    for path in ("/sparql?query=ASK{}", "/api/v1/questions", "/sites"):
        assert server.client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code == 200, path
    csrf = re.findall(r'name="csrf" value="([^"]+)"', server.client.get("/sign-in").text)[0]
    assert server.client.post("/sign-in", data={"token": forged, "csrf": csrf}).status_code == 429
    assert server.client.post("/sign-in", data={"token": token, "csrf": csrf}).status_code == 303
    assert server.query("ASK {}", Authorization=f"Bearer {forged}").status_code == 429


def test_ten_wrong_tokens_close_the_door_for_a_minute(tmp_path: Path) -> None:
    now = 0.0
    access = Access(Settings(data=tmp_path, closed=True), clock=lambda: now)
    statuses = []
    for _ in range(11):
        with pytest.raises(Problem) as caught:
            access.check("hef_x_y", "192.0.2.1")
        statuses.append(caught.value.status)
    assert statuses == [401] * 10 + [429]
    now = 61.0
    with pytest.raises(Problem) as caught:
        access.check("hef_x_y", "192.0.2.1")
    assert caught.value.status == 401


def test_person_signs_in_with_a_token_and_out_again(started: Starter, data: Path) -> None:
    server = started(closed=1, workers=2, long_queries=1)
    _, token = tokens(data).grant("G. Person", "member", company="aurora")
    page = server.client.get("/sign-in")
    csrf = re.findall(r'name="csrf" value="([^"]+)"', page.text)[0]
    assert server.client.post("/sign-in", data={"token": token, "csrf": "forged"}).status_code == 403
    assert server.client.post("/sign-in", data={"token": "hef_a_b", "csrf": csrf}).status_code == 401
    entered = server.client.post("/sign-in", data={"token": token, "csrf": csrf})
    assert entered.status_code == 303
    cookie = next(value for value in entered.headers.get_list("set-cookie") if "hefboom_session" in value)
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert server.query(SITES).json()["results"]["bindings"][0]["n"]["value"] == "120"
    inside = server.client.get("/sign-in")
    assert "G. Person" in inside.text
    home = server.client.get("/?lang=nl", headers={"Accept": "text/html"}).text
    assert re.search(r"U bent aangemeld als G\. Person \(\w+\): deelnemer, aurora\.", home)
    for address in ("/", "/sites", "/questions", "/sparql", "/ns", "/nowhere"):
        assert (
            '<a href="/sign-in?lang=en">Account</a>' in server.client.get(address, headers={"Accept": "text/html"}).text
        )
    assert server.client.post("/sign-out", data={"csrf": "forged"}).status_code == 403
    csrf = re.findall(r'name="csrf" value="([^"]+)"', inside.text)[0]
    assert server.client.post("/sign-out", data={"csrf": csrf}).status_code == 303
    assert server.query(SITES).json()["results"]["bindings"][0]["n"]["value"] == "60"


def test_sign_in_is_not_there_where_closed_parts_are_not_served(server: Running) -> None:
    assert server.client.get("/sign-in").status_code == 404
    assert "sign-in" not in server.client.get("/", headers={"Accept": "text/html"}).text


def test_start_page_counts_what_its_other_pages_list(server: Running) -> None:
    page = server.client.get("/?lang=en", headers={"Accept": "text/html"}).text
    told = dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", page))
    listed = {
        "sites": len(server.client.get("/api/v1/sites?limit=500").json()["sites"]),
        "lists": len(server.client.get("/api/v1/lists?limit=500").json()["lists"]),
    }
    assert {name: int(told[name]) for name in listed} == listed


@pytest.mark.parametrize(
    ("name", "value"),
    [("TIMEOUT", "soon"), ("TIMEOUT", "0"), ("AUDIENCE", "all"), ("ROOT_PATH", "x"), ("CLOSED", "yes"), ("BASE", "x")],
)
def test_bad_setting_stops_the_start_with_its_name(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=f"HEFBOOM_{name} is '{value}"):
        from_environment({f"HEFBOOM_{name}": value})


def test_long_queries_may_never_hold_every_engine() -> None:
    with pytest.raises(UsageError, match="less than HEFBOOM_WORKERS"):
        from_environment({"HEFBOOM_WORKERS": "2", "HEFBOOM_LONG_QUERIES": "2"})


def test_metrics_and_logs_hold_neither_address_nor_query(started: Starter, tmp_path: Path) -> None:
    server = started(workers=2, long_queries=1)
    server.query("SELECT ?verysecretword {}", **{"User-Agent": "verysecretword"})
    metrics = server.client.get("/metrics").text
    assert 'hefboom_requests_total{route="/sparql",method="GET",status="200"} 1' in metrics
    assert "hefboom_engines{" in metrics
    server.process.terminate()
    server.process.wait(timeout=30)
    log = (tmp_path / f"server-{server.port}.log").read_text()
    assert '"route": "/sparql"' in log
    for text in (metrics, log):
        assert "verysecretword" not in text
        assert "127.0.0.1:" not in text.replace("('127.0.0.1'", "")
