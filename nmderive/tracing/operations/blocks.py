"""Two views of the samples, one below the other: their 2n positions, the identity, products of all pairs, positives.

A matrix of all pairs of 2n joined samples is rows of parts, each of which is parts side by side. What an operation
makes of these is said in ``joined.py``; here is what makes them, and what takes one entry of each row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Integer

from nmderive.calculus.symbols import N
from nmderive.tracing.array import AXES, Array, axis_numbers
from nmderive.tracing.context import refused
from nmderive.tracing.operations import elementwise, indexing
from nmderive.tracing.operations.joined import RULES, Joined, joined_entropy, side_by_side, structural
from nmderive.tracing.operations.whole import ALL

_HINT = "of joined samples these are read: arange(2 * n), arange(n) + n, their concatenation, and eye(2 * n)"


@dataclass(frozen=True)
class Shifted(Array):
    """Positions in a later one of joined ranges of n: those of part ``block``, from 0."""

    block: int = 1

    def position(self, what: str) -> tuple[Expr, Expr]:
        """Refuse: they are positions of joined samples only."""
        raise refused(f"{what} with positions of joined samples", _HINT)


def _blocks(size: Any) -> int:
    """Return of how many ranges of n a size is; 0 for any other."""
    expr = size.expr if isinstance(size, Array) else size
    count = expr / N if isinstance(expr, Expr) else Integer(0)
    return int(count) if count.is_Integer and count > 0 else 0


def _at(block: int) -> Array:
    own = Array(AXES[0], (N,), "index", N)
    return Shifted(own.expr, own.shape, "index", N, block=block) if block else own


def _block(x: Array) -> int:
    return x.block if isinstance(x, Shifted) else 0


def arange(size: Any, start: Any = None) -> Array:
    """The positions from ``start`` up to ``size``, where both are multiples of n."""
    first, count = 0 if start is None else _blocks(start), _blocks(size)
    if start is None and count < 2:
        return indexing.arange(size)
    if start is not None and not first or count <= first:
        raise refused("arange with a start or a step", _HINT)
    parts = [_at(k) for k in range(first, count)]
    return side_by_side(parts, 0) if len(parts) > 1 else parts[0]


def eye(size: Any, columns: Any = None) -> Array:
    """Ones where row and column are the same."""
    count = _blocks(size)
    if count < 2 or columns is not None:
        return indexing.eye(size, columns)
    same, other = indexing.eye(N), indexing.filled((N, N), Integer(0))
    rows = [side_by_side([same if a == b else other for b in range(count)], 1) for a in range(count)]
    return side_by_side(rows, 0)


def filled(shape: Any, value: Any) -> Array:
    """An array of one value, of which sizes may be multiples of n."""
    sizes = list(shape) if isinstance(shape, tuple | list) else [shape]
    at = next((p for p, size in enumerate(sizes) if _blocks(size) > 1), None)
    if at is None:
        return indexing.filled(shape, value)
    part = filled([*sizes[:at], Array(N), *sizes[at + 1:]], value)
    return side_by_side([part] * _blocks(sizes[at]), at)


def add(x: Array, y: Array) -> Array:
    """The sum; of positions and n those of the next part."""
    for a, b in ((x, y), (y, x)):
        if a.kind == "index" and a.range == N and b.kind == "real" and not b.shape and _blocks(b):
            return Shifted(a.expr, a.shape, "index", N, block=_block(a) + _blocks(b))
    return elementwise.OPERATIONS["add"](x, y)  # type: ignore[no-any-return]


def remainder(x: Array, y: Array) -> Array:
    """Positions of joined samples modulo how many there are."""
    count = _blocks(y)
    if x.kind != "index" or x.range != N or not count:
        raise refused("% of arrays", _HINT)
    own = Array(x.expr, x.shape, "index", N)
    block = _block(x) % count
    return Shifted(own.expr, own.shape, "index", N, block=block) if block else own


def _product(operation: Callable[..., Array], x: Array, y: Array) -> Array:
    if isinstance(x, Joined) and x.axis == x.ndim - 2:
        return side_by_side([operation(p, y) for p in x.parts], x.axis)
    if isinstance(y, Joined) and y.axis == y.ndim - 1 and x.ndim == 2:
        return side_by_side([operation(x, p) for p in y.parts], 1)
    raise refused("matmul along joined parts", "join samples, not features")


def _of_each_row(x: Joined, places: Array, take: Callable[[Array, Array], Array]) -> Array:
    """Return one entry of each row of a matrix of all pairs, in the part that the row's position is of."""
    if not isinstance(places, Joined) or places.axis or x.axis or len(places.parts) != len(x.parts):
        raise refused("positions of joined samples that are not one a row", _HINT)
    found = []
    for row, place in zip(x.parts, places.parts, strict=True):
        if not isinstance(row, Joined) or place.kind != "index" or _block(place) >= len(row.parts):
            raise refused("positions that are none of joined samples", _HINT)
        plain = Array(place.expr, place.shape, "index", N)
        found.append(take(row.parts[_block(place)], plain))
    return side_by_side(found, 0)


