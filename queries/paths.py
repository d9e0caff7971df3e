"""Shortest supply paths, which SPARQL 1.1 can find but not show.

The edges come from two questions of the catalogue, `direct-uses` (company to site) and `supply-links` (site to site),
so a path holds for one day and shows only what the audience may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from hefboom.queries.answers import Cell, Row
from hefboom.queries.headers import Column, PathColumns

CONFIDENCE = ("assumed", "likely", "stated")
"""How sure a link is, from least to most; a link that says nothing counts as assumed."""

MAX_LINKS = 5


@dataclass(frozen=True, order=True)
class Link:
    """One supply link: towards `supplier`, how sure, and which list states it."""

    supplier: str
    confidence: str
    source: str


@dataclass(frozen=True)
class Path:
    """A path from a company to a site, both ends included, with its links."""

    places: tuple[str, ...]
    links: tuple[Link, ...]

    @property
    def weakest(self) -> Link:
        """The least sure link; of equally sure ones the one nearest to the company."""
        return min(self.links, key=_sureness)


def _sureness(link: Link) -> int:
    return CONFIDENCE.index(link.confidence)


class Links:
    """The supply links of one day, by the IRI of the buyer."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """`rows` are (buyer, supplier, confidence, list)."""
        best: dict[str, dict[str, Link]] = {}
        for buyer, supplier, confidence, source in rows:
            if not isinstance(buyer, NamedNode) or not isinstance(supplier, NamedNode):
                continue
            said = (
                confidence.value
                if isinstance(confidence, Literal) and confidence.value in CONFIDENCE
                else CONFIDENCE[0]
            )
            link = Link(supplier.value, said, source.value if isinstance(source, NamedNode) else "")
            known = best.setdefault(buyer.value, {}).get(supplier.value)
            if known is None or (-_sureness(link), link.source) < (-_sureness(known), known.source):
                best[buyer.value][supplier.value] = link
        self._from = {buyer: sorted(links.values()) for buyer, links in best.items()}

    def paths_from(self, company: str) -> Mapping[str, Path]:
        """One shortest path to every site that the company reaches in at most `MAX_LINKS` links.

        Of several shortest paths it is the one with the surest weakest link, then the first by the IRIs on it.
        """
        found: dict[str, Path] = {}
        edge = [Path((company,), ())]
        for _ in range(MAX_LINKS):
            longer: dict[str, Path] = {}
            for path in edge:
                for link in self._from.get(path.places[-1], ()):
                    if link.supplier in found or link.supplier == company:
                        continue
                    candidate = Path((*path.places, link.supplier), (*path.links, link))
                    rival = longer.get(link.supplier)
                    if rival is None or _rank(candidate) < _rank(rival):
                        longer[link.supplier] = candidate
            found.update(longer)
            edge = [longer[site] for site in sorted(longer)]
        return found


def _rank(path: Path) -> tuple[int, tuple[str, ...]]:
    return -_sureness(path.weakest), path.places


def fill(
    wanted: PathColumns,
    columns: tuple[Column, ...],
    rows: Iterable[dict[str, Cell]],
    links: Links,
    label: Callable[[str], str],
) -> None:
    """Put path, weakest link and its source into the rows, where the question asks for them."""
    cache: dict[str, Mapping[str, Path]] = {}
    for row in rows:
        company, site = row.get(wanted.company), row.get(wanted.site)
        if not isinstance(company, NamedNode) or not isinstance(site, NamedNode):
            continue
        if company.value not in cache:
            cache[company.value] = links.paths_from(company.value)
        path = cache[company.value].get(site.value)
        if path is None:
            continue
        weakest = path.weakest
        cells: tuple[Cell, ...] = (
            Literal(" > ".join(map(label, path.places))),
            Literal(weakest.confidence),
            NamedNode(weakest.source) if weakest.source else None,
        )
        row.update(zip(wanted.columns, cells, strict=False))
