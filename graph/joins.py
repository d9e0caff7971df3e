"""Sites joined by matching: what each audience takes for one site, on top of exact identity.

`site_links` says which exactly identified sites the model found to be one, and from which scope that is known; the
decisions of reviewers stand above it. For every level of visibility the links visible there are followed; the
oldest site of a group keeps its id, the others are replaced. A level never undoes what a more open one joined, so
that the graphs of all levels can be read together.
"""

from __future__ import annotations

import duckdb
import polars as pl

from hefboom.graph.contested_keys import FORMER
from hefboom.graph.identity import MINTED_PREFIX
from hefboom.graph.site_groups import group_sites
from hefboom.graph.tables import quote

_LEVELS = """
    SELECT scope FROM (
        SELECT DISTINCT scope FROM lists WHERE status <> 'retracted'
        UNION SELECT unnest(['public', 'members', 'secretariat'])
    ) ORDER BY closedness(scope), scope
"""

_EXACT_SITES = """
    CREATE OR REPLACE TEMP TABLE exact_sites AS
    SELECT list, row, part, arg_min(site, closedness(scope)) AS site, arg_min(scope, closedness(scope)) AS scope
    FROM identity_exact GROUP BY list, row, part
"""

_UNKNOWN_ENDS = """
    CREATE OR REPLACE TEMP TABLE unknown_ends AS
    WITH ends AS (
        SELECT unnest([left_site, right_site]) AS alias FROM site_links
        UNION SELECT unnest([left_site, right_site]) FROM decisions
    )
    FROM ends ANTI JOIN identity_exact ON identity_exact.site = ends.alias
"""

_ENDS_NOW = """
    CREATE OR REPLACE TEMP TABLE ends_now AS
    SELECT alias, arg_min(site, closedness(scope)) AS site, arg_min(scope, closedness(scope)) AS scope
    FROM aliases_exact SEMI JOIN unknown_ends USING (alias) GROUP BY alias
"""

_FORMER_ENDS = f"INSERT INTO ends_now FROM ({FORMER}) ANTI JOIN ends_now USING (alias)"

# What a reviewer parted from the site of a key stays parted from the sites that strong ids set apart from it.
_DECISIONS_NOW = """
    CREATE OR REPLACE TEMP TABLE decisions_now AS
    WITH followed AS (
        SELECT d.* REPLACE (coalesce(l.site, left_site) AS left_site, coalesce(r.site, right_site) AS right_site),
            left_site AS left_told, right_site AS right_told
        FROM decisions d LEFT JOIN ends_now l ON l.alias = left_site LEFT JOIN ends_now r ON r.alias = right_site
        WHERE withdrawn_on IS NULL
    ), beside AS (
        SELECT DISTINCT plain, site FROM told_sites WHERE site <> plain
    ), spread AS (
        SELECT *, false AS carried FROM followed
        UNION ALL
        SELECT f.* REPLACE (coalesce(l.site, left_site) AS left_site, coalesce(r.site, right_site) AS right_site), true
        FROM followed f
        LEFT JOIN (FROM beside UNION ALL SELECT DISTINCT plain, plain FROM beside) l ON l.plain = left_told
        LEFT JOIN (FROM beside UNION ALL SELECT DISTINCT plain, plain FROM beside) r ON r.plain = right_told
        WHERE decision = 'different' AND (l.plain IS NOT NULL OR r.plain IS NOT NULL)
    )
    SELECT * EXCLUDE (left_told, right_told, carried)
        REPLACE (least(left_site, right_site) AS left_site, greatest(left_site, right_site) AS right_site)
    FROM spread WHERE left_site <> right_site
    QUALIFY row_number() OVER (
        PARTITION BY least(left_site, right_site), greatest(left_site, right_site) ORDER BY carried, number DESC) = 1
"""

_TOLD = """
    CREATE OR REPLACE TEMP TABLE told_links AS
    SELECT coalesce(l.site, left_site) AS left_site, coalesce(r.site, right_site) AS right_site,
        most_closed(s.scope, most_closed(coalesce(l.scope, 'public'), coalesce(r.scope, 'public'))) AS scope,
        probability, 'model' AS said
    FROM site_links s LEFT JOIN ends_now l ON l.alias = left_site LEFT JOIN ends_now r ON r.alias = right_site
    UNION ALL
    SELECT left_site, right_site, 'public', 1, decision FROM decisions_now WHERE decision IN ('same', 'different')
"""

_KNOWN_SITES = """
    CREATE OR REPLACE TEMP TABLE known_sites AS
    SELECT e.site, e.scope, min(lists.seq) AS seq FROM identity_exact e JOIN lists USING (list)
    WHERE e.site IN (SELECT left_site FROM told_links UNION ALL SELECT right_site FROM told_links)
    GROUP BY e.site, e.scope
"""

_LINKS = """
    CREATE OR REPLACE TEMP TABLE links_now AS
    WITH open AS (
        SELECT site, arg_min(scope, closedness(scope)) AS scope FROM known_sites GROUP BY site
    ), placed AS (
        SELECT least(t.left_site, t.right_site) AS left_site, greatest(t.left_site, t.right_site) AS right_site,
            most_closed(most_closed(l.scope, r.scope), t.scope) AS scope, probability, said
        FROM told_links t JOIN open l ON l.site = t.left_site JOIN open r ON r.site = t.right_site
        WHERE t.left_site <> t.right_site
    )
    SELECT left_site, right_site, scope, max(probability) AS probability, said
    FROM placed ANTI JOIN (SELECT left_site, right_site, 'model' AS said FROM placed WHERE said = 'different') parted
        USING (left_site, right_site, said)
    GROUP BY ALL
"""

