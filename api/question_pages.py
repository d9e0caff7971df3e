"""Pages on which people ask the catalogue of questions: a form for the values of each, its answer as a table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

from babel.numbers import format_decimal
from fastapi import APIRouter, Depends, Request, Response

from hefboom.api.asking import caller_of, live_of, page
from hefboom.api.errors import Problem
from hefboom.api.named_things import named_things
from hefboom.api.question_api import READERS, may_ask, run_question
from hefboom.api.question_texts import ABOUT_NL, about, name
from hefboom.api.served import Live
from hefboom.api.texts import TEXTS, language
from hefboom.graph.iris import SCHEME
from hefboom.messages import in_language
from hefboom.ontology.codes import in_order
from hefboom.plain_text import fold
from hefboom.queries.catalogue import Question, catalogue
from hefboom.queries.choices import chosen, offered
from hefboom.queries.headers import Param
from hefboom.queries.tables import labelled
from hefboom.queries.wording import heading, meaning, record_name, said_twice, worded

router = APIRouter(include_in_schema=False)
LiveNow = Annotated[Live, Depends(live_of)]
_READ: Final = ["GET", "HEAD"]
_SHOWN: Final = 500
"""Rows of an answer on its page; downloads have all."""
_KINDS: Final = {"xsd:date": "date", "xsd:integer": "number", "xsd:decimal": "number", "xsd:boolean": "choice"}
_FEW: Final = 25
"""Values up to this many are chosen from; of more, those that fit are offered while a person types."""
_SUBJECTS: Final = ("sharing", "chains", "risk", "steps", "quality", "monitor")


@dataclass(frozen=True)
class Field:
    """A value that the form asks for; `kind` is the type of its input, `value` what was given.

    `options` are the values that it may have, each with its words; of these `chosen` were given.
    """

    name: str
    heading: str
    about: str
    kind: str
    value: str
    required: bool
    many: bool
    options: tuple[tuple[str, str], ...] = ()
    chosen: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Heading:
    """A column of the answer."""

    heading: str
    about: str


@dataclass(frozen=True)
class Shown:
    """A cell of the answer; `href` is empty where it leads nowhere."""

    text: str
    href: str = ""
    number: bool = False


@router.api_route("/questions", methods=_READ)
def questions(request: Request, live: LiveNow, lang: str = "") -> Response:
    """The questions that the caller may ask, by subject."""
    spoken = language(request.headers.get("accept-language", ""), lang)
    audience = caller_of(request).audience
    open_to_them = [question for question in catalogue().values() if may_ask(question, audience)]
    ranked = sorted(open_to_them, key=lambda one: (_SUBJECTS.index(one.subject), one.title(spoken)))
    subjects = [(subject, list(group)) for subject, group in groupby(ranked, key=lambda one: one.subject)]
    return page(request, spoken, "questions.html", changes=True, title=TEXTS[spoken]["questions"], subjects=subjects)


@router.api_route("/questions/{asked}", methods=_READ)
async def question(request: Request, live: LiveNow, asked: str, lang: str = "", ask: str = "") -> Response:
    """A question's form and, once asked, its answer. Problem 404 for no question, 403 for one that is closed."""
    spoken = language(request.headers.get("accept-language", ""), lang)
    found = catalogue().get(asked)
    if found is None:
        raise Problem(404, "unknown", "There is no question of this name.")
    if not may_ask(found, caller_of(request).audience):
        who = READERS[found.header.audience]
        raise Problem(403, "question-closed", f"This question is for {who}; sign in to ask it.")
    given = {
        param.name: text for param in found.header.params if param.name != "lang" and (text := _given(request, param))
    }
    fields, answer, wrong = _fields(found, given, spoken, live), None, ""
    if ask or (not given and not any(field.required for field in fields)):
        sent = {"question": asked, "values": given, "lang": spoken, "format": "json"}
        try:
            answered = await run_question(request, live, json.dumps(sent).encode())
            answer = json.loads(answered.body)
        except Problem as problem:
            if problem.status != 400:
                raise
            names = {param.name: f"'{name(param.name, spoken)}'" for param in found.header.params}
            wrong = in_language(problem.detail, spoken, {**ABOUT_NL, **names})
    root = request.scope["root_path"]
    columns, rows = _table(answer, live.publication.base, root, spoken) if answer else ([], [])
    return page(
        request, spoken, "question.html", 400 if wrong else 200, changes=True, title=found.title(spoken), name=asked,
        params=fields, wrong=wrong, answer=answer, columns=columns, rows=rows[:_SHOWN], total=len(rows),
        notes=found.notes(spoken), download=urlencode({**given, "lang": spoken}),
        kept=urlencode({**given, "ask": "1"} if ask else {}),
    )  # fmt: skip


