"""A complete fictional due diligence file, steps 1 and 2; dates count back from the day of the check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Final

from hefboom.ontology.codes import codes

Value = str | list[str]
Row = dict[str, Value]

RISKS: Final = (
    # type, affected group, scale, scope, irremediability, likelihood, involvement, response
    ("labour/freedom-of-association", "workers", "4", "4", "3", "4", "linked", "increase-leverage"),
    ("labour/working-time", "workers", "3", "4", "2", "5", "contributed", "use-leverage"),
    ("labour/ohs/building-fire", "workers", "5", "4", "5", "2", "linked", "use-leverage"),
    ("labour/gender-based-violence", "women", "4", "3", "4", "3", "linked", "use-leverage"),
    ("environment/water-pollution", "communities", "3", "4", "4", "3", "linked", "use-leverage"),
    ("labour/wages/living-wage", "workers", "3", "5", "2", "5", "contributed", "increase-leverage"),
)


@cache
def label_of(kind: str, short: str) -> str:
    """A code in English words, as a company would write it in its own texts."""
    return next(code.label_en for code in codes(kind) if code.short == short)


@dataclass(frozen=True, slots=True)
class FileSite:
    """A production site as a company knows it."""

    name: str
    address: str
    country: str
    latitude: float
    longitude: float
    os_id: str
    tier: int
    process: str
    workers: int


@dataclass(frozen=True, slots=True)
class Setting:
    """What a file is made from: the company, its sites, the day of the check, a seeded source of chance."""

    name: str
    size: str
    at: date
    sites: Sequence[FileSite]
    random: Random

    def ago(self, days: int) -> str:
        """The day so many days before the check; negative for after it."""
        return (self.at - timedelta(days=days)).isoformat()


def company_part(it: Setting) -> Row:
    """The sheet of the company itself."""
    return {
        "name": it.name,
        "year": str(it.at.year),
        "drawn_up_on": it.ago(20),
        "size": it.size,
        "sectors": ["textiles"],
        "chain_map_on": it.ago(120),
        "chain_map_complete_by": it.ago(-200),
        "customers_mapped": "yes",
        "end_of_life_mapped": "yes",
    }


def step_one(it: Setting) -> dict[str, list[Row]]:
    """Policy and management systems."""
    address = "https://" + "".join(letter for letter in it.name.lower() if letter.isascii() and letter.isalnum())
    goals = [
        {
            "id": f"G{n}",
            "policy": "P1",
            "risk": f"R{n}",
            "indicator": f"sites where the goal is met: {label_of('risk', kind)}",
            "target": "all by 2030",
        }
        for n, (kind, *_) in enumerate(RISKS, start=1)
    ]
    return {
        "policies": [
            {
                "id": "P1",
                "title": "Policy on responsible business conduct",
                "approver": "managing director",
                "approver_level": "board",
                "approved_on": it.ago(400),
                "published_at": f"{address}.example/policy",
                "published_on": it.ago(390),
                "endorses": ["oecd-guidelines", "un-guiding-principles", "ilo-declaration"],
                "covers": ["4", "5", "6", "6/climate"],
                "remedy_by_involvement": "yes",
            }
        ],
        "policy_goals": [dict(goal) for goal in goals],
        "responsibilities": [
            {
                "id": "V1",
                "function": "board",
                "level": "board",
                "role": "managing director",
                "accountable": "yes",
                "task": "decides on priorities and reports to the owners",
            },
            {
                "id": "V2",
                "function": "purchasing",
                "level": "management",
                "role": "head of purchasing",
                "accountable": "no",
                "task": "selects suppliers on risk and plans orders",
            },
            {
                "id": "V3",
                "function": "sustainability",
                "level": "staff",
                "role": "due diligence officer",
                "accountable": "no",
                "task": "keeps the file and talks to stakeholders",
            },
        ],
    }


def chain(it: Setting) -> dict[str, list[Row]]:
    """The map of the chain: product lines, sites, relations; one relation has ended."""
    countries = sorted({site.country for site in it.sites})
    lines: list[Row] = [
        {
            "id": "L1",
            "name": "cotton tops",
            "material": "cotton",
            "in_scope_since": it.ago(700),
            "countries": countries,
            "high_risk": "yes",
        },
        {
            "id": "L2",
            "name": "knitwear",
            "material": "wool",
            "in_scope_since": it.ago(350),
            "countries": countries[:1],
            "high_risk": "no",
        },
    ]
    sites: list[Row] = []
    relations: list[Row] = []
    for number, site in enumerate(it.sites, start=1):
        sites.append(
            {
                "id": f"S{number}",
                "name": site.name,
                "address": site.address,
                "country": site.country,
                "latitude": f"{site.latitude}",
                "longitude": f"{site.longitude}",
                "os_id": site.os_id,
                "final_assembly": "yes" if site.tier == 1 else "no",
                "processes": [site.process],
                "workers_min": str(site.workers),
                "workers_max": str(site.workers + 50),
            }
        )
        relations.append(
            {
                "id": f"X{number}",
                "product_line": "L2" if number == 3 else "L1",
                "site": f"S{number}",
                "tier": str(site.tier),
                "share": it.random.choice(("1-5", "5-10", "10-25", "25-50")),
                "from": it.ago(600),
                "code_signed": "yes",
                "code_two_way": "yes",
            }
        )
    relations.append(
        {
            "id": "X90",
            "product_line": "L1",
            "site": "S1",
            "tier": "1",
            "share": "lt-1",
            "from": it.ago(900),
            "to": it.ago(650),
            "code_signed": "yes",
            "code_two_way": "yes",
            "end_reason": "responsible-business",
            "exit_assessed_on": it.ago(680),
            "mitigation": ["T90"],
        }
    )
    return {"product_lines": lines[: 2 if len(it.sites) > 2 else 1], "sites": sites, "relations": relations}


def risks(it: Setting) -> dict[str, list[Row]]:
    """Assessment, risks, harm and how the company is involved; the last risk comes later."""
    countries = sorted({site.country for site in it.sites})
    rows: list[Row] = []
    involvements: list[Row] = []
    for number, (kind, group, scale, scope, beyond, likely, involvement, _) in enumerate(RISKS, start=1):
        later = number == len(RISKS)
        rows.append(
            {
                "id": f"R{number}",
                "assessment": "B1",
                "type": kind,
                "product_lines": ["L1"],
                "sites": [f"S{1 + number % len(it.sites)}"],
                "countries": [it.sites[number % len(it.sites)].country],
                "tier": "1",
                "affected": [group],
                "scale": scale,
                "scope": scope,
                "irremediability": beyond,
                "likelihood": likely,
                "rating_reason": "studies and talks on the spot",
                "sources": ["D1"],
                "decision": "later" if later else "prioritised",
                "decision_reason": "joint work of the sector starts next year"
                if later
                else "grave, and many are affected",
                "review_on": it.ago(-180) if later else "",
            }
        )
        involvements.append(
            {
                "id": f"I{number}",
                "risk": f"R{number}",
                "kind": involvement,
                "from": it.ago(90),
                "reason": "own orders were late" if involvement == "contributed" else "no own part found",
            }
        )
    involvements += [
        {"id": "I90", "impact": "H1", "kind": "contributed", "from": it.ago(80), "reason": "lead times were cut"},
        {"id": "I91", "impact": "H2", "kind": "linked", "from": it.ago(80), "reason": "no own part found"},
    ]
    return {
        "assessments": [
            {
                "id": "B1",
                "date": it.ago(100),
                "factors": ["sector", "country", "product", "business-model"],
                "purchasing_assessed": "yes",
                "freedom_of_association_in": countries,
                "gender_in": countries,
            }
        ],
        "risks": rows,
        "impacts": [
            {
                "id": "H1",
                "risk": "R2",
                "type": "labour/working-time",
                "site": "S1",
                "found_on": it.ago(85),
                "affected": ["workers"],
                "description": "weeks of more than 60 hours",
            },
            {
                "id": "H2",
                "risk": "R4",
                "type": "labour/gender-based-violence",
                "site": "S2" if len(it.sites) > 1 else "S1",
                "found_on": it.ago(85),
                "affected": ["women"],
                "description": "harassment on the line",
            },
        ],
        "involvements": involvements,
    }
