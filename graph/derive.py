"""Derived tables: sites, uses, tiers, companies, memberships; all recomputed from the lists, in SQL.

Each entry of `DERIVATIONS` is a query over the views of `hefboom.graph.tables` (claims, kept tables and the derived
tables before it) and gives exactly the columns that module names. The `prepare` of `hefboom.graph.identity` and of
`hefboom.graph.joins` must have run.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from hefboom.graph.joins import IDENTITY, SITE_ALIASES

MAX_TIER = 5
"""How far along supply relationships a buyer is followed."""

_BUYERS = "('brand', 'unknown')"
_BODIES = "('academic', 'auditor', 'civil-society', 'initiative', 'register', 'union')"

_LIST_RANK = (
    "SELECT *, row_number() OVER (ORDER BY date DESC, list) AS list_rank FROM lists WHERE status <> 'retracted'"
)

_SITES = f"""
    WITH ranked AS ({_LIST_RANK}), facts AS (
        SELECT i.site, i.scope, l.*, ranked.list_rank * 10000000000 + l.ordinal AS newest
        FROM identity i JOIN listings l USING (list, row, part) JOIN ranked USING (list)
    ), described AS (
        SELECT site, scope, arg_min(name, newest) AS label, arg_min(address, newest) AS address,
            arg_min(country, newest) AS country, min(os_id) AS any_os_id,
            arg_min({{lat: lat, lng: lng}}, newest) FILTER (lat IS NOT NULL AND lng IS NOT NULL) AS point,
            list_sort(list_distinct(flatten(list(processes) FILTER (len(processes) > 0)))) AS processes,
            arg_min({{low: workers_min, high: workers_max}}, newest)
                FILTER (workers_min IS NOT NULL OR workers_max IS NOT NULL) AS workers
        FROM facts GROUP BY site, scope
    ), layered AS (
        SELECT *, count(*) OVER more_open AS open_rows, count(label) OVER more_open AS open_label,
            count(address) OVER more_open AS open_address, count(country) OVER more_open AS open_country,
            count(point) OVER more_open AS open_point, count(any_os_id) OVER more_open AS open_os_id,
            count(workers) OVER more_open AS open_workers
        FROM described
        WINDOW more_open AS (PARTITION BY site ORDER BY closedness(scope)
            RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    )
    SELECT site, scope, open_rows = 0 AS described,
        CASE WHEN open_label = 0 THEN label END AS label,
        CASE WHEN open_address = 0 THEN address END AS address,
        CASE WHEN open_country = 0 THEN country END AS country,
        CASE WHEN open_point = 0 THEN point.lat END AS lat, CASE WHEN open_point = 0 THEN point.lng END AS lng,
        CASE WHEN open_os_id = 0 AND any_os_id IS NOT NULL AND NOT starts_with(site, 'hb-') THEN site END AS os_id,
        coalesce(processes, []) AS processes,
        CASE WHEN open_workers = 0 THEN workers.low END AS workers_min,
        CASE WHEN open_workers = 0 THEN workers.high END AS workers_max
    FROM layered
"""

# Read once: every due diligence file has a Parquet file of its own.
_TOLD_IN_FILES = """
    CREATE OR REPLACE TEMP TABLE told_in_files AS
    SELECT list, row, coalesce(max(value) FILTER (name = 'atTier')::BIGINT, 1) AS tier,
        max(value) FILTER (name = 'supplierListing') AS site_row,
        'share/' || max(value) FILTER (name = 'shareBand') AS share_band,
        max(value) FILTER (name = 'validFrom')::DATE AS since, max(value) FILTER (name = 'validTo')::DATE AS until
    FROM (
        SELECT list, row, regexp_extract(line, '^[^ ]+ <[^>]*[#/]([^>]+)>', 1) AS name,
            coalesce(nullif(regexp_extract(line, '> "([^"]*)"', 1), ''), regexp_extract(line, '/([^/>]*)>$', 1))
                AS value
        FROM file_statements WHERE sheet = 'relation'
    ) GROUP BY list, row
"""

# What a due diligence file says of buying: a relation with a site of it, direct unless it states another tier.
_FILE_RELATIONS = """
    SELECT told.list, told.row, lists.contributor AS buyer, i.site, told.tier, told.share_band,
        coalesce(told.since, lists.valid_from) AS valid_from, least(told.until, lists.valid_to) AS valid_to, i.scope
    FROM told_in_files told
    JOIN lists USING (list)
    JOIN identity i ON i.list = told.list AND i.row = told.site_row AND i.part = 'site'
    WHERE lists.kind = 'company-file'
"""

_RELATIONSHIPS = f"""
    SELECT r.list, r.row, r.buyer, b.site AS buyer_site, s.site AS supplier_site, r.product, r.process,
        coalesce(r.valid_from, lists.valid_from) AS valid_from, least(r.valid_to, lists.valid_to) AS valid_to,
        r.share_band, r.source, r.confidence, most_closed(s.scope, coalesce(b.scope, s.scope)) AS scope
    FROM claimed_relationships r
    JOIN lists USING (list)
    JOIN identity s ON s.list = r.list AND s.row = r.row AND s.part = 'supplier'
    LEFT JOIN identity b ON b.list = r.list AND b.row = r.row AND b.part = 'buyer'
    WHERE r.buyer IS NOT NULL OR b.site IS NOT NULL
    UNION ALL
    SELECT list, row, buyer, NULL, site, NULL, NULL, valid_from, valid_to, share_band, NULL, 'stated', scope
    FROM ({_FILE_RELATIONS}) WHERE tier = 1
"""

_USES = f"""
    WITH RECURSIVE stated AS (
        SELECT lists.contributor AS company, i.site, lists.valid_from, lists.valid_to, 'own-list' AS evidence, list,
            i.scope, coalesce(t.tier, 1) AS tier
        FROM identity i JOIN lists USING (list) LEFT JOIN stated_tiers t USING (list, row)
        WHERE i.part = 'site' AND lists.kind = 'sites' AND NOT lists.register AND lists.contributor_kind IN {_BUYERS}
        UNION
        SELECT c.contributor, i.site, lists.valid_from, lists.valid_to, 'register', list, i.scope, 1
        FROM identity i JOIN lists USING (list) JOIN contributions c USING (list, row)
        WHERE i.part = 'site' AND c.contributor IS NOT NULL AND c.kind IN {_BUYERS}
        UNION
        SELECT buyer, supplier_site, r.valid_from, r.valid_to, 'relationship', list, r.scope, 1
        FROM relationships r JOIN lists USING (list) WHERE buyer IS NOT NULL AND lists.kind <> 'company-file'
        UNION
        SELECT buyer, site, valid_from, valid_to, 'company-file', list, scope, tier FROM ({_FILE_RELATIONS})
    ), reach(company, site, tier, valid_from, valid_to, list, scope, further) AS (
        SELECT company, site, tier, valid_from, valid_to, list, scope, false
        FROM stated WHERE site IN (SELECT buyer_site FROM relationships)
        UNION
        SELECT reach.company, r.supplier_site, reach.tier + 1, greatest(reach.valid_from, r.valid_from),
            least(reach.valid_to, r.valid_to), r.list, most_closed(reach.scope, r.scope), true
        FROM reach JOIN relationships r ON r.buyer_site = reach.site
        WHERE reach.tier < {MAX_TIER} AND r.supplier_site <> reach.site
            AND (reach.valid_to IS NULL OR r.valid_from < reach.valid_to)
            AND (r.valid_to IS NULL OR reach.valid_from < r.valid_to)
    )
    SELECT company, site, tier, valid_from, valid_to, evidence, list, scope FROM stated
    UNION ALL
    SELECT company, site, tier, valid_from, valid_to, 'relationship', list, scope FROM reach WHERE further
"""

_COMPANIES = """
    WITH named AS (
        SELECT contributor AS company, contributor_name AS label, contributor_kind AS kind, scope, seq FROM lists
        UNION ALL
        SELECT c.contributor, c.contributor_name, c.kind, lists.scope, lists.seq
        FROM (
            SELECT DISTINCT list, contributor, contributor_name, kind FROM contributions WHERE contributor IS NOT NULL
        ) c JOIN lists USING (list)
        UNION ALL
        SELECT r.buyer, r.buyer_name, 'unknown', lists.scope, lists.seq
        FROM claimed_relationships r JOIN lists USING (list) WHERE r.buyer IS NOT NULL
        UNION ALL
        SELECT company, company_name, 'unknown', scope, 0 FROM stated_memberships
    ), once AS (
        SELECT company, scope, arg_min(label, (seq, label)) AS label,
            arg_min(kind, ((kind = 'unknown')::INTEGER, seq)) AS kind
        FROM named GROUP BY company, scope
    )
    SELECT company, label, kind, scope FROM once
    QUALIFY closedness(scope) = min(closedness(scope)) OVER (PARTITION BY company)
        OR (closedness(scope) = 2 AND min(closedness(scope)) OVER (PARTITION BY company) = 2)
"""

_REGISTER_LISTS = """
    WITH named AS (
        SELECT c.reported_in, min(c.title) AS title, min(c.contributor) AS contributor,
            list_sort(list(DISTINCT list)) AS lists, lists.scope,
            min(min(closedness(lists.scope))) OVER (PARTITION BY c.reported_in) AS most_open
        FROM contributions c JOIN lists USING (list) WHERE c.reported_in IS NOT NULL
        GROUP BY c.reported_in, lists.scope
    )
    SELECT reported_in, CASE WHEN closedness(scope) = most_open THEN title END AS title,
        CASE WHEN closedness(scope) = most_open THEN contributor END AS contributor, lists, scope
    FROM named
"""

_COVENANTS = """
    WITH named AS (
        SELECT covenant, covenant_name AS label, scope FROM stated_memberships
        UNION ALL SELECT covenant, covenant_name, scope FROM lists WHERE covenant IS NOT NULL
    )
    SELECT covenant, min(label) AS label, scope FROM named GROUP BY covenant, scope
    QUALIFY closedness(scope) = min(closedness(scope)) OVER (PARTITION BY covenant)
"""

# A body that hands in a list, as a secretariat does with a study, takes no part unless a table of members says so.
_MEMBERSHIPS = f"""
    WITH handed_in AS (
        SELECT covenant, contributor AS company, min(date) AS since, scope FROM lists
        WHERE covenant IS NOT NULL AND NOT register AND status <> 'retracted' AND contributor_kind NOT IN {_BODIES}
        GROUP BY ALL
    )
    SELECT covenant, company, valid_from, valid_to, scope FROM stated_memberships
    UNION ALL
    SELECT covenant, company, since, NULL, scope FROM handed_in h
    WHERE NOT EXISTS (
        FROM stated_memberships s
        WHERE s.covenant = h.covenant AND s.company = h.company AND seen_at(s.scope, h.scope)
    ) AND NOT EXISTS (
        FROM handed_in o WHERE o.covenant = h.covenant AND o.company = h.company AND o.scope <> h.scope
            AND seen_at(o.scope, h.scope) AND o.since <= h.since
    )
"""

DERIVATIONS: Mapping[str, str] = {
    "identity": IDENTITY,
    "site_aliases": SITE_ALIASES,
    "sites": _SITES,
    "relationships": _RELATIONSHIPS,
    "uses": _USES,
    "companies": _COMPANIES,
    "register_lists": _REGISTER_LISTS,
    "covenants": _COVENANTS,
    "memberships": _MEMBERSHIPS,
}


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table `told_in_files`: what due diligence files say of buying, by file and row."""
    connection.execute(_TOLD_IN_FILES)
