"""A backup is taken while others work, comes back the same, and is not believed where it does not hold."""

from __future__ import annotations

import json
import stat
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from list_desk import Desk

from hefboom.errors import SourceError, StoreError
from hefboom.graph import open_data
from hefboom.graph.backup import backup, restore
from hefboom.graph.publications import Publications

ROWS = [{"name": f"Mill {number}", "address": f"{number} Road", "country": "India"} for number in range(3)]


def publish(desk: Desk, audience: str) -> None:
    """Publish what is loaded."""
    source = desk.data
    Publications(desk.folder.path).publish(source.store, audience, source.names.base, source.generation.name)


def test_backup_while_others_load_and_publish_is_of_one_moment(desk: Desk, tmp_path: Path) -> None:
    desk.load("a-0.csv", ROWS, contributor="A", date="2020-01-01")
    publish(desk, "public")
    ended = threading.Event()

    def work() -> None:
        number = 1
        while not ended.is_set():
            desk.load(f"a-{number}.csv", ROWS, contributor="A", date=f"2021-01-{number:02}")
            publish(desk, "public")
            number += 1

    working = threading.Thread(target=work)
    working.start()
    files = [tmp_path / f"{number}.tar" for number in range(4)]
    for file in files:
        backup(desk.folder.path, file)
    ended.set()
    working.join()
    assert not list(desk.folder.path.glob("load-*"))
    for number, file in enumerate(files):
        other = tmp_path / f"back-{number}"
        restore(file, other)
        found = open_data(other)
        found.check_projection()
        assert sum(entry.in_force for entry in found.entries) >= 1
        published = Publications(other).current("public")
        assert published is not None
        assert published.store.is_dir()


def test_question_is_asked_again_and_must_have_the_same_answer(desk: Desk, tmp_path: Path) -> None:
    desk.load("a.csv", ROWS, contributor="A", date="2020-01-01")
    backup(desk.folder.path, tmp_path / "b.tar", lambda folder, day: f"{open_data(folder).generation.name} {day}")
    with pytest.raises(SourceError, match="answered otherwise"):
        restore(tmp_path / "b.tar", tmp_path / "other", lambda folder, day: "something else")
    assert not (tmp_path / "other").exists()
    restore(tmp_path / "b.tar", tmp_path / "other", lambda folder, day: f"{open_data(folder).generation.name} {day}")


def test_commands_ask_about_shared_sites(new_desk: Callable[[str], Desk], tmp_path: Path) -> None:
    desk = new_desk("one")
    for company in ("A", "B"):
        desk.load(f"{company}.csv", ROWS, contributor=company, date="2020-01-01")
    made = desk.hefboom("backup", "b.tar")
    assert made.returncode == 0, made.stderr
    with tarfile.open(desk.place / "b.tar") as archive:
        member = archive.extractfile("backup.json")
        assert member is not None
        assert len(json.load(member)["question"]["answer"]) == 64
    assert stat.S_IMODE((desk.place / "b.tar").stat().st_mode) == 0o600
    back = desk.hefboom("--data", "back", "restore", "b.tar", HEFBOOM_DATA="back")
    assert back.returncode == 0, back.stderr
    answers = [
        desk.hefboom("ask", "shared-sites", "--format", "csv", HEFBOOM_DATA=name).stdout for name in ("data", "back")
    ]
    assert "Mill 0" in answers[0]
    assert answers[0] == answers[1]


def test_uploads_and_access_come_back_for_their_owner_only(desk: Desk, tmp_path: Path) -> None:
    desk.load("a.csv", ROWS, contributor="A", date="2020-01-01")
    for name in ("access/key", "uploads/0123/file/list.csv", "uploads/0123/upload.json"):
        file = desk.folder.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("secret")
    backup(desk.folder.path, tmp_path / "b.tar")
    restore(tmp_path / "b.tar", tmp_path / "other")
    for name in ("access/key", "uploads/0123/file/list.csv"):
        assert stat.S_IMODE((tmp_path / "other" / name).stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "other" / name).parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(("layout", "words"), [
    (0, "written by an older version of Hefboom (layout 0)"),
    (2, "written by a newer version of Hefboom (layout 2)"),
    (None, "written by an older version of Hefboom (layout None)"),
])  # fmt: skip
def test_data_of_another_layout_are_refused_with_what_to_do(desk: Desk, layout: int | None, words: str) -> None:
    desk.load("a.csv", ROWS, contributor="A", date="2020-01-01")
    before = desk.generation
    stamp = desk.folder.path / "generations" / before / "stamp.json"
    stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "layout": layout}))
    with pytest.raises(StoreError) as caught:
        desk.load("b.csv", ROWS, contributor="B", date="2020-01-01")
    assert words in str(caught.value)
    assert desk.generation == before
    doctor = desk.hefboom("doctor")
    assert words in doctor.stdout
    served = desk.hefboom("publish", "public")
    assert served.returncode == 1
    assert words in served.stderr


def test_data_derived_by_an_older_version_are_upgraded_by_the_next_load(desk: Desk) -> None:
    desk.load("a.csv", ROWS, contributor="A", date="2020-01-01")
    stamp = desk.folder.path / "generations" / desk.generation / "stamp.json"
    told = json.loads(stamp.read_text())
    stamp.write_text(json.dumps({**told, "derived": "of old"}))
    refused = desk.hefboom("ask", "shared-sites")
    assert refused.returncode == 1
    assert "hefboom rebuild" in refused.stderr
    backup(desk.folder.path, desk.place / "b.tar")
    desk.load("b.csv", ROWS, contributor="B", date="2020-01-01")
    desk.data.check_projection()
    assert desk.hefboom("ask", "shared-sites").returncode == 0


def test_publication_of_an_older_version_is_told_apart_from_a_damaged_one(desk: Desk) -> None:
    desk.load("a.csv", ROWS, contributor="A", date="2020-01-01", visibility="public")
    publish(desk, "public")
    publications = Publications(desk.folder.path)
    current = publications.current("public")
    assert current is not None
    manifest = current.folder / "manifest.json"
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**told, "of a newer version": 1}))
    with pytest.raises(StoreError, match="hefboom publish public"):
        publications.current("public")
    manifest.write_text("{")
    with pytest.raises(StoreError, match="hefboom publish public"):
        publications.current("public")
    publish(desk, "public")
    assert publications.current("public") is not None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../outside", tarfile.REGTYPE),
        ("/outside", tarfile.REGTYPE),
        ("link", tarfile.SYMTYPE),
        ("pipe", tarfile.FIFOTYPE),
    ],
)
def test_archive_that_would_write_elsewhere_is_refused_whole(tmp_path: Path, name: str, kind: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, "/etc"
    with tarfile.open(tmp_path / "sly.tar", "w") as archive:
        archive.addfile(member)
    with pytest.raises(SourceError, match="no whole backup"):
        restore(tmp_path / "sly.tar", tmp_path / "deep" / "data")
    assert not any(tmp_path.rglob("outside"))
    assert not any((tmp_path / "deep").glob("*"))
