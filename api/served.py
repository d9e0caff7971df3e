"""What is being served: per audience a publication, its engine processes and its description; kept up to date."""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from hefboom.api.asked import EngineGone
from hefboom.api.errors import busy
from hefboom.api.memory import fits
from hefboom.api.pool import Pool
from hefboom.api.settings import Limits, Settings
from hefboom.api.template import Served
from hefboom.errors import HefboomError
from hefboom.graph.publications import Publication, Publications
from hefboom.graph.visibility import AUDIENCES, company_of

logger = logging.getLogger(__name__)
_QUESTIONS: Final = "hefboom.api.question_worker"
_MOST_COMPANIES: Final = 8
"""Companies whose own views are open at the same time."""
_IDLE: Final = 600.0
_SETTLED: Final = 60.0


@dataclass
class Live:
    """A publication in use: its engines, and its store opened for the server's own short look-ups."""

    publication: Publication
    pool: Pool
    store: ox.Store
    withdrawn: frozenset[str]
    questions: Pool
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    """Names of companies and covenants for forms, by type, once a form has asked for them."""


class Serving:
    """The publications of a data folder, each opened when it is first asked for, and again when another is in use."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.publications = Publications(settings.data)
        self._live: dict[str, Live] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._spool = Path(tempfile.mkdtemp(prefix="hefboom-", dir=settings.spool))
        self._failed: dict[str, str] = {}
        self._asked: dict[str, float] = {}
        self._loading: set[asyncio.Task[None]] = set()

    @property
    def ready(self) -> bool:
        """Whether the publication for callers without a token is up."""
        live = self._live.get(self.settings.audience)
        return live is not None and live.pool.size > 0

    def pools(self) -> dict[str, Pool]:
        """The engines by audience, without those of single companies, whose names figures shall not hold."""
        return {audience: live.pool for audience, live in self._live.items() if audience in AUDIENCES}

    async def live(self, audience: str) -> Live:
        """What an audience sees. Problem (503) when nothing has been published for it."""
        company = company_of(audience)
        if company:
            self._asked[audience] = time.monotonic()
        found = self._live.get(audience)
        if found is not None:
            return found
        async with self._locks.setdefault(audience, asyncio.Lock()):
            if company and audience not in self._live:
                await self._make_room()
            if audience not in self._live:
                await self._open(audience)
        return self._live[audience]

    async def _make_room(self) -> None:
        """Close views of companies that nobody has asked for a while. Problem 503 when all places are in use."""
        now = time.monotonic()
        opened = sorted((self._asked.get(name, 0.0), name) for name in self._live if company_of(name))
        idle = [name for asked, name in opened if now - asked > _IDLE]
        room = max(len(opened) - _MOST_COMPANIES + 1, 0)
        if room > sum(now - asked > _SETTLED for asked, _ in opened):
            raise busy("too-many-companies", "Too many companies are being served at once; try again later.", 30)
        for name in dict.fromkeys([*idle, *(name for _, name in opened[:room])]):
            live = self._live.pop(name)
            await asyncio.gather(live.pool.stop(), live.questions.stop())

    async def _open(self, audience: str) -> None:
        publication = self.publications.current(audience)
        if publication is None:
            raise busy("nothing-published", f"Nothing has been published for '{audience}' yet.", 60)
        spool = self._spool / audience
        spool.mkdir(parents=True, exist_ok=True)
        limits, services = self.settings.limits, self.settings.services
        if company_of(audience):
            limits = replace(
                limits, workers=2, long_queries=1, in_memory=min(limits.in_memory, limits.in_memory_at_once)
            )
        at_once = replace(limits, in_memory=min(limits.in_memory, limits.in_memory_at_once))
        pool = Pool(_served(publication, at_once), limits, services, spool)
        try:
            await pool.start()
        except BaseException:
            await pool.stop()
            raise
        questions = Pool(_served(publication, module=_QUESTIONS), _question_limits(limits), frozenset(), spool)
        store = ox.Store.read_only(str(publication.store))
        self._live[audience] = Live(publication, pool, store, publication.withdrawn(), questions)
        logger.info("serving %s %s, %d statements", audience, publication.version, publication.quads)
        in_memory = _served(publication, limits)
        if in_memory != pool.served:
            task = asyncio.get_running_loop().create_task(self._to_memory(audience, pool, in_memory))
            self._loading.add(task)
            task.add_done_callback(self._loading.discard)

    async def _to_memory(self, audience: str, pool: Pool, served: Served) -> None:
        """Put engines that hold a publication in memory in the place of those that read it from the disk."""
        try:
            await pool.swap(served)
        except (EngineGone, OSError) as error:
            logger.error("%s stays on disk: %s", audience, error)
        else:
            logger.info("%s is in memory now", audience)

    async def refresh(self) -> None:
        """Take up publications that have been put in use since; the old one serves until the new one is up."""
        for audience, live in list(self._live.items()):
            publication = self.publications.current(audience)
            if publication is None or publication.tag == live.publication.tag:
                continue
            store = ox.Store.read_only(str(publication.store))
            await live.pool.swap(_served(publication, live.pool.limits))
            await live.questions.swap(_served(publication, module=_QUESTIONS))
            withdrawn = publication.withdrawn()
            self._live[audience] = Live(publication, live.pool, store, withdrawn, live.questions)
            logger.info("now serving %s %s, %d statements", audience, publication.version, publication.quads)

    async def reload(self) -> None:
        """Take up new publications now, and put new engine processes in the place of all as they fall idle."""
        await self.refresh()
        for live in list(self._live.values()):
            await live.pool.swap(replace(live.pool.served))
            await live.questions.swap(replace(live.questions.served))
        logger.info("reloaded %d publications", len(self._live))

    async def watch(self, every: float = 1.0) -> None:
        """Look for new publications every so many seconds, and open the first one when there is none yet."""
        while True:
            await asyncio.sleep(every)
            try:
                await self.refresh()
                if self.settings.audience not in self._live and self.publications.current(self.settings.audience):
                    await self.live(self.settings.audience)
                self._failed.clear()
            except (HefboomError, EngineGone, OSError) as error:
                if self._failed.get("watch") != str(error):  # once, not every second
                    logger.error("the new publication cannot be served: %s", error)
                    self._failed["watch"] = str(error)

    async def stop(self) -> None:
        """End all engines and remove spooled answers."""
        for task in self._loading:
            task.cancel()
        pools = [pool for live in self._live.values() for pool in (live.pool, live.questions)]
        await asyncio.gather(*(pool.stop() for pool in pools))
        self._live.clear()
        shutil.rmtree(self._spool, ignore_errors=True)


def _served(publication: Publication, limits: Limits | None = None, module: str = "hefboom.api.worker") -> Served:
    """A publication as engines open it; in memory where `limits` let it, from the disk without them."""
    in_memory = limits is not None and fits(publication.quads, limits)
    return Served(publication.store, publication.tag, publication.base, publication.audience, module, in_memory)


def _question_limits(limits: Limits) -> Limits:
    """Questions are known queries: fewer processes, from the disk, and longer before one counts as long."""
    return replace(limits, workers=2, long_queries=1, light=max(limits.light, 1.0))
