"""A complete fictional due diligence file, steps 5 and 6 and what spans the steps; dates count back from the check."""

from __future__ import annotations

from typing import Final

from hefboom.loaders.demo_company_parts import RISKS, Row, Setting

CRITERIA: Final = (
    "legitimate",
    "accessible",
    "predictable",
    "equitable",
    "transparent",
    "rights-compatible",
    "learning",
    "dialogue",
)


def telling_and_remedy(it: Setting) -> dict[str, list[Row]]:
    """Communication, complaints, remedy, talks with stakeholders, and one claim."""
    return {
        "communications": [
            {
                "id": "Y1",
                "title": "Report on due diligence",
                "address": "https://report.example/due-diligence",
                "date": it.ago(50),
                "public": "yes",
                "topics": ["policy", "risks", "actions", "results"],
                "explains_priorities": "yes",
                "traceable": "no",
            },
            {
                "id": "Y2",
                "title": "Case of one site",
                "address": "https://report.example/case",
                "date": it.ago(30),
                "public": "yes",
                "topics": ["results"],
                "explains_priorities": "no",
                "traceable": "yes",
                "safety_checked_on": it.ago(35),
            },
        ],
        "mechanisms": [
            {
                "id": "K1",
                "name": "Joint complaint desk",
                "run_by": "secretariat of the covenant",
                "open_to": ["own-staff", "chain-workers", "outsiders"],
            }
        ],
        "mechanism_criteria": [
            {"id": f"Q{number}", "mechanism": "K1", "criterion": criterion, "evidence": ["D2"]}
            for number, criterion in enumerate(CRITERIA, start=1)
        ],
        "complaints": [
            {
                "id": "2026-014",
                "mechanism": "K1",
                "received_on": it.ago(75),
                "status": "closed",
                "outcome": "upheld",
                "handler": "complaint desk",
                "steps_on": [it.ago(70), it.ago(40)],
                "type": "labour/working-time",
                "site": "S1",
                "risk": "R2",
                "remedy": "Z1",
            },
            {
                "id": "2026-021",
                "mechanism": "K1",
                "received_on": it.ago(20),
                "status": "in-progress",
                "handler": "complaint desk",
                "steps_on": [it.ago(15)],
                "type": "labour/wages",
                "site": "S1",
            },
        ],
        "remedies": [
            {
                "id": "Z1",
                "impact": "H1",
                "forms": ["compensation", "guarantee"],
                "agreed_with": ["union", "affected"],
                "date": it.ago(35),
                "description": "hours paid at the overtime rate",
            }
        ],
        "engagements": [
            {
                "id": "W1",
                "date": it.ago(430),
                "roles": ["union", "ngo"],
                "party": "national union",
                "steps": ["1"],
                "about": ["policies/P1"],
            },
            {
                "id": "W2",
                "date": it.ago(110),
                "roles": ["union", "affected"],
                "party": "local union",
                "steps": ["2", "3"],
                "about": ["assessments/B1", *(f"plans/A{number}" for number in range(1, len(RISKS)))],
            },
            {
                "id": "W3",
                "date": it.ago(60),
                "roles": ["affected"],
                "party": "worker committee",
                "steps": ["4", "5", "6"],
                "about": ["remedies/Z1"],
            },
        ],
        "sdg_claims": [
            {
                "id": "U1",
                "target": "8.8",
                "statement": "We stand up for safe work in our chain",
                "product_lines": ["L1"],
                "date": it.ago(50),
            }
        ],
    }
