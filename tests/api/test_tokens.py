"""Tokens and sessions on disk: what is kept, what ends them, what becomes of those of an earlier version."""

from __future__ import annotations

import hashlib
import sqlite3
import stat
from pathlib import Path

import pytest

from hefboom.api import tokens as module
from hefboom.api.tokens import Tokens

OLD = """
CREATE TABLE tokens (
  id TEXT PRIMARY KEY, hash BLOB NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, company TEXT NOT NULL,
  created TEXT NOT NULL, expires TEXT NOT NULL, revoked TEXT, last_used TEXT
);
CREATE TABLE sessions (
  hash BLOB PRIMARY KEY, token TEXT NOT NULL REFERENCES tokens (id), csrf TEXT NOT NULL, expires TEXT NOT NULL
);
INSERT INTO tokens VALUES ('0123456789ab', x'%s', 'Old', 'secretariat', '', '2026-01-01', '2999-01-01', NULL, NULL);
"""


@pytest.fixture
def kept(tmp_path: Path) -> Tokens:
    return Tokens(tmp_path / "access" / "access.sqlite")


def test_token_of_an_earlier_version_still_works_and_its_plain_hash_is_gone(tmp_path: Path) -> None:
    plain, file = hashlib.sha256(b"secret").hexdigest(), tmp_path / "access.sqlite"
    with sqlite3.connect(file) as old:
        old.executescript(OLD % plain)
    old.close()
    found = Tokens(file).check("hef_0123456789ab_secret")
    assert found is not None
    assert found.name == "Old"
    assert Tokens(file).check("hef_0123456789ab_other") is None
    with sqlite3.connect(file) as database:
        hashes = [row[0] for row in database.execute("SELECT hash FROM tokens")]
    database.close()
    assert bytes.fromhex(plain) not in hashes


def test_hash_is_keyed_with_a_file_that_only_its_owner_reads(kept: Tokens, tmp_path: Path) -> None:
    _, token = kept.grant("A", "admin")
    key = tmp_path / "access" / "key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert kept.check(token) is not None
    key.unlink()
    key.write_bytes(b"x" * 32)
    assert kept.check(token) is None


def test_session_ends_when_it_is_not_used(kept: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    grant, _ = kept.grant("A", "admin")
    secret, _ = kept.sign_in(grant)
    assert kept.session(secret) is not None
    monkeypatch.setattr(module, "_IDLE_HOURS", 0)
    assert kept.session(secret) is None


def test_new_sign_in_ends_the_session_before_it(kept: Tokens) -> None:
    grant, _ = kept.grant("A", "admin")
    first, _ = kept.sign_in(grant)
    second, _ = kept.sign_in(grant, instead_of=first)
    assert first != second
    assert kept.session(first) is None
    assert kept.session(second) is not None


def test_revoking_ends_sessions_and_a_person_of_another_house_stays_out(kept: Tokens) -> None:
    person = kept.admit("https://idp.example|42", "P", "secretariat", "")
    assert person is not None
    secret, _ = kept.sign_in(person)
    kept.revoke(person.id)
    assert kept.session(secret) is None
    assert kept.admit("https://idp.example|42", "P", "admin", "") is None
    assert kept.admit("https://idp.example|43", "Q", "member", "") is None
    assert kept.admit("https://idp.example|44", "R", "boss", "") is None


def test_state_of_a_flow_is_good_once(kept: Tokens) -> None:
    kept.begin_flow("state", "nonce", "verifier")
    assert kept.end_flow("other") is None
    assert kept.end_flow("state") == ("nonce", "verifier")
    assert kept.end_flow("state") is None
    kept.begin_flow("late", "nonce", "verifier", minutes=0)
    assert kept.end_flow("late") is None
