"""Company files go in, findings and answers come out: what the tests of the rules have in common."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from step_facts import AT, NAMES, complete, put_files

from hefboom.graph.completeness_store import update_completeness
from hefboom.loaders.demo_company_gaps import closed_document
from hefboom.ontology.terms import load_reference
from hefboom.queries import Evidence, run

Document = dict[str, Any]


def filed(*documents: Document) -> Evidence:
    """A store that has taken in these files, without references to rows that they lack, and checked them."""
    store = ox.Store()
    load_reference(store)
    with tempfile.TemporaryDirectory() as folder:
        put_files(store, Path(folder), *map(closed_document, documents))
    update_completeness(store, NAMES, AT)
    return Evidence(store)


def changed(*changes: Any, name: str = "Leader", size: str = "large") -> Document:
    """The complete file with these changes."""
    document = complete(name, size)
    for change in changes:
        change(document)
    return document


def answer(evidence: Evidence, question: str, **params: str) -> list[dict[str, Any]]:
    return run(question, params, evidence, today=AT).plain()


def found(evidence: Evidence, company: str = "Leader", **params: str) -> Mapping[tuple[str, str], str]:
    """Severity by condition and node, the node as `<kind>/<id>`, or `company/<name>` for the company itself."""
    rows = answer(evidence, "CQ07", company=company, **params)
    return {(row["condition"], "/".join(str(row["focus"]).split("/")[-2:])): row["severity"] for row in rows}


def levels(evidence: Evidence, company: str = "Leader") -> dict[str, str]:
    return {row["stepNumber"]: row["level"] for row in answer(evidence, "CQ08", company=company)}