_VISIBLE = "({0} = 'secretariat' OR scope IN ('public', 'members', {0})) AND closedness(scope) <= closedness({0})"

IDENTITY = """
    SELECT e.list, e.row, e.part, coalesce(c.canonical, e.site) AS site,
        CASE WHEN c.canonical <> e.site THEN 'matched' ELSE e.method END AS method, e.scope, e.site AS exact
    FROM identity_exact e LEFT JOIN canonical c ON c.site = e.site AND c.level = e.scope
    UNION ALL
    SELECT e.list, e.row, e.part, c.canonical, 'matched', c.level, e.site
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


def find_decisions(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables `exact_sites` and `decisions_now`: the decisions that hold, ids followed, one per pair.

    Needs the views `site_links`, `decisions`, `lists` and what `hefboom.graph.identity.prepare` makes.
    """
    for statement in (_EXACT_SITES, _UNKNOWN_ENDS, _ENDS_NOW):
        connection.execute(statement)
    if connection.execute("FROM unknown_ends ANTI JOIN ends_now USING (alias) LIMIT 1").fetchall():
        connection.execute(_FORMER_ENDS)
    connection.execute(_DECISIONS_NOW)


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `links_now` and `canonical` (site, level, canonical) beside what `find_decisions` makes.

    Of two sites that are one, the one on
    the older list keeps its id; on the same list an OS ID goes before a minted id, then the order of the ids
    decides. Between lists that only their owners see, age does not count, so that no two owners keep another id.
    """
    find_decisions(connection)
    for statement in (_TOLD, _KNOWN_SITES, _LINKS):
        connection.execute(statement)
    connection.execute("CREATE OR REPLACE TEMP TABLE canonical (site VARCHAR, level VARCHAR, canonical VARCHAR)")
    for (level,) in connection.execute(_LEVELS).fetchall():
        if not _sees_more(connection, level):
            copied = "INSERT INTO canonical SELECT site, ?, canonical FROM canonical WHERE level = ?"
            connection.execute(copied, [level, _next_below(level)])
            continue
        groups = _level(connection, level)
        if groups is None:
            continue
        connection.register("groups_of_level", groups.with_columns(level=pl.lit(level)))
        connection.execute("INSERT INTO canonical SELECT site, level, canonical FROM groups_of_level")
        connection.unregister("groups_of_level")


def _next_below(level: str) -> str:
    """The most closed of the levels that everybody sees who sees this one; `public` has none below."""
    return "public" if level == "members" else "members"


def _sees_more(connection: duckdb.DuckDBPyConnection, level: str) -> bool:
    """Whether a level sees a site or a link that the next one below does not see; without, both join the same."""
    if level == "public":
        return True
    seen, below = (_VISIBLE.format(quote(name)) for name in (level, _next_below(level)))
    more = f"{seen} AND NOT ({below})"
    query = f"SELECT 1 FROM known_sites WHERE {more} UNION ALL SELECT 1 FROM links_now WHERE {more} LIMIT 1"
    return bool(connection.execute(query).fetchall())


def _level(connection: duckdb.DuckDBPyConnection, level: str) -> pl.DataFrame | None:
    """What one level takes for one site: columns site, canonical; None where nothing is joined."""
    seen, below = _VISIBLE.format(quote(level)), _below(level)
    known = connection.sql(f"""
        SELECT site, min(seq) FILTER (scope NOT LIKE 'owner/%' OR {quote(level)} NOT LIKE 'owner/%') AS seq
        FROM known_sites WHERE {seen} GROUP BY site
    """).pl()
    links = connection.sql(f"""
        SELECT left_site, right_site, probability, said FROM links_now WHERE {seen}
        UNION ALL
        SELECT DISTINCT site, canonical, 2, 'joined' FROM canonical WHERE {below} AND site <> canonical
        ORDER BY ALL
    """).pl()
    links = links.join(known, left_on="left_site", right_on="site", how="semi").join(
        known, left_on="right_site", right_on="site", how="semi"
    )
    if links.filter(pl.col("said") != "different").is_empty():
        return None
    replaced = connection.sql(f"SELECT DISTINCT site FROM canonical WHERE {below} AND site <> canonical").pl()["site"]
    told = connection.sql(f"""
        SELECT plain, site, told FROM told_sites
        WHERE level = {quote(level)} AND site IN (SELECT site FROM known_sites) ORDER BY ALL
    """).pl()
    groups = group_sites(links, told)
    ranked = groups.join(known, on="site").sort(
        pl.col("site").is_in(replaced.implode()),
        pl.col("seq"),
        pl.col("site").str.starts_with(MINTED_PREFIX),
        "site",
        nulls_last=True,
    )
    return ranked.select("site", canonical=pl.col("site").first().over("group"))


def _below(level: str) -> str:
    """The SQL condition on `level` for the levels whose joins this level sees and must keep."""
    if level == "secretariat":
        return "level <> 'secretariat'"
    return {"public": "false", "members": "level = 'public'"}.get(level, "level IN ('public', 'members')")
