"""The header of a question file: who it is for, what it takes, what it gives.

`docs/model.md` shows the lines. A header stands at the top of the `.rq` file; the first line that is
no comment ends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hefboom.errors import QueryError

AUDIENCES = ("public", "members", "secretariat")
LOOKUPS = ("hef:Company", "hef:Country", "hef:Covenant", "hef:Listing", "hef:ProcessType", "hef:Site")
DATATYPES = ("xsd:boolean", "xsd:date", "xsd:decimal", "xsd:integer", "xsd:string")
NUMBERS = ("xsd:decimal", "xsd:integer")
COLUMN_TYPES = (*DATATYPES, *LOOKUPS, "hef:List", "rdfs:Resource")

_PARAM = re.compile(r"\?(?P<name>\w+) (?P<type>\w+:\w+)(?P<many>\+)?(?P<rest> \?| = [^,]+)?, (?P<about>.+)")
_COLUMN = re.compile(r"(?P<name>\w+)(?: (?P<type>\w+:\w+)(?P<many>\+)?)?, (?P<about>.+)")
_CHOICES = re.compile(r"\?(?P<name>\w+)(?P<codes>( \S+)+)")
_BOUNDS = re.compile(r"\?(?P<name>\w+) (?P<least>-?\d+|\*) (?P<most>-?\d+|\*)")
_COUNTS = re.compile(r"(?P<question>[\w-]+) in (?P<column>\w+), (?P<noun>.+)")
_BESIDE = re.compile(
    r"(?P<question>[\w-]+) in (?P<column>\w+) by (?P<key>\w+)(?: except (?P<param>\w+))?, (?P<noun>.+)"
)
_PATH = re.compile(r"\?(?P<company>\w+) \?(?P<site>\w+) -> (?P<columns>\w+( \w+){0,2})")
_JOIN = re.compile(r"(?P<question>[\w-]+) by (?P<key>\w+) -> (?P<columns>\w+( \w+)*)")
_LINE = re.compile(r"# (?P<key>[a-z]+)(?:@(?P<lang>[a-z]{2}))?: (?P<value>\S.*)")
_ONCE = (
    "title",
    "question",
    "answers",
    "audience",
    "scope",
    "own",
    "group",
    "floor",
    "steady",
    "counts",
    "beside",
    "analysis",
)
_REQUIRED = ("title", "question", "audience")
_LANGUAGES = ("nl",)


@dataclass(frozen=True)
class Param:
    """A value that a question takes: `type` is an XSD type or one of `LOOKUPS`; `many` allows several values.

    `choices` are the codes of a text that can be nothing else: `code`, `scheme/code`, or `scheme/*` for a whole scheme.
    `bounds` are the least and the greatest number that a number can be; None where there is none.
    """

    name: str
    type: str
    description: str
    default: str | None = None
    optional: bool = False
    many: bool = False
    choices: tuple[str, ...] = ()
    bounds: tuple[int | None, int | None] = (None, None)


@dataclass(frozen=True)
class Column:
    """A column of the answer; `many` marks a set gathered by GROUP_CONCAT, whose order the runner fixes."""

    name: str
    type: str
    description: str
    many: bool = False


@dataclass(frozen=True)
class Counts:
    """A companion question whose answer is counted for audiences that may not see its rows by name."""

    question: str
    column: str
    noun: str


@dataclass(frozen=True)
class Beside:
    """A companion question that counts, for each row, whom the asker may not see by name.

    `key` is the column of the row whose values the companion takes as its parameter `site` and gives as its first
    column; the company given as `param`, if any, is never counted.
    """

    question: str
    column: str
    key: str
    param: str | None
    noun: str


@dataclass(frozen=True)
class PathColumns:
    """Columns that the runner fills with a shortest path: the path, its weakest link, where that link is stated."""

    company: str
    site: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class JoinedColumns:
    """Columns that the runner fills from another question, as its asker may see it.

    `key` is the column of the row whose values that question takes as its parameter `site` and gives as first column.
    """

    question: str
    key: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Header:
    """What the header of a question says; `translations` is keyed by (key, language).

    With an `analysis` the query gives its input, the columns `inputs`, and the analysis makes the answer of them.
    `steady` names a variable with what each contributor adds to a row of a grouped answer, which is never shown.
    `own` names a parameter: the rows are what that company handed in itself, whoever else may see it, and only that
    company and the secretariat get them.
    `floor` names a column of counts: a closed audience gets no row in which it is below the group size.
    """

    title: str
    question: str
    audience: str
    answers: tuple[str, ...] = ()
    scope: str | None = None
    own: str | None = None
    group: str | None = None
    steady: str | None = None
    floor: str | None = None
    counts: Counts | None = None
    beside: Beside | None = None
    closed: tuple[str, ...] = ()
    params: tuple[Param, ...] = ()
    columns: tuple[Column, ...] = ()
    paths: tuple[PathColumns, ...] = ()
    joins: tuple[JoinedColumns, ...] = ()
    analysis: str | None = None
    inputs: tuple[Column, ...] = ()
    notes: tuple[str, ...] = ()
    translations: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    @property
    def computed(self) -> frozenset[str]:
        """The columns that no query of the question gives."""
        groups = [path.columns for path in self.paths] + [joined.columns for joined in self.joins]
        return frozenset(name for columns in groups for name in columns)

    @property
    def queried(self) -> tuple[Column, ...]:
        """The columns that the query itself gives: the input of the analysis where there is one, else the columns."""
        steady = (Column(self.steady, "xsd:string", "what each contributor adds", many=True),) if self.steady else ()
        return (*(self.inputs or self.columns), *steady)


@dataclass
class _Lines:
    """The lines of one header by key, with their place for error messages."""

    file: Path
    values: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    translations: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def error(self, number: int, problem: str) -> QueryError:
        return QueryError(f"{self.file.name}, line {number}: {problem}")

    def one(self, key: str) -> str | None:
        found = self.values.get(key, [])
        if len(found) > 1:
            raise self.error(found[1][0], f"'# {key}:' stands here a second time; keep one")
        if not found and key in _REQUIRED:
            raise self.error(1, f"the header lacks '# {key}: ...'; add it")
        return found[0][1] if found else None

    def matches(self, key: str, pattern: re.Pattern[str], form: str) -> Iterator[tuple[int, re.Match[str]]]:
        for number, value in self.values.get(key, []):
            match = pattern.fullmatch(value)
            if match is None:
                raise self.error(number, f"'{value}' does not read as '# {key}: {form}'")
            yield number, match


def parse(file: Path, text: str) -> Header:
    """Read the header of a question file.

    Raises QueryError, naming file and line, for an unknown key, a line that does not fit its form, a key that is
    missing or stands twice, an unknown type or audience.
    """
    lines = _collect(file, text)
    single = {key: lines.one(key) for key in _ONCE}
    for key in ("audience", "scope"):
        if single[key] is not None and single[key] not in AUDIENCES:
            raise lines.error(lines.values[key][0][0], f"'{single[key]}' is no audience; use {', '.join(AUDIENCES)}")
    return Header(
        title=str(single["title"]),
        question=str(single["question"]),
        audience=str(single["audience"]),
        answers=_words(single["answers"]),
        scope=single["scope"],
        own=single["own"],
        group=single["group"],
        steady=single["steady"],
        floor=single["floor"],
        analysis=single["analysis"],
        inputs=_columns(lines, "input", single["analysis"] is not None),
        counts=_counts(lines),
        beside=_beside(lines),
        closed=tuple(word for _, value in lines.values.get("closed", []) for word in _words(value)),
        params=_params(lines),
        columns=_columns(lines, "column", True),
        paths=tuple(
            PathColumns(match["company"], match["site"], tuple(match["columns"].split()))
            for _, match in lines.matches("path", _PATH, "?company ?site -> path weakest source")
        ),
        joins=tuple(
            JoinedColumns(match["question"], match["key"], tuple(match["columns"].split()))
            for _, match in lines.matches("join", _JOIN, "question by key -> column column")
        ),
        notes=tuple(value for _, value in lines.values.get("note", [])),
        translations=lines.translations,
    )


def _collect(file: Path, text: str) -> _Lines:
    keys = (*_ONCE, "param", "choices", "bounds", "column", "input", "note", "closed", "path", "join")
    lines = _Lines(file)
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("#"):
            break
        match = _LINE.fullmatch(line)
        if match is None:
            raise lines.error(number, f"'{line}' is no header line; write '# key: value'")
        key, lang = match["key"], match["lang"]
        if key not in keys or (lang and lang not in _LANGUAGES):
            raise lines.error(number, f"'{line.split(':')[0]}' is no known header; use one of {', '.join(keys)}")
        if lang:
            lines.translations[key, lang] = (*lines.translations.get((key, lang), ()), match["value"])
        else:
            lines.values.setdefault(key, []).append((number, match["value"]))
    return lines


def _words(value: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (value or "").split(",") if word.strip())


def _params(lines: _Lines) -> tuple[Param, ...]:
    params: list[Param] = []
    choices, bounds = _choices(lines), _bounds(lines)
    for number, match in lines.matches("param", _PARAM, "?name xsd:type = default, description"):
        if match["type"] not in (*LOOKUPS, *DATATYPES):
            raise lines.error(number, f"'{match['type']}' is no type; use one of {', '.join((*LOOKUPS, *DATATYPES))}")
        if match["name"] in {param.name for param in params}:
            raise lines.error(number, f"'?{match['name']}' stands here a second time; keep one")
        rest = (match["rest"] or "").strip()
        default = rest.removeprefix("= ") if rest.startswith("= ") else None
        codes = choices.pop(match["name"], ()) if match["type"] == "xsd:string" else ()
        within = bounds.pop(match["name"], (None, None)) if match["type"] in NUMBERS else (None, None)
        params.append(
            Param(
                match["name"], match["type"], match["about"], default, rest == "?", bool(match["many"]), codes, within
            )
        )
    for name in choices:
        raise lines.error(lines.values["choices"][0][0], f"'?{name}' is no parameter of type xsd:string")
    for name in bounds:
        raise lines.error(lines.values["bounds"][0][0], f"'?{name}' is no parameter that takes a number")
    return tuple(params)


def _choices(lines: _Lines) -> dict[str, tuple[str, ...]]:
    return {
        match["name"]: tuple(match["codes"].split())
        for _, match in lines.matches("choices", _CHOICES, "?name code code")
    }


def _bounds(lines: _Lines) -> dict[str, tuple[int | None, int | None]]:
    def end(text: str) -> int | None:
        return None if text == "*" else int(text)

    return {
        match["name"]: (end(match["least"]), end(match["most"]))
        for _, match in lines.matches("bounds", _BOUNDS, "?name least most")
    }


def _columns(lines: _Lines, key: str, needed: bool) -> tuple[Column, ...]:
    columns: list[Column] = []
    for number, match in lines.matches(key, _COLUMN, "name xsd:type, description"):
        kind = match["type"] or "xsd:string"
        if kind not in COLUMN_TYPES:
            raise lines.error(number, f"'{kind}' is no type of column; use one of {', '.join(COLUMN_TYPES)}")
        if match["name"] in {column.name for column in columns}:
            raise lines.error(number, f"'{match['name']}' stands here a second time; keep one")
        columns.append(Column(match["name"], kind, match["about"], bool(match["many"])))
    if needed and not columns:
        raise lines.error(1, f"the header lacks '# {key}: name, description'; add one per column")
    return tuple(columns)


def _counts(lines: _Lines) -> Counts | None:
    lines.one("counts")
    for _, match in lines.matches("counts", _COUNTS, "question in column, noun"):
        return Counts(match["question"], match["column"], match["noun"])
    return None


def _beside(lines: _Lines) -> Beside | None:
    for _, match in lines.matches("beside", _BESIDE, "question in column by key except param, noun"):
        return Beside(**match.groupdict())
    return None
