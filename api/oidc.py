"""Signing in at another house (OpenID Connect): code flow with PKCE, state and nonce; its claims give role and company.

Authlib speaks OAuth 2, joserfc checks signatures and claims. Both come with the extra `oidc`.
"""

from __future__ import annotations

import hmac
import json
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from hefboom.api.errors import Problem, busy, refused
from hefboom.api.settings import OidcSettings
from hefboom.api.tokens import Grant, Tokens
from hefboom.errors import UsageError

logger = logging.getLogger(__name__)
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_SECONDS: Final = 10.0
_MOST_BYTES: Final = 1 << 20
_KNOWN_FOR: Final = 3600.0
_KEYS_AGAIN_AFTER: Final = 60.0
_LEEWAY: Final = 30


@dataclass(frozen=True)
class _House:
    """What the provider says of itself, and when it said so."""

    authorize: str
    token: str
    keys: str
    read: float


class OpenIdConnect:
    """The provider that this server trusts to say who people are."""

    def __init__(
        self, settings: OidcSettings, redirect: str, tokens: Tokens, clock: Callable[[], float] = time.time
    ) -> None:
        try:
            import authlib  # noqa: F401
            import joserfc  # noqa: F401
            import requests  # noqa: F401
        except ModuleNotFoundError as error:
            raise UsageError(
                f"HEFBOOM_OIDC_ISSUER is set, but '{error.name}' is missing; pip install 'hefboom[oidc]'"
            ) from error
        self._settings = settings
        self._redirect = redirect
        self._tokens = tokens
        self._clock = clock
        self._house: _House | None = None
        self._keys: Any = None
        self._keys_read = 0.0

    def begin(self) -> tuple[str, str]:
        """Where to send the browser, and the state that must come back with it."""
        house = self._discovered()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        self._tokens.begin_flow(state, nonce, verifier)
        with self._session() as session:
            address, _ = session.create_authorization_url(
                house.authorize, state=state, nonce=nonce, code_verifier=verifier
            )
        return str(address), state

    def finish(self, kept_state: str, parameters: Mapping[str, str]) -> Grant:
        """The grant of whoever comes back; Problem 403 for everything that does not fit, without saying which part."""
        state, code = parameters.get("state", ""), parameters.get("code", "")
        if not state or not hmac.compare_digest(kept_state.encode(), state.encode()):
            raise _not_so("the state is not the one of this browser")
        flow = self._tokens.end_flow(state)
        if flow is None:
            raise _not_so("the state is unknown, used or too old")
        if not code or parameters.get("iss", self._settings.issuer) != self._settings.issuer:
            raise _not_so("there is no code of the right issuer")
        nonce, verifier = flow
        claims = self._claims(self._exchange(code, verifier), nonce)
        role, company = self._role(claims)
        name = str(claims.get(self._settings.name_claim) or claims["sub"])
        grant = self._tokens.admit(f"{claims['iss']}|{claims['sub']}", name, role, company)
        if grant is None:
            raise _not_so("this person has been revoked, or is a member without a company")
        return grant

    def _session(self) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            self._settings.client_id, self._settings.client_secret or None, redirect_uri=self._redirect,
            scope=self._settings.scopes, code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if self._settings.client_secret else "none",
        )  # fmt: skip

    def _exchange(self, code: str, verifier: str) -> str:
        """The identity token that a code stands for."""
        import requests
        from authlib.integrations.base_client import OAuthError

        house = self._discovered()
        try:
            with self._session() as session:
                answer = session.fetch_token(
                    house.token, code=code, code_verifier=verifier, timeout=_SECONDS, allow_redirects=False
                )
        except (OAuthError, requests.RequestException, ValueError) as error:
            raise _not_so(f"the code was not exchanged: {type(error).__name__}") from error
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise _not_so("there is no identity token")
        return token

    def _claims(self, token: str, nonce: str) -> dict[str, Any]:
        """The claims of an identity token whose signature, issuer, audience, time and nonce are right."""
        from joserfc import jwt
        from joserfc.errors import JoseError

        registry = jwt.JWTClaimsRegistry(
            now=int(self._clock()), leeway=_LEEWAY,
            iss={"essential": True, "value": self._settings.issuer}, sub={"essential": True},
            aud={"essential": True, "value": self._settings.client_id}, nonce={"essential": True, "value": nonce},
            exp={"essential": True}, iat={"essential": True},
        )  # fmt: skip
        try:
            claims = self._verified(token)
            registry.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise _not_so(f"the identity token is not good: {type(error).__name__}") from error
        audience = claims["aud"]
        several = isinstance(audience, list) and len(audience) > 1
        if (several or "azp" in claims) and claims.get("azp") != self._settings.client_id:
            raise _not_so("the identity token is for another client")
        return claims

    def _verified(self, token: str) -> dict[str, Any]:
        """The claims under a good signature; keys are read anew, now and then, for one that is not known."""
        from joserfc import jwt
        from joserfc.errors import JoseError

        try:
            return dict(jwt.decode(token, self._key_set(), algorithms=_ALGORITHMS).claims)
        except (JoseError, ValueError):
            if self._clock() - self._keys_read < _KEYS_AGAIN_AFTER:
                raise
        self._keys = None
        return dict(jwt.decode(token, self._key_set(), algorithms=_ALGORITHMS).claims)

    def _key_set(self) -> Any:
        from joserfc.jwk import KeySet

        if self._keys is None:
            keys = self._read(self._discovered().keys).get("keys", [])
            signing = [key for key in keys if key.get("kty") != "oct" and key.get("use", "sig") == "sig"]
            self._keys, self._keys_read = KeySet.import_key_set({"keys": signing}), self._clock()
        return self._keys

    def _discovered(self) -> _House:
        if self._house is None or self._clock() - self._house.read > _KNOWN_FOR:
            issuer = self._settings.issuer
            said = self._read(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if said.get("issuer") != issuer:
                raise busy("sign-in-unavailable", "The sign-in service calls itself by another name.", 60)
            places = [str(said.get(name, "")) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
            if not all(_may_be_asked(place) for place in places):
                raise busy("sign-in-unavailable", "The sign-in service names no address that may be asked.", 60)
            self._house = _House(places[0], places[1], places[2], self._clock())
        return self._house

    def _read(self, address: str) -> dict[str, Any]:
        """A JSON object from the provider; Problem 503 when it does not give one."""
        import requests

        try:
            with requests.get(address, timeout=_SECONDS, allow_redirects=False, stream=True) as answer:
                answer.raise_for_status()
                body = answer.raw.read(_MOST_BYTES + 1, decode_content=True)
            if len(body) > _MOST_BYTES:
                raise ValueError("too long")
            said = json.loads(body)
        except (requests.RequestException, OSError, ValueError) as error:
            logger.error("the sign-in service does not answer: %s", type(error).__name__)
            raise busy("sign-in-unavailable", "The sign-in service does not answer; try again later.", 60) from error
        if not isinstance(said, dict):
            raise busy("sign-in-unavailable", "The sign-in service gives no sound answer.", 60)
        return said

    def _role(self, claims: Mapping[str, Any]) -> tuple[str, str]:
        """Role and company by the claims; of several roles the one that is named first in the setting."""
        held = claims.get(self._settings.role_claim, [])
        values = {str(value) for value in (held if isinstance(held, list) else [held])}
        for value, role in self._settings.roles:
            if value in values:
                company = claims.get(self._settings.company_claim, "")
                return role, company if role == "member" and isinstance(company, str) else ""
        raise _not_so("no role of this person is known here")


def _may_be_asked(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost"))


def _not_so(why: str) -> Problem:
    logger.warning("a sign-in at another house was refused: %s", why)
    return refused("sign-in-refused", "You cannot be signed in with this account; ask the secretariat.")
