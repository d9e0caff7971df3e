"""Signing in at another house: who is let in, and what is not believed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from endpoint_server import Running, start, stop
from identity_provider import CLIENT, SECRET

from hefboom.api.settings import Settings, from_environment
from hefboom.api.tokens import Tokens
from hefboom.errors import UsageError


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of a provider that runs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        command = [sys.executable, str(Path(__file__).with_name("identity_provider.py")), str(listener.fileno())]
        process = subprocess.Popen(command, pass_fds=[listener.fileno()])
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait(timeout=20)


@pytest.fixture(scope="module")
def place(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a data folder of its own."""
    folder = tmp_path_factory.mktemp("oidc")
    shutil.copytree(data, folder / "data")
    return folder


@pytest.fixture(scope="module")
def house(provider: str, place: Path) -> Iterator[Running]:
    """A server whose people sign in at the provider."""
    (place / "secret").write_text(SECRET + "\n")
    running = start(
        place / "data", place, closed=1, workers=2, long_queries=1, oidc_issuer=provider, oidc_client_id=CLIENT,
        oidc_secret_file=place / "secret", oidc_roles="boss=admin,staff=secretariat,brand=member",
        public_url="http://hefboom.invalid",
    )  # fmt: skip
    yield running
    stop(running)


@pytest.fixture
def say(provider: str) -> Iterator[Callable[..., None]]:
    """Have the provider say something else than it should."""

    def sayer(**said: Any) -> None:
        assert httpx.post(f"{provider}/say", json=said).status_code == 200

    sayer()
    yield sayer
    sayer()


def came_back(browser: httpx.Client) -> str:
    """Go to the provider and come back as far as the address of this server: path and parameters."""
    away = browser.get("/sign-in/oidc")
    assert away.status_code == 303, away.text
    back = httpx.get(away.headers["location"]).headers["location"]
    assert back.startswith("http://hefboom.invalid/sign-in/oidc/back?")
    return back.removeprefix("http://hefboom.invalid")


@pytest.fixture
def browser(house: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=house.client.base_url, timeout=30) as client:
        yield client


@pytest.mark.parametrize(("claims", "words"), [
    ({}, "Piet Person: secretariat"),
    ({"roles": ["brand"], "company": "aurora"}, "Piet Person: member, aurora"),
    ({"roles": "boss"}, "Piet Person: administrator"),
    ({"aud": [CLIENT, "other"], "azp": CLIENT}, "Piet Person: secretariat"),
])  # fmt: skip
def test_person_signs_in_with_the_role_that_the_claims_give(
    browser: httpx.Client, say: Callable[..., None], claims: dict[str, Any], words: str
) -> None:
    say(claims=claims)
    entered = browser.get(came_back(browser))
    assert entered.status_code == 200, entered.text
    assert entered.headers["refresh"] == "0; url=/sign-in"
    cookies = "; ".join(entered.headers.get_list("set-cookie")).lower()
    assert "hefboom_session=" in cookies
    assert "samesite=strict" in cookies
    assert words in browser.get("/sign-in").text


NOW = int(time.time())


@pytest.mark.parametrize("said", [
    {"claims": {"iss": "https://other.example"}}, {"claims": {"iss": None}},
    {"claims": {"aud": "other"}}, {"claims": {"aud": [CLIENT, "other"]}}, {"claims": {"azp": "other"}},
    {"claims": {"nonce": "other"}}, {"claims": {"nonce": None}},
    {"claims": {"exp": NOW - 3600}}, {"claims": {"exp": None}}, {"claims": {"iat": NOW + 3600}},
    {"claims": {"nbf": NOW + 3600}}, {"claims": {"sub": None}}, {"claims": {"sub": ["42"]}},
    {"alg": "none"}, {"alg": "HS256"}, {"other_key": True}, {"kid": "unknown"}, {"back_iss": "https://other.example"},
    {"claims": {"roles": ["guest"]}}, {"claims": {"roles": None}}, {"claims": {"roles": ["brand"]}},
    {"claims": {"roles": ["brand"], "company": "../x"}}, {"claims": {"roles": ["brand"], "company": ["aurora"]}},
])  # fmt: skip
def test_what_is_not_so_is_not_believed(browser: httpx.Client, say: Callable[..., None], said: dict[str, Any]) -> None:
    say(**said)
    refused = browser.get(came_back(browser))
    assert refused.status_code == 403, refused.text
    assert "hefboom_session" not in refused.headers.get("set-cookie", "")
    assert "ask the secretariat" in refused.text


def test_state_is_good_once_and_in_its_own_browser_only(house: Running, browser: httpx.Client) -> None:
    back = came_back(browser)
    with httpx.Client(base_url=house.client.base_url) as other:
        refused = other.get(back, headers={"Accept": "text/html", "Accept-Language": "nl"})
        assert refused.status_code == 403
        assert "vraag het secretariaat" in refused.text
        state = parse_qs(urlsplit(back).query)["state"][0]
        other.cookies.set("hefboom_flow", state + "x")
        assert other.get(back).status_code == 403
    flow = browser.cookies["hefboom_flow"]
    assert browser.get(back).status_code == 200
    with httpx.Client(base_url=house.client.base_url, cookies={"hefboom_flow": flow}) as replayed:
        assert replayed.get(back).status_code == 403


def test_person_is_listed_and_can_be_revoked(browser: httpx.Client, place: Path) -> None:
    assert browser.get(came_back(browser)).status_code == 200
    kept = Tokens(place / "data" / "access" / "access.sqlite")
    person = next(grant for grant in kept.all() if grant.name == "Piet Person")
    kept.revoke(person.id)
    assert "Piet Person" not in browser.get("/sign-in").text
    assert browser.get(came_back(browser)).status_code == 403


def test_no_other_house_unless_told() -> None:
    assert Settings().oidc.issuer == ""


@pytest.mark.parametrize(("settings", "words"), [
    ({"ISSUER": "http://idp.example"}, "HEFBOOM_OIDC_ISSUER is 'http://idp.example'"),
    ({"ISSUER": "https://idp.example"}, "HEFBOOM_OIDC_CLIENT_ID"),
    ({"ISSUER": "https://idp.example", "CLIENT_ID": "x"}, "HEFBOOM_OIDC_ROLES"),
    ({"ISSUER": "https://idp.example", "CLIENT_ID": "x", "ROLES": "a=boss"}, "HEFBOOM_OIDC_ROLES is 'a=boss'"),
    ({"ISSUER": "https://idp.example", "CLIENT_ID": "x", "ROLES": "a=admin"}, "HEFBOOM_PUBLIC_URL"),
    ({"ISSUER": "https://i.example", "CLIENT_ID": "x", "ROLES": "a=admin", "SECRET_FILE": "/no"}, "SECRET_FILE"),
])  # fmt: skip
def test_half_a_setting_stops_the_start(settings: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        from_environment({f"HEFBOOM_OIDC_{name}": value for name, value in settings.items()})
