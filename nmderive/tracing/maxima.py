"""Maxima that cancel: the loss is proved not to depend on the free value that stands for each maximum."""

from __future__ import annotations

from sympy import Expr, IndexedBase

from nmderive.calculus.free_values import without_free_value
from nmderive.tracing.context import Trace


def without_maxima(expr: Expr, trace: Trace, one_hot: bool = False) -> tuple[Expr, frozenset[IndexedBase]]:
    """Return ``expr`` without the free values of maxima that are proved to cancel, and those that are not.

    With ``one_hot`` the labels are those of target classes, whose rows sum to one.
    """
    left = set()
    for base in trace.maxima:
        if not expr.has(base):
            continue
        other = without_free_value(expr, base, one_hot)
        if other is None:
            left.add(base)
            continue
        expr = other
        trace.note("a maximum only shifts the logits: it is proved that the result does not depend on it")
    return expr, frozenset(left)


__all__ = ["without_maxima"]
