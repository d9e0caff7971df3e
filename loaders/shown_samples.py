"""Sample values of a list's columns that may be shown: none that could be about a person."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from hefboom.loaders.column_profile import Profile
from hefboom.loaders.company_tables import columns_by_header
from hefboom.loaders.company_values import holds_contact
from hefboom.loaders.complaint_persons import seems_person
from hefboom.loaders.headers import LEAVE_OUT

_SHOWN = 3
_LENGTH = 30
_COMPLAINTS = "complaints"


def shown_samples(sample: pl.DataFrame, profile: Profile) -> dict[str, str | None]:
    """Some values per column; None for a column of which none is shown.

    Those are the columns that are left out because they hold persons and, in a register of complaints, every column
    that its format does not know, the handler, and any other in which a person or a contact is seen.
    """
    hidden = {header for header, field in profile.columns.items() if field == LEAVE_OUT}
    if profile.format == _COMPLAINTS:
        hidden |= set(_of_persons(sample))
    return {header: None if header in hidden else _some(sample[header]) for header in profile.columns}


def _of_persons(sample: pl.DataFrame) -> Iterator[str]:
    """The columns of a register of complaints that may be about persons."""
    known = columns_by_header(_COMPLAINTS, sample.columns)
    for header in sample.columns:
        values = [str(value) for value in sample[header].drop_nulls()]
        field = known[header].field if header in known else ""
        named = field == "id" and any(map(seems_person, values))
        if field in ("", "handler") or named or any(map(holds_contact, values)):
            yield header


def _some(values: pl.Series) -> str:
    found = values.drop_nulls().unique(maintain_order=True).head(_SHOWN)
    return "; ".join(" ".join(str(value).split())[:_LENGTH] for value in found)
