"""Sites joined by matching: what each audience takes for one site, on top of exact identity.

`site_links` says which exactly identified sites were found to be one, and from which scope that is known. For every
level of visibility the links visible there are followed; the oldest site of a group keeps its id, the others are
replaced.
"""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hefboom.graph.identity import MINTED_PREFIX
from hefboom.graph.tables import quote

_LEVELS = """
    SELECT DISTINCT scope FROM lists WHERE status <> 'retracted'
    UNION SELECT unnest(['public', 'members', 'secretariat'])
"""

_KNOWN_SITES = """
    CREATE OR REPLACE TEMP TABLE known_sites AS
    SELECT e.site, e.scope, min(lists.seq) AS seq FROM identity_exact e JOIN lists USING (list)
    WHERE e.site IN (SELECT left_site FROM site_links UNION ALL SELECT right_site FROM site_links)
    GROUP BY e.site, e.scope
"""

_VISIBLE = "({0} = 'secretariat' OR scope IN ('public', 'members', {0})) AND closedness(scope) <= closedness({0})"

IDENTITY = """
    SELECT e.list, e.row, e.part, coalesce(c.canonical, e.site) AS site,
        CASE WHEN c.canonical <> e.site THEN 'matched' ELSE e.method END AS method, e.scope
    FROM identity_exact e LEFT JOIN canonical c ON c.site = e.site AND c.level = e.scope
    UNION ALL
    SELECT e.list, e.row, e.part, c.canonical, 'matched', c.level
    FROM identity_exact e
    JOIN canonical c ON c.site = e.site AND closedness(c.level) > closedness(e.scope)
    LEFT JOIN canonical below ON below.site = e.site AND below.level = CASE
        WHEN c.level = 'members' OR e.scope LIKE 'owner/%' THEN e.scope ELSE 'members' END
    WHERE c.canonical <> coalesce(below.canonical, e.site)
"""

SITE_ALIASES = """
    SELECT alias, site, scope FROM aliases_exact
    UNION
    SELECT c.site, c.canonical, c.level FROM canonical c
    LEFT JOIN canonical below ON below.site = c.site
        AND below.level = CASE WHEN c.level = 'members' THEN 'public' WHEN c.level <> 'public' THEN 'members' END
    WHERE c.canonical <> c.site AND c.canonical <> coalesce(below.canonical, c.site)
"""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table `canonical` (site, level, canonical) from `site_links` and `identity_exact`.

    `site_links` has left_site, right_site (ids of exact identity) and scope. Of two sites that are one, the one on the
    older list keeps its id; on the same list an OS ID goes before a minted id, then the order of the ids decides.
    """
    connection.execute(_KNOWN_SITES)
    connection.execute("CREATE OR REPLACE TEMP TABLE canonical (site VARCHAR, level VARCHAR, canonical VARCHAR)")
    for (level,) in connection.execute(_LEVELS).fetchall():
        seen = _VISIBLE.format(quote(level))
        links = connection.sql(f"SELECT DISTINCT left_site, right_site FROM site_links WHERE {seen}").pl()
        if links.is_empty():
            continue
        oldest = connection.sql(f"SELECT site, min(seq) AS seq FROM known_sites WHERE {seen} GROUP BY site").pl()
        groups = _groups(links, oldest).with_columns(level=pl.lit(level))
        connection.register("groups_of_level", groups)
        connection.execute("INSERT INTO canonical SELECT site, level, canonical FROM groups_of_level")
        connection.unregister("groups_of_level")


def _groups(links: pl.DataFrame, oldest: pl.DataFrame) -> pl.DataFrame:
    """For every site of the links the id that its group keeps: columns site, canonical."""
    sites = pl.concat([links["left_site"], links["right_site"]]).unique().sort()
    number = {site: index for index, site in enumerate(sites)}
    left = links["left_site"].replace_strict(number, return_dtype=pl.Int64).to_numpy()
    right = links["right_site"].replace_strict(number, return_dtype=pl.Int64).to_numpy()
    joined = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(len(sites), len(sites)))
    _, labels = connected_components(joined, directed=False)
    ranked = (
        pl.DataFrame({"site": sites, "group": labels})
        .join(oldest, on="site", how="inner")
        .sort("seq", pl.col("site").str.starts_with(MINTED_PREFIX), "site")
    )
    return ranked.select("site", canonical=pl.col("site").first().over("group"))
