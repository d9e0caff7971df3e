"""Uploads on disk: what was sent by whom, how far it has come, and what became of it; readable by their owner only.

hefboom-data/uploads/9f3c.../
  upload.json     who, which file, what was said about it, its state
  file/           the file as it came, until it is loaded or left
  outcome.json    the row account and findings, as `hefboom load --json` prints them
  findings.csv    all findings; findings.nl.csv the same in Dutch
"""

from __future__ import annotations

import datetime
import json
import os
import re
import secrets
import shutil
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from hefboom.api.access import Caller
from hefboom.api.errors import Problem, refused
from hefboom.graph.catalogue import VISIBILITIES

UPLOADERS: Final = frozenset({"member", "secretariat", "writer", "admin"})
WORKING: Final = frozenset({"waiting-check", "checking", "waiting-load", "loading"})
ENDED: Final = frozenset({"loaded", "unchanged", "refused", "failed"})
_ID: Final = re.compile(r"[0-9a-f]{24}")
_MOST_KEPT: Final = 50
_MOST_WORKING: Final = 5
_LONGEST_NAME: Final = 120


@dataclass(frozen=True)
class Upload:
    """One upload; `options` are those of `hefboom load`, `publish` asks for publications after it.

    States: waiting-check, checking, checked, waiting-load, loading, and at the end loaded, unchanged, refused (the file
    is no list, or may not be loaded) or failed (the process ended; nothing was changed). `generation` is the one in use
    when the load began.
    """

    id: str
    who: str
    role: str
    company: str
    file: str
    bytes: int
    created: str
    state: str
    options: Mapping[str, Any]
    publish: bool = False
    message: str = ""
    started: int = 0
    generation: str = ""
    sha256: str = ""
    published: list[str] = field(default_factory=list)


class Uploads:
    """The uploads of a data folder."""

    def __init__(self, data: Path) -> None:
        self.path = data / "uploads"

    def folder(self, identity: str) -> Path:
        """Where an upload lies."""
        return self.path / identity

    def file(self, upload: Upload) -> Path:
        """The file that was sent."""
        return self.folder(upload.id) / "file" / upload.file

    def new(self, caller: Caller, name: str, options: Mapping[str, Any], publish: bool, check_only: bool) -> Upload:
        """Make a place for an upload. Problem 403 for what the caller may not do, 429 when too many lie there."""
        may_upload(caller)
        if publish and caller.role == "member":
            raise refused("not-allowed", "Publishing is for the secretariat; leave 'publish' out.")
        mine = [upload for upload in self.all() if same_owner(upload, caller)]
        working = sum(upload.state in WORKING for upload in mine)
        kept = sum(upload.state not in ("loaded", "unchanged", "refused") for upload in mine)
        if working >= _MOST_WORKING or kept >= _MOST_KEPT:
            detail = f"You have {working} uploads under way and {kept} kept; load or discard some first."
            raise Problem(429, "too-many-uploads", detail, {"Retry-After": "60"})
        identity = secrets.token_hex(12)
        upload = Upload(
            identity, caller.name, caller.role, caller.company, safe_name(name), 0, _now(),
            "waiting-check" if check_only else "waiting-load", dict(options), publish,
        )  # fmt: skip
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder(identity).mkdir(mode=0o700)
        (self.folder(identity) / "file").mkdir(mode=0o700)
        return upload

    def save(self, upload: Upload, **changes: Any) -> Upload:
        """Keep an upload with some members changed; a reader sees the old text or the new, never half of one."""
        changed = replace(upload, **changes)
        place = self.folder(upload.id) / "upload.json"
        fresh = place.with_suffix(".new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(changed), file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(place)
        return changed

    def find(self, identity: str) -> Upload | None:
        """The upload of an id, if there is one."""
        place = self.folder(identity) / "upload.json"
        if not _ID.fullmatch(identity) or not place.is_file():
            return None
        return Upload(**json.loads(place.read_text()))

    def seen_by(self, caller: Caller, identity: str) -> Upload:
        """The upload of an id. Problem 404 unless there is one and the caller may see it."""
        may_upload(caller)
        upload = self.find(identity)
        if upload is None or not same_owner(upload, caller):
            raise Problem(404, "unknown", "There is no such upload.")
        return upload

    def all(self) -> list[Upload]:
        """Every upload that is kept, newest first."""
        found = [self.find(folder.name) for folder in self.path.glob("*")]
        return sorted((one for one in found if one is not None), key=lambda one: (one.created, one.id), reverse=True)

    def of(self, caller: Caller) -> list[Upload]:
        """The uploads that a caller may see, newest first."""
        may_upload(caller)
        return [upload for upload in self.all() if same_owner(upload, caller)]

    def outcome(self, upload: Upload) -> dict[str, Any] | None:
        """What the last check or load of an upload found, if any."""
        place = self.folder(upload.id) / "outcome.json"
        if not place.is_file():
            return None
        members: dict[str, Any] = json.loads(place.read_text())
        return members

    def forget_file(self, upload: Upload) -> None:
        """Remove the file that was sent."""
        shutil.rmtree(self.folder(upload.id) / "file", ignore_errors=True)

    def discard(self, upload: Upload) -> None:
        """Remove an upload and all that is known of it. Problem 409 while it is being worked on."""
        if upload.state in ("checking", "loading"):
            raise Problem(409, "upload-under-way", "This upload is being worked on; wait for it to end.")
        shutil.rmtree(self.folder(upload.id), ignore_errors=True)

    def sweep(self, days: int) -> None:
        """Remove uploads older than so many days, and folders of uploads that broke off."""
        oldest = (datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days)).isoformat()
        for folder in self.path.glob("*"):
            upload = self.find(folder.name)
            broken = upload is None and folder.stat().st_mtime < time.time() - 3600
            if broken or (upload is not None and upload.created < oldest and upload.state not in WORKING):
                shutil.rmtree(folder, ignore_errors=True)


