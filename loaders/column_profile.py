"""The column profile of a list: which column holds which field, as a person can read, edit and keep it in YAML."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from hefboom.errors import SourceError, UsageError
from hefboom.loaders.broken_text import BROKEN, broken
from hefboom.loaders.formats import FORMATS, Format
from hefboom.loaders.headers import (
    ALIAS_HEADERS,
    KEEP,
    LEAVE_OUT,
    LIST_FIELDS,
    MEMBERSHIP_HEADERS,
    RELATIONSHIP_HEADERS,
    SITE_HEADERS,
    is_personal,
)

_VOCABULARIES: Mapping[str, dict[str, tuple[str, ...]]] = {
    "relationships": RELATIONSHIP_HEADERS,
    "memberships": MEMBERSHIP_HEADERS,
    "aliases": ALIAS_HEADERS,
}
_HEAD = """\
# Column profile of a list. Each line under "columns" is a header as it stands in the file and the field that it holds;
# "keep" keeps the text of a column beside the listing, "leave-out" does not store it at all (contact persons).
# Fields: {fields}
"""
# Registers write these themselves, so nothing is guessed.
_REGISTER_FIELDS = {
    **{
        name: name
        for name in ("os_id", "contribution_date", "name", "address", "country", "country_code", "lat", "lng")
    },
    **{name: name for name in ("sector", "parent_company", "facility_type", "processing_type", "product_type")},
    **{name: name for name in ("new_os_id", "contributors", "street", "city", "region", "postcode")},
    "country_name": "country",
    "contributor (list)": "contributors",
    "number_of_workers": "workers",
    "is_closed": "closed",
    "native_language_name": "native_name",
    "sector_product_type": "sector",
    "facility_type_processing_type": "processing_type",
    "location_type": "facility_type",
}


def fields_of(format: Format) -> tuple[str, ...]:
    """The fields that a column of a list in this format may hold."""
    return tuple(_VOCABULARIES.get(format, SITE_HEADERS))


@dataclass(frozen=True)
class Profile:
    """How the columns of one kind of list are to be read.

    ``columns`` maps headers to a field, ``keep`` or ``leave-out``; a column it does not name is kept. ``contributor``
    and ``date`` (ISO 8601) hold for the whole list, ``contributor_column`` names a column that says it per row,
    ``country_default`` is used where a row names no country.
    """

    format: Format
    columns: dict[str, str]
    contributor: str | None = None
    contributor_column: str | None = None
    date: str | None = None
    country_default: str | None = None
    notes: str | None = None

    def __post_init__(self) -> None:
        """Raise UsageError for a format, a field or a date that does not exist, naming it."""
        if self.format not in FORMATS:
            raise UsageError(f"profile: format {self.format!r} is unknown; use one of {', '.join(FORMATS)}")
        allowed = {*fields_of(self.format), KEEP, LEAVE_OUT}
        for header, name in self.columns.items():
            if name not in allowed:
                raise UsageError(f"profile: column {header!r} has the unknown field {name!r}{_near(name, allowed)}")
        named = [name for name in self.columns.values() if name not in LIST_FIELDS | {KEEP, LEAVE_OUT}]
        for name in {name for name in named if named.count(name) > 1}:
            several = ", ".join(repr(header) for header in self.columns_for(name))
            raise UsageError(f"profile: {name!r} can be one column only, here {several}; set the others to 'keep'")
        if self.contributor_column and self.columns.get(self.contributor_column) != "contributor":
            raise UsageError(f"profile: contributor_column {self.contributor_column!r} needs the field 'contributor'")
        if self.date is not None:
            try:
                datetime.date.fromisoformat(self.date)
            except ValueError as error:
                raise UsageError(f"profile: date {self.date!r} is not a day; write it as 2024-01-31") from error

    def columns_for(self, name: str) -> list[str]:
        """The headers that hold a field, in the order of the file."""
        return [header for header, held in self.columns.items() if held == name]

    def check_headers(self, headers: Sequence[str], path: Path) -> None:
        """Raise UsageError when the profile names a column that the file does not have."""
        for header in self.columns:
            if header not in headers:
                near = _near(header, headers)
                raise UsageError(f"{path}: the profile names a column {header!r} that this file does not have{near}")


def fixed_profile(format: Format, headers: Sequence[str]) -> Profile:
    """The profile of a register's own format, for the headers that a file of it has."""
    columns = {}
    for header in headers:
        words = header.strip().casefold()
        if is_personal(words.replace("_", " ")) or words.startswith("claim_"):
            columns[header] = LEAVE_OUT
        else:
            columns[header] = _REGISTER_FIELDS.get(words, KEEP)
    if "country_name" in columns and "country" in columns:
        columns["country_name"] = KEEP
    return Profile(format, columns)


def load_profile(path: Path) -> Profile:
    """Read a profile. UsageError, naming the file and the key, for anything a profile does not have."""
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise UsageError(
            f"{path}: there is no such profile; a load without --profile writes a guess to start from"
        ) from error
    except BROKEN as error:
        raise broken(path, error) from error
    if not isinstance(content, dict):
        raise SourceError(f"{path}: a profile is a mapping with 'format' and 'columns'")
    known = {one.name for one in fields(Profile)}
    for key in content:
        if key not in known:
            raise UsageError(f"{path}: unknown key {key!r}{_near(str(key), known)}")
    missing = {"format", "columns"} - content.keys()
    if missing:
        raise UsageError(f"{path}: the key {sorted(missing)[0]!r} is missing")
    if not isinstance(content["columns"], dict):
        raise UsageError(f"{path}: 'columns' is a mapping of headers to fields, found {content['columns']!r}")
    columns = {str(header): KEEP if name is None else str(name) for header, name in content.pop("columns").items()}
    texts = {key: None if value is None else str(value) for key, value in content.items()}
    try:
        return Profile(columns=columns, **texts)  # type: ignore[arg-type]
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error


def save_profile(profile: Profile, path: Path) -> None:
    """Write a profile as YAML with the list of fields above it; ``load_profile`` gives the same profile back."""
    content = {key: value for key, value in asdict(profile).items() if value is not None}
    columns = content.pop("columns")
    whole = {**content, "columns": columns}
    # These three end a line in YAML, so they have to be escaped, and all other letters with them.
    plain = not any(sign in text for text in map(str, [*content.values(), *columns]) for sign in "\x85\u2028\u2029")
    text = yaml.safe_dump(whole, allow_unicode=plain, sort_keys=False, width=1_000)
    head = _HEAD.format(fields=", ".join(fields_of(profile.format)))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head + text, encoding="utf-8")


def _near(name: str, known: Sequence[str] | set[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), 3, 0.6)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else f"; known are {', '.join(sorted(known))}"
