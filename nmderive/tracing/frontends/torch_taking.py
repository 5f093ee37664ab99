"""PyTorch's ways to take, put, place and repeat entries, as operations of the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nmderive.tracing.array import Array, axis_number, scalar
from nmderive.tracing.context import refused
from nmderive.tracing.operations import OPERATIONS as OPS
from nmderive.tracing.operations.joined import Joined


def arr(x: Any) -> Array:
    """Return an operand as an array."""
    return x if isinstance(x, Array) else scalar(x)


def plain(what: str, **options: Any) -> None:
    """Refuse options that are set."""
    for name, value in options.items():
        if value is not None and value is not False:
            raise refused(f"{what} with {name}={value!r} is not supported")


def _gather(x: Array, dim: int, index: Array, *, sparse_grad: bool = False) -> Array:
    index.position("gather")
    p = axis_number(dim, x.ndim, "gather")
    if index.ndim != x.ndim or any(a != b for q, (a, b) in enumerate(zip(index.shape, x.shape, strict=True)) if q != p):
        raise refused("gather with an index that does not have the tensor's other sizes")
    return OPS["take_along_axis"](x, index, dim)


def _scatter(x: Array, dim: int, index: Array, value: Any = None, *, src: Any = None, reduce: Any = None) -> Array:
    plain("scatter", reduce=reduce)
    index.position("scatter")
    filling = arr(value if value is not None else src)
    p = axis_number(dim, x.ndim, "scatter")
    fits = index.ndim == x.ndim and index.shape[p] == 1 and not filling.shape and all(
        a == b for q, (a, b) in enumerate(zip(index.shape, x.shape, strict=True)) if q != p)
    if not fits:
        raise refused("scatter of more than one number at one place a row", "use one_hot")
    along = OPS["arange"](Array(x.shape[p]))
    places = OPS["reshape"](along, [x.shape[p] if q == p else 1 for q in range(x.ndim)])
    return OPS["where"](OPS["equal"](index, places), filling, x)


def _one_hot(index: Array, num_classes: Any = -1) -> Array:
    if isinstance(num_classes, int) and num_classes < 0:
        raise refused("one_hot without num_classes takes the number of classes from the data", "give it: x.shape[1]")
    return OPS["one_hot"](index, num_classes)


def _getitem(x: Array, items: Any) -> Array:
    return OPS["getitem"](x, tuple(items) if isinstance(items, tuple | list) else (items,))


def _assigned(x: Array, items: Any, value: Any) -> Array:
    return OPS["assign"](x, tuple(items) if isinstance(items, tuple | list) else (items,), arr(value))


def _repeated(x: Array, *counts: Any) -> Array:
    """Repeat axes of size 1; any other axis once."""
    sizes = sizes_of(counts)
    if all(isinstance(c, int) and c > 0 for c in sizes) and len(sizes) == x.ndim:
        for axis, count in reversed(list(enumerate(sizes))):  # whole arrays one after the other
            x = OPS["concatenate"]([x] * count, axis) if count > 1 and x.shape[axis] != 1 else x
        sizes = [1 if x.shape[axis] != 1 else count for axis, count in enumerate(sizes)]
        if all(count == 1 for count in sizes):
            return x
    own = (1,) * (len(sizes) - x.ndim) + x.shape
    if any(size != 1 and count != 1 for size, count in zip(own, sizes, strict=True)):
        raise refused("repeat along an axis that is not of size 1", "expand or broadcast instead")
    return OPS["broadcast_to"](x, [count if size == 1 else Array(size) for size, count in zip(own, sizes, strict=True)])


def _diag(x: Array, diagonal: int = 0, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Array:
    beside = diagonal if isinstance(diagonal, Array) else offset
    if isinstance(beside, Array) and isinstance(x, Joined):
        return OPS["diagonal"](x, beside)
    if isinstance(beside, Array) or diagonal or offset or x.ndim not in (1, 2):
        raise refused("diag off the diagonal", "multiply by torch.eye(n)")
    return OPS["diagonal"](x) if x.ndim == 2 else OPS["diagonal_matrix"](x)


def _arange(*args: Any, **_: Any) -> Array:
    if len(args) == 2 and not isinstance(args[0], Array) and args[0] == 0:
        args = args[1:]
    if len(args) == 2 and all(isinstance(a, Array) for a in args):
        return OPS["arange"](args[1], args[0])
    if len(args) != 1:
        raise refused("arange with a start or a step")
    return OPS["arange"](args[0])


def sizes_of(shape: tuple[Any, ...]) -> Any:
    """Return the sizes that a method takes one by one or as one tuple."""
    return shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape


TAKING: dict[str, Callable[..., Array]] = {
    "gather": _gather, "take_along_dim": lambda x, indices, dim=None: OPS["take_along_axis"](x, indices, dim),
    "scatter": _scatter, "one_hot": _one_hot, "__getitem__": _getitem, "__setitem__": _assigned, "repeat": _repeated,
    "diag": _diag, "diagonal": _diag, "arange": _arange, "masked_select": lambda x, mask: OPS["getitem"](x, (mask,)),
}

__all__ = ["TAKING", "arr", "plain", "sizes_of"]
