"""Writing results and triples in the format asked for, and refusing what that format cannot hold.

XML 1.0 has no way to write most control characters, RDF/XML none to write a predicate that does not end in a name,
JSON-LD none to write a triple about a triple. The engine's writers put out broken text there, or fail.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from hefboom.api.answers import Answer
from hefboom.api.errors import Problem

_RESULTS: Final = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_GRAPHS: Final = {
    "turtle": ox.RdfFormat.TURTLE,
    "n-triples": ox.RdfFormat.N_TRIPLES,
    "json-ld": ox.RdfFormat.JSON_LD,
    "rdf-xml": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "n-quads": ox.RdfFormat.N_QUADS,
    "n3": ox.RdfFormat.N3,
}
_PREFIXES: Final = {
    "hef": "https://w3id.org/hefboom/ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "dcterms": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "schema": "https://schema.org/",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_XML: Final = frozenset({"xml", "rdf-xml"})
_NOT_IN_XML: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_ENDS_IN_NAME: Final = re.compile(r"[^\W\d][\w.\-·]*\Z")
Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class XmlText:
    """Passes XML on to an answer: a carriage return as a reference, for readers turn it into a line feed."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._end = b""

    def write(self, data: bytes) -> int:
        """Take a piece. Problem (406) for a character that XML cannot hold."""
        if _NOT_IN_XML.search(self._end + data):
            raise _cannot("a control character, which XML does not allow", "JSON or Turtle")
        self._end = data[-2:]
        self._answer.write(data.replace(b"\r", b"&#13;"))
        return len(data)

    def flush(self) -> None:
        """Nothing to do: the answer leaves when it is whole."""


def write(results: Results, name: str, answer: Answer, rows: int) -> bool:
    """Write the results, at most so many triples; whether triples were left out.

    Raises Problem (406) where the format cannot hold the results.
    """
    to = XmlText(answer) if name in _XML else answer
    if not isinstance(results, ox.QueryTriples):
        results.serialize(to, format=_RESULTS[name])  # type: ignore[arg-type]
        return False
    triples = _checked(itertools.islice(results, rows), name)
    ox.serialize(triples, to, format=_GRAPHS[name], prefixes=_PREFIXES)  # type: ignore[arg-type]
    return next(iter(results), None) is not None


def _checked(triples: Iterable[ox.Triple], name: str) -> Iterable[ox.Triple]:
    if name == "rdf-xml":
        return _with_names(triples)
    return _without_triple_terms(triples) if name == "json-ld" else triples


def _with_names(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    seen: set[ox.NamedNode] = set()
    for triple in triples:
        if triple.predicate not in seen:
            if not _ENDS_IN_NAME.search(triple.predicate.value):
                raise _cannot(f"the predicate <{triple.predicate.value[:200]}>, which ends in no name", "Turtle")
            seen.add(triple.predicate)
        yield triple


def _without_triple_terms(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    for triple in triples:
        if isinstance(triple.object, ox.Triple):
            raise _cannot("a triple about a triple, which JSON-LD does not have", "Turtle")
        yield triple


def _cannot(what: str, instead: str) -> Problem:
    return Problem(406, "format-cannot-hold-answer", f"The answer holds {what}; ask for {instead}.")
