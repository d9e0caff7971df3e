"""What a resolution covered, kept beside its tables, so that the next one can tell what is new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from hefboom.graph.catalogue import ListEntry
from hefboom.graph.decisions import active
from hefboom.graph.match_kept import is_there
from hefboom.graph.match_resolve import Resolution
from hefboom.ontology import terms

STATE: Final = "state.json"
LARGEST_SHARE: Final = 0.5
"""From this share of new listings on, all are compared anew: words weigh what all lists together say."""


@dataclass(frozen=True, slots=True)
class Covered:
    """The lists in force (id to number and stored listings), standing decisions, replaced OS IDs, model and rules."""

    lists: Mapping[str, tuple[int, int]]
    decisions: tuple[int, ...]
    aliases: str
    model: str
    rules: str

    @classmethod
    def now(cls, tables: Path, entries: Sequence[ListEntry], decisions: pl.DataFrame, model: str) -> Covered:
        """What a resolution of these tables would cover."""
        lists = {entry.list: (entry.seq, entry.stored) for entry in entries if entry.in_force}
        seqs = {str(seq) for seq, _ in lists.values()}
        aliases = hashlib.sha256()
        for file in sorted((tables / "os_id_aliases").glob("*.parquet")):
            if file.stem in seqs:
                aliases.update(file.read_bytes())
        return cls(lists, tuple(active(decisions)["number"].sort()), aliases.hexdigest(), model, rules())


@cache
def rules() -> str:
    """A mark of the code and facts that judge pairs: what was resolved by others must be compared anew."""
    code = Path(__file__).parent
    files = [*code.glob("match_*.py"), code / "resolution_pairs.py"]
    files += (Path(terms.__file__).parent / "facts").glob("match_*.csv")
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def covered(tables: Path) -> Covered | None:
    """What the kept state of the last resolution covers; None when there is none."""
    file = tables / "resolution" / STATE
    if not (file.is_file() and is_there(file.parent)):
        return None
    content = json.loads(file.read_text())
    lists = {name: (seq, stored) for name, (seq, stored) in content["lists"].items()}
    return Covered(lists, tuple(content["decisions"]), content["aliases"], content["model"], content.get("rules", ""))


def new_lists(before: Covered | None, now: Covered) -> tuple[str, ...] | None:
    """The lists that an incremental resolution would compare; empty when nothing changed, None when all must be.

    All must be compared when there is no state, when a list was dropped, a decision withdrawn, an OS ID replaced, or
    the model or the rules changed since, when decisions were added but no list, or when the new lists hold too large a
    share of all.
    """
    if before is None or (before.model, before.rules, before.aliases) != (now.model, now.rules, now.aliases):
        return None
    dropped = before.lists.items() - now.lists.items()
    if dropped or set(before.decisions) - set(now.decisions):
        return None
    added = {name: stored for name, (_, stored) in now.lists.items() if name not in before.lists}
    if not added:
        return () if before.decisions == now.decisions else None
    total = sum(stored for _, stored in now.lists.values())
    if sum(added.values()) > LARGEST_SHARE * total:
        return None
    return tuple(added)


def keep_state(found: Resolution, folder: Path, state: Covered, known: Path | None) -> Path:
    """Write into `folder` what the next resolution needs: the tables of this one, joined to those in `known`."""
    found.keep(folder, known)
    (folder / STATE).write_text(json.dumps(asdict(state)) + "\n")
    return folder
