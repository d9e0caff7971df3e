"""The audit log: one line of JSON per closed answer, who asked what when; readable by the server's owner only."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class AuditLog:
    """Appends to a file that only its owner may read; each line is written whole."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def write(self, who: str, role: str, what: str, parameters: Mapping[str, Any]) -> None:
        """Record one closed answer, refusal or change of access."""
        entry = {
            "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
            "who": who,
            "role": role,
            "what": what,
            "parameters": dict(parameters),
        }
        line = json.dumps(entry, ensure_ascii=False) + "\n"
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)
