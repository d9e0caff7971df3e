"""A company's due diligence file as the checks need it: its statements, and an index of what they are about."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Final

import pyoxigraph as ox

from hefboom.graph.company_size import is_small
from hefboom.graph.iris import HEF, SCHEME, Names, narrowest, scope_of
from hefboom.ontology.terms import fact_table

_RDF_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_LABELS: Final = (
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://purl.org/dc/terms/title",
    "http://purl.org/dc/terms/description",
    "http://purl.org/dc/terms/identifier",
)
"""What names a node, the best first."""
_RATINGS: Final = tuple(HEF + term for term in ("scale", "scope", "irremediability", "likelihood", "severityRating"))
_TO_RISK: Final = tuple(HEF + term for term in ("risk", "addressesRisk", "coversRisk"))
_TO_OWNER: Final = tuple(HEF + term for term in ("plan", "action", "impact", "audit", "finding"))
_FIGURES: Final = tuple(HEF + term for term in ("staff", "netTurnover", "balanceTotal"))
_INDEXED: Final = (
    _RDF_TYPE,
    *_LABELS,
    *_RATINGS,
    *_TO_RISK,
    *_TO_OWNER,
    HEF + "concernsListing",
    HEF + "riskType",
    HEF + "decision",
    HEF + "sizeClass",
    *_FIGURES,
)
_LINE: Final = re.compile(
    r"^<([^>]*)> <(" + "|".join(map(re.escape, _INDEXED)) + r')> (?:<([^>]*)>|"((?:[^"\\]|\\.)*)")', re.MULTILINE
)
PARTS: Final = ("audits", "certificates", "complaints", "engagements", "heat-map")
"""Tables that belong to a company's file, each in a graph below it."""
Rank = tuple[int, int, int]
"""Severity (the highest of scale, scope and irremediability, or the one rating of a heat map), the sum of the three,
then likelihood: higher is worse."""

NO_RISK: Final[Rank] = (0, 0, 0)


