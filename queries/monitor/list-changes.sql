WITH held AS (
    SELECT site,
        bool_or(coalesce(valid_from <= $from, true) AND coalesce($from < valid_to, true)) AS before,
        bool_or(coalesce(valid_from <= $to, true) AND coalesce($to < valid_to, true)) AS after
    FROM uses
    WHERE tier = 1 AND site NOT IN (SELECT alias FROM site_aliases)
        AND ($company::VARCHAR[] IS NULL OR list_contains($company::VARCHAR[], company))
    GROUP BY site
), found AS (
    SELECT * FROM held WHERE before OR after
), described AS (
    SELECT site, max(label) AS label, max(address) AS address, max(country) AS country,
        list_transform(list_distinct(flatten(list(processes))), lambda p: replace(p, 'process/', '')) AS processes
    FROM sites SEMI JOIN found USING (site) GROUP BY site
)
SELECT country, count(*) FILTER (NOT before) AS added, count(*) FILTER (NOT after) AS removed,
    count(*) FILTER (before AND after) AS kept
FROM found LEFT JOIN described USING (site)
GROUP BY country
ORDER BY country NULLS FIRST
