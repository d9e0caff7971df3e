"""Reviewers' decisions on whether two sites are one: data with who, when and why, never overwritten, always undoable.

A decision is kept for two ids of exact identity. Such an id follows from what a row says (its OS ID, or its name,
address and country), so a decision survives reloading and resolving, and holds for a new list that repeats the row.
"""

from __future__ import annotations

import datetime
import itertools
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from hefboom.errors import StoreError, UsageError
from hefboom.graph import identity
from hefboom.graph.catalogue import read_entries
from hefboom.graph.contested_keys import TOLD_IDS
from hefboom.graph.folder import DataFolder
from hefboom.graph.iris import Names
from hefboom.graph.tables import add_views, columns, connect
from hefboom.graph.writer import Changes, commit

DECISIONS: Final = ("same", "different", "unsure")
SCHEMA: Final = dict.fromkeys(columns("decisions"), pl.String) | {
    "number": pl.Int64, "day": pl.Date, "withdrawn_on": pl.Date,
}  # fmt: skip
REPLACED: Final = "replaced by a later decision"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reviewer wants: `left` and `right` as site ids, site IRIs or listing IRIs; decision None withdraws.

    `row` says where it was written, when it came from a file.
    """

    left: str
    right: str
    decision: str | None
    who: str
    why: str = ""
    row: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one wish: the two sites and their names; `state` is new, known, changed, withdrawn or nothing."""

    left: str
    right: str
    left_label: str
    right_label: str
    state: str
    before: str | None = None
    before_by: str | None = None
    before_on: datetime.date | None = None


def decisions_of(tables: Path) -> pl.DataFrame:
    """All decisions on file, withdrawn ones too, oldest first: the columns of the `decisions` table."""
    file = tables / "decisions.parquet"
    return pl.read_parquet(file) if file.is_file() else pl.DataFrame(schema=SCHEMA)


def active(decisions: pl.DataFrame) -> pl.DataFrame:
    """The decisions that were not withdrawn or replaced."""
    return decisions.filter(pl.col("withdrawn_on").is_null())


def record(
    folder: DataFolder,
    wishes: Sequence[Wish],
    wait: float = 600.0,
    today: datetime.date | None = None,
    refuse: Callable[[Wish, UsageError], None] | None = None,
) -> list[Recorded]:
    """Put decisions on file and let them count at once, as one step; one result per wish, in order.

    A decision that stands is not written again; another one on the same pair replaces it, and the old one stays on file
    as withdrawn. With `refuse`, a wish that cannot be is told to it and left out; without, UsageError is raised for a
    site that is not known or two sites that are one by OS ID or exact spelling. A blank name or an unknown decision is
    always a UsageError.
    """
    today = today or datetime.date.today()
    for wish in wishes:
        _check(wish)
    with folder.writing(wait):
        generation = folder.current()
        if generation is None:
            raise StoreError(f"{folder.path}: nothing is loaded here yet; run 'hefboom load FILE...' first")
        tables = generation / "tables"
        before = decisions_of(tables)
        with connect() as connection:
            add_views(connection, tables)
            connection.execute(identity.MACROS)
            sites = ExactSites.over(connection, Names(folder.base()))
            found = []
            for wish in wishes:
                try:
                    found.append((wish, *sites.pair(wish.left, wish.right)))
                except UsageError as error:
                    if refuse is None:
                        raise
                    refuse(wish, error)
            after, results = _apply(_followed(before, found, sites), before, found, today)
        if not after.equals(before):
            with tempfile.TemporaryDirectory(dir=folder.path, prefix="spill-") as scratch:
                file = Path(scratch) / "decisions.parquet"
                after.write_parquet(file)
                commit(folder, Changes(read_entries(tables / "lists.parquet"), kept={"decisions": file}))
    return results


def _check(wish: Wish) -> None:
    if wish.decision is not None and wish.decision not in DECISIONS:
        raise UsageError(f"'{wish.decision}' is no decision; use same, different or unsure")
    if not wish.who.strip():
        raise UsageError("a decision needs a name behind it; give --who with your initials or role")


# A site may have had the id of its key and number while the key was contested, or an id that leads to it now.
_EARLIER = f"""
    WITH told AS (
        SELECT unnest({TOLD_IDS}) AS id FROM listings l JOIN exact_sites USING (list, row, part) WHERE site = $site
        UNION SELECT alias FROM site_aliases WHERE site = $site
    )
    SELECT id FROM told WHERE id <> $site AND id NOT IN (SELECT site FROM exact_sites)
        AND id NOT IN (SELECT alias FROM site_aliases WHERE site <> $site)
"""


@dataclass(frozen=True, slots=True)
class _Site:
    id: str
    label: str


