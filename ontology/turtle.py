"""A small Turtle writer whose output depends on nothing but its input: one block per subject, in the order given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from hefboom.ontology.terms import PREFIXES

Block = tuple[str, Sequence[tuple[str, Sequence[str]]]]
"""A subject and its predicates in order, each with its objects; all of them Turtle terms. No objects: left out."""

_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def text(value: str, language: str = "") -> list[str]:
    """A string as Turtle literal, as a list that is empty when the string is."""
    if not value:
        return []
    tag = f"@{language}" if language else ""
    return [f'"{value.translate(_ESCAPES)}"{tag}']


def texts(row: Mapping[str, str], column: str) -> list[str]:
    """The literals of a pair of columns ``<column>_en`` and ``<column>_nl``."""
    return text(row.get(f"{column}_en", ""), "en") + text(row.get(f"{column}_nl", ""), "nl")


def iri(value: str) -> list[str]:
    """An IRI reference, as a list that is empty when the string is."""
    return [f"<{value}>"] if value else []


def _block(block: Block) -> str:
    subject, predicates = block
    lines = [f"{predicate} {' , '.join(objects)}" for predicate, objects in predicates if objects]
    return f"{subject} " + " ;\n    ".join(lines) + " .\n"


def write(blocks: Iterable[Block], comment: str, base: str) -> str:
    """A whole Turtle document: the comment, the prefixes that are used, the base, the blocks."""
    body = "\n".join(_block(block) for block in blocks)
    used = {name for name in PREFIXES if re.search(rf"(?:^|[\s^]){name}:", body)}
    head = [f"# {line}" for line in comment.splitlines()]
    head += [f"@prefix {name}: <{PREFIXES[name]}> ." for name in sorted(used)]
    head += [f"@base <{base}> ."]
    return "\n".join(head) + "\n\n" + body
