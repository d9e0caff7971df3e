"""Parameters: from the text that a person types to the term that a query binds."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias, TypeVar

from pyoxigraph import Literal, NamedNode

from hefboom.errors import QueryError
from hefboom.graph.iris import HEF, SCHEME, Names
from hefboom.ontology.codes import NO_WORDS, YES_WORDS, suggestion
from hefboom.queries.choices import SCHEMES, chosen, offered
from hefboom.queries.evidence import RDF_TYPE, Visible
from hefboom.queries.headers import Param

Term: TypeAlias = NamedNode | Literal
Number = TypeVar("Number", int, Decimal)

XSD = "http://www.w3.org/2001/XMLSchema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_IN_SCHEME = NamedNode(_SKOS + "inScheme")
_CONCEPT_NAMES = (
    *(NamedNode(_SKOS + name) for name in ("notation", "prefLabel", "altLabel")),
    *(NamedNode(HEF + name) for name in ("alpha3", "m49")),
)
_REPLACED_BY = NamedNode(HEF + "replacedBy")
_REFERS_TO = NamedNode(HEF + "refersTo")
_OS_ID = NamedNode(HEF + "osId")
_SITE = NamedNode(HEF + "Site")
_SHOWN: Final = 80
"""Characters of a value that a message repeats."""
_DIGITS: Final = 15
"""Digits of the largest number, and of the finest; the engine keeps a few more."""
_LISTING = NamedNode(HEF + "Listing")
_IDENTIFIER = NamedNode("http://purl.org/dc/terms/identifier")
_CLASSES = {"hef:Company": "company", "hef:Covenant": "covenant"}


def read_values(
    param: Param, given: str | Sequence[str], visible: Visible, today: dt.date, companies: Sequence[Term] = ()
) -> list[Term]:
    """The terms for what was given to a parameter; a site of a due diligence file is one of `companies`, if any.

    A parameter that takes several values splits a text at commas, unless the whole text is one known name. Raises
    QueryError naming the parameter, the value and what to give instead.
    """

    def read(text: str) -> list[Term]:
        if param.type == "hef:Listing":
            return [*_listings(param, text.strip(), visible, companies)]
        return [_read(param, text, visible, today)]

    if not isinstance(given, str):
        return [term for text in given for term in read_values(param, text, visible, today, companies)]
    if not param.many:
        return read(given)
    try:
        return read(given)
    except QueryError:
        parts = [part for part in given.split(",") if part.strip()]
        if len(parts) < 2:
            raise
        return [term for part in parts for term in read(part)]


def _read(param: Param, given: str, visible: Visible, today: dt.date) -> Term:
    text = given.strip()
    if param.choices:
        return _choice(param, text)
    if param.type.startswith("xsd:"):
        return _literal(param, text, today)
    if param.type == "hef:Site":
        return _site(param, text, visible)
    names = _concepts(visible, SCHEMES[param.type]) if param.type in SCHEMES else _named(visible, param.type)
    found = names.get(text.casefold(), set())
    if len(found) == 1:
        return next(iter(found))
    if found:
        choices = ", ".join(sorted(term.value for term in found))
        raise QueryError(f"{param.name}: '{given}' can be any of {choices}; give the IRI")
    if code := chosen(param, text):
        return NamedNode(SCHEME + code.id)
    hint = suggestion(offered(param), text) if param.type in SCHEMES else None
    raise QueryError(f"{param.name}: '{given}' is not known; {hint or _nearest(text, names)}")


def _choice(param: Param, text: str) -> Literal:
    """The code of a closed set, whichever of its names was given."""
    if found := chosen(param, text):
        return Literal(found.short, datatype=NamedNode(XSD + "string"))
    known = offered(param)
    hint = suggestion(known, text) or f"give a value such as '{known[0].short}'"
    raise QueryError(f"{param.name}: '{text}' is not known; {hint}")


def _nearest(text: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(text.casefold(), [name for name in names if "://" not in name], n=3, cutoff=0.5)
    return f"did you mean {' or '.join(repr(name) for name in near)}?" if near else "check the name or give its IRI"


def _literal(param: Param, text: str, today: dt.date) -> Literal:
    kind = param.type.removeprefix("xsd:")
    readers: dict[str, tuple[Callable[[], str], str]] = {
        "boolean": (lambda: _boolean(text), "'yes' or 'no', or 'true' or 'false'"),
        "date": (
            lambda: (today if text == "today" else dt.date.fromisoformat(text)).isoformat(),
            "a date such as 2024-12-31, or 'today'",
        ),
        "decimal": (lambda: format(_within(param, Decimal(text)), "f"), _bounded("a number such as 52.1", param)),
        "integer": (lambda: str(_within(param, int(text))), _bounded("a whole number", param)),
        "string": (lambda: text, "a text"),
    }
    read, form = readers[kind]
    try:
        return Literal(read(), datatype=NamedNode(XSD + kind))
    except (ValueError, InvalidOperation) as error:
        raise QueryError(f"{param.name}: '{text[:_SHOWN]}' does not fit; give {form}") from error


def _boolean(text: str) -> str:
    said = text.lower()
    if said.isdigit() or said not in YES_WORDS | NO_WORDS:
        raise ValueError(text)
    return "true" if said in YES_WORDS else "false"


def _within(param: Param, number: Number) -> Number:
    """The number, unless it is out of bounds or so large or fine that it is none that anybody means."""
    least, most = param.bounds
    value = Decimal(number)
    if not value.is_finite() or abs(value.adjusted()) > _DIGITS or len(value.as_tuple().digits) > _DIGITS:
        raise ValueError(number)
    if (least is not None and value < least) or (most is not None and value > most):
        raise ValueError(number)
    return number


def _bounded(what: str, param: Param) -> str:
    """What a number is, with its bounds."""
    match param.bounds:
        case (int() as least, int() as most):
            return f"{what}, at least {least} and at most {most}"
        case (int() as least, None):
            return f"{what}, at least {least}"
        case (None, int() as most):
            return f"{what}, at most {most}"
    return what


def _named(visible: Visible, kind: str) -> dict[str, set[NamedNode]]:
    """Companies or covenants by IRI, slug and label, in lower case."""
    names: dict[str, set[NamedNode]] = {}
    prefix = f"{visible.evidence.base}/{_CLASSES[kind]}/"
    for quad in visible.quads(None, RDF_TYPE, NamedNode(HEF + kind.removeprefix("hef:"))):
        subject = quad.subject
        if not isinstance(subject, NamedNode):
            continue
        keys = [subject.value, subject.value.removeprefix(prefix)]
        keys += [label.object.value for label in visible.quads(subject, _LABEL) if isinstance(label.object, Literal)]
        for key in keys:
            names.setdefault(key.casefold(), set()).add(subject)
    return names


def _concepts(visible: Visible, scheme: str) -> dict[str, set[NamedNode]]:
    """The concepts of a scheme by IRI, id, notation and label of any language, in lower case."""
    names: dict[str, set[NamedNode]] = {}
    for quad in visible.quads(None, _IN_SCHEME, NamedNode(SCHEME + scheme)):
        subject = quad.subject
        if not isinstance(subject, NamedNode):
            continue
        short = subject.value.removeprefix(SCHEME)
        keys = [subject.value, short, short.removeprefix(f"{scheme}/")]
        for predicate in _CONCEPT_NAMES:
            keys += [
                name.object.value for name in visible.quads(subject, predicate) if isinstance(name.object, Literal)
            ]
        for key in keys:
            names.setdefault(key.casefold(), set()).add(subject)
    return names


def _site(param: Param, text: str, visible: Visible) -> NamedNode:
    """The site of an IRI, OS ID, `hb-` id or listing; replaced ones lead to the site that stands in their place."""
    candidate = _iri(text)
    if candidate is not None:
        start = _follow(visible, candidate, _REFERS_TO) or [candidate]
    else:
        if not re.fullmatch(r"[\w-]+", text):
            raise QueryError(
                f"{param.name}: '{text[:_SHOWN]}' is no site; give its IRI, its OS ID or its 'hb-' id, which "
                "'hefboom find' tells for a name"
            )
        names = Names(visible.evidence.base)
        start = [NamedNode(names.site(text.lower() if text.lower().startswith("hb-") else text.upper()))]
        if not _is_site(visible, start[0]):
            start = [
                q.subject
                for q in visible.quads(None, _OS_ID, Literal(text.upper()))
                if isinstance(q.subject, NamedNode)
            ]
    known = {_current(visible, site) for site in start if _is_site(visible, site)}
    if len(known) == 1:
        return known.pop()
    if known:
        raise QueryError(
            f"{param.name}: '{text}' can be any of {', '.join(sorted(s.value for s in known))}; give one IRI"
        )
    raise QueryError(
        f"{param.name}: no site '{text}' is known to this audience; "
        "give the IRI or id that another answer shows in its column 'site', or that 'hefboom find' tells for a name"
    )


def _iri(text: str) -> NamedNode | None:
    """The node of a web address; None for what is none."""
    if not re.match(r"https?://\S+$", text):
        return None
    try:
        return NamedNode(text)
    except ValueError:
        return None


def _listings(param: Param, text: str, visible: Visible, companies: Sequence[Term]) -> list[NamedNode]:
    """The sites of due diligence files that an IRI, an id in a file or an OS ID names: one per file that has it."""
    base = visible.evidence.base
    files = [f"{base}/file/{company.value.rpartition('/')[2]}/" for company in companies] or [f"{base}/file/"]
    told = [quad.subject for quad in visible.quads(None, RDF_TYPE, _LISTING)]
    sites = [site for site in told if isinstance(site, NamedNode) and site.value.startswith(tuple(files))]
    wanted = text.casefold()
    found = [site for site in sites if wanted in _ids(visible, site)]
    if found:
        return sorted(found, key=lambda site: site.value)
    raise QueryError(
        f"{param.name}: no site '{text}' is in a due diligence file of this company that this audience may see; give "
        "its id in the file or its OS ID"
    )


def _ids(visible: Visible, site: NamedNode) -> set[str]:
    """By what a site of a file is named, in small letters."""
    told = [quad.object for name in (_IDENTIFIER, _OS_ID) for quad in visible.quads(site, name)]
    return {site.value.casefold(), *(one.value.casefold() for one in told if isinstance(one, Literal))}


def _is_site(visible: Visible, site: NamedNode) -> bool:
    return bool(visible.quads(site, RDF_TYPE, _SITE) or visible.quads(site, _REPLACED_BY))


def _follow(visible: Visible, subject: NamedNode, predicate: NamedNode) -> list[NamedNode]:
    return [quad.object for quad in visible.quads(subject, predicate) if isinstance(quad.object, NamedNode)]


def _current(visible: Visible, site: NamedNode) -> NamedNode:
    seen = {site}
    while following := _follow(visible, site, _REPLACED_BY):
        site = min(following, key=lambda term: term.value)
        if site in seen:
            raise QueryError(f"site '{site.value}' is replaced by itself; run 'hefboom rebuild'")
        seen.add(site)
    return site
