"""Time to solve dl/ds = 0 for the labels: nmderive against SymPy's ``solve``, side by side in one run.

SymPy gets the written-out equations at fixed sizes in a process that is killed at the limit (60 s by default);
nmderive's time is that of its whole search without SymPy, which answers for all sizes or names what is left.
Run: ``python tests/benchmarks/bench_solve.py [--limit 60]``.
"""

from __future__ import annotations

import argparse
import statistics
import time

from sympy import Integer, solve

from nmderive.budget import in_worker
from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.symbols import S, T
from nmderive.errors import NmderiveError
from nmderive.losses.catalogue import load
from nmderive.solving.record import Direction
from nmderive.solving.strategies import strategies

SIZES = ((1, 2), (1, 3), (1, 4), (2, 3))


def ours(name: str) -> tuple[float, str]:
    """Return (median seconds, outcome) of every strategy but SymPy's."""
    loss = load(name)
    times, outcomes = [], []
    for _ in range(3):
        started = time.perf_counter()
        outcomes = [
            module.search(loss, Direction.LABELS).outcome.value
            for stem, module in strategies().items() if stem in ("link_ansatz", "aggregates", "radicals")
        ]
        times.append(time.perf_counter() - started)
    return statistics.median(times), "SOLVED" if "SOLVED" in outcomes else " + ".join(dict.fromkeys(outcomes))


def sympys(name: str, n: int, m: int) -> int:
    """Return the number of solutions that SymPy finds."""
    loss = load(name)
    entries = [(i, j) for i in range(1, n + 1) for j in range(1, m + 1)]
    unknowns = [entry_symbol(T[e]) for e in entries]
    equations = [
        specialise(loss.gradient.xreplace(dict(zip(loss.indices, map(Integer, e), strict=True))), {"n": n, "m": m})
        for e in entries
    ]
    equations += [sum(unknowns[i * m : (i + 1) * m]) - 1 for i in range(n)]
    assert all(e.has(entry_symbol(S[1, 1])) for e in equations[:1])
    return len(solve(equations, unknowns, dict=True))


def main() -> None:
    """Print one line a loss and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for SymPy on each case")
    limit = parser.parse_args().limit
    print(f"{'loss':<8}{'n, m':<7}{'ours':>9}{'SymPy':>10}{'ratio':>8}  outcomes")
    for name in ("loss-1", "loss-3"):
        seconds, outcome = ours(name)
        for n, m in SIZES:
            started = time.perf_counter()
            try:
                found = f"{in_worker(sympys, name, n, m, seconds=limit)} solutions"
            except NmderiveError as error:
                found = error.message
            theirs = time.perf_counter() - started
            print(f"{name:<8}{n}, {m:<4}{seconds:>7.2f} s{theirs:>8.2f} s{theirs / seconds:>8.0f}  "
                  f"ours: {outcome} (all sizes); SymPy: {found}")


if __name__ == "__main__":
    main()
