"""Optima: batches against SciPy in a loop, the matrix scaling against L-BFGS, certificates.

Run: python tests/benchmarks/bench_roots.py [--small]
Everything is measured in one run, one thread; the figures printed are ratios and errors.
"""

from __future__ import annotations

import os

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import sys  # noqa: E402
import time  # noqa: E402

import numpy as np  # noqa: E402
from scipy.optimize import minimize, root  # noqa: E402

from nmderive.front import loss as read  # noqa: E402
from nmderive.losses.catalogue import load  # noqa: E402
from nmderive.numeric.certify import certify  # noqa: E402
from nmderive.numeric.convex import convex_certificate  # noqa: E402
from nmderive.numeric.lower import lower  # noqa: E402
from nmderive.numeric.roots import stationary  # noqa: E402


def labels(shape, alpha, rng):
    """Positive labels, rows summing to one: normalised gamma draws."""
    t = rng.gamma(alpha, size=shape)
    return t / t.sum(axis=-1, keepdims=True)


def seconds(run, repeat=3):
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def analytic_gradient(s, t):
    """Loss-1's gradient by hand, the function that the Python loop hands to SciPy."""
    e = np.exp(s)
    z = e.sum(axis=1, keepdims=True)
    a = 1 + np.sum(t * (z - e) / e, axis=0)
    w = t / e / a
    return e * (w.sum(axis=1, keepdims=True) - w) - w * (z - e)


def loop_over_scipy(batch):
    found = []
    for t in batch:
        def equations(x, t=t):
            s = x.reshape(t.shape)
            return (analytic_gradient(s, t) + s.mean(axis=1, keepdims=True)).ravel()

        found.append(root(equations, np.zeros(t.size)).x.reshape(t.shape))
    return np.array(found)


def batches(count):
    rng = np.random.default_rng(0)
    loss, t = load("loss-1"), labels((count, 2, 4), 1.0, rng)
    for structure in (True, False):
        stationary(loss, t[:2], structure=structure)
    scipy = seconds(lambda: loop_over_scipy(t), 1)
    found = loop_over_scipy(t)
    for structure, name in ((False, "generic Newton"), (True, "matrix scaling")):
        ours = seconds(lambda kind=structure: stationary(loss, t, structure=kind), 5)
        result = stationary(loss, t, structure=structure)
        print(f"{count} problems of (2, 4), {name}: {scipy / ours:.0f} times faster than a loop over "
              f"scipy.optimize.root; converged {result.converged.mean():.3f}, residual {result.residual.max():.1e}, "
              f"step {result.error_estimate.max():.1e}, from SciPy's roots {np.abs(result.s - found).max():.1e}")


def large(n):
    rng = np.random.default_rng(1)
    loss, t = load("loss-1"), labels((n, 10), 1.0, rng)
    lowered = lower(loss)
    ours = seconds(lambda: stationary(loss, t))
    result = stationary(loss, t)

    def fun(x):
        value, grad = lowered.value_and_grad(x.reshape(t.shape), t)
        return value, grad.ravel()

    start = time.perf_counter()
    found = minimize(fun, np.zeros(t.size), jac=True, method="L-BFGS-B",
                     options={"maxiter": 5000, "maxfun": 10000, "gtol": 1e-10, "ftol": 0})
    taken = time.perf_counter() - start
    s = found.x.reshape(t.shape)
    s -= s.mean(axis=1, keepdims=True)
    print(f"loss-1 at ({n}, 10): {taken / ours:.0f} times faster than L-BFGS ({found.nit} iterations, stopped: "
          f"{found.message}); gradient {result.residual:.1e} and step {result.error_estimate:.1e} against gradient "
          f"{np.abs(found.jac).max():.1e} and error in s {np.abs(s - result.s).max():.1e}")


def certificates(draws):
    rng = np.random.default_rng(2)
    for name in ("loss-1", "loss-3"):
        for shape in ((2, 3), (5, 5), (20, 10)):
            for alpha in (1.0, 0.1, 0.02):
                start = time.perf_counter()
                proofs = [certify(load(name), labels(shape, alpha, rng)) for _ in range(draws)]
                taken = (time.perf_counter() - start) / draws
                good = [p for p in proofs if p is not None]
                methods = {m: sum(p.method == m for p in good) for m in {p.method for p in good}}
                radius = max((p.radius for p in good), default=np.nan)
                print(f"{name} {shape} alpha {alpha}: {len(good)} of {draws} certified, {taken * 1e3:.0f} ms each, "
                      f"largest radius {radius:.1e}, {methods}")
        start = time.perf_counter()
        proof = certify(load(name), labels((100, 10), 1.0, rng))
        print(f"{name}, 1,000 unknowns: {time.perf_counter() - start:.1f} s, {proof and (proof.method, proof.radius)}")
        start = time.perf_counter()
        proof = convex_certificate(load(name), labels((10_000, 10), 1.0, rng))
        taken = time.perf_counter() - start
        print(f"{name}, 100,000 unknowns: {taken:.1f} s, {proof and (proof.method, proof.radius)}")


#: A loss of the convex family that is in no catalogue.
MIXED = (r"\sum_j \log(1 + \sum_i t_{i,j} e^{2(\bar{s}_i - s_{i,j})}) + "
         r"\sum_{j \neq k} \log(1+\sum_i t_{i,j} e^{(s_{i,k} - s_{i,j})/2})")


def family():
    """Certify other losses of the convex log-sum-exp family, at sizes for which nothing was prepared."""
    rng = np.random.default_rng(3)
    losses = {name: load(name) for name in ("pairwise", "quadratic", "cross-entropy")} | {"mixed": read(MIXED)}
    for name, loss in losses.items():
        for shape in ((5, 5), (14, 10)) if name == "mixed" else ((5, 5), (14, 10), (1000, 10)):
            start = time.perf_counter()
            proof = convex_certificate(loss, labels(shape, 1.0, rng))
            print(f"{name} {shape}: {time.perf_counter() - start:.1f} s, {proof and (proof.unique, proof.radius)}")


def main(arguments):
    small = "--small" in arguments
    batches(100 if small else 1000)
    large(2000 if small else 100_000)
    certificates(3 if small else 100)
    family()


if __name__ == "__main__":
    main(sys.argv[1:])
