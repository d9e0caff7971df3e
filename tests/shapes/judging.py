"""The judge of the shapes: pyshacl on plain rdflib, and how a document becomes a file to check."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache
from typing import Any

import pyshacl
import rdflib
from condition_cases import AT

from hefboom.graph.completeness import CompanyCheck, Result, results_as_statements
from hefboom.graph.completeness_files import CompanyFile
from hefboom.graph.completeness_parameters import check_context, read_parameters
from hefboom.graph.completeness_shapes import claim_shapes_text, step_shapes_text
from hefboom.graph.iris import Names
from hefboom.loaders.company_files import company_statements
from hefboom.loaders.demo_company_files import as_records

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
SHAPE = rdflib.Namespace("https://w3id.org/hefboom/shape/")


def as_file(document: dict[str, Any]) -> CompanyFile:
    company, year, graph, ntriples, findings = company_statements(as_records(document), Names())
    assert not findings
    return CompanyFile(company, year, graph, ntriples)


@cache
def parsed(text: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format="turtle")


def shapes_of(text: str, condition: str | None) -> rdflib.Graph:
    """All shapes, or the shape of one condition with its parts and the prefixes that it names."""
    everything = parsed(text)
    if condition is None:
        return everything
    part = rdflib.Graph()
    todo: list[rdflib.term.Node] = [SHAPE[condition]]
    seen: set[rdflib.term.Node] = set()
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        for triple in everything.triples((node, None, None)):
            part.add(triple)
            own = isinstance(triple[2], rdflib.BNode) or str(triple[2]).startswith(f"{SHAPE[condition]}-")
            if own or triple[1] == SH.prefixes:
                todo.append(triple[2])
    return part


def judge(ntriples: str, text: str, condition: str | None = None) -> Counter[Result]:
    data = rdflib.Graph().parse(data=ntriples, format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes_of(text, condition), advanced=True)
    assert isinstance(report, rdflib.Graph)
    results: Counter[Result] = Counter()
    for node in report.subjects(rdflib.RDF.type, SH.ValidationResult):
        value = report.value(node, SH.value)
        terms = [str(report.value(node, term)) for term in (SH.focusNode, SH.sourceShape, SH.sourceConstraintComponent)]
        results[Result(*terms, None if value is None else str(value))] += 1
    return results


def judged(checks: list[CompanyCheck], condition: str | None = None, at: date = AT) -> Counter[Result]:
    """What the judge says of the files of some checks, in the two rounds in which they were checked."""
    context = check_context(at, read_parameters())
    files = "".join(check.file.ntriples for check in checks)
    beside = "".join(
        results_as_statements(check.file, check.levels, [r for r in check.results if "DD-X.2" not in r.shape])
        for check in checks
    )
    found: Counter[Result] = Counter()
    if condition != "DD-X.2":
        found += judge(files + context, step_shapes_text(), condition)
    if condition in {None, "DD-X.2"}:
        found += judge(files + beside + context, claim_shapes_text())
    return found