def _given(request: Request, param: Param) -> str:
    """What was given to a parameter; several values with commas between them."""
    given = request.query_params.getlist(param.name)
    texts = given if param.many else given[-1:]
    return ",".join(filter(None, (text.strip() for text in texts)))


def _fields(question: Question, given: Mapping[str, str], lang: str, live: Live) -> list[Field]:
    return [
        _field(param, given, lang, named_things(live, param.type))
        for param in question.header.params
        if param.name != "lang"
    ]


def _field(param: Param, given: Mapping[str, str], lang: str, things: Mapping[str, str]) -> Field:
    """What to ask for a parameter; `things` are the companies or covenants that it may name, slug and name."""
    value = given.get(param.name, "" if param.default in (None, "today") else str(param.default))
    kind, options = _named(param, things) if things else _options(param, lang)
    texts = (value, *value.split(","))
    found = {code.short for text in texts if (code := chosen(param, text))}
    found |= {slug for slug, called in things.items() for text in texts if fold(text) in (slug, fold(called))}
    how = "" if things and kind != "list" else param.type
    return Field(
        param.name, name(param.name, lang), about(param.description, how, lang), kind, value,
        not param.optional and param.default is None, param.many, options, frozenset(found or {value}),
    )  # fmt: skip


def _named(param: Param, things: Mapping[str, str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """How a person chooses a company or covenant, and from which."""
    if len(things) > _FEW:
        return "list", tuple((called, "") for called in things.values())
    if param.many:
        return "checks", tuple(things.items())
    return "choice", (*((("", ""),) if param.default is None else ()), *things.items())


def _options(param: Param, lang: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """How a person chooses a value, and from which; nothing where none need be given."""
    none = (("", ""),) if param.default is None else ()
    if param.type == "xsd:boolean":
        return "choice", (*none, ("true", TEXTS[lang]["yes"]), ("false", TEXTS[lang]["no"]))
    known = offered(param)
    if not known:
        return _KINDS.get(param.type, "text"), ()
    if len(known) > _FEW:
        ordered = in_order(known) if param.choices else sorted(known, key=lambda code: fold(code.label(lang)))
        return "list", tuple((code.label(lang), "") for code in ordered)
    few = tuple((code.short, code.label(lang)) for code in known)
    return ("checks", few) if param.many else ("choice", (*none, *few))


def _table(answer: Mapping[str, Any], base: str, root: str, lang: str) -> tuple[list[Heading], list[list[Shown]]]:
    """The columns and rows to show: a thing and its name are one column, which leads to the thing."""
    names = [column["name"] for column in answer["columns"]]
    repeated = said_twice(names, answer["rows"], lang)
    named = {thing: name for thing, name in labelled(names).items() if name not in repeated}
    shown = [column for column in answer["columns"] if column["name"] not in {*named.values(), *repeated}]
    rows = [
        [
            _cell(_said(row, named.get(column["name"], ""), lang), column["name"], row, base, root, lang)
            for column in shown
        ]
        for row in answer["rows"]
    ]
    return [Heading(heading(column["name"], lang), meaning(column["about"], lang)) for column in shown], rows


def _said(row: Mapping[str, Any], column: str, lang: str) -> object:
    value = row.get(column)
    return worded(column, value, lang) if isinstance(value, str) else value


def _cell(name: object, column: str, row: Mapping[str, Any], base: str, root: str, lang: str) -> Shown:
    """A cell in words, under the name that stands beside it where there is one; a thing leads to its page."""
    value = row.get(column)
    if value is None:
        return Shown("" if name is None else str(name))
    if isinstance(value, bool):
        return Shown(TEXTS[lang]["yes" if value else "no"])
    if isinstance(value, int | float):
        return Shown(format_decimal(value, locale=lang), number=True)
    text, said = str(value), str(_said(row, column, lang))
    for start, place in ((base + "/", "/id/"), (SCHEME, "/scheme/")):
        local = text.removeprefix(start)
        if local != text and not {" ", ";"} & set(local):
            words = said if said != text else record_name(text, lang) or local.partition("/")[2] or local
            return Shown(str(name or words), f"{root}{place}{quote(local)}")
    return Shown(str(name) if name is not None else said)
