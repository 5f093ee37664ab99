"""Shapes: transposes, new axes, reshapes that merge whole axes, repetition along axes of size 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sympy import Expr, Mul, Symbol

from nmderive.calculus.symbols import M, N
from nmderive.tracing.array import (
    AXES,
    MERGED,
    Array,
    axis_number,
    axis_numbers,
    broadcast_shape,
    inner,
    rearranged,
    size_of,
)
from nmderive.tracing.context import LabelsIndex, Refused, refused


def transpose(x: Array, order: Sequence[int] | None = None) -> Array:
    """The axes in another order; reversed by default."""
    places = list(range(x.ndim))[::-1] if order is None else [axis_number(a, x.ndim, "transpose") for a in order]
    if sorted(places) != list(range(x.ndim)):
        raise refused("transpose needs each axis once")
    return rearranged(x, places)


def swapaxes(x: Array, a: int, b: int) -> Array:
    """Two axes exchanged."""
    places = list(range(x.ndim))
    p, q = axis_number(a, x.ndim, "swapaxes"), axis_number(b, x.ndim, "swapaxes")
    places[p], places[q] = q, p
    return rearranged(x, places)


def expand_dims(x: Array, axis: Any) -> Array:
    """New axes of size 1."""
    count = len(axis) if isinstance(axis, tuple | list) else 1
    new = axis_numbers(axis, x.ndim + count, "expand_dims")
    rest = iter(range(x.ndim))
    return rearranged(x, [None if p in new else next(rest) for p in range(x.ndim + count)])


def squeeze(x: Array, axis: Any = None, strict: bool = True) -> Array:
    """Without axes of size 1. That n or m is 1 is not known, so such an axis stays, or is refused where it is named."""
    if axis is None:
        return rearranged(x, [p for p in range(x.ndim) if x.shape[p] != 1])
    gone = axis_numbers(axis, x.ndim, "squeeze")
    if any(x.shape[p] != 1 for p in gone):
        raise refused("squeeze of an axis that is not of size 1 for all n, m")
    return rearranged(x, [p for p in range(x.ndim) if p not in gone])


def reshape(x: Array, shape: Sequence[Any]) -> Array:
    """Axes of size 1 put in or taken out, two axes merged to one or such a one split; others mix axes."""
    own = _of_picked(x, shape)
    if own is not None:
        return own
    wanted: list[Any] = [None if _is_rest(v) else size_of(v) for v in shape]
    if wanted.count(None) == 1:
        rest = Mul(*x.shape) / Mul(*(size for size in wanted if size is not None))
        wanted[wanted.index(None)] = rest if rest in (*MERGED, N, M) or rest.is_Integer else None
    if None in wanted:
        raise _no_reshape(x, shape)
    target = AXES[: len(wanted)][::-1]
    old, new = (_atoms(axes, sizes) for axes, sizes in ((x.axes, x.shape), (target, wanted)))
    if [size for _, size in old] != [size for _, size in new]:
        raise _no_reshape(x, shape)
    return x.moved({a: b for (a, _), (b, _) in zip(old, new, strict=True)}, wanted)


def _of_picked(x: Array, shape: Sequence[Any]) -> Array | None:
    """Return picked entries with another shape: as they are, or as rows of a matrix; None for any other array."""
    if x.kept == 1:
        return None
    if x.ndim == 1 and len(shape) == 1 and _is_rest(shape[0]):
        return x
    return _split_picked(x, shape)


def _split_picked(x: Array, shape: Sequence[Any]) -> Array | None:
    """Return picked entries of a matrix as the matrix, minus infinity at the others: as many are left in each row.

    None where the shape is another. Such rows stand in exponentials, maxima and softmax, as contrastive losses have it.
    """
    if x.ndim != 1 or x.shape[0] not in MERGED or len(shape) != 2:
        return None
    rows, columns = MERGED[x.shape[0]]
    first = shape[0].expr if isinstance(shape[0], Array) else shape[0]
    if first != rows:
        return None
    outer, own = inner(x.axes[0])
    rule = {outer: AXES[1], own: AXES[0]}
    mask = x.kept.xreplace(rule)
    return Array(x.expr.xreplace(rule), (rows, columns), x.kind, hole=1 - mask)


def _atoms(axes: Sequence[Symbol], sizes: Sequence[Expr]) -> list[tuple[Symbol, Expr]]:
    """Return the index symbols of axes that no reshape merged, with their sizes; those of size 1 are left out."""
    found: list[tuple[Symbol, Expr]] = []
    for axis, size in zip(axes, sizes, strict=True):
        found += zip(inner(axis), MERGED[size], strict=True) if size in MERGED else [(axis, size)] * (size != 1)
    return found


def _is_rest(value: Any) -> bool:
    return isinstance(value, int) and value == -1


def _no_reshape(x: Array, shape: Sequence[Any]) -> Exception:
    return refused(
        f"reshape of an array of shape {_shown(x.shape)} that merges or splits axes",
        "reduce over both axes instead; axes merge in the order (n, m)",
        LabelsIndex if x.role == "labels" else Refused,
    )


def _shown(shape: Sequence[Expr]) -> str:
    return "(" + ", ".join(map(str, shape)) + ")"


def broadcast_to(x: Array, shape: Sequence[Any]) -> Array:
    """``x`` repeated along axes of size 1."""
    offset = len(shape) - x.ndim
    wanted = tuple(
        x.shape[p - offset] if _is_rest(size) and p >= offset else size_of(size) for p, size in enumerate(shape)
    )
    if broadcast_shape((x.shape, wanted), "broadcast_to") != wanted:
        raise refused("broadcast_to a smaller shape")
    return replace(x, shape=wanted)


OPERATIONS: dict[str, Callable[..., Array]] = {
    "transpose": transpose, "swapaxes": swapaxes, "expand_dims": expand_dims, "squeeze": squeeze, "reshape": reshape,
    "broadcast_to": broadcast_to,
}
