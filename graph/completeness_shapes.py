"""The shapes of the conditions: their text for an engine, and what each says of a condition to a reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

import pyoxigraph as ox

from hefboom.graph.completeness_parameters import SHAPES_FOLDER
from hefboom.graph.iris import HEF, SCHEME

Severity = Literal["violation", "warning", "info"]

_SH: Final = "http://www.w3.org/ns/shacl#"
_SEVERITIES: Final[dict[str, Severity]] = {
    f"{_SH}Violation": "violation",
    f"{_SH}Warning": "warning",
    f"{_SH}Info": "info",
}
_STEP_FILES: Final = ("prefixes", "step1", "step2", "step3", "step4", "step5", "step6", "cross")
_CLAIM_FILES: Final = ("prefixes", "claims")


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in English and Dutch."""

    en: str
    nl: str

    def in_language(self, language: str) -> str:
        """The Dutch words for `nl`, the English ones for anything else."""
        return self.nl if language == "nl" else self.en


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the six steps as its shape states it; `step` is `1` to `6`, or `X` across the steps."""

    id: str
    step: str
    severity: Severity
    severity_for_small_firms: Severity
    message: Text
    next_step: Text
    source: str
    focus_classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShapeInfo:
    """What a result of one shape means: its condition, and the words for the part of it that is missing."""

    condition: Condition
    detail: Text | None


def step_shapes_text() -> str:
    """The Turtle of all shapes that look at a file alone: 64 conditions."""
    return _text(_STEP_FILES)


def claim_shapes_text() -> str:
    """The Turtle of the shape that looks at a file together with its results: DD-X.2."""
    return _text(_CLAIM_FILES)


def _text(names: tuple[str, ...]) -> str:
    return "\n".join((SHAPES_FOLDER / f"{name}.ttl").read_text(encoding="utf-8") for name in names)


class _Graph:
    """The shapes as values by subject and predicate."""

    def __init__(self, text: str) -> None:
        self._values: dict[tuple[str, str], list[ox.NamedNode | ox.BlankNode | ox.Literal]] = {}
        for triple in ox.parse(text, format=ox.RdfFormat.TURTLE):
            if isinstance(triple.subject, ox.NamedNode) and not isinstance(triple.object, ox.Triple):
                self._values.setdefault((triple.subject.value, triple.predicate.value), []).append(triple.object)

    def subjects_with(self, predicate: str) -> Iterator[str]:
        return (subject for subject, found in self._values if found == predicate)

    def all(self, subject: str, predicate: str) -> list[str]:
        return [value.value for value in self._values.get((subject, predicate), [])]

    def one(self, subject: str, predicate: str) -> str:
        return next(iter(self.all(subject, predicate)), "")

    def text(self, subject: str, predicate: str) -> Text:
        values = self._values.get((subject, predicate), [])
        found = {value.language: value.value for value in values if isinstance(value, ox.Literal)}
        return Text(found["en"], found["nl"])


def _condition(graph: _Graph, shape: str) -> Condition:
    severity = _SEVERITIES[graph.one(shape, f"{_SH}severity")]
    softened = graph.one(shape, f"{HEF}severityForSmallFirms")
    return Condition(
        id=graph.one(shape, f"{HEF}condition").removeprefix(f"{SCHEME}condition/"),
        step=graph.one(shape, f"{HEF}step").removeprefix(f"{SCHEME}ddg/") or "X",
        severity=severity,
        severity_for_small_firms=_SEVERITIES[softened] if softened else severity,
        message=graph.text(shape, f"{_SH}message"),
        next_step=graph.text(shape, f"{HEF}nextStep"),
        source=graph.one(shape, "http://purl.org/dc/terms/source"),
        focus_classes=tuple(sorted(graph.all(shape, f"{_SH}targetClass"))),
    )


@cache
def shape_infos() -> dict[str, ShapeInfo]:
    """What each shape that can stand in a result means, by its IRI."""
    graph = _Graph(step_shapes_text() + claim_shapes_text())
    infos: dict[str, ShapeInfo] = {}
    for shape in graph.subjects_with(f"{HEF}condition"):
        condition = _condition(graph, shape)
        infos[shape] = ShapeInfo(condition, None)
        for part in graph.all(shape, f"{_SH}property"):
            words = graph.text(part, f"{_SH}message")
            infos[part] = ShapeInfo(condition, words if words != condition.message else None)
    return infos


@cache
def conditions() -> dict[str, Condition]:
    """The 65 conditions by id, in the order of the steps."""
    found = {info.condition.id: info.condition for info in shape_infos().values()}
    return dict(sorted(found.items(), key=lambda item: _order(item[0])))


def _order(condition: str) -> tuple[str, int]:
    step, number = condition.removeprefix("DD-").split(".")
    return step, int(number)
