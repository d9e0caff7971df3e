"""Why a site is what it is: its listings, how each came to it, what is doubted, what was decided, how to undo it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from hefboom.errors import UsageError
from hefboom.graph import identity
from hefboom.graph.decisions import ExactSites
from hefboom.graph.opened import OpenData

_LISTINGS = """
    SELECT l.list, l.row, l.part, l.name, l.address, l.country, i.method, i.exact
    FROM identity i JOIN listings l USING (list, row, part) JOIN lists USING (list)
    WHERE i.site = $site ORDER BY lists.seq, l.ordinal, l.part
"""

_PAIRS = """
    WITH placed AS (
        SELECT DISTINCT exact, site FROM identity WHERE site NOT IN (SELECT alias FROM site_aliases)
    )
    SELECT m.left_list, m.left_row, m.right_list, m.right_row, left_site, right_site, a.name AS left_name,
        b.name AS right_name, outcome, probability, reasons_en, reasons_nl, conflicts, m.method,
        model_version, day::VARCHAR AS day,        l.site AS left_now, r.site AS right_now
    FROM matches m JOIN placed l ON l.exact = left_site JOIN placed r ON r.exact = right_site
    JOIN listings a ON a.list = m.left_list AND a.row = m.left_row AND a.part = m.left_part
    JOIN listings b ON b.list = m.right_list AND b.row = m.right_row AND b.part = m.right_part
    WHERE stated AND (l.site = $site OR r.site = $site)
    QUALIFY row_number() OVER (PARTITION BY least(left_site, right_site), greatest(left_site, right_site)
        ORDER BY m.method = 'review' DESC, probability DESC) = 1
    ORDER BY probability DESC, left_list, left_row, right_list, right_row
"""

# What a row says of which legal entity it is about sets it apart from rows of the same name, address and country.
_CONTESTED = """
    WITH rows AS (
        SELECT i.site, l.list, l.row, l.part, l.name, l.lei, l.duns, l.name_key, l.address_key, l.country
        FROM identity i JOIN listings l USING (list, row, part)
        WHERE i.site NOT IN (SELECT alias FROM site_aliases)
    ), own AS (FROM rows WHERE site = $site)
    SELECT DISTINCT o.site, o.name, o.lei, o.duns FROM rows o JOIN own USING (name_key, address_key, country)
    WHERE o.site <> $site AND (o.lei <> own.lei OR o.duns <> own.duns
        OR (coalesce(o.lei, o.duns) IS NULL) <> (coalesce(own.lei, own.duns) IS NULL))
    ORDER BY ALL
"""

_ALIASES = "SELECT DISTINCT alias FROM site_aliases WHERE site = $site ORDER BY alias"

# What was parted from the site of a contested key is parted from the sites beside it.
_DECISIONS = """
    WITH plain AS (
        SELECT minted(concat_ws('|', l.name_key, l.address_key, l.country))
        FROM listings l JOIN identity i USING (list, row, part) WHERE i.site = $site AND $contested
    )
    SELECT number, left_site, right_site, decision, who, day::VARCHAR AS day, why, left_label, right_label,
        withdrawn_by, withdrawn_on::VARCHAR AS withdrawn_on, withdrawn_why
    FROM decisions
    WHERE left_site IN (FROM members) OR right_site IN (FROM members)
        OR (decision = 'different' AND (left_site IN (FROM plain) OR right_site IN (FROM plain)))
    ORDER BY number
"""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A site explained; all parts are plain rows, keyed by the names of their columns.

    `listings` are its listings with `method` and `exact` (the id of exact identity), `joined` the pair statements that
    hold it together, `open` those to review, `apart` those that keep it from others, `contested` the sites of the same
    name and address that a LEI or DUNS number sets apart, `decisions` all on file, withdrawn ones too, `aliases` the
    ids it replaced.
    """

    site: str
    label: str
    listings: list[dict[str, Any]]
    joined: list[dict[str, Any]]
    open: list[dict[str, Any]]
    apart: list[dict[str, Any]]
    contested: list[dict[str, Any]]
    decisions: list[dict[str, Any]]
    aliases: list[str]


def explain_site(data: OpenData, text: str) -> Explanation:
    """Explain the site that `text` names: its id or IRI, an old id, or the IRI of a listing.

    Raises UsageError when none is known.
    """
    with data.tables() as connection:
        connection.execute(identity.MACROS)
        sites = ExactSites.over(connection, data.names)
        site = current_site(connection, sites.id_of(text))
        listings = _rows(connection, _LISTINGS, {"site": site})
        connection.execute("CREATE OR REPLACE TEMP TABLE members (site VARCHAR)")
        exact = {str(row["exact"]) for row in listings}
        ids = exact.union(*(sites.earlier(one) for one in exact))
        connection.executemany("INSERT INTO members VALUES (?)", [[one] for one in sorted(ids)])
        pairs = _rows(connection, _PAIRS, {"site": site})
        aliases = [str(row["alias"]) for row in _rows(connection, _ALIASES, {"site": site})]
        contested = _rows(connection, _CONTESTED, {"site": site})
        decisions = _rows(connection, _DECISIONS, {"site": site, "contested": bool(contested)})
        label = connection.execute("SELECT max(label) FROM sites WHERE site = ?", [site]).fetchone()
    inside = [pair for pair in pairs if pair["left_now"] == pair["right_now"]]
    outside = [pair for pair in pairs if pair["left_now"] != pair["right_now"]]
    return Explanation(
        site, (label[0] if label else "") or "", listings, [pair for pair in inside if pair["outcome"] == "same"],
        [pair for pair in outside if pair["outcome"] == "possible"],
        [pair for pair in pairs if pair["outcome"] == "different"], contested, decisions, aliases,
    )  # fmt: skip


def current_site(connection: duckdb.DuckDBPyConnection, exact: str) -> str:
    """The site that an id of exact identity belongs to now, seen with all lists."""
    row = connection.execute(
        "SELECT site FROM identity WHERE exact = ? AND site NOT IN (SELECT alias FROM site_aliases) LIMIT 1", [exact]
    ).fetchone()
    if row is None:
        raise UsageError(f"no listing refers to site '{exact}' any more; load the list that named it again")
    return str(row[0])


def _rows(connection: duckdb.DuckDBPyConnection, query: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    result = connection.execute(query, values) if values else connection.execute(query)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
