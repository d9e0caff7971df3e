"""Spreadsheets that say a cell or a row is there a thousand million times: refused before their reader counts along."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from hefboom.errors import SourceError
from hefboom.loaders.ods_repeats import check_repeats


def checked(path: Path, content: bytes) -> None:
    """Check a spreadsheet with such a content."""
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("content.xml", content)
    with zipfile.ZipFile(path) as archive:
        check_repeats(path, archive)


@pytest.mark.parametrize(
    "attribute",
    [
        b'number-columns-repeated="16384"',
        b'number-rows-repeated="1048576"',
        b"number-rows-repeated = '1'",
        b"x='99999999'",
    ],
)
def test_sheet_as_programs_write_it_passes(tmp_path: Path, attribute: bytes) -> None:
    checked(tmp_path / "a.ods", b"<a " + attribute + b"/>")


@pytest.mark.parametrize("before", [0, 1_048_540, 1_048_576])
@pytest.mark.parametrize(
    ("attribute", "number"),
    [
        (b'table:number-columns-repeated="16385"', "16385"),
        (b"table:number-rows-repeated='1048577'", "1048577"),
        (b'table:number-rows-repeated="&#57;"', "&#57;"),
        (b'table:number-rows-repeated="' + b"9" * 5_000 + b'"', "9" * 24),
    ],
)
def test_sheet_larger_than_any_is_refused(tmp_path: Path, before: int, attribute: bytes, number: str) -> None:
    with pytest.raises(SourceError, match=f"the workbook repeats a cell or a row {number} times"):
        checked(tmp_path / "a.ods", b" " * before + b"<a " + attribute + b"/>")
