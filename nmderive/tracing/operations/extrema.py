r"""Maxima and minima along axes: free values where they cancel, else maxima over the index.

A maximum first stands as a free value of what is left of the axes, since most of them only shift logits. One that is
not proved to cancel is traced again as a maximum over the index. Entries that a position tells from the others stand
apart: :math:`\max_k(x_k + [k = c]) = \max(x_c + 1, \max_{k \neq c} x_k)`, and minus infinity there leaves them out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sympy import Expr, Indexed, Integer, KroneckerDelta, Ne, Rational, Symbol
from sympy.core.relational import Relational

from nmderive.calculus.extrema import IndexMax, IndexMin
from nmderive.calculus.kinks import largest, smallest
from nmderive.calculus.symbols import M, N
from nmderive.tracing.array import AXES, MERGED, Array, as_mask, axis_numbers, inner, rearranged
from nmderive.tracing.context import current, place, refused
from nmderive.tracing.operations.infinite import all_of_picked, either, filled
from nmderive.tracing.sums import with_labels_at

#: In single precision sums with such numbers have three digits left.
_LARGE = 10_000


def maximum_along(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    """The maximum along axes (all by default)."""
    x = as_holes(x, axis)
    axes = axis_numbers(axis, x.ndim, "max")
    values = filled(x).number("max")
    free = free_maximum((values, x.hole, x.shape, axes), x.shape, axes, keepdims)
    return extremum_along(x, axes, keepdims, IndexMax) if free is None else free


def free_maximum(key: Any, shape: tuple[Expr, ...], axes: tuple[int, ...], keepdims: bool) -> Array | None:
    """Return the free value that stands for the maximum ``key`` along axes; None where it is one over an index."""
    base = current().maximum_of(key, place())
    if base is None:
        return None
    count = len(shape)
    left = [p for p in range(count) if p not in axes and shape[p] != 1]
    # An array of one index more, so that a single value is an entry too.
    return _without_axes(Array(base[(Integer(1), *(AXES[count - 1 - p] for p in left))], shape), axes, keepdims)


def minimum_along(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    """The minimum along axes (all by default)."""
    if x.hole == 0:
        x = as_holes(x, axis)  # entries that are gone
    else:
        x.number("min")
    return extremum_along(x, axis_numbers(axis, x.ndim, "min"), keepdims, IndexMin)


def as_holes(x: Array, axis: Any) -> Array:
    """Return an array whose entries that a mask left out are minus infinity."""
    gone = 1 - all_of_picked(x, axis, "max").kept
    return x if gone == 0 else replace(x, hole=either(x.hole, gone), kept=Integer(1))


def _without_axes(x: Array, axes: tuple[int, ...], keepdims: bool) -> Array:
    shape = tuple(Integer(1) if p in axes else size for p, size in enumerate(x.shape))
    full = Array(x.expr, shape)
    return full if keepdims else rearranged(full, [p for p in range(x.ndim) if p not in axes])


def extremum_along(x: Array, axes: tuple[int, ...], keepdims: bool, kind: type[IndexMax | IndexMin]) -> Array:
    """Return the maximum or minimum over the indices of axes."""
    body, hole = filled(x).number("max"), x.hole
    for p in reversed(axes):
        found = _along(body, hole, x.axes[p], x.shape[p], kind)
        if found is None:
            raise refused("a maximum of entries that are all minus infinity")
        body, hole = found, Integer(0)
    return _without_axes(Array(body, x.shape), axes, keepdims)


def _along(body: Expr, hole: Expr, axis: Symbol, size: Expr, kind: type[IndexMax | IndexMin]) -> Expr | None:
    """Return the extremum of ``body`` along an axis, of entries that are no holes; None where there are none."""
    if size in MERGED:
        for part, own in reversed(list(zip(inner(axis), MERGED[size], strict=True))):
            found = _along(body, hole, part, own, kind)
            if found is None:
                return None
            body, hole = found, Integer(0)
        return body
    pair: Callable[..., Expr] = largest if kind is IndexMax else smallest
    if size not in (N, M):
        rules = [{axis: Integer(v)} for v in range(1, int(size) + 1)]
        return _joined([_kept(body.xreplace(rule), hole.xreplace(rule)) for rule in rules], pair)
    return _apart(body, hole, axis, size, kind, ())


def _kept(body: Expr, hole: Expr) -> Expr | None:
    hole = as_mask(hole)
    if hole not in (0, 1):
        raise refused("a maximum of entries of which some rows may all be minus infinity")
    return None if hole == 1 else body


def _joined(values: list[Expr | None], pair: Callable[..., Expr]) -> Expr | None:
    left = [v for v in values if v is not None]
    return pair(*left) if left else None


def _apart(
    body: Expr, hole: Expr, axis: Symbol, size: Expr, kind: type[IndexMax | IndexMin], out: tuple[Relational, ...]
) -> Expr | None:
    """Take the entries at a position that ``body`` or ``hole`` names out of the extremum, one position a step."""
    both = body + hole * axis
    named = (d for d in sorted(both.atoms(KroneckerDelta), key=str) if _names(d, axis, both))
    delta = None if hole == 0 and has_large_number(body) else next(named, None)
    if delta is None:
        left = _kept(body, hole)
        return None if left is None else kind(with_labels_at(left, axis), axis, size, *out)
    at = next(a for a in delta.args if a != axis)
    own_hole = hole.xreplace({axis: at})
    for other in out:  # the entry that was taken before it may be this one
        own_hole = either(own_hole, KroneckerDelta(at, other.rhs if other.lhs == axis else other.lhs))
    own = _kept(body.xreplace({axis: at}), own_hole)
    rest = _apart(_without(body, delta), as_mask(_without(hole, delta)), axis, size, kind, (*out, Ne(axis, at)))
    return _joined([own, rest], largest if kind is IndexMax else smallest)


def has_large_number(body: Expr) -> bool:
    """Tell whether a number as large as those of masks stands in it: apart it would cancel others, to rounding."""
    return any(abs(number) >= _LARGE for number in body.atoms(Rational))


def _without(expr: Expr, delta: KroneckerDelta) -> Expr:
    return expr.xreplace({delta: Integer(0)})


def _names(delta: KroneckerDelta, axis: Symbol, expr: Expr) -> bool:
    """Tell whether a delta is 1 at one entry along the axis, the position of which is an index or a target class."""
    others = [a for a in delta.args if a != axis]
    fits = len(others) == 1 and isinstance(others[0], Symbol | Indexed | Integer)
    return fits and axis not in others[0].free_symbols and others[0].free_symbols <= expr.free_symbols


OPERATIONS: dict[str, Callable[..., Array]] = {"max": maximum_along, "min": minimum_along}