def may_upload(caller: Caller) -> None:
    """Problem 401 without a token, 403 for a role that may not upload."""
    if not caller.name:
        raise Problem(
            401, "not-authorized", "Uploading needs a token of a member or of the secretariat.",
            {"WWW-Authenticate": 'Bearer realm="hefboom"'},
        )  # fmt: skip
    if caller.role not in UPLOADERS:
        raise refused("not-allowed", "This role may not upload.")


def same_owner(upload: Upload, caller: Caller) -> bool:
    """Whether a caller may see an upload: the secretariat sees all, a member those of its own company."""
    return caller.role != "member" or (upload.role == "member" and upload.company == caller.company)


def load_options(caller: Caller, given: Mapping[str, str]) -> dict[str, Any]:
    """The options of a load from the fields of a form; Problem 400 or 403 for what does not fit.

    A member's list is by its own company and, unless it says otherwise, seen by itself and the secretariat only; for
    others the kind of file says who sees it, as `hefboom load` has it.
    """
    options: dict[str, Any] = {name: text.strip() for name, text in given.items() if text.strip()}
    if caller.role == "member":
        options.setdefault("visibility", "owner")
    if options.get("visibility") not in (None, *VISIBILITIES):
        raise _does_not_fit("visibility", options["visibility"], ", ".join(VISIBILITIES))
    if "date" in options:
        try:
            datetime.date.fromisoformat(options["date"])
        except ValueError as error:
            raise _does_not_fit("date", options["date"], "a day such as 2024-01-31") from error
    for name, text in options.items():
        if len(text) > 300 or any(unicodedata.category(sign) == "Cc" for sign in text):
            raise _does_not_fit(name, text, "one line of at most 300 characters")
    if caller.role == "member":
        if options.pop("contributor", None) is not None:
            raise refused("not-allowed", "A member's list is by its own company; leave 'contributor' out.")
        options["own"] = caller.company
    return options


def _does_not_fit(name: str, text: str, allowed: str) -> Problem:
    return Problem(400, "value-does-not-fit", f"'{name}' is '{text[:80]}'; it must be {allowed}.")


def safe_name(name: str) -> str:
    """The last part of a file's name, without anything that is more than a name."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    clean = "".join(sign if unicodedata.category(sign)[0] not in "CZ" or sign == " " else "_" for sign in last)
    clean = clean.strip(" .-")
    stem, dot, suffix = clean.rpartition(".")
    if dot and len(suffix) <= 10:
        clean = f"{stem.encode()[:_LONGEST_NAME].decode(errors='ignore')}.{suffix}"
    else:
        clean = clean.encode()[:_LONGEST_NAME].decode(errors="ignore")
    return clean or "upload"


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
