"""From the formula to callable code: milliseconds a loss, whatever n and m are, and SymPy's own way beside it.

Run: python tests/benchmarks/bench_compile.py [--slow]
The time covers reading the formula, the gradient and compiling the fast and the robust function; imports and
SymPy's first calls are over by then. --slow also gives SymPy 100 s to lambdify the quadratic loss expanded
at (8, 10), with its gradient.
"""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np

from nmderive.errors import NmderiveError
from nmderive.losses.catalogue import load, names
from nmderive.numeric.exponents import carries
from nmderive.numeric.lower import Lowered
from nmderive.numeric.shapes import complement, loggable
from nmderive.numeric.simple import lambdified

LIMIT = 100
EXPANDED = """
import time
from sympy import Matrix, exp, lambdify, log, symbols
n, m = {n}, {m}
s = Matrix(n, m, symbols(f"s:{{n * m}}"))
t = Matrix(n, m, symbols(f"t:{{n * m}}"))
start = time.perf_counter()
loss = 0
for j in range(m):
    inner = 1
    for i in range(n):
        for h in range(m):
            inner += sum(t[i, j] * t[i, h] ** 2 * exp(s[i, k] - s[i, h]) for k in range(m) if k != h)
    loss += log(inner)
lambdify([*s, *t], [loss, *(loss.diff(x) for x in s)], cse=True)
print(time.perf_counter() - start)
"""


def losses():
    for name in names():
        try:
            loss = load(name)
        except NmderiveError:
            continue
        if not loss.has_undefined_functions:
            yield name, loss


def compile_times():
    every = list(losses())
    for _, loss in every:
        Lowered(loss)
    taken = {}
    for name, loss in every:
        times = []
        for _ in range(5):
            for cached in (loggable, complement, carries):
                cached.cache_clear()
            start = time.perf_counter()
            Lowered(loss)
            times.append((time.perf_counter() - start) * 1e3)
        taken[name] = sorted(times)[2]
    worst = sorted(taken, key=taken.get)[-5:]
    print(f"{len(taken)} losses compiled in {np.median(list(taken.values())):.1f} ms (median); the slowest: "
          + ", ".join(f"{name} {taken[name]:.1f} ms" for name in reversed(worst)))
    for name in ("cross-entropy", "loss-1", "loss-3", "pairwise", "quadratic"):
        print(f"  {name}: {taken[name]:.1f} ms for every n and m")
    return max(taken.values())


def naive():
    """Show what a plain lambdify of value and gradient does at large logits."""
    rng = np.random.default_rng(1)
    t = rng.dirichlet(np.ones(3), size=4)
    signs = rng.choice([-1.0, 1.0], size=(4, 3)) * rng.uniform(0.5, 1, size=(4, 3))
    for name in ("cross-entropy", "loss-1", "loss-3", "pairwise", "quadratic"):
        loss = load(name)
        plain, slopes, ours = lambdified(loss), lambdified(loss, loss.gradient), Lowered(loss)
        for size in (100, 1000):
            value, grad = ours.value_and_grad(signs * size, t)
            with np.errstate(all="ignore"):
                found, slope = plain(signs * size, t), slopes(signs * size, t)
            print(f"  {name}, |s| up to {size}: value {found:.6g}, right {value:.6g}; "
                  f"gradient off by {np.max(np.abs(slope - grad)):.2g}")


def expanded():
    """Give SymPy 100 seconds for one size of the quadratic loss; ours serves every size."""
    for n, m in ((2, 3), (4, 5), (8, 10)):
        command = [sys.executable, "-c", EXPANDED.format(n=n, m=m)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=True)
            print(f"  SymPy's lambdify of the expanded quadratic at ({n}, {m}): {float(done.stdout):.1f} s")
        except subprocess.TimeoutExpired:
            print(f"  SymPy's lambdify of the expanded quadratic at ({n}, {m}): not finished after {LIMIT} s")


def main(arguments):
    compile_times()
    print("plain lambdify of the formula at large logits:")
    naive()
    if "--slow" in arguments:
        expanded()


if __name__ == "__main__":
    main(sys.argv[1:])
