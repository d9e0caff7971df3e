WITH counted AS (
    SELECT company FROM memberships
    WHERE ($covenant::VARCHAR IS NULL OR covenant = $covenant)
        AND coalesce(valid_from <= $at, true) AND coalesce($at < valid_to, true)
    UNION
    SELECT company FROM uses WHERE NOT EXISTS (SELECT 1 FROM covenants)
), used AS (
    SELECT DISTINCT company, site FROM uses
    WHERE tier = 1 AND coalesce(valid_from <= $at, true) AND coalesce($at < valid_to, true)
        AND site NOT IN (SELECT alias FROM site_aliases)
), found AS (
    SELECT site, company FROM used SEMI JOIN counted USING (company)
), described AS (
    SELECT site, max(label) AS label, max(address) AS address, max(country) AS country,
        list_transform(list_distinct(flatten(list(processes))), lambda p: replace(p, 'process/', '')) AS processes
    FROM sites SEMI JOIN found USING (site) GROUP BY site
), done AS (
    SELECT site, country, unnest(CASE WHEN len(processes) > 0 THEN processes ELSE [NULL] END) AS process FROM described
)
SELECT country, process, count(DISTINCT site) AS sites, count(DISTINCT company) AS members,
    list(DISTINCT company || ' ' || site) AS contributions
FROM found LEFT JOIN done USING (site)
GROUP BY country, process
ORDER BY country NULLS FIRST, process NULLS FIRST
