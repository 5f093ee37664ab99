"""Stationary points of a loss for given labels, one problem or many.

One problem starts from SciPy's minimiser with our gradient and Hessian-vector product and is polished by
Newton steps; a batch is solved by one vectorised Newton iteration with the problems on the last axis; where
the loss has the structure of a matrix scaling (``scaling.py``), m unknowns replace n m. A small gradient is
not an accurate optimum: the size of the last Newton step is reported beside the gradient.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse.linalg import LinearOperator, minres

from nmderive.calculus.extrema import has_kinks
from nmderive.errors import DomainError
from nmderive.evidence import Shown
from nmderive.losses.loss import Loss
from nmderive.numeric.linear import solve_many
from nmderive.numeric.lower import Lowered, lower
from nmderive.numeric.newton import STEPS, TOLERANCE, newton, size
from nmderive.numeric.scaling import scaling_factor, solve_scaling

#: Unknowns up to which the Hessian is written out.
DENSE = 300
#: Logits up to which the batch iterates with plain exponentials.
_SAFE = 30.0
#: Entries of the Hessians of one block of problems.
_BLOCK = 32768


@dataclass(frozen=True, repr=False)
class Root(Shown):
    """A stationary point, or how far the search came.

    ``s`` has the labels' shape, with row means 0 where the loss ignores row shifts. ``residual`` is the
    largest entry of the gradient, ``error_estimate`` the largest entry of the Newton step that is left, or
    what quadratic convergence predicts for it. In a batch ``value``, ``residual``, ``error_estimate`` and
    ``converged`` hold one entry a problem.
    ``reason`` says why the search ended.
    """

    s: Any
    value: Any
    residual: Any
    error_estimate: Any
    converged: Any
    reason: str
    method: str


def stationary(loss: Loss, t: Any, start: Any = None, *, structure: bool = True, **parameters: Any) -> Root:
    """Return a stationary point for labels ``t`` of the loss's shape, or (B, ...) for a batch.

    ``start`` are the logits to start from (default: log t where all labels are positive, else 0), and
    ``structure=False`` switches the search with m unknowns off. Raises DomainError for labels outside
    [0, 1] and shapes that do not fit.
    """
    t = np.asarray(t, dtype=float)
    rank = len(loss.shape)
    if t.ndim not in (rank, rank + 1):
        raise DomainError(f"t has shape {t.shape}; the loss takes labels with {rank} axes, or one more for a batch")
    least = t.min(initial=1.0)
    if t.size == 0 or not (least >= 0 and t.max() <= 1):
        raise DomainError(f"labels must be a non-empty array within [0, 1]; t has shape {t.shape}")
    lowered = lower(loss)
    batch = t.ndim == rank + 1
    last = np.moveaxis(t, 0, -1) if batch else t[..., None]
    solver = _Solver(lowered, np.ascontiguousarray(last), parameters)
    factor = scaling_factor(loss) if structure and least > 0 else None
    if factor is not None:
        return _shaped(solver.by_scaling(factor), batch)
    given = None if start is None else np.asarray(start, dtype=float)
    first = _start(last) if given is None else (np.moveaxis(given, 0, -1) if batch else given[..., None])
    if batch or (start is not None and last.size <= DENSE):
        return _shaped(solver.newton(first), batch)
    return _shaped(solver.single(first), batch)


def _start(t: Any) -> Any:
    if t.min() <= 0:
        return np.zeros_like(t)
    s = np.log(t) if t.ndim > 2 or t.shape[0] > 1 else np.zeros_like(t)
    return s - np.mean(s, axis=-2, keepdims=True)


def _shaped(root: Root, batch: bool) -> Root:
    if batch:
        return Root(
            np.moveaxis(root.s, -1, 0), root.value, root.residual, root.error_estimate, root.converged,
            root.reason, root.method,
        )
    return Root(
        root.s[..., 0], float(root.value[0]), float(root.residual[0]), float(root.error_estimate[0]),
        bool(root.converged[0]), root.reason, root.method,
    )


class _Solver:
    """The searches for one loss and one stack of label arrays (problems on the last axis)."""

    def __init__(self, lowered: Lowered, t: Any, parameters: dict[str, Any]) -> None:
        self.lowered, self.t, self.parameters = lowered, t, parameters
        self.shape, self.count = t.shape[:-1], t.shape[-1]
        arguments = lowered.checked(t[..., 0], t[..., 0], parameters)
        self.extra = [arguments[a] for a in lowered.arguments]
        self.n, self.m = lowered.sizes(t[..., 0])

    @cached_property
    def gauge(self) -> bool:
        """Tell whether the gradient's rows sum to zero at a generic point."""
        if self.lowered.loss.shape[-1].name != "m":
            return False
        s = np.cos(np.arange(self.t[..., 0].size, dtype=float)).reshape(self.shape)
        grad = self.lowered.unchecked("value_and_grad", s, self.t[..., 0], **self.parameters)[1]
        return bool(np.all(np.abs(np.sum(grad, axis=-1)) <= 1e-10 * (1 + np.max(np.abs(grad)))))

    def _centred(self, s: Any, axis: int) -> Any:
        return s - np.mean(s, axis=axis, keepdims=True) if self.gauge else s

    # Many small problems

    def _style(self, s: Any) -> str:
        """Return the fast style where it is safe; the reported numbers come from the robust one."""
        return "fast" if np.max(np.abs(s), initial=0.0) < _SAFE else "robust"

    def slope(self, s: Any, t: Any, style: str = "robust") -> tuple[Any, Any]:
        """Return values (B,) and gradients (..., B)."""
        run = self.lowered.batched("value_and_grad", style)
        with np.errstate(all="ignore"):
            value, grad = run(s, t, None, self.n, self.m, s.dtype, *self.extra)
        return np.broadcast_to(value, s.shape[-1:]), np.broadcast_to(grad, s.shape)

    def step(self, s: Any, t: Any) -> tuple[Any, Any, Any, Any]:
        """Do ``_step`` for blocks of problems whose Hessians fit the cache."""
        entries = s[..., 0].size ** 2
        block = max(16, _BLOCK // entries)
        count = -(-s.shape[-1] // block)
        if count <= 1:
            return self._step(s, t)
        cuts = np.linspace(0, s.shape[-1], count + 1).astype(int)
        parts = [
            self._step(np.ascontiguousarray(s[..., a:b]), np.ascontiguousarray(t[..., a:b]))
            for a, b in zip(cuts[:-1], cuts[1:], strict=True)
        ]
        value, grad, move, convex = (np.concatenate(x, axis=-1) for x in zip(*parts, strict=True))
        return value, grad, move, convex

    def _step(self, s: Any, t: Any) -> tuple[Any, Any, Any, Any]:
        """Return values, gradients, Newton steps and the mask of positive definite Hessians.

        Where row shifts change nothing, the last class of each row stays and the step is centred afterwards.
        """
        run = self.lowered.batched("hvp", self._style(s))
        length = s[..., 0].size
        free = np.arange(length)
        free = free[free % self.m != self.m - 1] if self.gauge else free
        v = np.eye(length)[free].reshape(len(free), *self.shape, 1)
        with np.errstate(all="ignore"):
            value, grad, product = run(s, t, v, self.n, self.m, s.dtype, *self.extra)
        grad = np.broadcast_to(grad, s.shape)
        hessian = np.broadcast_to(product, (len(free), *s.shape)).reshape(len(free), length, -1)[:, free]
        move = np.zeros((length, s.shape[-1]))
        move[free], convex = solve_many(hessian, -grad.reshape(length, -1)[free])
        move = self._centred(move.reshape(s.shape), self._class_axis)
        return np.broadcast_to(value, s.shape[-1:]), grad, move, convex

    @property
    def _class_axis(self) -> int:
        return -2 if len(self.shape) > 1 else 0

    def newton(self, s: Any, method: str = "newton") -> Root:
        """Search by damped Newton steps on all problems at once."""
        start = np.array(self._centred(s, self._class_axis), dtype=float)
        s, step = newton(self.step, start, self.t)
        value, grad = self.slope(s, self.t)
        residual = np.max(np.abs(grad.reshape(-1, self.count)), axis=0)
        return self._report(self._centred(s, self._class_axis), value, residual, step, method)

    def _report(self, s: Any, value: Any, residual: Any, step: Any, method: str) -> Root:
        converged = (step < TOLERANCE * (1 + size(s))) & np.isfinite(residual) & (residual < 1e-6)
        failed = int(np.sum(~converged))
        reason = "the Newton steps vanish" if not failed else self._why(s, residual, step, converged, failed)
        return Root(s, value, residual, step, converged, reason, method)

    def _why(self, s: Any, residual: Any, step: Any, converged: Any, failed: int) -> str:
        many = f"{failed} of {self.count} problems did not converge: " if self.count > 1 else "not converged: "
        if self.t.min() <= 0 and size(s).max() > 15:
            return many + f"labels of exactly 0 drive the logits to infinity (they reach {size(s).max():.3g})"
        if residual[~converged].max() < 1e-6 and size(s)[~converged].max() > 15:
            return many + (
                f"the gradient vanishes only as logits grow without bound (they reach {size(s).max():.3g}), "
                "so there is no finite optimum"
            )
        if has_kinks(self.lowered.loss.expr):
            return many + (
                f"the steps end at or near a kink, where the gradient jumps (beside it it is "
                f"{residual[~converged].max():.2e}); a minimum at a kink has no gradient of zero"
            )
        return many + (
            f"after {STEPS} evaluations the gradient is {residual[~converged].max():.2e} and the step "
            f"{step[~converged].max():.2e}"
        )

    # Structure

    def by_scaling(self, factor: float) -> Root:
        """Solve by m unknowns, then measure the gradient."""
        s, step, converged = solve_scaling(self.t, factor)
        if self.count == 1:
            value, grad = self.lowered.unchecked("value_and_grad", s[..., 0], self.t[..., 0], **self.parameters)
            values, residual = np.array([value]), np.array([np.max(np.abs(grad))])
        else:
            values, grad = self.slope(s, self.t, self._style(s))
            residual = np.max(np.abs(grad), axis=(0, 1))
        failed = int(np.sum(~converged))
        reason = "the Newton steps vanish" if not failed else f"{failed} matrix scalings did not converge"
        return Root(s, values, residual, step, converged, reason, "matrix scaling, m unknowns")

    # One problem

    def single(self, start: Any) -> Root:
        """Minimise by SciPy, then polish by Newton steps."""
        t = self.t[..., 0]

        def fun(x: Any) -> tuple[float, Any]:
            value, grad = self.lowered.unchecked("value_and_grad", x.reshape(t.shape), t, **self.parameters)
            return value, np.asarray(grad, dtype=float).ravel()

        found = minimize(
            fun, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 500, "maxfun": 1000, "gtol": 1e-7}
        )
        s = self._centred(found.x.reshape(t.shape), -1)
        if t.size <= DENSE:
            return self.newton(s[..., None], "L-BFGS-B, then Newton")
        return self._newton_krylov(s)

    def _newton_krylov(self, s: Any) -> Root:
        """Newton steps by MINRES on Hessian-vector products, for problems too large for a matrix."""
        t, step, previous = self.t[..., 0], np.inf, np.inf
        for _ in range(20):
            value, grad = self.lowered.unchecked("value_and_grad", s, t, **self.parameters)
            at = s

            def product(x: Any, at: Any = at) -> Any:
                v = self._centred(x.reshape(t.shape), -1)
                h = self.lowered.unchecked("hvp", at, t, v, **self.parameters)[2]
                return self._centred(h, -1).ravel()

            operator = LinearOperator((s.size, s.size), matvec=product, dtype=float)
            move = minres(operator, -self._centred(grad, -1).ravel(), rtol=1e-10, maxiter=500)[0]
            move = self._centred(move.reshape(t.shape), -1)
            previous, step = step, float(np.max(np.abs(move)))
            if not np.isfinite(step):
                break
            new = self.lowered.unchecked("value_and_grad", s + move, t, **self.parameters)[0]
            if not (new <= value + 1e-9 * abs(value)) or (step < 1e-9 and step >= previous / 2):
                break
            s = s + move
            if step < 1e-13:
                break
        value, grad = self.lowered.unchecked("value_and_grad", s, t, **self.parameters)
        residual = np.array([np.max(np.abs(grad))])
        return self._report(s[..., None], np.array([value]), residual, np.array([step]), "L-BFGS-B, then Newton-MINRES")


__all__ = ["DENSE", "Root", "stationary"]
