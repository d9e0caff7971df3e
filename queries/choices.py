"""What a parameter with a closed set of values takes: each value by its code, its English word or its Dutch word."""

from __future__ import annotations

from functools import cache
from typing import Final

from hefboom.ontology.codes import Code, concept, concepts, named
from hefboom.plain_text import fold
from hefboom.queries.headers import Param
from hefboom.queries.wording import worded

SCHEMES: Final = {"hef:Country": "country", "hef:ProcessType": "process"}
"""Types of parameters whose values are the concepts of a scheme."""


@cache
def offered(param: Param) -> tuple[Code, ...]:
    """The values that a parameter takes, in the order in which its question names them; none where it takes others."""
    if param.type in SCHEMES:
        return concepts(SCHEMES[param.type])
    found: list[Code] = []
    for choice in param.choices:
        scheme, _, code = choice.rpartition("/")
        if code == "*":
            found += concepts(scheme)
        else:
            found.append(concept(choice) or _without_concept(param.name, choice))
    return tuple(found)


def chosen(param: Param, text: str) -> Code | None:
    """The value that a text names; None where it names none."""
    return _named(param).get(fold(text))


@cache
def _named(param: Param) -> dict[str, Code]:
    return named(offered(param))


def _without_concept(name: str, code: str) -> Code:
    """A code that is no concept, with the words that the cells of a column of the same name have for it."""
    english, dutch = (worded(name, code, lang) for lang in ("en", "nl"))
    bare = tuple(word.removeprefix(f"{code} ") for word in (english, dutch))
    return Code(f"{name}/{code}", english, dutch, bare)
