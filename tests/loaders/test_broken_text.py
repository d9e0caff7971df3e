"""Broken YAML and JSON: line and column in words of ours, in both languages, nothing of the parser's."""

from __future__ import annotations

from pathlib import Path

import pytest

from hefboom.errors import SourceError
from hefboom.loaders.column_profile import load_profile
from hefboom.loaders.company_read import read_company_file
from hefboom.messages import in_language

BROKEN = {
    "a.yaml": (b"company:\n  name: x\n year: 2026\n", "line 3, column 2: this is no YAML", "regel 3, kolom 2"),
    "b.yaml": (b"company: {name: x\n", "line 2, column 1: this is no YAML", "regel 2, kolom 1"),
    "c.yaml": (b"company:\n  name: 'x\n", "line 3, column 1: this is no YAML", "regel 3, kolom 1"),
    "d.yaml": (b"company: {name: x}\nnote: \x07\n", "line 2, column 7: this is no YAML", "regel 2, kolom 7"),
    "e.json": (b'{"company": {"name": "x",}}', "line 1, column 26: this is no JSON", "regel 1, kolom 26"),
    "f.yaml": (b"company: {name: caf\xe9}\n", "no text in UTF-8", "geen tekst in UTF-8"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_file_tells_line_and_column(tmp_path: Path, name: str) -> None:
    content, english, dutch = BROKEN[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError) as raised:
        read_company_file(path)
    told = str(raised.value)
    assert english in told
    assert dutch in (said := in_language(told, "nl"))
    assert not any(word in said for word in ("while", "expected", "found", "block", "codec", "Illegal", "character"))


def test_profile_too(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("format: hefboom\ncolumns: {a: [b\n")
    with pytest.raises(SourceError, match="line 3, column 1: this is no YAML"):
        load_profile(path)
