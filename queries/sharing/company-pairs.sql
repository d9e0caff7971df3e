-- The join of the uses with themselves runs on small integers, not on texts: half the work at 100,000 sites.
WITH named AS (
    SELECT company, min(label) AS label FROM companies GROUP BY company
), counted AS (
    SELECT company FROM memberships
    WHERE ($covenant::VARCHAR IS NULL OR covenant = $covenant)
        AND coalesce(valid_from <= $at, true) AND coalesce($at < valid_to, true)
    UNION
    SELECT company FROM uses WHERE NOT EXISTS (SELECT 1 FROM covenants)
), valid AS MATERIALIZED (
    SELECT company, site FROM uses SEMI JOIN counted USING (company)
    WHERE tier <= $max_tier AND coalesce(valid_from <= $at, true) AND coalesce($at < valid_to, true)
        AND site NOT IN (SELECT alias FROM site_aliases)
), buyers AS MATERIALIZED (
    SELECT company, row_number() OVER (ORDER BY company)::INTEGER AS buyer FROM (SELECT DISTINCT company FROM valid)
), places AS MATERIALIZED (
    SELECT site, row_number() OVER ()::INTEGER AS place FROM (SELECT site FROM valid GROUP BY site HAVING count(*) > 1)
), used AS MATERIALIZED (
    SELECT DISTINCT buyer, place FROM valid JOIN buyers USING (company) JOIN places USING (site)
), pairs AS (
    SELECT one.buyer AS first, other.buyer AS second, count(*) AS sites
    FROM used AS one JOIN used AS other ON one.place = other.place AND one.buyer < other.buyer
    GROUP BY first, second HAVING count(*) >= $n
)
SELECT a.company AS first, b.company AS second, x.label AS "firstName", y.label AS "secondName", sites
FROM pairs JOIN buyers AS a ON a.buyer = pairs.first JOIN buyers AS b ON b.buyer = pairs.second
LEFT JOIN named AS x ON x.company = a.company LEFT JOIN named AS y ON y.company = b.company
ORDER BY sites DESC, a.company, b.company
