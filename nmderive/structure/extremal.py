"""Maxima over an index in one spelling: a minimum as minus a maximum, what does not depend on the index before it."""

from __future__ import annotations

from sympy import Add, Expr, Indexed, Integer, Mul

from nmderive.calculus.extrema import IndexExtremum, IndexMax, IndexMin
from nmderive.calculus.sums import IndexedOperator
from nmderive.calculus.symbols import index


def extremal(expr: Expr) -> Expr:
    """Return an equal expression: min_k (a - x_k) becomes a - max_k x_k, and max_k (2 x_k) becomes 2 max_k x_k."""
    return _extremal(expr, 0)


def _extremal(expr: Expr, depth: int) -> Expr:
    if not expr.args or isinstance(expr, Indexed):
        return expr
    if not isinstance(expr, IndexedOperator):
        return expr.func(*(_extremal(a, depth) if isinstance(a, Expr) else a for a in expr.args))
    letter = index(f"x{depth}")
    body, conditions = expr.open(letter)
    body = _extremal(body, depth + 1)
    if not isinstance(expr, IndexExtremum):
        return expr.func(body, letter, expr.domain, *conditions)
    sign = Integer(-1 if isinstance(expr, IndexMin) else 1)
    before, inside = body.expand(deep=False).as_independent(letter, as_Add=True)
    scale, inside = _scale(sign * inside)
    return Add(before, Mul(sign, scale, IndexMax(inside, letter, expr.domain, *conditions)))


def _scale(expr: Expr) -> tuple[Expr, Expr]:
    """Return the positive number that all terms have as a factor, and the rest; 1 where it is 0 or none."""
    numbers = {abs(t.as_coeff_Mul()[0]) for t in Add.make_args(expr)}
    scale = numbers.pop() if len(numbers) == 1 else Integer(1)
    return (scale, Add(*(t / scale for t in Add.make_args(expr)))) if scale.is_positive else (Integer(1), expr)


__all__ = ["extremal"]
