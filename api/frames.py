"""The messages between the server and an engine process: a JSON head and a body of bytes, each with its length."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any, Final

_LENGTHS: Final = struct.Struct("!II")
Head = dict[str, Any]


def pack(head: Head, body: bytes = b"") -> bytes:
    """One message as bytes."""
    encoded = json.dumps(head, separators=(",", ":")).encode()
    return _LENGTHS.pack(len(encoded), len(body)) + encoded + body


def receive(channel: socket.socket) -> tuple[Head, bytes] | None:
    """The next message of a blocking socket; None when the other side is gone."""
    lengths = _exactly(channel, _LENGTHS.size)
    if lengths is None:
        return None
    head_size, body_size = _LENGTHS.unpack(lengths)
    rest = _exactly(channel, head_size + body_size)
    if rest is None:
        return None
    return json.loads(rest[:head_size]), rest[head_size:]


def _exactly(channel: socket.socket, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        part = channel.recv(size - len(parts))
        if not part:
            return None
        parts += part
    return bytes(parts)


class Assembler:
    """Puts messages together from the pieces in which they arrive."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> tuple[Head, bytes] | None:
        """Take a piece; the message when it is whole, else None. One message is under way at a time."""
        self._bytes += data
        if len(self._bytes) < _LENGTHS.size:
            return None
        head_size, body_size = _LENGTHS.unpack_from(self._bytes)
        start = _LENGTHS.size + head_size
        if len(self._bytes) < start + body_size:
            return None
        head = json.loads(self._bytes[_LENGTHS.size : start])
        body = bytes(self._bytes[start : start + body_size])
        del self._bytes[: start + body_size]
        return head, body
