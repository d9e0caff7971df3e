"""Match statements: pairs of listings, the judgements that they share, and who reviewed them; N-Quads lines in SQL.

Pairs of retracted lists are not stated.
"""

from __future__ import annotations

from hefboom.graph.statement_terms import hef, is_a, per_row, says

_MATCH_KEY = "concat_ws('|', left_list, left_row, left_part, right_list, right_row, right_part, scope)"
_JUDGEMENT_KEY = "concat_ws('|', outcome, method, model_version, day, scope)"
MATCHES_IN_FORCE = """FROM {0}.matches WHERE stated
    AND left_list IN (SELECT list FROM {0}.lists WHERE status <> 'retracted')
    AND right_list IN (SELECT list FROM {0}.lists WHERE status <> 'retracted')"""


def match_statements(table: str) -> str:
    """Most statements of a store are these, so a pair says only what is its own, and refers to a judgement for more."""
    terms = {"s": f"match_iri({_MATCH_KEY})", "g": "scope_graph('match', scope)"}
    parts = [
        says(hef("leftListing"), "listing_iri(left_list, left_row, left_part)"),
        says(hef("rightListing"), "listing_iri(right_list, right_row, right_part)"),
        says(hef("probability"), "decimal_of(probability)"),
        says(hef("reason"), "text(reasons_en) || '@en'"),
        says(hef("reason"), "text(reasons_nl) || '@nl'"),
        f"each(s, '{hef('conflict')}', list_transform(conflicts, lambda x: text(x)), g)",
        says(hef("matchJudgement"), f"judgement_iri({_JUDGEMENT_KEY})"),
    ]
    return per_row(table, terms, parts)


def judgement_statements(table: str) -> str:
    """What all pairs of a scope with one outcome, method, model version and day say, said once."""
    terms = {"s": f"judgement_iri({_JUDGEMENT_KEY})", "g": "scope_graph('match', scope)"}
    parts = [
        is_a("MatchJudgement"),
        says(hef("matchOutcome"), "text(outcome)"),
        says(hef("matchMethod"), "text(method)"),
        says(hef("modelVersion"), "text(model_version)"),
        says(hef("decidedOn"), "day(day)"),
    ]
    return per_row(table, terms, parts)


def review_statements(table: str) -> str:
    """Who decided and why stands in the secretariat's graph, whoever may see the pair itself."""
    terms = {"s": f"match_iri({_MATCH_KEY})", "g": "scope_graph('match', 'secretariat')"}
    return per_row(table, terms, [says(hef("reviewer"), "text(reviewer)"), says(hef("reviewerReason"), "text(why)")])
