"""Lists that are sent to the server: who may send what, what comes of it, and what is never told."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pyoxigraph as ox
import pytest
import yaml
from endpoint_server import Running, Starter, start, stop
from hypothesis import example, given
from hypothesis import strategies as st
from list_desk import as_csv

from hefboom.api.tokens import Tokens
from hefboom.api.uploads import safe_name
from hefboom.graph import DataFolder, open_data
from hefboom.graph.aggregates import Aggregates
from hefboom.graph.publications import Publications
from hefboom.loaders.load import load, load_each
from hefboom.loaders.load_options import LoadOptions

ROWS = [
    {"name": "Alpha Mills", "address": "1 Mill Road", "country": "India"},
    {"name": "Beta Knits", "address": "2 Dock Street", "country": "India"},
    {"name": "", "address": "3 Lane", "country": "India"},
]
LIST = as_csv(ROWS).encode()
PART = b"--x\r\nContent-Disposition: form-data; name="
CLOSED = as_csv([ROWS[0]]).encode()


class House:
    """A server that takes uploads, with a closed list of borea in its data, and a token for each role."""

    def __init__(self, server: Running, data: Path) -> None:
        self.server, self.data = server, data
        kept = Tokens(data / "access" / "access.sqlite")
        self.tokens = {
            "aurora": kept.grant("Anna", "member", company="aurora")[1],
            "borea": kept.grant("Ben", "member", company="borea")[1],
            "secretariat": kept.grant("Cor", "secretariat")[1],
        }

    def call(self, who: str, method: str, path: str, **more: Any) -> httpx.Response:
        """A request of the holder of a token."""
        return self.server.client.request(method, f"/api/v1/uploads{path}", headers=self.bearer(who), **more)

    def bearer(self, who: str) -> dict[str, str]:
        """The header that names a holder of a token; none for nobody."""
        return {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}

    def send(
        self, who: str, content: bytes = LIST, name: str = "aurora-2024-01-31.csv", **fields: str
    ) -> httpx.Response:
        """Send a list and wait for what comes of it."""
        return self.call(who, "POST", "?wait=60", files={"file": (name, content)}, data=fields)

    @property
    def generation(self) -> str:
        """The name of the generation in use."""
        return (self.data / "CURRENT").read_text().strip()

    def lists(self) -> dict[str, str]:
        """Each list and its scope."""
        return {entry.list: entry.scope for entry in open_data(self.data).entries}


@pytest.fixture(scope="module")
def furnished(empty_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a closed list of borea, published for everyone."""
    place = tmp_path_factory.mktemp("furnished")
    data = place / "data"
    shutil.copytree(empty_data, data)
    (place / "borea.csv").write_bytes(CLOSED)
    load([place / "borea.csv"], LoadOptions(contributor="Borea", visibility="owner"), DataFolder(data))
    source = open_data(data)
    Publications(data).publish(source.store, "public", source.names.base, source.generation.name)
    return data


@pytest.fixture
def new_house(furnished: Path, tmp_path: Path, started: Starter) -> Callable[..., House]:
    """Makes houses with settings of their own."""

    def make(**settings: object) -> House:
        data = tmp_path / "data"
        shutil.copytree(furnished, data)
        return House(started(data, closed=1, uploads=1, workers=2, long_queries=1, **settings), data)

    return make


