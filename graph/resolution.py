"""Identity resolution in a data folder: run the model on the lists, keep its statements, join the sites."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hefboom.errors import StoreError
from hefboom.graph import identity, joins
from hefboom.graph.catalogue import ListEntry, read_entries
from hefboom.graph.decisions import decisions_of
from hefboom.graph.folder import DataFolder
from hefboom.graph.match_file import MatchModel, read_model
from hefboom.graph.match_resolve import resolve
from hefboom.graph.open_pairs import IN_FORCE, OPEN, PLACED
from hefboom.graph.resolution_pairs import collect_pairs, mention_decisions, write_pairs
from hefboom.graph.resolution_state import Covered, covered, keep_state, new_lists
from hefboom.graph.tables import add_views, connect, quote
from hefboom.graph.writer import Changes, SharedSite, commit

MEMORY = "3GB"
"""What the engine may hold before it spills to disk."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a resolution found.

    `mode` is `full`, `incremental` (only `lists` were compared, with each other and with all before) or `unchanged`
    (nothing to do). `same` and `possible` count pairs of listings on different sites of exact identity that are one
    site, or may be; `open` counts the pairs of sites that a reviewer should look at; `joined` counts sites that
    were joined with another one.
    """

    mode: str
    lists: Sequence[str]
    same: int
    possible: int
    open: int
    joined: int
    newly_shared: Sequence[SharedSite]
    model_version: str


def resolve_folder(
    folder: DataFolder,
    *,
    wait: float = 600.0,
    engine: str = "duckdb",
    session: Any = None,
    today: datetime.date | None = None,
    full: bool = False,
    model: MatchModel | None = None,
) -> Resolved:
    """Decide by the model which listings are one site, and commit pair statements and joined sites as one step.

    Reviewers' decisions stand above the model. Where only lists were added since the last time, only these are
    compared; `full` compares everything anew. `engine` is `duckdb` or `spark` (then `session` gives a Spark
    session). Raises StoreError when nothing is loaded.
    """
    model = model or read_model()
    with folder.writing(wait):
        generation = folder.current()
        if generation is None:
            raise StoreError(f"{folder.path}: nothing is loaded here yet; run 'hefboom load FILE...' first")
        tables = generation / "tables"
        entries = read_entries(tables / "lists.parquet")
        state = Covered.now(tables, entries, decisions_of(tables), model.version)
        added = None if full else new_lists(covered(tables), state)
        if added == ():
            return Resolved("unchanged", (), *figures(tables), (), model.version)
        with tempfile.TemporaryDirectory(dir=folder.path, prefix="spill-") as scratch:
            run = _Run(Path(scratch), tables, model, engine, session, today or datetime.date.today())
            files = run.incremental(added, state) if added else run.full(state)
            canonical = files.pop("canonical")
            committed = commit(folder, Changes(entries, kept=files, canonical=canonical))
        made = folder.current()
        assert made is not None
        return Resolved(
            "incremental" if added else "full",
            added or tuple(_in_force(entries)),
            *figures(made / "tables"),
            committed.newly_shared,
            model.version,
        )


def _in_force(entries: Sequence[ListEntry]) -> list[str]:
    return [entry.list for entry in entries if entry.in_force]


@dataclass(frozen=True)
class _Run:
    """One run over the tables of a generation; results go to `scratch`."""

    scratch: Path
    tables: Path
    model: MatchModel
    engine: str
    session: Any
    today: datetime.date

    def full(self, state: Covered) -> dict[str, Path]:
        """Compare all listings with each other."""
        return self._run(state, None, "lists.status <> 'retracted'")

    def incremental(self, added: Sequence[str], state: Covered) -> dict[str, Path]:
        """Compare the listings of `added` with each other and with all that the kept state covers."""
        return self._run(state, self.tables / "resolution", f"list IN ({', '.join(map(quote, added))})")

    def _run(self, state: Covered, known: Path | None, wanted: str) -> dict[str, Path]:
        listings = f"(SELECT l.* FROM listings l JOIN lists USING (list) WHERE {wanted})"
        with connect(self.scratch) as connection:
            connection.execute(f"SET memory_limit = {quote(MEMORY)}")
            add_views(connection, self.tables)
            identity.prepare(connection)
            joins.find_decisions(connection)
            mention_decisions(connection)
            found = resolve(
                connection, listings, "mention_decisions", "os_id_aliases",
                model=self.model, engine=self.engine, session=self.session, known=known, scopes="lists",
            )  # fmt: skip
            collect_pairs(connection, self.today, self.model.version, known is not None)
            files = write_pairs(connection, self.scratch)
            files["resolution"] = keep_state(found, self.scratch / "resolution", state, known)
            return files


_FIGURES = f"""
    WITH {PLACED}, decided AS (
        SELECT left_site, right_site FROM decisions WHERE withdrawn_on IS NULL
    ), open AS (
        SELECT DISTINCT least(l.site, r.site), greatest(l.site, r.site)
        FROM matches m JOIN placed l ON l.exact = m.left_site JOIN placed r ON r.exact = m.right_site
        WHERE {IN_FORCE} AND {OPEN}
    ), joined AS (
        SELECT unnest([left_site, right_site]) AS site FROM matches
        WHERE stated AND outcome = 'same'
    )
    SELECT count(*) FILTER (outcome = 'same' AND left_site <> right_site), count(*) FILTER (outcome = 'possible'),
        (SELECT count(*) FROM open), (SELECT count(DISTINCT site) FROM joined)
    FROM matches
"""


def figures(tables: Path) -> tuple[int, int, int, int]:
    """Of the last resolution: pairs that are one site, that may be, pairs of sites open for review, sites joined."""
    with connect() as connection:
        add_views(connection, tables, names=("matches", "lists", "identity", "site_aliases", "decisions"))
        row = connection.execute(_FIGURES).fetchone()
    same, possible, waiting, joined = row or (0, 0, 0, 0)
    return int(same), int(possible), int(waiting), int(joined)
