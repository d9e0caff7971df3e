"""The messages between the server and an engine process: a JSON head and a body of bytes, each with its length.

Heads repeat from message to message, so a head once read is remembered; it is shared and must not be changed.
"""

from __future__ import annotations

import json
import socket
import struct
from functools import lru_cache
from typing import Any, Final

_LENGTHS: Final = struct.Struct("!II")
_PIECE: Final = 65_536
_TO_JSON: Final = json.JSONEncoder(separators=(",", ":")).encode
Head = dict[str, Any]


def encode(head: Head) -> bytes:
    """A head as bytes, for use in many messages."""
    return _TO_JSON(head).encode()


def pack(encoded: bytes, body: bytes = b"") -> bytes:
    """One message as bytes, from an encoded head."""
    return _LENGTHS.pack(len(encoded), len(body)) + encoded + body


@lru_cache(maxsize=512)
def _head(encoded: bytes) -> Head:
    head: Head = json.loads(encoded)
    return head


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
        whole = bytes(self._bytes)
        del self._bytes[: start + body_size]
        return _head(whole[_LENGTHS.size : start]), whole[start : start + body_size]


class Channel:
    """The engine's end: a blocking socket."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._assembler = Assembler()

    def receive(self) -> tuple[Head, bytes] | None:
        """The next message; None when the other side is gone."""
        while data := self._channel.recv(_PIECE):
            message = self._assembler.feed(data)
            if message is not None:
                return message
        return None

    def send(self, head: Head, body: bytes = b"") -> None:
        """Send a message."""
        self._channel.sendall(pack(encode(head), body))
