"""Tables to statements: N-Quads lines, built in SQL.

Each entry of `LIST_STATEMENTS` and `DERIVED_STATEMENTS` reads one table and gives one text per row: its statements as
N-Quads lines. Statements of two rows of a table never coincide, so rows can be added and removed by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from hefboom.graph.iris import HEF, SCHEME, Names

_RDFS_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_ADDRESS = "<https://schema.org/address>"
_LAT = "<http://www.w3.org/2003/01/geo/wgs84_pos#lat>"
_LONG = "<http://www.w3.org/2003/01/geo/wgs84_pos#long>"
_DCT = "http://purl.org/dc/terms/"
_XSD = "http://www.w3.org/2001/XMLSchema#"


def _hef(name: str) -> str:
    return f"<{HEF}{name}>"


def define_macros(connection: duckdb.DuckDBPyConnection, names: Names) -> None:
    """Define the SQL macros that the statement queries use: terms from values, a statement from terms."""
    base = names.base
    escape = "replace(replace(replace(replace(x, '\\', '\\\\'), '\"', '\\\"'), chr(10), '\\n'), chr(13), '\\r')"
    segment = "CASE WHEN regexp_full_match(x, '[A-Za-z0-9._~-]+') THEN x ELSE url_encode(x) END"
    macros = {
        "text(x)": f"'\"' || {escape} || '\"'",
        "whole(x)": f"'\"' || x || '\"^^<{_XSD}integer>'",
        "decimal_of(x)": f"'\"' || x::DECIMAL(11, 7) || '\"^^<{_XSD}decimal>'",
        "number_of(x)": f"'\"' || x::DECIMAL(24, 7) || '\"^^<{_XSD}decimal>'",
        "day(x)": f"'\"' || strftime(x, '%Y-%m-%d') || '\"^^<{_XSD}date>'",
        "truth(x)": f"'\"' || x || '\"^^<{_XSD}boolean>'",
        "json_text(x)": "text(x) || '^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>'",
        "segment(x)": segment,
        "concept(x)": f"'<{SCHEME}' || x || '>'",
        "list_iri(x)": f"'<{base}/list/' || x || '>'",
        "listing_iri(list, row, part)": f"'<{base}/listing/' || list || '/' || segment(row) || "
        "CASE WHEN part = 'buyer' THEN '/buyer' ELSE '' END || '>'",
        "site_iri(x)": f"'<{base}/site/' || x || '>'",
        "company_iri(x)": f"'<{base}/company/' || x || '>'",
        "covenant_iri(x)": f"'<{base}/covenant/' || x || '>'",
        "relationship_iri(list, row)": f"'<{base}/relationship/' || list || '/' || segment(row) || '>'",
        "evidence_iri(list, row, indicator)": f"'<{base}/evidence/' || list || '/' || segment(row) || '/' || "
        "parse_filename(indicator) || '>'",
        "scope_graph(kind, scope)": f"'<{base}/graph/' || kind || '/' || scope || '>'",
        "match_iri(x)": f"'<{base}/match/' || left(md5(x), 20) || '>'",
        "use_iri(x)": f"'<{base}/use/' || left(md5(x), 20) || '>'",
        "membership_iri(covenant, company, day)": f"'<{base}/membership/' || covenant || '/' || company || '/' || "
        "coalesce(strftime(day, '%Y-%m-%d'), 'start') || '>'",
        "st(s, p, o, g)": "CASE WHEN o IS NOT NULL THEN concat(s, ' ', p, ' ', o, ' ', g, ' .') END",
        "each(s, p, objects, g)": "CASE WHEN len(objects) > 0 THEN "
        "array_to_string(list_transform(objects, lambda o: st(s, p, o, g)), chr(10)) END",
    }
    for head, body in macros.items():
        connection.execute(f"CREATE OR REPLACE MACRO {head} AS {body}")


def _rows(table: str, terms: Mapping[str, str], parts: Sequence[str]) -> str:
    inner = ", ".join(f"{sql} AS {name}" for name, sql in terms.items())
    return f"SELECT concat_ws(chr(10), {', '.join(parts)}) AS lines FROM (SELECT *, {inner} FROM {table})"


def _s(predicate: str, value: str) -> str:
    return f"st(s, '{predicate}', {value}, g)"


def _a(name: str) -> str:
    return _s(_TYPE, f"'{_hef(name)}'")


def _listings(table: str) -> str:
    terms = {"s": "listing_iri(list, row, part)", "g": "list_iri(list)"}
    parts = [
        _a("Listing"),
        _s(_hef("row"), "text(row)"),
        f"each(s, '{_hef('row')}', list_transform(rows, lambda x: text(x)), g)",
        _s(_RDFS_LABEL, "text(name)"),
        _s(_hef("nativeName"), "text(native_name)"),
        _s(_ADDRESS, "text(address)"),
        _s(_hef("country"), "concept('country/' || country)"),
        _s(_hef("osId"), "text(os_id)"),
        _s(_hef("lei"), "text(lei)"),
        _s(_hef("duns"), "text(duns)"),
        _s(_LAT, "decimal_of(lat)"),
        _s(_LONG, "decimal_of(lng)"),
        f"each(s, '{_hef('process')}', list_transform(processes, lambda x: concept(x)), g)",
        f"each(s, '{_hef('sector')}', list_transform(sectors, lambda x: concept(x)), g)",
        f"each(s, '{_hef('parentCompanyName')}', list_transform(parent_companies, lambda x: text(x)), g)",
        _s(_hef("workersMin"), "whole(workers_min)"),
        _s(_hef("workersMax"), "whole(workers_max)"),
        _s(_hef("closed"), "CASE WHEN closed THEN truth(closed) END"),
        _s(_hef("reportedOn"), "day(reported_on)"),
        _s(_hef("sourceText"), "json_text(source_text)"),
    ]
    return _rows(table, terms, parts)


def _contributions(table: str) -> str:
    terms = {
        "s": "listing_iri(list, row, 'site')",
        "g": "list_iri(list)",
        "unknown": "replace(listing_iri(list, row, 'site'), '>', '/anonymous/' || ordinal || '>')",
    }
    named = f"CASE WHEN contributor IS NOT NULL THEN {_s(_hef('reportedIn'), 'list_iri(reported_in)')} END"
    anonymous = (
        f"CASE WHEN contributor IS NULL THEN {_s(_hef('contributedBy'), 'unknown')} || chr(10) || "
        f"st(unknown, '{_TYPE}', '{_hef('AnonymousContributor')}', g) || chr(10) || "
        f"st(unknown, '{_hef('contributorKind')}', concept('contributor-kind/' || kind), g) END"
    )
    return _rows(table, terms, [named, anonymous])


def _claimed_relationships(table: str) -> str:
    terms = {"s": "relationship_iri(list, row)", "g": "list_iri(list)"}
    parts = [
        _a("SupplyRelationship"),
        _s(_hef("buyer"), "company_iri(buyer)"),
        _s(_hef("buyerListing"), "CASE WHEN buyer_is_site THEN listing_iri(list, row, 'buyer') END"),
        _s(_hef("supplierListing"), "listing_iri(list, row, 'supplier')"),
        _s(_hef("product"), "text(product)"),
        _s(_hef("process"), "concept(process)"),
        _s(_hef("validFrom"), "day(valid_from)"),
        _s(_hef("validTo"), "day(valid_to)"),
        _s(_hef("shareBand"), "concept(share_band)"),
        _s(f"<{_DCT}source>", "text(source)"),
        _s(_hef("confidence"), "text(confidence)"),
    ]
    return _rows(table, terms, parts)


def _os_id_aliases(table: str) -> str:
    terms = {"s": "site_iri(old_os_id)", "g": "list_iri(list)"}
    return _rows(table, terms, [_s(_hef("registerReplacement"), "site_iri(new_os_id)")])


def _evidence(table: str) -> str:
    terms = {"s": "evidence_iri(list, row, indicator)", "g": "list_iri(list)"}
    parts = [
        _a("RiskEvidence"),
        _s(_hef("riskIndicator"), "concept(indicator)"),
        _s(_hef("country"), "concept('country/' || country)"),
        _s(_hef("good"), "text(good)"),
        f"each(s, '{_hef('aboutCommodity')}', list_transform(commodities, lambda x: concept(x)), g)",
        f"each(s, '{_hef('process')}', list_transform(processes, lambda x: concept(x)), g)",
        _s(_hef("value"), "text(value_text)"),
        _s(_hef("numericValue"), "number_of(value_number)"),
        _s(_hef("evidenceYear"), "whole(year)"),
        _s(_hef("signal"), "text(signal)"),
        _s(_hef("notInSource"), "CASE WHEN NOT given THEN truth(true) END"),
        _s(_hef("evidenceListing"), "CASE WHEN about_site THEN listing_iri(list, row, 'site') END"),
    ]
    return _rows(table, terms, parts)


def _lists(table: str) -> str:
    terms = {"s": "list_iri(list)", "g": "scope_graph('catalogue', scope)"}
    parts = [
        _a("List"),
        _s(f"<{_DCT}title>", "text(title)"),
        _s(_hef("contributor"), "company_iri(contributor)"),
        _s(_hef("listDate"), "day(date)"),
        _s(_hef("validFrom"), "day(valid_from)"),
        _s(_hef("validTo"), "day(valid_to)"),
        _s(_hef("visibility"), "concept('visibility/' || visibility)"),
        _s(_hef("owner"), "company_iri(owner)"),
        _s(_hef("sourceFile"), "text(regexp_extract(file, '[^/\\\\]*$'))"),
        _s(_hef("sha256"), "text(sha256)"),
        _s(f"<{_DCT}license>", "CASE WHEN licence LIKE 'http%' THEN '<' || licence || '>' ELSE text(licence) END"),
        _s(_hef("status"), "text(status)"),
        _s(_hef("isRegister"), "CASE WHEN register THEN truth(register) END"),
        _s(_hef("replacesList"), "list_iri(replaces)"),
        _s(_hef("handedInUnder"), "covenant_iri(covenant)"),
        _s(_hef("rowsRead"), "whole(rows_read)"),
        _s(_hef("rowsStored"), "whole(stored)"),
        _s(_hef("rowsMerged"), "whole(merged)"),
        _s(_hef("rowsRefused"), "whole(refused)"),
    ]
    return _rows(table, terms, parts)


def _register_lists(table: str) -> str:
    terms = {"s": "list_iri(reported_in)", "g": "scope_graph('catalogue', scope)"}
    parts = [
        f"CASE WHEN contributor IS NOT NULL THEN {_a('List')} END",
        _s(f"<{_DCT}title>", "text(title)"),
        _s(_hef("contributor"), "company_iri(contributor)"),
        f"each(s, '<{_DCT}isPartOf>', list_transform(lists, lambda x: list_iri(x)), g)",
    ]
    return _rows(table, terms, parts)


def _companies(table: str) -> str:
    terms = {"s": "company_iri(company)", "g": "scope_graph('catalogue', scope)"}
    kind = _s(_hef("contributorKind"), "concept('contributor-kind/' || kind)")
    return _rows(table, terms, [_a("Company"), _s(_RDFS_LABEL, "text(label)"), kind])


def _covenants(table: str) -> str:
    terms = {"s": "covenant_iri(covenant)", "g": "scope_graph('covenant', scope)"}
    return _rows(table, terms, [_a("Covenant"), _s(_RDFS_LABEL, "text(label)")])


def _memberships(table: str) -> str:
    terms = {"s": "membership_iri(covenant, company, valid_from)", "g": "scope_graph('covenant', scope)"}
    parts = [
        _a("Membership"),
        _s(_hef("covenant"), "covenant_iri(covenant)"),
        _s(_hef("member"), "company_iri(company)"),
        _s(_hef("validFrom"), "day(valid_from)"),
        _s(_hef("validTo"), "day(valid_to)"),
    ]
    return _rows(table, terms, parts)


def _identity(table: str) -> str:
    terms = {"s": "listing_iri(list, row, part)", "g": "scope_graph('identity', scope)"}
    return _rows(table, terms, [_s(_hef("refersTo"), "site_iri(site)"), _s(_hef("identityMethod"), "text(method)")])


def _site_aliases(table: str) -> str:
    terms = {"s": "site_iri(alias)", "g": "scope_graph('site', scope)"}
    return _rows(table, terms, [_s(_hef("replacedBy"), "site_iri(site)")])


def _sites(table: str) -> str:
    terms = {"s": "site_iri(site)", "g": "scope_graph('site', scope)"}
    parts = [
        f"CASE WHEN described THEN {_a('Site')} END",
        _s(_RDFS_LABEL, "text(label)"),
        _s(_ADDRESS, "text(address)"),
        _s(_hef("country"), "concept('country/' || country)"),
        _s(_LAT, "decimal_of(lat)"),
        _s(_LONG, "decimal_of(lng)"),
        _s(_hef("osId"), "text(os_id)"),
        f"each(s, '{_hef('process')}', list_transform(processes, lambda x: concept(x)), g)",
    ]
    return _rows(table, terms, parts)


def _sourcing(table: str) -> str:
    terms = {"s": "company_iri(company)", "g": "scope_graph('sourcing', scope)"}
    return _rows(table, terms, [_s(_hef("sourcesFrom"), "site_iri(site)")])


def _uses(table: str) -> str:
    key = "concat_ws('|', company, site, tier, valid_from, valid_to, list, scope)"
    terms = {"s": f"use_iri({key})", "g": "scope_graph('sourcing', scope)"}
    parts = [
        _a("SiteUse"),
        _s(_hef("buyer"), "company_iri(company)"),
        _s(_hef("site"), "site_iri(site)"),
        _s(_hef("tier"), "whole(tier)"),
        _s(_hef("validFrom"), "day(valid_from)"),
        _s(_hef("validTo"), "day(valid_to)"),
        _s(_hef("evidence"), "text(evidence)"),
        _s(_hef("statedIn"), "list_iri(list)"),
    ]
    return _rows(table, terms, parts)


def _relationships(table: str) -> str:
    terms = {"s": "relationship_iri(list, row)", "g": "scope_graph('sourcing', scope)"}
    parts = [
        _s(_hef("buyer"), "company_iri(buyer)"),
        _s(_hef("buyerSite"), "site_iri(buyer_site)"),
        _s(_hef("supplierSite"), "site_iri(supplier_site)"),
    ]
    return _rows(table, terms, parts)


_MATCH_KEY = "concat_ws('|', left_list, left_row, left_part, right_list, right_row, right_part, scope)"
_MATCHES_IN_FORCE = """FROM {0}.matches WHERE stated
    AND left_list IN (SELECT list FROM {0}.lists WHERE status <> 'retracted')
    AND right_list IN (SELECT list FROM {0}.lists WHERE status <> 'retracted')"""


def _matches(table: str) -> str:
    terms = {"s": f"match_iri({_MATCH_KEY})", "g": "scope_graph('match', scope)"}
    parts = [
        _a("MatchStatement"),
        _s(_hef("leftListing"), "listing_iri(left_list, left_row, left_part)"),
        _s(_hef("rightListing"), "listing_iri(right_list, right_row, right_part)"),
        _s(_hef("matchOutcome"), "text(outcome)"),
        _s(_hef("probability"), "decimal_of(probability)"),
        _s(_hef("reason"), "text(reasons_en) || '@en'"),
        _s(_hef("reason"), "text(reasons_nl) || '@nl'"),
        f"each(s, '{_hef('conflict')}', list_transform(conflicts, lambda x: text(x)), g)",
        _s(_hef("matchMethod"), "text(method)"),
        _s(_hef("modelVersion"), "text(model_version)"),
        _s(_hef("decidedOn"), "day(day)"),
    ]
    return _rows(table, terms, parts)


def _reviews(table: str) -> str:
    """Who decided and why stands in the secretariat's graph, whoever may see the pair itself."""
    terms = {"s": f"match_iri({_MATCH_KEY})", "g": "scope_graph('match', 'secretariat')"}
    return _rows(table, terms, [_s(_hef("reviewer"), "text(reviewer)"), _s(_hef("reviewerReason"), "text(why)")])


LIST_STATEMENTS = {
    "listings": _listings,
    "contributions": _contributions,
    "claimed_relationships": _claimed_relationships,
    "os_id_aliases": _os_id_aliases,
    "evidence": _evidence,
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
    "uses": (_uses, "SELECT DISTINCT * FROM {}.uses WHERE evidence = 'relationship'"),
    "relationships": (
        _relationships,
        "SELECT DISTINCT list, row, buyer, buyer_site, supplier_site, scope FROM {}.relationships",
    ),
    "matches": (_matches, f"SELECT * EXCLUDE (left_site, right_site, reviewer, why) {_MATCHES_IN_FORCE}"),
    "reviews": (
        _reviews,
        f"""SELECT left_list, left_row, left_part, right_list, right_row, right_part, scope, reviewer, why
        {_MATCHES_IN_FORCE} AND reviewer IS NOT NULL""",
    ),
}
"""Statements of catalogue, covenant and derived graphs: a function of a relation, and the relation per schema."""
