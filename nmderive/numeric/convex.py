r"""One stationary point and no other, from strong convexity at one exact point.

For a loss of the family of ``family.py`` the Hessian at x is at least the sum of weight times a a' over its
pieces, so in every row i at least lambda_i times the identity (on differences where row shifts change
nothing), see ``curvature.py``. Along any u the second derivative changes by at most the factor exp(R(u)),
R(u) the range of the slopes under one logarithm (the third cumulant is at most range times variance), and
R(u) <= 2 |a|_max |u|_max. With |g|^2 = sum_i |g_i|^2 / lambda_i at an exact point x and rho = 2 |g|, the
condition 2 |a|_max rho <= sqrt(min lambda) means R <= 1 where sum_i lambda_i |u_i|^2 = rho^2; there
u . grad l(x + u) >= rho^2 (1 - 1/e) - rho |g| > 0, so a stationary point lies within |u_i| <= rho / sqrt(lambda_i),
and by strict convexity it is the only one (up to row shifts).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from flint import arb, arb_mat, ctx
from sympy import exp

from nmderive.calculus.symbols import S
from nmderive.errors import NmderiveError
from nmderive.losses.loss import Loss
from nmderive.numeric.curvature import Curvature
from nmderive.numeric.family import convex_form
from nmderive.numeric.intervals import exact_arrays, exsum, gather
from nmderive.numeric.krawczyk import LARGEST_EXACT, Enclosure, Krawczyk, ignores_shifts, is_dyadic, to_balls
from nmderive.numeric.lower import lower
from nmderive.numeric.program import program
from nmderive.numeric.roots import stationary
from nmderive.numeric.scaling import overlap, scale, scaling_factor

_PRECISIONS = (128, 512, 2048)


def convex_certificate(loss: Loss, t: Any) -> Enclosure | None:
    """Return an enclosure of the only stationary point, or None where the loss or labels do not fit."""
    t = np.asarray(t, dtype=float)
    if t.ndim != len(loss.shape) or t.size == 0 or not (t.min() > 0 and t.max() <= 1) or not is_dyadic(loss):
        return None
    pieces = convex_form(loss)
    if pieces is None:
        return None
    before = ctx.prec
    try:
        for precision in _PRECISIONS:
            ctx.prec = precision
            curvature = Curvature(loss, pieces, t)
            for x in _candidates(loss, t, precision):
                found = _at(loss, t, x, curvature, precision)
                if found is not None:
                    return found
    except (ZeroDivisionError, ValueError, OverflowError):
        return None  # arb has no answer there: an infinite ball, a singular matrix
    finally:
        ctx.prec = before
    return None


def _candidates(loss: Loss, t: Any, precision: int) -> Iterator[Any]:
    """Yield points of arb numbers that may be close to the optimum: structure, softmax, the numerical search."""
    labels, factor = to_balls(t), scaling_factor(loss)
    if factor is not None:
        yield _by_pairs(t, labels, factor)
        return
    factors = {
        abs(a.as_coeff_Mul()[0]) for e in loss.expr.atoms(exp) for a in e.args[0].as_ordered_terms() if a.has(S)
    }
    for c in sorted(float(c) for c in factors):
        s = np.log(t) / c
        _, grad = lower(loss).unchecked("value_and_grad", s - np.mean(s, axis=-1, keepdims=True), t)
        if np.max(np.abs(grad)) < 1e-7:
            yield _centred(exact_arrays.log(labels)) / arb(c)
    try:
        root = stationary(loss, t)
    except NmderiveError:
        return
    if np.isfinite(root.s).all():
        exact = t.size <= LARGEST_EXACT
        yield Krawczyk(lower(loss), t, {}).refined(root.s, precision)[0].reshape(t.shape) if exact else to_balls(root.s)


def _at(loss: Loss, t: Any, x: Any, curvature: Curvature, precision: int) -> Enclosure | None:
    x = np.frompyfunc(lambda v: v.mid(), 1, 1)(x)
    lambdas = curvature.rows(x)
    if lambdas is None:
        return None
    grad = _gradient(loss, x, to_balls(t))
    sizes = np.frompyfunc(lambda v: abs(v).upper(), 1, 1)(grad).reshape(len(lambdas), -1)
    norm = sum(((g * g).sum() / v for g, v in zip(sizes, lambdas, strict=True)), arb(0)).upper().sqrt().upper()
    rho = 2 * norm
    least = min(lambdas, key=lambda v: float(v.log()))
    if not 2 * arb(curvature.longest) * rho <= least.lower().sqrt():
        return None
    centre = x.astype(float)
    gap = max(float(abs(a - arb(b)).upper()) for a, b in zip(x.ravel(), centre.ravel(), strict=True))
    radius = float((rho / least.lower().sqrt()).upper()) + gap
    residual = max(float(abs(v).upper()) for v in grad.ravel())
    return Enclosure(
        centre, float(np.nextafter(radius, np.inf)), residual, precision, "strong convexity at one exact point",
        "everywhere, up to row shifts" if ignores_shifts(loss) else "everywhere",
    )


def _gradient(loss: Loss, x: Any, labels: Any) -> Any:
    text = program(loss, "value_and_grad", "fast", (), batch=True)
    assert text is not None
    space: dict[str, Any] = {"np": exact_arrays, "exsum": exsum, "gather": gather}
    # The text is generated from the expression tree, never taken from a user.
    exec(compile(text.code, "<nmderive intervals>", "exec"), space)  # noqa: S102
    grad = space[text.name](x[..., None], labels[..., None], None, *map(arb, (1, *x.shape)[-2:]), np.float64)[1]
    return np.broadcast_to(grad, (*x.shape, 1))[..., 0]


def _centred(x: Any) -> Any:
    return x - np.asarray(np.sum(x, axis=-1) / x.shape[-1], dtype=object)[..., None]


def _by_pairs(t: Any, labels: Any, c: float) -> Any:
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


__all__ = ["convex_certificate"]
