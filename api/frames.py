"""The messages between the server and an engine process: a number, a JSON head and a body of bytes.

A reply bears the number of the query that it answers. Queries are sent ahead to an engine that is busy; a message
without a head takes back those that have not begun, from the number in its body on, and is answered by one like it.
Heads repeat from message to message, so a head once read is remembered; it is shared and must not be changed.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from collections import deque
from functools import lru_cache
from typing import Any, Final, NamedTuple

_START: Final = struct.Struct("!QII")
_PIECE: Final = 65_536
_LATE: Final = 0.002
"""Seconds after which a query may have kept others waiting for so long that they have been taken back."""
_TO_JSON: Final = json.JSONEncoder(separators=(",", ":")).encode
Head = dict[str, Any]


class Message(NamedTuple):
    """One message; the head is empty where queries are taken back."""

    number: int
    head: Head
    body: bytes


def encode(head: Head) -> bytes:
    """A head as bytes, for use in many messages."""
    return _TO_JSON(head).encode()


def taking_back(number: int, first: int) -> bytes:
    """The message that takes back what has not begun of the queries from `first` on."""
    return pack(number, body=first.to_bytes(8))


def pack(number: int, encoded: bytes = b"", body: bytes = b"") -> bytes:
    """One message as bytes, from an encoded head."""
    return _START.pack(number, len(encoded), len(body)) + encoded + body


@lru_cache(maxsize=512)
def _head(encoded: bytes) -> Head:
    head: Head = json.loads(encoded) if encoded else {}
    return head


def _encoded(head: Head) -> bytes:
    """A head as bytes; one that says of an answer what many have said is remembered."""
    try:
        return _encoded_again(tuple(head.items()))
    except TypeError:  # a problem with details of its own
        return encode(head)


@lru_cache(maxsize=512)
def _encoded_again(items: tuple[tuple[str, Any], ...]) -> bytes:
    return encode(dict(items))


class Assembler:
    """Puts messages together from the pieces in which they arrive."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._wanted = _START.size

    def feed(self, data: bytes) -> list[Message]:
        """Take a piece; the messages that are whole by now."""
        self._bytes += data
        if len(self._bytes) < self._wanted:
            return []
        whole, start, messages = bytes(self._bytes), 0, []
        while True:
            self._wanted = _START.size
            if len(whole) - start < _START.size:
                break
            number, head_size, body_size = _START.unpack_from(whole, start)
            body = start + _START.size + head_size
            self._wanted = body + body_size - start
            if len(whole) - start < self._wanted:
                break
            messages.append(Message(number, _head(whole[start + _START.size : body]), whole[body : body + body_size]))
            start = body + body_size
        del self._bytes[:start]
        return messages


class Channel:
    """The engine's end: a blocking socket."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._assembler = Assembler()
        self._waiting: deque[Message] = deque()
        self._looked = 0.0

    def receive(self) -> Message | None:
        """The next message; None when the other side is gone."""
        if self._waiting and time.monotonic() - self._looked > _LATE:
            self._take(wait=False)
        while not self._waiting:
            if not self._take(wait=True):
                return None
        return self._waiting.popleft()

    def _take(self, wait: bool) -> bool:
        """Read what there is; False when the other side is gone."""
        try:
            data = self._channel.recv(_PIECE, 0 if wait else socket.MSG_DONTWAIT)
        except BlockingIOError:
            return True
        for message in self._assembler.feed(data):
            if message.head:
                self._waiting.append(message)
            else:  # the one before them may have to begin yet
                first = int.from_bytes(message.body)
                self._waiting = deque(kept for kept in self._waiting if kept.number < first)
                self._channel.sendall(pack(message.number))
        self._looked = time.monotonic()
        return bool(data)

    def send(self, number: int, head: Head, body: bytes = b"") -> None:
        """Send a message."""
        self._channel.sendall(pack(number, _encoded(head), body))
