"""Files that are made to break a reader: each is refused in plain words, in bounded memory, and the server goes on."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hefboom.graph import DataFolder
from hefboom.loaders.load import preview
from hefboom.loaders.load_options import LoadOptions

MEMORY_MB = 768
SHEET = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</worksheet>'
)
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
) + b"]>"  # fmt: skip


def sound() -> bytes:
    """A workbook with a list in it."""
    book, target = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (["name", "address", "country"], ["Alpha Mills", "1 Mill Road", "India"]):
        book.active.append(row)
    book.save(target)
    return target.getvalue()


def with_part(part: str, content: bytes, level: int = 9) -> bytes:
    """The workbook with one of its parts replaced."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sound())) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as new,
    ):
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return target.getvalue()


def far_cells() -> bytes:
    """A sheet of two cells at its two ends, which a reader of whole sheets takes for 17 thousand million cells."""
    first = b'<row r="1"><c r="A1"><v>1</v></c></row>'
    last = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return with_part("xl/worksheets/sheet1.xml", SHEET % (b"<sheetData>" + first + last + b"</sheetData>"))


def laughs() -> bytes:
    """A sheet whose one cell is an entity that unfolds to a thousand million letters."""
    head, _, rest = SHEET.partition(b"?>")
    cell = b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&i;</t></is></c></row></sheetData>'
    return with_part("xl/worksheets/sheet1.xml", head + b"?>" + LAUGHS + rest % cell)


FILES: dict[str, Callable[[], bytes]] = {
    "truncated.xlsx": lambda: sound()[:-200],
    "bomb.xlsx": lambda: with_part("xl/worksheets/sheet1.xml", SHEET % (b" " * (300 << 20))),
    "far-cells.xlsx": far_cells,
    "laughs.xlsx": laughs,
    "columns.csv": lambda: b"name,address,country," + b",".join(b"c%d" % n for n in range(100_000)) + b"\na,b,India\n",
    "one-line.csv": lambda: b"name,address,country\n" + b"x" * (30 << 20),
    "packed.csv": lambda: gzip.compress(b"name,address,country\na,b,India\n"),
    "deep.json": lambda: b"[" * 200_000,
    "deep-features.json": lambda: b'{"type":"FeatureCollection","features":' + b"[" * 100_000,
    "picture.csv": lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50,
    "empty-rows.csv": lambda: b"name,address,country\n" + b",,\n" * 200_000,
    "quote.csv": lambda: b'name,address,country\n"' + b"a,b,c\n" * 200_000,
}


@pytest.mark.parametrize("name", sorted(FILES))
def test_hostile_file_is_refused_in_bounded_memory(empty_data: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").mkdir()
    (tmp_path / "file" / name).write_bytes(FILES[name]())
    configuration = {
        "data": str(empty_data), "folder": str(tmp_path), "file": name, "options": {"contributor": "A"},
        "step": "check", "publish": False, "memory_mb": MEMORY_MB, "columns": 500, "file_bytes": 1 << 30, "wait": 5,
    }  # fmt: skip
    ended = subprocess.run(
        [sys.executable, "-m", "hefboom.api.upload_worker", json.dumps(configuration)],
        cwd=tmp_path / "file", capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    if ended.returncode:  # at the memory cap: the server says so
        assert ended.returncode in (3, -6, -11), ended.stderr
    else:
        outcome = json.loads((tmp_path / "outcome.json").read_text())
        account = [outcome.get(part, 0) for part in ("rows_read", "stored", "merged", "refused")]
        assert account[0] == sum(account[1:])
        assert outcome.get("error") or account[1] == 0
        assert str(tmp_path) not in json.dumps(outcome)
    assert "Traceback" not in ended.stderr


@pytest.fixture(scope="module")
def quiet(empty_data: Path, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A data folder to preview loads into."""
    place = tmp_path_factory.mktemp("quiet") / "data"
    shutil.copytree(empty_data, place)
    return DataFolder(place)


CSV = b"name,address,country\nAlpha,1 Mill Road,India\n"
# Made once: a workbook holds the time of its making, and a strategy must draw the same from the same choices.
WORKBOOK = sound()


@st.composite
def mutilated(draw: st.DrawFn) -> bytes:
    """A sound file with some bytes changed, cut or doubled; or bytes that are nothing."""
    content = bytearray(draw(st.sampled_from([CSV, WORKBOOK, b'{"type":"FeatureCollection","features":[]}', b""])))
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(content)))
        content[place : place + draw(st.integers(0, 40))] = draw(st.binary(max_size=40))
    return bytes(content)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mutilated())
def test_no_bytes_make_a_preview_fail_otherwise_than_by_saying_so(
    quiet: DataFolder, tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.mktemp("sent") / "list.xlsx"
    file.write_bytes(content)
    report = preview([file], LoadOptions(contributor="A"), quiet).reports[0]
    counts = report.counts
    assert counts.rows_read == counts.stored + counts.merged + counts.refused
    assert report.error or report.list or report.format == "memberships"
