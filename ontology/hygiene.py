"""What can be said about the ontology without a reasoner: each check is a query in ``ontology/checks``.

A check file has a header of ``# title:``, ``# severity:`` (problem or warning) and ``# message:``; names in braces in
the message are filled from the columns of the query.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from hefboom.ontology.terms import HEF, PREFIXES, SCHEME, turtle_files

_FOLDER: Final = Path(__file__).resolve().parent
_HEADER: Final = re.compile(r"^# (\w+): (.*)$", re.MULTILINE)
_USED_ANYWHERE: Final = re.compile(r"(?:\bhef:|https://w3id\.org/hefboom/ns#)([A-Za-z]\w*)")
_USED_IN_PYTHON: Final = re.compile(r"""(?:\b(?:_?hef|_a)\(\s*["']|\bHEF\s*\+\s*["']|\{HEF\})([A-Za-z]\w*)""")
_USERS: Final = ("graph", "loaders", "queries", "api", "src/hefboom", "ontology/shapes", "ontology/schemes", "docs")
_SUFFIXES: Final = {".py", ".rq", ".sql", ".ttl", ".md"}
_GENERATED: Final = {"ontology.md"}
_EXAMPLES: Final = {"Term"}
_LONGEST_FIRST: Final = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))
_DEFINED: Final = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")


@dataclass(frozen=True)
class Finding:
    """One thing that a check found: the check's name, its severity (problem or warning), the finding in words."""

    check: str
    severity: str
    message: str


def short(value: str) -> str:
    """An IRI as a reader knows it: with its prefix, or as concept id; anything else as it is."""
    if value.startswith(SCHEME):
        return value.removeprefix(SCHEME)
    for prefix, namespace in _LONGEST_FIRST:
        if value.startswith(namespace):
            return f"{prefix}:{value.removeprefix(namespace)}"
    return value


def load(files: Iterable[Path]) -> ox.Store:
    """The Turtle files together in one default graph in memory."""
    store = ox.Store()
    for file in files:
        store.bulk_load(path=file, format=ox.RdfFormat.TURTLE)
    return store


def run_check(store: ox.Store, path: Path) -> Iterator[Finding]:
    """The findings of one check file over the default graph of `store`, in the order of the query."""
    text = path.read_text(encoding="utf-8")
    header = dict(_HEADER.findall(text))
    solutions = store.query(text)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        cells = {name: short(getattr(solution[name], "value", "")) for name in names}
        yield Finding(path.stem, header.get("severity", "problem"), header["message"].format(**cells))


def run_checks(store: ox.Store, folder: str) -> list[Finding]:
    """The findings of all check files of a folder beside this module (``checks`` or ``explanations``)."""
    return [
        finding for path in sorted((_FOLDER / folder).glob("*.rq")) for finding in dict.fromkeys(run_check(store, path))
    ]


def defined_terms(store: ox.Store) -> set[str]:
    """The local names of all classes and properties that the loaded modules define in Hefboom's namespace."""
    kinds = [ox.NamedNode(PREFIXES["owl"] + kind) for kind in _DEFINED]
    subjects = {
        quad.subject.value
        for kind in kinds
        for quad in store.quads_for_pattern(None, ox.NamedNode(PREFIXES["rdf"] + "type"), kind)
        if isinstance(quad.subject, ox.NamedNode)
    }
    return {subject.removeprefix(HEF) for subject in subjects if subject.startswith(HEF)}


def used_terms(root: Path) -> dict[str, Path]:
    """The terms that questions, shapes, schemes, code and documents below `root` use, each with one such file."""
    used: dict[str, Path] = {}
    files = (file for user in _USERS for file in sorted((root / user).rglob("*")) if file.suffix in _SUFFIXES)
    for file in files:
        if file.name in _GENERATED:
            continue
        text = file.read_text(encoding="utf-8")
        names = _USED_ANYWHERE.findall(text)
        if file.suffix == ".py":
            names += _USED_IN_PYTHON.findall(text)
        for name in set(names) - _EXAMPLES:
            used.setdefault(name, file)
    return used


def hygiene(extra: Sequence[Path] = (), root: Path = _FOLDER.parent) -> list[Finding]:
    """All findings about labels, definitions, references and use of terms, over modules, schemes and `extra` files.

    `root` is the folder that holds graph, loaders, queries and the others; terms used there but defined nowhere are
    problems, terms defined but used nowhere are warnings.
    """
    store = load([*turtle_files(), *extra])
    findings = run_checks(store, "checks")
    defined, used = defined_terms(store), used_terms(root)
    for name in sorted(used.keys() - defined):
        where = used[name].relative_to(root)
        findings.append(Finding("term-unknown", "problem", f"{where} uses hef:{name}, which no module defines"))
    for name in sorted(defined - used.keys()):
        message = f"no question, shape, loader or document uses hef:{name}"
        findings.append(Finding("term-unused", "warning", message))
    return findings
