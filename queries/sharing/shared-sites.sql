WITH named AS (
    SELECT company, min(label) AS label FROM companies GROUP BY company
), counted AS (
    SELECT company FROM memberships
    WHERE ($covenant::VARCHAR IS NULL OR covenant = $covenant)
        AND coalesce(valid_from <= $at, true) AND coalesce($at < valid_to, true)
    UNION
    SELECT company FROM uses WHERE NOT EXISTS (SELECT 1 FROM covenants)
), used AS (
    SELECT company, site, min(tier) AS tier FROM uses
    WHERE tier <= $max_tier AND coalesce(valid_from <= $at, true) AND coalesce($at < valid_to, true)
        AND site NOT IN (SELECT alias FROM site_aliases)
    GROUP BY company, site
), shared AS (
    SELECT site, count(*) AS members FROM used SEMI JOIN counted USING (company) GROUP BY site HAVING count(*) >= $n
), who AS (
    SELECT site, list(DISTINCT label) FILTER (label IS NOT NULL) AS names,
        list(DISTINCT label || ' (' || tier || ')') FILTER (label IS NOT NULL) AS tiers
    FROM shared JOIN used USING (site) SEMI JOIN counted USING (company) LEFT JOIN named USING (company)
    GROUP BY site
), bands(share_band, low, high) AS (
    VALUES ('lt-1', 0, 1), ('1-5', 1, 5), ('5-10', 5, 10), ('10-25', 10, 25), ('25-50', 25, 50), ('gt-50', 50, 100)
), shares AS (
    SELECT supplier_site AS site, buyer, max(low) AS low, max(high) AS high
    FROM relationships JOIN bands ON replace(relationships.share_band, 'share/', '') = bands.share_band
    WHERE buyer IN (SELECT company FROM counted)
        AND coalesce(valid_from <= $at, true) AND coalesce($at < valid_to, true)
    GROUP BY supplier_site, buyer
), joint AS (
    SELECT site, sum(low) || '-' || least(sum(high), 100) AS joint_share FROM shares GROUP BY site
), described AS (
    SELECT site, max(label) AS label, max(address) AS address, max(country) AS country,
        list_transform(list_distinct(flatten(list(processes))), lambda p: replace(p, 'process/', '')) AS processes
    FROM sites SEMI JOIN shared USING (site) GROUP BY site
)
SELECT site, label, country, processes, members, names AS "memberNames", tiers AS "memberTiers",
    joint_share AS "jointShare"
FROM shared JOIN who USING (site) LEFT JOIN described USING (site) LEFT JOIN joint USING (site)
ORDER BY members DESC, site
