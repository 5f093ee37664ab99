"""How often a body counts that does not hold its operator's bound index: sum_k x is m x, sum_{k != j} x is (m - 1) x.

The rule needs the excluded index to be one of the range's: an index that runs over it, or a number that the size is
known to reach. Otherwise the operator stays as it is: sum_{k != 3} x is m x at m = 2.
"""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Indexed, Integer, Ne, Symbol
from sympy.logic.boolalg import Boolean

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.extrema import IndexExtremum
from nmderive.calculus.sums import IndexedOperator, IndexProduct, IndexSum
from nmderive.calculus.symbols import M


def counted(expr: Expr, ranges: Mapping[str, str] | None = None, least: Mapping[str, int] | None = None) -> Expr:
    """Return an equal expression in which bodies without their bound index are multiplied by their number.

    ``ranges`` gives the range ("n" or "m") of free indices by name, ``least`` the smallest sizes that are spoken of.
    """
    return _Counting(least or {}).counted(expr, dict(ranges or {}))


class _Counting:
    """One pass over an expression; equal parts under equal ranges are counted once."""

    def __init__(self, least: Mapping[str, int]) -> None:
        self._least = least
        self._known: dict[tuple[Expr, frozenset[tuple[str, str]]], Expr] = {}

    def counted(self, expr: Expr, ranges: dict[str, str]) -> Expr:
        if not expr.args or isinstance(expr, Indexed):
            return expr
        key = expr, frozenset(ranges.items())
        if key not in self._known:
            self._known[key] = self._counted(expr, ranges)
        return self._known[key]

    def _counted(self, expr: Expr, ranges: dict[str, str]) -> Expr:
        if not isinstance(expr, IndexedOperator):
            args = [self.counted(a, ranges) if isinstance(a, Expr) else a for a in expr.args]
            return expr if all(a is b for a, b in zip(args, expr.args, strict=True)) else expr.func(*args)
        # The canonical name is nobody else's inside the body, so it may stand there free.
        body = self.counted(expr.body, {**ranges, expr.bound.name: expr.domain.name})
        times = None if body.has(expr.bound) else _times(expr.bound, expr.domain, expr.conditions, ranges, self._least)
        if times is None:
            return expr if body is expr.body else expr.func(body, expr.bound, expr.domain, *expr.conditions)
        if isinstance(expr, IndexExtremum):
            return body
        assert isinstance(expr, IndexSum | IndexProduct)
        return times * body if isinstance(expr, IndexSum) else body**times


def _times(
    letter: Symbol, size: Symbol, conditions: tuple[Boolean, ...], ranges: Mapping[str, str], least: Mapping[str, int]
) -> Expr | None:
    """Return how many values the bound index takes; None where that is not plain for all sizes."""
    if not conditions:
        return size
    if len(conditions) > 1 or not isinstance(conditions[0], Ne) or letter not in conditions[0].args:
        return None
    other = next((a for a in conditions[0].args if a != letter), letter)
    if isinstance(other, Cyclic):
        return size - 1 if size == M and not other.has(letter) else None
    if isinstance(other, Integer):
        return size - 1 if 1 <= other <= least.get(size.name, 1) else None
    return size - 1 if ranges.get(getattr(other, "name", "")) == size.name else None


__all__ = ["counted"]
