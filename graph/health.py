"""Checks on the installation and a data folder, each with advice."""

from __future__ import annotations

import platform
import shutil
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Literal

from hefboom.errors import HefboomError
from hefboom.graph.folder import DataFolder
from hefboom.graph.opened import open_data
from hefboom.graph.rebuild import differing_lists

_PARTS = ("pyoxigraph", "duckdb", "polars", "python-calamine")
_FREE_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: its state, what was found, and what to do when it is not good."""

    name: str
    state: Literal["good", "note", "wrong"]
    found: str
    advice: str = ""

    def to_dict(self) -> dict[str, str]:
        """The check as a plain mapping."""
        return asdict(self)


def examine(folder: DataFolder) -> list[Check]:
    """All checks, in the order in which a person would make them; none of them changes anything."""
    checks = [Check("Python", "good", f"{platform.python_version()} ({platform.system()})")]
    checks += [Check(part, "good", metadata.version(part)) for part in _PARTS]
    checks.append(_java())
    checks.append(_disk(folder))
    try:
        if folder.current() is None:
            advice = "run 'hefboom demo', or 'hefboom load FILE...'"
            return [*checks, Check("data folder", "note", f"{folder.path}: nothing is loaded yet", advice)]
        checks += _data(folder)
    except HefboomError as error:
        checks.append(Check("data folder", "wrong", str(error), "see the message"))
    return checks


def _java() -> Check:
    if shutil.which("java"):
        return Check("Java", "good", "found; 'hefboom ontology check' can run")
    return Check(
        "Java", "note", "not found; only 'hefboom ontology check' needs it", "apt install default-jre-headless"
    )


def _disk(folder: DataFolder) -> Check:
    place = next(parent for parent in (folder.path.absolute(), *folder.path.absolute().parents) if parent.exists())
    free = shutil.disk_usage(place).free
    found = f"{free / 1e9:.1f} GB free at {place}"
    if free < _FREE_BYTES:
        return Check("disk", "note", found, "a load of a million sites needs about 5 GB")
    return Check("disk", "good", found)


def _data(folder: DataFolder) -> list[Check]:
    data = open_data(folder.path)
    in_force = sum(entry.in_force for entry in data.entries)
    checks = [Check("data folder", "good", f"{folder.path}, generation {data.generation.name}, {in_force} lists")]
    data.check_projection()
    checks.append(Check("projection", "good", "belongs to the store"))
    differing = differing_lists(data.generation, data.entries, data.names)
    if differing:
        advice = "retract these lists and load them again"
        checks.append(Check("listings", "wrong", f"store and projection differ on {', '.join(differing)}", advice))
    else:
        checks.append(Check("listings", "good", "the same number in store and projection, list by list"))
    wrong = [
        entry.list
        for entry in data.entries
        if entry.in_force and entry.rows_read != entry.stored + entry.merged + entry.refused
    ]
    if wrong:
        checks.append(Check("row accounts", "wrong", f"do not add up: {', '.join(wrong)}", "load these lists again"))
    else:
        checks.append(Check("row accounts", "good", "rows read = stored + merged + refused for every list"))
    return checks
