"""Putting the lists of a covenant's members together: which sites, how they are described, how many use each.

Only two kinds of list count: those handed in under the covenant (public, members' or secretariat's, never what an owner
keeps to itself) and public ones. So nothing that any other closed list says can come out, not even through an identity
that it brought about: rows meet by their own OS ID or exact key, by what the public lists say, and by links of matching
between sites that no other list is about.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import networkx as nx

from hefboom.graph import contested_keys
from hefboom.graph.identity import MACROS, MINTED_PREFIX
from hefboom.graph.opened import OpenData

_LISTS: Final = """
    CREATE TEMP TABLE given AS
    SELECT list, contributor AS company, scope = 'public' AS open FROM lists l
    WHERE covenant = $covenant AND kind = 'sites' AND NOT register AND status <> 'retracted'
        AND visibility IN ('public', 'members', 'secretariat') AND contributor_kind IN ('brand', 'unknown')
        AND valid_from <= $today AND (valid_to IS NULL OR $today < valid_to)
        AND EXISTS (FROM memberships m WHERE m.covenant = $covenant AND m.company = l.contributor
            AND (m.valid_from IS NULL OR m.valid_from <= $today) AND (m.valid_to IS NULL OR $today < m.valid_to))
"""
# A row that repeats another counts with it. What gives no address or country, and no OS ID, may be no site at all, but
# a total or a remark that was never meant for others.
_TOLD: Final = """
    CREATE TEMP TABLE told_rows AS
    WITH moved AS (SELECT alias, min(site) AS site FROM site_aliases WHERE scope = 'public' GROUP BY alias)
    SELECT g.company, g.open, l.list, l.row, l.name, l.address, l.country, coalesce(m.site, l.os_id) AS os_id,
        CASE WHEN name_key <> '' AND address_key <> '' AND country IS NOT NULL
            THEN concat_ws('|', name_key, address_key, country) END AS key,
        coalesce(lei, '') AS lei, coalesce(duns, '') AS duns
    FROM listings l JOIN given g USING (list) LEFT JOIN moved m ON m.alias = l.os_id
    WHERE l.part = 'site' AND l.same_as_row IS NULL
        AND (l.os_id IS NOT NULL OR (name_key <> '' AND address_key <> '' AND country IS NOT NULL))
"""
# What the public lists know: the public site of a key, where it is one only, and the users that are public.
_PUBLIC: Final = """
    CREATE TEMP TABLE public_rows AS
    WITH placed AS (
        SELECT i.site, concat_ws('|', l.name_key, l.address_key, l.country) AS key, l.*
        FROM identity i JOIN listings l USING (list, row, part) JOIN lists USING (list)
        WHERE i.scope = 'public' AND lists.scope = 'public' AND lists.status <> 'retracted'
            AND i.site NOT IN (SELECT alias FROM site_aliases WHERE scope = 'public')
    )
    SELECT site, CASE WHEN name_key <> '' AND address_key <> '' AND country IS NOT NULL THEN key END AS key,
        CASE WHEN NOT starts_with(site, 'hb-') THEN site END AS os_id, coalesce(lei, '') AS lei,
        coalesce(duns, '') AS duns
    FROM placed
"""
# `token` is what the row itself says of which site it is about.
_ROWS: Final = """
    CREATE TEMP TABLE rows_given AS
    SELECT r.*, coalesce(t.told, '') AS told, CASE WHEN os_id IS NOT NULL THEN os_id
        WHEN t.told = '' AND minted(r.key) IN (SELECT site FROM public_rows) THEN minted(r.key || '|')
        ELSE minted(concat_ws('|', r.key, nullif(t.told, ''))) END AS token
    FROM told_rows r LEFT JOIN told_ids t ON t.key = r.key AND t.lei = r.lei AND t.duns = r.duns
"""
_PUBLIC_SITES: Final = """
    CREATE TEMP TABLE public_sites AS
    SELECT DISTINCT site, r.key, coalesce(t.told, '') AS told
    FROM public_rows r LEFT JOIN told_ids t ON t.key = r.key AND t.lei = r.lei AND t.duns = r.duns
"""
_JOINED: Final = """
    WITH known AS (
        SELECT key, told, site FROM public_sites WHERE key IS NOT NULL
        UNION SELECT key, told, os_id FROM rows_given WHERE key IS NOT NULL AND os_id IS NOT NULL
    ), single AS (SELECT key, told, min(site) AS site FROM known GROUP BY key, told HAVING count(DISTINCT site) = 1)
    SELECT DISTINCT token, site FROM rows_given JOIN single USING (key, told) WHERE os_id IS NULL AND token <> site
