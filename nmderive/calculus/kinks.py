r"""Pieces with a kink, all written by the absolute value: :math:`\max(a, b) = (a + b + |a - b|)/2`.

Their derivatives hold the sign, which is 0 at 0: at a kink the gradient is then the mean of its two sides, an element
of Clarke's subdifferential where no signs are multiplied (Clarke, Optimization and Nonsmooth Analysis, 1983).
"""

from __future__ import annotations

from functools import reduce

from sympy import Abs, Add, Expr, Function, Integer, sign


class rectified(Function):  # type: ignore[misc]  # noqa: N801 - a function is printed by its name
    """max(0, x), for printing."""


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


def has_kinks(expr: Expr) -> bool:
    """Tell whether an absolute value or a sign stands in the expression."""
    return bool(expr.has(Abs, sign))


def with_positive_parts(expr: Add) -> Expr:
    r"""Return a sum with max(0, x) for |x| where that is shorter: c |x| = 2 c max(0, x) - c x."""
    parts: list[Expr] = []
    rest: Expr = expr
    for term in expr.args:
        factors = [f for f in term.as_ordered_factors() if isinstance(f, Abs)]
        if len(factors) != 1:
            continue
        c, inner = term / factors[0], factors[0].args[0]
        for x in (inner, -inner):
            shorter = Add(rest, -term, *(-c * a for a in Add.make_args(x)))
            if len(Add.make_args(shorter)) < len(Add.make_args(rest)) - 1 or shorter == 0:
                parts.append(2 * c * rectified(x))
                rest = shorter
                break
    return Add(rest, *parts) if parts else expr


__all__ = ["clipped", "has_kinks", "largest", "positive_part", "rectified", "smallest", "with_positive_parts"]
