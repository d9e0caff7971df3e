"""Tables to statements: N-Quads lines, built in SQL.

Each entry of `LIST_STATEMENTS` and `DERIVED_STATEMENTS` reads one table and gives one text per row: its statements as
N-Quads lines. Two rows of a table make the same statement only where `SHARED_SUBJECTS` says so; all other rows can be
added and removed by themselves.
"""

from __future__ import annotations

import hashlib

from hefboom.graph.file_links import linked
from hefboom.graph.match_statements import (
    MATCHES_IN_FORCE,
    judgement_statements,
    match_statements,
    review_statements,
)
from hefboom.graph.statement_terms import ADDRESS, DCT, LAT, LONG, RDF_TYPE, RDFS_LABEL, hef, is_a, per_row, says
from hefboom.graph.tables import DERIVED, KEPT


def _listings(table: str) -> str:
    """Sites of a company's file are left out: what the file says of them stands in `file_statements`."""
    table = f"(SELECT * FROM {table} WHERE NOT is_file(list))"
    terms = {"s": "listing_iri(list, row, part)", "g": "list_iri(list)"}
    parts = [
        is_a("Listing"),
        says(hef("row"), "text(row)"),
        f"each(s, '{hef('row')}', list_transform(rows, lambda x: text(x)), g)",
        says(RDFS_LABEL, "text(name)"),
        says(hef("nativeName"), "text(native_name)"),
        says(ADDRESS, "text(address)"),
        says(hef("country"), "concept('country/' || country)"),
        says(hef("osId"), "text(os_id)"),
        says(hef("lei"), "text(lei)"),
        says(hef("duns"), "text(duns)"),
        says(LAT, "decimal_of(lat)"),
        says(LONG, "decimal_of(lng)"),
        f"each(s, '{hef('process')}', list_transform(processes, lambda x: concept(x)), g)",
        f"each(s, '{hef('sector')}', list_transform(sectors, lambda x: concept(x)), g)",
        f"each(s, '{hef('parentCompanyName')}', list_transform(parent_companies, lambda x: text(x)), g)",
        says(hef("workersMin"), "whole(workers_min)"),
        says(hef("workersMax"), "whole(workers_max)"),
        says(hef("closed"), "CASE WHEN closed THEN truth(closed) END"),
        says(hef("reportedOn"), "day(reported_on)"),
        says(hef("sourceText"), "json_text(source_text)"),
    ]
    return per_row(table, terms, parts)


def _contributions(table: str) -> str:
    terms = {
        "s": "listing_iri(list, row, 'site')",
        "g": "list_iri(list)",
        "unknown": "replace(listing_iri(list, row, 'site'), '>', '/anonymous/' || ordinal || '>')",
    }
    named = f"CASE WHEN contributor IS NOT NULL THEN {says(hef('reportedIn'), 'list_iri(reported_in)')} END"
    anonymous = (
        f"CASE WHEN contributor IS NULL THEN {says(hef('contributedBy'), 'unknown')} || chr(10) || "
        f"st(unknown, '{RDF_TYPE}', '{hef('AnonymousContributor')}', g) || chr(10) || "
        f"st(unknown, '{hef('contributorKind')}', concept('contributor-kind/' || kind), g) END"
    )
    return per_row(table, terms, [named, anonymous])


def _claimed_relationships(table: str) -> str:
    terms = {"s": "relationship_iri(list, row)", "g": "list_iri(list)"}
    parts = [
        is_a("SupplyRelationship"),
        says(hef("buyer"), "company_iri(buyer)"),
        says(hef("buyerListing"), "CASE WHEN buyer_is_site THEN listing_iri(list, row, 'buyer') END"),
        says(hef("supplierListing"), "listing_iri(list, row, 'supplier')"),
        says(hef("product"), "text(product)"),
        says(hef("process"), "concept(process)"),
        says(hef("validFrom"), "day(valid_from)"),
        says(hef("validTo"), "day(valid_to)"),
        says(hef("shareBand"), "concept(share_band)"),
        says(f"<{DCT}source>", "text(source)"),
        says(hef("confidence"), "text(confidence)"),
    ]
    return per_row(table, terms, parts)


def _stated_tiers(table: str) -> str:
    """A row beyond tier 1 tells of a relation by whom it does not say, so its site is not used directly."""
    terms = {"s": "relationship_iri(list, row)", "g": "list_iri(list)"}
    parts = [
        is_a("SupplyRelationship"),
        says(hef("supplierListing"), "listing_iri(list, row, 'site')"),
        says(hef("atTier"), "whole(tier)"),
    ]
    return per_row(table, terms, parts)


def _os_id_aliases(table: str) -> str:
    terms = {"s": "site_iri(old_os_id)", "g": "list_iri(list)"}
    return per_row(table, terms, [says(hef("registerReplacement"), "site_iri(new_os_id)")])


