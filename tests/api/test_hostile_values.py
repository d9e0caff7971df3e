"""Parameters and headers that hold no value at all: a plain 4xx, never a failure of the server."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from endpoint_server import Running
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NO_IRIS = [
    "http://[x",
    "http://]",
    "//[",
    "http://[::1",
    "http://a:x/",
    "http://a b",
    "<>",
    "\x00",
    "http://a\\b",
    "x y",
]
ADDRESSES = [
    *(f"/sparql?query=ASK%7B%7D&{name}=" for name in ("default-graph-uri", "named-graph-uri", "format", "query")),
    *(f"/api/v1/sites?{name}=" for name in ("q", "country", "process", "risk", "bbox", "near", "cursor", "limit")),
    *(f"/api/v1/lists?{name}=" for name in ("company", "cursor")),
    *(f"/api/v1/listings?list=x&{name}=" for name in ("cursor", "format")),
    "/api/v1/questions/site-facts?site=",
    "/api/v1/questions/public-list?at=",
    "/api/v1/questions/sites-near?lng=0&lat=",
    *("/id/site/", "/doc/id/list/", "/scheme/", "/api/v1/sites/", "/questions/", "/questions/site-facts?ask=1&site="),
]
PIECES = [
    "http://",
    "//",
    "[",
    "]",
    ":",
    "@",
    "%",
    "%00",
    "\\",
    "<",
    ">",
    "{",
    "..",
    "/",
    "?",
    "#",
    "é",
    "\u202e",
    "\x00",
]
BYTES = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=8).map(lambda parts: "".join(parts).encode()),
    st.text(max_size=30).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.binary(max_size=20),
)


@pytest.mark.parametrize("iri", NO_IRIS)
@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("method", ["GET", "form", "direct"])
def test_graph_that_is_no_iri_is_a_bad_request(server: Running, method: str, name: str, iri: str) -> None:
    answer = server.sent(method, "ASK {}", {name: iri})
    assert answer.status_code in (400, 403), answer.text
    if "[" in iri or "]" in iri:
        assert answer.status_code == 400
        assert f"'{iri}' is not an IRI" in answer.text


@pytest.mark.parametrize("iri", [iri for iri in NO_IRIS if " " not in iri])
@pytest.mark.parametrize("clause", ["FROM <{}>", "FROM NAMED <{}>", "FROM <urn:a> FROM NAMED <{}>"])
def test_graph_of_a_query_that_is_no_iri_is_a_bad_request(server: Running, clause: str, iri: str) -> None:
    assert server.query(f"ASK {clause.format(iri)} {{}}").status_code in (400, 403)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(address=st.sampled_from(ADDRESSES), value=BYTES)
def test_no_value_of_a_parameter_breaks_the_server(server: Running, address: str, value: bytes) -> None:
    answer = server.client.get(address + quote(value, safe=""))
    assert answer.status_code < 500, (address, value, answer.text)
    assert "Traceback" not in answer.text


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(
        ["Accept", "Accept-Encoding", "Accept-Language", "If-None-Match", "Cookie", "Range", "Origin"]
    ),
    value=BYTES.map(lambda raw: bytes(byte for byte in raw if byte >= 32 and byte != 127).strip()),
    address=st.sampled_from(["/sparql?query=ASK%7B%7D", "/sparql", "/api/v1/sites", "/", "/doc/id/site/nike-1"]),
)
def test_no_value_of_a_header_breaks_the_server(server: Running, name: str, value: bytes, address: str) -> None:
    answer = server.client.get(address, headers=[(name.encode(), value)])
    assert answer.status_code < 500, (name, value, answer.text)
