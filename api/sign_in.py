"""Signing in for people: a token becomes a session cookie that scripts cannot read and other sites cannot send."""

from __future__ import annotations

import hmac
import secrets
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from hefboom.api.access import SESSION_COOKIE, session_secret
from hefboom.api.asking import server_of
from hefboom.api.errors import Problem, refused
from hefboom.api.pages import sign_in_page
from hefboom.api.texts import language

router = APIRouter(include_in_schema=False)
_CSRF_COOKIE = "hefboom_form"


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _headers(request: Request) -> dict[bytes, bytes]:
    return dict(request.scope["headers"])


def _cookie(request: Request, response: Response, name: str, value: str) -> None:
    secure = request.url.scheme == "https"
    path = f"{request.scope['root_path']}/"
    response.set_cookie(name, value, httponly=True, secure=secure, samesite="strict", path=path)


@router.get("/sign-in")
def show(request: Request, lang: str = "") -> Response:
    """The page to sign in; who is signed in already can sign out there."""
    _closed_parts(request)
    spoken = language(request.headers.get("accept-language", ""), lang)
    session = server_of(request).access.session(_headers(request))
    csrf = request.cookies.get(_CSRF_COOKIE) or secrets.token_urlsafe(24)
    page = HTMLResponse(sign_in_page(spoken, request.scope["root_path"], session, csrf, wrong=False))
    page.headers["Cache-Control"] = "no-store"
    _cookie(request, page, _CSRF_COOKIE, csrf)
    return page


@router.post("/sign-in")
def enter(request: Request, token: Annotated[str, Form()] = "", csrf: Annotated[str, Form()] = "") -> Response:
    """Open a session for the holder of a token."""
    _closed_parts(request)
    kept = request.cookies.get(_CSRF_COOKIE, "")
    if not kept or not hmac.compare_digest(kept.encode(), csrf.encode()):
        raise refused("form-expired", "The form has expired; open the page again.")
    access = server_of(request).access
    try:
        grant = access.check(token.strip(), _address(request))
    except Problem as problem:
        if problem.status != 401:
            raise
        spoken = language(request.headers.get("accept-language", ""))
        body = sign_in_page(spoken, request.scope["root_path"], None, csrf, wrong=True)
        return HTMLResponse(body, status_code=401, headers={"Cache-Control": "no-store"})
    secret, _ = access.tokens.sign_in(grant)
    answer = RedirectResponse(f"{request.scope['root_path']}/sign-in", status_code=303)
    _cookie(request, answer, SESSION_COOKIE, secret)
    return answer


@router.post("/sign-out")
def leave(request: Request, csrf: Annotated[str, Form()] = "") -> Response:
    """Close the session."""
    access, headers = server_of(request).access, _headers(request)
    session = access.session(headers)
    if session is None or not hmac.compare_digest(session.csrf.encode(), csrf.encode()):
        raise refused("form-expired", "The form has expired; open the page again.")
    access.tokens.sign_out(session_secret(headers))
    answer = RedirectResponse(f"{request.scope['root_path']}/sign-in", status_code=303)
    answer.delete_cookie(SESSION_COOKIE, path=f"{request.scope['root_path']}/")
    return answer


def _closed_parts(request: Request) -> None:
    if not server_of(request).settings.closed:
        raise Problem(404, "unknown", "Nothing is published under this address.")
