"""CQ03 at the size of a covenant: 100 members and 5,000 high-risk sites, solved exactly, with the greedy group beside.

Run from the repository: `.venv/bin/python benchmarks/coalition/measure.py`. Sites are handed out by chance with a fixed
seed: member number n uses about 1,500 / n^0.7 of them, a few members many and many members few, as in real lists.
CPU seconds (user and system), the median of five; wall time says little on a busy machine.
"""

from __future__ import annotations

import random
import resource
import statistics
import time
from math import ceil

from hefboom.queries.coalitions import greedy_coalition, smallest_coalition

MEMBERS, SITES, RUNS = 100, 5_000, 5


def world(seed: int) -> dict[str, frozenset[str]]:
    """The sites of each member."""
    chance = random.Random(seed)
    sites = [f"s{number}" for number in range(SITES)]
    sizes = [max(5, int(1_500 / (place + 1) ** 0.7)) for place in range(MEMBERS)]
    return {f"m{place:03}": frozenset(chance.sample(sites, size)) for place, size in enumerate(sizes)}


def main() -> None:
    """Print one line per share of the sites."""
    reach = world(7)
    all_sites = len(frozenset().union(*reach.values()))
    print(f"{MEMBERS} members, {all_sites} sites that somebody uses")
    for percent in (50, 80, 95, 100):
        wanted = ceil(all_sites * percent / 100)
        seconds: list[float] = []
        for _ in range(RUNS):
            start = time.process_time()
            found = smallest_coalition(reach, wanted)
            seconds.append(time.process_time() - start)
        start = time.process_time()
        greedy = greedy_coalition(reach, wanted)
        print(
            f"{percent} per cent: {len(found.members)} members, proven {found.proven}, "
            f"{statistics.median(seconds):.2f} s ({min(seconds):.2f}-{max(seconds):.2f}); "
            f"greedy {len(greedy.members)} members, {time.process_time() - start:.3f} s",
            flush=True,
        )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
