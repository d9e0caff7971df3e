"""Pages for people, filled from the graph: a thing, the ontology, signing in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import quote

import jinja2
import pyoxigraph as ox

from hefboom.api import resources
from hefboom.api.resources import Resource
from hefboom.api.served import Live
from hefboom.api.term_texts import OTHERS_TERMS, code_in_words
from hefboom.api.texts import LANGUAGES, TEXTS
from hefboom.graph.iris import HEF, ONTOLOGY_GRAPH, SCHEME
from hefboom.messages import in_language
from hefboom.queries.catalogue import Question

_OWL: Final = "http://www.w3.org/2002/07/owl#"
_RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
_DEFINITION: Final = ox.NamedNode("http://www.w3.org/2004/02/skos/core#definition")
_DOMAIN: Final = ox.NamedNode(_RDFS + "domain")
_RANGE: Final = ox.NamedNode(_RDFS + "range")
_BOOLEAN: Final = ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean")
_DEPRECATED: Final = ox.NamedNode(_OWL + "deprecated")
_KINDS: Final = (("classes", ("Class",)), ("properties", ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")))
_SOURCE_TEXT: Final = HEF + "sourceText"
_FIRST: Final = (
    *(node.value for node in (resources.PREFERRED, resources.LABEL, resources.TITLE)),
    "https://schema.org/address", HEF + "country", HEF + "osId", HEF + "process", resources.TYPE.value,
)  # fmt: skip
_SAFE_LINKS: Final = ("http://", "https://")


@dataclass(frozen=True)
class Shown:
    """A term on a page: its text, where it leads (empty: nowhere), its language."""

    label: str
    href: str = ""
    lang: str = ""


@dataclass(frozen=True)
class Value:
    """One value on a page, with the list that says so."""

    value: Shown
    source: Shown | None
    source_date: str
    source_licence: str
    is_data: bool = False


@dataclass(frozen=True)
class Row:
    """A property on a page with all its values."""

    property: Shown
    values: Sequence[Value]


@dataclass(frozen=True)
class MentionRow:
    """One listing that refers to a thing."""

    list: Shown
    listing: Shown
    contributor: Shown | None
    date: str
    row: str
    licence: str


@dataclass(frozen=True)
class Term:
    """A term of the ontology."""

    name: str
    label: str
    definition: str
    domain: Sequence[Shown]
    range: Sequence[Shown]
    deprecated: bool


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    loader = jinja2.PackageLoader("hefboom.api", "templates")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    environment.filters["said"] = _said
    return environment


@jinja2.pass_context
def _said(page: jinja2.runtime.Context, text: str) -> str:
    """A message in the language of the page."""
    return in_language(text, page["lang"])


class _Speaker:
    """Puts terms into words and links for one publication, language and server."""

    def __init__(self, store: ox.Store, base: str, lang: str, root: str) -> None:
        self._store = store
        self._base = base
        self._lang = lang
        self._root = root

    def href(self, iri: str) -> str:
        """Where an IRI leads: to this server for its own, else out, where that is the web."""
        if self._base and iri.startswith(self._base + "/"):
            return f"{self._root}/id/{quote(iri.removeprefix(self._base + '/'))}"
        if iri.startswith(SCHEME):
            return f"{self._root}/scheme/{quote(iri.removeprefix(SCHEME))}"
        if iri.startswith(HEF):
            return f"{self._root}/ns#{quote(iri.removeprefix(HEF))}"
        return iri if iri.startswith(_SAFE_LINKS) else ""

    def shown(self, term: object) -> Shown:
        """A term as a page shows it."""
        if isinstance(term, ox.Literal) and term.datatype == _BOOLEAN:
            return Shown(TEXTS[self._lang]["yes" if term.value in ("true", "1") else "no"])
        if isinstance(term, ox.Literal):
            return Shown(term.value, "", term.language or "")
        if isinstance(term, ox.NamedNode):
            return Shown(self.label(term), self.href(term.value))
        return Shown("")

    def said_by(self, quad: ox.Quad) -> Shown:
        """The value of a statement, a code in words."""
        value = quad.object
        if isinstance(value, ox.Literal) and not value.language:
            words = code_in_words(quad.predicate.value, value.value, self._lang)
            if words != value.value:
                return Shown(words)
        return self.shown(value)

    def label(self, node: ox.NamedNode) -> str:
        """The name of a thing, from the publication or from the ontology; of terms of others, ours for it."""
        if node.value in OTHERS_TERMS:
            return OTHERS_TERMS[node.value][LANGUAGES.index(self._lang)]
        found = resources.label(self._store, node, self._lang)
        if node.value.startswith((HEF, SCHEME)) and node.value.endswith(found):
            return resources.label(resources.ontology_store(), node, self._lang)
        return found

    def first(self, subject: object, predicate: ox.NamedNode) -> ox.NamedNode | ox.Literal | None:
        """One value of a property, if any."""
        if not isinstance(subject, ox.NamedNode):
            return None
        for quad in self._store.quads_for_pattern(subject, predicate, None, None):
            if isinstance(quad.object, ox.NamedNode | ox.Literal):
                return quad.object
        return None

    def text(self, subject: object, predicate: ox.NamedNode) -> str:
        """One value of a property as text; empty without one."""
        value = self.first(subject, predicate)
        return value.value if value is not None else ""

    def licence(self, subject: object) -> str:
        """The licence of a list, where it is a link."""
        value = self.text(subject, resources.LICENCE)
        return value if value.startswith(_SAFE_LINKS) else ""


def resource_page(
    live: Live,
    resource: Resource,
    lang: str,
    root: str,
    formats: Sequence[tuple[str, str]],
    questions: Sequence[Question],
    closed: bool,
) -> str:
    """The page about a thing, with the questions that can be asked about it."""
    speaker = _Speaker(live.store, live.publication.base, lang, root)
    rows = _rows(speaker, resource)
    mentions = []
    for mention in resource.mentions:
        contributor = speaker.first(mention.list, resources.CONTRIBUTOR)
        mentions.append(
            MentionRow(
                speaker.shown(mention.list),
                speaker.shown(mention.listing),
                speaker.shown(contributor) if contributor is not None else None,
                speaker.text(mention.list, resources.LIST_DATE),
                mention.row,
                speaker.licence(mention.list),
            )
        )
    return _environment().get_template("resource.html").render(
        title=speaker.label(resource.iri),
        iri=resource.iri.value,
        statements=rows,
        questions=sorted((question.title(lang), question.name) for question in questions),
        mentions=sorted(mentions, key=lambda row: (row.date, row.list.label, row.row), reverse=True),
        cut=resource.cut,
        **_frame(lang, root, closed, formats),
    )  # fmt: skip


def _rows(speaker: _Speaker, resource: Resource) -> list[Row]:
    """The statements by property: what a reader looks for first, then in alphabetical order, the source text last."""
    found: dict[str, tuple[Shown, list[Value]]] = {}
    for quad in resource.statements:
        _, values = found.setdefault(quad.predicate.value, (speaker.shown(quad.predicate), []))
        values.append(_value(speaker, quad))
        if quad.predicate == resources.OS_ID and isinstance(quad.object, ox.Literal):
            outside = Shown("Open Supply Hub", resources.open_supply_hub(quad.object.value).value)
            found.setdefault("", (speaker.shown(resources.SEE_ALSO), []))[1].append(Value(outside, None, "", ""))
    first = {name: place for place, name in enumerate(_FIRST)}

    def place(entry: tuple[str, tuple[Shown, list[Value]]]) -> tuple[int, str]:
        name, (shown, _) = entry
        return (len(first) + 1, "") if name == _SOURCE_TEXT else (first.get(name, len(first)), shown.label)

    return [
        Row(shown, sorted(values, key=lambda one: (one.value.lang, one.value.label)))
        for _, (shown, values) in sorted(found.items(), key=place)
    ]


def _value(speaker: _Speaker, quad: ox.Quad) -> Value:
    graph = quad.graph_name
    is_list = isinstance(graph, ox.NamedNode) and "/list/" in graph.value
    return Value(
        speaker.said_by(quad),
        speaker.shown(graph) if is_list else None,
        speaker.text(graph, resources.LIST_DATE) if is_list else "",
        speaker.licence(graph) if is_list else "",
        quad.predicate.value == _SOURCE_TEXT,
    )


def ontology_page(store: ox.Store, lang: str, root: str, formats: Sequence[tuple[str, str]], closed: bool) -> str:
    """The page of the ontology, generated from it: classes and properties in alphabetical order."""
    speaker = _Speaker(store, "", lang, root)
    graph = ox.NamedNode(ONTOLOGY_GRAPH)
    sections = []
    for heading, kinds in _KINDS:
        nodes = {
            quad.subject
            for kind in kinds
            for quad in store.quads_for_pattern(None, resources.TYPE, ox.NamedNode(_OWL + kind), graph)
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(HEF)
        }
        terms = [_term(store, speaker, node, lang) for node in sorted(nodes, key=lambda node: node.value)]
        sections.append((TEXTS[lang][heading], terms))
    return _environment().get_template("ontology.html").render(
        title=TEXTS[lang]["ontology"], sections=sections, **_frame(lang, root, closed, formats)
    )  # fmt: skip


def _term(store: ox.Store, speaker: _Speaker, node: ox.NamedNode, lang: str) -> Term:
    def named(predicate: ox.NamedNode) -> list[Shown]:
        quads = store.quads_for_pattern(node, predicate, None, None)
        return [speaker.shown(quad.object) for quad in quads if isinstance(quad.object, ox.NamedNode)]

    definitions = {
        quad.object.language or "": quad.object.value
        for quad in store.quads_for_pattern(node, _DEFINITION, None, None)
        if isinstance(quad.object, ox.Literal)
    }
    return Term(
        node.value.removeprefix(HEF),
        speaker.label(node),
        definitions.get(lang) or definitions.get("en") or "",
        named(_DOMAIN),
        named(_RANGE),
        speaker.text(node, _DEPRECATED) == "true",
    )


def render(template: str, lang: str, root: str, closed: bool, **values: object) -> str:
    """A page of its own template in the common frame; `kept` is the query that its other language keeps.

    `closed` says whether people may sign in at this server.
    """
    return _environment().get_template(template).render(**{**_frame(lang, root, closed, ()), **values})


def _frame(lang: str, root: str, closed: bool, formats: Sequence[tuple[str, str]]) -> dict[str, object]:
    other = "nl" if lang == "en" else "en"
    return {
        "lang": lang, "root": root, "text": TEXTS[lang], "formats": formats, "other_language": other, "kept": "",
        "closed": closed,
    }  # fmt: skip
