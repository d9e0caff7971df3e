"""Logs as one line of JSON each: what was answered and what went wrong, never who asked or what for."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
import time
from typing import Final

_TOGETHER: Final = 0.1
_MOST_KEPT: Final = 500


class JsonLines(logging.Formatter):
    """Writes a log record as a JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        members: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "log": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            members["trace"] = self.formatException(record.exc_info)
        return json.dumps(members, ensure_ascii=False)


def log_to_stderr() -> None:
    """Send the logs of the server to standard error, as JSON lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)


class AccessLog:
    """A line for every answer, in the form of the other logs. Lines are written together ten times a second: one by one
    they cost a quarter of the server's time.
    """

    def __init__(self) -> None:
        self._logger = logging.getLogger("hefboom.access")
        self._lines: list[str] = []
        self._second = 0
        self._at = ""

    def answered(self, route: str, method: str, status: int, seconds: float, sent: int) -> None:
        """Note one answer; `route` is one of the few that are known, never an address as it was asked."""
        if not self._logger.isEnabledFor(logging.INFO):
            return
        now = int(time.time())
        if now != self._second:
            self._second, self._at = now, time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(now))
        self._lines.append(
            f'{{"at": "{self._at}", "level": "info", "log": "hefboom.access", "message": "answered",'
            f' "route": "{route}", "method": "{method}", "status": {status},'
            f' "ms": {seconds * 1000:.1f}, "bytes": {sent}}}\n'
        )
        if len(self._lines) == 1:
            asyncio.get_running_loop().call_later(_TOGETHER, self.write)
        elif len(self._lines) >= _MOST_KEPT:
            self.write()

    def write(self) -> None:
        """Write the lines that are kept."""
        lines, self._lines = self._lines, []
        with contextlib.suppress(OSError):  # nobody reads standard error any more: no reason to end a request
            sys.stderr.write("".join(lines))
            sys.stderr.flush()
