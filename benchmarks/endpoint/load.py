"""Light queries at several numbers of clients: Hefboom's endpoint beside other SPARQL servers, in one interleaved run.

    python benchmarks/endpoint/load.py \
        hefboom=http://127.0.0.1:8765/sparql@PID oxigraph=http://127.0.0.1:7878/query@PID \
        --query light.rq --clients 8 64 --seconds 5 --rounds 3

PID is the server's process id: its CPU time and that of its children is read from /proc, and given per request, which
is steadier than the wall clock on a busy machine. Every answer is read to its end and must have status 200.
With `--unique` each query ends in a comment of its own, so that no server answers from memory.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import multiprocessing
import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import quote, urlsplit


@dataclass(frozen=True)
class Target:
    """A server: name, address, process id."""

    name: str
    url: str
    pid: int

    def requests(self, query: str, unique: bool) -> Iterator[bytes]:
        """The bytes of one GET request after another."""
        parts = urlsplit(self.url)
        before = f"GET {parts.path}?query={quote(query)}".encode()
        after = f" HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: application/sparql-results+json\r\n\r\n".encode()
        start = f"%0A%23{os.getpid()}-{time.monotonic_ns()}-".encode()
        for number in itertools.count():
            yield b"%b%b%d%b" % (before, start, number, after) if unique else before + after


async def _client(host: str, port: int, requests: Iterator[bytes], until: float, latencies: list[float]) -> int:
    """Ask over one kept connection until the time is up; the number of answers that were not 200."""
    reader, writer = await asyncio.open_connection(host, port)
    errors = 0
    while time.perf_counter() < until:
        started = time.perf_counter()
        writer.write(next(requests))
        head = await reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        if b"transfer-encoding: chunked" in lower:
            while size := int(await reader.readline(), 16):
                await reader.readexactly(size + 2)
            await reader.readexactly(2)
        else:
            await reader.readexactly(int(lower.split(b"content-length:")[1].split(b"\r\n")[0]))
        if b" 200 " not in head[:15]:
            errors += 1
            break
        latencies.append(time.perf_counter() - started)
    writer.close()
    return errors


async def _clients(target: Target, query: str, unique: bool, clients: int, seconds: float) -> tuple[list[float], int]:
    parts = urlsplit(target.url)
    latencies: list[float] = []
    until = time.perf_counter() + seconds
    requests = target.requests(query, unique)
    errors = await asyncio.gather(
        *(_client(parts.hostname or "", parts.port or 80, requests, until, latencies) for _ in range(clients))
    )
    return latencies, sum(errors)


def _process(target: Target, query: str, unique: bool, clients: int, seconds: float, channel: Connection) -> None:
    channel.send(asyncio.run(_clients(target, query, unique, clients, seconds)))


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and its children, living and collected, in seconds."""
    children: list[int] = []
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(FileNotFoundError):  # a thread that has just ended
                children += map(int, (task / "children").read_text().split())
    except FileNotFoundError:  # a process that has just ended; its parent has its time
        return 0.0
    ticks = sum(int(value) for value in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK") + sum(cpu_seconds(child) for child in children)


def measure(
    target: Target, query: str, unique: bool, clients: int, seconds: float
) -> tuple[float, float, float, float]:
    """Requests per second, median and 99th percentile (ms), server CPU per request (ms). Raises on any error answer."""
    before = cpu_seconds(target.pid)
    started = time.perf_counter()
    ends = []
    for _ in range(2):
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.Process(target=_process, args=(target, query, unique, clients // 2, seconds, theirs))
        process.start()
        ends.append((process, ours))
    latencies: list[float] = []
    for process, ours in ends:
        some, errors = ours.recv() if ours.poll(seconds + 30) else ([], 1)
        process.kill()
        process.join()
        if errors:
            raise SystemExit(f"{target.name}: {errors} answers were not 200")
        latencies += some
    elapsed = time.perf_counter() - started
    cuts = statistics.quantiles(latencies, n=100)
    cpu = (cpu_seconds(target.pid) - before) / len(latencies)
    return len(latencies) / elapsed, cuts[49] * 1000, cuts[98] * 1000, cpu * 1000


def main() -> None:
    """Measure all targets in turn, several rounds, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="+", help="NAME=URL@PID")
    parser.add_argument("--query", type=Path, required=True)
    parser.add_argument("--clients", type=int, nargs="+", default=[8, 64])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--unique", action="store_true", help="no two queries are the same text")
    options = parser.parse_args()
    targets = []
    for text in options.targets:
        name, _, rest = text.partition("=")
        url, _, pid = rest.rpartition("@")
        targets.append(Target(name, url, int(pid)))
    query = options.query.read_text()
    print("| server | clients | round | req/s | p50 ms | p99 ms | server CPU ms |\n|---|---|---|---|---|---|---|")
    for clients in options.clients:
        for turn in range(options.rounds):
            for target in targets:
                rate, middle, slow, cpu = measure(target, query, options.unique, clients, options.seconds)
                print(
                    f"| {target.name} | {clients} | {turn + 1} | {rate:.0f} | {middle:.1f} | {slow:.1f} | {cpu:.2f} |"
                )


if __name__ == "__main__":
    main()
