"""Arrays joined along an axis of n or m entries, as in ``cat([logits, zeros], 1)``: parts side by side.

The axis then has, say, m + 1 entries, which is no range of an index. What an operation makes of every part, and how a
reduction along the axis puts the parts together, is written here; any other use is refused.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sympy import Add, Expr, Integer, log, nan

from nmderive.calculus.extrema import IndexMax, IndexMin
from nmderive.calculus.kinks import largest, smallest
from nmderive.calculus.symbols import N
from nmderive.tracing.array import Array, axis_number, axis_numbers, broadcast_shape
from nmderive.tracing.context import Misfit, refused
from nmderive.tracing.operations import elementwise
from nmderive.tracing.operations.extrema import extremum_along, free_maximum
from nmderive.tracing.operations.indexing import getitem, index_parts, stack
from nmderive.tracing.operations.infinite import filled
from nmderive.tracing.operations.network import reduced
from nmderive.tracing.operations.reductions import count, exponential, sum_
from nmderive.tracing.operations.whole import ALL

_HINT = "along joined parts are read: arithmetic, sum, mean, max, softmax, log_softmax, logsumexp, and single positions"
_OF_SAMPLES = (
    "take the joined samples as one argument, with labels that say which are of one: def loss(features, labels), "
    "same = labels[:, None] == labels[None, :], --let 'features: logits', 'labels: target class'"
)
#: A size that no array has, to see where an operation takes an axis.
_MARK = Integer(987_654_321)


@dataclass(frozen=True)
class Joined(Array):
    """Arrays side by side along ``axis``, counted from the left; ``expr`` means nothing."""

    parts: tuple[Array, ...] = ()
    axis: int = 0

    def number(self, what: str) -> Expr:
        """Refuse: there is no one expression of all entries."""
        raise refused(f"{what} of arrays that were joined by cat, concatenate or pad", self.otherwise)

    @property
    def otherwise(self) -> str:
        """How to write it otherwise: joined samples, such as two views of each, may be the argument itself."""
        return _OF_SAMPLES if self.shape[self.axis].has(N) else _HINT

    truth = number

    def position(self, what: str) -> tuple[Expr, Expr]:
        """Refuse: there is no one expression of all entries."""
        raise refused(f"{what} with joined arrays as an index", _HINT)

    def moved(self, rule: Any, shape: Any) -> Array:
        """Refuse: there is no one expression of all entries."""
        raise refused("another shape of arrays that were joined by cat, concatenate or pad", self.otherwise)


def side_by_side(parts: Sequence[Array], axis: int) -> Joined:
    """Return parts whose other axes fit as one array."""
    sizes = [p.shape[axis] for p in parts]
    rest = broadcast_shape((replace(p, shape=_with(p.shape, axis, Integer(1))).shape for p in parts), "concatenate")
    return Joined(nan, _with(rest, axis, Add(*sizes)), parts=tuple(parts), axis=axis)


def _with(shape: Sequence[Expr], axis: int, size: Expr) -> tuple[Expr, ...]:
    return (*shape[:axis], size, *shape[axis + 1:])


def concatenate(arrays: Sequence[Array], axis: Any = 0) -> Array:
    """Arrays one after the other along an axis; of whole sizes it is one array, else parts side by side."""
    p = axis_number(axis, arrays[0].ndim, "concatenate")
    flat = [part for x in arrays for part in (x.parts if isinstance(x, Joined) and x.axis == p else (x,))]
    for x in flat:
        others = [q for q in range(x.ndim) if q != p]
        if x.ndim != flat[0].ndim or any(x.shape[q] != flat[0].shape[q] for q in others):
            raise refused("concatenate of arrays of different shapes", kind=Misfit)
        if isinstance(x, Joined) and p < x.axis and x.ndim > 1:
            continue  # rows of parts side by side
        if isinstance(x, Joined):
            raise refused("concatenate along two axes", _HINT)
    if len(flat) == 1:
        return flat[0]
    if all(x.shape[p].is_Integer and x.kind != "index" for x in flat):
        whole = (slice(None),) * p
        return stack([getitem(x, (*whole, k)) for x in flat for k in range(int(x.shape[p]))], p)
    return side_by_side(flat, p)


def padded(x: Array, axis: int, low: int, high: int, value: Array) -> Array:
    """``x`` between ``low`` and ``high`` entries of one value along an axis."""
    if low < 0 or high < 0:
        raise refused("pad by a negative number of entries", "index by whole slices, numbers, arange or classes")
    ends = [replace(value, shape=_with(x.shape, axis, Integer(k))) if k else None for k in (low, high)]
    return concatenate([part for part in (ends[0], x, ends[1]) if part is not None], axis)


def _each(meaning: Callable[..., Array], *args: Any, **options: Any) -> Array:
    """Apply an elementwise operation to every part, beside the same part of the others or what repeats along it."""
    joined = max((a for a in args if isinstance(a, Joined)), key=_right)
    right, sizes = _right(joined), [x.shape[joined.axis] for x in joined.parts]
    at_level = [a for a in args if isinstance(a, Joined) and _right(a) == right]
    for a in (x for x in args if isinstance(x, Array)):
        if any(a is b for b in at_level):
            if [x.shape[a.axis] for x in a.parts] != sizes:  # type: ignore[attr-defined]
                raise refused("arithmetic of arrays that were joined in other places", _HINT)
        elif a.ndim >= right and a.shape[-right] != 1:
            raise refused("arithmetic of joined arrays with one that has as many entries along them", _HINT)
    parts = [meaning(*(a.parts[k] if any(a is b for b in at_level) else a for a in args), **options)
             for k in range(len(sizes))]
    return side_by_side(parts, parts[0].ndim - right)


def _right(x: Joined) -> int:
    """Return the place of the axis from the right."""
    return x.ndim - x.axis


def _plain(x: Array, axis: int) -> Array:
    """Return an array of the shape of a part, with a mark in the place of an axis, to see where that goes."""
    while isinstance(x, Joined):
        x = replace(x.parts[0], shape=_with(x.shape, x.axis, x.parts[0].shape[x.axis]))
    return replace(x, shape=_with(x.shape, axis, _MARK))


def structural(meaning: Callable[..., Array], x: Joined, *args: Any, **options: Any) -> Array:
    """Apply what moves, adds or takes out other axes to every part."""
    probe = meaning(_plain(x.parts[0], x.axis), *args, **options)
    return side_by_side([meaning(p, *args, **options) for p in x.parts], probe.shape.index(_MARK))


def _reduction(combine: Callable[..., Array]) -> Callable[..., Array]:
    def rule(meaning: Callable[..., Array], x: Joined, axis: Any = None, keepdims: bool = False) -> Array:
        axes = axis_numbers(axis, x.ndim, "a reduction")
        if x.axis not in axes:
            return structural(meaning, x, axes, keepdims)
        return combine(x, axes, keepdims)

    return rule


def _added(found: Sequence[Array]) -> Array:
    return replace(found[0], expr=Add(*(x.expr for x in found)))


def _sum(x: Joined, axes: Any, keepdims: bool) -> Array:
    found = [ALL["sum"](p, axes, keepdims) for p in x.parts]
    for other in found[1:]:
        found[0] = ALL["add"](found[0], other)
    return found[0]


def _mean(x: Joined, axes: Any, keepdims: bool) -> Array:
    summed = _sum(x, axes, keepdims)
    return replace(summed, expr=summed.expr / count(replace(x, parts=()), axes))


def _logsumexp(x: Joined, axes: Any, keepdims: bool) -> Array:
    summed = _added([sum_(exponential(p), axes, keepdims) for p in x.parts])
    return replace(summed, expr=log(summed.expr))


def _maximum(x: Joined, axes: Any, keepdims: bool) -> Array:
    key = (tuple((p.expr, p.hole, p.shape) for p in x.parts), axes)
    free = free_maximum(key, x.shape, axes, keepdims)
    if free is not None:
        return free
    found = [extremum_along(p, axes, keepdims, IndexMax) for p in x.parts]
    return replace(found[0], expr=largest(*(f.expr for f in found)))


def _minimum(x: Joined, axes: Any, keepdims: bool) -> Array:
    found = [extremum_along(p, axes, keepdims, IndexMin) for p in x.parts]
    return replace(found[0], expr=smallest(*(f.expr for f in found)))


def _softmax(meaning: Callable[..., Array], x: Joined, axis: Any = -1) -> Array:
    axes = axis_numbers(axis, x.ndim, "softmax")
    if x.axis not in axes:
        return structural(meaning, x, axes)
    powers = [exponential(p) for p in x.parts]
    total = _added([sum_(p, axes, True) for p in powers])
    return side_by_side([Array(p.expr / total.expr, p.shape) for p in powers], x.axis)


def _log_softmax(meaning: Callable[..., Array], x: Joined, axis: Any = -1) -> Array:
    axes = axis_numbers(axis, x.ndim, "log_softmax")
    if x.axis not in axes:
        return structural(meaning, x, axes)
    total = _logsumexp(x, axes, True)
    return side_by_side([replace(p, expr=filled(p).number("log_softmax") - total.expr) for p in x.parts], x.axis)


def _getitem(meaning: Callable[..., Array], x: Joined, items: Any) -> Array:
    """Take one position along the parts, or what leaves them whole."""
    given = list(items) if isinstance(items, tuple) else [items]
    places = [k for k, item in enumerate(index_parts(given, x.ndim)) if item is not None]
    parts = index_parts(given, x.ndim)
    at = places[x.axis]
    if isinstance(parts[at], slice):
        return structural(meaning, x, items)
    part, inside = part_at(x, parts[at])
    return meaning(part, (*parts[:at], inside, *parts[at + 1:]))


def part_at(x: Joined, item: Any) -> tuple[Array, Any]:
    """Return the part in which a position lies, with the position in it."""
    first = x.parts[0]
    if isinstance(item, Array) and item.kind == "index" and item.range == first.shape[x.axis]:
        return first, item  # classes count from the start, so what is joined behind has no class
    if isinstance(item, int):
        for part in x.parts:
            size = part.shape[x.axis]
            if not size.is_Integer or item < size:
                if size.is_Integer or item == 0:
                    return part, item
                break
            item -= int(size)
    raise refused("a position along joined parts that n or m decides", _HINT)


def _take_along_axis(meaning: Callable[..., Array], x: Joined, places: Array, axis: Any) -> Array:
    if axis_number(axis, x.ndim, "take_along_axis") != x.axis:
        raise refused("take_along_axis of joined parts along another axis", _HINT)
    return meaning(part_at(x, places)[0], places, axis)


def joined_entropy(meaning: Callable[..., Array], x: Any, target: Array, weight: Any = None,
                   reduction: str = "mean", label_smoothing: Any = 0.0, ignored: Any = None) -> Array:
    """Return the cross-entropy with one class for all samples, the position of the positive in each row."""
    plain = weight is None and label_smoothing in (0, 0.0) and isinstance(x, Joined) and x.axis == 1
    if not plain or target.kind != "real" or not target.expr.is_Integer:
        raise refused("cross_entropy of joined classes with these labels", _HINT)
    logs = _log_softmax(meaning, x, 1)
    rows = _getitem(getitem, logs, (slice(None), int(target.expr)))  # type: ignore[arg-type]
    return reduced(replace(rows, expr=-rows.expr), reduction, "cross_entropy")


_STRUCTURAL = ("transpose", "swapaxes", "expand_dims", "squeeze")

#: What operations make of joined parts, given their meaning for one array.
RULES: dict[str, Callable[..., Array]] = {
    **dict.fromkeys((name for name in elementwise.OPERATIONS), _each),
    **dict.fromkeys(_STRUCTURAL, structural),
    "sum": _reduction(_sum), "mean": _reduction(_mean), "logsumexp": _reduction(_logsumexp),
    "max": _reduction(_maximum), "min": _reduction(_minimum), "softmax": _softmax, "log_softmax": _log_softmax,
    "getitem": _getitem, "take_along_axis": _take_along_axis,
    "cross_entropy": joined_entropy,
}


def over_parts(name: str, meaning: Callable[..., Array]) -> Callable[..., Array]:
    """Return an operation that takes joined arrays, too, or refuses them by its name."""
    rule = RULES.get(name)

    @functools.wraps(meaning)
    def operation(*args: Any, **options: Any) -> Array:
        if not any(isinstance(a, Joined) for a in args):
            return meaning(*args, **options)
        if rule is None:
            first = next(a for a in args if isinstance(a, Joined))
            raise refused(f"{name} of arrays that were joined by cat, concatenate or pad", first.otherwise)
        return rule(operation, *args, **options)  # which takes parts that are joined themselves

    return operation


OPERATIONS: dict[str, Callable[..., Array]] = {"concatenate": concatenate, "pad": padded}
