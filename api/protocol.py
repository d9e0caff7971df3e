"""The SPARQL 1.1 Protocol at `/sparql`, straight on ASGI: every query of the public passes here.

https://www.w3.org/TR/sparql11-protocol/ section 2.1 (query). The engine process checks, runs and writes the answer;
this module reads the request, picks what goes into the headers, and passes bytes on.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from hefboom.api.access import Access, Caller
from hefboom.api.clients import Clients
from hefboom.api.errors import Problem, bad_request, refused
from hefboom.api.exchange import SECURITY_HEADERS, Exchange, Header
from hefboom.api.negotiation import choose, prefers_html
from hefboom.api.outcomes import Answered, ClientGone
from hefboom.api.problems import send_problem
from hefboom.api.remembered import Remembered
from hefboom.api.served import Live, Serving
from hefboom.api.service_description import DESCRIPTION_FORMATS, Describer

_ALLOWED: Final = "GET, HEAD, POST, OPTIONS"
_FORM: Final = "application/x-www-form-urlencoded"
_MOST_FIELDS: Final = 1_000
CORS_HEADERS: Final[tuple[Header, ...]] = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Retry-After, Hefboom-Cut, Hefboom-Publication, Link"),
)
_CACHED_FOR: Final = "max-age=60"


@dataclass(frozen=True)
class Asked:
    """A query request: the text as bytes, the dataset, the format asked for by parameter."""

    query: bytes | None
    default: tuple[str, ...]
    named: tuple[str, ...]
    wanted: str


class SparqlEndpoint:
    """Answers requests to `/sparql` for whatever publication the caller may see."""

    def __init__(self, serving: Serving, clients: Clients, access: Access) -> None:
        self._serving = serving
        self._clients = clients
        self._access = access
        self._limits = serving.settings.limits
        self._describer = Describer(serving.settings)
        self._remembered = Remembered(serving.settings.limits.remembered_bytes)

    async def handle(self, exchange: Exchange) -> None:
        """Answer one request, whatever it is."""
        try:
            if exchange.method == "OPTIONS":
                await self._options(exchange)
            elif exchange.method not in ("GET", "HEAD", "POST"):
                raise Problem(405, "method-not-allowed", f"Use {_ALLOWED}.", {"Allow": _ALLOWED})
            else:
                caller = self._access.identify(exchange.headers, exchange.address)
                with self._clients.admitted(caller.client, exchange.address):
                    await self._query(exchange, caller)
        except Problem as problem:
            await send_problem(exchange, problem, CORS_HEADERS)
        except ClientGone:
            exchange.status = 499

    async def _options(self, exchange: Exchange) -> None:
        headers = [
            (b"allow", _ALLOWED.encode()),
            (b"access-control-allow-methods", _ALLOWED.encode()),
            (b"access-control-allow-headers", b"Accept, Authorization, Content-Type, If-None-Match"),
            (b"access-control-max-age", b"86400"),
        ]
        await exchange.answer(204, [*headers, *CORS_HEADERS, *SECURITY_HEADERS], b"")

    async def _query(self, exchange: Exchange, caller: Caller) -> None:
        asked = await self._read(exchange)
        live = await self._serving.live(caller.audience)
        if asked.query is None:
            await self._describe(exchange, caller, live, asked)
            return
        key = _key(asked, exchange)
        if exchange.method != "POST" and _matches(exchange, f'W/"{live.publication.tag}-{key}"'):
            headers = _caching(caller, f'W/"{live.publication.tag}-{key}"')
            await exchange.answer(304, [*headers, *CORS_HEADERS, *SECURITY_HEADERS], b"")
            return
        gzip, base = accepts_gzip(exchange), endpoint_url(exchange, self._serving.settings.public_url)
        place = f"{caller.audience} {live.publication.tag} {key} {gzip} {base}"
        answered = self._remembered.get(place)
        if answered is None:
            answered = await self._ask(exchange, caller, live, asked, gzip, base)
            self._remembered.keep(place.replace(live.publication.tag, answered.served.tag), answered)
        if caller.name:
            self._access.audit(caller, "sparql", {"query": asked.query.decode("utf-8", "replace")[:10_000]})
        await self._send(exchange, caller, answered, key)

    async def _ask(
        self, exchange: Exchange, caller: Caller, live: Live, asked: Asked, gzip: bool, base: str
    ) -> Answered:
        """Have an engine answer a query. Problem for whatever is no answer."""
        request = {
            "accept": exchange.header(b"accept"),
            "format": asked.wanted,
            "default": asked.default,
            "named": asked.named,
            "rows": self._limits.rows,
            "bytes": self._limits.answer_bytes,
            "gzip": gzip,
            "base": base,
        }
        answered = await live.pool.run(request, asked.query or b"", caller.client, exchange.gone)
        if answered.head["status"] != 200:
            raise _problem(answered)
        return answered

    async def _send(self, exchange: Exchange, caller: Caller, answered: Answered, key: str) -> None:
        head, tag = answered.head, answered.served.tag
        etag = "" if head["volatile"] or exchange.method == "POST" else f'W/"{tag}-{key}"'
        headers = _caching(caller, etag)
        headers.append((b"content-type", head["type"].encode()))
        headers.append((b"hefboom-publication", tag.encode()))
        if head["gzip"]:
            headers.append((b"content-encoding", b"gzip"))
        if head["cut"]:
            headers.append((b"hefboom-cut", f"rows={head['cut']}".encode()))
            headers.append(
                (b"warning", f'299 - "cut after {head["cut"]} rows, the limit of this endpoint; use OFFSET"'.encode())
            )
        headers += [*CORS_HEADERS, *SECURITY_HEADERS]
        if answered.spool is not None:
            await exchange.answer_file(200, headers, answered.spool)
        else:
            await exchange.answer(200, headers, answered.body)

    async def _describe(self, exchange: Exchange, caller: Caller, live: Live, asked: Asked) -> None:
        """The bare endpoint: its service description, or a page for people."""
        accept = exchange.header(b"accept")
        etag = f'W/"{live.publication.tag}-description-{hashlib.sha256(accept.encode()).hexdigest()[:8]}"'
        headers = [*_caching(caller, etag), *CORS_HEADERS]
        if _matches(exchange, etag):
            await exchange.answer(304, [*headers, *SECURITY_HEADERS], b"")
            return
        endpoint = endpoint_url(exchange, self._serving.settings.public_url)
        if not asked.wanted and prefers_html(accept):
            body, content_type = self._describer.page(live.publication, endpoint), "text/html; charset=utf-8"
        else:
            form, media_type = choose(accept, asked.wanted, DESCRIPTION_FORMATS)
            body, content_type = self._describer.graph(live, endpoint, form.name), form.content_type(media_type)
        await exchange.answer(200, [(b"content-type", content_type.encode()), *headers, *SECURITY_HEADERS], body)

    async def _read(self, exchange: Exchange) -> Asked:
        """The request by method and content type (protocol 2.1.1 to 2.1.3)."""
        raw = exchange.scope.get("query_string", b"")
        if len(raw) > self._limits.body_bytes:
            raise Problem(414, "address-too-long", "The query is too long for an address; send it by POST.")
        pairs = _pairs(raw, "address")
        if exchange.method != "POST":
            return _asked(pairs, direct=None)
        content_type, _, parameters = exchange.header(b"content-type").lower().partition(";")
        content_type = content_type.strip()
        if content_type not in (_FORM, "application/sparql-query", "application/sparql-update"):
            given = f"'{content_type[:80]}'" if content_type else "no content type"
            raise Problem(
                415,
                "unsupported-content-type",
                f"A POST carries {_FORM} or application/sparql-query; this one carries {given}.",
                {"Accept-Post": f"{_FORM}, application/sparql-query"},
            )
        if exchange.header(b"content-encoding") not in ("", "identity"):
            raise Problem(415, "unsupported-content-encoding", "Send the body without Content-Encoding.")
        charset = _charset(parameters)
        if charset not in ("", "utf-8", "utf8"):
            raise Problem(415, "unsupported-charset", f"The body must be UTF-8, not '{charset[:40]}'.")
        if content_type == "application/sparql-update":
            raise update_refused()
        body = await exchange.body(self._limits.body_bytes)
        if content_type == _FORM:
            return _asked([*pairs, *_pairs(body, "body")], direct=None, needs_query=True)
        return _asked(pairs, direct=body)


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "charset":
            return value.strip().strip('"')
    return ""


def _pairs(raw: bytes, where: str) -> list[tuple[str, str]]:
    if not raw:
        return []
    try:
        return parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except UnicodeDecodeError as error:
        raise bad_request("not-utf-8", f"The parameters in the {where} are not percent-encoded UTF-8.") from error
    except ValueError as error:
        raise bad_request("too-many-parameters", f"There are more than {_MOST_FIELDS} parameters.") from error


def _asked(pairs: list[tuple[str, str]], direct: bytes | None, needs_query: bool = False) -> Asked:
    """The request from its parameters; Problem (400) where they contradict the protocol."""
    queries = [value for name, value in pairs if name == "query"]
    if any(name == "update" for name, _ in pairs):
        if queries:
            raise bad_request("query-and-update", "A request holds a query or an update, not both.")
        raise update_refused()
    if any(name in ("using-graph-uri", "using-named-graph-uri") for name, _ in pairs):
        raise bad_request("update-parameters", "using-graph-uri belongs to updates; use default-graph-uri.")
    if direct is not None:
        if queries:
            raise bad_request("two-queries", "The query stands in the body and in the address; send it once.")
        queries = [""]
    if len(queries) > 1:
        raise bad_request("two-queries", f"There are {len(queries)} 'query' parameters; send one.")
    if needs_query and not queries:
        raise bad_request("no-query", "The body holds no 'query' parameter.")
    text = (direct if direct is not None else queries[0].encode()) if queries else None
    if text is not None and not text.strip():
        raise bad_request("empty-query", "The query is empty.")
    wanted = next((value for name, value in pairs if name in ("format", "output") and value), "")
    return Asked(
        text,
        tuple(value for name, value in pairs if name == "default-graph-uri"),
        tuple(value for name, value in pairs if name == "named-graph-uri"),
        wanted,
    )


def update_refused() -> Problem:
    """The plain refusal of an update."""
    return refused("update-refused", "This endpoint is read only: SPARQL Update is not accepted.")


def _key(asked: Asked, exchange: Exchange) -> str:
    parts = (asked.query or b"", repr((asked.default, asked.named, asked.wanted, exchange.header(b"accept"))).encode())
    return hashlib.blake2b(b"\x00".join(parts), digest_size=16).hexdigest()


def _matches(exchange: Exchange, etag: str) -> bool:
    given = exchange.header(b"if-none-match")
    if not given:
        return False
    opaque = etag.removeprefix("W/")
    return given.strip() == "*" or opaque in [tag.strip().removeprefix("W/") for tag in given.split(",")]


def _caching(caller: Caller, etag: str) -> list[Header]:
    """Who may keep an answer, and what it depends on."""
    vary = b"Accept, Accept-Encoding, Authorization, Cookie" if caller.name else b"Accept, Accept-Encoding"
    if not etag:
        return [(b"vary", vary), (b"cache-control", b"no-store")]
    audience = "private" if caller.name else "public"
    return [(b"vary", vary), (b"etag", etag.encode()), (b"cache-control", f"{audience}, {_CACHED_FOR}".encode())]


def accepts_gzip(exchange: Exchange) -> bool:
    """Whether the client takes gzip."""
    for part in exchange.header(b"accept-encoding").lower().split(","):
        coding, _, parameters = part.partition(";")
        if coding.strip() in ("gzip", "x-gzip"):
            return parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def endpoint_url(exchange: Exchange, public_url: str) -> str:
    """The address of this endpoint: as configured, else as the request names it."""
    root = exchange.scope.get("root_path", "")
    if public_url:
        return f"{public_url}/sparql"
    host = exchange.header(b"host", "localhost")
    safe = "".join(character for character in host if character.isalnum() or character in ".-:[]")[:255]
    return f"{exchange.scope.get('scheme', 'http')}://{safe}{root}/sparql"


def _problem(answered: Answered) -> Problem:
    head = answered.head
    return Problem(head["status"], head["kind"], head["detail"], head["headers"], head["extra"])
