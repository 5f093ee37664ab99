"""What a wrong class on top costs when labels are nearly hard: the gap between the optimum and the best wrong point.

With smoothing e row i's label is 1 - e + e/m at its target y_i and e/m elsewhere. The gap is

    min {l(s): s_ik >= s_iy for some row i and some k != y_i} - min l,

each minimum found by Newton's method where the loss is convex on its way, and by SciPy's trust-region variant of it
elsewhere, with our gradient and Hessian. These are numbers, not proofs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nmderive.errors import DomainError
from nmderive.losses.loss import Loss
from nmderive.numeric.lower import Lowered, lower

_TOLERANCE, _ROUNDS = 1e-12, 500
#: Where a loss is not convex the search ends at this gradient: rounding may keep it from any smaller one for long.
_ENOUGH, _TRIALS = 1e-9, 200
#: A gradient above this, relative to the loss, says that there is no minimum; a gap below the noise is zero.
_FLAT, _NOISE = 1e-6, 1e-11
#: Newton steps and halvings of one, and what is rounding beside the largest curvature.
_STEPS, _HALVINGS, _ROUNDING = 40, 30, 1e-13


@dataclass(frozen=True)
class Gap:
    """The least value of the loss, the least one with a wrong class on top, and by how much they differ."""

    smoothing: float
    optimum: float
    wrong: float
    gap: float


def near_hard_gap(
    loss: Loss, smoothing: Sequence[float], n: int = 1, m: int = 3, **parameters: Any
) -> list[Gap]:
    """Return the gap of the loss at each smoothing in (0, 1); raises DomainError where labels are not n x m."""
    if [size.name for size in loss.shape] != ["n", "m"]:
        raise DomainError("the gap is asked of losses whose logits have n rows and m classes")
    if m < 2 or n < 1 or not all(0 < e < 1 for e in smoothing):
        raise DomainError("the gap needs n >= 1, m >= 2 and smoothing strictly between 0 and 1")
    lowered = lower(loss)
    with np.errstate(all="ignore"):  # trial steps overflow where a loss has no minimum; the gradient at the end tells
        return [_gap(lowered, e, n, m, parameters) for e in smoothing]


def near_hard_labels(smoothing: float, n: int, m: int) -> Any:
    """Return the labels (n, m): row i's target is class i mod m."""
    t = np.full((n, m), smoothing / m)
    t[np.arange(n), np.arange(n) % m] += 1 - smoothing
    return t


def _gap(lowered: Lowered, smoothing: float, n: int, m: int, parameters: dict[str, Any]) -> Gap:
    search = _Search(lowered, near_hard_labels(smoothing, n, m), parameters)
    try:
        optimum, s = search.least(np.eye(n * m))
        slope = np.abs(search.slope(s)[1]).max()
        if not slope <= _FLAT * (1 + abs(optimum)):
            raise DomainError(f"no minimum was found at smoothing {smoothing:g}: the gradient ends at {slope:.1g}")
        wrong = min(search.wrong(i, k) for i in range(n) for k in range(m) if k != i % m)
    except (ValueError, np.linalg.LinAlgError) as error:
        raise DomainError(f"no minimum was found at smoothing {smoothing:g}: {error}") from error
    noise = _NOISE * (1 + abs(optimum))
    return Gap(smoothing, optimum, wrong, 0.0 if abs(wrong - optimum) < noise else wrong - optimum)


class _Search:
    """Minimisation of one loss at fixed labels over a subspace of the logits."""

    def __init__(self, lowered: Lowered, t: Any, parameters: dict[str, Any]) -> None:
        self.lowered, self.t, self.parameters = lowered, t, parameters
        s = np.log(t)
        self.starts = (s - s.mean(axis=1, keepdims=True), np.zeros_like(t))

    def wrong(self, row: int, k: int) -> float:
        """Return the least value where class k is at least as large as the row's target.

        Where the loss rises from the face s_ik = s_iy into that region, and for a convex loss it is only there, the
        minimum lies on the face; else the search goes on inside.
        """
        n, m = self.t.shape
        other, target = row * m + k, row * m + row % m
        face = np.delete(np.eye(n * m), other, axis=1)
        face[other] = face[target]
        value, s = self.least(face)
        slope = self.slope(s)[1].reshape(-1)
        if slope[other] - slope[target] >= -1e-9:
            return value
        from scipy.optimize import minimize  # slow to import, and few losses ask for it

        inside = {"type": "ineq", "fun": lambda x: x[other] - x[target]}
        found = minimize(lambda x: self.slope(x)[0], s.reshape(-1), jac=lambda x: self.slope(x)[1].reshape(-1),
                         method="SLSQP", constraints=[inside], options={"ftol": 1e-14, "maxiter": _ROUNDS})
        return min(value, float(found.fun))

    def slope(self, s: Any) -> tuple[float, Any]:
        """Return value and gradient."""
        value, grad = self.lowered.value_and_grad(np.reshape(s, self.t.shape), self.t, **self.parameters)
        return float(value), grad

    def least(self, basis: Any) -> tuple[float, Any]:
        """Return the least value over the span of the columns, and where it is taken."""
        found = [self._from(basis, start) for start in self.starts]
        return min(found, key=lambda pair: pair[0])

    def _from(self, basis: Any, start: Any) -> tuple[float, Any]:
        first = np.linalg.lstsq(basis, start.reshape(-1), rcond=None)[0]
        convex = self._newton(basis, first)
        if convex is not None:
            return convex
        from scipy.optimize import minimize

        found = minimize(
            lambda x: self.slope(basis @ x)[0], first, jac=lambda x: basis.T @ self.slope(basis @ x)[1].reshape(-1),
            hess=self._hessian(basis), method="trust-exact", options={"gtol": _ENOUGH, "maxiter": _TRIALS})
        return float(found.fun), basis @ found.x

    def _newton(self, basis: Any, x: Any) -> tuple[float, Any] | None:
        """Return the least value by damped Newton steps; None where the loss is not convex, or has no end, there."""
        hessian = self._hessian(basis)
        value, grad = self._along(basis, x)
        for _ in range(_STEPS):
            curvatures, axes = np.linalg.eigh(hessian(x))
            steep = curvatures > _ROUNDING * curvatures[-1]
            if not curvatures[0] > -_ROUNDING * curvatures[-1]:
                return None
            step = -axes[:, steep] @ (axes[:, steep].T @ grad / curvatures[steep])
            is_last = np.abs(grad).max() <= _TOLERANCE
            for _ in range(_HALVINGS):
                ahead, slope = self._along(basis, x + step)
                if is_last or ahead <= value + 1e-4 * (grad @ step):
                    break
                step = step / 2
            else:
                return None
            x, value, grad = x + step, ahead, slope
            if is_last:
                return value, basis @ x
        return None

    def _along(self, basis: Any, x: Any) -> tuple[float, Any]:
        value, grad = self.slope(basis @ x)
        return value, basis.T @ grad.reshape(-1)

    def _hessian(self, basis: Any) -> Callable[[Any], Any]:
        def at(x: Any) -> Any:
            s = (basis @ x).reshape(self.t.shape)
            columns = [self.lowered.hvp(s, self.t, v.reshape(self.t.shape), **self.parameters) for v in basis.T]
            full = basis.T @ np.array([np.reshape(c, -1) for c in columns]).T
            return (full + full.T) / 2
        return at


__all__ = ["Gap", "near_hard_gap", "near_hard_labels"]
