"""Krawczyk's test: a stationary point enclosed by interval arithmetic, with a proof that it exists and is unique.

It works for any loss: K(X) = x - A F(x) + (1 - A F'(X)) (X - x) inside the interior of the box
X proves exactly one zero of F in X. F is the gradient, plus the row means where the loss ignores row shifts
(shown by normal forms). It runs on float64 intervals, and on arb balls of growing precision where these are
too coarse. The generated code of gradient and Hessian is evaluated as it is, on intervals.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from flint import arb, arb_mat, ctx
from sympy import IndexedBase, Rational

from nmderive.calculus.normal_form import normal_form
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.symbols import M, S
from nmderive.errors import NmderiveError
from nmderive.losses.loss import Loss
from nmderive.numeric.intervals import Interval, exact_arrays, exsum, gather, interval, interval_arrays, outward
from nmderive.numeric.kernels import put
from nmderive.numeric.lower import Lowered
from nmderive.numeric.program import program

#: Unknowns up to which Krawczyk's test is tried, on float64 intervals and on arb balls.
LARGEST, LARGEST_EXACT = 1500, 150
_ROUNDING = 2.0**-53


@dataclass(frozen=True)
class Enclosure:
    """A proof that exactly one stationary point lies within ``radius`` of ``centre``, entry by entry.

    ``unique`` says where it is the only one: "in the box", "everywhere" or "everywhere, up to row shifts". ``residual``
    bounds the gradient at the centre that the proof used, ``precision`` is in bits.
    """

    centre: Any
    radius: float
    residual: float
    precision: int
    method: str
    unique: str


def is_dyadic(loss: Loss) -> bool:
    """Tell whether every number of the formula is a float exactly."""
    return all(q.q & (q.q - 1) == 0 for q in loss.expr.atoms(Rational)) and not any(
        x.is_number and not x.is_Rational for x in loss.expr.atoms()
    )


@lru_cache(maxsize=64)
def ignores_shifts(loss: Loss) -> bool:
    """Tell whether a constant added to a row of logits leaves the loss as it is, for all n and m."""
    if loss.shape[-1] != M:
        return False
    shift = IndexedBase("row_shift", real=True)
    rows = loss.indices[:-1]
    moved = S[loss.indices] + (shift[rows] if rows else shift[1])
    try:
        return bool(normal_form(substitute_array(loss.expr, S, loss.indices, moved)) == normal_form(loss.expr))
    except NmderiveError:
        return False


class Krawczyk:
    """Krawczyk's test for one loss and one array of labels."""

    def __init__(self, lowered: Lowered, t: Any, parameters: dict[str, Any]) -> None:
        self.lowered, self.t = lowered, t
        values = lowered.checked(t, t, parameters)
        self.extra = [values[a] for a in lowered.arguments]
        self.sizes = lowered.sizes(t)
        self.gauge = ignores_shifts(lowered.loss)

    def _run(self, arrays: Any, kind: str, wrap: Any, s: Any, v: Any) -> tuple[Any, ...]:
        text = program(self.lowered.loss, kind, "fast", self.lowered.arguments, batch=True)
        assert text is not None
        space: dict[str, Any] = {"np": arrays, "exsum": exsum, "gather": gather, "put": put}
        # The text is generated from the expression tree, never taken from a user.
        exec(compile(text.code, "<nmderive intervals>", "exec"), space)  # noqa: S102
        n, m = (wrap(float(x)) for x in self.sizes)  # so that 1/m is an enclosure, not a rounded float
        return tuple(space[text.name](s[..., None], wrap(self.t[..., None]), v, n, m, np.float64, *self.extra))

    def _directions(self) -> Any:
        return np.eye(self.t.size).reshape(self.t.size, *self.t.shape, 1)

    def _shift_matrix(self, weight: float) -> Any:
        size = self.t.size
        if not self.gauge:
            return np.zeros((size, size))
        rows = np.arange(size) // self.sizes[1]
        return weight * (rows[:, None] == rows[None, :])

    # float64 intervals

    def on_floats(self, s: Any) -> Enclosure | None:
        """Run Krawczyk's test around ``s`` on float64 intervals."""
        size = self.t.size
        try:
            with np.errstate(all="ignore"):
                v = interval(self._directions())
                _, grad, product = self._run(interval_arrays, "hvp", interval, interval(s), v)
                hessian = _matrix(product, size, self.t.shape)
                weight = float(2.0 ** np.round(np.log2(np.mean(np.abs(np.diag(hessian.mid()))))))
                extra = self._shift_matrix(weight)
                inverse = np.linalg.inv(hessian.mid() + extra)
                return self._contract(s, _vector(grad, self.t.shape), inverse, extra)
        except (np.linalg.LinAlgError, ValueError, OverflowError, AttributeError):
            return None

    def _contract(self, s: Any, grad: Interval, inverse: Any, extra: Any) -> Enclosure | None:
        size = self.t.size
        x = s.ravel()
        residual = grad + _product(extra, interval(x))
        move = _product(inverse, residual).magnitude()
        radius = 2 * move + 1e-15 * (1e-3 + np.max(move))
        for _ in range(4):
            box = outward(x - radius, x + radius)
            reach = np.maximum(box.hi - x, x - box.lo) * (1 + 1e-15)
            inside = Interval(box.lo.reshape(s.shape), box.hi.reshape(s.shape))
            _, _, product = self._run(interval_arrays, "hvp", interval, inside, interval(self._directions()))
            rate = _defect(inverse, _matrix(product, size, self.t.shape), extra)
            image = move + rate @ reach
            image *= 1 + (size + 4) * _ROUNDING
            if np.all(image < reach):
                bound = float(np.max(grad.magnitude()))
                return Enclosure(s, float(np.max(reach)), bound, 53, "Krawczyk on float64 intervals", "in the box")
            if not np.isfinite(image).all():
                return None
            radius = 1.5 * image
        return None

    # arb balls

    def on_balls(self, s: Any, precision: int) -> Enclosure | None:
        """Run Krawczyk's test on arb balls of ``precision`` bits, after Newton steps from ``s``."""
        before, ctx.prec = ctx.prec, precision
        try:
            return self._on_balls(s, precision)
        except (ZeroDivisionError, ValueError, OverflowError, TypeError):
            return None
        finally:
            ctx.prec = before

    def refined(self, s: Any, precision: int) -> tuple[Any, list[Any], Any, Any]:
        """Return (point, last Newton step, approximate inverse, gradient) after Newton steps on arb balls."""
        size, shape = self.t.size, self.t.shape
        extra = self._shift_matrix(1.0)
        x = to_balls(s).reshape(-1)
        for _ in range(3 + precision // 64):
            _, grad, product = self._run(exact_arrays, "hvp", to_balls, x.reshape(shape), to_balls(self._directions()))
            jacobian = arb_mat(size, size, list(_flat(product, (size, *shape)))) + arb_mat(extra.tolist())
            inverse = arb_mat(size, size, [v.mid() for v in jacobian.mid().inv().entries()])
            residual = arb_mat(size, 1, list(_flat(grad, shape))) + arb_mat(extra.tolist()) * arb_mat(size, 1, list(x))
            move = (inverse * residual).entries()
            if max(float(abs(v).upper()) for v in move) < 2.0 ** (-precision // 2):
                break
            x = np.array([(a - b).mid() for a, b in zip(x, move, strict=True)], dtype=object)
        return x, move, inverse, grad

    def _on_balls(self, s: Any, precision: int) -> Enclosure | None:
        size, shape = self.t.size, self.t.shape
        extra = self._shift_matrix(1.0)
        x, move, inverse, grad = self.refined(s, precision)
        reach = [abs(v).upper() * 4 + arb(2) ** (-precision // 2) for v in move]
        box = np.array([a + arb(0, r) for a, r in zip(x, reach, strict=True)], dtype=object)
        _, _, product = self._run(exact_arrays, "hvp", to_balls, box.reshape(shape), to_balls(self._directions()))
        jacobian = arb_mat(size, size, list(_flat(product, (size, *shape)))) + arb_mat(extra.tolist())
        defect = arb_mat([[int(a == b) for b in range(size)] for a in range(size)]) - inverse * jacobian
        image = (defect * arb_mat(size, 1, [arb(0, r) for r in reach])).entries()
        if not all((abs(v) + abs(b)).upper() < r for v, b, r in zip(move, image, reach, strict=True)):
            return None
        centre = np.array([float(v) for v in x]).reshape(shape)
        far = max(float((abs(a - arb(float(a))) + r).upper()) for a, r in zip(x, reach, strict=True))
        bound = max(float(abs(v).upper()) for v in _flat(grad, shape))
        return Enclosure(centre, far, bound, precision, "Krawczyk on arb balls", "in the box")


def to_balls(x: Any) -> Any:
    """Return an object array of arb numbers, exact for floats."""
    return arb(x) if isinstance(x, float) else np.frompyfunc(arb, 1, 1)(np.asarray(x, dtype=object))


def _flat(x: Any, shape: tuple[int, ...]) -> Any:
    return np.broadcast_to(np.asarray(x, dtype=object), (*shape, 1)).reshape(-1)


def _vector(x: Any, shape: tuple[int, ...]) -> Interval:
    x = interval(x)
    return Interval(*(np.broadcast_to(e, (*shape, 1)).reshape(-1) for e in (x.lo, x.hi)))


def _matrix(x: Any, size: int, shape: tuple[int, ...]) -> Interval:
    x = interval(x)
    return Interval(*(np.broadcast_to(e, (size, *shape, 1)).reshape(size, size) for e in (x.lo, x.hi)))


def _product(matrix: Any, vector: Interval) -> Interval:
    """Return a float matrix times an interval vector."""
    mid, radius = vector.mid(), vector.radius()
    size = np.abs(matrix)
    slack = (size @ radius + (len(mid) + 2) * _ROUNDING * (size @ np.abs(mid))) * (1 + 1e-12)
    centre = matrix @ mid
    return outward(centre - slack, centre + slack)


def _defect(inverse: Any, hessian: Interval, extra: Any) -> Any:
    """Return upper bounds of the entries of |1 - inverse (hessian + extra)|."""
    mid = hessian.mid() + extra
    radius = hessian.radius() + _ROUNDING * (np.abs(hessian.mid()) + extra) * 2
    size = np.abs(inverse)
    bound = np.abs(np.eye(len(mid)) - inverse @ mid) * (1 + 1e-15)
    return (bound + size @ radius + (len(mid) + 4) * _ROUNDING * (size @ np.abs(mid))) * (1 + 1e-12)


__all__ = ["LARGEST", "LARGEST_EXACT", "Enclosure", "Krawczyk", "ignores_shifts", "is_dyadic", "to_balls"]
