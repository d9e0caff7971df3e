WITH direct AS (
    SELECT DISTINCT company, site, evidence, list FROM uses
    WHERE tier = 1 AND coalesce(valid_from <= $at, true) AND coalesce($at < valid_to, true)
        AND site NOT IN (SELECT alias FROM site_aliases)
)
SELECT DISTINCT company, site,
    CASE evidence WHEN 'own-list' THEN 'stated' WHEN 'company-file' THEN 'stated' WHEN 'register' THEN 'likely' ELSE confidence END AS confidence, list
FROM direct LEFT JOIN (SELECT DISTINCT buyer AS company, supplier_site AS site, list, confidence, 'relationship' AS evidence
    FROM relationships WHERE confidence IS NOT NULL) USING (company, site, list, evidence)
ORDER BY company, site, NOT regexp_matches(list, '^file/[^/]+/[0-9]{4}$'), list, confidence NULLS FIRST
