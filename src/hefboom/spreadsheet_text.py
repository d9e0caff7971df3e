"""Text that a spreadsheet program leaves alone when a person opens a CSV file with it."""

from __future__ import annotations

from typing import Final

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""Signs with which a cell begins that could run as a formula, the full-width ones too."""


def safe_text(text: str) -> str:
    """A text as a CSV cell that no spreadsheet takes for a formula: with an apostrophe where it begins like one."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
