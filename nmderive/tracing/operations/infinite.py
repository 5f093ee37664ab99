"""Entries of minus infinity, as masks write them: what operations make of them; any other operation refuses them.

An array holds them as ``hole``, 1 where they are. e^-inf is 0, and minus infinity plus a number stays what it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sympy import Expr, Integer

from nmderive.tracing.array import Array, as_mask, axis_numbers, broadcast_shape
from nmderive.tracing.context import refused

#: Values at minus infinity of functions that have one.
_AT_HOLES = {"exp": Integer(0), "exp2": Integer(0), "sigmoid": Integer(0), "softplus": Integer(0), "relu": Integer(0),
             "expm1": Integer(-1), "tanh": Integer(-1)}
#: Operations after which the entries of the first array (of both, where both are such) are still minus infinity.
_KEPT = {"add": 2, "positive": 1, "subtract": 1}


def picked(operation: Callable[..., Array], what: str, *arrays: Array) -> Array:
    """Return an elementwise operation of entries that a mask picked, each beside its own or beside numbers."""
    masks = {(a.kept, a.ndim) for a in arrays if a.kept != 1}
    rank = next(iter(masks))[1]
    if len(masks) != 1 or any(a.kept == 1 and a.ndim >= rank and a.shape[-rank] != 1 for a in arrays):
        raise refused(f"{what} of entries that a mask picks with others", "pick both by the same mask")
    return replace(operation(*(replace(a, kept=Integer(1)) for a in arrays)), kept=next(iter(masks))[0])


def all_of_picked(x: Array, axis: Any, what: str) -> Array:
    """Refuse a reduction of some axes of entries that a mask picks, which are on one axis."""
    if x.kept != 1 and axis is not None and 0 not in axis_numbers(axis, x.ndim, what):
        raise refused(f"{what} along one axis of entries that a mask picks")
    return x


def has_holes(*arrays: Array) -> bool:
    """Tell whether an entry is minus infinity."""
    return any(a.hole != 0 for a in arrays)


def either(a: Expr, b: Expr) -> Expr:
    """Return 1 where one of two masks is."""
    return as_mask(a + b - a * b)


def with_holes(what: str, meaning: Callable[..., Expr], *arrays: Array) -> Array:
    """Return an elementwise operation of arrays with entries of minus infinity."""
    shape = broadcast_shape((a.shape for a in arrays), what)
    values = [filled(a).number(what) for a in arrays]
    first, other = arrays[0], (*arrays, Array(Integer(1)))[1]
    if what in _AT_HOLES:
        return Array((1 - first.hole) * meaning(*values) + first.hole * _AT_HOLES[what], shape)
    if what == "maximum":
        return _larger(meaning, first, other, shape)
    if what in _KEPT and not has_holes(*arrays[_KEPT[what]:]):
        return Array(meaning(*values), shape, hole=either(first.hole, other.hole) if len(arrays) == 2 else first.hole)
    if what in ("multiply", "divide"):
        scaled, by = (first, other) if first.hole != 0 or what == "divide" else (other, first)
        if by.hole == 0 and by.expr.is_positive:
            return Array(meaning(*values), shape, hole=scaled.hole)
    return Array(meaning(*(a.number(what) for a in arrays)), shape)  # says what is not read


def _larger(meaning: Callable[..., Expr], x: Array, y: Array, shape: tuple[Expr, ...]) -> Array:
    """Return the maximum of two arrays, which at an entry of minus infinity is the other one."""
    a, b, p, q = x.expr, y.expr, x.hole, y.hole
    both = (1 - p) * (1 - q) * meaning(a, b)
    return Array(both + p * (1 - q) * b + q * (1 - p) * a, shape, hole=as_mask(p * q))


def filled(x: Array) -> Array:
    """Return the array with any numbers in the place of minus infinity."""
    return x if x.hole == 0 else replace(x, hole=Integer(0))


def chosen(c: Expr, x: Array, y: Array, shape: tuple[Expr, ...]) -> Array:
    """Return ``x`` where the condition ``c`` is 1, else ``y``."""
    hole = as_mask(c * x.hole + (1 - c) * y.hole)
    if y.hole == 1 or x.hole == 1:
        kept = x if y.hole == 1 else y
        return Array(filled(kept).number("where"), shape, hole=hole)
    return Array(c * filled(x).number("where") + (1 - c) * filled(y).number("where"), shape, hole=hole)


__all__ = ["all_of_picked", "chosen", "either", "filled", "has_holes", "picked", "with_holes"]
