"""The process that the engines of a pool are forked from, seen from the server.

It has the program loaded, and the store too where that is small enough for memory: so an engine is up at once, and all
share that memory.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hefboom.api.asked import EngineGone
from hefboom.api.settings import Limits

logger = logging.getLogger(__name__)
_MEMORY: Final = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=127:glibc.malloc.tcache_max=65536"}
"""A query allocates thousands of small pieces and frees them again: have glibc keep more of them at hand."""


@dataclass(frozen=True)
class Served:
    """A publication as an engine opens it: folder of its store, the tag that goes into ETags, whose it is.

    `module` is the program of the engine process; `in_memory` says whether it holds the store in memory.
    """

    store: Path
    tag: str
    base: str = ""
    audience: str = "public"
    module: str = "hefboom.api.worker"
    in_memory: bool = False


class Template:
    """Forks engine processes for one publication, and collects them when they have ended."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.gone = False
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._rest = b""
        self._ready: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._births: deque[asyncio.Future[int]] = deque()
        self._deaths: dict[int, asyncio.Future[int]] = {}
        self._living = 0
        self._retired = False

    async def start(self, limits: Limits, services: frozenset[str]) -> None:
        """Start the process and wait until it can fork; EngineGone when it cannot load what it needs."""
        self._socket, theirs = socket.socketpair()
        self._socket.setblocking(False)
        served = self.served
        configuration = {
            "descriptor": theirs.fileno(),
            "store": str(served.store),
            "in_memory": served.in_memory,
            "base": served.base,
            "audience": served.audience,
            "services": sorted(services),
            "memory_mb": limits.memory_mb,
            "characters": limits.query_characters,
            "depth": limits.query_depth,
            "operators": limits.query_operators,
            "merged": limits.merged,
        }
        command = [sys.executable, "-m", served.module, json.dumps(configuration)]
        with theirs:
            self._process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, env={**os.environ, **_MEMORY}
            )
        asyncio.get_running_loop().add_reader(self._socket.fileno(), self._read)
        ready = await self._ready
        if not ready["sandboxed"] and not services:
            logger.warning("engines run without a system call filter on this system")

    async def fork(self, channel: socket.socket, spool: Path) -> int:
        """The process id of a new engine with this end of its channel. Raises EngineGone."""
        if self.gone or self._socket is None:
            raise EngineGone(0)
        birth: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._births.append(birth)
        self._living += 1
        with suppress(OSError):  # it has just ended, which is noticed in a moment
            socket.send_fds(self._socket, [_line({"spool": str(spool)})], [channel.fileno()])
        return await birth

    async def collect(self, process: int) -> int:
        """The signal that ended an engine, 0 when it left by itself; its process id may be another's after that."""
        ended_by = int(signal.SIGKILL)  # as its engines are when this process ends
        if not self.gone and self._socket is not None:
            death: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            self._deaths[process] = death
            with suppress(OSError):
                self._socket.sendall(_line({"collect": process}))
            ended_by = await death
        self._living -= 1
        if self._retired and not self._living:
            self.close()
        return ended_by

    def retire(self) -> None:
        """End this process once the engines that came from it have ended."""
        self._retired = True
        if not self._living:
            self.close()

    def close(self) -> None:
        """End this process now, and with it its engines."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()

    async def ended(self) -> None:
        """Wait until the process is gone."""
        if self._process is not None:
            await asyncio.get_running_loop().run_in_executor(None, self._process.wait)

    def _read(self) -> None:
        """Take what the process tells; its end too."""
        assert self._socket is not None
        data = b""
        with suppress(ConnectionResetError):
            data = self._socket.recv(65_536)
        if not data:
            self._end()
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            told = json.loads(line)
            if "born" in told:
                self._births.popleft().set_result(told["born"])
            elif "ended" in told:
                self._deaths.pop(told["ended"]).set_result(told["signal"])
            else:
                self._ready.set_result(told)

    def _end(self) -> None:
        assert self._socket is not None
        self.gone = True
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._socket.fileno())
        self._socket.close()
        if not self._ready.done():
            self._ready.set_exception(EngineGone(0))
        for birth in self._births:
            birth.set_exception(EngineGone(0))
        for death in self._deaths.values():
            death.set_result(int(signal.SIGKILL))
        self._births.clear()
        self._deaths.clear()
        if self._process is not None:
            loop.run_in_executor(None, self._process.wait)


def _line(members: dict[str, Any]) -> bytes:
    return json.dumps(members).encode() + b"\n"
