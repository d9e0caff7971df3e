"""Cursors: where a page of an answer ended, as a text that the caller hands back."""

from __future__ import annotations

import base64
import binascii
import json

from hefboom.api.errors import Problem, bad_request


def cursor_of(*place: str) -> str:
    """The cursor of a place in an answer."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def after(cursor: str, parts: int) -> tuple[str, ...] | None:
    """The place that a cursor names, None for no cursor. Raises Problem (400) for what is no cursor of this kind."""
    if not cursor:
        return None
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if not isinstance(place, list) or len(place) != parts or not all(isinstance(part, str) for part in place):
            raise ValueError(place)
        for part in place:
            part.encode()
    except (binascii.Error, ValueError, RecursionError) as error:
        raise not_a_cursor() from error
    return tuple(place)


def not_a_cursor() -> Problem:
    """The 400 for a cursor of another kind, or of another answer."""
    return bad_request("value-does-not-fit", "'cursor' is not one that this server gave; start without it.")
