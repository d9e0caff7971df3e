"""The errors that a user of Hefboom may meet or want to catch."""

from __future__ import annotations


class HefboomError(Exception):
    """Base of all errors that Hefboom raises on purpose; the message says what, where and what to do."""

    exit_code = 1


class UsageError(HefboomError):
    """The call itself is wrong: an unknown option value, a missing file, a missing parameter."""

    exit_code = 2


class SourceError(HefboomError):
    """A file or a row that cannot be read as what it should be."""


class QueryError(HefboomError):
    """A query or question that cannot be parsed, or whose parameters do not fit."""

    exit_code = 2


class StoreError(HefboomError):
    """The data folder is missing, locked, damaged or of another version."""


def both(english: str, dutch: str) -> str:
    """A word in both languages, as a message holds it; the Dutch form of the message shows the Dutch word alone."""
    return f"'{english}'" if english == dutch else f"'{english}' ('{dutch}')"
