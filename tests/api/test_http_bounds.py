"""HTTP itself, byte by byte on a socket: versions, kept connections, heads that are no good, slow senders."""

from __future__ import annotations

import socket

import pytest
from endpoint_server import Running

GET = b"GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
LAST = b"Connection: close\r\n\r\n"


def sent(server: Running, data: bytes) -> bytes:
    """Everything the server answers to some bytes until it ends the connection."""
    parts = []
    with socket.create_connection(("127.0.0.1", server.port), timeout=25) as connection:
        connection.sendall(data)
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def status(answer: bytes) -> int:
    """The status of the first answer."""
    return int(answer.split(b" ", 2)[1])


def test_requests_sent_ahead_are_answered_in_order(server: Running) -> None:
    second = GET.replace(b"ASK%20%7B%7D", b"ASK%7BFILTER%28false%29%7D")
    answer = sent(server, GET + b"\r\n" + second + b"\r\n" + GET + LAST)
    assert [answer.count(text) for text in (b"HTTP/1.1 200 OK", b'"boolean":true', b'"boolean":false')] == [3, 2, 1]
    assert answer.find(b"false}") < answer.rfind(b"true}")


def test_http_1_0_is_answered_and_closed(server: Running) -> None:
    answer = sent(server, b"GET /sparql?query=ASK%20%7B%7D HTTP/1.0\r\n\r\n")
    assert status(answer) == 200
    assert b"connection: close" in answer
    assert answer.endswith(b'{"head":{},"boolean":true}')


def test_body_in_chunks_is_read_as_one(server: Running) -> None:
    chunks = b"Transfer-Encoding: chunked\r\n" + LAST + b"3\r\nASK\r\n3\r\n {}\r\n0\r\n\r\n"
    assert status(sent(server, POST + chunks)) == 200


def test_client_that_offers_another_protocol_is_answered_in_this_one(server: Running) -> None:
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=25) as connection:
        connection.sendall(POST + offer + b"Content-Length: 6\r\n\r\nASK {}")
        assert status(connection.recv(65_536)) == 200


BAD_HEADS = [
    ("no host", b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n" + LAST, 400),
    ("two hosts", GET + b"Host: other\r\n" + LAST, 400),
    ("host with a space", b'GET /sparql HTTP/1.1\r\nHost: a b"<script>\r\n' + LAST, 400),
    ("host with a bracket", b"GET / HTTP/1.1\r\nHost: [::1\r\n" + LAST, 400),
    ("host with a path", b"GET /sparql HTTP/1.0\r\nHost: a/b\r\n" + LAST, 400),
    ("two lengths", POST + b"Content-Length: 6\r\nContent-Length: 7\r\n" + LAST + b"ASK {}", 400),
    ("length and chunks", POST + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n" + LAST + b"0\r\n\r\n", 400),
    ("length no number", POST + b"Content-Length: six\r\n" + LAST + b"ASK {}", 400),
    ("length beyond all", POST + b"Content-Length: 99999999999999999999\r\n" + LAST, 400),
    ("chunk no number", POST + b"Transfer-Encoding: chunked\r\n" + LAST + b"ZZ\r\nASK\r\n", 400),
    ("space before colon", GET + b"X : 1\r\n" + LAST, 400),
    ("unknown method", b"FETCH /sparql HTTP/1.1\r\nHost: localhost\r\n" + LAST, 400),
    ("address of 70,000", GET.replace(b"ASK", b"ASK%20%23" + b"x" * 70_000) + LAST, 414),
    ("address of 3,000,000", GET.replace(b"ASK", b"ASK%20%23" + b"x" * 3_000_000) + LAST, 414),
    ("header of 600,000", GET + b"X: " + b"x" * 600_000 + b"\r\n" + LAST, 431),
    ("100,000 headers", GET + b"X: y\r\n" * 100_000 + LAST, 431),
]


@pytest.mark.parametrize(("head", "expected"), [case[1:] for case in BAD_HEADS], ids=[case[0] for case in BAD_HEADS])
def test_request_that_is_no_good_is_told_so_and_the_server_lives(server: Running, head: bytes, expected: int) -> None:
    answer = sent(server, head)
    assert status(answer) == expected
    assert b"nosniff" in answer
    assert b"Traceback" not in answer
    assert status(sent(server, GET + LAST)) == 200


@pytest.mark.parametrize("host", [b"localhost:80", b"[::1]:80", b"1.2.3.4", b"a-b.example.", b"localhost"])
def test_host_may_be_a_name_or_an_address(server: Running, host: bytes) -> None:
    assert status(sent(server, b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: " + host + b"\r\n" + LAST)) == 200


def test_two_hundred_clients_that_never_finish_keep_nobody_waiting(server: Running) -> None:
    slow = [socket.create_connection(("127.0.0.1", server.port), timeout=25) for _ in range(200)]
    try:
        for place, connection in enumerate(slow):
            connection.sendall(GET[: place % 40 + 1] if place % 2 else POST + b"Content-Length: 900\r\n\r\nASK")
        assert status(sent(server, GET + LAST)) == 200
    finally:
        for connection in slow:
            connection.close()


def test_long_query_fits_into_a_post(server: Running) -> None:
    text = b"ASK {} # " + b"x" * 200_000
    answer = sent(server, POST + b"Content-Length: %d\r\n" % len(text) + LAST + text)
    assert status(answer) == 200


def test_answer_under_way_is_given_whole_though_nonsense_follows(server: Running) -> None:
    answer = sent(server, b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n\x00\x01 nonsense\r\n\r\n")
    assert status(answer) == 404
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"connection: close" in answer.lower()
    assert "Traceback" not in server.log.read_text()


def test_body_that_breaks_off_in_nonsense_is_refused_without_a_fault(server: Running) -> None:
    answer = sent(server, POST + b"Transfer-Encoding: chunked\r\n\r\n4\r\nASK \r\nzz\r\n")
    assert status(answer) == 400
    assert server.query("ASK {}").status_code == 200
    assert "Traceback" not in server.log.read_text()
