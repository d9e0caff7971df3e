"""One HTTP exchange at the level of ASGI: reads a bounded body, sends an answer, notices a client that has gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from pathlib import Path
from typing import Any, Final

from hefboom.api.errors import Problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]
SendWhole = Callable[[int, list[Header], bytes], Awaitable[None]]
WHOLE: Final = "hefboom.whole"
"""Where a server that can send status, headers and body in one go puts the function for it into the scope."""
_PIECE: Final = 65_536
_BODY_SECONDS: Final = 30.0
_DRAIN_SECONDS: Final = 2.0
_DRAIN_BYTES: Final = 16_777_216
SECURITY_HEADERS: Final[tuple[Header, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        b"frame-ancestors 'none'",
    ),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)

CORS_HEADERS: Final[tuple[Header, ...]] = (
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"ETag, Retry-After, Hefboom-Cut, X-SPARQL-MaxRows, Hefboom-Publication, Link, Warning",
    ),
)
"""For public data and without credentials: any page may read it, none as the person before the browser."""


def preflight(allowed: str) -> list[Header]:
    """The headers of an answer to OPTIONS, which name the methods of an address to pages of other origins."""
    return [
        (b"allow", allowed.encode()),
        (b"access-control-allow-methods", allowed.encode()),
        (b"access-control-allow-headers", b"Accept, Authorization, Content-Type, If-None-Match"),
        (b"access-control-max-age", b"86400"),
        *CORS_HEADERS,
        *SECURITY_HEADERS,
    ]


class Exchange:
    """A request and the way to answer it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self._receive = receive
        self._send = send
        self.method: str = scope["method"]
        self.headers: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            joined = self.headers.get(name)
            self.headers[name] = value if joined is None else joined + b", " + value
        self.status = 0
        self.sent = 0
        self._unread = False

    @property
    def transport(self) -> tuple[Header, ...]:
        """What a browser should know of the way here: over TLS, to stay there."""
        return ((b"strict-transport-security", b"max-age=31536000"),) if self.scope.get("scheme") == "https" else ()

    def header(self, name: bytes, default: str = "") -> str:
        """A request header; several of one name are joined by commas."""
        value = self.headers.get(name)
        return default if value is None else value.decode("latin-1")

    @property
    def address(self) -> str:
        """The address of the client, as the server (or a proxy that it trusts) names it."""
        client = self.scope.get("client")
        return client[0] if client else ""

    @property
    def port(self) -> int:
        """The port of the client, which tells its connections apart."""
        client = self.scope.get("client")
        return client[1] if client else 0

    async def body(self, most: int) -> bytes:
        """The whole body.

        Problem: 413 at once when its announced size is above `most`, or when it grows past; 408 when it comes slowly.
        """
        too_large = Problem(413, "body-too-large", f"The body is larger than {most:,} bytes.", {"Connection": "close"})
        self._unread = True
        announced = self.header(b"content-length")
        if announced.isdigit() and int(announced) > most:
            raise too_large
        parts = bytearray()
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                while True:
                    message = await self._receive()
                    if message["type"] == "http.disconnect":
                        raise Problem(400, "body-incomplete", "The body ended before it was whole.")
                    parts += message.get("body", b"")
                    if len(parts) > most:
                        raise too_large
                    if not message.get("more_body"):
                        self._unread = False
                        return bytes(parts)
        except TimeoutError as error:
            close = {"Connection": "close"}
            raise Problem(408, "body-too-slow", f"The body was not whole after {_BODY_SECONDS:g} s.", close) from error

    def bounded(self, most: int) -> Receive:
        """A way to receive the body that ends with Problem (413) past `most`; so does this, when that is announced."""
        too_large = Problem(413, "body-too-large", f"The body is larger than {most:,} bytes.", {"Connection": "close"})
        announced = self.header(b"content-length")
        if announced.isdigit() and int(announced) > most:
            self._unread = True
            raise too_large
        taken = 0

        async def receive() -> Message:
            nonlocal taken
            message = await self._receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise too_large
            return message

        return receive

    async def gone(self) -> None:
        """Ends when the client has left. Only to be waited for after the body has been read."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def answer(self, status: int, headers: Iterable[Header], body: bytes) -> None:
        """Send an answer whose body is in memory; the body itself is left out for HEAD."""
        self.status = status
        length = [] if status in (204, 304) else [(b"content-length", str(len(body)).encode())]
        told = [*headers, *self.transport, *length]
        if self.method == "HEAD":
            body = b""
        self.sent = len(body)
        whole: SendWhole | None = self.scope.get(WHOLE)
        if whole is not None and not self._unread:
            await whole(status, told, body)
            return
        await self._send({"type": "http.response.start", "status": status, "headers": told})
        if self._unread:
            await self._send({"type": "http.response.body", "body": body, "more_body": True})
            await self._drain()
            body = b""
        await self._send({"type": "http.response.body", "body": body})

    async def _drain(self) -> None:
        """Take what a client goes on sending, within bounds: closing at once would reset the connection, and the client
        would never read why."""
        taken = 0
        try:
            async with asyncio.timeout(_DRAIN_SECONDS):
                while taken < _DRAIN_BYTES:
                    message = await self._receive()
                    taken += len(message.get("body", b""))
                    if message["type"] == "http.disconnect" or not message.get("more_body"):
                        return
        except TimeoutError:
            return

    async def answer_file(self, status: int, headers: Iterable[Header], file: Path) -> None:
        """Send an answer from a file, piece by piece, and remove the file."""
        try:
            with file.open("rb") as source:
                size = file.stat().st_size
                self.status = status
                length = (b"content-length", str(size).encode())
                told = [*headers, *self.transport, length]
                await self._send({"type": "http.response.start", "status": status, "headers": told})
                while self.method != "HEAD" and (piece := source.read(_PIECE)):
                    self.sent += len(piece)
                    await self._send({"type": "http.response.body", "body": piece, "more_body": True})
            await self._send({"type": "http.response.body", "body": b""})
        finally:
            file.unlink(missing_ok=True)
