"""Behind a proxy under a path prefix: addresses, cookies and limits are those of the client, and cannot be feigned."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from endpoint_server import Running, Starter

from hefboom.api.tokens import Tokens

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
CLIENT = "127.0.0.2"
OWN = "203.0.113.0/24"
CONFIGURATION = """
daemon off; worker_processes 1; pid {place}/nginx.pid; error_log {place}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {place}/body; proxy_temp_path {place}/proxy;
  fastcgi_temp_path {place}/f; uwsgi_temp_path {place}/u; scgi_temp_path {place}/s;
  server {{
    listen 127.0.0.1:{port};
    location /hefboom/ {{
      proxy_pass http://127.0.0.1:{behind}{stripped};
      proxy_set_header Host example.org;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto https;
    }}
  }}
}}
"""


def free_port() -> int:
    """A port that was free a moment ago; nginx opens its own socket."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[Callable[[Running, bool], httpx.Client]]:
    """Puts nginx before a server, stripping the prefix or not; gives a client at another loopback address."""
    if NGINX is None:
        pytest.skip("nginx is not installed (apt install nginx-light)")
    processes: list[subprocess.Popen[bytes]] = []
    clients: list[httpx.Client] = []

    def put(server: Running, stripped: bool) -> httpx.Client:
        port = free_port()
        text = CONFIGURATION.format(place=tmp_path, port=port, behind=server.port, stripped="/" if stripped else "")
        (tmp_path / "nginx.conf").write_text(text)
        processes.append(
            subprocess.Popen([NGINX, "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "start.log")])
        )
        client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}", timeout=30, transport=httpx.HTTPTransport(local_address=CLIENT)
        )
        clients.append(client)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if client.get("/hefboom/ready").status_code == 200:
                    return client
            except httpx.ConnectError:
                pass
        raise AssertionError((tmp_path / "error.log").read_text())

    yield put
    for client in clients:
        client.close()
    for process in processes:
        process.terminate()
        process.wait(timeout=20)


@pytest.mark.parametrize("stripped", [True, False])
def test_all_addresses_hold_behind_nginx(
    started: Starter, data: Path, proxied: Callable[[Running, bool], httpx.Client], stripped: bool
) -> None:
    server = started(root_path="/hefboom", closed=1, workers=2, long_queries=1, own_networks=OWN)
    client = proxied(server, stripped)
    assert client.get("/hefboom/sparql", params={"query": "ASK {}"}).json()["boolean"] is True
    assert client.get("/hefboom/api/v1/sites").json()["sites"]
    moved = client.get("/hefboom/id/site/nike-1")
    assert (moved.status_code, moved.headers["location"]) == (303, "/hefboom/doc/id/site/nike-1")
    page = client.get("/hefboom/doc/id/site/nike-1", headers={"Accept": "text/html"})
    assert page.status_code == 200
    own = [link for link in re.findall(r'(?:href|src|action)="(/[^"]*)"', page.text)]
    assert own
    assert all(link.startswith("/hefboom/") for link in own)
    for link in sorted(set(own)):
        assert client.get(link.partition("#")[0]).status_code < 400, link
    described = client.get("/hefboom/sparql", headers={"Accept": "text/turtle"}).text
    assert "https://example.org/hefboom/sparql" in described
    sign_in = client.get("/hefboom/sign-in")
    assert "max-age=" in sign_in.headers["strict-transport-security"]
    cookie = sign_in.headers["set-cookie"]
    assert "Secure" in cookie
    assert "Path=/hefboom/" in cookie
    _, token = Tokens(data / "access" / "access.sqlite").grant("P", "secretariat")
    csrf = re.findall(r'name="csrf" value="([^"]+)"', sign_in.text)[0]
    kept = cookie.partition(";")[0]  # the test itself has no TLS, so the client would not send it back
    entered = client.post("/hefboom/sign-in", data={"token": token, "csrf": csrf}, headers={"Cookie": kept})
    assert (entered.status_code, entered.headers["location"]) == (303, "/hefboom/sign-in")


def test_feigned_address_does_not_get_past_nginx(
    started: Starter, proxied: Callable[[Running, bool], httpx.Client]
) -> None:
    server = started(root_path="/hefboom", workers=2, long_queries=1, own_networks=OWN, rate=1, burst=5)
    client = proxied(server, True)
    for feigned in ("203.0.113.9", "203.0.113.9, 203.0.113.10", "127.0.0.1"):
        assert client.get("/hefboom/metrics", headers={"X-Forwarded-For": feigned}).status_code == 404
    statuses = [
        client.get("/hefboom/api/v1/sites", headers={"X-Forwarded-For": f"198.51.100.{number}"}).status_code
        for number in range(20)
    ]
    assert 429 in statuses


def test_headers_of_whoever_is_no_proxy_do_not_count(started: Starter) -> None:
    server = started(workers=2, long_queries=1, own_networks=OWN, trust_proxy="192.0.2.1", closed=1)
    feigned = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https",
        "Forwarded": "for=203.0.113.9;proto=https",
    }
    assert server.client.get("/metrics", headers=feigned).status_code == 404
    answer = server.client.get("/sign-in", headers=feigned)
    assert "strict-transport-security" not in answer.headers
    assert "Secure" not in answer.headers["set-cookie"]