class ExactSites:
    """Ids of exact identity, found from what a person writes: a site's id or IRI, or a listing's IRI."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, names: Names) -> None:
        self._connection, self._names = connection, names

    @classmethod
    def over(cls, connection: duckdb.DuckDBPyConnection, names: Names) -> ExactSites:
        """Sites of the tables that `connection` sees; it needs the macros of `hefboom.graph.identity`."""
        connection.execute("""
            CREATE OR REPLACE TEMP VIEW exact_sites AS
            SELECT list, row, part, arg_min(exact, closedness(scope)) AS site FROM identity GROUP BY list, row, part
        """)
        return cls(connection, names)

    def pair(self, left: str, right: str) -> tuple[_Site, _Site]:
        """The two sites in the order of their ids; UsageError when they are one."""
        one, two = sorted((self._find(left), self._find(right)), key=lambda site: site.id)
        if one.id == two.id:
            raise UsageError(
                f"'{left}' and '{right}' are one site by OS ID or by exact spelling, not by matching; "
                "correct the list that says so and load it again"
            )
        return one, two

    def id_of(self, text: str) -> str:
        """The id of one site. Raises UsageError when none is known."""
        return self._find(text).id

    def unknown(self, ids: Iterable[str]) -> set[str]:
        """Those of some ids that no row has now."""
        wanted = sorted(ids)
        known = "SELECT DISTINCT exact FROM identity WHERE exact IN (SELECT unnest($ids))"
        return set(wanted) - {row[0] for row in self._connection.execute(known, {"ids": wanted}).fetchall()}

    def earlier(self, site: str) -> set[str]:
        """Ids of exact identity that the rows of a site had and that no row has now: a decision on one is about it."""
        return {row[0] for row in self._connection.execute(_EARLIER, {"site": site}).fetchall()}

    def _find(self, text: str) -> _Site:
        text = text.strip()
        listing, site = f"{self._names.base}/listing/", f"{self._names.base}/site/"
        if text.startswith(listing):
            found = self._connection.execute(
                """SELECT e.site, l.name FROM listings l JOIN exact_sites e USING (list, row, part)
                WHERE starts_with(?, l.list || '/') AND list_contains(
                    list_transform(list_append(coalesce(rows, []), row), lambda x: l.list || '/' || url_encode(x)
                        || CASE WHEN part = 'buyer' THEN '/buyer' ELSE '' END), ?)""",
                [text.removeprefix(listing), text.removeprefix(listing)],
            ).fetchone()
        else:
            asked = text.removeprefix(site)
            found = self._connection.execute(
                """WITH wanted AS (
                    SELECT site FROM exact_sites WHERE site IN (?, upper(?), lower(?))
                    UNION ALL SELECT site FROM site_aliases WHERE alias IN (?, upper(?), lower(?))
                ) SELECT e.site, max(l.name) FROM exact_sites e JOIN listings l USING (list, row, part)
                WHERE e.site = (SELECT site FROM wanted LIMIT 1) GROUP BY e.site""",
                [asked] * 6,
            ).fetchone()
        if found is None:
            raise UsageError(
                f"no site or listing '{text}' is known; give the id or IRI of a site, or the IRI of a listing, as "
                "'hefboom review --export' and 'hefboom why' show them"
            )
        return _Site(found[0], found[1] or "")


def _followed(
    decisions: pl.DataFrame, wishes: Sequence[tuple[Wish, _Site, _Site]], sites: ExactSites
) -> dict[tuple[str, str], int]:
    """For the pairs of the wishes that no decision names, the number of one that stands on earlier ids of the two."""
    standing = {(row["left_site"], row["right_site"]): row["number"] for row in active(decisions).to_dicts()}
    named = {end for pair in standing for end in pair}
    if not sites.unknown(named):
        return {}
    found = {}
    for _, left, right in wishes:
        if (left.id, right.id) in standing:
            continue
        ends = [{site.id, *sites.earlier(site.id)} & named for site in (left, right)]
        pairs = (tuple(sorted(pair)) for pair in itertools.product(*ends))
        numbers = [standing[one, two] for one, two in pairs if (one, two) in standing]
        if numbers:
            found[left.id, right.id] = max(numbers)
    return found


def _apply(
    followed: Mapping[tuple[str, str], int],
    before: pl.DataFrame,
    wishes: Sequence[tuple[Wish, _Site, _Site]],
    today: datetime.date,
) -> tuple[pl.DataFrame, list[Recorded]]:
    """The table of decisions after the wishes, and what became of each; `followed` are those on earlier ids."""
    rows = before.to_dicts()
    standing = {(row["left_site"], row["right_site"]): row for row in rows if row["withdrawn_on"] is None}
    standing |= {pair: row for row in rows for pair, number in followed.items() if row["number"] == number}
    results = []
    for wish, left, right in wishes:
        key = (left.id, right.id)
        old = standing.get(key)
        state = _state(wish.decision, old["decision"] if old else None)
        told = (old["decision"], old["who"], old["day"]) if old else (None, None, None)
        results.append(Recorded(left.id, right.id, left.label, right.label, state, *told))
        if old and state in ("changed", "withdrawn"):
            why = REPLACED if state == "changed" else wish.why
            old |= {"withdrawn_by": wish.who.strip(), "withdrawn_on": today, "withdrawn_why": why}
            del standing[key]
        if state in ("new", "changed"):
            row = dict.fromkeys(SCHEMA) | {
                "number": len(rows) + 1, "left_site": left.id, "right_site": right.id, "decision": wish.decision,
                "who": wish.who.strip(), "day": today, "why": wish.why.strip(), "left_label": left.label,
                "right_label": right.label, "scope": "secretariat",
            }  # fmt: skip
            rows.append(row)
            standing[key] = row
    return pl.DataFrame(rows, schema=SCHEMA, orient="row"), results


def _state(wanted: str | None, stands: str | None) -> str:
    if wanted is None:
        return "withdrawn" if stands else "nothing"
    if stands is None:
        return "new"
    return "known" if wanted == stands else "changed"