def _evidence(table: str) -> str:
    terms = {"s": "evidence_iri(list, row, indicator)", "g": "list_iri(list)"}
    parts = [
        is_a("RiskEvidence"),
        says(hef("riskIndicator"), "concept(indicator)"),
        says(hef("country"), "concept('country/' || country)"),
        says(hef("good"), "text(good)"),
        f"each(s, '{hef('aboutCommodity')}', list_transform(commodities, lambda x: concept(x)), g)",
        f"each(s, '{hef('process')}', list_transform(processes, lambda x: concept(x)), g)",
        says(hef("value"), "text(value_text)"),
        says(hef("numericValue"), "number_of(value_number)"),
        says(hef("evidenceYear"), "whole(year)"),
        says(hef("signal"), "text(signal)"),
        says(hef("notInSource"), "CASE WHEN NOT given THEN truth(true) END"),
        says(hef("evidenceListing"), "CASE WHEN about_site THEN listing_iri(list, row, 'site') END"),
    ]
    return per_row(table, terms, parts)


def _file_statements(table: str) -> str:
    """A company's file says what it says: its lines stand in the table as they go into its graph.

    Only a link to a row that the file of a table does not have is no statement.
    """
    return f"SELECT line || ' ' || list_iri(list) || ' .' AS lines FROM {linked(table)}"


def _lists(table: str) -> str:
    """What the catalogue says of a list. The day of a due diligence file is told only when somebody gave it."""
    terms = {"s": "list_iri(list)", "g": "scope_graph('catalogue', scope)"}
    file_iri = "list_iri('file/' || contributor || '/' || reporting_year)"
    parts = [
        f"CASE WHEN kind = 'company-file' THEN {is_a('CompanyFile')} ELSE {is_a('List')} END",
        says(hef("reportingYear"), "CASE WHEN kind = 'company-file' THEN whole(reporting_year) END"),
        f"CASE WHEN reporting_year IS NOT NULL AND kind <> 'company-file' THEN "
        f"{says(f'<{DCT}isPartOf>', file_iri)} END",
        says(f"<{DCT}title>", "text(title)"),
        says(hef("contributor"), "company_iri(contributor)"),
        says(hef("listDate"), "CASE WHEN reporting_year IS NULL OR NOT date_assumed THEN day(date) END"),
        says(hef("validFrom"), "day(valid_from)"),
        says(hef("validTo"), "day(valid_to)"),
        says(hef("visibility"), "concept('visibility/' || visibility)"),
        says(hef("owner"), "company_iri(owner)"),
        says(hef("sourceFile"), "text(regexp_extract(file, '[^/\\\\]*$'))"),
        says(hef("sha256"), "text(sha256)"),
        says(f"<{DCT}license>", "CASE WHEN licence LIKE 'http%' THEN '<' || licence || '>' ELSE text(licence) END"),
        says(hef("status"), "text(status)"),
        says(hef("isRegister"), "CASE WHEN register THEN truth(register) END"),
        says(hef("replacesList"), "list_iri(replaces)"),
        says(hef("handedInUnder"), "covenant_iri(covenant)"),
        says(hef("rowsRead"), "whole(rows_read)"),
        says(hef("rowsStored"), "whole(stored)"),
        says(hef("rowsMerged"), "whole(merged)"),
        says(hef("rowsRefused"), "whole(refused)"),
    ]
    return per_row(table, terms, parts)


def _register_lists(table: str) -> str:
    terms = {"s": "list_iri(reported_in)", "g": "scope_graph('catalogue', scope)"}
    parts = [
        f"CASE WHEN contributor IS NOT NULL THEN {is_a('List')} END",
        says(f"<{DCT}title>", "text(title)"),
        says(hef("contributor"), "company_iri(contributor)"),
        f"each(s, '<{DCT}isPartOf>', list_transform(lists, lambda x: list_iri(x)), g)",
    ]
    return per_row(table, terms, parts)


def _companies(table: str) -> str:
    terms = {"s": "company_iri(company)", "g": "scope_graph('catalogue', scope)"}
    kind = says(hef("contributorKind"), "concept('contributor-kind/' || kind)")
    return per_row(table, terms, [is_a("Company"), says(RDFS_LABEL, "text(label)"), kind])


def _covenants(table: str) -> str:
    terms = {"s": "covenant_iri(covenant)", "g": "scope_graph('covenant', scope)"}
    return per_row(table, terms, [is_a("Covenant"), says(RDFS_LABEL, "text(label)")])


def _memberships(table: str) -> str:
    terms = {"s": "membership_iri(covenant, company, valid_from)", "g": "scope_graph('covenant', scope)"}
    parts = [
        is_a("Membership"),
        says(hef("covenant"), "covenant_iri(covenant)"),
        says(hef("member"), "company_iri(company)"),
        says(hef("validFrom"), "day(valid_from)"),
        says(hef("validTo"), "day(valid_to)"),
    ]
    return per_row(table, terms, parts)


def _identity(table: str) -> str:
    terms = {"s": "listing_iri(list, row, part)", "g": "scope_graph('identity', scope)"}
    return per_row(table, terms, [says(hef("refersTo"), "site_iri(site)"), says(hef("identityMethod"), "text(method)")])


