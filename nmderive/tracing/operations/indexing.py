"""Positions and gathers: arange, eye, masks, indexing by classes, one_hot, stack."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sympy import Add, Expr, Integer, KroneckerDelta

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.symbols import M, N
from nmderive.tracing.array import (
    AXES,
    MERGED,
    Array,
    axis_number,
    broadcast_shape,
    misfit,
    rearranged,
    size_of,
    with_inner,
)
from nmderive.tracing.context import Misfit, refused
from nmderive.tracing.held import how_to_count
from nmderive.tracing.operations.elementwise import equal, less, logical_not
from nmderive.tracing.operations.picking import picked_by, whole_indices, with_kept
from nmderive.tracing.operations.shapes import expand_dims


def arange(size: Any) -> Array:
    """The positions 0, 1, ... along a range of ``size``."""
    length = size_of(size)
    if length in MERGED:
        raise refused("arange along merged axes", kind=Misfit)
    return Array(AXES[0], (length,), "index", length)


def filled(shape: Any, value: Any) -> Array:
    """An array of one value."""
    sizes = tuple(map(size_of, shape if isinstance(shape, tuple | list) else (shape,)))
    return replace(value, shape=sizes) if isinstance(value, Array) else Array(value, sizes)


def eye(size: Any, columns: Any = None) -> Array:
    """Ones where row and column are the same."""
    rows = size_of(size)
    if columns is not None and size_of(columns) != rows:
        raise refused("eye of two different sizes")
    return as_real(equal(rearranged(arange(size), [0, None]), arange(size)))


def as_real(x: Array) -> Array:
    """The numbers 0 and 1 of conditions."""
    return replace(x, kind="real")


def triangle(x: Array, lower: bool, k: int = 0) -> Array:
    """``x`` on and below (above) the diagonal, or strictly so, and 0 elsewhere."""
    if x.ndim < 2 or x.shape[-1] != x.shape[-2] or (k not in (0, -1) if lower else k not in (0, 1)):
        raise refused("tril and triu are read for square arrays, on the diagonal and next to it")
    rows, columns = rearranged(arange(Array(x.shape[-1])), [0, None]), arange(Array(x.shape[-1]))
    early, late = (columns, rows) if lower else (rows, columns)
    kept = less(early, late) if k else logical_not(less(late, early))
    return Array(kept.expr * x.number("tril"), x.shape, x.kind)


def getitem(x: Array, items: Any) -> Array:
    """``x[items]``: whole slices, None, ``...``, whole numbers from 0, and arrays of positions."""
    given = items if isinstance(items, tuple) else (items,)
    if len(given) == 1 and isinstance(given[0], Array) and given[0].kind == "bool":
        return picked_by(x, given[0])
    given = _single(given)
    whole, kept = whole_indices(index_parts(given, x.ndim))
    if kept != 1:
        return _of_positions(x, whole, kept)
    parts = whole
    indices = [part for part in parts if isinstance(part, Array)]
    block = broadcast_shape((a.shape for a in indices), "indexing")
    places: list[int | str] = []  # an axis of x, "new", or "block" where the axes of the index arrays go
    p, numbers = 0, {}
    for part in parts:
        if part is None:
            places.append("new")
            continue
        if isinstance(part, Array) and "block" not in places:
            places.append("block")
        elif isinstance(part, slice):
            places.append(p)
        if not isinstance(part, slice):
            numbers[p] = part
        p += 1
    if "block" in places and not _adjacent(parts):
        places.remove("block")
        places.insert(0, "block")
    return _gathered(x, places, numbers, block)


def _of_positions(x: Array, items: Sequence[Any], kept: Expr) -> Array:
    """Return what stands at positions of which some are kept; they are the first axis of it."""
    if all(isinstance(i, slice) or i is None for i in items if not isinstance(i, Array)) and len(items) == x.ndim:
        first = items[0]
        if isinstance(first, Array) and all(isinstance(i, slice) for i in items[1:]) and first.expr == AXES[0]:
            return picked_by(x, Array(kept, first.shape, "bool"))
    found = getitem(x, tuple(items))
    if isinstance(next(i for i in items if i is not None), slice):
        raise refused("indexing by a mask behind a whole slice", "put the axis of the mask first")
    return with_kept(found, kept)


def _single(items: Sequence[Any]) -> tuple[Any, ...]:
    """Write x[:, 0:1] as x[:, 0, None], where no arrays are beside it."""
    found: list[Any] = []
    for item in items:
        start = item.start or 0 if isinstance(item, slice) else None
        is_one = isinstance(item, slice) and item.step in (None, 1) and isinstance(start, int) and start >= 0 \
            and isinstance(item.stop, int) and item.stop == start + 1
        is_last = isinstance(item, slice) and item == slice(-1, None)
        found += [start, None] if is_one or is_last else [item]
    return tuple(items if any(isinstance(i, Array) for i in items) else found)


def _adjacent(parts: Sequence[Any]) -> bool:
    """Tell whether the index arrays (and numbers, which count as such beside arrays) stand side by side."""
    where = [k for k, part in enumerate(parts) if part is not None and not isinstance(part, slice)]
    return where[-1] - where[0] == len(where) - 1


def index_parts(items: Sequence[Any], ndim: int) -> list[Any]:
    """Write ``...`` and missing indices out as whole slices, and check every part."""
    used = sum(item is not None and item is not Ellipsis for item in items)
    if used > ndim or sum(item is Ellipsis for item in items) > 1:
        raise refused("indexing with more indices than axes", kind=Misfit)
    parts: list[Any] = []
    for item in [*items, *([] if any(i is Ellipsis for i in items) else [Ellipsis])]:
        parts += [slice(None)] * (ndim - used) if item is Ellipsis else [_checked_part(item)]
    return parts


def _checked_part(item: Any) -> Any:
    if item is None or isinstance(item, slice) and _is_whole(item):
        return item
    if isinstance(item, Array):
        if item.kind == "bool" and item.ndim == 1:
            return item
        if item.kind == "bool":
            raise refused("indexing by a mask among other indices leaves an unknown number of entries",
                          "write (x * mask).sum() and divide by mask.sum() for a mean", Misfit)
        item.position("indexing")
        return item
    if isinstance(item, int) and not isinstance(item, bool):
        if item < -1:
            raise refused(f"the index {item} counts from the end, which n or m decides", "count from the start")
        return item
    raise refused("indexing by a part of a range or by a list", "index by whole slices, numbers, arange or classes")


def _is_whole(part: slice) -> bool:
    return part.start in (None, 0) and part.stop is None and part.step in (None, 1)


def _gathered(x: Array, places: list[Any], numbers: dict[int, Any], block: tuple[Expr, ...]) -> Array:
    """Build the result: axes of ``x`` that stay, new ones, and those of the index arrays."""
    shape: list[Expr] = []
    for place in places:
        shape += block if place == "block" else [Integer(1) if place == "new" else x.shape[place]]
    target = AXES[: len(shape)][::-1]
    rule: dict[Any, Any] = {}
    q = first = 0
    for place in places:
        if place == "block":
            first, q = q, q + len(block)
            continue
        if place != "new":
            rule[x.axes[place]] = target[q]
        q += 1
    inside = target[first: first + len(block)]
    for p, item in numbers.items():
        rule[x.axes[p]] = place_of(item, x.shape[p], inside)
    return x.moved(rule, shape)


def place_of(item: Any, size: Expr, inside: Sequence[Any]) -> Expr:
    """Return the position that an index stands for along an axis of ``size``."""
    if isinstance(item, Array):
        position, along = item.position("indexing")
        if size != along:
            raise misfit(f"a position along {along} is used as an index of an axis of size {size}", None, along, size)
        return position.xreplace(with_inner(dict(zip(AXES[: item.ndim], reversed(inside), strict=False))))
    if item == -1:
        return _last(size)
    if size not in (N, M) and item >= size:
        raise refused(f"there is no index {item} on an axis of size {size}")
    return Integer(item + 1)


def _last(size: Expr) -> Expr:
    """Return the last position: that of the last class is called m."""
    if size == M or size.is_Integer:
        return Cyclic(0) if size == M else size
    raise refused("the index -1 of samples counts from the end, which n decides", "count from the start")


def take_along_axis(x: Array, places: Array, axis: Any) -> Array:
    """``x`` at positions along one axis; the other axes are aligned."""
    p = axis_number(axis, x.ndim, "take_along_axis")
    position, along = places.position("take_along_axis")
    if places.ndim != x.ndim:
        raise refused("take_along_axis needs indices with as many axes as the array", kind=Misfit)
    if along != x.shape[p]:
        raise misfit(f"a position along {along} is used as an index of an axis of size {x.shape[p]}", None, along,
                     x.shape[p])
    if any(q != p and a not in (1, b) for q, (a, b) in enumerate(zip(places.shape, x.shape, strict=True))):
        raise refused("take_along_axis of arrays that do not align")
    shape = tuple(places.shape[q] if q == p else x.shape[q] for q in range(x.ndim))
    return x.moved({x.axes[p]: position}, shape)


def one_hot(places: Array, size: Any) -> Array:
    """1 at the position, 0 elsewhere, along a new last axis."""
    _, along = places.position("one_hot")
    if size_of(size) != along:
        count = size_of(size)
        raise misfit(f"one_hot of positions along {along} with {count} places", how_to_count(count), along, count)
    return as_real(equal(expand_dims(places, -1), arange(size)))


def stack(arrays: Sequence[Array], axis: int = 0) -> Array:
    """Arrays of one shape along a new axis of fixed size."""
    shape = broadcast_shape((a.shape for a in arrays), "stack")
    p = axis_number(axis, len(shape) + 1, "stack")
    parts = []
    for k, a in enumerate(arrays):
        wide = expand_dims(replace(a, shape=shape), p)
        parts.append(KroneckerDelta(wide.axes[p], k + 1) * wide.number("stack"))
    return Array(Add(*parts), (*shape[:p], Integer(len(arrays)), *shape[p:]))


OPERATIONS: dict[str, Callable[..., Array]] = {
    "arange": arange, "filled": filled, "eye": eye, "triangle": triangle, "getitem": getitem,
    "take_along_axis": take_along_axis, "one_hot": one_hot,
    "stack": stack,
}
