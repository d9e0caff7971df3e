"""Where the ontology and its reference data stand: namespaces, Turtle files, tables of facts.

Light on purpose: nothing but the standard library is imported until reference data is loaded.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hefboom.errors import UsageError

if TYPE_CHECKING:
    from pyoxigraph import Store

ONTOLOGY_GRAPH: Final = "https://w3id.org/hefboom/ns"
SCHEME_GRAPH: Final = "https://w3id.org/hefboom/scheme"
HEF: Final = f"{ONTOLOGY_GRAPH}#"
SCHEME: Final = f"{SCHEME_GRAPH}/"
SOURCE: Final = "https://w3id.org/hefboom/source/"
SDG: Final = "http://metadata.un.org/sdg/"
SDG_SCHEME: Final = "http://metadata.un.org/sdg"
SDGO: Final = "http://metadata.un.org/sdg/ontology#"

PREFIXES: Final[dict[str, str]] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "hef": HEF,
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sdg": SDG,
    "sdgo": SDGO,
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "vann": "http://purl.org/vocab/vann/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_FOLDER: Final = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Scheme:
    """One concept scheme: its id, the class of its concepts (``""``: plain concepts), its table, its texts."""

    id: str
    concept_class: str
    facts: str
    label_en: str
    label_nl: str
    definition_en: str
    definition_nl: str

    @property
    def iri(self) -> str:
        """The IRI of the scheme."""
        return SCHEME + self.id


def concept_iri(concept_id: str) -> str:
    """The IRI of a concept, ``country/BD`` giving ``https://w3id.org/hefboom/scheme/country/BD``."""
    return SCHEME + concept_id


def fact_table(name: str) -> list[dict[str, str]]:
    """The rows of ``ontology/facts/<name>.csv``, all cells text, empty cells ``""``.

    Raises UsageError, with the names there are, when no such table exists.
    """
    path = _FOLDER / "facts" / f"{name}.csv"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in path.parent.glob("*.csv")))
        raise UsageError(f"no table of facts is called '{name}'; there are: {known}")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def schemes() -> list[Scheme]:
    """All concept schemes of Hefboom, by id; the Sustainable Development Goals keep the UN's own scheme."""
    rows = fact_table("schemes")
    return [Scheme(*row.values()) for row in sorted(rows, key=lambda row: row["scheme"])]


def module_files() -> list[Path]:
    """The Turtle files of the ontology itself: core, further modules, alignments."""
    return sorted(_FOLDER.glob("*.ttl"))


def scheme_files() -> list[Path]:
    """The generated Turtle files of the concept schemes."""
    return sorted((_FOLDER / "schemes").glob("*.ttl"))


def turtle_files() -> list[Path]:
    """All Turtle files of ontology and schemes; shapes are not among them."""
    return module_files() + scheme_files()


def load_reference(store: Store) -> None:
    """Put ontology and schemes into their two graphs of `store`, in place of what those graphs held."""
    from pyoxigraph import NamedNode, Quad, RdfFormat, parse

    parts = ((NamedNode(ONTOLOGY_GRAPH), module_files()), (NamedNode(SCHEME_GRAPH), scheme_files()))
    for graph, _ in parts:
        store.clear_graph(graph)
    # In one go: every bulk load of an on-disk store writes and syncs files of its own.
    store.bulk_extend(
        Quad(found.subject, found.predicate, found.object, graph)
        for graph, files in parts
        for file in files
        for found in parse(path=file, format=RdfFormat.TURTLE, rename_blank_nodes=True)
    )
