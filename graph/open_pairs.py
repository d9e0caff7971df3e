"""Which pairs of sites wait for a person: one account of it, for who asks and for who counts."""

from __future__ import annotations

from typing import Final

PLACED: Final = """placed AS (
        SELECT DISTINCT exact, site FROM identity WHERE site NOT IN (SELECT alias FROM site_aliases)
    )"""
"""SQL of a relation exact, site: each id of exact identity with the site that it belongs to now."""

IN_FORCE: Final = """stated AND m.left_list IN (SELECT list FROM lists WHERE status <> 'retracted')
            AND m.right_list IN (SELECT list FROM lists WHERE status <> 'retracted')
            AND (least(left_site, right_site), greatest(left_site, right_site)) NOT IN
                (SELECT (left_site, right_site) FROM decided)"""
"""SQL condition on `matches m`: the pair is stated, of lists that hold, and not among `decided` (two ids)."""

OPEN: Final = """outcome = 'possible' AND l.site <> r.site
            AND (least(l.site, r.site), greatest(l.site, r.site)) NOT IN
                (SELECT (least(a.site, b.site), greatest(a.site, b.site)) FROM decided
                    JOIN placed a ON a.exact = left_site JOIN placed b ON b.exact = right_site)"""
"""SQL condition on `matches m` with `placed` as l and r: two sites now that may be one, and nobody decided on."""
