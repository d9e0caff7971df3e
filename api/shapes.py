"""The shape of a query: what stays when its details go, so that a long query is known again when they change."""

from __future__ import annotations

import hashlib
from typing import Final

from hefboom.queries.lexing import tokens

_LONGEST: Final = 4_000
_ONLY_KIND: Final = frozenset({"number", "string"})


def shape_of(query: bytes) -> bytes:
    """A key that queries share which differ in comments, spacing, numbers, strings and names of variables only.

    A very long query has a key of its own: reading it would take too long.
    """
    if len(query) > _LONGEST:
        return hashlib.blake2b(query, digest_size=16).digest()
    text = query.decode("utf-8", "replace")
    variables: dict[str, str] = {}
    parts = []
    for kind, start, end in tokens(text):
        if kind == "skip":
            continue
        word = kind if kind in _ONLY_KIND else text[start:end]
        parts.append(variables.setdefault(word[1:], f"?{len(variables)}") if kind == "var" else word)
    return hashlib.blake2b("\x00".join(parts).encode("utf-8", "replace"), digest_size=16).digest()
