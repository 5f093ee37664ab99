"""Maxima that cancel: the loss is proved not to depend on the free value that stands for each maximum."""

from __future__ import annotations

from sympy import Expr, Indexed, IndexedBase, Integer

from nmderive.budget import limited
from nmderive.calculus.normal_form import is_zero, normal_form, on_simplex
from nmderive.calculus.normal_form.algebra import add, scale
from nmderive.errors import NmderiveError
from nmderive.tracing.context import Refused, Trace

_STEPS = 15_000


def without_maxima(expr: Expr, trace: Trace, one_hot: bool = False) -> Expr:
    """Return ``expr`` without the free values of maxima, once it is proved that each of them cancels.

    With ``one_hot`` the labels are those of target classes, whose rows sum to one.
    """
    for base, place in trace.maxima.items():
        if not expr.has(base):
            continue
        other = _at_zero(expr, base)
        if not _is_proved(expr, other, one_hot):
            raise Refused(
                f"{place}a maximum that is not shown to cancel, so the function is not smooth",
                hint="a maximum is read where it only shifts logits, as in s - s.max(axis=1, keepdims=True)",
            )
        expr = other
        trace.note("a maximum only shifts the logits: it is proved that the result does not depend on it")
    return expr


def _at_zero(expr: Expr, base: IndexedBase) -> Expr:
    other = expr.replace(lambda e: isinstance(e, Indexed) and e.base == base, lambda e: Integer(0))
    assert not other.has(base)
    return other


def _is_proved(left: Expr, right: Expr, one_hot: bool) -> bool:
    try:
        with limited(steps=_STEPS):
            a, b = normal_form(left), normal_form(right)
            difference = add(a, scale(b, -1))
            return a == b or is_zero(on_simplex(difference) if one_hot else difference)
    except NmderiveError:
        return False


__all__ = ["without_maxima"]
