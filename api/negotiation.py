"""Which format an answer gets: the Accept header with its q-values (RFC 9110, 12.5.1), or a `format` parameter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from hefboom.api.errors import Problem


@dataclass(frozen=True, eq=False)
class Format:
    """One way to write an answer: short name, media types (the first is what is sent), further short names."""

    name: str
    media_types: tuple[str, ...]
    short_names: tuple[str, ...]
    text: bool = True

    def content_type(self, media_type: str) -> str:
        """The Content-Type header for one of the media types of this format."""
        return f"{media_type}; charset=utf-8" if self.text else media_type


RESULT_FORMATS: Final = (
    Format("json", ("application/sparql-results+json", "application/json"), ("json", "srj"), text=False),
    Format("xml", ("application/sparql-results+xml", "application/xml", "text/xml"), ("xml", "srx"), text=False),
    Format("csv", ("text/csv",), ("csv",)),
    Format("tsv", ("text/tab-separated-values",), ("tsv",)),
)
GRAPH_FORMATS: Final = (
    Format("turtle", ("text/turtle", "application/x-turtle"), ("turtle", "ttl")),
    Format("n-triples", ("application/n-triples",), ("n-triples", "ntriples", "nt"), text=False),
    Format("json-ld", ("application/ld+json", "application/json"), ("json-ld", "jsonld", "json"), text=False),
    Format(
        "rdf-xml",
        ("application/rdf+xml", "application/xml", "text/xml"),
        ("rdf-xml", "rdfxml", "rdf+xml", "rdf", "xml"),
        text=False,
    ),
    Format("trig", ("application/trig",), ("trig",)),
    Format("n-quads", ("application/n-quads",), ("n-quads", "nquads", "nq"), text=False),
    Format("n3", ("text/n3", "text/rdf+n3"), ("n3",)),
)
HTML: Final = Format("html", ("text/html", "application/xhtml+xml"), ("html",))
_OF_EACH: Final = {
    known: form.name
    for form in (*RESULT_FORMATS, *GRAPH_FORMATS, HTML)
    for known in (*form.media_types, *form.short_names)
}


@dataclass(frozen=True)
class _Range:
    media_type: str
    quality: float

    def rank(self, media_type: str) -> int:
        """How closely this range names the media type: 3 exactly, 2 the main type, 1 anything, 0 not at all."""
        if self.media_type == media_type:
            return 3
        if self.media_type == "*/*":
            return 1
        main, _, sub = self.media_type.partition("/")
        return 2 if sub == "*" and media_type.startswith(main + "/") else 0


@lru_cache(maxsize=512)
def parse_accept(header: str) -> tuple[_Range, ...]:
    """The media ranges of an Accept header; an empty one accepts anything, a range that cannot be read is left out."""
    ranges = []
    for part in header.split(","):
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if media_type == "*":
            media_type = "*/*"
        if media_type.count("/") != 1:
            continue
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                quality = _quality(value.strip())
        ranges.append(_Range(media_type, quality))
    return tuple(ranges) or (_Range("*/*", 1.0),)


def _quality(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        return 0.0
    return number if 0.0 <= number <= 1.0 else 0.0


_CODINGS: Final = ("br", "gzip")


@lru_cache(maxsize=256)
def content_coding(header: str) -> str:
    """The content coding liked best of those there are, by an Accept-Encoding header; empty for none."""
    liked = {"identity": 0.0}
    for part in header.lower().split(","):
        coding, *parameters = (piece.strip() for piece in part.split(";"))
        given = [parameter.replace(" ", "").removeprefix("q=") for parameter in parameters]
        liked["gzip" if coding == "x-gzip" else coding] = _quality(given[0]) if given else 1.0
    anything = liked.get("*", 0.0)
    best = max(_CODINGS, key=lambda coding: liked.get(coding, anything))
    quality = liked.get(best, anything)
    return best if quality > 0 and quality >= liked["identity"] else ""


def choose(accept: str, wanted: str, offered: Sequence[Format]) -> tuple[Format, str]:
    """The format to answer in and its media type; among equals, the first offered.

    `wanted` is the `format` parameter: a short name or a media type, which goes before the header. Raises Problem
    (406) that lists what there is.
    """
    return _choose(accept, wanted, tuple(offered))


@lru_cache(maxsize=1024)
def _choose(accept: str, wanted: str, offered: tuple[Format, ...]) -> tuple[Format, str]:
    if wanted:
        return _by_name(wanted.strip().lower(), offered)
    ranges = parse_accept(accept)
    best: tuple[float, int, Format, str] | None = None
    for place, form in enumerate(offered):
        for media_type in form.media_types:
            rank, quality = max((r.rank(media_type), r.quality) for r in ranges)
            if rank and quality > 0 and (best is None or (quality, -place) > best[:2]):
                best = (quality, -place, form, media_type)
    if best is None:
        raise not_acceptable(offered)
    return best[2], best[3]


def _by_name(wanted: str, offered: Sequence[Format]) -> tuple[Format, str]:
    media_type = wanted.replace(" ", "+")  # an unescaped + in a URL arrives as a space
    for form in offered:
        if media_type in form.media_types:
            return form, media_type
        if wanted in form.short_names:
            return form, form.media_types[0]
    if wanted not in _OF_EACH and media_type not in _OF_EACH:
        raise Problem(400, "unknown-format", f"Format '{wanted[:80]}' is not known; use one of {_names(offered)}.")
    raise not_acceptable(offered)


def _names(offered: Sequence[Format]) -> str:
    return ", ".join(form.short_names[0] for form in offered)


def not_acceptable(offered: Sequence[Format]) -> Problem:
    """The 406 that lists the media types on offer."""
    types = ", ".join(form.media_types[0] for form in offered)
    return Problem(406, "not-acceptable", f"This answer exists as {types}.")


def prefers_html(accept: str) -> bool:
    """Whether a person's browser asks: HTML is named, and no RDF or results format is liked better."""
    if "html" not in accept.lower():
        return False
    form, _ = choose(accept, "", (HTML, *GRAPH_FORMATS, *RESULT_FORMATS)) if accept else (HTML, "")
    return form is HTML


def only_results(accept: str, wanted: str) -> bool:
    """Whether a caller takes some format of results, and none of a graph or a page: whoever asks so has a query."""
    return _takes(accept, wanted, RESULT_FORMATS) and not _takes(accept, wanted, (HTML, *GRAPH_FORMATS))


def _takes(accept: str, wanted: str, offered: tuple[Format, ...]) -> bool:
    try:
        choose(accept, wanted, offered)
    except Problem:
        return False
    return True


def prefers_json(accept: str) -> bool:
    """Whether errors should be RFC 9457 problem documents: the caller names a JSON type."""
    return any(r.media_type.endswith("json") and r.quality > 0 for r in parse_accept(accept) if r.media_type != "*/*")