@pytest.fixture(scope="module")
def shared(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house for tests that leave nothing which another would notice."""
    place = tmp_path_factory.mktemp("shared")
    shutil.copytree(furnished, place / "data")
    running = start(place / "data", place, closed=1, uploads=1, workers=2, long_queries=1)
    yield House(running, place / "data")
    stop(running)


@pytest.fixture
def house(shared: House) -> House:
    """The shared house with no upload in it."""
    for upload in shared.call("secretariat", "GET", "").json():
        assert shared.call("secretariat", "DELETE", f"/{upload['id']}").status_code == 204
    return shared


def test_member_loads_its_own_list_and_learns_nothing_of_others(house: House) -> None:
    answer = house.send("aurora")
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert told["state"] == "loaded"
    assert told["account"] == {"rows_read": 3, "stored": 2, "merged": 0, "refused": 1}
    assert [(f["row"], f["severity"]) for f in told["findings"] if f["severity"] == "error"] == [("4", "error")]
    assert house.lists()["aurora/2024-01-31"] == "owner/aurora"
    assert "next publication" in told["note"]
    # borea's closed list has Alpha Mills too: neither that it is known nor that it is shared may be told
    assert (told["sites"], told["new_sites"], told["newly_shared"]) == (None, None, None)
    assert "borea" not in json.dumps(told).lower()
    assert "/" not in told["findings"][0]["reason"]
    assert house.send("aurora").json()["state"] == "unchanged"
    table = house.call("aurora", "GET", f"/{told['id']}/findings.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert table.text.startswith("row,column,value,code")
    kept = house.data / "uploads" / told["id"]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert not (kept / "file").exists()


def test_only_its_own_company_and_the_secretariat_see_an_upload(house: House) -> None:
    upload = house.send("aurora").json()["id"]
    for path in (f"/{upload}", f"/{upload}/findings.csv"):
        assert house.call("borea", "GET", path).status_code == 404
        assert house.call("secretariat", "GET", path).status_code == 200
    assert house.call("borea", "GET", "").json() == []
    assert house.call("borea", "DELETE", f"/{upload}").status_code == 404
    assert house.call("", "GET", f"/{upload}").status_code == 401
    assert house.call("", "POST", "", files={"file": ("a.csv", LIST)}).status_code == 401
    assert house.call("aurora", "DELETE", f"/{upload}").status_code == 204
    assert house.call("aurora", "GET", f"/{upload}").status_code == 404


@pytest.mark.parametrize(("who", "fields", "status", "kind"), [
    ("aurora", {"contributor": "Borea"}, 403, "not-allowed"),
    ("aurora", {"publish": "1"}, 403, "not-allowed"),
    ("aurora", {"visibility": "all"}, 400, "value-does-not-fit"),
    ("aurora", {"date": "yesterday"}, 400, "value-does-not-fit"),
    ("aurora", {"titel": "x"}, 400, "unknown-field"),
    ("aurora", {"own": "borea"}, 400, "unknown-field"),
    ("aurora", {"title": "a\nb"}, 400, "value-does-not-fit"),
])  # fmt: skip
def test_what_may_not_be_said_is_a_problem(
    house: House, who: str, fields: dict[str, str], status: int, kind: str
) -> None:
    answer = house.send(who, **fields)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (status, kind)
    assert answer.headers["content-type"] == "application/problem+json"
    assert house.call(who, "GET", "").json() == []


def test_file_is_needed_and_not_empty_and_not_too_large(new_house: Callable[..., House]) -> None:
    house = new_house(upload_bytes=10_000)
    assert house.call("aurora", "POST", "", data={"title": "x"}).status_code == 400
    assert house.call("aurora", "POST", "", content=b"{}").status_code == 415
    assert house.send("aurora", b"").json()["type"].endswith("file-empty")
    assert house.send("aurora", b"x" * 400_000).status_code == 413
    assert house.call("aurora", "GET", "").json() == []


@pytest.mark.parametrize(("kind", "body"), [
    ("multipart/form-data", b"--x\r\n"),
    ("multipart/form-data; boundary=x", PART + b'"file"; filename="a.csv"\r\n\r\nabc'),
    ("multipart/form-data; boundary=x", (PART + b'"f"\r\n\r\n1\r\n') * 100 + b"--x--"),
    ("multipart/form-data; boundary=x", PART + b'"' + b"a" * 300_000),
    ("multipart/form-data; boundary=x", bytes(range(256)) * 100),
], ids=["no boundary", "cut short", "many fields", "long head", "noise"])  # fmt: skip
def test_broken_form_is_a_problem(house: House, kind: str, body: bytes) -> None:
    headers = {"Content-Type": kind, **house.bearer("aurora")}
    answer = house.server.client.post("/api/v1/uploads", content=body, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert house.call("aurora", "GET", "").json() == []


def test_checked_list_is_loaded_when_its_sender_says_so(house: House) -> None:
    house.send("aurora")
    before = house.generation
    checked = house.send("secretariat", check_only="1", contributor="Dura").json()
    assert (checked["state"], checked["account"]["stored"], checked["sites"]) == ("checked", 2, None)
    assert house.generation == before
    assert house.call("secretariat", "POST", f"/{checked['id']}/load?wait=60&publish=1").status_code == 201
    loaded = house.call("secretariat", "GET", f"/{checked['id']}").json()
    assert (loaded["state"], loaded["sites"], loaded["new_sites"], loaded["newly_shared"]) == ("loaded", 2, 0, 1)
    assert {"public", "owner/borea"} <= set(loaded["published"])
    current = Publications(house.data).current("public")
    assert current is not None
    assert current.source == house.generation
    assert house.call("secretariat", "POST", f"/{checked['id']}/load").status_code == 409


def test_list_that_was_loaded_is_not_called_refused_when_a_publication_fails(new_house: Callable[..., House]) -> None:
    house = new_house()
    source = open_data(house.data)
    Publications(house.data).publish(source.store, "secretariat", source.names.base, source.generation.name)
    (house.data / "publications" / "secretariat" / "CURRENT.new").mkdir()  # so that no version can be put in use
    sent = house.send("secretariat", contributor="Dura", publish="1").json()
    assert (sent["state"], sent["account"]["stored"]) == ("loaded", 2)
    assert (sent["published"], sent["not_published"]) == (["public", "owner/borea"], ["secretariat"])
    assert "loaded, but not published for secretariat" in sent["message"]
    current = Publications(house.data).current("public")
    assert current is not None
    assert current.source == house.generation
    assert any("dura" in name for name in house.lists())


def test_publishing_after_an_upload_keeps_the_aggregated_list_of_a_covenant(new_house: Callable[..., House]) -> None:
    house = new_house()
    folder, files = DataFolder(house.data), []
    for company in "CDEFG":
        file = house.data.parent / f"{company}.csv"
        file.write_text("name,address,country\nMill One,1 Mill Road,India\nMill Two,2 Mill Road,India\n")
        options = LoadOptions(contributor=f"Firm {company}", visibility="secretariat", covenant="Pact")
        files.append((file, options))
    load_each(files, folder)
    Aggregates(house.data).open(open_data(house.data), "Pact", 3)
    assert house.send("secretariat", contributor="Dura", publish="1").json()["state"] == "loaded"
    current = Publications(house.data).current("public")
    assert current is not None
    held = ox.Store.read_only(str(current.store)).dump(format=ox.RdfFormat.N_QUADS) or b""
    assert b"Mill One" in held
    assert b"companiesMin" in held


def test_session_cannot_change_anything_through_the_api(house: House) -> None:
    with httpx.Client(base_url=house.server.client.base_url, timeout=30) as browser:
        csrf = re.findall(r'name="csrf" value="([^"]+)"', browser.get("/sign-in").text)[0]
        assert browser.post("/sign-in", data={"token": house.tokens["aurora"], "csrf": csrf}).status_code == 303
        assert browser.get("/api/v1/uploads").status_code == 200
        assert browser.post("/api/v1/uploads", files={"file": ("a.csv", LIST)}).status_code == 403


def test_page_of_an_upload_tells_its_findings_in_the_language_of_the_page(house: House) -> None:
    sent = house.send("aurora", check_only="1").json()
    with httpx.Client(base_url=house.server.client.base_url, timeout=30) as browser:
        csrf = re.findall(r'name="csrf" value="([^"]+)"', browser.get("/sign-in").text)[0]
        assert browser.post("/sign-in", data={"token": house.tokens["aurora"], "csrf": csrf}).status_code == 303
        for lang, words in (("nl", "de rij is geweigerd"), ("en", "the row was refused")):
            shown = browser.get(f"/uploads/{sent['id']}?lang={lang}").text
            assert words in shown
            assert words in browser.get(f"/uploads/{sent['id']}/findings.csv?lang={lang}").text
        refused = browser.get("/uploads/nowhere?lang=nl", headers={"Accept": "text/html"})
        assert "Die upload is er niet." in refused.text


def test_uploads_are_off_unless_told_otherwise(started: Starter, data: Path) -> None:
    server = started(data, closed=1, workers=2, long_queries=1)
    assert server.client.post("/api/v1/uploads", files={"file": ("a.csv", LIST)}).status_code in (401, 404)
    assert server.client.get("/uploads").status_code == 404


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=400))
@example("../../../../etc/cron.d/x.csv")
@example("..\\..\\x.csv")
@example("\u202exslx.csv")
def test_name_of_a_file_is_one_name_and_no_more(name: str) -> None:
    safe = safe_name(name)
    assert safe == Path(safe).name
    assert safe not in ("", ".", "..")
    assert safe.isprintable()
    assert not safe.startswith(("-", "."))
    assert len(safe.encode()) <= 255


@pytest.mark.parametrize("name", ["../../../../CURRENT", "a\r\nSet-Cookie: x=1.csv"])
def test_name_of_a_file_never_leads_out_of_its_folder(house: House, name: str) -> None:
    before = {path for path in house.data.rglob("*") if "uploads" not in path.parts}
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    field = b'\r\n--x\r\nContent-Disposition: form-data; name="check_only"\r\n\r\n1'
    headers = {"Content-Type": "multipart/form-data; boundary=x"} | house.bearer("secretariat")
    answer = house.server.client.post(
        "/api/v1/uploads?wait=60", content=head + LIST + field + b"\r\n--x--\r\n", headers=headers
    )
    assert answer.status_code in (201, 400)
    assert "set-cookie" not in answer.headers
    assert {path for path in house.data.rglob("*") if "uploads" not in path.parts} <= before
    files = [path for path in (house.data / "uploads").rglob("*") if path.is_file()]
    assert all(path.parent.parent.name == "uploads" or path.parent.name == "file" for path in files)


def upload_process(server: Running, seconds: float = 60) -> int:
    """The process that works on an upload, once there is one."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for pid in server.children():
            try:
                if b"hefboom.api.upload_worker" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    return pid
            except OSError:
                continue
    raise AssertionError("no process works on an upload")


def test_killed_writer_loses_nothing_and_the_next_upload_goes_on(new_house: Callable[..., House]) -> None:
    house = new_house()
    before, lists = house.generation, house.lists()
    sent = house.call("aurora", "POST", "", files={"file": ("a-2024-01-31.csv", LIST)})
    assert sent.status_code == 202
    waits = house.call("secretariat", "POST", "", files={"file": ("c.csv", LIST)}, data={"contributor": "Ceres"}).json()
    os.kill(upload_process(house.server), signal.SIGKILL)
    failed = house.call("aurora", "GET", f"/{sent.json()['id']}?wait=60").json()
    assert failed["state"] == "failed"
    assert "nothing was changed" in failed["message"]
    assert house.call("secretariat", "GET", f"/{waits['id']}?wait=60").json()["state"] == "loaded"
    assert {name for name in house.lists() if name.startswith("aurora")} == set()
    assert lists.items() <= house.lists().items()
    assert before != house.generation
    again = house.call("aurora", "POST", f"/{failed['id']}/load?wait=60").json()
    assert again["state"] == "loaded"
    assert "aurora/2024-01-31" in house.lists()


def test_upload_that_the_end_of_the_server_cut_short_is_loaded_after_the_next_start(
    new_house: Callable[..., House], started: Starter
) -> None:
    house = new_house()
    sent = house.call("aurora", "POST", "", files={"file": ("a-2024-01-31.csv", LIST)}).json()
    upload_process(house.server)
    house.server.process.kill()
    house.server.process.wait(timeout=20)
    server = started(house.data, closed=1, uploads=1, workers=2, long_queries=1)
    headers = {"Authorization": f"Bearer {house.tokens['aurora']}"}
    told = server.client.get(f"/api/v1/uploads/{sent['id']}?wait=60", headers=headers).json()
    assert told["state"] in ("loaded", "unchanged")
    assert house.lists()["aurora/2024-01-31"] == "owner/aurora"


def workbook(rows: list[list[object]]) -> bytes:
    """A workbook of one sheet."""
    book, target = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(target)
    return target.getvalue()


def test_formula_in_a_cell_is_text_and_never_runs(house: House) -> None:
    content = workbook([["name", "address", "country"], ['=cmd|"/c calc"!A1', "1 Mill Road", "India"], *[
        ["+Beta Knits", "=1+1", "Nowhere"]]])  # fmt: skip
    told = house.send("aurora", content, "a-2024-01-31.xlsx").json()
    assert told["state"] in ("loaded", "refused")
    cells = house.call("aurora", "GET", f"/{told['id']}/findings.csv").text.replace("\n", ",").split(",")
    assert not any(cell.strip('"').startswith(("=", "+", "@")) for cell in cells)


def test_member_sends_the_due_diligence_file_of_its_own_company_only(house: House) -> None:
    def about(company: str) -> bytes:
        return yaml.safe_dump({"company": {"name": company, "year": "2025"}}).encode()

    told = house.send("aurora", about("Aurora"), "aurora.yaml").json()
    assert (told["state"], told["format"], told["visibility"]) == ("loaded", "company-file", "owner"), told
    files = [entry.scope for entry in open_data(house.data).entries if entry.format == "company-file"]
    assert files == ["owner/aurora"]
    source = open_data(house.data)
    for audience in ("owner/aurora", "owner/borea"):
        Publications(house.data).publish(source.store, audience, source.names.base, source.generation.name)
    levels = {
        who: house.server.client.get("/api/v1/questions/step-levels", headers=house.bearer(who))
        for who in ("aurora", "borea")
    }
    assert len(levels["aurora"].json()["rows"]) == 6
    assert "aurora" not in levels["borea"].text.lower()
    assert house.server.client.get("/api/v1/questions/step-levels").status_code == 403
    refused = house.send("aurora", about("Borea"), "borea.yaml").json()
    assert refused["state"] == "refused"
    assert "this is the file of 'Borea'" in refused["message"]


def test_every_upload_is_written_to_the_audit_log(house: House) -> None:
    house.send("aurora", title="Our list")
    lines = (house.data / "access" / "audit.log").read_text()
    assert '"upload and load"' in lines
    assert "Our list" in lines
    assert "Alpha Mills" not in lines
