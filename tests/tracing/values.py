"""Values of symbolic arrays at fixed sizes, to compare an operation's meaning with the real library."""

import numpy as np

from nmderive.calculus.symbols import M, N, S, T, array
from nmderive.tracing.array import AXES, Array
from nmderive.tracing.context import tracing
from nmderive.tracing.evaluate import Evaluator
from nmderive.tracing.sums import TARGET, in_labels

SIZES = ((2, 3), (3, 2), (4, 4), (1, 3))
W = array("w", "positive")


def symbolic():
    """s and t of shape (n, m), classes y, weights w of shape (m,)."""
    i, j = AXES[1], AXES[0]
    return {
        "s": Array(S[i, j], (N, M)), "t": Array(T[i, j], (N, M)), "y": Array(TARGET[j], (N,), "index", M),
        "w": Array(W[j], (M,)),
    }


def traced(trace, function, names, file):
    """The result of ``trace`` with every maximum as one over its index."""
    attained = frozenset()
    while True:
        with tracing(file, attained) as kept:
            found = trace(function, {k: {**symbolic(), "v": symbolic()["t"]}[k] for k in names})
        if set(kept.maxima) <= attained:
            return found
        attained |= set(kept.maxima)


def numbers(n, m, seed=0):
    random = np.random.default_rng((seed, n, m))
    t = random.uniform(0.1, 1, (n, m))
    y = random.integers(m, size=n)
    return {"s": random.normal(size=(n, m)), "t": t / t.sum(1, keepdims=True), "y": y, "w": random.uniform(0.5, 2, m)}


def value(x, n, m, given, classes):
    """The values of ``x``; with ``classes`` the letter t is one-hot at y."""
    sizes = {"n": n, "m": m}
    shape = tuple(sizes.get(str(size), size) for size in x.shape)
    letters = {"s": given["s"], "t": np.eye(m)[given["y"]] if classes else given["t"], "w": given["w"]}
    expr = x.expr
    if x.kind == "index":
        raise AssertionError("an index has no values")
    places = {AXES[k]: np.arange(1, size + 1).reshape([-1 if d == 7 - k else 1 for d in range(9)])
              for k, size in enumerate(map(int, reversed(shape)))}
    with np.errstate(all="ignore"):
        found = np.asarray(Evaluator(sizes, letters, {})._at(in_labels(expr), places, 0))
    return np.broadcast_to(found.reshape(found.shape[8 - len(shape):8] if found.ndim == 9 else found.shape), shape)
