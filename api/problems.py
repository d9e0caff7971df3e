"""A problem as an HTTP answer: RFC 9457 JSON to those who name JSON, plain text to all others."""

from __future__ import annotations

import json

from fastapi import Response

from hefboom.api.errors import Problem
from hefboom.api.exchange import SECURITY_HEADERS, Exchange, Header
from hefboom.api.negotiation import prefers_json


def written(problem: Problem, as_json: bool) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of a problem."""
    if as_json:
        content_type, body = "application/problem+json", json.dumps(problem.members()).encode()
    else:
        content_type, body = "text/plain; charset=utf-8", f"{problem.title}. {problem.detail}\n".encode()
    return body, {"Content-Type": content_type, "Cache-Control": "no-store", "Vary": "Accept", **problem.headers}


async def send_problem(
    exchange: Exchange, problem: Problem, more: tuple[Header, ...] = (), always_json: bool = False
) -> None:
    """Send a problem straight on ASGI."""
    body, headers = written(problem, always_json or prefers_json(exchange.header(b"accept")))
    encoded = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    await exchange.answer(problem.status, [*encoded, *more, *SECURITY_HEADERS], body)


def problem_response(problem: Problem, accept: str, always_json: bool = False) -> Response:
    """A problem as a response of FastAPI."""
    body, headers = written(problem, always_json or prefers_json(accept))
    return Response(body, status_code=problem.status, headers=headers)
