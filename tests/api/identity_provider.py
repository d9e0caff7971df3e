"""A small provider of OpenID Connect: a process of its own, with real keys and signed tokens, that lies on demand.

    python identity_provider.py PORT_FD

Who comes to `/authorize` is sent back at once with a code. `POST /say` sets the claims of the next token and how it is
made (`alg`, `kid`, `other_key`), so that tests can have it say what is not so.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import socket
import sys
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "hefboom", "very secret"


class Provider(BaseHTTPRequestHandler):
    """Answers as a provider does."""

    key: ClassVar[RSAKey] = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
    other: ClassVar[RSAKey] = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
    codes: ClassVar[dict[str, dict[str, str]]] = {}
    said: ClassVar[dict[str, Any]] = {}

    @property
    def issuer(self) -> str:
        """The address of this provider."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def do_GET(self) -> None:
        """Discovery, keys, and the sign-in, which lets everyone in."""
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            named = {name: f"{self.issuer}/{path}" for name, path in places.items()}
            self.answer(200, {"issuer": self.said.get("issuer", self.issuer), **named})
        elif parts.path == "/keys":
            self.answer(200, {"keys": [self.key.as_dict(private=False)]})
        elif parts.path == "/authorize" and asked.get("client_id") == CLIENT:
            code = secrets.token_urlsafe(8)
            self.codes[code] = asked
            self.send_response(302)
            back = urlencode({"code": code, "state": asked["state"], "iss": self.said.get("back_iss", self.issuer)})
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.end_headers()
        else:
            self.answer(404, {})

    def do_POST(self) -> None:
        """A code for a token, once, to who knows the verifier."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/say":
            type(self).said = json.loads(body)
            self.answer(200, {})
            return
        given = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.codes.pop(given.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '+')}".encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        known = self.headers.get("Authorization") in (f"Basic {basic}", f"Basic {plain}")
        if not asked or not known or asked["code_challenge"] != challenge or asked["code_challenge_method"] != "S256":
            self.answer(400, {"error": "invalid_grant"})
        else:
            self.answer(200, {"access_token": "x", "token_type": "Bearer", "id_token": self.token(asked["nonce"])})

    def token(self, nonce: str) -> str:
        """An identity token as it was last said to be."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer, "aud": CLIENT, "sub": "42", "iat": now, "exp": now + 300, "nonce": nonce,
            "name": "Piet Person", "roles": ["staff"],
        }  # fmt: skip
        claims |= self.said.get("claims", {})
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.said.get("alg") == "none":
            return ".".join([_part({"alg": "none"}), _part(claims), ""])
        if self.said.get("alg") == "HS256":  # signed with what everyone knows: the public key
            public = OctKey.import_key(self.key.as_pem(private=False))
            return jwt.encode({"alg": "HS256", "kid": "one"}, claims, public, algorithms=["HS256"])
        key = self.other if self.said.get("other_key") else self.key
        return jwt.encode({"alg": "RS256", "kid": self.said.get("kid", "one")}, claims, key)

    def answer(self, status: int, members: Mapping[str, Any]) -> None:
        """Send JSON."""
        body = json.dumps(members).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Stay quiet."""


def _part(members: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(members).encode()).decode().rstrip("=")


if __name__ == "__main__":
    listening = socket.socket(fileno=int(sys.argv[1]))
    server = ThreadingHTTPServer(listening.getsockname(), Provider, bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    server.serve_forever()
