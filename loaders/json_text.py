"""Values of JSON as text of a cell: nothing lost, lists joined by a vertical bar."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

BAR = "|"


def as_text(value: Any) -> str | None:
    """A value as text: numbers as they stood, ``True`` and ``False``, objects and lists as JSON; blank is None."""
    match value:
        case None:
            return None
        case str():
            return value if value.strip() else None
        case bool() | int() | float() | Decimal():
            return str(value)
        case _:
            return as_json(value) if value else None


def as_json(value: Any) -> str:
    """A value as JSON text, letters of all scripts as they are."""
    return json.dumps(value, ensure_ascii=False, default=float)


def listed(value: Any) -> list[Any]:
    """A list as it is, nothing as an empty list, anything else as a list of one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def joined(values: Iterable[Any] | None) -> str | None:
    """The different texts in their first order, joined by a vertical bar; None when there are none."""
    return BAR.join(dict.fromkeys(text for value in values or () if (text := as_text(value)))) or None
