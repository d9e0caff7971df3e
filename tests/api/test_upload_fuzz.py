"""Hostile uploads over HTTP: whatever is sent, the answer is plain words, and data, memory and server stay whole."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from endpoint_server import Running, start, stop
from hostile_files import ANCHORS, BOMBS, CSV, JSON, SOUND, packed, unpacked
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hefboom.api.tokens import Tokens
from hefboom.graph import DataFolder, open_data
from hefboom.graph.publications import Publications
from hefboom.loaders.load import load
from hefboom.loaders.load_options import LoadOptions

ROLES: Final = ("aurora", "secretariat")
SUFFIXES: Final = (
    ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".json", ".geojson", ".yaml", ".yml", ".xml",
    ".gz", ".zip", ".pdf", ".CSV", "",
)  # fmt: skip
MOST_MORE_MB: Final = 200
OFTEN: Final[dict[str, Any]] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
    "phases": [Phase.explicit, Phase.reuse, Phase.generate],  # making an example smaller would take minutes
}


class House:
    """A server that takes uploads, tokens for a member and the secretariat, and a look at what they left behind."""

    def __init__(self, server: Running, place: Path) -> None:
        self.server, self.place, self.data = server, place, place / "data"
        kept = Tokens(self.data / "access" / "access.sqlite")
        self.tokens = {
            "aurora": kept.grant("Anna", "member", company="aurora")[1],
            "secretariat": kept.grant("Cor", "secretariat")[1],
        }
        self.usual_mb = self.resident_mb()

    def ask(self, who: str, method: str, address: str, **more: Any) -> httpx.Response:
        """A request of a role; its answer is judged."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        answer = self.server.client.request(method, f"/api/v1/uploads{address}", headers=headers, timeout=90, **more)
        self.judge(answer)
        return answer

    def judge(self, answer: httpx.Response) -> None:
        """No fault of the server, nothing of the machine, and it lives."""
        said = f"{dict(answer.headers)} {answer.text}"
        assert answer.status_code < 500, said[:2000]
        for sign in ("Traceback", 'File "', str(self.place), sys.prefix, "site-packages"):
            assert sign not in said, (sign, said[:2000])
        assert self.server.client.get("/health").status_code == 200
        assert self.resident_mb() < self.usual_mb + MOST_MORE_MB

    def resident_mb(self) -> int:
        """The most memory that the server itself has used."""
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{self.server.process.pid}/status").read_text())
        assert found is not None
        return int(found[1]) // 1024

    def fingerprint(self) -> dict[str, str]:
        """What the data are: the generation and the publications in use, and a digest of every file of theirs."""
        published = (self.data / "publications").rglob("CURRENT")
        used = [path for path in published if (path.parent / "versions").is_dir()]
        folders = [self.data / "generations" / (self.data / "CURRENT").read_text().strip()]
        folders += [path.parent / "versions" / path.read_text().strip() for path in used]
        pointers = [self.data / "CURRENT", *used]
        files = [*pointers, *(path for folder in folders for path in folder.rglob("*") if path.is_file())]
        return {str(path.relative_to(self.data)): sha256(path.read_bytes()).hexdigest() for path in files}

    def others(self) -> set[str]:
        """What lies beside the data."""
        return {str(path) for path in self.place.rglob("*") if self.data not in path.parents}

    def send(self, who: str, content: bytes, name: str, **fields: str) -> dict[str, Any]:
        """Send a file, follow it to its end, remove it; empty where it is refused at once.

        Asserts that the data change only when it is said to be loaded.
        """
        before = self.fingerprint()
        answer = self.ask(who, "POST", "?wait=60", files={"file": (name, content)}, data=fields)
        if answer.status_code not in (201, 202):
            assert answer.status_code in (400, 403, 413), answer.text
            assert answer.headers["content-type"] == "application/problem+json"
            assert self.fingerprint() == before
            return {}
        told: dict[str, Any] = self.ask(who, "GET", f"/{answer.json()['id']}?wait=60").json()
        assert told["state"] in ("checked", "loaded", "unchanged", "refused", "failed"), told
        if told["findings_csv"]:
            self.ask(who, "GET", f"/{told['id']}/findings.csv")
        assert told["state"] == "loaded" or self.fingerprint() == before, told
        assert self.ask(who, "DELETE", f"/{told['id']}").status_code == 204
        return told


