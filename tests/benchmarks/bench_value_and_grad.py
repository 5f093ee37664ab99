"""Value and gradient: generated code against hand-written NumPy, PyTorch eager and jax.jit.

Run: python tests/benchmarks/bench_value_and_grad.py [--small] [LOSS ...]
One thread each; medians of runs side by side; every figure is a multiple of one np.exp over the array
measured in the same minute (pairwise: also of its three matrix products). PyTorch and jax are optional.
bench_compile.py has the times of compiling and what a plain lambdify does at large logits.
"""

from __future__ import annotations

import os

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import sys  # noqa: E402
import time  # noqa: E402
import tracemalloc  # noqa: E402

import numpy as np  # noqa: E402

from nmderive.losses.catalogue import load  # noqa: E402
from nmderive.numeric.lower import Lowered  # noqa: E402

LOSSES = ["cross-entropy", "loss-1", "loss-3", "pairwise", "quadratic"]
SIZES = [(10_000, 10), (10_000, 1000), (1_000_000, 10)]


def median(run, seconds=1.0, least=3):
    run()
    times, end = [], time.perf_counter() + seconds
    while len(times) < least or (time.perf_counter() < end and len(times) < 30):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


# Hand-written NumPy, as one would write it at first: stable, but without blocks.


def softmax(s):
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def hand_cross_entropy(s, t):
    top = s.max(axis=1, keepdims=True)
    e = np.exp(s - top)
    z = e.sum(axis=1, keepdims=True)
    return -np.sum(t * (s - top - np.log(z))), t.sum(axis=1, keepdims=True) * e / z - t


def hand_loss_1(s, t):
    e = np.exp(s)
    z = e.sum(axis=1, keepdims=True)
    q = t * (z - e) / e
    a = 1 + q.sum(axis=0)
    w = t / e / a
    return np.sum(np.log(a)), e * (w.sum(axis=1, keepdims=True) - w) - q / a


def hand_loss_3(s, t):
    q = t * np.exp(s.mean(axis=1, keepdims=True) - s)
    a = 1 + q.sum(axis=0)
    w = q / a
    return np.sum(np.log(a)), w.mean(axis=1, keepdims=True) - w


def hand_pairwise(s, t):
    e = np.exp(s / 2)
    u = t / e
    a = 1 + u.T @ e
    g = 1 / a
    np.fill_diagonal(g, 0)
    np.fill_diagonal(a, 1)
    return np.sum(np.log(a)), 0.5 * (e * (u @ g) - u * (e @ g.T))


def hand_quadratic(s, t):
    e = np.exp(s)
    o = e.sum(axis=1, keepdims=True) - e
    w = t * t / e
    q = np.sum(w * o, axis=1, keepdims=True)
    a = 1 + np.sum(t * q, axis=0)
    d = np.sum(t / a, axis=1, keepdims=True)
    w = w * d
    return np.sum(np.log(a)), e * (w.sum(axis=1, keepdims=True) - w) - w * o


HAND = {
    "cross-entropy": hand_cross_entropy, "loss-1": hand_loss_1, "loss-3": hand_loss_3,
    "pairwise": hand_pairwise, "quadratic": hand_quadratic,
}


def formulas(lib, name):
    """Return the stable formula in PyTorch or jax.numpy (``lib`` has logsumexp, log1p, ...)."""
    lse = lib.logsumexp

    def others(s):
        e = lib.exp(s - lib.amax(s, 1, keepdim=True))
        return lib.log(lib.sum(e, 1, keepdim=True) - e) + lib.amax(s, 1, keepdim=True)

    def pairwise(s, t):
        a = lib.log1p(lib.transpose(t * lib.exp(-s / 2), 0, 1) @ lib.exp(s / 2))
        return lib.sum(a) - lib.sum(lib.diagonal(a))

    return {
        "cross-entropy": lambda s, t: -lib.sum(t * (s - lse(s, 1, keepdim=True))),
        "loss-1": lambda s, t: lib.sum(lib.softplus(lse(lib.log(t) - s + others(s), 0))),
        "loss-3": lambda s, t: lib.sum(lib.softplus(lse(lib.log(t) - s + lib.mean(s, 1, keepdim=True), 0))),
        "pairwise": pairwise,
        "quadratic": lambda s, t: lib.sum(lib.softplus(lse(
            lib.log(t) + lse(2 * lib.log(t) - s + others(s), 1, keepdim=True), 0
        ))),
    }[name]