def _site_aliases(table: str) -> str:
    terms = {"s": "site_iri(alias)", "g": "scope_graph('site', scope)"}
    return per_row(table, terms, [says(hef("replacedBy"), "site_iri(site)")])


def _sites(table: str) -> str:
    terms = {"s": "site_iri(site)", "g": "scope_graph('site', scope)"}
    parts = [
        f"CASE WHEN described THEN {is_a('Site')} END",
        says(RDFS_LABEL, "text(label)"),
        says(ADDRESS, "text(address)"),
        says(hef("country"), "concept('country/' || country)"),
        says(LAT, "decimal_of(lat)"),
        says(LONG, "decimal_of(lng)"),
        says(hef("osId"), "text(os_id)"),
        f"each(s, '{hef('process')}', list_transform(processes, lambda x: concept(x)), g)",
    ]
    return per_row(table, terms, parts)


def _sourcing(table: str) -> str:
    terms = {"s": "company_iri(company)", "g": "scope_graph('sourcing', scope)"}
    return per_row(table, terms, [says(hef("sourcesFrom"), "site_iri(site)")])


def _uses(table: str) -> str:
    key = "concat_ws('|', company, site, tier, valid_from, valid_to, list, scope)"
    terms = {"s": f"use_iri({key})", "g": "scope_graph('sourcing', scope)"}
    parts = [
        is_a("SiteUse"),
        says(hef("buyer"), "company_iri(company)"),
        says(hef("site"), "site_iri(site)"),
        says(hef("tier"), "whole(tier)"),
        says(hef("validFrom"), "day(valid_from)"),
        says(hef("validTo"), "day(valid_to)"),
        says(hef("evidence"), "text(evidence)"),
        says(hef("statedIn"), "list_iri(list)"),
    ]
    return per_row(table, terms, parts)


def _relationships(table: str) -> str:
    terms = {"s": "relationship_iri(list, row)", "g": "scope_graph('sourcing', scope)"}
    parts = [
        says(hef("buyer"), "company_iri(buyer)"),
        says(hef("buyerSite"), "site_iri(buyer_site)"),
        says(hef("supplierSite"), "site_iri(supplier_site)"),
    ]
    return per_row(table, terms, parts)


LIST_STATEMENTS = {
    "listings": _listings,
    "contributions": _contributions,
    "claimed_relationships": _claimed_relationships,
    "stated_tiers": _stated_tiers,
    "os_id_aliases": _os_id_aliases,
    "evidence": _evidence,
    "file_statements": _file_statements,
}
"""Statements of the list graphs, per table of claims."""

DERIVED_STATEMENTS = {
    "lists": (_lists, "SELECT * FROM {}.lists"),
    "register_lists": (_register_lists, "SELECT * FROM {}.register_lists"),
    "companies": (_companies, "SELECT * FROM {}.companies"),
    "covenants": (_covenants, "SELECT * FROM {}.covenants"),
    "memberships": (_memberships, "SELECT * FROM {}.memberships"),
    "identity": (_identity, "SELECT * FROM {}.identity"),
    "site_aliases": (_site_aliases, "SELECT * FROM {}.site_aliases"),
    "sites": (_sites, "SELECT * FROM {}.sites"),
    "sourcing": (_sourcing, "SELECT DISTINCT company, site, scope FROM {}.uses WHERE tier = 1"),
    "uses": (_uses, "SELECT DISTINCT * FROM {}.uses WHERE evidence IN ('relationship', 'company-file') OR tier > 1"),
    "relationships": (
        _relationships,
        "SELECT DISTINCT list, row, buyer, buyer_site, supplier_site, scope FROM {}.relationships",
    ),
    "matches": (match_statements, f"SELECT * EXCLUDE (left_site, right_site, reviewer, why) {MATCHES_IN_FORCE}"),
    "judgements": (
        judgement_statements,
        f"SELECT DISTINCT outcome, method, model_version, day, scope {MATCHES_IN_FORCE}",
    ),
    "reviews": (
        review_statements,
        f"""SELECT left_list, left_row, left_part, right_list, right_row, right_part, scope, reviewer, why
        {MATCHES_IN_FORCE} AND reviewer IS NOT NULL""",
    ),
}
"""Statements of catalogue, covenant and derived graphs: a function of a relation, and the relation per schema."""

SOURCES = {
    "sourcing": ("uses",),
    "matches": ("matches", "lists"),
    "judgements": ("matches", "lists"),
    "reviews": ("matches", "lists"),
}
"""The tables that a relation reads, where that is not just the one it is named after; without the first, nothing."""

SHARED_SUBJECTS = {
    "identity": ("list", "row", "part"),
    "memberships": ("covenant", "company"),
    "relationships": ("list", "row"),
}
"""Tables of which several rows may say the same of one thing, and the columns that name that thing."""


def derived_rules() -> str:
    """A short fingerprint of how derived tables become statements and which columns they have."""
    rules = [build(relation.format("main")) for build, relation in DERIVED_STATEMENTS.values()]
    return hashlib.sha256("\n".join([*rules, *DERIVED.values(), *KEPT.values()]).encode()).hexdigest()[:16]
