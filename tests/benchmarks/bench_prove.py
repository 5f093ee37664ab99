"""Time to prove "t = softmax(s) is stationary for all n, m": nmderive against SymPy, side by side in one run.

SymPy's best effort: differentiate its Sum, give every Kronecker delta its range so that ``doit`` can spend it,
substitute the softmax with a fresh bound index, ``doit``, ``simplify``. It runs in a process of its own that is
killed at the limit. Run: ``python tests/benchmarks/bench_prove.py [--limit 60]``.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import time

from sympy import Dummy, IndexedBase, KroneckerDelta, Sum, exp, log, simplify, symbols

NAMES = ("loss-3", "pairwise", "quadratic")


def ours(name: str) -> tuple[float, float]:
    """Return (median seconds of a proof from the parsed loss, seconds of the first one)."""
    from nmderive.calculus.normal_form import algebra, functions, terms
    from nmderive.losses.catalogue import load
    from nmderive.losses.links import softmax_link
    from nmderive.proving.symbolic import prove_stationary

    loss = load(name)
    times = []
    for _ in range(7):
        for cached in (algebra.multiply, functions.exp_poly, functions.log_poly, functions.power_poly,
                       functions.split_content, terms._map_poly):
            cached.cache_clear()
        started = time.perf_counter()
        assert prove_stationary(loss, softmax_link(loss)).proved
        times.append(time.perf_counter() - started)
    return statistics.median(times), times[0]


def refutation() -> float:
    """Return the median seconds to refute softmax for loss-1 with an exact witness."""
    from nmderive.losses.catalogue import load
    from nmderive.losses.links import softmax_link
    from nmderive.proving.refute import refute_stationary

    loss = load("loss-1")
    times = []
    for _ in range(7):
        started = time.perf_counter()
        assert refute_stationary(loss, softmax_link(loss)).witness is not None
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _sympy_loss(name: str):
    n, m = symbols("n m", integer=True, positive=True)
    i, j, k, h, b = symbols("i j k h b", integer=True, positive=True)
    s, t = IndexedBase("s", real=True), IndexedBase("t", positive=True)
    if name == "loss-3":
        inner = Sum(t[i, j] * exp(Sum(s[i, k], (k, 1, m)) / m - s[i, j]), (i, 1, n))
        return Sum(log(1 + inner), (j, 1, m)), s, t, n, m
    if name == "pairwise":
        inner = Sum(t[i, j] * exp((s[i, k] - s[i, j]) / 2), (i, 1, n))
        return Sum((1 - KroneckerDelta(j, k)) * log(1 + inner), (k, 1, m), (j, 1, m)), s, t, n, m
    inner = Sum(t[i, k] ** 2 * exp(s[i, h] - s[i, k]) * (1 - KroneckerDelta(h, k)), (h, 1, m), (k, 1, m))
    return Sum(log(1 + Sum(t[i, j] * inner, (i, 1, n))), (j, 1, m)), s, t, n, m


def _sympy_effort(name: str, queue) -> None:
    loss, s, t, n, m = _sympy_loss(name)
    a, b = symbols("a b", integer=True, positive=True)
    started = time.perf_counter()
    gradient = loss.diff(s[a, b])
    rows = {a}

    def ranged(*args):
        size = n if rows & set(args[:2]) else m
        return KroneckerDelta(args[0], args[1], (1, size))

    gradient = gradient.replace(KroneckerDelta, ranged).doit()

    def softmax(base, x, y):
        if base.args[0] != t.args[0]:
            return base[x, y]
        c = Dummy("c", integer=True, positive=True)
        return exp(s[x, y]) / Sum(exp(s[x, c]), (c, 1, m))

    rule = {e: softmax(e.base, *e.indices) for e in gradient.atoms(type(t[a, b])) if e.base == t}
    result = simplify(gradient.xreplace(rule).doit())
    queue.put((time.perf_counter() - started, result == 0))


def sympys(name: str, limit: float) -> tuple[float, str]:
    """Return (seconds, outcome) of SymPy's best effort, stopped at the limit."""
    queue = multiprocessing.Queue()
    worker = multiprocessing.Process(target=_sympy_effort, args=(name, queue))
    started = time.perf_counter()
    worker.start()
    try:
        seconds, proved = queue.get(timeout=limit)
        outcome = "proved" if proved else "ended without 0"
    except Exception:
        seconds, outcome = time.perf_counter() - started, "stopped at the limit or failed"
    if worker.is_alive():
        worker.kill()
    worker.join()
    return seconds, outcome


def main() -> None:
    """Print one line a loss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for SymPy on each loss")
    limit = parser.parse_args().limit
    print(f"{'loss':<12}{'ours':>10}{'first':>10}{'SymPy':>10}{'ratio':>8}  SymPy's outcome")
    for name in NAMES:
        median, first = ours(name)
        seconds, outcome = sympys(name, limit)
        ours_text = f"{median * 1e3:>7.1f} ms{first * 1e3:>7.1f} ms"
        print(f"{name:<12}{ours_text}{seconds:>8.2f} s{seconds / median:>8.0f}  {outcome}")
    print(f"loss-1 refuted in {refutation() * 1e3:.1f} ms (exact witness)")


if __name__ == "__main__":
    main()
