"""PyTorch's shorthands that are made of other operations: lerp, new tensors like another, counts, checks of numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Integer

from nmderive.tracing.array import Array
from nmderive.tracing.context import current
from nmderive.tracing.frontends.torch_losses import TABLE
from nmderive.tracing.frontends.torch_table import arr, reduction
from nmderive.tracing.frontends.torch_taking import sizes_of
from nmderive.tracing.operations import OPERATIONS as OPS


def _lerp(x: Array, end: Any, weight: Any) -> Array:
    w = arr(weight)
    return OPS["add"](x, OPS["multiply"](w, OPS["subtract"](arr(end), x)))


def _added_product(name: str) -> Callable[..., Array]:
    def function(x: Array, one: Any, other: Any, *, value: Any = 1) -> Array:
        return OPS["add"](x, OPS["multiply"](arr(value), OPS[name](arr(one), arr(other))))

    return function


def _filled_at(x: Array, dim: int, index: Array, value: Any) -> Array:
    """Fill rows or columns at positions, as index_fill does."""
    index.position("index_fill")
    return OPS["assign"](x, (slice(None),) * (dim % x.ndim) + (index,), arr(value)) if index.kept == 1 or dim else \
        OPS["assign"](x, (index,), arr(value))


def _always(value: int) -> Callable[..., Array]:
    """Answer what a guard asks of numbers; formulas are of finite ones."""
    return lambda x, **_: Array(Integer(value), x.shape, "bool")


def _finite(x: Array, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Array:
    current().note("nan_to_num changes nothing where all numbers are finite; the reading is of these")
    return x


def _new(value: int) -> Callable[..., Array]:
    return lambda x, *shape, **_: OPS["filled"](sizes_of(shape), Integer(value))


def _selected(x: Array, dim: int, index: Array) -> Array:
    return OPS["getitem"](x, (slice(None),) * (dim % x.ndim) + (index,))


def _like(x: Array, other: Array) -> Array:
    return OPS["reshape"](x, list(map(Array, other.shape)))


def _linear(x: Array, weight: Array, bias: Any = None) -> Array:
    found = OPS["matmul"](x, OPS["transpose"](weight))
    return found if bias is None else OPS["add"](found, arr(bias))


def _distance(x: Array, y: Array, p: Any = 2.0, eps: Any = 1e-6, keepdim: bool = False) -> Array:
    moved = OPS["add"](OPS["subtract"](x, y), arr(eps))
    return OPS["norm"](moved, -1, keepdim, p)


TABLE.update({
    "lerp": _lerp, "addcmul": _added_product("multiply"), "addcdiv": _added_product("divide"),
    "index_fill": _filled_at, "index_select": _selected, "nan_to_num": _finite,
    "isnan": _always(0), "isinf": _always(0), "isfinite": _always(1),
    **{name: reduction(name) for name in ("any", "all", "count_nonzero")},
    # What stands in them before they are filled depends on nothing that a formula has.
    **dict.fromkeys(("empty_like", "zeros_like"), TABLE["zeros_like"]), "new_ones": _new(1), "new_empty": _new(0),
    "new_full": lambda x, size, fill_value, **_: OPS["filled"](size, arr(fill_value)),
    **dict.fromkeys(("view_as", "reshape_as"), _like), "linear": _linear, "pairwise_distance": _distance,
    "softmin": lambda x, dim=None, **_: TABLE["softmax"](OPS["negative"](x), dim),
    **dict.fromkeys(("half", "bfloat16"), TABLE["float"]), "cuda": TABLE["cpu"],
})

__all__ = ["TABLE"]
