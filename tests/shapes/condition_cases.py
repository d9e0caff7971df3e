"""One table of cases: for each condition the smallest change that breaks a complete file, and what "nothing" means.

`BREAKS` maps a condition to a change of the complete document and the node where it must show, as `<segment>/<id>` or
"company". `EMPTY` maps it to the sheets without which it has nothing to judge, and the step that must then not pass;
None where nothing on record is fine (no complaint, no harm, no claim).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from hefboom.loaders.demo_company_files import complete_document
from hefboom.loaders.demo_company_parts import FileSite, Setting

AT = date(2026, 11, 1)
Change = Callable[[dict[str, Any]], None]


def day(days_ago: int) -> str:
    return (AT - timedelta(days=days_ago)).isoformat()


def complete(name: str = "Leader", size: str = "large", at: date = AT) -> dict[str, Any]:
    sites = [
        FileSite("First Mill", "1 Road", "BD", 23.9, 90.4, "BD2001001AAAAAW", 1, "sewing", 400),
        FileSite("Second Mill", "2 Road", "IN", 11.1, 77.3, "IN2001001AAAAAD", 2, "dyeing", 200),
    ]
    return complete_document(Setting(name, size, at, sites, Random(1)))


def row(document: dict[str, Any], sheet: str, key: str) -> dict[str, Any]:
    return next(found for found in document[sheet] if found["id"] == key)


def put(sheet: str, key: str, **values: Any) -> Change:
    """Set fields of one row; None takes the field away."""

    def change(document: dict[str, Any]) -> None:
        target = document["company"] if sheet == "company" else row(document, sheet, key)
        for name, value in values.items():
            target.pop(name, None) if value is None else target.update({name: value})

    return change


def add(sheet: str, **values: Any) -> Change:
    return lambda document: document[sheet].append(values)


def drop(sheet: str, *keys: str) -> Change:
    """Take rows away; no keys, all of them."""

    def change(document: dict[str, Any]) -> None:
        document[sheet] = [found for found in document[sheet] if keys and found["id"] not in keys]

    return change


def both(*changes: Change) -> Change:
    def change(document: dict[str, Any]) -> None:
        for one in changes:
            one(document)

    return change


def each(sheet: str, **values: Any) -> Change:
    """Set fields of every row of a sheet."""

    def change(document: dict[str, Any]) -> None:
        for found in document[sheet]:
            put(sheet, found["id"], **values)(document)

    return change


def involve(risk: str, kind: str) -> Change:
    return put("involvements", f"I{risk[1:]}", kind=kind)


BREAKS: dict[str, tuple[Change, str]] = {
    "DD-1.1": (put("policies", "P1", valid_to=day(1)), "company"),
    "DD-1.2": (put("policies", "P1", endorses=["oecd-guidelines"]), "policy/p1"),
    "DD-1.3": (put("policies", "P1", approver_level="staff"), "policy/p1"),
    "DD-1.4": (put("policies", "P1", published_on=None), "policy/p1"),
    "DD-1.5": (put("policies", "P1", covers=["4", "5", "6"]), "policy/p1"),
    "DD-1.6": (put("policy_goals", "G2", target=None), "policy/p1"),
    "DD-1.7": (put("engagements", "W1", date=day(399)), "policy/p1"),
    "DD-1.8": (put("policies", "P1", remedy_by_involvement="no"), "policy/p1"),
    "DD-1.9": (put("responsibilities", "V1", level="staff"), "company"),
    "DD-1.10": (put("responsibilities", "V2", task=None), "company"),
    "DD-1.11": (put("relations", "X1", code_signed="no"), "relation/x1"),
    "DD-1.12": (put("relations", "X1", code_two_way="no"), "relation/x1"),
    "DD-2.1": (put("company", "", chain_map_on=None), "company"),
    "DD-2.2": (
        add("product_lines", id="L3", name="socks", in_scope_since=day(10), countries=["BD"]),
        "product-line/l3",
    ),
    "DD-2.3": (put("product_lines", "L1", countries=[]), "product-line/l1"),
    "DD-2.4": (put("sites", "S1", address=None), "site/s1"),
    "DD-2.5": (put("sites", "S2", os_id=None), "site/s2"),
    "DD-2.6": (put("relations", "X2", tier="1"), "product-line/l1"),
    "DD-2.7": (
        both(put("relations", "X2", site="unknown"), put("company", "", chain_map_complete_by=None)),
        "company",
    ),
    "DD-2.8": (put("company", "", end_of_life_mapped="no"), "company"),
    "DD-2.9": (put("assessments", "B1", factors=["sector", "country", "product"]), "company"),
    "DD-2.10": (put("risks", "R1", affected=[]), "risk/r1"),
    "DD-2.11": (put("risks", "R1", irremediability=None), "risk/r1"),
    "DD-2.12": (put("documents", "D1", date=None), "risk/r1"),
    "DD-2.13": (put("risks", "R1", decision_reason=None), "risk/r1"),
    "DD-2.14": (put("risks", "R3", decision="later"), "risk/r3"),
    "DD-2.15": (put("involvements", "I1", to=day(1)), "risk/r1"),
    "DD-2.16": (put("assessments", "B1", purchasing_assessed="no"), "assessment/b1"),
    "DD-2.17": (put("engagements", "W2", roles=["supplier"]), "assessment/b1"),
    "DD-2.18": (put("assessments", "B1", gender_in=["BD"]), "assessment/b1"),
    "DD-2.19": (put("assessments", "B1", date=day(366)), "assessment/b1"),
    "DD-3.1": (put("plans", "A1", risks=[]), "risk/r1"),
    "DD-3.2": (put("actions", "T11", owner=None), "action/t11"),
    "DD-3.3": (put("actions", "T12", deadline=None), "action/t12"),
    "DD-3.4": (put("actions", "T11", target=None), "action/t11"),
    "DD-3.5": (put("plans", "A1", budget=None), "plan/a1"),
    "DD-3.6": (put("engagements", "W2", about=["assessments/B1"]), "plan/a1"),
    "DD-3.7": (involve("R1", "caused"), "risk/r1"),
    "DD-3.8": (put("actions", "T23", own_activities="no"), "risk/r2"),
    "DD-3.9": (both(*(put("actions", key, response="mitigate") for key in ("T11", "T12", "T90"))), "risk/r1"),
    "DD-3.10": (
        both(*(put("relations", key, share="5-10") for key in ("X1", "X2")), put("actions", "T32", with_others="no")),
        "risk/r3",
    ),
    "DD-3.11": (put("relations", "X90", exit_assessed_on=day(600)), "relation/x90"),
    "DD-3.12": (both(*(put("actions", key, certification="yes") for key in ("T31", "T32"))), "risk/r3"),
    "DD-3.13": (put("actions", "T12", deadline=day(1)), "action/t12"),
    "DD-4.1": (put("measurements", "N12", date=day(-1)), "action/t12"),
    "DD-4.2": (both(*(put("monitoring", key, date=day(367)) for key in ("M11", "M12"))), "site/s1"),
    "DD-4.3": (put("corrective_actions", "C1", deadline=None), "monitoring/m11"),
    "DD-4.4": (both(*(put("monitoring", key, kind="audit") for key in ("M12", "M22"))), "risk/r1"),
    "DD-4.5": (put("actions", "T11", conclusion=None), "action/t11"),
    "DD-5.1": (both(*(put("communications", key, date=day(366)) for key in ("Y1", "Y2"))), "company"),
    "DD-5.2": (put("communications", "Y1", topics=["policy", "risks", "results"]), "company"),
    "DD-5.3": (put("communications", "Y1", explains_priorities="no"), "communication/y1"),
    "DD-5.4": (put("communications", "Y2", safety_checked_on=None), "communication/y2"),
    "DD-6.1": (put("remedies", "Z1", impact=None), "impact/h1"),
    "DD-6.2": (put("actions", "T80", aims_at_remedy="no"), "impact/h2"),
    "DD-6.3": (put("mechanisms", "K1", open_to=["own-staff", "chain-workers"]), "company"),
    "DD-6.4": (put("mechanism_criteria", "Q3", evidence=[]), "mechanism/k1"),
    "DD-6.5": (put("complaints", "2026-021", handler=None), "complaint/2026-021"),
    "DD-6.6": (
        put("complaints", "2026-021", received_on=day(200), steps_on=[day(91)]),
        "complaint/2026-021",
    ),
    "DD-6.7": (put("complaints", "2026-014", remedy=None), "complaint/2026-014"),
    "DD-6.8": (put("remedies", "Z1", agreed_with=["supplier"]), "remedy/z1"),
    "DD-X.1": (put("engagements", "W3", steps=["4", "5"]), "company"),
    "DD-X.2": (put("actions", "T11", owner=None), "claim/u1"),
    "DD-X.3": (put("actions", "T31", conclusion="partly"), "claim/u1"),
    "DD-X.4": (put("certificates", "E1", holder=None), "certificate/e1"),
}

_POLICY = (("policies", "policy_goals"), "1")
_CHAIN = (("relations",), "2")
_RISK = (("risks",), "2")
_ASSESSED = (("assessments",), "2")
_ACTION = (("actions",), "3")
_PLAN = (("plans",), "3")
_TOLD = (("communications",), "5")
_DESK = (("mechanisms",), "6")
_ALL = (tuple(complete()), "1")

EMPTY: dict[str, tuple[tuple[str, ...], str] | None] = {
    "DD-1.1": _POLICY,
    "DD-1.2": _POLICY,
    "DD-1.3": _POLICY,
    "DD-1.4": _POLICY,
    "DD-1.5": _POLICY,
    "DD-1.6": _RISK,
    "DD-1.7": _POLICY,
    "DD-1.8": _POLICY,
    "DD-1.9": (("responsibilities",), "1"),
    "DD-1.10": (("responsibilities",), "1"),
    "DD-1.11": _CHAIN,
    "DD-1.12": _CHAIN,
    "DD-2.1": (("product_lines",), "2"),
    "DD-2.2": (("product_lines",), "2"),
    "DD-2.3": (("product_lines",), "2"),
    "DD-2.4": (("sites",), "2"),
    "DD-2.5": (("sites",), "2"),
    "DD-2.6": (("product_lines",), "2"),
    "DD-2.7": (("product_lines",), "2"),
    "DD-2.8": (("product_lines",), "2"),
    "DD-2.9": _ASSESSED,
    "DD-2.10": _RISK,
    "DD-2.11": _RISK,
    "DD-2.12": _RISK,
    "DD-2.13": _RISK,
    "DD-2.14": _RISK,
    "DD-2.15": _RISK,
    "DD-2.16": _ASSESSED,
    "DD-2.17": _ASSESSED,
    "DD-2.18": _ASSESSED,
    "DD-2.19": _ASSESSED,
    "DD-3.1": _RISK,
    "DD-3.2": _ACTION,
    "DD-3.3": _ACTION,
    "DD-3.4": _ACTION,
    "DD-3.5": _PLAN,
    "DD-3.6": _PLAN,
    "DD-3.7": _RISK,
    "DD-3.8": _RISK,
    "DD-3.9": _RISK,
    "DD-3.10": _RISK,
    "DD-3.11": _CHAIN,
    "DD-3.12": _RISK,
    "DD-3.13": _ACTION,
    "DD-4.1": _ACTION,
    "DD-4.2": (("monitoring", "measurements"), "4"),
    "DD-4.3": (("monitoring",), "4"),
    "DD-4.4": (("monitoring",), "4"),
    "DD-4.5": _ACTION,
    "DD-5.1": _TOLD,
    "DD-5.2": _TOLD,
    "DD-5.3": _TOLD,
    "DD-5.4": _TOLD,
    "DD-6.1": None,
    "DD-6.2": None,
    "DD-6.3": _DESK,
    "DD-6.4": _DESK,
    "DD-6.5": None,
    "DD-6.6": None,
    "DD-6.7": None,
    "DD-6.8": None,
    "DD-X.1": _ALL,
    "DD-X.2": None,
    "DD-X.3": None,
    "DD-X.4": (("documents", "measurements", "monitoring", "certificates"), "4"),
}


def broken(condition: str) -> tuple[dict[str, Any], str]:
    """The complete document with the one change that breaks a condition, and where it must show."""
    document = complete(f"Breaks {condition}")
    change, focus = BREAKS[condition]
    change(document)
    return document, focus


def emptied(condition: str, sheets: tuple[str, ...]) -> dict[str, Any]:
    """The complete document without some sheets and without what refers to them."""
    from hefboom.loaders.demo_company_gaps import closed_document

    document = complete(f"Empty {condition}")
    return closed_document({name: rows for name, rows in document.items() if name not in sheets or name == "company"})
