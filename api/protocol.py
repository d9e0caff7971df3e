"""The SPARQL 1.1 Protocol at `/sparql`, straight on ASGI: every query of the public passes here.

https://www.w3.org/TR/sparql11-protocol/ section 2.1 (query). The engine process checks, runs and writes the answer;
this module reads the request, picks what goes into the headers, and passes bytes on.
"""

from __future__ import annotations

import hashlib
import logging
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl

from hefboom.api import frames
from hefboom.api.access import Access, Caller
from hefboom.api.clients import Clients
from hefboom.api.errors import Problem, bad_request
from hefboom.api.exchange import CORS_HEADERS, SECURITY_HEADERS, Exchange, Header, preflight
from hefboom.api.negotiation import choose, content_coding, only_results, prefers_html
from hefboom.api.outcomes import Answered, ClientGone
from hefboom.api.problems import send_problem
from hefboom.api.remembered import Remembered
from hefboom.api.served import Live, Serving
from hefboom.api.service_description import DESCRIPTION_FORMATS, Describer
from hefboom.api.sparql_request import Asked, read
from hefboom.api.texts import language

logger = logging.getLogger(__name__)
_ALLOWED: Final = "GET, HEAD, POST, OPTIONS"
_MOST_SAME: Final = 8_192
_CACHED_FOR: Final = "max-age=60"
_AUDITED: Final = 10_000
"""Characters of a query that the audit log keeps; of a longer one it has the SHA-256 too."""


