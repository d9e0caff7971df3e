"""Where a YAML or JSON file is broken, in words that can be said in every language instead of the parser's."""

from __future__ import annotations

import json
from pathlib import Path

import yaml  # type: ignore[import-untyped]
from yaml.reader import ReaderError  # type: ignore[import-untyped]

from hefboom.errors import SourceError

BROKEN = (UnicodeDecodeError, json.JSONDecodeError, yaml.YAMLError)
"""What a reader of YAML or JSON raises for a file that is none."""


def broken(path: Path, error: Exception) -> SourceError:
    """The error to raise for one of `BROKEN`: file, line and column, and what to look at."""
    if isinstance(error, UnicodeDecodeError):
        return SourceError(f"{path}: this is no text in UTF-8; save it as UTF-8")
    if isinstance(error, json.JSONDecodeError):
        return SourceError(
            f"{path}, line {error.lineno}, column {error.colno}: this is no JSON; look at commas, quotation marks and"
            " brackets there and just before"
        )
    if isinstance(error, ReaderError):
        before = path.read_text(encoding="utf-8-sig")[: error.position].split("\n")
        return SourceError(
            f"{path}, line {len(before)}, column {len(before[-1]) + 1}: this is no YAML; there is a sign that cannot"
            " be printed, remove it"
        )
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return SourceError(
        f"{path}, line {line}, column {column}: this is no YAML; look at colons, quotation marks, brackets and the"
        " spaces at the start of lines, there and just before"
    )
