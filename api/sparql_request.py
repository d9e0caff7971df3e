"""Reading a SPARQL request: by method and content type, parameters in the address or a form, the query as a body.

https://www.w3.org/TR/sparql11-protocol/ section 2.1.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, unquote_to_bytes

from hefboom.api.errors import Problem, bad_request, refused
from hefboom.api.exchange import Exchange

_FORM: Final = "application/x-www-form-urlencoded"
_MOST_FIELDS: Final = 1_000
_REMEMBERED: Final = 8_192
"""Bytes of an address that is worth remembering."""
_AS_QUOTED_PRINTABLE: Final = bytes.maketrans(b"%", b"=")
_OTHERWISE: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})|[\r\n]")
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Asked:
    """A query request: the text as bytes, the dataset, the format asked for by parameter."""

    query: bytes | None
    default: tuple[str, ...]
    named: tuple[str, ...]
    wanted: str


@dataclass(frozen=True)
class UpdateAsked:
    """An update request: the text as bytes, and the graphs for its WHERE clauses."""

    text: bytes
    using: tuple[str, ...]
    named: tuple[str, ...]


async def read(exchange: Exchange, most: int) -> Asked:
    """The request by method and content type (protocol 2.1.1 to 2.1.3)."""
    raw = exchange.scope.get("query_string", b"")
    if len(raw) > most:
        raise Problem(414, "address-too-long", "The query is too long for an address; send it by POST.")
    if exchange.method != "POST":
        return _of_address(raw) if len(raw) <= _REMEMBERED else _asked(_pairs(raw, "address"), direct=None)
    pairs = _pairs(raw, "address")
    content_type = _content_type(exchange, "application/sparql-query")
    if content_type == "application/sparql-update":
        raise update_refused()
    body = await exchange.body(most)
    if content_type == _FORM:
        return _asked([*pairs, *_pairs(body, "body")], direct=None, needs_query=True)
    return _asked(pairs, direct=body)


async def read_update(exchange: Exchange, most: int) -> UpdateAsked:
    """An update request by its content type (protocol 2.2.1, 2.2.2)."""
    raw = exchange.scope.get("query_string", b"")
    pairs = _pairs(raw, "address")
    content_type = _content_type(exchange, "application/sparql-update")
    body = await exchange.body(most)
    if content_type == _FORM:
        pairs += _pairs(body, "body")
        texts = [value.encode() for name, value in pairs if name == "update"]
    else:
        texts = [body, *(value.encode() for name, value in pairs if name == "update")]
    if any(name in ("query", "default-graph-uri", "named-graph-uri") for name, _ in pairs):
        raise bad_request("query-and-update", "An update takes no query, default-graph-uri or named-graph-uri.")
    if len(texts) != 1:
        raise bad_request("one-update", f"The request holds {len(texts)} updates; send one.")
    text = texts[0].removeprefix(_BYTE_ORDER_MARK)
    if not text.strip():
        raise bad_request("empty-update", "The update is empty.")
    using = tuple(value for name, value in pairs if name == "using-graph-uri")
    return UpdateAsked(text, using, tuple(value for name, value in pairs if name == "using-named-graph-uri"))


def _content_type(exchange: Exchange, direct: str) -> str:
    """The media type of a body. Problem (415) unless it is a form or `direct`, plain and UTF-8."""
    content_type, _, parameters = exchange.header(b"content-type").lower().partition(";")
    content_type = content_type.strip()
    if content_type not in (_FORM, direct, "application/sparql-update"):
        given = f"'{content_type[:80]}'" if content_type else "no content type"
        raise Problem(
            415,
            "unsupported-content-type",
            f"A POST carries {_FORM} or {direct}; this one carries {given}.",
            {"Accept-Post": f"{_FORM}, {direct}"},
        )
    if exchange.header(b"content-encoding") not in ("", "identity"):
        raise Problem(415, "unsupported-content-encoding", "Send the body without Content-Encoding.")
    charset = _charset(parameters)
    if charset not in ("", "utf-8", "utf8"):
        raise Problem(415, "unsupported-charset", f"The body must be UTF-8, not '{charset[:40]}'.")
    return content_type


@lru_cache(maxsize=1_024)
def _of_address(raw: bytes) -> Asked:
    """The request of an address; the same ones come again and again, and most hold a query and nothing else."""
    if raw.startswith(b"query=") and b"&" not in raw:
        text = unquoted(raw[6:].replace(b"+", b" "))
        if text.isascii() and text.strip():
            return Asked(text, (), (), "")
    return _asked(_pairs(raw, "address"), direct=None)


def unquoted(raw: bytes) -> bytes:
    """Percent-encoded bytes as they were.

    Python decodes them in a loop of its own, which takes longer than all else that is read of a request. But it decodes
    quoted-printable in C, which differs by its sign only, as long as every sign is followed by two digits.
    """
    if _OTHERWISE.search(raw):
        return unquote_to_bytes(raw)
    return binascii.a2b_qp(raw.replace(b"=", b"%3D").translate(_AS_QUOTED_PRINTABLE))


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
        return parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
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
    if text is not None:
        text = text.removeprefix(_BYTE_ORDER_MARK)
        if not text.strip():
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
