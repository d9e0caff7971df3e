"""The catalogue of questions as endpoints, each with its own typed parameters in the OpenAPI description."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Request, Response

from hefboom.api import frames
from hefboom.api.asking import caching, caller_of, known_parameters_only, live_of, server_of
from hefboom.api.errors import Problem, bad_request
from hefboom.api.json_api import PROBLEMS
from hefboom.api.outcomes import Answered, ClientGone
from hefboom.api.schemas import AnswerOut, ColumnOut, ParamOut, QuestionOut
from hefboom.api.served import Live
from hefboom.api.texts import LANGUAGES, language
from hefboom.graph.visibility import AUDIENCES, company_of, group_of
from hefboom.queries.catalogue import Question, catalogue
from hefboom.queries.headers import Param

LiveNow = Annotated[Live, Depends(live_of)]
_FORMATS: Final = ("json", "csv", "xlsx", "ttl")
_MEDIA_TYPES: Final = (
    "text/csv",
    "text/turtle",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
_OWN_FILE: Final = "steps"
READERS: Final = {"public": "the public", "members": "the members", "secretariat": "the secretariat"}
_RESERVED: Final = ("format", "lang")
_IN_WORDS: Final = "; the code, or the word for it in English or Dutch"
_JSON_TYPES: Final = {
    "xsd:integer": {"type": "integer"},
    "xsd:decimal": {"type": "number"},
    "xsd:boolean": {"type": "boolean"},
    "xsd:date": {"type": "string", "format": "date"},
}


def question_router() -> APIRouter:
    """Routes for the list of questions and for each question."""
    router = APIRouter(responses=PROBLEMS)
    router.add_api_route(
        "/questions", _list, response_model=list[QuestionOut], summary="All questions",
        dependencies=[Depends(known_parameters_only)],
    )  # fmt: skip
    for question in catalogue().values():
        router.add_api_route(
            f"/questions/{question.name}",
            _asker(question),
            response_model=AnswerOut,
            responses={200: {"content": {kind: {} for kind in _MEDIA_TYPES}}},
            summary=question.header.title,
            description=question.header.question,
            openapi_extra={"parameters": [*map(_parameter, question.header.params), *_COMMON]},
            operation_id=question.name,
        )
    return router


async def _list(request: Request, response: Response, lang: Literal["", "en", "nl"] = "") -> list[QuestionOut]:
    """The questions that the caller may ask, with what each takes and gives."""
    response.headers["Vary"] = "Accept-Language"
    spoken = language(request.headers.get("accept-language", ""), lang)
    audience = caller_of(request).audience
    return [_shown(question, spoken) for question in catalogue().values() if may_ask(question, audience)]


def _asker(question: Question) -> Callable[[Request, Live], Awaitable[Response]]:
    async def ask(request: Request, live: LiveNow) -> Response:
        caller = caller_of(request)
        if not may_ask(question, caller.audience):
            who = READERS[question.header.audience]
            raise Problem(403, "question-closed", f"This question is for {who}; ask with a token.")
        values = _values(request, question)
        form = request.query_params.get("format", "json")
        if form not in _FORMATS:
            raise bad_request("unknown-format", f"Format '{form[:40]}' is not known; use one of {', '.join(_FORMATS)}.")
        wanted = request.query_params.get("lang", "")
        if wanted not in ("", *LANGUAGES):
            raise bad_request("value-does-not-fit", f"'lang' is '{wanted[:40]}'; it must be en or nl.")
        lang = language(request.headers.get("accept-language", ""), wanted)
        asked = {"question": question.name, "values": values, "lang": lang, "format": form}
        answered = await run_question(request, live, json.dumps(asked).encode())
        headers = caching(request, answered.served.tag)
        del headers["ETag"]  # an answer may hold for today only
        kept = "no-cache" if "public" in headers["Cache-Control"] else "private, no-cache"
        headers |= {"Content-Type": answered.head["type"], "Cache-Control": kept}
        if form != "json":
            headers["Content-Disposition"] = f'attachment; filename="{question.name}.{form}"'
        return Response(answered.body, headers=headers)

    return ask


async def run_question(request: Request, live: Live, asked: bytes) -> Answered:
    """Have an engine answer a question; `asked` is JSON with its name, values, language and format.

    Problem for whatever is no answer: 400 with the reason where a value does not fit.
    """
    limits = server_of(request).settings.limits
    head = frames.encode({"rows": limits.rows, "bytes": limits.answer_bytes})
    await live.questions.start()

    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    try:
        answered = await live.questions.run(head, asked, caller_of(request).client, gone)
    except ClientGone as error:
        raise Problem(499, "client-gone", "The client left.") from error
    if answered.head["status"] != 200:
        raise Problem(answered.head["status"], answered.head["kind"], answered.head["detail"])
    return answered


def _values(request: Request, question: Question) -> dict[str, str | list[str]]:
    known = {param.name: param for param in question.header.params}
    values: dict[str, str | list[str]] = {}
    for name in request.query_params:
        if name in _RESERVED:
            continue
        if name not in known:
            takes = ", ".join(known) or "none"
            raise bad_request(
                "unknown-parameter", f"There is no parameter '{name[:80]}'; this question takes: {takes}."
            )
        given = request.query_params.getlist(name)
        values[name] = given if known[name].many else given[-1]
    return values


def may_ask(question: Question, audience: str) -> bool:
    """Whether an audience may ask a question at all; what it is then told depends on the publication that it sees."""
    if company_of(audience) and question.subject == _OWN_FILE:
        return True  # its view holds the due diligence file of that company and no other
    return AUDIENCES.index(group_of(audience)) >= AUDIENCES.index(question.header.audience)


def questions_about_a_site(audience: str) -> list[Question]:
    """The questions that an audience may ask and that need a site and nothing else."""
    return [
        question
        for question in catalogue().values()
        if may_ask(question, audience)
        and [p.type for p in question.header.params if not p.optional and p.default is None] == ["hef:Site"]
    ]


def _shown(question: Question, lang: str) -> QuestionOut:
    header = question.header
    params = [
        ParamOut(
            name=p.name, type=p.type, about=p.description, default=p.default,
            required=not p.optional and p.default is None, many=p.many,
        )
        for p in header.params
    ]  # fmt: skip
    columns = [ColumnOut(name=c.name, type=c.type, about=c.description) for c in header.columns]
    return QuestionOut(
        name=question.name, subject=question.subject, title=question.title(lang), question=header.question,
        audience=header.audience, params=params, columns=columns,
    )  # fmt: skip


def _parameter(param: Param) -> dict[str, Any]:
    """A parameter as OpenAPI describes it."""
    kind: dict[str, Any] = dict(_JSON_TYPES.get(param.type, {"type": "string"}))
    kind |= {name: end for name, end in zip(("minimum", "maximum"), param.bounds, strict=True) if end is not None}
    if param.default == "today":
        kind["description"] = "default: today"
    elif param.default is not None:
        kind["default"] = int(param.default) if param.type == "xsd:integer" else param.default
    return {
        "name": param.name,
        "in": "query",
        "required": not param.optional and param.default is None,
        "description": param.description + (_IN_WORDS if param.choices else ""),
        "schema": {"type": "array", "items": kind} if param.many else kind,
    }


_COMMON: Final = (
    {"name": "format", "in": "query", "required": False, "schema": {"enum": list(_FORMATS), "default": "json"}},
    {"name": "lang", "in": "query", "required": False, "schema": {"enum": ["en", "nl"], "default": "en"}},
)
