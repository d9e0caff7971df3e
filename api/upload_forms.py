"""From a form with a file in it to an upload in the queue, for the API and the pages alike."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from hefboom.api.access import Caller
from hefboom.api.asking import caller_of, server_of
from hefboom.api.errors import Problem, bad_request
from hefboom.api.upload_desk import UploadDesk, stored_bytes
from hefboom.api.uploads import Upload, load_options, may_upload

OPTIONS: Final = {
    "contributor": "Who made the list. Not for members, whose lists are by their own company.",
    "date": "The day for which the list holds, such as 2024-01-31.",
    "visibility": "public, members, secretariat or owner; when left out: owner for members, else as usual.",
    "covenant": "The covenant under which the list is handed in.",
    "title": "A title; when left out: the file's name.",
    "sheet": "The sheet of a workbook.",
    "contributor_kind": "What the contributor is: brand, facility, union, ...",
    "replaces": "The list that this one takes the place of.",
}
_SWITCHES: Final = ("alongside", "check_only", "publish")
_MOST_PROFILE: Final = 65_536


def desk_of(request: Request) -> UploadDesk:
    """The desk of this server. Problem 404 where it takes no uploads."""
    desk = server_of(request).desk
    if desk is None:
        raise Problem(404, "unknown", "This server takes no uploads.")
    return desk


async def form_of(request: Request) -> FormData:
    """The fields of a request, each once; Problem 415 when it is no form, 400 when it is broken."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("multipart/form-data", "application/x-www-form-urlencoded"):
        raise Problem(
            415, "not-a-form", "Send the file as multipart/form-data.", {"Accept-Post": "multipart/form-data"}
        )
    try:
        form = await request.form(max_files=2, max_fields=20, max_part_size=16_384)
    except HTTPException as error:
        raise bad_request("form-broken", f"The form cannot be read: {error.detail}.") from error
    given = [name for name, _ in form.multi_items()]
    twice = next((name for name in given if given.count(name) > 1), None)
    if twice is not None:
        await form.close()
        raise bad_request(
            "field-repeated", f"'{twice[:80]}' is sent twice; send each field once, and one list at a time."
        )
    return form


async def received(request: Request, form: FormData, caller: Caller) -> Upload:
    """Take the file of a form in and put it in the queue; Problem for what does not fit."""
    may_upload(caller)
    desk = desk_of(request)
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise bad_request("file-missing", "Send the list as the field 'file', with its name.")
    known = {"file", "profile", "csrf", *OPTIONS, *_SWITCHES}
    unknown = sorted(set(form) - known)
    if unknown:
        raise bad_request(
            "unknown-field", f"There is no field '{unknown[0][:80]}'; known are: {', '.join(sorted(known))}."
        )
    options = load_options(caller, {name: _text(form, name) for name in OPTIONS})
    switches = {name: _switch(form, name) for name in _SWITCHES}
    if switches["alongside"]:
        options["alongside"] = True
    upload = desk.uploads.new(caller, file.filename, options, switches["publish"], switches["check_only"])
    try:
        size, digest = await asyncio.to_thread(stored_bytes, file.file, desk.uploads.file(upload))
        await _keep_profile(form, desk.uploads.folder(upload.id))
    except BaseException:
        desk.uploads.discard(upload)
        raise
    if not size:
        desk.uploads.discard(upload)
        raise bad_request("file-empty", "The file is empty.")
    upload = desk.uploads.save(upload, bytes=size, sha256=digest)
    desk.put(upload)
    return upload


async def _keep_profile(form: FormData, folder: Path) -> None:
    profile = form.get("profile")
    if isinstance(profile, UploadFile) and profile.filename:
        if (profile.size or 0) > _MOST_PROFILE:
            raise Problem(413, "body-too-large", f"A column profile has at most {_MOST_PROFILE:,} bytes.")
        await asyncio.to_thread(stored_bytes, profile.file, folder / "profile.yaml")


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _switch(form: FormData, name: str) -> bool:
    value = _text(form, name).strip().lower()
    if value not in ("", "0", "1", "false", "true", "on"):
        raise bad_request("value-does-not-fit", f"'{name}' is '{value[:80]}'; it must be 0 or 1.")
    return value in ("1", "true", "on")


def loadable(desk: UploadDesk, upload: Upload, publish: bool, caller: Caller) -> Upload:
    """Put a checked upload, or one that failed, in the queue for loading. Problem 403 or 409 otherwise."""
    if publish and caller.role == "member":
        raise Problem(403, "not-allowed", "Publishing is for the secretariat.")
    if upload.state not in ("checked", "failed") or not desk.uploads.file(upload).is_file():
        raise Problem(409, "upload-not-loadable", f"This upload is {upload.state}; only a checked one can be loaded.")
    upload = desk.uploads.save(upload, state="waiting-load", publish=publish, started=0, message="")
    desk.put(upload)
    return upload


def caller_by_token(request: Request) -> Caller:
    """Who asks. Problem 403 for a session that changes something here: its forms are on the pages."""
    caller = caller_of(request)
    if caller.name and "authorization" not in request.headers:
        raise Problem(403, "token-needed", "Send a token here; for people there is the page /uploads.")
    return caller