class SparqlEndpoint:
    """Answers requests to `/sparql` for whatever publication the caller may see."""

    def __init__(self, serving: Serving, clients: Clients, access: Access) -> None:
        self._serving = serving
        self._clients = clients
        self._access = access
        self._limits = serving.settings.limits
        self._describer = Describer(serving.settings)
        self._remembered = Remembered[str, Answered](serving.settings.limits.remembered_bytes)
        self._ready = Remembered[tuple[str | bytes, ...], tuple[list[Header], bytes]](self._limits.remembered_bytes)

    async def handle(self, exchange: Exchange) -> None:
        """Answer one request, whatever it is."""
        try:
            if exchange.method == "OPTIONS":
                await self._options(exchange)
            elif exchange.method not in ("GET", "HEAD", "POST"):
                raise Problem(405, "method-not-allowed", f"Use {_ALLOWED}.", {"Allow": _ALLOWED})
            else:
                caller = self._access.identify(exchange.headers, exchange.address)
                client = self._clients.name_of(caller.client, exchange)
                with self._clients.admitted(client, exchange.address):
                    await self._query(exchange, caller, client)
        except Problem as problem:
            await send_problem(exchange, problem, CORS_HEADERS)
        except ClientGone:
            exchange.status = 499

    async def describe(self, exchange: Exchange) -> None:
        """The description of the service and of its data, for `/.well-known/void`
        (https://www.w3.org/TR/void/#well-known).
        """
        try:
            if exchange.method not in ("GET", "HEAD"):
                raise Problem(405, "method-not-allowed", "Use GET, HEAD.", {"Allow": "GET, HEAD"})
            caller = self._access.identify(exchange.headers, exchange.address)
            with self._clients.admitted(caller.client, exchange.address):
                live = await self._serving.live(caller.audience)
                await self._describe(exchange, caller, live, Asked(None, (), (), ""), page=False)
        except Problem as problem:
            await send_problem(exchange, problem, CORS_HEADERS)

    async def _options(self, exchange: Exchange) -> None:
        await exchange.answer(204, preflight(_ALLOWED), b"")

    async def _query(self, exchange: Exchange, caller: Caller, client: str) -> None:
        live = await self._serving.live(caller.audience)
        same = _same(exchange, caller, live)
        ready = self._ready.get(same) if same is not None else None
        if ready is not None:
            await exchange.answer(200, *ready)
            return
        asked = await read(exchange, self._limits.body_bytes)
        if asked.query is None:
            if asked.default or asked.named or only_results(exchange.header(b"accept"), asked.wanted):
                raise bad_request("no-query", "The request holds no 'query' parameter.")
            await self._describe(exchange, caller, live, asked)
            return
        key = _key(asked, exchange)
        if exchange.method != "POST" and _matches(exchange, f'W/"{live.publication.tag}-{key}"'):
            headers = _caching(caller, f'W/"{live.publication.tag}-{key}"')
            self._note(caller, asked)
            await exchange.answer(304, [*headers, *CORS_HEADERS, *SECURITY_HEADERS], b"")
            return
        coding = content_coding(exchange.header(b"accept-encoding"))
        base = endpoint_url(exchange, self._serving.settings.public_url)
        place = f"{caller.audience} {live.publication.tag} {key} {coding} {base}"
        answered = self._remembered.get(place)
        again = answered is not None
        if answered is None:
            answered = await self._ask(exchange, client, live, asked, coding, base)
            if answered.spool is None and not answered.head["volatile"]:
                place = place.replace(live.publication.tag, answered.served.tag)
                self._remembered.keep(place, answered, len(answered.body))
        self._note(caller, asked)
        headers = _headers(exchange, caller, answered, key)
        if answered.spool is not None:
            await exchange.answer_file(200, headers, answered.spool)
            return
        if same is not None and again and answered.served.tag == live.publication.tag:
            self._ready.keep(same, (headers, answered.body), len(answered.body))
        await exchange.answer(200, headers, answered.body)

    def _note(self, caller: Caller, asked: Asked) -> None:
        """Write a closed answer to the audit log, before it is sent."""
        if caller.gets_public:
            return
        query = (asked.query or b"").decode("utf-8", "replace")
        more = {"query sha256": hashlib.sha256(query.encode()).hexdigest()} if len(query) > _AUDITED else {}
        self._access.audit(caller, "sparql", {"query": query[:_AUDITED], **more})

    async def _ask(self, exchange: Exchange, client: str, live: Live, asked: Asked, coding: str, base: str) -> Answered:
        """Have an engine answer a query. Problem for whatever is no answer."""
        accept, limits = exchange.header(b"accept"), self._limits
        request = _request(
            accept, asked.wanted, asked.default, asked.named, coding, base, limits.rows, limits.answer_bytes
        )
        answered = await live.pool.run(request, asked.query or b"", client, exchange.gone)
        if answered.head["status"] != 200:
            if "log" in answered.head:
                logger.warning("an engine could not finish a query: %s", answered.head["log"])
            raise _problem(answered)
        return answered

    async def _describe(self, exchange: Exchange, caller: Caller, live: Live, asked: Asked, page: bool = True) -> None:
        """The bare endpoint: its service description, or a page for people."""
        self._note(caller, asked)
        accept = exchange.header(b"accept")
        as_page = page and not asked.wanted and prefers_html(accept)
        lang = language(exchange.header(b"accept-language"), _wanted_language(exchange)) if as_page else ""
        form_of_it = hashlib.sha256(repr((accept, asked.wanted, lang)).encode()).hexdigest()[:8]
        etag = f'W/"{live.publication.tag}-description-{form_of_it}"'
        headers = [*_caching(caller, etag, by_language=as_page), *CORS_HEADERS]
        if _matches(exchange, etag):
            await exchange.answer(304, [*headers, *SECURITY_HEADERS], b"")
            return
        endpoint = endpoint_url(exchange, self._serving.settings.public_url)
        if as_page:
            headers.append((b"content-language", lang.encode()))
            root = exchange.scope.get("root_path", "")
            body, content_type = (
                self._describer.page(live.publication, endpoint, lang, root),
                "text/html; charset=utf-8",
            )
        else:
            form, media_type = choose(accept, asked.wanted, DESCRIPTION_FORMATS)
            body, content_type = self._describer.graph(live, endpoint, form.name), form.content_type(media_type)
        await exchange.answer(200, [(b"content-type", content_type.encode()), *headers, *SECURITY_HEADERS], body)


@lru_cache(maxsize=256)
def _request(
    accept: str,
    wanted: str,
    default: tuple[str, ...],
    named: tuple[str, ...],
    coding: str,
    base: str,
    rows: int,
    most_bytes: int,
) -> bytes:
    """What an engine is told beside the query."""
    return frames.encode(
        {
            "accept": accept, "format": wanted, "default": default, "named": named,
            "coding": coding, "base": base, "rows": rows, "bytes": most_bytes,
        }
    )  # fmt: skip


