"""A check as statements, in the vocabulary of the SHACL report: a report, its results, and the level of each step."""

from __future__ import annotations

import hashlib
from typing import Final

import pyoxigraph as ox

from hefboom.graph.completeness import CompanyCheck, Result
from hefboom.graph.completeness_shapes import shape_infos
from hefboom.graph.iris import HEF, SCHEME

_SH: Final = "http://www.w3.org/ns/shacl#"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def report_triples(check: CompanyCheck, key: str | None = None, node: str | None = None) -> list[ox.Triple]:
    """The statements of a check; `key` names what it was made from.

    They stand below `node` where that is given, as a check of an earlier day, else below the IRI of the file.
    """
    below = node or check.file.node
    report, company = ox.NamedNode(f"{below}/report"), ox.NamedNode(check.company)
    day = ox.Literal(check.at.isoformat(), datatype=ox.NamedNode(f"{_XSD}date"))
    conforms = ox.Literal("false" if check.results else "true", datatype=ox.NamedNode(f"{_XSD}boolean"))
    found = [
        ox.Triple(report, _TYPE, _sh("ValidationReport")),
        ox.Triple(report, _sh("conforms"), conforms),
        ox.Triple(report, _hef("company"), company),
        ox.Triple(report, _hef("checkedAt"), day),
    ]
    if key:
        found.append(ox.Triple(report, _hef("sha256"), ox.Literal(key)))
    for step, level in check.levels.items():
        reached = ox.NamedNode(f"{below}/level/{step}")
        found += [
            ox.Triple(reached, _TYPE, _hef("StepLevel")),
            ox.Triple(reached, _hef("company"), company),
            ox.Triple(reached, _hef("step"), ox.NamedNode(f"{SCHEME}ddg/{step}")),
            ox.Triple(reached, _hef("level"), ox.NamedNode(f"{SCHEME}level/{level}")),
            ox.Triple(reached, _hef("checkedAt"), day),
        ]
    if node:
        told = {triple.subject for triple in found}
        found += [ox.Triple(subject, _TYPE, _hef("EarlierCheck")) for subject in told]
    for result in check.results:
        found += _result_triples(check, below, company, result)
    return found


def _result_triples(check: CompanyCheck, below: str, company: ox.NamedNode, result: Result) -> list[ox.Triple]:
    info = shape_infos()[result.shape]
    condition = info.condition
    words = info.detail or condition.message
    name = hashlib.sha256("\n".join((result.focus, result.shape, result.component, result.value or "")).encode())
    node = ox.NamedNode(f"{below}/result/{condition.id}/{name.hexdigest()[:12]}")
    severity = condition.severity_for_small_firms if check.file.index.small else condition.severity
    rank = max(check.file.index.rank(about) for about in (result.focus, *([result.value] if result.value else [])))
    found = [
        ox.Triple(ox.NamedNode(f"{below}/report"), _sh("result"), node),
        ox.Triple(node, _TYPE, _sh("ValidationResult")),
        ox.Triple(node, _sh("focusNode"), ox.NamedNode(result.focus)),
        ox.Triple(node, _sh("sourceShape"), ox.NamedNode(result.shape)),
        ox.Triple(node, _sh("sourceConstraintComponent"), ox.NamedNode(result.component)),
        ox.Triple(node, _sh("resultSeverity"), _sh(severity.capitalize())),
        ox.Triple(node, _sh("resultMessage"), ox.Literal(words.en, language="en")),
        ox.Triple(node, _sh("resultMessage"), ox.Literal(words.nl, language="nl")),
        ox.Triple(node, _hef("nextStep"), ox.Literal(condition.next_step.en, language="en")),
        ox.Triple(node, _hef("nextStep"), ox.Literal(condition.next_step.nl, language="nl")),
        ox.Triple(node, _hef("condition"), ox.NamedNode(f"{SCHEME}condition/{condition.id}")),
        ox.Triple(node, _hef("company"), company),
        ox.Triple(node, _hef("worstSeverity"), ox.Literal(str(rank[0]), datatype=ox.NamedNode(f"{_XSD}integer"))),
    ]
    if condition.step != "X":
        found.append(ox.Triple(node, _hef("step"), ox.NamedNode(f"{SCHEME}ddg/{condition.step}")))
    if result.value is not None:
        iri = result.value.startswith(("http://", "https://"))
        found.append(ox.Triple(node, _sh("value"), ox.NamedNode(result.value) if iri else ox.Literal(result.value)))
    return found


def _hef(name: str) -> ox.NamedNode:
    return ox.NamedNode(HEF + name)


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SH + name)
