"""Damped Newton steps on many problems at once, the problems on the last axis.

A step is halved until it lowers the value (where the Hessian is positive definite) or the gradient. The
test needs no evaluation of its own: it uses that of the next step. Finished problems drop out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

#: Evaluations a problem (Newton steps and halvings), and the step below which it may be finished.
STEPS = 150
TOLERANCE = 1e-9
_LONGEST, _SHORTEST = 4.0, 2.0**-30
#: (s, t) -> (values, gradients, Newton steps, mask of positive definite Hessians)
Evaluate = Callable[[Any, Any], tuple[Any, Any, Any, Any]]


def newton(evaluate: Evaluate, s: Any, t: Any) -> tuple[Any, Any]:
    """Return (points, size of the step that is left), the latter of shape (B,).

    The step that is left is the last Newton step, or what quadratic convergence predicts for the next one.
    """
    out, left = np.array(s), np.full(s.shape[-1], np.inf)
    active = np.arange(s.shape[-1])
    none = np.full(s.shape[-1], np.inf)
    # Accepted point, its labels, value, squared gradient, Newton step and convexity, the step before, the factor.
    state = (s, t, none, none, np.zeros_like(s), none < 0, none, 0 * active)
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            point, labels, value, slope, move, convex, before, factor = state
            trial = point + factor * move
            now, grad, step, positive = evaluate(trial, labels)
            steep, length = np.sum(grad.reshape(-1, len(active)) ** 2, axis=0), size(step)
            good = (factor <= _SHORTEST) | (steep < slope) | (convex & (now <= value + 1e-14 * np.abs(value)))
            done, remains = _finished(trial, length, before)
            done &= good
            new = (trial, labels, now, steep, step, positive, length, _LONGEST / np.maximum(length, _LONGEST))
            if not good.all():
                old = (*state[:-1], factor / 2)
                new = tuple(np.where(good, a, b) for a, b in zip(new, old, strict=True))
            if done.any():
                last = trial + np.where(length < 1e-5, step, 0)
                out[..., active[done]], left[active[done]] = last[..., done], remains[done]
                new = tuple(x[..., ~done] for x in new)
                active = active[~done]
            state = new
            if not len(active):
                return out, left
    out[..., active], left[active] = state[0], state[6]
    return out, left


def _finished(s: Any, length: Any, before: Any) -> tuple[Any, Any]:
    """Return (mask of the problems that are finished, size of the step that is left there)."""
    ahead = length * (length / before) ** 2
    sure = (length < 1e-5) & (before < 0.1) & (ahead < 1e-13)
    tiny = (length <= 1e-12 * (1 + size(s))) | ((length < TOLERANCE) & (length >= before / 2))
    return sure | tiny | ~np.isfinite(length), np.where(sure & ~tiny, ahead, length)


def size(s: Any) -> Any:
    """Return the largest absolute entry of each problem."""
    return np.max(np.abs(s.reshape(-1, s.shape[-1])), axis=0)


__all__ = ["STEPS", "TOLERANCE", "newton", "size"]
