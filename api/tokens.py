"""Tokens and sessions on disk: made once, shown once, kept only as hashes, in a file that only its owner may read.

A token is 256 random bits, so it needs no slow hash, which is for secrets that people choose. The hash is keyed: who
copies the database without the file `key` beside it cannot even tell whether a token that turns up belongs to it.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import hmac
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hefboom.errors import UsageError
from hefboom.graph.visibility import company_of

ROLES: Final = ("member", "secretariat", "writer", "admin")
_TOKEN_PREFIX: Final = "hef"
_SESSION_HOURS: Final = 10
_IDLE_HOURS: Final = 2
_LAYOUT: Final = 1
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS tokens (
  id TEXT PRIMARY KEY, hash BLOB NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, company TEXT NOT NULL,
  created TEXT NOT NULL, expires TEXT NOT NULL, revoked TEXT, last_used TEXT
);
DROP TABLE IF EXISTS sessions;
CREATE TABLE sessions (
  hash BLOB PRIMARY KEY, token TEXT NOT NULL REFERENCES tokens (id), csrf TEXT NOT NULL, expires TEXT NOT NULL,
  seen TEXT NOT NULL
);
CREATE TABLE flows (
  hash BLOB PRIMARY KEY, nonce TEXT NOT NULL, verifier TEXT NOT NULL, expires TEXT NOT NULL
);
"""


@dataclass(frozen=True)
class Grant:
    """What is known about a token, without the token itself; times are UTC in ISO 8601."""

    id: str
    name: str
    role: str
    company: str
    created: str
    expires: str
    revoked: str | None
    last_used: str | None

    @property
    def state(self) -> str:
        """`valid`, `expired` or `revoked`."""
        if self.revoked:
            return "revoked"
        return "expired" if self.expires <= _now() else "valid"


@dataclass(frozen=True)
class Session:
    """A signed-in person: whose token, and the value that forms must carry."""

    grant: Grant
    csrf: str


