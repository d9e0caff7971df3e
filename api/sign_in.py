"""Signing in for people: a token, or another house, becomes a session cookie that scripts cannot read and other sites
cannot send."""

from __future__ import annotations

import hmac
import secrets
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from hefboom.api.access import SESSION_COOKIE, Caller, session_secret
from hefboom.api.asking import server_of
from hefboom.api.errors import Problem, refused
from hefboom.api.oidc import OpenIdConnect
from hefboom.api.pages import render
from hefboom.api.texts import TEXTS, language
from hefboom.api.tokens import Grant, Session

router = APIRouter(include_in_schema=False)
_CSRF_COOKIE: Final = "hefboom_form"
_FLOW_COOKIE: Final = "hefboom_flow"
_FLOW_SECONDS: Final = 600


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _headers(request: Request) -> dict[bytes, bytes]:
    return dict(request.scope["headers"])


def _cookie(
    request: Request, response: Response, name: str, value: str, samesite: Literal["lax", "strict"] = "strict"
) -> None:
    """Set a cookie that scripts cannot read; an empty value takes it away."""
    response.set_cookie(
        name, value, max_age=None if value else 0, httponly=True, secure=request.url.scheme == "https",
        samesite=samesite, path=f"{request.scope['root_path']}/",
    )  # fmt: skip


def _page(request: Request, lang: str, csrf: str, session: Session | None, status: int = 200) -> Response:
    spoken = language(request.headers.get("accept-language", ""), lang)
    server = server_of(request)
    body = render(
        "sign_in.html", spoken, request.scope["root_path"], True,
        title=TEXTS[spoken]["account" if session else "sign_in"], session=session, csrf=csrf, wrong=status == 401,
        oidc=server.access.oidc is not None, uploads=server.desk is not None and session is not None,
    )  # fmt: skip
    return HTMLResponse(body, status_code=status, headers={"Cache-Control": "no-store"})


@router.get("/sign-in")
def show(request: Request, lang: str = "") -> Response:
    """The page to sign in; who is signed in already can sign out there."""
    _closed_parts(request)
    session = server_of(request).access.session(_headers(request))
    csrf = request.cookies.get(_CSRF_COOKIE) or secrets.token_urlsafe(24)
    page = _page(request, lang, csrf, session)
    if session is None:
        _cookie(request, page, _CSRF_COOKIE, csrf)
    return page


@router.post("/sign-in")
def enter(
    request: Request,
    token: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
    lang: Annotated[str, Form()] = "",
) -> Response:
    """Open a session for the holder of a token."""
    _closed_parts(request)
    kept = request.cookies.get(_CSRF_COOKIE, "")
    if not kept or not hmac.compare_digest(kept.encode(), csrf.encode()):
        raise _expired()
    try:
        grant = server_of(request).access.check(token.strip(), _address(request))
    except Problem as problem:
        if problem.status != 401:
            raise
        return _page(request, lang, csrf, None, status=401)
    answer = RedirectResponse(f"{request.scope['root_path']}/sign-in{_in(lang)}", status_code=303)
    _open(request, answer, grant)
    return answer


@router.get("/sign-in/oidc")
def leave_for_other_house(request: Request) -> Response:
    """Send the browser to the provider, with a state that only this browser can bring back."""
    address, state = _provider(request).begin()
    answer = RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
    _cookie(request, answer, _FLOW_COOKIE, state, samesite="lax")  # it comes back from another site
    return answer


@router.get("/sign-in/oidc/back")
def come_back(request: Request) -> Response:
    """Open a session for whoever the provider has identified.

    A strict cookie does not go along when another site leads here, so the page itself leads on.
    """
    provider = _provider(request)
    grant = provider.finish(request.cookies.get(_FLOW_COOKIE, ""), request.query_params)
    spoken = language(request.headers.get("accept-language", ""))
    following = f"{request.scope['root_path']}/sign-in"
    body = render(
        "signed_in.html", spoken, request.scope["root_path"], True, title=TEXTS[spoken]["account"], following=following
    )
    answer = HTMLResponse(body, headers={"Cache-Control": "no-store", "Refresh": f"0; url={following}"})
    _cookie(request, answer, _FLOW_COOKIE, "", samesite="lax")
    _open(request, answer, grant)
    return answer


@router.post("/sign-out")
def leave(request: Request, csrf: Annotated[str, Form()] = "", lang: Annotated[str, Form()] = "") -> Response:
    """Close the session."""
    access, headers = server_of(request).access, _headers(request)
    session = access.session(headers)
    if session is None or not hmac.compare_digest(session.csrf.encode(), csrf.encode()):
        raise _expired()
    access.tokens.sign_out(session_secret(headers))
    _note(request, session.grant, "sign out")
    answer = RedirectResponse(f"{request.scope['root_path']}/sign-in{_in(lang)}", status_code=303)
    _cookie(request, answer, SESSION_COOKIE, "")
    return answer


def _open(request: Request, answer: Response, grant: Grant) -> None:
    """Open a session in place of any before it, so that a cookie from before the sign-in is worth nothing after it."""
    secret, _ = server_of(request).access.tokens.sign_in(grant, instead_of=session_secret(_headers(request)))
    _note(request, grant, "sign in")
    _cookie(request, answer, SESSION_COOKIE, secret)
    _cookie(request, answer, _CSRF_COOKIE, "")


def _note(request: Request, grant: Grant, what: str) -> None:
    caller = Caller("", "", f"{grant.name} ({grant.id})", grant.role, grant.company)
    server_of(request).access.audit(caller, what, {})


def _provider(request: Request) -> OpenIdConnect:
    _closed_parts(request)
    provider = server_of(request).access.oidc
    if provider is None:
        raise Problem(404, "unknown", "Nothing is published under this address.")
    return provider


def _in(lang: str) -> str:
    return f"?lang={lang}" if lang in TEXTS else ""


def _expired() -> Problem:
    return refused("form-expired", "The form has expired; open the page again.")


def _closed_parts(request: Request) -> None:
    if not server_of(request).settings.closed:
        raise Problem(404, "unknown", "Nothing is published under this address.")
