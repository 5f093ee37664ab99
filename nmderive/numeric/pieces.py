r"""Absolute values as maxima: :math:`(a + b + |a - b|)/2 = \max(a, b)` loses the smaller one where a - b is large.

In single precision :math:`(10^9 + 1 + |10^9 - 1|)/2` is right, and :math:`(1 - 10^9 + |1 + 10^9|)/2` is 0, not 1.
"""

from __future__ import annotations

from collections.abc import Container
from itertools import permutations, product
from typing import Any

from sympy import Abs, Add, Dummy, Expr, KroneckerDelta, Ne, S

from nmderive.calculus.extrema import IndexExtremum
from nmderive.calculus.kinks import maximum, with_maxima


def with_larger(expr: Add) -> Expr:
    """Return a sum with ``maximum(a, b)`` for the absolute values that are part of one, clips first."""
    if not any(_absolute(a) for a in expr.args):
        return expr
    return with_maxima(_with_clips(expr))


def _absolute(term: Expr) -> list[Expr]:
    return [f for f in term.as_ordered_factors() if isinstance(f, Abs)]


def _with_clips(expr: Expr) -> Expr:
    r"""Write :math:`c |x - l| - c |x - h| + c (l + h)` as 2c times x, clipped to l <= h."""
    terms = [a for a in Add.make_args(expr) if len(_absolute(a)) == 1]
    for low, high in permutations(terms, 2):
        (a,), (b,) = _absolute(low), _absolute(high)
        c = low / a
        for p, q in product((1, -1), repeat=2) if c == -high / b else ():
            x = p * a.args[0]
            width = x - q * b.args[0]  # h - l, where x = z - l: for z = x the bounds are 0 and the width
            if not width.is_number or not width.is_positive:
                continue
            inside = -maximum(-maximum(x, 0), -width)
            return _with_clips(Add(expr, -low, -high, 2 * c * inside, -c * width))
    return expr


def apart(expr: IndexExtremum, classes: Container[Any]) -> tuple[Expr, Expr] | None:
    """Return the entry that a class index of ``classes`` names and the extremum of the others; None without a name.

    Numbers as large as a mask's stay in the one entry, so that nothing cancels.
    """
    name = Dummy("k", integer=True, positive=True)
    body, conditions = expr.open(name)
    for delta in sorted(body.atoms(KroneckerDelta), key=str):
        other = next((a for a in delta.args if a != name), name)
        if conditions or name not in delta.args or other == name or other not in classes:
            continue
        rest = expr.func(body.xreplace({delta: S.Zero}), name, expr.domain, Ne(name, other))
        return body.xreplace({name: other}), rest
    return None


__all__ = ["apart", "with_larger"]
