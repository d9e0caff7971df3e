"""How the pages and the JSON API tell what they refuse."""

from __future__ import annotations

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from hefboom.api.asking import server_of
from hefboom.api.errors import Problem
from hefboom.api.negotiation import prefers_html
from hefboom.api.pages import render
from hefboom.api.problems import problem_response
from hefboom.api.texts import TEXTS, language


async def tell_json(request: Request, error: Exception) -> Response:
    """Whatever is refused in the JSON API, as RFC 9457."""
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"][1:])
        error = Problem(400, "value-does-not-fit", f"'{place}': {first['msg']}.")
    return problem_response(_of(error), "", always_json=True)


async def tell(request: Request, error: Exception) -> Response:
    """What a page refuses, or the routing itself: a page for people, text or JSON for programs."""
    return _shown(request, _of(error))


def _shown(request: Request, problem: Problem) -> Response:
    accept = request.headers.get("accept", "")
    try:
        as_page = prefers_html(accept)
    except Problem:  # no format fits; what is wrong must be told nevertheless
        as_page = False
    if not as_page:
        return problem_response(problem, accept)
    lang = language(request.headers.get("accept-language", ""), request.query_params.get("lang", ""))
    title = TEXTS[lang]["problems"].get(problem.status, TEXTS[lang]["other_problem"])
    headers = {"Cache-Control": "no-store", "Content-Language": lang, "Vary": "Accept, Accept-Language"}
    closed = server_of(request).settings.closed
    page = render("problem.html", lang, request.scope["root_path"], closed, title=title, detail=problem.detail)
    return HTMLResponse(page, problem.status, {**headers, **problem.headers})


def _of(error: Exception) -> Problem:
    """The problem behind an error: an unknown address, another method, or one that knows itself."""
    if isinstance(error, Problem):
        return error
    if not isinstance(error, HTTPException):
        return Problem(500, "internal-error", "The server failed.")
    told = {
        404: Problem(404, "unknown", "Nothing is published under this address."),
        405: Problem(405, "method-not-allowed", "This address does not take this method."),
    }
    problem = told.get(
        error.status_code, Problem(error.status_code, "request-failed", "The request cannot be answered.")
    )
    problem.headers.update(error.headers or {})
    return problem