def _taken(x: Array, place: Array) -> Array:
    return indexing.getitem(x, (indexing.arange(Array(N)), place))


def _getitem(operation: Callable[..., Array], x: Joined, items: Any) -> Array:
    given = items if isinstance(items, tuple) else (items,)
    if not any(isinstance(i, Joined | Shifted) for i in given):
        return _PLAIN(operation, x, items)
    rows = given[0]
    is_all = isinstance(rows, Joined) and all(_block(p) == k and p.expr == AXES[0] for k, p in enumerate(rows.parts))
    if len(given) != 2 or not is_all:
        raise refused("indexing of joined samples by these positions", _HINT)
    return _of_each_row(x, given[1], _taken)


def _along(operation: Callable[..., Array], x: Joined, places: Array, axis: Any) -> Array:
    if not isinstance(places, Joined):
        return _PLAIN_ALONG(operation, x, places, axis)
    return _of_each_row(x, places, lambda part, place: indexing.take_along_axis(part, place, 1))


def _entropy(operation: Callable[..., Array], x: Array, target: Array, weight: Any = None, reduction: str = "mean",
             label_smoothing: Any = 0.0, ignored: Any = None) -> Array:
    """Return the cross-entropy of all pairs with the position of the positive of each row."""
    if not isinstance(target, Joined) or not isinstance(x, Joined):
        return joined_entropy(operation, x, target, weight, reduction, label_smoothing)
    if weight is not None or label_smoothing not in (0, 0.0) or reduction == "none":
        raise refused("cross_entropy of joined samples with these options", "reduction='mean' or 'sum'")
    logs = RULES["log_softmax"](ALL["log_softmax"], x, 1)
    rows = _of_each_row(logs, target, _taken)  # type: ignore[arg-type]
    return ALL["negative"](ALL[reduction](rows))


def _diagonal(operation: Callable[..., Array], x: Joined, offset: Any = None) -> Array:
    """Return the diagonal of a matrix of all pairs, or one n, 2n, ... beside it."""
    step = 0 if offset is None else _blocks(offset) or -_blocks(Array(-offset.expr))
    found = [indexing_diagonal(row.parts[k + step]) for k, row in enumerate(x.parts)
             if isinstance(row, Joined) and 0 <= k + step < len(row.parts)]
    if not found:
        raise refused("a diagonal of joined arrays", _HINT)
    return side_by_side(found, 0) if len(found) > 1 else found[0]


def indexing_diagonal(x: Array) -> Array:
    """Return the diagonal of one part."""
    return ALL["diagonal"](x)


def _norm(operation: Callable[..., Array], x: Joined, axis: Any = None, keepdims: bool = False, *more: Any) -> Array:
    if axis is None or x.axis in axis_numbers(axis, x.ndim, "norm"):
        raise refused("norm along joined parts", _HINT)
    return structural(operation, x, axis, keepdims, *more)


def _reshape(operation: Callable[..., Array], x: Joined, shape: Sequence[Any]) -> Array:
    """Return one axis as a column or a row, or the other way round."""
    wanted = ["rest" if v == -1 or _blocks(v) > 1 else v for v in shape]
    if x.ndim == 1 and wanted in (["rest", 1], [1, "rest"]):
        return structural(ALL["expand_dims"], x, wanted.index(1))
    if wanted == ["rest"] and x.ndim == 2 and x.shape[1] == 1:
        return structural(ALL["squeeze"], x, 1)
    if wanted == ["rest"] and x.ndim == 1:
        return x
    raise refused("another shape of arrays that were joined by cat, concatenate or pad", x.otherwise)


_PLAIN, _PLAIN_ALONG = RULES["getitem"], RULES["take_along_axis"]
RULES.update({
    "matmul": _product, "getitem": _getitem, "take_along_axis": _along, "cross_entropy": _entropy,
    "diagonal": _diagonal, "norm": _norm, "reshape": _reshape, "remainder": RULES["add"],
})

OPERATIONS: dict[str, Callable[..., Array]] = {
    "arange": arange, "eye": eye, "filled": filled, "add": add, "remainder": remainder,
}

__all__ = ["OPERATIONS", "Shifted"]
