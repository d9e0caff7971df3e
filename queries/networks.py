"""Figures of the network of companies and sites at the end of each year: size, degree, ties, parts, central sites.

The network has companies and sites as nodes; a company is joined to each site that it uses. Two companies are tied in
the projection when they use one site. All counts are exact; central sites are ranked by the number of companies.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import networkx as nx
from pyoxigraph import NamedNode

from hefboom.queries.answers import Cell
from hefboom.queries.cells import decimal, value, whole, words

Record = dict[str, Cell]
Edges = dict[tuple[str, str], Record]

_CENTRAL = 10
_MEASURES = {
    "companies": ("companies", "bedrijven"),
    "sites": ("sites", "locaties"),
    "edges": ("uses of a site by a company", "locaties per bedrijf, opgeteld"),
    "degree": ("sites per company, on average", "locaties per bedrijf, gemiddeld"),
    "most": ("sites of the company with most", "locaties van het bedrijf met de meeste"),
    "shared": ("sites used by two companies or more", "locaties van twee of meer bedrijven"),
    "pairs": ("pairs of companies that share a site", "paren van bedrijven die een locatie delen"),
    "components": ("separate parts of the network", "losse delen van het netwerk"),
    "largest": ("companies and sites in the largest part", "bedrijven en locaties in het grootste deel"),
    "central": ("companies at a central site", "bedrijven op een centrale locatie"),
    "edge": ("edge", "lijn"),
}


def analyse(rows: Sequence[Record], given: Mapping[str, Sequence[object]], lang: str) -> list[Record]:
    """Rows of dated uses to measures per year, or to the edges of each year."""
    part = _one(given, "part")
    names = {key: both[lang == "nl"] for key, both in _MEASURES.items()}
    last = dt.date.fromisoformat(_one(given, "at"))
    begun = [dt.date.fromisoformat(value(row["since"])).year for row in rows if row["since"] is not None]
    answer: list[Record] = []
    for year in range(min(begun, default=last.year), last.year + 1):
        edges = _edges(rows, min(dt.date(year, 12, 31), last))
        found = _figures(edges, names) if part == "figures" else _listed(edges, names)
        answer += [{"year": whole(year), **record} for record in found]
    return answer


def _edges(rows: Sequence[Record], day: dt.date) -> Edges:
    """The uses that hold on a day, each pair of company and site once."""
    when = day.isoformat()
    return {
        (value(row["company"]), value(row["site"])): row
        for row in rows
        if (row["since"] is None or value(row["since"]) <= when)
        and (row["until"] is None or when < value(row["until"]))
    }


def _figures(edges: Edges, names: Mapping[str, str]) -> Iterator[Record]:
    per_company = Counter(company for company, _ in edges)
    users: dict[str, list[str]] = {}
    for company, site in sorted(edges):
        users.setdefault(site, []).append(company)
    pairs = {pair for companies in users.values() for pair in combinations(companies, 2)}
    network: nx.Graph = nx.Graph()
    network.add_edges_from(((0, company), (1, site)) for company, site in edges)
    parts = [len(part) for part in nx.connected_components(network)]
    measured = {
        "companies": len(per_company),
        "sites": len(users),
        "edges": len(edges),
        "degree": len(edges) / len(per_company) if per_company else 0,
        "most": max(per_company.values(), default=0),
        "shared": sum(len(companies) > 1 for companies in users.values()),
        "pairs": len(pairs),
        "components": len(parts),
        "largest": max(parts, default=0),
    }
    for key, number in measured.items():
        yield {"measure": words(names[key]), "value": decimal(float(number), 2)}
    labels = {site: row["siteLabel"] for (_, site), row in edges.items()}
    central = sorted(users, key=lambda site: (-len(users[site]), site))[:_CENTRAL]
    for site in central:
        if len(users[site]) > 1:
            count = decimal(float(len(users[site])))
            yield {"measure": words(names["central"]), "value": count, "site": NamedNode(site), "item": labels[site]}


def _listed(edges: Edges, names: Mapping[str, str]) -> Iterator[Record]:
    for (company, site), row in sorted(edges.items()):
        item = f"{value(row['name'])} - {value(row['siteLabel'])}"
        yield {
            "measure": words(names["edge"]),
            "company": NamedNode(company),
            "site": NamedNode(site),
            "item": words(item.strip(" -")),
        }


def _one(given: Mapping[str, Sequence[object]], name: str) -> str:
    return str(getattr(given[name][0], "value", ""))
