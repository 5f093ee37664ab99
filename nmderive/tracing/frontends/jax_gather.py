"""JAX's gather: entries of an array at positions, along some axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sympy import Expr, Integer

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.symbols import M, N
from nmderive.tracing.array import AXES, Array
from nmderive.tracing.context import Misfit, refused
from nmderive.tracing.operations.joined import Joined, part_at


def gather(x: Array, parts: Sequence[Array], numbers: Any, slices: Sequence[Expr]) -> Array:
    """Return ``x`` at the positions of ``parts``, one an indexed axis; the last axis of each part has size 1."""
    indexed = list(numbers.start_index_map)
    if isinstance(x, Joined) and len(parts) == len(indexed) and x.axis in indexed:
        return _of_joined(x, parts, numbers, slices)
    batching = dict(zip(numbers.operand_batching_dims, numbers.start_indices_batching_dims, strict=True))
    whole = [p for p in range(x.ndim) if p not in numbers.collapsed_slice_dims and p not in batching]
    if len(parts) != len(indexed) or any(p in whole and slices[p] != 1 for p in indexed):
        raise refused("gather of parts of a range", "index by whole slices, numbers, arange or classes")
    if any(slices[p] != x.shape[p] for p in whole if p not in indexed):
        raise refused("gather of parts of a range", "index by whole slices, numbers, arange or classes")
    block = parts[0].shape[:-1]
    if any(a.shape[:-1] != block or a.shape[-1:] != (Integer(1),) for a in parts):
        raise refused("gather with index arrays of different shapes")
    rank = len(block) + len(numbers.offset_dims)
    target = AXES[:rank][::-1]
    offsets = dict(zip(numbers.offset_dims, whole, strict=True))
    batch = [q for q in range(rank) if q not in offsets]
    rule: dict[Any, Any] = {x.axes[p]: target[q] for q, p in offsets.items() if p not in indexed}
    rule.update({x.axes[p]: target[batch[q]] for p, q in batching.items()})
    for p, part in zip(indexed, parts, strict=True):
        inner = dict(zip(part.axes[:-1], (target[q] for q in batch), strict=True))
        rule[x.axes[p]] = _place(part, x.shape[p]).xreplace(inner)
    sizes = dict(zip(batch, block, strict=True))
    shape = tuple(sizes[q] if q in sizes else slices[offsets[q]] for q in range(rank))
    return x.moved(rule, shape)


def _of_joined(x: Joined, parts: Sequence[Array], numbers: Any, slices: Sequence[Expr]) -> Array:
    """Return entries of the one of joined parts in which a position lies."""
    k = list(numbers.start_index_map).index(x.axis)
    item = parts[k]
    if item.kind == "real" and item.expr.is_Integer:
        part, place = part_at(x, int(item.expr))
        inside = replace(item, expr=Integer(place))
        return gather(part, [*parts[:k], inside, *parts[k + 1:]], numbers, slices)
    return gather(part_at(x, item)[0], parts, numbers, slices)


def _place(part: Array, along: Expr) -> Expr:
    """Return the position along an axis; a whole number counts from 0."""
    if part.kind == "real" and part.expr.is_Integer:
        if part.expr < 0 or along not in (N, M) and part.expr >= along:
            raise refused(f"there is no index {part.expr} on an axis of size {along}")
        return part.expr + 1
    if part.kind == "real" and part.expr == M - 1 and along == M:
        return Cyclic(0)  # the last class
    position, size = part.position("gather")
    if size != along:
        raise refused(f"a position along {size} is used as an index of an axis of size {along}", kind=Misfit)
    return position


__all__ = ["gather"]