@dataclass(frozen=True)
class CompanyFile:
    """The file of one company for one year; `ntriples` holds every statement of its graph, one per line.

    `scope` says who may see it, and so its results; for a file that is not in a store it is None. `known_on` is the day
    as of which it is told, where what had not happened by then was left out.
    """

    company: str
    year: int | None
    graph: str | None
    ntriples: str = field(repr=False)
    scope: str | None = None
    known_on: date | None = field(default=None, compare=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the statements, whatever their order."""
        lines = sorted(line for line in self.ntriples.splitlines() if line)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    @property
    def node(self) -> str:
        """The IRI below which results stand: the graph of the file, or one of its own for a company without a file."""
        return self.graph or f"{self.company}/no-file"

    @property
    def slug(self) -> str:
        """The slug of the company."""
        return self.company.rpartition("/")[2]

    @cached_property
    def index(self) -> FileIndex:
        """What the statements are about."""
        return FileIndex(self.ntriples)


def no_file(company: str, label: str | None = None) -> CompanyFile:
    """The file of a company that has handed in none: that it is a company is known, and perhaps its name."""
    triples = [ox.Triple(ox.NamedNode(company), ox.NamedNode(_RDF_TYPE), ox.NamedNode(f"{HEF}Company"))]
    if label:
        triples.append(ox.Triple(ox.NamedNode(company), ox.NamedNode(_LABELS[0]), ox.Literal(label)))
    return CompanyFile(company, None, None, "".join(f"{triple} .\n" for triple in triples))


class FileIndex:
    """Classes, labels and risks of the nodes of one file."""

    def __init__(self, ntriples: str) -> None:
        self.classes: Counter[str] = Counter()
        self._names: dict[str, dict[int, str]] = {}
        self.risk_types: dict[str, str] = {}
        self._stated_small = False
        self._figures: dict[str, float] = {}
        self._ratings: dict[str, dict[str, int]] = {}
        self._risks: dict[str, set[str]] = {}
        self._owners: dict[str, set[str]] = {}
        self._listing_risks: dict[str, set[str]] = {}
        for subject, predicate, iri, literal in _LINE.findall(ntriples):
            self._add(subject, predicate, iri, literal)

    def _add(self, subject: str, predicate: str, iri: str, literal: str) -> None:
        if predicate == _RDF_TYPE:
            self.classes[iri] += 1
        elif predicate in _LABELS:
            self._names.setdefault(subject, {})[_LABELS.index(predicate)] = literal
        elif predicate in _RATINGS:
            self._ratings.setdefault(subject, {})[predicate] = int(literal)
        elif predicate in _TO_RISK:
            self._risks.setdefault(subject, set()).add(iri)
        elif predicate in _TO_OWNER:
            self._owners.setdefault(subject, set()).add(iri)
        elif predicate == f"{HEF}concernsListing":
            self._listing_risks.setdefault(iri, set()).add(subject)
        elif predicate == f"{HEF}riskType":
            self.risk_types[subject] = iri.removeprefix(SCHEME)
        elif predicate == f"{HEF}sizeClass":
            self._stated_small = iri == f"{SCHEME}size/sme"
        elif predicate in _FIGURES:
            self._figures[predicate] = float(literal)

    @cached_property
    def small(self) -> bool:
        """Whether the company is small or medium-sized, so that some warnings soften."""
        return is_small(self._stated_small, *(self._figures.get(term) for term in _FIGURES))

    def label(self, node: str) -> str:
        """The name of a node: its label, title, description or id in the file; else the last part of its IRI."""
        names = self._names.get(node)
        return _unescaped(names[min(names)]) if names else node.rpartition("/")[2]

    def identifier(self, node: str) -> str:
        """The id of a node as the file has it; else the last part of its IRI."""
        told = self._names.get(node, {}).get(len(_LABELS) - 1)
        return node.rpartition("/")[2] if told is None else _unescaped(told)

    def rank(self, node: str) -> Rank:
        """The rank of the worst risk that a node is about, `NO_RISK` when it is about none."""
        return max((self._own_rank(risk) for risk in self._about(node)), default=NO_RISK)

    def _own_rank(self, risk: str) -> Rank:
        ratings = self._ratings.get(risk)
        if not ratings:
            return NO_RISK
        three = [ratings.get(term, 0) for term in _RATINGS[:3]]
        return max(*three, ratings.get(_RATINGS[4], 0)), sum(three), ratings.get(_RATINGS[3], 0)

    def _about(self, node: str) -> set[str]:
        """The node, what it refers to as its risk, also through its plan, action, harm or audit, or at its site."""
        seen: set[str] = set()
        todo = [node, *self._listing_risks.get(node, ())]
        while todo:
            current = todo.pop()
            if current not in seen:
                seen.add(current)
                todo += [*self._risks.get(current, ()), *self._owners.get(current, ())]
        return seen


def _unescaped(text: str) -> str:
    """A literal of N-Triples as it reads."""
    if "\\" not in text:
        return text
    triple = next(iter(ox.parse(f'<n:s> <n:p> "{text}" .', format=ox.RdfFormat.N_TRIPLES)))
    return triple.object.value if isinstance(triple.object, ox.Literal) else text


@cache
def evidence_classes() -> dict[str, tuple[str, ...]]:
    """For each step, 1 to 6, the classes of which a single node is evidence that something was done."""
    steps: dict[str, list[str]] = {}
    for row in fact_table("company_file_sheets"):
        if row["step"]:
            steps.setdefault(row["step"], []).append(HEF + row["class"].removeprefix("hef:"))
    return {step: tuple(classes) for step, classes in sorted(steps.items())}


def stored_years(store: ox.Store, names: Names) -> dict[str, set[int]]:
    """The years for which a store holds a file, by slug of the company: its graphs `<base>/file/<company>/<year>`."""
    prefix = f"{names.base}/file/"
    years: dict[str, set[int]] = {}
    for graph in store.named_graphs():
        company, _, text = graph.value.removeprefix(prefix).partition("/")
        if graph.value.startswith(prefix) and text.isdigit():
            years.setdefault(company, set()).add(int(text))
    return years


def stored_files(store: ox.Store, names: Names, year: int) -> Iterator[CompanyFile]:
    """Of each company the newest file of `year` or before, by company."""
    for company, found in sorted(stored_years(store, names).items()):
        if known := [one for one in found if one <= year]:
            yield stored_file(store, names, company, max(known))


def stored_file(store: ox.Store, names: Names, company: str, year: int) -> CompanyFile:
    """The file of one company, by its slug, for one year."""
    graph = f"{names.base}/file/{company}/{year}"
    text = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(graph))
    scope = stored_scope(store, names, company, year)
    own = text.decode() if text else ""
    for part in PARTS:
        told = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(f"{graph}/{part}"))
        own += _joined(own, told.decode(), graph, part) if told else ""
    return CompanyFile(names.company(company), year, graph, own, scope)


def _joined(file: str, table: str, graph: str, part: str) -> str:
    """The statements of a table, its sites replaced by those before it with the same OS ID, or name and country.

    Those before it are the sites of the file, and of the tables that were joined to it already.
    """
    places: dict[tuple[str, ...], str] = {}
    for prefix in (f"{graph}/site/", *(f"{graph}/{other}/site/" for other in PARTS[: PARTS.index(part)])):
        for site, keys in site_keys(file, prefix).items():
            for key in keys:
                places.setdefault(key, site)
    for site, keys in site_keys(table, f"{graph}/{part}/site/").items():
        if same := next((places[key] for key in keys if key in places), None):
            lines = (line for line in table.splitlines(keepends=True) if not line.startswith(f"<{site}> "))
            table = "".join(lines).replace(f"<{site}>", f"<{same}>")
    return table


def site_keys(ntriples: str, prefix: str) -> dict[str, list[tuple[str, ...]]]:
    """By what each site below an IRI is known: its OS ID, then name and country, then its id in the file and name."""
    told: dict[str, dict[str, str]] = {}
    for line in ntriples.splitlines():
        if line.startswith(f"<{prefix}"):
            subject, predicate, term = line.removesuffix(" .").split(" ", 2)
            told.setdefault(subject.strip("<>"), {})[predicate.strip("<>")] = term
    keys: dict[str, list[tuple[str, ...]]] = {}
    for site, values in told.items():
        os_id, name, country = (values.get(iri) for iri in (f"{HEF}osId", _LABELS[0], f"{HEF}country"))
        keys[site] = [("os-id", os_id)] if os_id else []
        if name and country:
            keys[site].append(("name", name.casefold(), country))
        keys[site].append(("id", values.get(_LABELS[3], ""), (name or "").casefold()))
    return keys


def stored_scope(store: ox.Store, names: Names, company: str, year: int) -> str:
    """Who may see the file of a company for one year with all tables beside it: what the descriptions say.

    Without a description of the file, its owner alone.
    """
    file = f"{names.base}/file/{company}/{year}"
    own, *tables = (_visibility(store, iri) for iri in (file, *(f"{file}/{part}" for part in PARTS)))
    return scope_of(narrowest([own or "owner", *filter(None, tables)]), company)


def _visibility(store: ox.Store, iri: str) -> str | None:
    """The visibility that the description of a list in force says."""
    told = {
        quad.predicate.value.removeprefix(HEF): quad.object.value
        for quad in store.quads_for_pattern(ox.NamedNode(iri), None, None, None)
        if isinstance(quad.object, ox.NamedNode | ox.Literal)
    }
    if told.get("status") == "retracted" or "visibility" not in told:
        return None
    return told["visibility"].removeprefix(f"{SCHEME}visibility/")
