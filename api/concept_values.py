"""Values of parameters that are concepts of a scheme, outside the catalogue of questions."""

from __future__ import annotations

from functools import cache

from hefboom.api.errors import bad_request
from hefboom.ontology.codes import Code, concepts, named, suggestion
from hefboom.ontology.terms import SCHEME
from hefboom.plain_text import fold


def concept_named(scheme: str, text: str) -> str:
    """The id, below its scheme, of the concept that a code, an IRI or a word (English, Dutch) names; empty for none.

    The parameter is called as the scheme. Problem 400 for a text that names no concept, with those that come near.
    """
    said = text.strip().removeprefix(SCHEME)
    if not said:
        return ""
    found = _by_word(scheme).get(fold(said))
    if found is not None:
        return found.short
    near = suggestion(concepts(scheme), said) or "give a code or its name"
    problem = bad_request(
        "unknown-value", f"{scheme}: '{text[:80]}' is not known; {near}. All known values: {SCHEME}{scheme}"
    )
    problem.extra |= {"parameter": scheme, "value": text[:80], "known": f"{SCHEME}{scheme}"}
    raise problem


@cache
def _by_word(scheme: str) -> dict[str, Code]:
    return named(concepts(scheme))