"""
# Links of matching and of reviewers, between exact sites that no list is about but those given and the public ones.
_LINKS: Final = """
    WITH mentions AS (
        SELECT DISTINCT i.exact, i.list, i.row, i.part, l.list IS NOT NULL AS counts
        FROM identity i LEFT JOIN (
            SELECT list FROM given UNION SELECT list FROM lists WHERE scope = 'public' AND status <> 'retracted'
        ) l USING (list)
    ), free AS (SELECT exact FROM mentions GROUP BY exact HAVING bool_and(counts)),
    ends AS (
        SELECT DISTINCT m.exact, r.token FROM mentions m JOIN free USING (exact)
        JOIN rows_given r ON r.list = m.list AND r.row = m.row
        UNION
        SELECT DISTINCT i.exact, i.site FROM identity i JOIN free USING (exact) JOIN lists USING (list)
        WHERE i.scope = 'public' AND i.site IN (SELECT site FROM public_sites)
    ), links AS (
        SELECT left_site, right_site FROM site_links
        UNION SELECT left_site, right_site FROM decisions WHERE withdrawn_on IS NULL AND decision = 'same'
        EXCEPT SELECT left_site, right_site FROM decisions WHERE withdrawn_on IS NULL AND decision = 'different'
        EXCEPT SELECT right_site, left_site FROM decisions WHERE withdrawn_on IS NULL AND decision = 'different'
    )
    SELECT DISTINCT a.token, b.token FROM links JOIN ends a ON a.exact = left_site JOIN ends b ON b.exact = right_site
    WHERE a.token <> b.token
"""
_USERS: Final = """
    SELECT DISTINCT site, company FROM uses WHERE scope = 'public' AND tier = 1
        AND site NOT IN (SELECT alias FROM site_aliases WHERE scope = 'public')
"""


@dataclass(frozen=True)
class AggregatedSite:
    """A site of an aggregated list. The texts are those of the most members; none where the public part has them.

    `others` is how many members use it beside those that the public part names.
    """

    site: str
    is_public: bool
    label: str | None
    address: str | None
    country: str | None
    os_id: str | None
    others: int


@dataclass(frozen=True)
class Together:
    """The sites of a covenant's members, the companies with a closed list among them, and what each put in."""

    sites: Sequence[AggregatedSite]
    companies: frozenset[str]
    prints: Mapping[str, str]


@dataclass(frozen=True)
class _Row:
    company: str
    open: bool
    name: str | None
    address: str | None
    country: str | None
    token: str


def put_together(data: OpenData, covenant: str, today: datetime.date) -> Together:
    """The lists handed in under a covenant (its slug) by its members and in force on a day, as one list of sites."""
    with data.tables() as connection:
        connection.execute(MACROS)
        connection.execute(_LISTS, {"covenant": covenant, "today": today})
        connection.execute(_TOLD)
        connection.execute(_PUBLIC)
        both = "(SELECT key, os_id, lei, duns FROM told_rows UNION SELECT key, os_id, lei, duns FROM public_rows)"
        contested_keys.find_among(connection, both)
        connection.execute(_ROWS)
        connection.execute(_PUBLIC_SITES)
        found = connection.execute("SELECT company, open, name, address, country, token FROM rows_given ORDER BY ALL")
        rows = [_Row(*row) for row in found.fetchall()]
        public = {site for (site,) in connection.execute("SELECT DISTINCT site FROM public_sites").fetchall()}
        groups = _groups(connection, rows)
        users: dict[str, set[str]] = defaultdict(set)
        for site, company in connection.execute(_USERS).fetchall():
            users[site].add(company)
    grouped: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        grouped[groups.get(row.token, row.token)].append(row)
    tokens: dict[str, set[str]] = defaultdict(set)
    for token, group in groups.items():
        tokens[group].add(token)
    closed = frozenset(row.company for row in rows if not row.open)
    parts: dict[str, list[str]] = {company: [] for company in closed}
    sites = []
    for group, members in sorted(grouped.items()):
        of_group = tokens.get(group, set()) | {row.token for row in members}
        known = sorted(of_group & public)
        named = {company for site in known for company in users[site]}
        hidden = {row.company for row in members if not row.open} - named
        site = _described(known, of_group, members, len(hidden))
        sites.append(site)
        for company in hidden:
            parts[company].append(repr(site.site))
        for row in members:
            if not row.open:
                parts[row.company].append(repr((site.site, row.name, row.address, row.country)))
    return Together(
        sorted(sites, key=lambda one: one.site),
        closed,
        {company: _print(told) for company, told in sorted(parts.items())},
    )


def _groups(connection: duckdb.DuckDBPyConnection, rows: Sequence[_Row]) -> dict[str, str]:
    """For each token that meets another, the least of those that are one site."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from(connection.execute(_JOINED).fetchall())
    graph.add_edges_from(connection.execute(_LINKS).fetchall())
    return {token: min(group) for group in nx.connected_components(graph) for token in group}


def _described(known: Sequence[str], tokens: set[str], rows: Sequence[_Row], others: int) -> AggregatedSite:
    if known:
        return AggregatedSite(known[0], True, None, None, None, None, others)
    said = {(row.company, row.name, row.address, row.country) for row in rows}
    votes = Counter((name, address, country) for _, name, address, country in said)
    name, address, country = min(votes, key=lambda text: (-votes[text], *(part or "" for part in text)))
    os_ids = sorted(token for token in tokens if not token.startswith(MINTED_PREFIX))
    site = os_ids[0] if os_ids else min(tokens)
    return AggregatedSite(site, False, name, address, country, os_ids[0] if os_ids else None, others)


def _print(parts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:32]