class Tokens:
    """The tokens of a data folder."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def grant(self, name: str, role: str, company: str = "", days: int = 365) -> tuple[Grant, str]:
        """Make a token; what is known about it, and the token itself, which is kept nowhere.

        Raises UsageError for an unknown role, or a member without a company (its slug).
        """
        if role not in ROLES:
            raise UsageError(f"there is no role '{role}'; use one of: {', '.join(ROLES)}")
        if role == "member" and not company:
            raise UsageError("a member's token is bound to a company; name it with --company SLUG")
        if company and not company_of(f"owner/{company}"):
            raise UsageError(f"'{company}' is no company; give its slug, as in its IRI: lower case, digits and hyphens")
        if not name.strip() or days < 1:
            raise UsageError("a token needs a name, so that it can be told apart later, and at least one day to live")
        identity, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        created = datetime.datetime.now(datetime.UTC)
        expires = _text(created + datetime.timedelta(days=days))
        made = Grant(identity, name.strip(), role, company, _text(created), expires, None, None)
        with self._open() as database:
            database.execute(
                "INSERT INTO tokens (id, hash, name, role, company, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (identity, self._hash(secret), made.name, role, company, made.created, made.expires),
            )
        return made, f"{_TOKEN_PREFIX}_{identity}_{secret}"

    def all(self) -> list[Grant]:
        """Every token ever made, oldest first."""
        if not self._file.is_file():
            return []
        with self._open() as database:
            rows = database.execute(f"SELECT {_COLUMNS} FROM tokens ORDER BY created, id").fetchall()
        return [Grant(*row) for row in rows]

    def revoke(self, identity: str) -> Grant:
        """End a token and its sessions now. Raises UsageError when there is no such token."""
        with self._open() as database:
            changed = database.execute(
                "UPDATE tokens SET revoked = COALESCE(revoked, ?) WHERE id = ?", (_now(), identity)
            ).rowcount
            database.execute("DELETE FROM sessions WHERE token = ?", (identity,))
        if not changed:
            raise UsageError(f"there is no token '{identity}'; 'hefboom access list' shows them")
        return next(grant for grant in self.all() if grant.id == identity)

    def check(self, token: str) -> Grant | None:
        """The grant behind a token that is valid now, else None; its use is noted, once a minute."""
        prefix, _, rest = token.partition("_")
        identity, _, secret = rest.partition("_")
        if prefix != _TOKEN_PREFIX or not self._file.is_file():
            return None
        with self._open() as database:
            row = database.execute(f"SELECT {_COLUMNS}, hash FROM tokens WHERE id = ?", (identity,)).fetchone()
            kept = row[-1] if row else b"\0" * 32
            if not hmac.compare_digest(kept, self._hash(secret)) or not row:
                return None
            found = Grant(*row[:-1])
            if found.state != "valid":
                return None
            now = _now()
            if found.last_used is None or found.last_used[:16] != now[:16]:
                database.execute("UPDATE tokens SET last_used = ? WHERE id = ?", (now, identity))
        return found

    def admit(self, subject: str, name: str, role: str, company: str) -> Grant | None:
        """The grant of a person whom another house has identified, for one session; None when it has been revoked.

        It stands among the tokens, so that it can be seen and revoked there; no token belongs to it.
        """
        if role not in ROLES or (role == "member" and not company_of(f"owner/{company}")):
            return None
        identity = hashlib.sha256(subject.encode()).hexdigest()[:12]
        now = datetime.datetime.now(datetime.UTC)
        values = (name.strip()[:200] or identity, role, company, _text(now + datetime.timedelta(hours=_SESSION_HOURS)))
        with self._open() as database:
            database.execute(
                "INSERT INTO tokens (name, role, company, expires, id, hash, created) VALUES (?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role,"
                " company = excluded.company, expires = excluded.expires",
                (*values, identity, secrets.token_bytes(32), _text(now)),
            )
            row = database.execute(f"SELECT {_COLUMNS} FROM tokens WHERE id = ?", (identity,)).fetchone()
        found = Grant(*row)
        return found if found.state == "valid" else None

    def begin_flow(self, state: str, nonce: str, verifier: str, minutes: int = 10) -> None:
        """Keep what the answer of another house's sign-in must fit, under its state."""
        now = datetime.datetime.now(datetime.UTC)
        with self._open() as database:
            database.execute("DELETE FROM flows WHERE expires <= ?", (_now(),))
            database.execute(
                "INSERT INTO flows (hash, nonce, verifier, expires) VALUES (?, ?, ?, ?)",
                (self._hash(state), nonce, verifier, _text(now + datetime.timedelta(minutes=minutes))),
            )

    def end_flow(self, state: str) -> tuple[str, str] | None:
        """Nonce and verifier kept under a state, once only; None when there is nothing."""
        with self._open() as database:
            row = database.execute(
                "DELETE FROM flows WHERE hash = ? AND expires > ? RETURNING nonce, verifier",
                (self._hash(state), _now()),
            ).fetchone()
        return (row[0], row[1]) if row else None

    def sign_in(self, grant: Grant, instead_of: str = "") -> tuple[str, Session]:
        """Open a session for a grant; the value of its cookie, and the session. `instead_of` is a cookie that ends."""
        secret, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
        expires = _text(datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=_SESSION_HOURS))
        with self._open() as database:
            database.execute("DELETE FROM sessions WHERE expires <= ? OR hash = ?", (_now(), self._hash(instead_of)))
            database.execute(
                "INSERT INTO sessions (hash, token, csrf, expires, seen) VALUES (?, ?, ?, ?, ?)",
                (self._hash(secret), grant.id, csrf, min(expires, grant.expires), _now()),
            )
        return secret, Session(grant, csrf)

    def session(self, secret: str) -> Session | None:
        """The session behind a cookie, while it and its token are valid and it has been used of late."""
        if not self._file.is_file():
            return None
        columns = ", ".join(f"tokens.{column}" for column in _COLUMNS.split(", "))
        now = datetime.datetime.now(datetime.UTC)
        with self._open() as database:
            row = database.execute(
                f"SELECT {columns}, csrf, seen FROM sessions JOIN tokens ON tokens.id = sessions.token"
                " WHERE sessions.hash = ? AND sessions.expires > ? AND seen > ?",
                (self._hash(secret), _text(now), _text(now - datetime.timedelta(hours=_IDLE_HOURS))),
            ).fetchone()
            if row is None:
                return None
            session = Session(Grant(*row[:-2]), row[-2])
            if session.grant.state != "valid":
                return None
            if row[-1][:16] != _text(now)[:16]:
                database.execute("UPDATE sessions SET seen = ? WHERE hash = ?", (_text(now), self._hash(secret)))
                database.execute("UPDATE tokens SET last_used = ? WHERE id = ?", (_text(now), session.grant.id))
        return session

    def sign_out(self, secret: str) -> None:
        """Close a session."""
        with self._open() as database:
            database.execute("DELETE FROM sessions WHERE hash = ?", (self._hash(secret),))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        if not self._file.is_file():
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(self._file, os.O_WRONLY | os.O_CREAT, 0o600))
        database = sqlite3.connect(self._file, timeout=5)
        try:
            if database.execute("PRAGMA user_version").fetchone()[0] < _LAYOUT:
                self._upgrade(database)
            with database:
                yield database
        finally:
            database.close()

    def _upgrade(self, database: sqlite3.Connection) -> None:
        """Make the tables, or bring those of an earlier version to this layout; its tokens go on to work."""
        with database:
            database.execute("BEGIN IMMEDIATE")
            if database.execute("PRAGMA user_version").fetchone()[0] >= _LAYOUT:
                return
            for statement in _SCHEMA.split(";"):
                database.execute(statement)
            for identity, plain in database.execute("SELECT id, hash FROM tokens").fetchall():
                database.execute("UPDATE tokens SET hash = ? WHERE id = ?", (self._keyed(plain), identity))
            database.execute(f"PRAGMA user_version = {_LAYOUT}")

    def _hash(self, secret: str) -> bytes:
        return self._keyed(hashlib.sha256(secret.encode()).digest())

    def _keyed(self, plain: bytes) -> bytes:
        return hmac.digest(access_key(self._file.parent), plain, "sha256")


def access_key(folder: Path) -> bytes:
    """The key of a folder of access, made when it is first asked for; only its owner may read it."""
    file = folder / "key"
    if not file.is_file():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = folder / f"key.{secrets.token_hex(4)}"
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            target.write(secrets.token_bytes(32))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, file)  # the first of several wins, and is whole when it appears
        fresh.unlink()
    return file.read_bytes()


_COLUMNS: Final = "id, name, role, company, created, expires, revoked, last_used"


def _text(moment: datetime.datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _now() -> str:
    return _text(datetime.datetime.now(datetime.UTC))
