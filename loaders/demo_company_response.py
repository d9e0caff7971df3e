"""A complete fictional due diligence file, steps 3 and 4; dates count back from the day of the check."""

from __future__ import annotations

from hefboom.loaders.demo_company_parts import RISKS, Row, Setting, label_of


def plans(it: Setting) -> dict[str, list[Row]]:
    """Plans and actions that fit the involvement, what was measured, and how sites were looked at."""
    rows: list[Row] = []
    actions: list[Row] = []
    measurements: list[Row] = []
    for number, (kind, *_, involvement, response) in enumerate(RISKS[:-1], start=1):
        rows.append(
            {
                "id": f"A{number}",
                "title": f"Plan: {label_of('risk', kind)}",
                "risks": [f"R{number}"],
                "budget": "15000",
                "date": it.ago(90),
            }
        )
        wanted = [(response, "no"), ("increase-leverage", "no")]
        wanted += [("prevent", "yes")] if involvement in {"contributed", "caused"} else []
        for part, (answer, own) in enumerate(wanted, start=1):
            done = part == 1
            actions.append(
                {
                    "id": f"T{number}{part}",
                    "plan": f"A{number}",
                    "risks": [f"R{number}"],
                    "title": f"{label_of('response', answer)}: {label_of('risk', kind)}",
                    "response": answer,
                    "own_activities": own,
                    "with_others": "no" if own == "yes" else "yes",
                    "certification": "no",
                    "owner": "head of purchasing",
                    "start": it.ago(80),
                    "deadline": it.ago(10) if done else it.ago(-90),
                    "indicator": "sites that changed",
                    "target": "all",
                    "status": "completed" if done else "running",
                    "completed_on": it.ago(12) if done else "",
                    "conclusion": "effective" if done else "",
                }
            )
            measurements.append(
                {
                    "id": f"N{number}{part}",
                    "action": f"T{number}{part}",
                    "date": it.ago(15),
                    "value": "2 of 3",
                    "source": "visit report",
                    "holder": "Sustainability",
                }
            )
    actions += [
        {
            "id": "T80",
            "plan": "A4",
            "risks": ["R4"],
            "title": "ask the owner to provide remedy",
            "response": "use-leverage",
            "owner": "head of purchasing",
            "start": it.ago(40),
            "deadline": it.ago(-60),
            "indicator": "remedy agreed",
            "target": "yes",
            "status": "running",
            "impact": "H2",
            "aims_at_remedy": "yes",
        },
        {
            "id": "T90",
            "plan": "A1",
            "risks": ["R1"],
            "title": "two years of talks before leaving",
            "response": "use-leverage",
            "owner": "head of purchasing",
            "start": it.ago(800),
            "deadline": it.ago(690),
            "indicator": "committee elected",
            "target": "yes",
            "status": "completed",
            "completed_on": it.ago(690),
            "conclusion": "not-effective",
        },
    ]
    measurements += [
        {
            "id": "N80",
            "action": "T80",
            "date": it.ago(15),
            "value": "talks begun",
            "source": "minutes",
            "holder": "Purchasing",
        },
        {
            "id": "N90",
            "action": "T90",
            "date": it.ago(695),
            "value": "none",
            "source": "minutes",
            "holder": "Purchasing",
        },
    ]
    return {"plans": rows, "actions": actions, "measurements": measurements}


def tracking(it: Setting) -> dict[str, list[Row]]:
    """Looks at sites, one audit with a finding and its correction, a certificate, one change of an order."""
    looks: list[Row] = []
    for number in range(1, len(it.sites) + 1):
        for part, kind in enumerate(("audit", "worker-survey"), start=1):
            looks.append(
                {
                    "id": f"M{number}{part}",
                    "kind": kind,
                    "site": f"S{number}",
                    "date": it.ago(60 + 10 * part),
                    "source": "report of the auditor" if kind == "audit" else "answers of workers",
                    "holder": "Sustainability",
                }
            )
    return {
        "monitoring": looks,
        "findings": [
            {
                "id": "F1",
                "audit": "M11",
                "type": "labour/working-time",
                "grade": "major",
                "nonconformity": "yes",
                "description": "weeks of more than 60 hours",
            }
        ],
        "corrective_actions": [
            {
                "id": "C1",
                "finding": "F1",
                "deadline": it.ago(-30),
                "status": "in-progress",
                "description": "no orders above capacity",
            }
        ],
        "certificates": [
            {
                "id": "E1",
                "scheme": "Fictional fair work label",
                "scope": "sewing",
                "site": "S1",
                "from": it.ago(300),
                "to": it.ago(-400),
                "date": it.ago(290),
                "source": "register of the label",
                "holder": "Quality",
            }
        ],
        "order_changes": [{"id": "O1", "site": "S1", "date": it.ago(110), "kind": "lead-time"}],
        "documents": [
            {
                "id": "D1",
                "title": "Country study on work in factories",
                "kind": "public-report",
                "source": "international institute",
                "address": "https://study.example/report",
                "date": it.ago(300),
                "holder": "Sustainability",
            },
            {
                "id": "D2",
                "title": "Review of the complaint desk",
                "kind": "stakeholder-input",
                "source": "union and desk",
                "date": it.ago(150),
                "holder": "Sustainability",
            },
        ],
    }
