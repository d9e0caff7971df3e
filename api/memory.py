"""Whether a publication is held in memory: by its size, and by what is free on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from hefboom.api.settings import Limits

_PER_STATEMENT: Final = 900
"""Bytes that a statement takes in memory with its share of the union: 830 measured, with room to spare."""
_SHARE: Final = 4
"""How many such publications must find room in what is free."""
_GROUPS: Final = Path("/sys/fs/cgroup")


def fits(statements: int, limits: Limits) -> bool:
    """Whether a publication of so many statements is to be held in memory.

    One that may be loaded at once is small enough anywhere; a larger one may take a quarter of what is free, if the
    system tells how much that is.
    """
    if statements <= min(limits.in_memory, limits.in_memory_at_once):
        return True
    free = free_bytes()
    return statements <= limits.in_memory and free is not None and statements * _PER_STATEMENT * _SHARE <= free


def free_bytes(meminfo: Path = Path("/proc/meminfo"), groups: Path = _GROUPS) -> int | None:
    """The memory that is free, or that the group of this process may still take; None where the system does not tell.

    The group counts as containers show it: the one at the top is their own.
    """
    if not meminfo.is_file():
        return None
    figures = dict(line.split(":", 1) for line in meminfo.read_text().splitlines() if ":" in line)
    if "MemAvailable" not in figures:
        return None
    free = int(figures["MemAvailable"].split()[0]) * 1024
    most, taken = (_number(groups / name) for name in ("memory.max", "memory.current"))
    return free if most is None or taken is None else max(min(free, most - taken), 0)


def _number(file: Path) -> int | None:
    """The number that a file holds; None where it holds a word, such as `max`, or is not there."""
    text = file.read_text().strip() if file.is_file() else ""
    return int(text) if text.isdigit() else None
