"""How often an OpenDocument spreadsheet says that a cell or a row is repeated: its reader writes out every one."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Final

from hefboom.errors import SourceError

_MOST: Final = {b"columns": 16_384, b"rows": 1_048_576}
"""The columns and rows of the largest sheet that a spreadsheet program makes."""
_REPEATED: Final = re.compile(rb"number-(columns|rows)-repeated\s*=\s*[\"']([^\"']{0,24})")
_PIECE: Final = 1 << 20
_LONGEST: Final = 256


def check_repeats(path: Path, archive: zipfile.ZipFile) -> None:
    """SourceError where a cell or a row is repeated more often than a sheet has columns or rows."""
    with archive.open("content.xml") as content:
        rest = b""
        while piece := content.read(_PIECE):
            data = rest + piece
            for kind, number in _REPEATED.findall(data):
                if not number.isdigit() or int(number) > _MOST[kind]:
                    often = number.decode("utf-8", "replace")
                    raise SourceError(
                        f"{path}: the workbook repeats a cell or a row {often} times, more than a sheet can hold;"
                        " save it again as XLSX or CSV"
                    )
            rest = data[-_LONGEST:]
