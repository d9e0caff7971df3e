"""What reviewers decided corrects the calibration, scope by scope: a decision counts only where its pair is seen.

Which pairs are asked depends on their score, not on the answer, so a correction of the score is not biased by it, as
long as pairs with a conflict, which are asked whatever their score, stay out. It says little of scores that nobody
was asked about; so it starts from no correction, needs several decisions to move, stays within bounds, and fades
beyond the scores that were asked about.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import duckdb
import numpy as np
from scipy.optimize import minimize

from hefboom.graph import identity
from hefboom.graph.match_calibration import Figures
from hefboom.graph.match_file import MatchModel

FEWEST: Final = 20
"""Fewer decisions than this correct nothing."""
SHIFT, SLOPE = 0.4, 0.15
"""How far the correction is expected to lie from none: standard deviations of the shift and the slope of the logit."""
LARGEST: Final = ((-1.0, 1.0), (0.7, 1.3))
STEP: Final = 0.05
"""Corrections move in steps, so that one more decision does not touch every statement."""


FADE: Final = 0.5
"""By how much the correction fades for each 1 that a logit lies beyond those that were asked about."""


@dataclass(frozen=True)
class Correction:
    """Logits become `shift + slope * logit` from `low` to `high`, the logits asked about; beyond, the change fades."""

    shift: float = 0.0
    slope: float = 1.0
    low: float = 0.0
    high: float = 0.0

    def __bool__(self) -> bool:
        return (self.shift, self.slope) != (0.0, 1.0)

    def __str__(self) -> str:
        return f"reviewed({self.shift:+.2f},{self.slope:.2f},{self.low:.1f}..{self.high:.1f})"


def fit_correction(logits: Figures, same: Figures, weights: Figures) -> Correction:
    """The correction that decisions ask for: `logits` as the model gave them, `same` 1 or 0, a weight for each."""
    if weights.sum() < FEWEST:
        return Correction()

    def loss(at: Figures) -> float:
        corrected = at[0] + at[1] * logits
        likelihood = weights @ (np.logaddexp(0, corrected) - same * corrected)
        return float(likelihood + 0.5 * (at[0] / SHIFT) ** 2 + 0.5 * ((at[1] - 1) / SLOPE) ** 2)

    found = minimize(loss, np.array([0.0, 1.0]), method="L-BFGS-B", bounds=LARGEST).x
    shift, slope = (round(round(float(value) / STEP) * STEP, 2) for value in found)
    found = Correction(shift, slope)
    return replace(found, low=round(float(logits.min()), 1), high=round(float(logits.max()), 1)) if found else found


def corrected_sql(logit: str) -> str:
    """The corrected logit in SQL, over the columns of a correction; NULL columns correct nothing."""
    change = f"(shift + (slope - 1) * greatest(low, least(high, {logit})))"
    left = f"greatest(0, abs({change}) - {FADE} * greatest({logit} - high, low - {logit}, 0))"
    return f"({logit}) + coalesce(sign({change}) * {left}, 0)"


def find_scopes(connection: duckdb.DuckDBPyConnection, scopes: str | None) -> None:
    """Make `m_list_scope` (list, scope) from the relation `scopes` (list, scope); without one, all is public."""
    connection.execute(identity.MACROS)
    source = f"SELECT list, scope FROM {scopes}" if scopes else "SELECT '' AS list, 'public' AS scope WHERE false"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE m_list_scope AS {source}")


def claim_scopes(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `m_claim_scope` (claim, scope): the most open scope of the lists that make a claim."""
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_claim_scope AS
        SELECT claim, arg_min(scope, (closedness(scope), scope)) AS scope
        FROM (SELECT claim, coalesce(scope, 'public') AS scope FROM m_mention LEFT JOIN m_list_scope USING (list))
        GROUP BY claim
    """)


def first_mentions(mentions: str) -> str:
    """SQL for claim, first: the mention by which a pair names a claim, the first of its most open lists.

    So whoever may see one mention of each claim of a pair may see the two that the pair names.
    """
    return f"""
        SELECT claim, arg_min((list, row, part), (closedness(scope), scope, list, row, part)) AS first
        FROM (SELECT * EXCLUDE (scope), coalesce(scope, 'public') AS scope
              FROM {mentions} LEFT JOIN m_list_scope USING (list)) GROUP BY claim
    """


def find_corrections(connection: duckdb.DuckDBPyConnection, model: MatchModel) -> None:
    """Make `m_correction` (level, shift, slope, low, high, version): per scope what the decisions seen there ask for.

    `version` tells model and correction, and so no more than the decisions that the scope may see.
    """
    decided = connection.sql(f"""
        SELECT most_closed(a.scope, b.scope) AS level, {model.calibration.logit_sql()} AS logit,
               (decision = 'same')::INT AS same, 1 / count(*) OVER (PARTITION BY d.number) AS weight
        FROM m_decision d JOIN m_measured USING (claim_l, claim_r)
        JOIN m_claim_scope a ON a.claim = claim_l JOIN m_claim_scope b ON b.claim = claim_r
        WHERE decision IN ('same', 'different') AND len(conflicts) = 0
        ORDER BY number, claim_l, claim_r
    """).pl()
    levels = connection.execute("""
        SELECT DISTINCT scope FROM m_claim_scope UNION SELECT 'secretariat' ORDER BY ALL
    """).fetchall()
    rows = []
    for (level,) in levels:
        seen = {row[0] for row in connection.execute(
            "SELECT scope FROM (SELECT DISTINCT scope FROM m_claim_scope UNION SELECT 'secretariat') "
            "WHERE seen_at(scope, ?)", [level]).fetchall()}  # fmt: skip
        known = decided.filter(decided["level"].is_in(sorted(seen)))
        found = fit_correction(known["logit"].to_numpy(), known["same"].to_numpy(), known["weight"].to_numpy())
        if found:
            rows.append((level, found.shift, found.slope, found.low, found.high, f"{model.version}+{found}"))
    connection.execute("""
        CREATE OR REPLACE TABLE m_correction
            (level VARCHAR, shift DOUBLE, slope DOUBLE, low DOUBLE, high DOUBLE, version VARCHAR)
    """)
    if rows:
        connection.executemany("INSERT INTO m_correction VALUES (?, ?, ?, ?, ?, ?)", rows)


def correct(connection: duckdb.DuckDBPyConnection) -> bool:
    """Make `m_corrected` (claim_l, claim_r and the correction) for measured pairs; whether any is corrected."""
    row = connection.execute("SELECT count(*) FROM m_correction").fetchone()
    if not row or not row[0]:
        return False
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE m_corrected AS
        SELECT claim_l, claim_r, shift, slope, low, high, version FROM m_measured
        JOIN m_claim_scope a ON a.claim = claim_l JOIN m_claim_scope b ON b.claim = claim_r
        JOIN m_correction ON level = most_closed(a.scope, b.scope)
    """)
    return True
