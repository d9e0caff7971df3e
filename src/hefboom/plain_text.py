"""Text made plain, so that spellings of one word compare as equal."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii


def fold(text: str) -> str:
    """Text for comparing: lower-case ASCII letters and digits, words separated by one space; idempotent."""
    ascii_text = anyascii(unicodedata.normalize("NFKC", text)).lower().replace("&", " and ")
    return re.sub(r"[^a-z0-9]+", " ", ascii_text).strip()
