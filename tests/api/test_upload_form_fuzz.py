"""The form for uploads, filled in by somebody who means harm: plain words, and nothing taken in without its key."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx
import pytest
from endpoint_server import Running, start, stop
from hostile_files import CSV
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hefboom.api.tokens import Tokens

OFTEN: Final[dict[str, Any]] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
    "phases": [Phase.explicit, Phase.reuse, Phase.generate],
}
KEY: Final = b"THE-KEY"
"""Stands in a form for the key of the session, which is known only when it is sent."""


class Browser:
    """A member who has signed in at a server that takes uploads."""

    def __init__(self, server: Running, place: Path, token: str) -> None:
        self.server, self.place = server, place
        self.client = httpx.Client(base_url=server.client.base_url, timeout=60)
        self.token = token
        self.sign_in()

    def sign_in(self) -> None:
        """Sign in by the page and keep the key of its forms."""
        given = {"token": self.token, "csrf": self.key_on("/sign-in")}
        assert self.client.post("/sign-in", data=given).status_code == 303
        self.key = self.key_on("/uploads")

    def key_on(self, page: str) -> str:
        """The key in the form of a page."""
        return str(re.findall(r'name="csrf" value="([^"]+)"', self.client.get(page).text)[0])

    def post(self, path: str, headers: dict[bytes, bytes], body: bytes) -> httpx.Response:
        """Send a form; its answer is judged."""
        body = body.replace(KEY, self.key.encode())
        answer = self.client.post(path, content=body, headers=headers)
        said = f"{dict(answer.headers)} {answer.text}"
        assert answer.status_code < 500, said[:2000]
        for sign in ("Traceback", 'File "', str(self.place), sys.prefix, "site-packages"):
            assert sign not in said, (sign, said[:2000])
        assert "<script>" not in answer.text or answer.headers["content-type"].startswith("text/plain")
        assert answer.headers["x-content-type-options"] == "nosniff"
        return answer

    def uploads(self) -> list[str]:
        """The uploads that there are."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return [upload["id"] for upload in self.server.client.get("/api/v1/uploads", headers=headers).json()]

    def remove(self, upload: str) -> None:
        """Remove an upload, by the button for it, once it has been checked: its page waits for that."""
        while "Refresh" in self.client.get(f"/uploads/{upload}").headers:
            pass
        form = {b"Content-Type": b"application/x-www-form-urlencoded"}
        assert self.post(f"/uploads/{upload}/discard", form, b"csrf=" + KEY).status_code == 303

    def beside_the_data(self) -> set[str]:
        """What lies beside the data folder."""
        return {path.name for path in self.place.iterdir()}


