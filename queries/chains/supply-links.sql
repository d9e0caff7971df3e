SELECT DISTINCT buyer_site AS "buyerSite", supplier_site AS site, confidence, list FROM relationships
WHERE buyer_site IS NOT NULL AND coalesce(valid_from <= $at, true) AND coalesce($at < valid_to, true)
    AND buyer_site NOT IN (SELECT alias FROM site_aliases) AND supplier_site NOT IN (SELECT alias FROM site_aliases)
ORDER BY buyer_site, supplier_site, list, confidence NULLS FIRST
