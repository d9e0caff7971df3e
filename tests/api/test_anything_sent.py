"""Whatever is sent to a running server, by whom and in which order: nothing closed comes out, and nothing breaks."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import httpx
import pytest
from endpoint_server import BASE, HEF, LABEL, Running, days, source_store, start, statements, stop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hefboom.api.tokens import Tokens
from hefboom.graph.publications import Publications

SEES: Final = {"": {"nike"}, "aurora": {"nike", "aurora"}, "borea": {"nike", "aurora", "borea"}}
"""Who asks (nobody, or a member bound to a company) and whose lists they may see."""
COMPANIES: Final = ("nike", "aurora", "borea", "nobody")
FORMATS: Final = ("json", "xml", "csv", "tsv", "turtle", "n-triples", "json-ld", "rdf-xml", "trig", "n-quads", "html")
PATTERNS: Final = (
    "SELECT * {{ ?s ?p ?o }}",
    "SELECT * {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "SELECT (COUNT(*) AS ?n) {{ ?s a <" + HEF + "Listing> }}",
    "SELECT (GROUP_CONCAT(?l) AS ?all) {{ ?s <" + LABEL + "> ?l FILTER(CONTAINS(?l, '{0}')) }}",
    "ASK {{ <" + BASE + "/site/{0}-3> ?p ?o }}",
    "DESCRIBE <" + BASE + "/company/{0}>",
    "CONSTRUCT WHERE {{ ?s <" + LABEL + "> ?l }}",
    "SELECT * FROM <" + BASE + "/list/{0}/2022-03-01> {{ ?s ?p ?o }}",
    "SELECT * {{ SERVICE <http://127.0.0.1:1/{0}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ ?s ?p '{0}",
)
ADDRESSES: Final = (
    "/", "/sites?q={0}", "/id/site/{0}-3", "/doc/id/site/{0}-3", "/doc/id/company/{0}.ttl",
    "/doc/id/list/{0}/2022-03-01.nt",
    "/api/v1/sites?q={0}&limit=500", "/api/v1/sites?q={0}&format=csv", "/api/v1/sites/{0}-3", "/api/v1/companies/{0}",
    "/api/v1/lists", "/api/v1/covenants", "/api/v1/questions", "/sparql", "/.well-known/void", "/metrics", "/ready",
    "/sparql?format=turtle", "/uploads", "/sign-in", "/questions", "/questions/public-list", "/questions/company-pairs",
    "/api/v1/questions/site-facts?site=" + BASE + "/site/{0}-3",
    "/questions/site-facts?ask=1&site=" + BASE + "/site/{0}-3",
)  # fmt: skip
MARK: Final = re.compile(r"(aurora|borea)(?: factory \d+|-\d+\b)", re.IGNORECASE)
"""What the name or the id of a closed site looks like; a request names none but the site with number 3."""


@dataclass
class House:
    """A server of all publications and the tokens of its members."""

    server: Running
    tokens: dict[str, str]

    def ask(self, who: str, method: str, address: str, **more: object) -> httpx.Response:
        """Send a request as somebody."""
        headers = {**dict(more.pop("headers", {})), "Connection": "close"}  # type: ignore[call-overload]
        if who:
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        return self.server.client.request(method, address, headers=headers, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server with everything switched on that limits nobody's rate."""
    folder = tmp_path_factory.mktemp("house")
    store = source_store(iter([*statements(rows=12), *days()]))
    for audience in ("public", "members", "secretariat", "owner/aurora", "owner/borea"):
        Publications(folder).publish(store, audience, BASE)
    kept = Tokens(folder / "access" / "access.sqlite")
    tokens = {name: kept.grant(name, "member", company=name)[1] for name in ("aurora", "borea")}
    tokens["secretariat"] = kept.grant("S", "secretariat")[1]
    more = {"workers": 2, "long_queries": 1, "rate": 100_000, "burst": 100_000}
    running = start(folder, folder, closed=1, uploads=1, **more)
    running.client.get("/ready")
    yield House(running, tokens)
    stop(running)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, dict[str, str]]:
    """A method, an address and headers of a request that names companies and formats at random."""
    company = draw(st.sampled_from(COMPANIES))
    method = draw(st.sampled_from(("GET", "GET", "GET", "HEAD", "POST")))
    headers = {"Accept": draw(st.sampled_from(("*/*", "text/html", "application/json", "text/turtle", "text/csv")))}
    if draw(st.booleans()):
        return method, draw(st.sampled_from(ADDRESSES)).format(company), headers
    query = draw(st.sampled_from(PATTERNS)).format(company)
    form = draw(st.sampled_from(FORMATS))
    return "GET", f"/sparql?query={quote(query)}&format={form}", headers


