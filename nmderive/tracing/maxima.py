"""Maxima that cancel: the loss is proved not to depend on the free value that stands for each maximum."""

from __future__ import annotations

from sympy import Expr

from nmderive.calculus.free_values import without_free_value
from nmderive.tracing.context import Refused, Trace


def without_maxima(expr: Expr, trace: Trace, one_hot: bool = False) -> Expr:
    """Return ``expr`` without the free values of maxima, once it is proved that each of them cancels.

    With ``one_hot`` the labels are those of target classes, whose rows sum to one.
    """
    for base, place in trace.maxima.items():
        if not expr.has(base):
            continue
        other = without_free_value(expr, base, one_hot)
        if other is None:
            raise Refused(
                f"{place}a maximum that is not shown to cancel, so the function is not smooth",
                hint="a maximum is read where it only shifts logits, as in s - s.max(axis=1, keepdims=True)",
            )
        expr = other
        trace.note("a maximum only shifts the logits: it is proved that the result does not depend on it")
    return expr


__all__ = ["without_maxima"]
