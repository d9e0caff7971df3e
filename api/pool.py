"""The engine processes of one publication: what is ended when, what replaces it.

Every query starts on the process whose turn it is (`turns`). One that is still running after `Limits.light` is a long
query: it needs one of the few places for those, else its process is ended and it waits in line and starts again; the
next of its shape stands in that line from the start. So long queries never hold every process, and the light ones of
others are always answered.
The time limit, memory and a client's leaving are enforced by ending the process; a new one is up in a moment.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from pathlib import Path

from hefboom.api.asked import Asked, EngineGone, Reply, SentBack
from hefboom.api.engine import Engine
from hefboom.api.errors import Problem, busy
from hefboom.api.outcomes import Answered, ClientGone, Counts
from hefboom.api.places import LongPlaces, too_many_long
from hefboom.api.settings import Limits
from hefboom.api.shapes import shape_of
from hefboom.api.template import Served, Template
from hefboom.api.turns import Turns

logger = logging.getLogger(__name__)
_REMEMBERED = 2_000
_AGAIN = 0.5
"""Seconds from an engine process that did not start to the next try."""
_SLOWED = 6
"""How many times the light time a light query may take by the clock on a machine that is busy with others."""
_CRASHES = frozenset({signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL})


class Pool:
    """Supervised engine processes over one publication."""

    def __init__(self, served: Served, limits: Limits, services: frozenset[str], spool: Path) -> None:
        self.served = served
        self.counts = Counts()
        self.places = LongPlaces(limits)
        self.limits = limits
        self._services = services
        self._spool = spool
        self._serial = 0
        self._engines: set[Engine] = set()
        self._turns = Turns(limits)
        self._known_long: OrderedDict[bytes, None] = OrderedDict()
        self._learned = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self._started = False
        self._starting = asyncio.Lock()
        self._template: Template | None = None
        self._forming = asyncio.Lock()
        self._templates: set[Template] = set()

    @property
    def size(self) -> int:
        """Engine processes that are up."""
        return sum(not engine.lost for engine in self._engines)

    @property
    def busy(self) -> int:
        """Engine processes that are answering."""
        return self.size - self._turns.idle

    @property
    def waiting(self) -> int:
        """Queries waiting for an engine process."""
        return self._turns.waiting

    def pids(self) -> list[int]:
        """The process ids of the engines."""
        return sorted(engine.pid for engine in self._engines if not engine.lost)

    async def start(self) -> None:
        """Start the processes, unless they are up; raises EngineGone when the publication cannot be opened."""
        if self._started:
            return
        async with self._starting:
            if not self._started:
                await asyncio.gather(*(self._add() for _ in range(self.limits.workers)))
                self._started = True

    async def swap(self, served: Served) -> None:
        """Serve another publication: new processes first, then the old ones leave as they fall idle.

        Until what the new ones are forked from is up, the old ones are replaced as before. Raises EngineGone when the
        publication cannot be opened; the old one then stays.
        """
        async with self._starting:
            if not self._started:
                self.served = served
                return
            template = await self._new_template(served)
            before, self._template, self.served = self._template, template, served
            if before is not None:
                before.retire()
            old = list(self._engines)
            self._known_long.clear()
            await asyncio.gather(*(self._add() for _ in range(self.limits.workers)))
            for engine in old:
                self._turns.retire(engine)

    async def stop(self) -> None:
        """End every process and wait until they are gone."""
        self._closing = True
        for engine in self._engines:
            engine.end()
        await asyncio.gather(*(engine.ended() for engine in self._engines), *self._tasks, return_exceptions=True)
        for template in self._templates:
            template.close()
        await asyncio.gather(*(template.ended() for template in self._templates))

    async def _add(self) -> None:
        self._serial += 1
        spool = self._spool / f"answer-{self._serial}"
        engine = Engine(self.served, spool, self._on_lost, self._turns.offer)
        self._engines.add(engine)
        try:
            await engine.start(await self._template_of(engine.served))
        except BaseException:
            self._engines.discard(engine)
            raise
        engine.up = True
        self._turns.offer(engine)

    async def _template_of(self, served: Served) -> Template:
        """The process that engines of a publication are forked from, started anew when it is gone.

        Raises EngineGone where another publication is served by now.
        """
        async with self._forming:
            before = self._template
            if served is not self.served:
                raise EngineGone(0)
            if before is not None and not before.gone and before.served is served:
                return before
            template = await self._new_template(served)
            if served is not self.served:
                template.retire()
                raise EngineGone(0)
            self._template = template
            if before is not None:
                before.retire()
            return template

    async def _new_template(self, served: Served) -> Template:
        template = Template(served)
        self._templates = {kept for kept in self._templates if not kept.gone} | {template}
        await template.start(self.limits, self._services)
        return template

    def _on_lost(self, engine: Engine) -> None:
        self._engines.discard(engine)
        self._turns.forget(engine)
        if engine.up and not self._closing and self._missing:
            self.counts.replaced += 1
            task = asyncio.get_running_loop().create_task(self._replace())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    @property
    def _missing(self) -> bool:
        """Whether there are fewer engines of the publication in use than there shall be."""
        return sum(not e.lost and e.served is self.served for e in self._engines) < self.limits.workers

    async def _replace(self) -> None:
        while self._missing and not self._closing:
            try:
                await self._add()
                return
            except (EngineGone, OSError) as error:
                logger.error("an engine process did not start: %s", error)
                await asyncio.sleep(_AGAIN)

    async def run(self, request: bytes, query: bytes, client: str, gone: Callable[[], Awaitable[None]]) -> Answered:
        """Answer one query within the limits; `request` is the encoded head of the message to the engine.

        `gone` ends when the client has left; the work is then stopped and ClientGone raised. Raises Problem for
        everything a caller is told. A process ended from outside costs nothing: the query is asked again, at most once
        more than there are processes, since all of them may have been ended at one time.
        """
        left, ahead = self.limits.workers, True
        while True:
            try:
                return await self._run(request, query, client, gone, ahead)
            except SentBack:
                ahead = False
            except EngineGone as lost:
                if lost.signal in _CRASHES or not left:
                    raise self._crashed() from lost
                left -= 1

    def _crashed(self) -> Problem:
        self.counts.crashes += 1
        return busy(
            "query-too-heavy", "The query needs more memory than one query may use; ask for less at a time.", 60
        )

    async def _run(
        self, request: bytes, query: bytes, client: str, gone: Callable[[], Awaitable[None]], ahead: bool
    ) -> Answered:
        engine = await self._acquire_unless_long(query, ahead)
        if engine is not None:
            asked = engine.ask(request, query)
            try:
                reply = await asked.first
                if reply is None and asked.reply is not None and await self._light(engine, asked.reply):
                    reply = asked.reply.result()
            except (SentBack, EngineGone):
                self._turns.give_back(engine)
                raise
            except asyncio.CancelledError:
                engine.end()
                raise
            if reply is not None:
                return self._answered(engine, asked, reply)
            self._remember(shape_of(query))
            watch = asyncio.ensure_future(gone())
            try:
                if self.places.try_take(client):
                    left = self.limits.timeout - (time.monotonic() - asked.began)
                    return await self._long(engine, asked, client, watch, left)
                engine.end()
                return await self._queued(request, query, client, watch)
            finally:
                watch.cancel()
        watch = asyncio.ensure_future(gone())
        try:
            return await self._queued(request, query, client, watch)
        finally:
            watch.cancel()

    async def _acquire_unless_long(self, query: bytes, ahead: bool) -> Engine | None:
        """An engine; None for a query whose shape was long before, or proved long while this one waited in line."""
        if self._known_long and shape_of(query) in self._known_long:
            return None
        learned = self._learned
        engine = await self._turns.take(ahead)
        if learned != self._learned and shape_of(query) in self._known_long:
            self._turns.give_back(engine)
            return None
        return engine

    async def _light(self, engine: Engine, reply: asyncio.Future[Reply]) -> bool:
        """Wait as long as a light query may take; less when others wait for a process.

        CPU time counts, so that a query is not called long because the machine is busy; wall time only in the end.
        """
        light = self.limits.light
        until = time.monotonic() + min(light * _SLOWED, self.limits.timeout)
        before = engine.processor_seconds()
        while True:
            await asyncio.wait((reply,), timeout=light / 5)
            if reply.done():
                return True
            used = engine.processor_seconds() - before
            if used >= (light * 0.4 if self._turns.short else light) or time.monotonic() > until:
                return False

    async def _queued(self, request: bytes, query: bytes, client: str, watch: asyncio.Future[None]) -> Answered:
        """Wait for a place for long queries, then run from the start."""
        turn = self.places.queue(client)
        try:
            await asyncio.wait((turn, watch), timeout=self.limits.wait, return_when=asyncio.FIRST_COMPLETED)
            if watch.done():
                raise ClientGone
            if not turn.done():
                raise too_many_long()
            engine = await self._turns.take()
        except BaseException:
            self.places.leave(client, turn)
            raise
        started = time.monotonic()
        answered = await self._long(engine, engine.ask(request, query), client, watch, self.limits.timeout)
        if time.monotonic() - started < self.limits.light:  # it was slow for another reason
            self._known_long.pop(shape_of(query), None)
        return answered

    async def _long(
        self, engine: Engine, asked: Asked, client: str, watch: asyncio.Future[None], left: float
    ) -> Answered:
        """See a query through that holds a place for long queries and has `left` seconds."""
        engine.yield_to_others()
        reply = asked.look_after()
        try:
            await asyncio.wait((reply, watch), timeout=max(left, 0.0), return_when=asyncio.FIRST_COMPLETED)
            if reply.done():
                return self._answered(engine, asked, reply.result())
            if watch.done():
                self.counts.left += 1
                raise ClientGone
            self.counts.timeouts += 1
            raise self._timed_out()
        finally:
            if not reply.done():
                engine.end()
            self.places.give_back(client)

    def _timed_out(self) -> Problem:
        return busy(
            "query-timeout",
            f"The query was stopped after {self.limits.timeout:g} s, the time limit of this endpoint; ask for less.",
            30,
        )

    def _remember(self, key: bytes) -> None:
        self._known_long[key] = None
        self._learned += 1
        if len(self._known_long) > _REMEMBERED:
            self._known_long.popitem(last=False)

    def _answered(self, engine: Engine, asked: Asked, reply: Reply) -> Answered:
        """The reply, with the engine set free."""
        head, body = reply
        self._turns.give_back(engine)
        return Answered(head, body, engine.served, engine.spool_of(asked.number) if head.get("spooled") else None)
