"""The server: `/sparql` straight on ASGI, everything else by FastAPI; one table of errors; start, watch and stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final
from urllib.parse import parse_qsl

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from hefboom.api import (
    json_api,
    json_lists,
    linked_data,
    question_pages,
    refusals,
    sign_in,
    start_pages,
    upload_api,
    upload_pages,
)
from hefboom.api.access import Access
from hefboom.api.asked import EngineGone
from hefboom.api.clients import Clients
from hefboom.api.description import DescribedApi
from hefboom.api.errors import Problem
from hefboom.api.exchange import SECURITY_HEADERS, Exchange, Message, Receive, Scope, Send
from hefboom.api.for_programs import API, is_for_programs, options_headers, origin_headers, usual_headers
from hefboom.api.logs import AccessLog
from hefboom.api.metrics import Metrics
from hefboom.api.problems import send_problem
from hefboom.api.protocol import SparqlEndpoint
from hefboom.api.question_api import question_router
from hefboom.api.served import Serving
from hefboom.api.settings import Settings
from hefboom.api.update import UpdateEndpoint
from hefboom.api.upload_desk import UploadDesk
from hefboom.errors import HefboomError

logger = logging.getLogger(__name__)
_FORM_ROOM: Final = 262_144
"""What the other fields of a form with a file, and the marks between them, may take."""
_ROUNDS_OF_GARBAGE: Final = 20_000
"""New objects after which cycles are looked for: requests leave few, and they come in thousands."""
_ROUTES: Final = frozenset({"/sparql", "/sparql/", "/sparql/update", "/health", "/ready", "/metrics"})
_PLAIN: Final = ((b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store"))


class Server:
    """The ASGI application."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.serving = Serving(settings)
        self.access = Access(settings)
        self.clients = Clients(settings)
        self.metrics = Metrics()
        self.access_log = AccessLog()
        self.sparql = SparqlEndpoint(self.serving, self.clients, self.access)
        self.update = UpdateEndpoint(settings, self.clients, self.access)
        self.desk = UploadDesk(settings) if settings.take_uploads and settings.closed else None
        self.pages = _pages()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or start and stop with the server."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        if scope["type"] != "http":
            return
        path = self._path(scope)
        started = time.perf_counter()
        exchange = Exchange(scope, receive, send)
        route = path.rstrip("/") if path in _ROUTES else "other"
        try:
            await self._route(path, exchange, scope, send)
        except Exception:
            logger.exception("a request to %s failed", route)
            if exchange.status:  # too late for another status: end the connection instead
                raise
            await send_problem(exchange, Problem(500, "internal-error", "The server failed; the operator has the log."))
        finally:
            seconds = time.perf_counter() - started
            self.metrics.count(route, exchange.method, exchange.status, seconds)
            self.access_log.answered(route, exchange.method, exchange.status, seconds, exchange.sent)

    def _path(self, scope: Scope) -> str:
        """The path below the prefix of the proxy, whether the proxy strips the prefix or not."""
        root = self.settings.root_path
        path: str = scope["path"]
        scope["root_path"] = root
        if root and (path == root or path.startswith(root + "/")):
            return path[len(root) :] or "/"
        scope["path"] = root + path  # ASGI has the prefix in the path; what is mounted goes by that
        return path

    async def _route(self, path: str, exchange: Exchange, scope: Scope, send: Send) -> None:
        if path in ("/sparql", "/sparql/"):
            await self.sparql.handle(exchange)
        elif path == "/sparql/update":
            await self.update.handle(exchange)
        elif path == "/.well-known/void":
            await self.sparql.describe(exchange)
        elif path == "/health":
            await exchange.answer(200, _PLAIN, b"ok\n")
        elif path == "/ready":
            ready = self.serving.ready
            await exchange.answer(200 if ready else 503, _PLAIN, b"ready\n" if ready else b"not ready\n")
        elif path == "/metrics" and self.clients.is_own(exchange.address):
            await exchange.answer(200, _PLAIN, self.metrics.text(self.serving.pools()).encode())
        else:
            await self._page(path, exchange, scope, send)

    def _most(self, path: str) -> int:
        """How many bytes a request to a page may have."""
        takes_files = self.desk is not None and path in ("/uploads", "/api/v1/uploads")
        return self.settings.uploads.bytes + _FORM_ROOM if takes_files else self.settings.limits.body_bytes

    async def _page(self, path: str, exchange: Exchange, scope: Scope, send: Send) -> None:
        """Hand a request to FastAPI once it is known who asks and that they may ask now."""

        withheld = False
        in_api = path.startswith(API + "/")
        origins = origin_headers(path)
        if exchange.method == "OPTIONS" and is_for_programs(path):
            await exchange.answer(204, options_headers(path), b"")
            return

        async def noting(message: Message) -> None:
            nonlocal withheld
            if withheld:
                return
            if message["type"] == "http.response.start":
                try:
                    self._audit(path, scope, message["status"])
                except Problem as problem:  # what cannot be written down is not given
                    withheld = True
                    await send_problem(exchange, problem, origins, always_json=in_api)
                    return
                exchange.status = message["status"]
                named = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(usual_headers(scope, named) if is_for_programs(path) else ()),
                    *origins,
                    *((name, value) for name, value in (*SECURITY_HEADERS, *exchange.transport) if name not in named),
                ]
            await send(message)

        try:
            receive = exchange.bounded(self._most(path))
            caller = self.access.identify(exchange.headers, exchange.address)
            with self.clients.admitted(caller.client, exchange.address):
                if in_api and "\n" in path:  # the routing knows no such path, not even as one of the API
                    raise Problem(404, "unknown", "Nothing is published under this address.")
                scope["hefboom.server"], scope["hefboom.caller"] = self, caller
                # FastAPI answers no HEAD where it is asked for GET only; the server leaves the body out.
                asked = {**scope, "method": "GET"} if in_api and exchange.method == "HEAD" else scope
                await self.pages(asked, receive, noting)
        except Problem as problem:
            await send_problem(exchange, problem, origins, always_json=in_api)

    def _audit(self, path: str, scope: Scope, status: int) -> None:
        """Record an answer of a page before it begins; signing in and out and uploads say themselves what they do."""
        if status >= 400 or path.startswith(("/static/", "/sign-")):
            return
        asked: dict[str, str | list[str]] = {}
        for name, value in parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True):
            before = asked.get(name)
            asked[name] = value if before is None else [*([before] if isinstance(before, str) else before), value]
        self.access.audit(scope["hefboom.caller"], path, asked)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        async with self._running():
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        try:
            await self.serving.live(self.settings.audience)
        except Problem as problem:
            logger.warning("%s", problem.detail)
        except EngineGone as error:
            logger.error("the publication cannot be served yet: %s", error)
        if self.desk is not None:
            self.desk.start()
        watching = asyncio.get_running_loop().create_task(self.serving.watch())
        self._listen_for_reload()
        gc.collect()
        gc.freeze()  # what is here by now stays: no need to look it through again while serving
        gc.set_threshold(_ROUNDS_OF_GARBAGE)
        try:
            yield
        finally:
            watching.cancel()
            if self.desk is not None:
                await self.desk.stop()
            await self.serving.stop()
            self.access_log.write()

    def _listen_for_reload(self) -> None:
        """On SIGHUP, reload; not where the server is no process of its own, as in a thread of a test."""
        loop = asyncio.get_running_loop()
        reloads: set[asyncio.Task[None]] = set()

        async def reload() -> None:
            try:
                await self.serving.reload()
            except (HefboomError, EngineGone, OSError) as error:
                logger.error("the server could not reload: %s", error)

        def begin() -> None:
            task = loop.create_task(reload())
            reloads.add(task)
            task.add_done_callback(reloads.discard)

        # Elsewhere than in the main thread of a Unix process there are no such signals.
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(signal.SIGHUP, begin)


def _pages() -> FastAPI:
    """Everything that FastAPI answers."""
    pages = FastAPI(title="Hefboom", openapi_url=None, docs_url=None, redoc_url=None)
    pages.include_router(start_pages.router)
    pages.include_router(question_pages.router)
    pages.include_router(linked_data.router)
    pages.include_router(sign_in.router)
    pages.include_router(upload_pages.router)
    pages.mount(API, _api())
    pages.mount("/static", StaticFiles(packages=[("hefboom.api", "static")]))
    for kind in (Problem, HTTPException):
        pages.add_exception_handler(kind, refusals.tell)
    return pages


def _api() -> FastAPI:
    """The JSON API, a part of its own so that its description holds nothing else."""
    api = DescribedApi(title="Hefboom", version="1", openapi_url="/openapi.json", docs_url=None, redoc_url=None)
    api.include_router(json_api.router)
    api.include_router(json_lists.router)
    api.include_router(question_router())
    api.include_router(upload_api.router)
    for kind in (Problem, HTTPException, RequestValidationError):
        api.add_exception_handler(kind, refusals.tell_json)
    return api


def create_app(settings: Settings) -> Server:
    """The application for a server such as uvicorn."""
    return Server(settings)
