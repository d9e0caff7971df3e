"""What comes of asking a pool of engines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hefboom.api import frames
from hefboom.api.template import Served


class ClientGone(Exception):
    """The client left before its answer was there."""


@dataclass(frozen=True)
class Answered:
    """A reply and the publication it came from; `spool` is the file of a large one, which the caller removes."""

    head: frames.Head
    body: bytes
    served: Served
    spool: Path | None = None


@dataclass
class Counts:
    """What has happened in a pool since the start."""

    timeouts: int = 0
    crashes: int = 0
    left: int = 0
    replaced: int = 0
