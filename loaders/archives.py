"""What a damaged or encrypted zip archive, such as a workbook, may raise while it is read."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from typing import Final

UNREADABLE: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, RuntimeError, EOFError, OSError,
    ValueError,
)  # fmt: skip
"""Python's zipfile raises these for bytes that are not as they should be; ValueError is for names in no encoding."""