def told(answer: httpx.Response) -> str:
    """All that an answer says: status line, headers, body."""
    return f"{answer.status_code} {dict(answer.headers)} {answer.text}"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(st.tuples(st.sampled_from([*SEES, "secretariat"]), requests()), min_size=4, max_size=10))
def test_nobody_is_told_of_a_closed_site_by_any_address_after_any_other(
    house: House, asked: list[tuple[str, tuple[str, str, dict[str, str]]]]
) -> None:
    tag = ""
    for who, (method, address, headers) in asked:
        more = {**headers, "If-None-Match": tag} if tag and who in SEES else headers
        answer = house.ask(who, method, address, headers=more)
        assert answer.status_code < 500, told(answer)
        said = told(answer)
        seen = SEES.get(who, set(COMPANIES))
        shown = {match[0].lower(): match[1].lower() for match in MARK.finditer(said)}
        closed = {name for name, company in shown.items() if company not in seen and not name.endswith("-3")}
        assert not closed, (who, address)
        if answer.status_code == 304:
            again = house.ask(who, method, address, headers=headers)
            assert again.headers.get("etag") == tag, (who, method, address, headers, told(again)[:600])
        tag = answer.headers.get("etag", tag) if who == "secretariat" else tag


def test_who_may_see_a_closed_site_is_shown_it_by_the_same_addresses(house: House) -> None:
    """Without this, the tests beside it would pass on a server that says nothing."""
    for address in (
        "/sites?q=borea",
        "/api/v1/sites?q=borea&format=csv",
        f"/sparql?query={quote(PATTERNS[6].format())}",
    ):
        shown = {match[1].lower() for match in MARK.finditer(told(house.ask("borea", "GET", address)))}
        assert "borea" in shown, address
        assert "borea" not in {match[1].lower() for match in MARK.finditer(told(house.ask("aurora", "GET", address)))}

    asked = f"/questions/site-facts?ask=1&site={BASE}/site/borea-3"
    assert "borea factory 3" in house.ask("borea", "GET", asked).text
    assert "borea factory 3" not in house.ask("aurora", "GET", asked).text


@pytest.mark.parametrize("who", ["", "aurora"])
@pytest.mark.parametrize("address", [address for address in ADDRESSES if "{0}" in address])
def test_closed_name_is_answered_as_one_that_is_not_there(house: House, who: str, address: str) -> None:
    """Equal in status, headers and body, so that asking tells nothing; neither may see anything of `borea`."""
    said = []
    for name in ("borea", "nobody"):
        answer = house.ask(who, "GET", address.format(name), headers={"Accept": "text/html"})
        headers = {key: value for key, value in answer.headers.items() if key not in ("date", "content-length", "etag")}
        said.append((answer.status_code, headers, answer.text.replace(name, "NAME")))
    assert said[0][0] == said[1][0]
    assert said[0][1] == said[1][1]
    assert said[0][2] == said[1][2]


