r"""Pieces with a kink, all written by the absolute value: :math:`\max(a, b) = (a + b + |a - b|)/2`.

Their derivatives hold the sign, which is 0 at 0: at a kink the gradient is then the mean of its two sides, an element
of Clarke's subdifferential where no signs are multiplied (Clarke, Optimization and Nonsmooth Analysis, 1983).
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from sympy import Abs, Add, Expr, Function, Integer, Pow, S, default_sort_key, sign

from nmderive.calculus.sums import RowFunction
from nmderive.calculus.symbols import S as LOGITS


class maximum(Function):  # type: ignore[misc]  # noqa: N801 - a function is printed by its name
    """max(a, b), for printing and for proofs of convexity."""

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return the derivative by one argument: 1 where it is the larger one."""
        own, other = self.args if argindex == 1 else reversed(self.args)
        return above(own - other)


class above(Function):  # type: ignore[misc]  # noqa: N801 - a function is printed by its name
    """1 where x > 0, 0 where x < 0, and 1/2 at the kink between them: (1 + sign(x))/2, for printing."""


class exceeds(Function):  # type: ignore[misc]  # noqa: N801 - a function is printed by its name
    """1 where x > 0, else 0, x being made of labels and parameters: for printing."""


class Attained(Expr):  # type: ignore[misc]
    """1/c where a value is the maximum (minimum) that c entries attain, 0 elsewhere; args are (value, operator)."""

    is_commutative = True
    is_real = True
    is_nonnegative = True
    #: Between kinks it does not change.

    def _eval_derivative(self, wrt: Any) -> Expr:
        return S.Zero

    def _latex(self, printer: Any) -> str:
        return rf"\left[{printer._print(self.args[0])} = {printer._print(self.args[1])}\right]"

    def _sympystr(self, printer: Any) -> str:
        return f"[{printer._print(self.args[0])} = {printer._print(self.args[1])}]"


def largest(*values: Expr) -> Expr:
    """Return the maximum of some values."""
    return reduce(lambda a, b: (a + b + Abs(a - b)) / 2, values)


def smallest(*values: Expr) -> Expr:
    """Return the minimum of some values."""
    return reduce(lambda a, b: (a + b - Abs(a - b)) / 2, values)


def positive_part(x: Expr) -> Expr:
    """Return max(0, x), the rectifier."""
    return largest(Integer(0), x)


def clipped(x: Expr, low: Expr, high: Expr) -> Expr:
    """Return min(max(x, low), high); for low <= high it is (low + high + |x - low| - |x - high|)/2, without nesting."""
    if (high - low).is_nonnegative:
        return (low + high + Abs(x - low) - Abs(x - high)) / 2
    return smallest(largest(x, low), high)


def with_maxima(expr: Expr) -> Expr:
    r"""Return a sum with max(a, b) for absolute values where that is shorter: c |a - b| + c a + c b = 2 c max(a, b)."""
    for term in expr.args if isinstance(expr, Add) else ():
        roots = [f for f in term.as_ordered_factors() if isinstance(f, Abs)]
        if len(roots) != 1 or roots[0].args[0].is_number:
            continue
        a, b, rest = _sides(list(Add.make_args(expr - term)), term / roots[0], roots[0].args[0])
        if len(rest) < len(expr.args) - 1:
            return with_maxima(Add(*rest)) + 2 * term / roots[0] * maximum(*sorted((a, b), key=default_sort_key))
    return expr


def with_maxima_inside(expr: Expr) -> Expr:
    """Return an expression with max(a, b) for absolute values at every depth."""
    if not expr.args or not expr.has(Abs):
        return expr
    return with_maxima(expr.func(*(with_maxima_inside(a) if isinstance(a, Expr) else a for a in expr.args)))


def with_indicators(expr: Expr) -> Expr:
    """Return an expression with [x > 0] for the signs of labels and parameters, sign(x) = [x > 0] - [-x > 0]."""
    if not expr.has(sign):
        return expr

    def shown(e: Expr) -> Expr:
        is_even = isinstance(e, Pow) and e.exp.is_even
        x = e.base.args[0] if isinstance(e, Pow) else e.args[0]
        below = Integer(0) if x.is_nonnegative else exceeds(-x)
        return exceeds(x) + below if is_even else exceeds(x) - below

    whole = expr.replace(lambda e: isinstance(e, Pow) and e.exp.is_Integer and _is_of_labels(e.base), shown)
    return whole.replace(_is_of_labels, shown)


def _is_of_labels(expr: Any) -> bool:
    return isinstance(expr, sign) and not expr.has(LOGITS, RowFunction)


def _sides(rest: list[Expr], c: Expr, x: Expr) -> tuple[Expr, Expr, list[Expr]]:
    """Return (a, b, r) with c |x| + rest = 2 c max(a, b) + r, where x = a - b."""
    a: Expr = Integer(0)
    b: Expr = Integer(0)
    for part in Add.make_args(x):
        if c * part in rest:
            rest.remove(c * part)
            a += part
        elif -c * part in rest:
            rest.remove(-c * part)
            b -= part
        else:
            rest = list(Add.make_args(Add(*rest, -c * part)))
            a += part
    return a, b, [r for r in rest if r != 0]


__all__ = ["Attained", "above", "clipped", "exceeds", "largest", "maximum", "positive_part", "smallest",
           "with_indicators", "with_maxima", "with_maxima_inside"]