def _key(asked: Asked, exchange: Exchange) -> str:
    parts = (asked.query or b"", repr((asked.default, asked.named, asked.wanted, exchange.header(b"accept"))).encode())
    return hashlib.blake2b(b"\x00".join(parts), digest_size=16).hexdigest()


def _headers(exchange: Exchange, caller: Caller, answered: Answered, key: str) -> list[Header]:
    """The headers of an answer to a query."""
    head, tag = answered.head, answered.served.tag
    etag = "" if head["volatile"] or exchange.method == "POST" else f'W/"{tag}-{key}"'
    headers = _caching(caller, etag)
    headers.append((b"content-type", head["type"].encode()))
    headers.append((b"hefboom-publication", tag.encode()))
    if head["coding"]:
        headers.append((b"content-encoding", head["coding"].encode()))
    if head["cut"]:
        headers.append((b"hefboom-cut", f"rows={head['cut']}".encode()))
        headers.append((b"x-sparql-maxrows", str(head["cut"]).encode()))  # as Virtuoso says it
        headers.append(
            (b"warning", f'299 - "cut after {head["cut"]} rows, the limit of this endpoint; use OFFSET"'.encode())
        )
    return [*headers, *CORS_HEADERS, *SECURITY_HEADERS]


def _same(exchange: Exchange, caller: Caller, live: Live) -> tuple[str | bytes, ...] | None:
    """All that an answer to a plain GET depends on; None for other requests, and for one that knows its answer."""
    raw, headers = exchange.scope.get("query_string", b""), exchange.headers
    written_down = not caller.gets_public  # each time
    if exchange.method != "GET" or written_down or len(raw) > _MOST_SAME or b"if-none-match" in headers:
        return None
    wanted = (headers.get(b"accept", b""), headers.get(b"accept-encoding", b""), headers.get(b"host", b""))
    return (caller.audience, live.publication.tag, exchange.scope["scheme"], raw, *wanted)


def _matches(exchange: Exchange, etag: str) -> bool:
    given = exchange.header(b"if-none-match")
    if not given:
        return False
    opaque = etag.removeprefix("W/")
    return given.strip() == "*" or opaque in [tag.strip().removeprefix("W/") for tag in given.split(",")]


def _wanted_language(exchange: Exchange) -> str:
    """The `lang` parameter in the address of a page."""
    query: bytes = exchange.scope.get("query_string", b"")
    return dict(parse_qsl(query.decode("latin-1"))).get("lang", "")


def _caching(caller: Caller, etag: str, by_language: bool = False) -> list[Header]:
    """Who may keep an answer, and what it depends on; where there are closed parts, on who asks, whoever asks now."""
    vary = b"Accept, Accept-Encoding, Authorization, Cookie" if caller.closed else b"Accept, Accept-Encoding"
    if by_language:
        vary += b", Accept-Language"
    if not etag:
        return [(b"vary", vary), (b"cache-control", b"no-store")]
    audience = "public" if caller.gets_public else "private"
    return [(b"vary", vary), (b"etag", etag.encode()), (b"cache-control", f"{audience}, {_CACHED_FOR}".encode())]


def endpoint_url(exchange: Exchange, public_url: str) -> str:
    """The address of this endpoint: as configured, else as the request names it."""
    root = exchange.scope.get("root_path", "")
    if public_url:
        return f"{public_url}/sparql"
    return _named_url(exchange.scope.get("scheme", "http"), exchange.header(b"host", "localhost")[:1_000], root)


@lru_cache(maxsize=256)
def _named_url(scheme: str, host: str, root: str) -> str:
    safe = "".join(character for character in host if character.isalnum() or character in ".-:[]")[:255]
    return f"{scheme}://{safe}{root}/sparql"


def _problem(answered: Answered) -> Problem:
    head = answered.head
    return Problem(head["status"], head["kind"], head["detail"], head["headers"], head["extra"])
