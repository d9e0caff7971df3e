"""What the routes beside `/sparql` need to know of a request: who asks, what they may see, how it may be cached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute

from hefboom.api.access import Caller
from hefboom.api.errors import bad_request
from hefboom.api.pages import render
from hefboom.api.served import Live

if TYPE_CHECKING:
    from hefboom.api.app import Server


def server_of(request: Request) -> Server:
    """The server that answers this request."""
    server: Server = request.scope["hefboom.server"]
    return server


def caller_of(request: Request) -> Caller:
    """Who asks; set before the routes are reached."""
    caller: Caller = request.scope["hefboom.caller"]
    return caller


async def live_of(request: Request) -> Live:
    """The publication that the caller may see. Problem 503 when there is none."""
    return await server_of(request).serving.live(caller_of(request).audience)


def known_parameters_only(request: Request) -> None:
    """Problem 400 for a parameter that the route does not take: an answer without it would say something else."""
    route: APIRoute = request.scope["route"]
    known = [param.alias for param in route.dependant.query_params]
    for name in request.query_params:
        if name not in known:
            takes = ", ".join(known) or "none"
            raise bad_request("unknown-parameter", f"There is no parameter '{name[:80]}'; this address takes: {takes}.")


def caching(request: Request, tag: str) -> dict[str, str]:
    """Headers for an answer that stays the same while the publication does."""
    caller = caller_of(request)
    kept = "public" if not caller.name and caller.audience == "public" else "private"
    # Who signs in must not be shown what the browser kept from before.
    vary = "Accept, Authorization, Cookie" if caller.closed else "Accept"
    return {"ETag": f'W/"{tag}"', "Cache-Control": f"{kept}, max-age=60", "Vary": vary}


def page(
    request: Request, lang: str, template: str, status: int = 200, *, changes: bool = False, **values: object
) -> Response:
    """A page of a template, for as long as the publication stays; with `changes` it may hold for today only.

    It has no ETag, since the frame of a page may change with the server.
    """
    headers = caching(request, "page")
    del headers["ETag"]
    headers |= {"Content-Language": lang, "Vary": f"{headers['Vary']}, Accept-Language"}
    if changes:
        headers["Cache-Control"] = "no-cache"
    closed = server_of(request).settings.closed
    return HTMLResponse(render(template, lang, request.scope["root_path"], closed, **values), status, headers)
