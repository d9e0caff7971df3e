"""HTTP as uvicorn speaks it, with bounds that it lacks: the size of an address and of a request's head, the time to
send a head, and the one Host that HTTP/1.1 asks for."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from hefboom.api.exchange import SECURITY_HEADERS, WHOLE, Header, Scope

_MOST_ADDRESS: Final = 65_535
"""Bytes of an address: the parser splits no longer one. A longer query goes into the body of a POST."""
_MOST_HEAD: Final = 131_072
"""Bytes of request line and headers together."""
_HEAD_SECONDS: Final = 20.0
_LINGER_SECONDS: Final = 2.0
_LINGER_BYTES: Final = 4_194_304
_OFFER: Final = re.compile(rb"\r\nupgrade:", re.IGNORECASE)
"""A client offers another protocol, as Java's does with HTTP/2; the parser would then take the body for that."""
_NO_HTTP: Final = (HTTPStatus.BAD_REQUEST, "The request is not valid HTTP.")
_TOO_LARGE: Final = (HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers of the request are too long.")
_ADDRESS_TOO_LONG: Final = (HTTPStatus.REQUEST_URI_TOO_LONG, "The address is too long; send the query by POST.")
_HOST: Final = (HTTPStatus.BAD_REQUEST, "An HTTP/1.1 request has one Host header, with a name or an address.")
_IS_HOST: Final = re.compile(rb"(?:[A-Za-z0-9._~%\-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?")
"""What links in answers may be made of (RFC 9110, 7.2), less the signs that no host bears."""


class BoundedHttp(HttpToolsProtocol):
    """Answers a request whose head is no good without handing it on, and ends its connection."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._head = 0
        self._in_head = False
        self._in_body = False
        self._deadline: asyncio.TimerHandle | None = None
        self._refusal = _NO_HTTP
        self._ignored: int | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock for the first request."""
        super().connection_made(transport)
        self._watch(_HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._unwatch()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what a head has so far; after a refusal, only count what still comes."""
        if self._ignored is not None:
            self._ignored += len(data)
            if self._ignored > _LINGER_BYTES:
                self._give_up()
            return
        if b"pgrade:" in data and not self._in_body:
            head, end, rest = data.partition(b"\r\n\r\n")
            data = _OFFER.sub(b"\r\nx-offered:", head) + end + rest
        super().data_received(data)
        if self._ignored is not None:
            return
        if self._in_head:
            self._head += len(data)
            if self._deadline is None:
                self._watch(_HEAD_SECONDS)
            if self._head > _MOST_HEAD:
                self._refuse(*_TOO_LARGE)
        elif self._deadline is not None:
            self._unwatch()

    def send_400_response(self, msg: str) -> None:
        """Answer a request that the parser or a check of ours has stopped at."""
        self._refuse(*self._refusal)

    def on_message_begin(self) -> None:
        """A request begins."""
        self._in_head = True
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Take a piece of the address; an error here makes the parser stop."""
        super().on_url(url)
        if len(self.url) > _MOST_ADDRESS:
            self._refusal = _ADDRESS_TOO_LONG
            raise ValueError(_ADDRESS_TOO_LONG[1])

    def on_headers_complete(self) -> None:
        """The head of a request is whole."""
        self._head, self._in_head = 0, False
        hosts = [value for name, value in self.headers if name == b"host"]
        one = len(hosts) == 1 or self.parser.get_http_version() != "1.1"
        if not one or not all(map(_IS_HOST.fullmatch, hosts)):
            self._refusal = _HOST
            raise ValueError(_HOST[1])
        self._in_body = True
        super().on_headers_complete()
        scope: Scope = self.scope  # type: ignore[assignment]
        scope[WHOLE] = partial(_send_whole, self.cycle)

    def on_message_complete(self) -> None:
        """The body of a request is whole."""
        self._in_body = False
        super().on_message_complete()

    def _refuse(self, status: HTTPStatus, text: str) -> None:
        """Say why, then linger: closing at once would reset the connection and the client would never read it.

        A request before it, or one whose answer has begun, gets its answer, and the connection ends with that.
        """
        self._ignored = 0
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            if cycle.response_started or not self._in_body:
                cycle.keep_alive = False
                return
            cycle.disconnected = True
            cycle.message_event.set()
        body = text.encode() + b"\n"
        lines = [
            f"HTTP/1.1 {status.value} {status.phrase}".encode(),
            *(name + b": " + value for name, value in SECURITY_HEADERS),
            b"content-type: text/plain; charset=utf-8",
            b"connection: close",
            b"content-length: %d" % len(body),
        ]
        self.transport.write(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._watch(_LINGER_SECONDS)

    def _watch(self, seconds: float) -> None:
        self._unwatch()
        self._deadline = asyncio.get_running_loop().call_later(seconds, self._give_up)

    def _unwatch(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


async def _send_whole(cycle: RequestResponseCycle, status: int, headers: list[Header], body: bytes) -> None:
    """Send an answer by one write; uvicorn's own way takes two, which is felt at thousands of requests a second."""
    if cycle.flow.write_paused and not cycle.disconnected:
        await cycle.flow.drain()
    if cycle.disconnected:
        return
    cycle.response_started, cycle.waiting_for_100_continue = True, False
    parts, lines = [STATUS_LINE[status]], 1
    for name, value in (*cycle.default_headers, *headers):
        if name == b"connection":
            cycle.keep_alive = False
        else:
            parts += (name, b": ", value, b"\r\n")
            lines += 1
    if not cycle.keep_alive:
        parts.append(b"connection: close\r\n")
        lines += 1
    head = b"".join(parts)
    if head.count(b"\n") != lines or head.count(b"\r") != lines:
        raise ValueError("a header holds a line break")
    cycle.transport.write(b"%b\r\n%b" % (head, body))
    cycle.response_complete = True
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()
