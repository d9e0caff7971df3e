"""Uploads in the JSON API: send a list, see its row account and findings, load it, discard it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from hefboom.api.asking import caller_of, known_parameters_only, server_of
from hefboom.api.errors import Problem
from hefboom.api.json_api import PROBLEMS
from hefboom.api.schemas import ProblemOut
from hefboom.api.upload_desk import UploadDesk
from hefboom.api.upload_forms import OPTIONS, caller_by_token, desk_of, form_of, loadable, received
from hefboom.api.uploads import Upload, may_upload

_MORE: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": ProblemOut, "description": text}
    for status, text in ((409, "The upload is not in the state for this."), (415, "This is no form."))
}


def _not_kept(response: Response) -> None:
    """An upload changes at any moment."""
    response.headers["Cache-Control"] = "no-store"


router = APIRouter(responses={**PROBLEMS, **_MORE}, dependencies=[Depends(known_parameters_only), Depends(_not_kept)])
_FINDINGS: Final = 200
_PROPERTIES: Final[dict[str, Any]] = {
    "file": {"type": "string", "format": "binary", "description": "CSV, XLSX, XLS, ODS, GeoJSON, SC-DEX."},
    "profile": {"type": "string", "format": "binary", "description": "A column profile (YAML)."},
    **{name: {"type": "string", "maxLength": 300, "description": text} for name, text in OPTIONS.items()},
    "alongside": {
        "enum": ["0", "1"],
        "description": "1 to keep the contributor's earlier lists current beside this one.",
    },
    "check_only": {"enum": ["0", "1"], "description": "1 to be told what a load would do, without loading."},
    "publish": {"enum": ["0", "1"], "description": "1 to publish anew after loading; for the secretariat."},
}
_FORM: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": {"type": "object", "required": ["file"], "properties": _PROPERTIES}}
        },
    }
}


class AccountOut(BaseModel):
    """The row account: rows read = stored + merged as exact duplicates + refused."""

    rows_read: int = Field(examples=[120])
    stored: int = Field(examples=[117])
    merged: int = Field(examples=[2])
    refused: int = Field(examples=[1])


class FindingOut(BaseModel):
    """One thing found in the list; `row` is the number that the row has in the file (header = 1)."""

    row: str | None
    column: str | None
    value: str | None
    code: str = Field(examples=["unknown-country"])
    severity: Literal["error", "warning", "info"]
    reason: str
    hint: str | None


class UploadOut(BaseModel):
    """An upload: how far it has come, its row account and findings.

    `state`: waiting-check, checking, checked, waiting-load, loading; at the end loaded, unchanged, refused or failed.
    `sites`, `new_sites` and `newly_shared` are for the secretariat only. `findings` holds the first 200, the most
    serious first; `findings_csv` all. What was loaded is seen after the next publication: `published` names those that
    this upload made, `not_published` those that it was to make and could not; `message` says why.
    """

    id: str = Field(examples=["0f3a9c5d7be14a2288d1c0aa"])
    href: str
    state: str = Field(examples=["checked"])
    message: str
    file: str = Field(examples=["suppliers-2025.xlsx"])
    bytes: int
    created: str
    list: str | None
    contributor: str | None
    date: str | None
    visibility: str | None
    format: str | None
    account: AccountOut | None
    sites: int | None
    new_sites: int | None
    newly_shared: int | None
    replaced: Sequence[str]
    columns: dict[str, str] | None
    doubts: Sequence[str]
    findings: Sequence[FindingOut]
    findings_total: int
    findings_csv: str | None
    published: Sequence[str]
    not_published: Sequence[str]
    note: str


@router.post("/uploads", response_model=UploadOut, status_code=202, summary="Send a list", openapi_extra=_FORM)
async def send(
    request: Request,
    response: Response,
    wait: Annotated[float, Query(description="Seconds to wait for the result.", ge=0, le=60)] = 0,
) -> UploadOut:
    """Send a list to be checked (`check_only=1`) or loaded. The answer is 202 while that goes on, 201 when it is done.

    A member sends lists of its own company only, as a list that speaks for nobody else; the secretariat any.
    """
    caller = caller_by_token(request)
    may_upload(caller)
    desk = desk_of(request)
    form = await form_of(request)
    try:
        upload = await received(request, form, caller)
    finally:
        await form.close()
    return await _answer(request, response, desk, upload, wait)


@router.get("/uploads", response_model=list[UploadOut], summary="Your uploads")
async def overview(request: Request) -> list[UploadOut]:
    """The uploads of your company, or all for the secretariat; the newest first, without findings."""
    desk = desk_of(request)
    return [shown(request, desk, upload, findings=0) for upload in desk.uploads.of(caller_of(request))]


@router.get("/uploads/{upload}", response_model=UploadOut, summary="One upload")
async def one(
    request: Request,
    upload: str,
    wait: Annotated[float, Query(description="Seconds to wait for the result.", ge=0, le=60)] = 0,
) -> UploadOut:
    """How far an upload has come, and what was found."""
    desk = desk_of(request)
    found = desk.uploads.seen_by(caller_of(request), upload)
    if wait:
        await desk.settled(found.id, wait)
        found = desk.uploads.seen_by(caller_of(request), upload)
    return shown(request, desk, found)


@router.get(
    "/uploads/{upload}/findings.csv", summary="All findings of an upload", response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)  # fmt: skip
async def findings_csv(request: Request, upload: str) -> Response:
    """Every finding as CSV for people: no cell starts a formula of a spreadsheet."""
    return findings_table(request, upload, "en")


@router.post("/uploads/{upload}/load", response_model=UploadOut, status_code=202, summary="Load a checked list")
async def load(
    request: Request,
    response: Response,
    upload: str,
    publish: Annotated[bool, Query(description="Publish anew afterwards; for the secretariat.")] = False,
    wait: Annotated[float, Query(description="Seconds to wait for the result.", ge=0, le=60)] = 0,
) -> UploadOut:
    """Load a list that was checked, or one whose load failed because the server broke off."""
    caller = caller_by_token(request)
    desk = desk_of(request)
    queued = loadable(desk, desk.uploads.seen_by(caller, upload), publish, caller)
    return await _answer(request, response, desk, queued, wait)


@router.delete("/uploads/{upload}", status_code=204, summary="Discard an upload")
async def discard(request: Request, upload: str) -> Response:
    """Remove an upload; a list that it loaded stays (`hefboom retract` takes that out)."""
    caller = caller_by_token(request)
    desk = desk_of(request)
    desk.uploads.discard(desk.uploads.seen_by(caller, upload))
    server_of(request).access.audit(caller, "discard upload", {"upload": upload})
    return Response(status_code=204)


async def _answer(request: Request, response: Response, desk: UploadDesk, upload: Upload, wait: float) -> UploadOut:
    server = server_of(request)
    given = {"upload": upload.id, "file": upload.file, "sha256": upload.sha256, **upload.options}
    server.access.audit(caller_of(request), "upload" if upload.state == "waiting-check" else "upload and load", given)
    if wait:
        await desk.settled(upload.id, wait)
        upload = desk.uploads.find(upload.id) or upload
    if upload.state in ("checked", "loaded", "unchanged", "refused", "failed"):
        response.status_code = 201
    made = shown(request, desk, upload)
    response.headers["Location"] = made.href
    return made


def shown(request: Request, desk: UploadDesk, upload: Upload, findings: int = _FINDINGS) -> UploadOut:
    """An upload as the API gives it."""
    found = desk.uploads.outcome(upload) or {}
    whole = "rows_read" in found
    href = f"{server_of(request).settings.root_path}/api/v1/uploads/{upload.id}"
    counts = {name: found[name] for name in ("rows_read", "stored", "merged", "refused")} if whole else None
    has_table = (desk.uploads.folder(upload.id) / "findings.csv").is_file()
    return UploadOut(
        id=upload.id, href=href, state=upload.state, message=upload.message, file=upload.file, bytes=upload.bytes,
        created=upload.created, list=found.get("list"), contributor=found.get("contributor"), date=found.get("date"),
        visibility=found.get("visibility"), format=found.get("format"),
        account=AccountOut(**counts) if counts and not found.get("error") else None,
        sites=found.get("sites"), new_sites=found.get("new_sites"), newly_shared=found.get("newly_shared"),
        replaced=found.get("replaced", []), columns=found.get("columns"), doubts=found.get("doubts", []),
        findings=[FindingOut(**one) for one in found.get("findings", [])[:findings]],
        findings_total=found.get("findings_total", 0),
        findings_csv=f"{href}/findings.csv" if has_table else None, published=upload.published,
        not_published=found.get("not_published", []), note=_note(upload),
    )  # fmt: skip


def findings_table(request: Request, upload: str, lang: str) -> Response:
    """All findings of an upload as CSV, in English or Dutch. Problem 404 where the caller sees none."""
    desk = desk_of(request)
    found = desk.uploads.seen_by(caller_of(request), upload)
    name = "findings.nl.csv" if lang == "nl" else "findings.csv"
    file = desk.uploads.folder(found.id) / name
    if not file.is_file():
        raise Problem(404, "unknown", "There are no findings of this upload.")
    return FileResponse(
        file, media_type="text/csv; charset=utf-8", filename=name, headers={"Cache-Control": "no-store"}
    )


def _note(upload: Upload) -> str:
    if upload.state == "checked":
        return "Nothing has been loaded yet; POST to 'load' below this address to load it."
    if upload.state == "loaded" and not upload.published:
        return "What was loaded is seen after the secretariat's next publication."
    return ""
