WITH named AS (
    SELECT company, min(label) AS label FROM companies GROUP BY company
), counted AS (
    SELECT company FROM memberships
    WHERE ($covenant::VARCHAR IS NULL OR covenant = $covenant)
        AND coalesce(valid_from <= $at, true) AND coalesce($at < valid_to, true)
    UNION
    SELECT company FROM uses WHERE NOT EXISTS (SELECT 1 FROM covenants)
), held AS (
    SELECT company, site, min(tier) AS tier FROM uses
    WHERE coalesce(valid_from <= $at, true) AND coalesce($at < valid_to, true)
        AND site NOT IN (SELECT alias FROM site_aliases)
    GROUP BY company, site
), direct AS (
    SELECT company, site FROM held WHERE tier = 1 AND company IN (SELECT company FROM counted)
), together AS (
    SELECT DISTINCT one.company, other.company AS other FROM direct AS one JOIN direct AS other USING (site)
), deep AS (
    SELECT * FROM held WHERE tier BETWEEN 2 AND 4 AND company IN (SELECT company FROM counted)
), apart AS (
    SELECT one.site, one.company, one.tier, other.company AS other
    FROM deep AS one JOIN deep AS other ON one.site = other.site AND one.company <> other.company
    ANTI JOIN together ON together.company = one.company AND together.other = other.company
), described AS (
    SELECT site, max(label) AS label, max(address) AS address, max(country) AS country,
        list_transform(list_distinct(flatten(list(processes))), lambda p: replace(p, 'process/', '')) AS processes
    FROM sites SEMI JOIN apart USING (site) GROUP BY site
)
SELECT site, any_value(d.label) AS label, any_value(d.country) AS country, apart.company, any_value(own.label) AS name, tier,
    1 + count(DISTINCT other) AS members, list(DISTINCT others.label) FILTER (others.label IS NOT NULL) AS "sharedWith"
FROM apart LEFT JOIN described AS d USING (site) LEFT JOIN named AS own ON own.company = apart.company
LEFT JOIN named AS others ON others.company = apart.other
GROUP BY site, apart.company, tier
ORDER BY site, apart.company