@pytest.fixture(scope="module")
def browser(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all forms."""
    place = tmp_path_factory.mktemp("forms")
    shutil.copytree(data, place / "data")
    token = Tokens(place / "data" / "access" / "access.sqlite").grant("Anna", "member", company="aurora")[1]
    server = start(
        place / "data", place, closed=1, uploads=1, workers=2, long_queries=1, upload_bytes=200_000,
    )  # fmt: skip
    opened = Browser(server, place, token)
    yield opened
    opened.client.close()
    stop(server)


ODD: Final = (
    b"", b" ", b"\x00", b"\xff\xfe", b"../../x", b"a" * 20_000, b"{{7*7}}", b"<script>alert(1)</script>", b"on", b"-1",
    b"2024-02-30", b"public", b"=1+1", "\u202e\ud7ff".encode(), b"borea/2024-01-31", b"en", b"--x", b"\r\n\r\n",
)  # fmt: skip
NAMES: Final = (
    b"contributor", b"date", b"visibility", b"covenant", b"title", b"sheet", b"contributor_kind", b"replaces", b"lang",
    b"alongside", b"check_only", b"publish", b"profile", b"id", b"csrf", b"file", b"", b"\xff", b"<script>",
)  # fmt: skip
FILE_NAMES: Final = (
    b"a-2024-01-31.csv", b"", b"../../../CURRENT", b"..\\a.csv", b"a\x00.csv", b"/etc/passwd", b"a" * 5_000 + b".csv",
    b"<script>.csv", b"a\nb.csv", b"\xff\xfe.csv", b'a.csv"; filename="b.xlsx', b".csv", b"upload.json", b"%2e%2e%2fa",
)  # fmt: skip
KEYS: Final = (KEY, KEY, KEY, KEY + b" ", KEY[1:], b"", b"wrong", b"\xff" * 64, b"a" * 20_000, None)


def part(name: bytes, value: bytes, file: bytes | None = None) -> bytes:
    """One field of a form."""
    named = b"" if file is None else b'; filename="%b"\r\nContent-Type: text/csv' % file
    return b'--x\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n' % (name, named, value)


@st.composite
def filled(draw: st.DrawFn) -> tuple[bytes, bool]:
    """A form for uploads, perhaps damaged; and whether it holds the right key, once."""
    key = draw(st.sampled_from(KEYS))
    parts = [
        part(draw(st.sampled_from(NAMES)), draw(st.sampled_from(ODD)))
        for _ in range(draw(st.sampled_from((0, 0, 1, 2))))
    ]
    parts += [] if key is None else [part(b"csrf", key, draw(st.sampled_from((None, None, None, b"key.txt"))))]
    for _ in range(draw(st.sampled_from((0, 1, 1, 1, 2)))):
        parts.append(
            part(b"file", draw(st.sampled_from((CSV, CSV, b"", b"\x00", KEY))), draw(st.sampled_from(FILE_NAMES)))
        )
    body = b"".join(draw(st.permutations(parts))) + draw(st.sampled_from((b"--x--\r\n", b"--x--\r\n", b"--x", b"")))
    if draw(st.integers(0, 4)) == 0:
        place = draw(st.integers(0, len(body)))
        body = body[:place] + draw(st.binary(max_size=8)) + body[place + draw(st.integers(0, 30)) :]
    return body, key == KEY


@settings(max_examples=40, **OFTEN)
@given(form=filled(), query=st.sampled_from(("", "?lang=nl", "?lang=%00", "?csrf=x")))
def test_no_form_takes_in_more_than_it_may(browser: Browser, form: tuple[bytes, bool], query: str) -> None:
    body, sound = form
    beside = browser.beside_the_data()
    answer = browser.post("/uploads" + query, {b"Content-Type": b"multipart/form-data; boundary=x"}, body)
    there = browser.uploads()
    assert len(there) == (answer.status_code == 303)
    assert sound or not there
    assert browser.beside_the_data() == beside
    for upload in there:
        browser.remove(upload)


KINDS: Final = (
    b"multipart/form-data", b"multipart/form-data; boundary=", b"multipart/form-data; boundary=" + b"y" * 300, b"",
    b"multipart/mixed; boundary=x", b"application/x-www-form-urlencoded; charset=utf-7", b"application/json", b"\xff",
)  # fmt: skip


@settings(max_examples=40, **OFTEN)
@given(
    path=st.one_of(
        st.sampled_from(("/uploads", "/uploads/../x/load", "/uploads//discard", "/uploads/%2e%2e/discard")),
        st.text(max_size=20).map(lambda odd: f"/uploads/{quote(odd, safe='')}/load"),
        st.binary(max_size=9).map(lambda odd: f"/uploads/{quote(odd, safe='')}/discard"),
    ),
    kind=st.sampled_from((*KINDS, b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x")),
    body=st.one_of(
        st.just(b"csrf=" + KEY), st.just(b"csrf=" + KEY + b"&csrf=" + KEY), st.just(b"csrf=%FF%00&publish=%"),
        st.just(part(b"csrf", KEY) + b"--x--\r\n"), st.binary(max_size=60), st.just(b"a=1&" * 500),
    ),
)  # fmt: skip
def test_no_button_does_what_it_should_not(browser: Browser, path: str, kind: bytes, body: bytes) -> None:
    assert browser.post(path, {b"Content-Type": kind} if kind else {}, body).status_code >= 400
    assert browser.uploads() == []


def test_form_of_an_ended_session_is_refused(browser: Browser) -> None:
    before = browser.key
    browser.client.cookies.clear()
    body = part(b"csrf", before.encode()) + part(b"file", CSV, b"a-2024-01-31.csv") + b"--x--\r\n"
    answer = browser.post("/uploads", {b"Content-Type": b"multipart/form-data; boundary=x"}, body)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    browser.sign_in()
    again = browser.post("/uploads", {b"Content-Type": b"multipart/form-data; boundary=x"}, body)
    assert browser.key != before
    assert again.status_code == 403
    assert browser.uploads() == []


def test_log_of_all_forms_holds_no_fault(browser: Browser) -> None:
    log = browser.server.log.read_text()
    assert "Traceback" not in log
    assert "a request to" not in log
