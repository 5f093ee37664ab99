"""What a search costs: losses judged a second with one worker and with two, and what handing out work costs.

Run: python tests/benchmarks/bench_search.py [--tasks 100000] [--scheduler tcp://HOST:8786]

The first part runs the grammar that comes along, in an empty folder, with one local worker and with two; both run in
this call, one after the other, and the last line is their ratio. The second part hands out many pieces of work that do
nothing, to two local processes and, with a scheduler, to Dask: the time a piece is what the one process that deals with
results can do at most, whatever the number of workers.
"""

import argparse
import tempfile
import time
from pathlib import Path

from nmderive.search import search
from nmderive.workers import Workers

WANT = ("softmax-optimum", "balance", "hard-label-argmax", "convex")


def nothing(number):
    return number


def judged_a_second(workers, budget):
    with tempfile.TemporaryDirectory() as folder:
        found = search(WANT, out=Path(folder), budget=budget, workers=Workers(count=workers))
    print(f"{workers} worker(s): {found.formulas} formulas, {len(found.losses)} losses, {found.judged} judged, "
          f"{len(found.finds)} found in {found.seconds:.1f} s; {found.formulas / found.seconds:.2f} formulas a second")
    return found.seconds


def overhead(pool, tasks):
    started = time.perf_counter()
    with pool:
        count = sum(1 for _ in pool.each(nothing, range(tasks)))
    assert count == tasks
    each = (time.perf_counter() - started) / tasks
    print(f"{pool.kind}: {tasks} empty pieces of work, {1e6 * each:.0f} us each")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--budget", type=int, default=64)
    parser.add_argument("--scheduler")
    arguments = parser.parse_args()
    one, two = (judged_a_second(k, arguments.budget) for k in (1, 2))
    print(f"two workers against one: {one / two:.2f} times as fast")
    overhead(Workers(count=2), arguments.tasks)
    if arguments.scheduler:
        overhead(Workers("dask", arguments.scheduler), arguments.tasks)


if __name__ == "__main__":
    main()
