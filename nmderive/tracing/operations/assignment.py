"""Assignments to parts of an array, as in ``x[arange(n), y] = 0`` and ``x[mask] = 0``: a choice by positions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sympy import Expr, Integer, KroneckerDelta, Mul, Symbol

from nmderive.tracing.array import AXES, Array, broadcast_shape, misfit
from nmderive.tracing.context import Misfit, refused
from nmderive.tracing.operations.elementwise import as_condition, where
from nmderive.tracing.operations.indexing import index_parts, place_of
from nmderive.tracing.operations.picking import picked_by
from nmderive.tracing.operations.shapes import reshape
from nmderive.tracing.targets import is_number_of_class

_REPEATED = "an assignment to positions that may repeat"


def assigned(x: Array, items: Any, value: Array) -> Array:
    """Return ``x`` with ``value`` at the entries ``x[items]``."""
    parts = items if isinstance(items, tuple) else (items,)
    value = as_condition(value) if x.kind == "bool" else value
    if x.kind == "real" and is_number_of_class(value.expr):
        raise refused("an assignment of the numbers of classes", "--let '{labels}: labels' where they are numbers",
                      Misfit)
    first = parts[0]
    if len(parts) == 1 and isinstance(first, Array) and (first.kind == "bool" or first.kept != 1):
        mask = first if first.kind == "bool" else Array(first.kept, first.shape, "bool")
        return _at_mask(x, mask, value)
    numbers = {p: part for p, part in enumerate(index_parts(parts, x.ndim)) if not isinstance(part, slice)}
    block = broadcast_shape((a.shape for a in numbers.values() if isinstance(a, Array)), "assignment")
    own = _bound(x, numbers, len(block))
    factors = [KroneckerDelta(x.axes[p], place_of(part, x.shape[p], AXES[: len(block)][::-1]).xreplace(own))
               for p, part in numbers.items()]
    mask = Array(Mul(*(f for f in factors if f != 1)), x.shape, "bool")
    return where(mask, _value(x, value, numbers, block, own), x)


def _at_mask(x: Array, mask: Array, value: Array) -> Array:
    value = _of_all(x, mask, value)
    if value.ndim and value.shape != x.shape or mask.shape != x.shape[: mask.ndim]:
        raise refused("an assignment to entries of a mask of other than one number", "np.where(mask, value, x)")
    rule = dict(zip(mask.axes, x.axes, strict=False))
    return where(Array(mask.moved(rule, x.shape).expr, x.shape, "bool"), value, x)


def _of_all(x: Array, mask: Array, value: Array) -> Array:
    """Return what is assigned for all entries, where it is given at those that the same mask picks."""
    if value.kept == 1 or mask.shape != x.shape or value.kept != picked_by(x, mask).kept:
        return value
    return reshape(replace(value, kept=Integer(1)), [Array(size) for size in x.shape])


def _bound(x: Array, numbers: dict[int, Any], count: int) -> dict[Symbol, Symbol]:
    """Return the axis of ``x`` that each axis of the index arrays runs along, one position for each of its entries."""
    own: dict[Symbol, Symbol] = {}
    for p, part in numbers.items():
        if isinstance(part, Array) and part.expr in AXES and part.expr not in own:
            own[part.expr] = x.axes[p]
    if len(own) != count:
        raise refused(_REPEATED, "assign at one position a row: x[np.arange(n), y] = 0")
    return own


def _value(x: Array, value: Array, numbers: dict[int, Any], block: Sequence[Expr], own: dict[Symbol, Symbol]) -> Array:
    if not value.ndim:
        return value
    if not any(isinstance(part, Array) for part in numbers.values()):
        return _of_part(x, value, numbers)
    if len(numbers) < x.ndim or broadcast_shape((value.shape, block), "assignment") != tuple(block):
        raise refused("an assignment of an array of this shape", "assign one number, or one a position")
    return value.moved(own, tuple(size if axis in own.values() else Integer(1)
                                  for axis, size in zip(x.axes, x.shape, strict=True)))


def _of_part(x: Array, value: Array, numbers: dict[int, Any]) -> Array:
    """Return what is assigned to a part such as x[:, 0], with the axes of ``x``."""
    kept = [p for p in range(x.ndim) if p not in numbers]
    sizes = tuple(x.shape[p] for p in kept)
    pairs = zip(reversed(value.shape), reversed(sizes), strict=False)
    if value.ndim > len(sizes) or any(own not in (1, size) for own, size in pairs):
        raise misfit(f"an array of shape {_shown(value.shape)} is assigned to a part of shape {_shown(sizes)}",
                     "assign one of the shape of the part", *value.shape, *sizes)
    rule = dict(zip(AXES[: len(kept)][::-1], (x.axes[p] for p in kept), strict=True))
    return value.moved(rule, tuple(Integer(1) if p in numbers else size for p, size in enumerate(x.shape)))


def _shown(shape: Sequence[Expr]) -> str:
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"


OPERATIONS: dict[str, Callable[..., Array]] = {"assign": assigned}
