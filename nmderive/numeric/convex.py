r"""One stationary point and no other, from strong convexity at one exact point.

For l = sum_j log(A_j), A_j = 1 + sum_r q_r with q_r = weight_r exp(a_r . s) and positive weights, l is
convex, and along any u the second derivative changes by at most exp(R(u)) with R(u) the range of the
exponents' slopes a_r . u (the third cumulant is at most range times variance). By Cauchy-Schwarz the Hessian
is at least sum_r q_r / A_j^2 a_r a_r'. For exponents c (s_ik - s_ij), a graph Laplacian of each row, that
is at least lambda_i = c^2 m min_{j, k}(q_ijk / A_j^2) on the row's differences; for exponents
c (mean_i - s_ij) at least c^2 min_j(q_ij / A_j^2). With |g|^2 = sum_i |g_i|^2 / lambda_i at an exact point x
and rho = 2 |g|, the condition 2 sqrt(2) c rho <= sqrt(min lambda) gives a stationary point with
|s_i - x_i| <= rho / sqrt(lambda_i); by convexity it is the only one up to row shifts.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from flint import arb, arb_mat, ctx
from sympy import exp, log

from nmderive.calculus.normal_form import normal_form
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.errors import NmderiveError
from nmderive.losses.loss import Loss
from nmderive.numeric.certify import Enclosure, to_balls
from nmderive.numeric.intervals import exact_arrays, exsum
from nmderive.numeric.program import program
from nmderive.numeric.scaling import overlap, scale, scaling_factor

_PRECISIONS = (128, 512, 2048)


@lru_cache(maxsize=64)
def mean_factor(loss: Loss) -> float | None:
    """Return c where the loss is sum_j log(1 + sum_i t_ij exp(c (mean_i - s_ij))), None where it is not."""
    if loss.shape != (N, M) or loss.parameters or loss.arrays or loss.class_sets:
        return None
    i, j, k = index("i"), index("j"), index("k")
    candidates = {
        abs(a.as_coeff_Mul()[0]) for e in loss.expr.atoms(exp) for a in e.args[0].as_ordered_terms() if a.has(S)
    }
    for c in candidates:
        exponent = c * (IndexSum(S[i, k], k, M) / M - S[i, j])
        form = IndexSum(log(1 + IndexSum(T[i, j] * exp(exponent), i, N)), j, M)
        try:
            if normal_form(loss.expr) == normal_form(form):
                return float(c)
        except NmderiveError:
            return None
    return None


def convex_certificate(loss: Loss, t: Any) -> Enclosure | None:
    """Return an enclosure of the only stationary point, or None where the loss or labels do not fit."""
    if t.ndim != 2 or t.min() <= 0:
        return None
    pairs, means = scaling_factor(loss), mean_factor(loss)
    if pairs is None and means is None:
        return None
    before = ctx.prec
    try:
        for precision in _PRECISIONS:
            ctx.prec = precision
            found = _at(loss, t, pairs, means, precision)
            if found is not None:
                return found
    finally:
        ctx.prec = before
    return None


def _at(loss: Loss, t: Any, pairs: float | None, means: float | None, precision: int) -> Enclosure | None:
    labels = to_balls(t)
    c = arb(pairs if pairs is not None else means)
    x = _by_pairs(t, labels, c) if pairs is not None else _centred(exact_arrays.log(labels)) / c
    x = np.frompyfunc(lambda v: v.mid(), 1, 1)(x)
    grad = _gradient(loss, x, labels)
    lambdas = _curvatures(x, labels, c, pairs is not None)
    if not all(v > 0 for v in lambdas):
        return None
    sizes = np.frompyfunc(lambda v: abs(v).upper(), 1, 1)(grad)
    norm = sum(((g * g).sum() / v for g, v in zip(sizes, lambdas, strict=True)), arb(0)).upper().sqrt().upper()
    rho = 2 * norm
    least = min(lambdas, key=lambda v: float(v.log()))
    if not 2 * arb(2).sqrt() * c * rho <= least.lower().sqrt():
        return None
    centre = x.astype(float)
    gap = max(float(abs(a - arb(b)).upper()) for a, b in zip(x.ravel(), centre.ravel(), strict=True))
    radius = float((rho / least.lower().sqrt()).upper()) + gap
    residual = max(float(abs(v).upper()) for v in grad.ravel())
    return Enclosure(
        centre, float(np.nextafter(radius, np.inf)), residual, precision,
        "strong convexity at one exact point", "everywhere, up to row shifts",
    )


def _gradient(loss: Loss, x: Any, labels: Any) -> Any:
    text = program(loss, "value_and_grad", "fast", (), batch=True)
    assert text is not None
    space: dict[str, Any] = {"np": exact_arrays, "exsum": exsum}
    # The text is generated from the expression tree, never taken from a user.
    exec(compile(text.code, "<nmderive intervals>", "exec"), space)  # noqa: S102
    grad = space[text.name](x[..., None], labels[..., None], None, *map(arb, x.shape), np.float64)[1]
    return np.broadcast_to(grad, (*x.shape, 1))[..., 0]


def _centred(x: Any) -> Any:
    return x - (np.sum(x, axis=1) / x.shape[1])[:, None]


def _curvatures(x: Any, labels: Any, c: Any, pairs: bool) -> list[Any]:
    """Return a lower bound of each row's curvature on differences (arb balls; their lower ends count)."""
    powers = exact_arrays.exp(c * x)
    inverse = labels / powers
    if pairs:
        rows = np.sum(powers, axis=1)
        bounds = 1 + np.sum(inverse * rows[:, None], axis=0)
        least = [_smallest(row) for row in powers]
        weights = inverse / (bounds * bounds)
        return [(c * c * x.shape[1] * _smallest(w) * p).lower() for w, p in zip(weights, least, strict=True)]
    shifts = exact_arrays.exp(c * np.sum(x, axis=1) / x.shape[1])
    terms = inverse * shifts[:, None]
    bounds = 1 + np.sum(terms, axis=0)
    weights = terms / (bounds * bounds)
    return [(c * c * _smallest(w)).lower() for w in weights]


def _smallest(values: Any) -> Any:
    found = values[0].lower()
    for v in values[1:]:
        low = v.lower()
        found = low if low < found else found
    return found


def _by_pairs(t: Any, labels: Any, c: Any) -> Any:
    """Return log(t)/2 + a, centred: a from Newton steps on the matrix scaling in arb."""
    a, _, _ = scale(overlap(t[..., None]))
    m = t.shape[1]
    roots = np.frompyfunc(lambda v: v.sqrt(), 1, 1)(labels)
    table = arb_mat(t.shape[0], m, list(roots.ravel()))
    matrix = table.transpose() * table
    entries = [[arb(1) if j == k else matrix[j, k].mid() for k in range(m)] for j in range(m)]
    found = np.array([arb(v) for v in a[:, 0]], dtype=object)
    for _ in range(3 + ctx.prec.bit_length() - 6):
        power = [v.exp() for v in found]
        flow = [power[j] * sum((entries[j][k] * power[k] for k in range(m)), arb(0)) for j in range(m)]
        hessian = arb_mat(
            [[power[j] * entries[j][k] * power[k] + (flow[j] if j == k else 0) for k in range(m)] for j in range(m)]
        )
        move = hessian.mid().solve(arb_mat(m, 1, [1 - v for v in flow])).entries()
        found = np.array([(v + w).mid() for v, w in zip(found, move, strict=True)], dtype=object)
    return _centred(exact_arrays.log(labels) / 2 + found[None, :]) / c


__all__ = ["convex_certificate", "mean_factor"]
