"""One world for reports: the golden lists and covenant, and files of two of its members with their checks."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from condition_cases import AT, drop, put, row
from golden_facts import GOLDEN
from step_facts import NAMES, put_files

from hefboom.graph.completeness_store import update_completeness
from hefboom.loaders.demo_company_files import complete_document
from hefboom.loaders.demo_company_parts import FileSite, Setting
from hefboom.ontology.terms import load_reference
from hefboom.queries import Evidence
from hefboom.reports.desk import Audience, Desk

S1 = "BD2024001S10009"
ODD_NAMES = "=1+1 Öziplik Ağ | Phú Kim <b>中文</b> বাংলা"
"""A name with what formats trip over: a formula, markup, Turkish, Vietnamese, Chinese and Bengali letters."""
TODAY: date = AT


def documents() -> list[dict[str, Any]]:
    """Company A is complete; Company B has a site with an odd name, an action without owner and no policy."""
    found: list[dict[str, Any]] = []
    for name in ("Company A", "Company B"):
        sites = [
            FileSite("Site S1", "1 Road", "BD", 23.9, 90.4, S1, 1, "sewing", 400),
            FileSite("Second Mill", "2 Road", "IN", 11.1, 77.3, "IN2001001AAAAAD", 2, "dyeing", 200),
        ]
        from random import Random

        found.append(complete_document(Setting(name, "large", AT, sites, Random(1))))
    weak = found[1]
    for change in (
        drop("policies"),
        drop("policy_goals"),
        put("engagements", "W1", about=[]),
        put("actions", "T21", owner=None),
    ):
        change(weak)
    put("actions", "T31", conclusion="partly")(weak)
    row(weak, "sites", "S2")["name"] = ODD_NAMES
    return found


def report_evidence(folder: Path) -> Evidence:
    """A store with lists, covenant, reference data, files, their catalogue and the results of the checks."""
    store = GOLDEN.evidence().store
    load_reference(store)
    put_files(store, folder, *documents())
    update_completeness(store, NAMES, AT)
    return Evidence(store)


def desk(evidence: Evidence, lang: str = "en", audience: Audience = "secretariat", owner: str | None = None) -> Desk:
    return Desk(evidence, TODAY, lang, audience, owner, today=TODAY)
