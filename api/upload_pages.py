"""Uploading for people: a form, what was found in the list, and the button that loads it; without any script."""

from __future__ import annotations

import hmac
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData

from hefboom.api.asking import caller_of, server_of
from hefboom.api.errors import Problem, refused
from hefboom.api.pages import render
from hefboom.api.texts import language
from hefboom.api.tokens import Session
from hefboom.api.upload_api import findings_table, shown
from hefboom.api.upload_forms import desk_of, form_of, loadable, received
from hefboom.api.upload_texts import STATES, TEXTS, VISIBILITY_TEXTS
from hefboom.api.uploads import WORKING, may_upload
from hefboom.graph.catalogue import VISIBILITIES

router = APIRouter(include_in_schema=False)
_FINDINGS: Final = 200
_RECENT: Final = 20


@router.get("/uploads")
async def overview(request: Request, lang: str = "") -> Response:
    """The form to send a list, and what was sent before."""
    session = _session(request)
    if session is None:
        return _to(request, "/sign-in")
    return _overview(request, session, lang)


@router.post("/uploads")
async def send(request: Request) -> Response:
    """Take a list in and have it checked; what is wrong with the form itself is said above it."""
    session = _session(request)
    if session is None:
        return _to(request, "/sign-in")
    caller = caller_of(request)
    may_upload(caller)
    form = await form_of(request)
    try:
        _from_our_form(session, form)
        fields = {name: value for name, value in form.multi_items() if name != "lang"}
        upload = await received(request, FormData({**fields, "check_only": "1"}), caller)
    except Problem as problem:
        if problem.status not in (400, 429):
            raise
        lang = form.get("lang", "")
        return _overview(request, session, lang if isinstance(lang, str) else "", problem)
    finally:
        await form.close()
    given = {"upload": upload.id, "file": upload.file, "sha256": upload.sha256, **upload.options}
    server_of(request).access.audit(caller, "upload", given)
    return _to(request, f"/uploads/{upload.id}", str(form.get("lang", "")))


@router.get("/uploads/{upload}")
async def one(request: Request, upload: str, lang: str = "") -> Response:
    """How far an upload has come; the page looks again by itself while it is worked on."""
    session = _session(request)
    if session is None:
        return _to(request, "/sign-in")
    desk, caller = desk_of(request), caller_of(request)
    found = desk.uploads.seen_by(caller, upload)
    if found.state in WORKING:
        await desk.settled(found.id, 2)
        found = desk.uploads.seen_by(caller, upload)
    spoken = _spoken(request, lang)
    page = HTMLResponse(
        render(
            "upload.html",
            spoken,
            request.scope["root_path"],
            True,
            title=found.file,
            upload=shown(request, desk, found),
            said=TEXTS[spoken],
            state=STATES[spoken][found.state],
            working=found.state in WORKING,
            loadable=found.state in ("checked", "failed") and desk.uploads.file(found).is_file(),
            csrf=session.csrf,
            may_publish=caller.role != "member",
            who=found.who,
            visibilities=VISIBILITY_TEXTS[spoken],
        )
    )
    page.headers["Cache-Control"] = "no-store"
    if found.state in WORKING:
        page.headers["Refresh"] = "2"
    return page


@router.get("/uploads/{upload}/findings.csv")
async def findings(request: Request, upload: str, lang: str = "") -> Response:
    """All findings as a table, in the language of the page."""
    return findings_table(request, upload, _spoken(request, lang))


@router.post("/uploads/{upload}/load")
async def load(request: Request, upload: str) -> Response:
    """Load a checked list."""
    caller, form = await _posted(request)
    desk = desk_of(request)
    queued = loadable(desk, desk.uploads.seen_by(caller, upload), form.get("publish") == "1", caller)
    server_of(request).access.audit(caller, "load upload", {"upload": queued.id, "publish": queued.publish})
    return _to(request, f"/uploads/{upload}", str(form.get("lang", "")))


@router.post("/uploads/{upload}/discard")
async def discard(request: Request, upload: str) -> Response:
    """Remove an upload."""
    caller, form = await _posted(request)
    desk = desk_of(request)
    desk.uploads.discard(desk.uploads.seen_by(caller, upload))
    server_of(request).access.audit(caller, "discard upload", {"upload": upload})
    return _to(request, "/uploads", str(form.get("lang", "")))


def _overview(request: Request, session: Session, lang: str, wrong: Problem | None = None) -> Response:
    desk, caller = desk_of(request), caller_of(request)
    spoken = _spoken(request, lang)
    recent: list[dict[str, Any]] = [
        {"id": upload.id, "file": upload.file, "created": upload.created[:16].replace("T", " "), "who": upload.who,
         "state": STATES[spoken][upload.state]}
        for upload in desk.uploads.of(caller)[:_RECENT]
    ]  # fmt: skip
    most = server_of(request).settings.uploads.bytes // (1 << 20)
    body = render(
        "uploads.html", spoken, request.scope["root_path"], True, title=TEXTS[spoken]["title"], said=TEXTS[spoken],
        recent=recent, csrf=session.csrf, company=caller.company if caller.role == "member" else "", most=most,
        visibilities=[(name, VISIBILITY_TEXTS[spoken][name]) for name in VISIBILITIES], wrong=wrong,
        usual=caller.role != "member", chosen="owner" if caller.role == "member" else "",
    )  # fmt: skip
    return HTMLResponse(body, status_code=wrong.status if wrong else 200, headers={"Cache-Control": "no-store"})


def _session(request: Request) -> Session | None:
    desk_of(request)
    session = server_of(request).access.session(dict(request.scope["headers"]))
    if session is not None:
        may_upload(caller_of(request))
    return session


async def _posted(request: Request) -> tuple[Any, FormData]:
    """Who sent one of our own forms, and what is in it."""
    session = _session(request)
    if session is None:
        raise refused("form-expired", "The form has expired; open the page again.")
    form = await form_of(request)
    _from_our_form(session, form)
    return caller_of(request), form


def _from_our_form(session: Session, form: FormData) -> None:
    given = form.get("csrf", "")
    if not isinstance(given, str) or not hmac.compare_digest(session.csrf.encode(), given.encode()):
        raise refused("form-expired", "The form has expired; open the page again.")


def _spoken(request: Request, lang: str) -> str:
    return language(request.headers.get("accept-language", ""), lang)


def _to(request: Request, path: str, lang: str = "") -> Response:
    query = f"?lang={lang}" if lang in ("en", "nl") else ""
    return RedirectResponse(f"{request.scope['root_path']}{path}{query}", status_code=303)
