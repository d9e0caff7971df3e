"""Who is asking, and what that lets them see."""

from __future__ import annotations

import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final

from hefboom.api.audit import AuditLog
from hefboom.api.errors import Problem, busy, refused
from hefboom.api.oidc import OpenIdConnect
from hefboom.api.settings import Settings
from hefboom.api.tokens import Grant, Session, Tokens
from hefboom.graph.publications import Publications

logger = logging.getLogger(__name__)
SESSION_COOKIE: Final = "hefboom_session"
_AUDIENCE_OF: Final = {
    "member": "members",
    "secretariat": "secretariat",
    "writer": "secretariat",
    "admin": "secretariat",
}
_MAY_UPDATE: Final = frozenset({"writer", "admin"})
_MOST_FAILURES: Final = 10
_FAILURES_COUNT_FOR: Final = 60.0
_REMEMBERED: Final = 10_000


@dataclass(frozen=True)
class Caller:
    """Whoever sends a request; `name` is empty without a token, `client` is what limits are counted by; `closed` says
    whether what is answered depends on who asks."""

    audience: str
    client: str
    name: str = ""
    role: str = "public"
    company: str = ""
    closed: bool = True

    @property
    def gets_public(self) -> bool:
        """Whether this caller gets what anyone gets: of such answers nothing is recorded."""
        return self.audience == "public" and not self.name


class Access:
    """Tells callers apart by token or session, and keeps the audit log."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self.tokens = Tokens(settings.data / "access" / "access.sqlite")
        self._log = AuditLog(settings.data / "access" / "audit.log")
        self._open_to_all = settings.audience
        self._closed_parts = settings.closed
        self._updates = settings.updates
        self._publications = Publications(settings.data)
        self._clock = clock
        back = f"{settings.public_url}/sign-in/oidc/back"
        self.oidc = OpenIdConnect(settings.oidc, back, self.tokens) if settings.oidc.issuer else None
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def identify(self, headers: Mapping[bytes, bytes], address: str) -> Caller:
        """The caller behind a request.

        Problem 401 for a token that is not valid, 429 after ten of them in a minute, 403 where this server serves no
        closed part.
        """
        authorization = headers.get(b"authorization")
        if authorization is not None:
            scheme, _, token = authorization.decode("latin-1").partition(" ")
            if scheme.lower() != "bearer":
                raise _unauthorized("Send the token as 'Authorization: Bearer TOKEN'.")
            return self._caller(self.check(token.strip(), address))
        session = self.session(headers)
        if session is not None:
            return self._caller(session.grant)
        return Caller(self._open_to_all, address, closed=self._closed_parts)

    def check(self, token: str, address: str) -> Grant:
        """The grant of a token; Problem 401 otherwise, 429 after ten of them in a minute.

        Every token is checked, in the same time: behind one address there may be many people, and a wrong token of one
        shuts out no other.
        """
        grant = self.tokens.check(token)
        if grant is not None:
            return grant
        count, since = self._failures.get(address, (0, 0.0))
        now = self._clock()
        if now - since > _FAILURES_COUNT_FOR:
            count, since = 0, now
        self._failures[address] = (count + 1, since)
        self._failures.move_to_end(address)
        if len(self._failures) > _REMEMBERED:
            self._failures.popitem(last=False)
        if count >= _MOST_FAILURES:
            wait = str(math.ceil(since + _FAILURES_COUNT_FOR - now))
            raise Problem(429, "too-many-failures", "Too many wrong tokens; wait a minute.", {"Retry-After": wait})
        raise _unauthorized("The token is unknown, expired or revoked; ask the secretariat for another.")

    def session(self, headers: Mapping[bytes, bytes]) -> Session | None:
        """The session of a request's cookie, if any."""
        secret = session_secret(headers)
        return self.tokens.session(secret) if secret else None

    def _caller(self, grant: Grant) -> Caller:
        if not self._closed_parts:
            raise refused("closed-parts-off", "This server serves the open part only; ask without a token.")
        audience = _AUDIENCE_OF[grant.role]
        if grant.role == "member" and self._publications.current(f"owner/{grant.company}") is not None:
            audience = f"owner/{grant.company}"
        return Caller(audience, f"token {grant.id}", f"{grant.name} ({grant.id})", grant.role, grant.company)

    def may_update(self, caller: Caller) -> None:
        """Problem 403 unless the caller may change the live store by SPARQL Update and this server takes updates."""
        if not self._updates:
            raise refused("updates-off", "This server takes no updates.")
        if caller.role not in _MAY_UPDATE:
            raise refused("not-allowed", "Updates are for the roles writer and admin; ask with such a token.")

    def audit(self, caller: Caller, what: str, parameters: Mapping[str, Any]) -> None:
        """Record an answer from a closed part, before it is sent: one that cannot be recorded is not given.

        Nothing is kept about answers from the public part to callers without a token. Problem 503 when the log cannot
        be written.
        """
        if caller.gets_public:
            return
        try:
            self._log.write(caller.name or "without a token", caller.role, what, parameters)
        except OSError as error:
            logger.error("the audit log cannot be written: %s", type(error).__name__)
            raise busy(
                "audit-unavailable", "Closed parts are not served while the audit log cannot be kept."
            ) from error


def session_secret(headers: Mapping[bytes, bytes]) -> str:
    """The value of the session cookie; empty without one."""
    cookie = headers.get(b"cookie")
    if cookie is None:
        return ""
    try:
        jar = SimpleCookie(cookie.decode("latin-1"))
    except CookieError:
        return ""
    return jar[SESSION_COOKIE].value if SESSION_COOKIE in jar else ""


def _unauthorized(detail: str) -> Problem:
    return Problem(401, "not-authorized", detail, {"WWW-Authenticate": 'Bearer realm="hefboom"'})
