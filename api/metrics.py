"""Figures for Prometheus, in its text format; they hold no address, no query and no name."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from hefboom.api.pool import Pool

_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Counts requests by route, method and status, and how long they took (seconds)."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._seconds: dict[str, list[int]] = {}
        self._sums: Counter[str] = Counter()

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests[route, method, status] += 1
        self._seconds.setdefault(route, [0] * (len(_BUCKETS) + 1))[bisect_left(_BUCKETS, seconds)] += 1
        self._sums[route] += seconds  # type: ignore[assignment]

    def text(self, pools: Mapping[str, Pool]) -> str:
        """All figures as Prometheus reads them."""
        lines = ["# HELP hefboom_requests_total Requests answered.", "# TYPE hefboom_requests_total counter"]
        for (route, method, status), count in sorted(self._requests.items()):
            lines.append(f'hefboom_requests_total{{route="{route}",method="{method}",status="{status}"}} {count}')
        lines += ["# HELP hefboom_request_seconds Time to answer.", "# TYPE hefboom_request_seconds histogram"]
        for route, counts in sorted(self._seconds.items()):
            total = 0
            for bound, count in zip((*_BUCKETS, "+Inf"), counts, strict=True):
                total += count
                lines.append(f'hefboom_request_seconds_bucket{{route="{route}",le="{bound}"}} {total}')
            lines.append(f'hefboom_request_seconds_sum{{route="{route}"}} {self._sums[route]:.6f}')
            lines.append(f'hefboom_request_seconds_count{{route="{route}"}} {total}')
        return "\n".join([*lines, *_engine_lines(pools)]) + "\n"


def _engine_lines(pools: Mapping[str, Pool]) -> list[str]:
    lines = []
    for name, kind, text, value in _ENGINE_FIGURES:
        lines += [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]
        lines += [f'{name}{{audience="{audience}"}} {value(pool)}' for audience, pool in sorted(pools.items())]
    return lines


_ENGINE_FIGURES: Final[tuple[tuple[str, str, str, Callable[[Pool], int]], ...]] = (
    ("hefboom_engines", "gauge", "Engine processes up.", lambda pool: pool.size),
    ("hefboom_engines_busy", "gauge", "Engine processes answering.", lambda pool: pool.busy),
    ("hefboom_queries_waiting", "gauge", "Queries waiting for an engine.", lambda pool: pool.waiting),
    ("hefboom_long_queries", "gauge", "Long queries running.", lambda pool: pool.places.held),
    ("hefboom_query_timeouts_total", "counter", "Queries stopped at the time limit.", lambda p: p.counts.timeouts),
    ("hefboom_query_crashes_total", "counter", "Queries that ended an engine.", lambda p: p.counts.crashes),
    ("hefboom_queries_left_total", "counter", "Queries stopped because the client left.", lambda p: p.counts.left),
    ("hefboom_engines_replaced_total", "counter", "Engine processes replaced.", lambda p: p.counts.replaced),
)