def test_neither_log_nor_metrics_tell_what_was_asked_or_answered(house: House) -> None:
    house.ask("borea", "GET", "/sites?q=borea+factory+7")
    house.ask("borea", "GET", f"/sparql?query={quote('SELECT * { ?zebra ?p ?o }')}")
    for text in (house.server.log.read_text(), house.ask("", "GET", "/metrics").text):
        assert not MARK.search(text)
        assert "zebra" not in text
        assert not any(token.split("_", 2)[2] in text for token in house.tokens.values())


def sent(port: int, raw: bytes) -> bytes:
    """What a server says to bytes that need not be HTTP."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        parts = []
        while True:
            try:
                part = connection.recv(65_536)
            except ConnectionResetError:
                break
            if not part:
                break
            parts.append(part)
    return b"".join(parts)


NAMES: Final = (
    b"Accept", b"Accept-Encoding", b"Accept-Language", b"Authorization", b"Content-Type", b"Cookie", b"Host",
    b"If-None-Match", b"Origin", b"Range", b"X-Forwarded-For", b"X-Any", b"Content-Length",
)  # fmt: skip
PATHS: Final = (
    b"/", b"/sparql", b"/sparql/update", b"/ns", b"/id/site/", b"/doc/id/", b"/scheme/", b"/api/v1/sites",
    b"/api/v1/uploads", b"/uploads", b"/sign-in", b"/static/", b"/sites", b"/.well-known/void",
)  # fmt: skip
METHODS: Final = (b"GET", b"POST", b"HEAD", b"OPTIONS", b"PUT", b"DELETE", b"PATCH", b"TRACE", b"BREW")
ODD: Final = st.one_of(
    st.binary(max_size=60),
    st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from((b"q=0.5;;,", b"text/html;q=9", b"*/*;q=", b"Bearer \xff", b"../../etc/passwd", b"%00")),
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(METHODS), path=st.sampled_from(PATHS), rest=ODD, query=ODD,
    headers=st.lists(st.tuples(st.sampled_from(NAMES), ODD), max_size=5), body=st.binary(max_size=300),
)  # fmt: skip
def test_odd_requests_end_in_no_fault(
    house: House, method: bytes, path: bytes, rest: bytes, query: bytes, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    target = path + quote(rest).encode() + b"?query=" + quote(query).encode()
    lines = [method + b" " + target + b" HTTP/1.1", b"Host: x", *(name + b": " + value for name, value in headers)]
    raw = b"\r\n".join([*lines, b"Content-Length: %d" % len(body), b"Connection: close", b"", body])
    answer = sent(house.server.port, raw)
    assert not re.match(rb"HTTP/1.1 5", answer), answer[:500]
    assert b"Traceback" not in answer


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_bytes_that_are_no_http_end_in_no_fault(house: House, raw: bytes) -> None:
    answer = sent(house.server.port, raw)
    assert answer == b"" or re.match(rb"HTTP/1.1 4\d\d", answer), answer[:200]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200), st.sampled_from(("application/sparql-query", "application/x-www-form-urlencoded", "x/y")))
def test_odd_bodies_end_in_no_fault(house: House, text: str, content_type: str) -> None:
    body = text.encode("utf-8", "surrogatepass")
    answer = house.ask("", "POST", "/sparql", content=body, headers={"Content-Type": content_type})
    assert answer.status_code < 500
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("who", ["aurora", "secretariat"])
def test_requests_of_each_role_made_from_the_description_meet_it(house: House, who: str) -> None:
    checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
    run = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "run", f"http://127.0.0.1:{house.server.port}/api/v1/openapi.json",
            "--header", f"Authorization: Bearer {house.tokens[who]}", "--checks", checks,
            "--phases", "examples,fuzzing", "--max-examples", "3", "--seed", "1", "--no-color",
        ],
        capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-500:]


def test_log_of_all_this_holds_no_fault(house: House) -> None:
    house.ask("", "GET", "/ready")
    assert "Traceback" not in house.server.log.read_text()
