"""One symbolic array: an elementwise expression in index symbols, and the size of every axis.

The index symbol of an axis is fixed by its place from the right (``AXES[0]`` is that of the last axis), so that
broadcasting needs no renaming: an axis of size one is an axis on which the expression does not depend.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sympy import Add, Expr, Integer, KroneckerDelta, Mul, Pow, Symbol

from nmderive.calculus.sums import Iverson
from nmderive.calculus.symbols import M, N, index
from nmderive.tracing.context import LabelsIndex, Misfit, refused
from nmderive.tracing.numbers import exact

#: Index symbols of the axes, counted from the right.
AXES = tuple(index(f"nmderive_axis{k}") for k in range(8))
ONE = Integer(1)


@dataclass(frozen=True)
class Array:
    """``expr`` at the index symbols of the axes; ``shape`` holds n, m or whole numbers.

    ``kind`` is "real", "bool" (0 or 1) or "index": then ``expr`` is a position, counted from 1, along a range of
    size ``range``. ``role`` is "labels" where an argument was taken for labels by its name, so that
    its use as classes can be told.
    """

    expr: Expr
    shape: tuple[Expr, ...] = ()
    kind: str = "real"
    range: Expr | None = None
    role: str = ""

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def axes(self) -> tuple[Symbol, ...]:
        """The index symbols of the axes, in the order of ``shape``."""
        return AXES[: self.ndim][::-1]

    def number(self, what: str) -> Expr:
        """Return the expression of an array that is used as numbers by the operation ``what``."""
        if self.kind == "index":
            raise refused(
                f"{what} uses positions or class numbers as numbers",
                "use them as an index, in one_hot, or in == and <; labels that are numbers: --let 'y: labels'",
            )
        return self.expr

    def truth(self, what: str) -> Expr:
        """Return the expression of an array of conditions that is used by the operation ``what``."""
        if self.kind == "index" or self.kind == "real" and not is_mask(self.expr):
            raise refused(
                f"{what} needs conditions on positions; this one depends on values",
                "conditions compare positions: eye, arange == arange, y[:, None] == y[None, :]",
            )
        return self.expr

    def position(self, what: str) -> tuple[Expr, Expr]:
        """Return (position, range) of an array that is used as an index by the operation ``what``."""
        if self.kind != "index" or self.range is None:
            if self.role == "labels":
                raise refused(f"{what} uses the labels as an index", "--let 'y: target class'", LabelsIndex)
            raise refused(f"{what} needs an index: arange or a target class", "say --let 'y: target class'")
        return self.expr, self.range


def is_mask(expr: Expr) -> bool:
    """Tell whether an expression is 0 or 1 at every position, by how it is made."""
    if isinstance(expr, KroneckerDelta | Iverson) or expr in (0, 1):
        return True
    if isinstance(expr, Pow):
        return bool(expr.exp.is_Integer and expr.exp > 0 and is_mask(expr.base))
    if isinstance(expr, Mul):
        return all(map(is_mask, expr.args))
    other = 1 - expr
    return isinstance(expr, Add) and not isinstance(other, Add) and is_mask(other)


def scalar(value: Any) -> Array:
    """Return a number as an array without axes."""
    return Array(exact(value))


def broadcast_shape(shapes: Iterable[Sequence[Expr]], what: str) -> tuple[Expr, ...]:
    """Return the common shape; axes are aligned from the right, and those of size 1 repeat."""
    found: list[Expr] = []
    for shape in shapes:
        for k, size in enumerate(reversed(shape)):
            if k == len(found):
                found.append(size)
            elif found[k] == 1:
                found[k] = size
            elif size not in (1, found[k]):
                raise refused(
                    f"{what}: an axis of size {found[k]} meets one of size {size}",
                    "n samples and m classes are different sizes here; reshape or index to align the axes", Misfit,
                )
    if len(found) > len(AXES) - 1:
        raise refused(f"{what}: more than {len(AXES) - 1} axes")
    return tuple(reversed(found))


def axis_number(axis: Any, ndim: int, what: str) -> int:
    """Return an axis counted from the left, from 0."""
    if isinstance(axis, bool) or not hasattr(axis, "__index__"):
        raise refused(f"{what}: the axis is not a whole number")
    value = axis.__index__()
    if not -ndim <= value < ndim:
        raise refused(f"{what}: there is no axis {value} in an array of {ndim} axes", kind=Misfit)
    return int(value) % ndim


def axis_numbers(axis: Any, ndim: int, what: str) -> tuple[int, ...]:
    """Return the axes named by None (all), a number or a tuple, counted from the left."""
    if axis is None:
        return tuple(range(ndim))
    if isinstance(axis, tuple | list):
        return tuple(sorted({axis_number(a, ndim, what) for a in axis}))
    return (axis_number(axis, ndim, what),)


def rearranged(x: Array, order: Sequence[int | None]) -> Array:
    """Return the array whose axes are those of ``x`` in this order; None is a new axis of size 1."""
    target = AXES[: len(order)][::-1]
    kept = {p: q for q, p in enumerate(order) if p is not None}
    rule = {x.axes[p]: target[q] for p, q in kept.items()}
    shape = tuple(ONE if p is None else x.shape[p] for p in order)
    return replace(x, expr=x.expr.xreplace(rule), shape=shape)


def size_of(value: Any) -> Expr:
    """Return a size as n, m or a whole number."""
    expr = value.expr if isinstance(value, Array) else value if isinstance(value, Expr) else exact(value)
    if expr in (N, M) or expr.is_Integer and expr >= 0:
        return expr
    raise refused(f"a size is n, m or a number, not {expr}", "shapes come from x.shape")


__all__ = [
    "AXES", "Array", "axis_number", "axis_numbers", "broadcast_shape", "is_mask", "rearranged", "scalar", "size_of",
]
