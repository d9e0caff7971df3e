"""Logs as one line of JSON each: what was answered and what went wrong, never who asked or what for."""

from __future__ import annotations

import json
import logging
from typing import Final

_OWN: Final = ("route", "method", "status", "ms", "bytes")


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
        members.update({name: vars(record)[name] for name in _OWN if name in vars(record)})
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
