"""OS IDs in a company's file and the tables beside it: the same check, and the same words, as for lists of sites."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import polars as pl

from hefboom.loaders.cell_findings import Wording
from hefboom.loaders.claims import OS_ID_REPAIRED, OS_ID_WORDS
from hefboom.loaders.os_ids import check_os_ids
from hefboom.loaders.places import ID_COUNTRY

_CODES: Final = {"malformed": "os-id-malformed", "failed": "os-id-check"}


class OsId(NamedTuple):
    """An OS ID as it is used, None where it fails its check; and what there is to say of it, with its code."""

    id: str | None
    remark: tuple[str, Wording] | None


@lru_cache(maxsize=4096)
def read_os_id(text: str) -> OsId:
    """What one cell holds; case, blanks and a web address around the identifier do not matter."""
    checked = check_os_ids(pl.Series([text], dtype=pl.String))
    for kind, code in _CODES.items():
        if getattr(checked, kind).item():
            return OsId(None, (code, OS_ID_WORDS[kind]))
    found: str | None = checked.ids.item()
    if checked.repaired.item():
        words = Wording(OS_ID_REPAIRED.severity, OS_ID_REPAIRED.reason.format(found))
        return OsId(found, ("os-id-repaired", words))
    return OsId(found, None)


def of_other_country(os_id: str, country: str) -> tuple[str, Wording] | None:
    """What there is to say where an OS ID was given out for another country than the row states."""
    return None if os_id[:2] == country else ("os-id-country", ID_COUNTRY)
