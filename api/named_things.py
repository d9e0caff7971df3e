"""The companies and covenants of a publication by name, to choose from on forms."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from hefboom.api.resources import label
from hefboom.api.served import Live
from hefboom.graph.iris import HEF
from hefboom.graph.union import anywhere
from hefboom.plain_text import fold

_TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_MOST: Final = 1_000
"""Names up to this many are sent along with a form."""
_CLASSES: Final = {"hef:Company": "company", "hef:Covenant": "covenant"}


def named_things(live: Live, kind: str) -> dict[str, str]:
    """The companies (`hef:Company`) or covenants (`hef:Covenant`) of a publication: slug and name, by name.

    Empty for any other type of parameter, and where there are more than a form can offer.
    """
    if kind not in _CLASSES:
        return {}
    if kind not in live.names:
        live.names[kind] = _found(live, kind)
    return live.names[kind]


def _found(live: Live, kind: str) -> dict[str, str]:
    start = f"{live.publication.base}/{_CLASSES[kind]}/"
    wanted = ox.NamedNode(HEF + kind.removeprefix("hef:"))
    found: dict[str, str] = {}
    for quad in live.store.quads_for_pattern(None, _TYPE, wanted, anywhere(live.store)):
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(start):
            found[quad.subject.value.removeprefix(start)] = label(live.store, quad.subject, "en")
        if len(found) > _MOST:
            return {}
    return dict(sorted(found.items(), key=lambda one: fold(one[1])))
