WITH named AS (
    SELECT company, min(label) AS label FROM companies GROUP BY company
), of_covenant AS (
    SELECT DISTINCT company FROM memberships
    WHERE covenant = $covenant AND coalesce(valid_from <= $at, true) AND coalesce($at < valid_to, true)
), used AS (
    SELECT DISTINCT company, site FROM uses
    WHERE tier <= $max_tier AND coalesce(valid_from <= $at, true) AND coalesce($at < valid_to, true)
        AND site NOT IN (SELECT alias FROM site_aliases)
), shared AS (
    SELECT site, count(*) AS members FROM used SEMI JOIN of_covenant USING (company) GROUP BY site HAVING count(*) >= $n
), who AS (
    SELECT site, list(DISTINCT label) FILTER (label IS NOT NULL AND company IN (FROM of_covenant)) AS names,
        count(DISTINCT company) FILTER (company NOT IN (FROM of_covenant)) AS others,
        list(DISTINCT label) FILTER (label IS NOT NULL AND company NOT IN (FROM of_covenant)) AS other_names
    FROM shared JOIN used USING (site) LEFT JOIN named USING (company) GROUP BY site
), described AS (
    SELECT site, max(label) AS label, max(address) AS address, max(country) AS country,
        list_transform(list_distinct(flatten(list(processes))), lambda p: replace(p, 'process/', '')) AS processes
    FROM sites SEMI JOIN shared USING (site) GROUP BY site
)
SELECT site, label, country, members, names AS "memberNames", others, other_names AS "otherNames"
FROM shared JOIN who USING (site) LEFT JOIN described USING (site)
ORDER BY members DESC, site
