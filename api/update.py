"""SPARQL Update by the protocol at `/sparql/update`: of the notes in the live store, for writers, off by default.

https://www.w3.org/TR/sparql11-protocol/ section 2.2. Each update runs in a process of its own (`update_worker`), one at
a time; it is committed as a generation, as a load is. Publications show it once they are made anew.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable
from typing import Any, Final

from hefboom.api.access import Access, Caller
from hefboom.api.clients import Clients
from hefboom.api.errors import Problem, bad_request, busy, refused
from hefboom.api.exchange import SECURITY_HEADERS, Exchange
from hefboom.api.guard import Bounds, check_update
from hefboom.api.problems import send_problem
from hefboom.api.protocol import endpoint_url
from hefboom.api.settings import Settings
from hefboom.api.sparql_request import UpdateAsked, read_update
from hefboom.graph.folder import DataFolder
from hefboom.queries.lexing import tokens

_MOST_LOGGED: Final = 10_000


class UpdateEndpoint:
    """Takes updates from those who may send them."""

    def __init__(self, settings: Settings, clients: Clients, access: Access) -> None:
        self._settings = settings
        self._clients = clients
        self._access = access
        self._turn = asyncio.Lock()

    async def handle(self, exchange: Exchange) -> None:
        """Answer one request."""
        try:
            if exchange.method != "POST":
                raise Problem(405, "method-not-allowed", "Send an update by POST.", {"Allow": "POST"})
            caller = self._access.identify(exchange.headers, exchange.address)
            self._access.may_update(caller)
            if b"authorization" not in exchange.headers:  # a form of another site could use the cookie of a session
                raise refused("token-needed", "Send the token as 'Authorization: Bearer TOKEN'.")
            with self._clients.admitted(caller.client, exchange.address):
                await self._update(exchange, caller)
        except Problem as problem:
            await send_problem(exchange, problem)

    async def _update(self, exchange: Exchange, caller: Caller) -> None:
        limits = self._settings.limits
        asked = await read_update(exchange, limits.body_bytes)
        text = asked.text.decode("utf-8", "replace")
        parameters: dict[str, Any] = {"update": text[:_MOST_LOGGED], "using": asked.using, "named": asked.named}
        try:
            outcome = await self._run(asked, endpoint_url(exchange, self._settings.public_url) + "/update")
        except Problem as problem:
            self._access.audit(caller, "sparql update refused", {**parameters, "why": problem.kind})
            raise
        self._access.audit(caller, "sparql update", {**parameters, **outcome})
        headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store"), *SECURITY_HEADERS]
        await exchange.answer(200, headers, json.dumps(outcome).encode() + b"\n")

    async def _run(self, asked: UpdateAsked, base: str) -> dict[str, Any]:
        """Run an update in its turn; what it did. Problem for whatever is not done."""
        limits, settings = self._settings.limits, self._settings
        try:
            text = asked.text.decode()
        except UnicodeDecodeError as error:
            raise bad_request("not-utf-8", f"The update is not UTF-8 at byte {error.start + 1}.") from error
        check_update(text, Bounds(limits.query_characters, limits.query_depth, limits.query_operators))
        text = with_using(text, asked.using, asked.named)
        configuration = {
            "data": str(settings.data.absolute()),
            "base": base,
            "memory_mb": settings.uploads.memory_mb,
            "wait": limits.wait,
        }
        if self._turn.locked():
            raise busy("update-under-way", "Another update is under way; try again later.")
        async with self._turn:
            before = DataFolder(settings.data).current()
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "hefboom.api.update_worker", json.dumps(configuration),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            try:
                async with asyncio.timeout(settings.update_timeout):
                    said, _ = await process.communicate(text.encode())
            except TimeoutError:
                said = b""
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        outcome: dict[str, Any] = json.loads(said) if said else {}
        if not outcome:
            changed = DataFolder(settings.data).current() != before
            state = "the data have changed meanwhile; look whether this did it" if changed else "nothing was changed"
            raise busy("update-stopped", f"The update took too long or too much memory: {state}.", 30)
        if "status" in outcome:
            raise Problem(**outcome)
        return outcome


def with_using(text: str, using: Iterable[str], named: Iterable[str]) -> str:
    """An update with `using-graph-uri` and `using-named-graph-uri` put in as USING clauses before each WHERE.

    Problem (400) where the update names its own dataset, or has an operation that can have none.
    """
    clauses = [f"USING <{iri}>" for iri in using] + [f"USING NAMED <{iri}>" for iri in named]
    if not clauses:
        return text
    depth, before, places = 0, "", []
    for kind, start, end in tokens(text):
        word = text[start:end].upper() if kind == "word" else ""
        depth += (kind == "open") - (kind == "close")
        if depth == 0 and word in ("USING", "WITH"):
            raise bad_request("two-datasets", "The update names its graphs by USING or WITH and by parameters; do one.")
        if depth == 0 and word == "WHERE":
            if before == "DELETE":
                raise bad_request("no-dataset", "DELETE WHERE takes no dataset; write DELETE { ... } WHERE { ... }.")
            places.append(start)
        before = before if kind == "skip" else word
    for iri in (*using, *named):
        if any(character in iri for character in '<>"{}|^`\\') or any(character <= " " for character in iri):
            raise bad_request("malformed-iri", f"'{iri[:200]}' is not an IRI.")
    for place in reversed(places):
        text = f"{text[:place]}{' '.join(clauses)} {text[place:]}"
    return text
