"""What every answer to programs carries, whichever route gives it: the JSON API and linked data."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from fastapi import Request

from hefboom.api.asking import caching
from hefboom.api.exchange import CORS_HEADERS, SECURITY_HEADERS, Header, Scope, preflight

API: Final = "/api/v1"
_UPLOADS: Final = f"{API}/uploads"
_ADDRESSES: Final = (f"{API}/", "/id/", "/doc/", "/scheme", "/ns")


def is_for_programs(path: str) -> bool:
    """Whether an address is one of the JSON API or of linked data."""
    return path.startswith(_ADDRESSES)


def origin_headers(path: str) -> tuple[Header, ...]:
    """Who may read an answer in a browser: any page what is published, none what is uploaded."""
    return CORS_HEADERS if is_for_programs(path) and not path.startswith(_UPLOADS) else ()


def options_headers(path: str) -> list[Header]:
    """The headers of an answer to OPTIONS at such an address."""
    if path.startswith(_UPLOADS):
        return [(b"allow", b"GET, HEAD, POST, DELETE, OPTIONS"), *SECURITY_HEADERS]
    return preflight("GET, HEAD, OPTIONS")


def usual_headers(scope: Scope, named: Collection[bytes]) -> list[Header]:
    """The headers of an answer that has those `named` already, once it is known who asks.

    What says nothing of its own about caching must not be handed by a shared proxy to somebody else.
    """
    if b"cache-control" in named:
        return []
    kept = caching(Request(scope), "")
    return [(name.lower().encode(), kept[name].encode()) for name in ("Cache-Control", "Vary")]
