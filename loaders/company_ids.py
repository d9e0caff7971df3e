"""Identifiers of companies that lists carry beside the OS ID: LEI and DUNS."""

from __future__ import annotations

import re
from typing import NamedTuple


class CompanyId(NamedTuple):
    """An identifier in its usual writing, or null with the code of what is wrong with it."""

    value: str | None
    code: str | None = None


def parse_lei(text: str) -> CompanyId:
    """A legal entity identifier (ISO 17442): 20 letters and digits that, letters as 10 to 35, leave 1 modulo 97.

    Codes: ``lei-malformed``, ``lei-check``.
    """
    bare = re.sub(r"[\s-]", "", text).upper()
    if not re.fullmatch(r"[A-Z0-9]{18}[0-9]{2}", bare):
        return CompanyId(None, "lei-malformed")
    if int("".join(str(int(character, 36)) for character in bare)) % 97 != 1:
        return CompanyId(None, "lei-check")
    return CompanyId(bare)


def parse_duns(text: str) -> CompanyId:
    """A D-U-N-S number: nine digits; a spreadsheet may have eaten its leading zeros, at most two of them.

    Code: ``duns-malformed``.
    """
    bare = re.sub(r"[\s-]|\.0$", "", text)
    if not re.fullmatch(r"[0-9]{7,9}", bare):
        return CompanyId(None, "duns-malformed")
    return CompanyId(bare.zfill(9))
