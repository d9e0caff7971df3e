WITH counted AS (
    SELECT DISTINCT company FROM memberships
    WHERE ($covenant::VARCHAR[] IS NULL OR list_contains($covenant::VARCHAR[], covenant))
        AND coalesce(valid_from <= $at, true) AND coalesce($at < valid_to, true)
), used AS (
    SELECT DISTINCT company, site FROM uses
    WHERE site IN (SELECT unnest($site::VARCHAR[]))
        AND coalesce(valid_from <= $at, true) AND coalesce($at < valid_to, true)
), named AS (
    SELECT company, min(label) AS name FROM companies GROUP BY company
)
SELECT site, company, name FROM used SEMI JOIN counted USING (company) LEFT JOIN named USING (company)
ORDER BY site, company
