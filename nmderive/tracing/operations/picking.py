"""Entries that a mask picks, x[mask] and x[mask, k], the positions where it holds, and how many there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sympy import Expr, Indexed, Integer, KroneckerDelta, sign

from nmderive.calculus.symbols import M, N, S
from nmderive.tracing.array import AXES, Array, rearranged, with_inner
from nmderive.tracing.context import Misfit, refused
from nmderive.tracing.operations.elementwise import equal, less, logical_not
from nmderive.tracing.operations.reductions import sum_
from nmderive.tracing.operations.shapes import reshape

_OTHERWISE = "write (x * mask).sum() and divide by mask.sum() for a mean"


def picked_by(x: Array, mask: Array) -> Array:
    """Return the entries at which a mask of the same shape holds, as one axis, to be summed, averaged, changed."""
    if x.ndim == mask.ndim and set(x.shape) | set(mask.shape) <= {N, M} and mask.shape != x.shape:
        raise refused("indexing by a mask of another shape", kind=Misfit)
    if mask.ndim == 1 and x.ndim == 2 and x.kept == 1 and mask.shape[0] == x.shape[0]:
        return replace(x, kept=mask.expr.xreplace(with_inner({mask.axes[0]: x.axes[0]})))
    if mask.shape != x.shape or x.kept != 1 or x.ndim not in (1, 2):
        raise refused("indexing by a mask of another shape leaves an unknown number of entries", _OTHERWISE)
    if x.ndim == 2 and isinstance(mask.expr, KroneckerDelta) and x.axes[1] in mask.expr.args:
        place = next(a for a in mask.expr.args if a != x.axes[1])  # one entry a row
        return rearranged(x.moved({x.axes[1]: place}, (x.shape[0], Integer(1))), [0])
    return replace(reshape(x, [-1]), kept=reshape(mask, [-1]).expr)


def positions(mask: Array) -> Array:
    """Return the positions at which a mask of one axis holds: all of them, of which those are kept."""
    condition = mask.truth("the positions where a mask holds")
    if mask.ndim != 1 or mask.kept != 1:
        raise refused("positions that depend on data, of a mask of several axes,",
                      "x[mask], or mask.float() as a factor", Misfit)
    return Array(AXES[0], mask.shape, "index", mask.shape[0], kept=condition)


def pairs(size: Expr, lower: bool = False, k: int = 0) -> tuple[Array, Array]:
    """Return rows and columns of the entries of a triangle of a square matrix, as picked positions of all pairs."""
    if size not in (N, M) or k not in ((0, -1) if lower else (0, 1)):
        raise refused("positions of a triangle other than one on the diagonal or next to it, of n or m entries",
                      "a mask of positions as a factor: arange(n)[:, None] < arange(n)")
    rows, columns = (Array(axis, (size, size), "index", size) for axis in (AXES[1], AXES[0]))
    early, late = (columns, rows) if lower else (rows, columns)
    mask = less(early, late) if k else logical_not(less(late, early))
    kept = reshape(mask, [-1]).expr
    first, second = (replace(reshape(x, [-1]), kept=kept) for x in (rows, columns))
    return first, second


def count(x: Array) -> Expr:
    """Return how many entries along the first axis a mask picked."""
    if any(e.base == S for e in x.kept.atoms(Indexed)):
        raise refused("the number of entries that a mask picks", "use mask.sum()")
    return sum_(Array(x.kept.xreplace(with_inner({x.axes[0]: AXES[0]})), x.shape[:1])).expr


def whole_indices(items: Sequence[Any]) -> tuple[list[Any], Expr]:
    """Return indices of all positions in the place of masks and picked positions, and which of them are kept."""
    found = [positions(i) if isinstance(i, Array) and i.kind == "bool" and i.ndim == 1 else i for i in items]
    masks = {i.kept for i in found if isinstance(i, Array) and i.kept != 1}
    arrays = [i for i in found if isinstance(i, Array) and i.ndim]
    if not masks:
        return found, Integer(1)
    if len(masks) > 1 or any(i.kept == 1 or i.ndim != 1 for i in arrays):
        raise refused("indexing by a mask among other indices leaves an unknown number of entries", _OTHERWISE)
    return [replace(i, kept=Integer(1)) if isinstance(i, Array) else i for i in found], masks.pop()


def with_kept(x: Array, kept: Expr) -> Array:
    """Return what was gathered at positions, the first axis, of which some are kept."""
    return x if kept == 1 else replace(x, kept=kept.xreplace(with_inner({AXES[0]: x.axes[0]})))


def holds_somewhere(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    """Where a condition holds at one position along axes: the sign of how many there are."""
    found = sum_(Array(x.truth("any"), x.shape, kept=x.kept), axis, keepdims)
    return Array(sign(found.expr), found.shape, "bool")


def holds_everywhere(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    """Where a condition holds at every position along axes."""
    other = Array(1 - x.truth("all"), x.shape, "bool", kept=x.kept)
    return logical_not(holds_somewhere(other, axis, keepdims))


def count_nonzero(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    """How many entries along axes are not 0."""
    held = x if x.kind == "bool" else logical_not(equal(x, Array(Integer(0))))
    return sum_(held, axis, keepdims)


OPERATIONS: dict[str, Callable[..., Array]] = {
    "positions": positions, "any": holds_somewhere, "all": holds_everywhere, "count_nonzero": count_nonzero,
}
