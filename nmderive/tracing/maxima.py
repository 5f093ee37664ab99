"""Maxima that cancel: the loss is proved not to depend on the free value that stands for each maximum."""

from __future__ import annotations

from sympy import Expr, IndexedBase

from nmderive.calculus.free_values import without_free_value
from nmderive.tracing.context import Trace

_SHIFTS = "a maximum only shifts the logits: it is proved that the result does not depend on it"
ROWS_SUM_TO_ONE = "the labels of a row sum to one"


def without_maxima(expr: Expr, trace: Trace, one_hot: bool = False) -> tuple[Expr, frozenset[IndexedBase]]:
    """Return ``expr`` without the free values of maxima that are proved to cancel, and those that are not.

    With ``one_hot`` the labels are those of target classes, whose rows sum to one.
    """
    left = set()
    for base in trace.maxima:
        if not expr.has(base):
            continue
        other, said = without_free_value(expr, base, one_hot), _SHIFTS
        if other is None and base in trace.stopped:  # a constant, which no other reading of the maximum is
            other, said = without_free_value(expr, base, True), f"{_SHIFTS}, as {ROWS_SUM_TO_ONE}"
            trace.given(ROWS_SUM_TO_ONE)
        if other is None:
            left.add(base)
            continue
        expr = other
        trace.note(said)
    return expr, frozenset(left)


__all__ = ["without_maxima"]
