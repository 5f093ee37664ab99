"""What stands in a power, each by itself as the normal form writes it: (log p_1 - log p_2)^2 is (s_1 - s_2)^2.

The power stays whole, so that what is known of squares is known of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Add, Expr, Indexed, Pow, exp

from nmderive.calculus.normal_form import Frame, normal_form, reduced, to_expression
from nmderive.calculus.sums import IndexedOperator
from nmderive.calculus.symbols import S, index


def settled_inside(expr: Expr, ranges: Mapping[str, str], depth: int = 0) -> Expr:
    """Return an equal expression whose powers have bases in normal form; ``ranges`` are those of its free indices."""
    if isinstance(expr, Indexed) or not expr.has(S) or not expr.has(Pow):
        return expr
    if isinstance(expr, IndexedOperator):
        letter = index(f"b{depth}")
        body, conditions = expr.open(letter)
        inside = settled_inside(body, {**ranges, letter.name: expr.domain.name}, depth + 1)
        return expr.func(inside, letter, expr.domain, *conditions)
    if isinstance(expr, Pow) and not isinstance(expr, exp) and isinstance(expr.base, Add) and expr.base.has(S):
        return Pow(to_expression(reduced(normal_form(expr.base, Frame({}, dict(ranges))))), expr.exp)
    return expr.func(*(settled_inside(a, ranges, depth) if isinstance(a, Expr) else a for a in expr.args))


__all__ = ["settled_inside"]