def torch_run(name, s, t):
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    torch.softplus = torch.nn.functional.softplus
    x, y, run = torch.tensor(s), torch.tensor(t), formulas(torch, name)

    def go():
        z = x.clone().requires_grad_()
        value = run(z, y)
        value.backward()
        return float(value.detach()), z.grad.numpy()

    return go


def jax_run(name, s, t):
    try:
        import jax
    except ImportError:
        return None
    jax.config.update("jax_enable_x64", True)
    x, y, run = jax.numpy.asarray(s), jax.numpy.asarray(t), jax.jit(jax.value_and_grad(formulas(JaxAsTorch(jax), name)))
    return lambda: jax.block_until_ready(run(x, y))


class JaxAsTorch:
    """The few functions above under PyTorch's argument names."""

    def __init__(self, jax):
        self.np, self.jax = jax.numpy, jax

    def __getattr__(self, name):
        return getattr(self.np, name)

    def logsumexp(self, x, axis, keepdim=False):
        return self.jax.scipy.special.logsumexp(x, axis=axis, keepdims=keepdim)

    def amax(self, x, axis, keepdim=False):
        return self.np.max(x, axis=axis, keepdims=keepdim)

    def sum(self, x, axis=None, keepdim=False):
        return self.np.sum(x, axis=axis, keepdims=keepdim)

    def mean(self, x, axis=None, keepdim=False):
        return self.np.mean(x, axis=axis, keepdims=keepdim)

    def transpose(self, x, *_):
        return x.T

    def softplus(self, x):
        return self.jax.nn.softplus(x)


def memory_in_arrays(run, s):
    """Return the peak of memory that a call allocates, in arrays of the size of s."""
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / s.nbytes


def bench(name, shape):
    rng = np.random.default_rng(0)
    s, t = rng.normal(size=shape) * 2, rng.dirichlet(np.ones(shape[1]), size=shape[0])
    out = np.empty_like(s)
    lowered = Lowered(load(name))
    floor = median(lambda: np.exp(s, out=out))
    ours = median(lambda: lowered.value_and_grad(s, t))
    print(f"{name:14s} {shape!s:15s} exp {floor * 1e3:8.2f} ms | generated {ours / floor:6.2f}", end="")
    robust = lowered._run("value_and_grad", "robust")
    with np.errstate(all="ignore"):
        slow = median(lambda: robust(s, t, None, *shape, s.dtype), 0.2, 1)
    print(f"  robust {slow / floor:6.2f}", end="")
    least = floor
    if name == "pairwise":
        square = np.ones((shape[1], shape[1]))
        products = median(lambda: (s.T @ t, s @ square, t @ square), 0.5)
        least += products
    hand = median(lambda: HAND[name](s, t))
    print(f"  by hand {hand / floor:6.2f}", end="")
    for label, maker in (("torch", torch_run), ("jax.jit", jax_run)):
        run = maker(name, s, t)
        if run is None:
            print(f"  {label}: not installed", end="")
            continue
        other = median(run)
        best = f", at best {other / least:.1f}" if label == "torch" else ""
        print(f"  {label} {other / floor:6.2f} ({other / ours:.1f} times ours{best})", end="")
        value, grad = run()
        found = lowered.value_and_grad(s, t)
        assert abs(float(value) - found[0]) < 1e-8 * abs(found[0]), (label, name)
        assert np.abs(np.asarray(grad) - found[1]).max() < 1e-8, (label, name)
    if name == "pairwise":
        print(f"  | {ours / products:.2f} times its three matrix products", end="")
    arrays = memory_in_arrays(lambda: lowered.value_and_grad(s, t), s)
    print(f"  | {arrays + 2:.1f} arrays with s, t")


def floors():
    """Print what one exponential costs: no code on NumPy can be faster than its np.exp."""
    x = np.random.default_rng(0).normal(size=100_000)
    out = np.empty_like(x)
    own = median(lambda: np.exp(x, out=out), 0.3) * 1e4
    print(f"one np.exp takes {own:.1f} ns an entry", end="")
    try:
        import torch
    except ImportError:
        print()
        return
    torch.set_num_threads(1)
    y, into = torch.tensor(x), torch.tensor(out)
    theirs = median(lambda: torch.exp(y, out=into), 0.3) * 1e4
    print(f", one torch.exp {theirs:.1f} ns; 'at best' below is PyTorch's time over np.exp alone (pairwise: over "
          "np.exp and the three matrix products)")


def main(arguments):
    floors()
    small = "--small" in arguments
    names = [a for a in arguments if not a.startswith("--")] or LOSSES
    for shape in SIZES[:1] if small else SIZES:
        for name in names:
            bench(name, shape)


if __name__ == "__main__":
    main(sys.argv[1:])
