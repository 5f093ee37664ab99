"""Numbers that tell at a few points whether a claim can hold: they put losses aside, and never prove anything.

A loss is written out at n = 2, m = 3 and n = 2, m = 4 (four classes are the fewest that tell their order) and
differentiated by a complex step, which is exact to rounding. Claims without a screen are left to their judges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from sympy import Expr, Symbol, lambdify

from nmderive.calculus.extrema import has_kinks
from nmderive.calculus.specialise import specialise
from nmderive.calculus.symbols import M, N, S, T
from nmderive.losses.loss import Loss

SIZES = ((2, 3), (2, 4))
_POINTS = 3
_STEP = 1e-30
#: Differences below this share of the values are rounding.
_ROUNDING = 1e-9
Array = np.ndarray[Any, np.dtype[Any]]


class Numbers:
    """The loss at one size as a function of logits, labels and the letter that is solved for."""

    def __init__(self, expr: Expr, n: int, m: int, letter: Symbol | None = None) -> None:
        """Write ``expr`` out; raises ValueError where it has kinks, at which a complex step goes wrong."""
        if has_kinks(expr):
            raise ValueError("kinks")
        self.n, self.m = n, m
        plain = specialise(expr, {N.name: n, M.name: m})
        entries = [[Symbol(f"{a.label}_{i}_{j}", real=True) for i in range(1, n + 1) for j in range(1, m + 1)]
                   for a in (S, T)]
        names = {x.name: x for row in entries for x in row}
        plain = plain.xreplace({x: names[x.name] for x in plain.free_symbols if x.name in names})
        self._run = lambdify([*entries, letter or Symbol("nmderive_none")], plain, "numpy")

    def value(self, s: Array, t: Array, letter: Any = 0.0) -> Any:
        """Return the loss."""
        with np.errstate(all="ignore"):
            return self._run(list(s.ravel()), list(t.ravel()), letter)

    def gradient(self, s: Array, t: Array, letter: float = 0.0) -> Array:
        """Return the derivatives by the logits."""
        found = np.empty(s.size)
        for k in range(s.size):
            moved = s.astype(complex).ravel()
            moved[k] += 1j * _STEP
            found[k] = np.imag(self.value(moved, t, letter)) / _STEP
        return found


def points(n: int, m: int) -> list[tuple[Array, Array]]:
    """Return logits, and labels of the simplex, at random, the same in each run."""
    random = np.random.default_rng(97 * n + m)
    return [(random.normal(size=(n, m)), random.dirichlet(np.full(m, 2.0), n)) for _ in range(_POINTS)]


def softmax(s: Array) -> Array:
    """Return the rows' softmax."""
    e = np.exp(s - s.max(1, keepdims=True))
    found: Array = e / e.sum(1, keepdims=True)
    return found


def contradicted(loss: Loss, claims: Iterable[str]) -> tuple[str, ...]:
    """Return those of ``claims`` that numbers contradict."""
    asked = [name for name in claims if name in SCREENS]
    letters = loss.parameters or loss.arrays or loss.class_sets or loss.has_undefined_functions
    if not asked or loss.shape != (N, M) or letters:
        return ()
    try:
        at = [Numbers(loss.expr, n, m) for n, m in SIZES]
        return tuple(name for name in asked if any(SCREENS[name](numbers) for numbers in at))
    except (ArithmeticError, ValueError, TypeError, NameError):
        return ()


def _softmax_optimum(numbers: Numbers) -> bool:
    return any(_far(numbers.gradient(s, softmax(s)), numbers.gradient(s, t)) for s, t in points(numbers.n, numbers.m))


def _convex(numbers: Numbers) -> bool:
    (a, t), (b, _), _ = points(numbers.n, numbers.m)
    values = [(numbers.value(w * a, t), numbers.value(w * b, t), numbers.value(w * (a + b) / 2, t)) for w in (1, 3)]
    return any(_above(middle, (x + y) / 2) for x, y, middle in values)


def _nonnegative(numbers: Numbers) -> bool:
    return any(_above(0.0, numbers.value(w * s, t)) for s, t in points(numbers.n, numbers.m) for w in (1, 4))


def _shift_invariant(numbers: Numbers) -> bool:
    return any(_differ(numbers.value(s, t), numbers.value(s + np.array([[0.5], [1.5]]), t))
               for s, t in points(numbers.n, numbers.m))


def _permutation_invariant(numbers: Numbers) -> bool:
    orders = [np.roll(np.arange(numbers.m), 1), np.array([1, 0, *range(2, numbers.m)])]
    return any(_differ(numbers.value(s, t), numbers.value(s[:, o], t[:, o]))
               for s, t in points(numbers.n, numbers.m) for o in orders)


def _label_linear(numbers: Numbers) -> bool:
    (s, t), (r, u), _ = points(numbers.n, numbers.m)  # terms without logits fall out of the difference of two points
    at, mid, other = (numbers.value(s, x) - numbers.value(r, x) for x in (t, (t + u) / 2, u))
    return _differ(mid, (at + other) / 2)


SCREENS: Mapping[str, Callable[[Numbers], bool]] = {
    "softmax-optimum": _softmax_optimum, "shift-invariant": _shift_invariant,
    "permutation-invariant": _permutation_invariant, "nonnegative": _nonnegative, "convex": _convex,
    "label-linear": _label_linear,
}


def _far(residual: Array, scale: Array) -> bool:
    return bool(np.isfinite(residual).all() and np.abs(residual).max() > _ROUNDING * (1 + np.abs(scale).max()))


def _differ(a: Any, b: Any) -> bool:
    return bool(np.isfinite([a, b]).all() and abs(a - b) > _ROUNDING * (1 + abs(a)))


def _above(a: Any, b: Any) -> bool:
    """Tell whether a is above b by more than rounding."""
    return bool(np.isfinite([a, b]).all() and a - b > _ROUNDING * (1 + abs(a) + abs(b)))