@pytest.fixture(scope="module")
def house(empty_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for all that is sent."""
    place = tmp_path_factory.mktemp("fuzzed")
    (place / "borea-2024-01-31.csv").write_bytes(CSV)
    data = DataFolder(place / "data")
    load([place / "borea-2024-01-31.csv"], LoadOptions(contributor="Borea", visibility="public"), data, wait=10)
    source = open_data(data.path)
    Publications(data.path).publish(source.store, "public", source.names.base, source.generation.name)
    server = start(
        data.path, place, closed=1, uploads=1, workers=2, long_queries=1, upload_memory_mb=2_048, upload_timeout=60,
        upload_bytes=4_000_000,
    )  # fmt: skip
    server.client.get("/ready")
    yield House(server, place)
    stop(server)


ODD_BYTES: Final = st.one_of(
    st.binary(max_size=20),
    st.sampled_from((
        b"\x00", b"\xff\xfe", b"<!DOCTYPE a [", b"&a;", b'"', b"1e999", b"9" * 400, b"NaN", b"=CALL(1)", b"\r",
        "\u202e\ud7ff\ufffe".encode(), b'="99999999999"', b"!!python/object:os.system", b"[" * 3000,
    )),
)  # fmt: skip


@st.composite
def changed(draw: st.DrawFn, content: bytes) -> bytes:
    """Bytes with some of them cut, doubled or replaced."""
    made = bytearray(content)
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(made)))
        made[place : place + draw(st.integers(0, 40))] = draw(ODD_BYTES)
    return bytes(made)


@st.composite
def mutilated(draw: st.DrawFn) -> bytes:
    """A sound file with bytes changed: of the file as it lies, or of one of the parts that it packs."""
    content = SOUND[draw(st.sampled_from(sorted(SOUND)))]
    if content[:2] != b"PK" or draw(st.booleans()):
        return draw(changed(content))
    parts = unpacked(content)
    chosen = draw(st.sampled_from(sorted(parts)))
    return packed({**parts, chosen: draw(changed(parts[chosen]))})


@settings(max_examples=10, **OFTEN)
@given(
    who=st.sampled_from(ROLES), content=st.one_of(mutilated(), mutilated(), st.binary(min_size=1, max_size=3000)),
    suffix=st.sampled_from(SUFFIXES), check=st.booleans(),
)  # fmt: skip
def test_no_file_does_more_than_it_says(house: House, who: str, content: bytes, suffix: str, check: bool) -> None:
    fields = {"contributor": "Ceres"} if who == "secretariat" else {}
    house.send(who, content, f"list-2024-01-31{suffix}", check_only="1" if check else "0", **fields)


@pytest.mark.parametrize("name", BOMBS)
def test_file_that_swells_ends_in_plain_words(house: House, name: str) -> None:
    who = "aurora" if name.endswith("yaml") or name < "m" else "secretariat"
    fields = {"contributor": "Ceres"} if who == "secretariat" else {}
    told = house.send(who, BOMBS[name](), name, check_only="1", **fields)
    assert told["state"] in ("checked", "refused", "failed"), told
    assert name not in ("wide.ods", "tall.ods") or told["state"] == "refused", told
    assert "root:" not in str(told)


PROFILES: Final = (
    ANCHORS, b"[" * 50_000, b"\x00", b"columns: !!python/name:os.system", b"- 1", b"columns: 3", b"{", b"",
    b"name: [a, b]\naddress: {c: d}", b"columns:\n  name: {pattern: '(a+)+$'}",
)  # fmt: skip


def test_profile_is_as_untrusted_as_the_list(house: House) -> None:
    for profile in PROFILES:
        files = {"file": ("a-2024-01-31.csv", CSV), "profile": ("p.yaml", profile)}
        told = house.ask("aurora", "POST", "?wait=60", files=files, data={"check_only": "1"}).json()
        if "id" in told:
            assert told["state"] in ("checked", "refused", "failed"), told
            assert house.ask("aurora", "DELETE", f"/{told['id']}").status_code == 204


def test_message_of_a_profile_names_no_folder(house: House) -> None:
    files = {"file": ("a-2024-01-31.csv", CSV), "profile": ("mine.yaml", b"colour: red")}
    told = house.server.client.post(
        "/api/v1/uploads?wait=60", files=files, data={"check_only": "1"},
        headers={"Authorization": f"Bearer {house.tokens['aurora']}"},
    ).json()  # fmt: skip
    assert house.ask("aurora", "DELETE", f"/{told['id']}").status_code == 204
    assert told["message"].startswith("profile.yaml: unknown key 'colour'")


ODD_TEXT: Final = st.one_of(
    st.text(max_size=40),
    st.sampled_from((
        "", " ", "\x00", "a\x00b", "../../x", "..", "/etc/passwd", "C:\\x", "a" * 301, "a" * 16_000, "\u202e", "\ud7ff",
        "2024-02-30", "0000-01-01", "9999-12-31", "-1", "20240131", "2024-W05-3", "owner", "public", "OWNER", "0", "1",
        "on", "NaN", "{{7*7}}", "<script>", "'; DROP TABLE x", "borea/2024-01-31", "=1+1",
        "https://w3id.org/hefboom/id/list/borea/2024-01-31",
    )),
)  # fmt: skip
FIELDS: Final = (
    "contributor", "date", "visibility", "covenant", "title", "sheet", "contributor_kind", "replaces", "alongside",
    "check_only", "publish", "own", "id", "csrf", "lang",
)  # fmt: skip


@settings(max_examples=10, **OFTEN)
@given(
    who=st.sampled_from(ROLES), fields=st.dictionaries(st.sampled_from(FIELDS), ODD_TEXT, max_size=3),
    suffix=st.sampled_from((".csv", ".xlsx", ".ods", ".json", ".yaml")),
)  # fmt: skip
def test_no_option_does_more_than_it_says(house: House, who: str, fields: dict[str, str], suffix: str) -> None:
    usual = {"check_only": "1", **({"contributor": "Ceres"} if who == "secretariat" else {})}
    house.send(who, SOUND[suffix], f"list-2024-01-31{suffix}", **{**usual, **fields})


BOUNDARIES: Final = (b"x", b"-", b"", b"a b", b"\xff", b"x" * 300)
HEADS: Final = (b"Content-Disposition: form-data", b"content-disposition:attachment", b"X: y", b"")
FIELD_NAMES: Final = (
    b'; name="file"', b"; name=file", b"", b'; name=""', b'; name="check_only"', b'; name="profile"',
)  # fmt: skip
FILE_NAMES: Final = st.one_of(
    st.sampled_from((
        b'; filename="a.csv"', b"", b'; filename=""', b'; filename="../../../CURRENT"', b'; filename="..\\..\\a.csv"',
        b'; filename="a\x00.csv"', b'; filename="' + b"a" * 5000 + b'.csv"', b'; filename="/etc/passwd"',
        b"; filename*=UTF-8''%2e%2e%2fa.csv", b'; filename="a\nb.csv"', b'; filename="upload.json"',
        b'; filename=".csv"', b'; filename="a.csv"; filename="b.xlsx"',
    )),
    st.binary(max_size=20).map(lambda odd: b'; filename="' + odd + b'"'),
)  # fmt: skip
MORE_HEADS: Final = (
    b"", b"\r\nContent-Transfer-Encoding: base64", b"\r\nContent-Type: a\xff/b", b"\r\nX: " + b"a" * 9000,
)  # fmt: skip
KINDS: Final = (b"multipart/form-data; boundary=", b"Multipart/Form-Data;boundary=", b"multipart/mixed; boundary=")


@st.composite
def forms(draw: st.DrawFn) -> tuple[dict[bytes, bytes], bytes]:
    """The headers and the body of a form that may be broken in any way a program can break one."""
    boundary = draw(st.sampled_from(BOUNDARIES))
    said = draw(st.one_of(st.just(boundary), st.sampled_from((b"y", b"", b'"x"', b"x; boundary=y"))))
    mark, parts = b"--" + boundary, []
    for _ in range(draw(st.integers(0, 4))):
        head = draw(st.sampled_from(HEADS)) + draw(st.sampled_from(FIELD_NAMES)) + draw(FILE_NAMES)
        body = draw(st.sampled_from((CSV, b"1", b"", b"\xff\xfe", b"--x", JSON)))
        parts.append(mark + b"\r\n" + head + draw(st.sampled_from(MORE_HEADS)) + b"\r\n\r\n" + body + b"\r\n")
    end = draw(st.sampled_from((mark + b"--\r\n", mark, b"", mark + b"--" + b"x" * 9000)))
    headers = {b"Content-Type": draw(st.sampled_from(KINDS)) + said}
    if draw(st.integers(0, 5)) == 0:
        headers[b"X-Long"] = b"a" * draw(st.sampled_from((1_000, 60_000, 200_000)))
    return headers, b"".join(parts) + end


@settings(max_examples=50, **OFTEN)
@given(who=st.sampled_from(ROLES), form=forms())
def test_no_form_breaks_the_reader(house: House, who: str, form: tuple[dict[bytes, bytes], bytes]) -> None:
    headers, body = form
    before, others = house.fingerprint(), house.others()
    signed = {**headers, b"Authorization": f"Bearer {house.tokens[who]}".encode()}
    answer = house.server.client.post("/api/v1/uploads?wait=60", content=body, headers=signed, timeout=90)
    house.judge(answer)
    states = []
    for upload in house.ask(who, "GET", "").json():
        states.append(house.ask(who, "GET", f"/{upload['id']}?wait=60").json()["state"])
        assert re.fullmatch(r"[^/\\\x00-\x1f]+", upload["file"])
        assert house.ask(who, "DELETE", f"/{upload['id']}").status_code == 204
    assert len(states) == (answer.status_code == 201)
    assert "loaded" in states or house.fingerprint() == before
    assert house.others() == others


def test_field_that_is_sent_twice_is_refused(house: House) -> None:
    twice = [("file", ("a-2024-01-31.csv", CSV)), ("file", ("b-2024-01-31.csv", CSV))]
    for more in ({"files": twice}, {"files": twice[:1], "data": {"title": ["a", "b"]}}):
        answer = house.ask("aurora", "POST", "?wait=60", **more)
        assert answer.status_code == 400
        assert answer.json()["type"].endswith("field-repeated")
    assert house.ask("aurora", "GET", "").json() == []


def test_log_of_all_this_holds_no_fault(house: House) -> None:
    log = house.server.log.read_text()
    assert "Traceback" not in log
    assert "a request to" not in log
    assert "Alpha" not in log
