WITH used AS (
    SELECT DISTINCT company, site FROM uses
    WHERE tier <= $max_tier AND coalesce(valid_from <= $at, true) AND coalesce($at < valid_to, true)
        AND site NOT IN (SELECT alias FROM site_aliases)
), found AS (
    SELECT site, count(*) AS users FROM used WHERE company IN (SELECT unnest($company::VARCHAR[])) GROUP BY site
    HAVING count(*) = (SELECT count(DISTINCT one) FROM unnest($company::VARCHAR[]) AS given(one))
), described AS (
    SELECT site, max(label) AS label, max(address) AS address, max(country) AS country,
        list_transform(list_distinct(flatten(list(processes))), lambda p: replace(p, 'process/', '')) AS processes
    FROM sites SEMI JOIN found USING (site) GROUP BY site
)
SELECT site, label, address, country, users
FROM found LEFT JOIN described USING (site)
ORDER BY site
