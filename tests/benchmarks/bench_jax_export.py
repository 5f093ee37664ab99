"""Exported JAX code against the obvious hand-written code: value and gradient under jax.jit, float32, one thread.

Run: python tests/benchmarks/bench_jax_export.py [--sizes 256x1000,64x100] [LOSS ...]
Both sides take turns in one run; a figure is the ratio of the medians, ours over theirs, so that below 1 is faster than
by hand. "plain" is the formula as one writes it first, "stable" in the log domain, as in bench_torch_export. Needs JAX.
"""

from __future__ import annotations

import os

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import argparse  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

sys.path.insert(0, str(Path(__file__).parent))

from bench_torch_export import PARAMETERS, medians  # noqa: E402

from nmderive.export import render  # noqa: E402
from nmderive.losses.catalogue import load  # noqa: E402


def by_hand(jax):
    """Return {loss: {style: function of (s, t)}}."""
    jnp, nn = jax.numpy, jax.nn
    lse = nn.logsumexp

    def others(s):
        top = s.max(1, keepdims=True)
        e = jnp.exp(s - top)
        return jnp.log(e.sum(1, keepdims=True) - e) + top

    def focal(s, t):
        logs = nn.log_softmax(s, 1)
        return -(t * (1 - jnp.exp(logs)) ** 2.0 * logs).sum()

    def loss_1(s, t):
        e = jnp.exp(s)
        return jnp.log1p((t * (e.sum(1, keepdims=True) - e) / e).sum(0)).sum()

    def pairwise(s, t):
        a = jnp.log1p((t * jnp.exp(-s / 2)).T @ jnp.exp(s / 2))
        return a.sum() - jnp.diagonal(a).sum()

    return {
        "cross-entropy": {"plain": lambda s, t: -(t * nn.log_softmax(s, 1)).sum()}, "focal": {"plain": focal},
        "brier": {"plain": lambda s, t: ((nn.softmax(s, 1) - t) ** 2).sum()},
        "loss-1": {"plain": loss_1, "stable": lambda s, t: nn.softplus(lse(jnp.log(t) - s + others(s), 0)).sum()},
        "loss-3": {"plain": lambda s, t: jnp.log1p((t * jnp.exp(s.mean(1, keepdims=True) - s)).sum(0)).sum(),
                   "stable": lambda s, t: nn.softplus(lse(jnp.log(t) - s + s.mean(1, keepdims=True), 0)).sum()},
        "pairwise": {"plain": pairwise},
    }


def exported(name):
    """Return the exported function of (s, t)."""
    space = {}
    exec(compile(render(load(name), "jax"), name, "exec"), space)
    extra = PARAMETERS.get(name, {})
    return lambda s, t: space["loss"](s, t, **extra)


def bench(jax, name, shape, seconds):
    """Return our microseconds and the ratios of one loss at one size."""
    import numpy as np

    random = np.random.default_rng(0)
    s = jax.numpy.asarray(random.normal(size=shape) * 2, dtype="float32")
    t = jax.nn.softmax(jax.numpy.asarray(random.normal(size=shape) * 2, dtype="float32"), 1)
    hand = by_hand(jax)[name]
    runs = [jax.jit(jax.value_and_grad(run)) for run in (exported(name), *hand.values())]
    (value, slopes), *others = (run(s, t) for run in runs)
    for found, theirs in others:
        assert abs(value - found) <= 1e-3 * abs(found) + 1e-3, (name, shape, value, found)
        assert jax.numpy.allclose(slopes, theirs, atol=1e-3, rtol=1e-2), (name, shape)
    ours, *theirs = medians([lambda run=run: jax.block_until_ready(run(s, t)) for run in runs], seconds)
    return ours * 1e6, {style: ours / x for style, x in zip(hand, theirs, strict=True)}


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("losses", nargs="*", default=None)
    parser.add_argument("--sizes", default="256x1000,4096x10,64x100")
    parser.add_argument("--seconds", type=float, default=1.0)
    given = parser.parse_args(arguments)
    try:
        import jax
    except ImportError:
        print("JAX is not installed: nothing to compare")
        return
    for size in given.sizes.split(","):
        shape = tuple(map(int, size.split("x")))
        print(f"{shape[0]} x {shape[1]}, ours over by hand, both under jax.jit:")
        for name in given.losses or list(by_hand(jax)):
            ours, ratios = bench(jax, name, shape, given.seconds)
            cells = "  ".join(f"{style} {ratio:5.2f}" for style, ratio in ratios.items())
            print(f"  {name:14s} {ours:9.0f} us   {cells}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
