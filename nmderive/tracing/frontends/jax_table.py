"""JAX's primitives by name, as operations of the table; each takes the equation's parameters and its arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sympy import Integer

from nmderive.tracing.array import Array, rearranged
from nmderive.tracing.context import refused
from nmderive.tracing.frontends.jax_sizes import size
from nmderive.tracing.operations import OPERATIONS as OPS

Meaning = Callable[..., Array]


def _plain(name: str) -> Meaning:
    return lambda params, *arrays: OPS[name](*arrays)


def _along(name: str) -> Meaning:
    return lambda params, x: OPS[name](x, tuple(params["axes"])) if params["axes"] else x


def _broadcast(params: Any, x: Array) -> Array:
    wanted = tuple(map(size, params["shape"]))
    places = list(params["broadcast_dimensions"])
    order = [places.index(q) if q in places else None for q in range(len(wanted))]
    return replace(rearranged(x, order), shape=wanted)


def _reshaped(params: Any, x: Array) -> Array:
    return OPS["reshape"](x, [size(v) for v in params["new_sizes"]])


def _iota(params: Any) -> Array:
    shape = tuple(map(size, params["shape"]))
    p = params["dimension"]
    along = OPS["arange"](Array(shape[p]))
    placed = rearranged(along, [0 if q == p else None for q in range(len(shape))])
    return replace(placed, shape=shape)


def _powered(params: Any, x: Array) -> Array:
    return OPS["power"](x, Array(Integer(params["y"])))


def _sliced(params: Any, x: Array) -> Array:
    """Read a slice that takes all of an axis, or one position of it."""
    strides = params["strides"] or (1,) * x.ndim
    items: list[Any] = []
    for low, high, step, own in zip(params["start_indices"], params["limit_indices"], strides, x.shape, strict=True):
        if low == 0 and size(high) == own and step == 1:
            items.append(slice(None))
        elif isinstance(low, int) and isinstance(high, int) and high == low + 1:
            items += [low, None]
        else:
            raise refused("indexing by a part of a range", "index by whole slices, numbers, arange or classes")
    return OPS["getitem"](x, tuple(items))


def _product(params: Any, x: Array, y: Array) -> Array:
    (over_x, over_y), (batch_x, batch_y) = params["dimension_numbers"]
    letters = iter("abcdefghijklmnop")
    own = {p: next(letters) for p in range(x.ndim)}
    other = {q: own[p] for p, q in zip((*over_x, *batch_x), (*over_y, *batch_y), strict=True)}
    other.update({q: next(letters) for q in range(y.ndim) if q not in other})
    out = [own[p] for p in batch_x]
    out += [own[p] for p in range(x.ndim) if p not in (*over_x, *batch_x)]
    out += [other[q] for q in range(y.ndim) if q not in (*over_y, *batch_y)]
    text = "".join(own[p] for p in range(x.ndim)) + "," + "".join(other[q] for q in range(y.ndim))
    return OPS["einsum"](f"{text}->{''.join(out)}", x, y)


def _clipped(params: Any, low: Array, x: Array, high: Array) -> Array:
    return OPS["clip"](x, low, high)


def _padded(params: Any, x: Array, value: Array) -> Array:
    for axis, (low, high, inside) in enumerate(params["padding_config"]):
        if inside:
            raise refused("pad between entries", "concatenate with the entries that are meant")
        if low or high:
            x = OPS["pad"](x, axis, int(low), int(high), value)
    return x


def _flipped(params: Any, x: Array) -> Array:
    return OPS["flip"](x, tuple(params["dimensions"]))


_SAME = {
    "add": "add", "sub": "subtract", "mul": "multiply", "div": "divide", "neg": "negative", "pow": "power",
    "exp": "exp", "exp2": "exp2", "log": "log", "log1p": "log1p", "expm1": "expm1", "logistic": "sigmoid",
    "tanh": "tanh", "sqrt": "sqrt", "rsqrt": "rsqrt", "square": "square", "sinh": "sinh", "cosh": "cosh",
    "eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater",
    "ge": "greater_equal", "and": "logical_and", "or": "logical_or", "not": "logical_not", "add_any": "add",
    "max": "maximum", "min": "minimum", "abs": "abs", "sign": "sign",
}

TABLE: dict[str, Meaning] = {
    **{name: _plain(meaning) for name, meaning in _SAME.items()},
    "reduce_sum": _along("sum"), "reduce_prod": _along("prod"), "reduce_max": _along("max"),
    "reduce_min": _along("min"),
    "broadcast_in_dim": _broadcast, "reshape": _reshaped, "iota": _iota, "integer_pow": _powered, "slice": _sliced,
    "dot_general": _product, "transpose": lambda params, x: OPS["transpose"](x, params["permutation"]),
    "squeeze": lambda params, x: OPS["squeeze"](x, tuple(params["dimensions"])),
    "dim_as_value": lambda params: Array(size(params["dim"])), "copy": lambda params, x: x,
    "copy_p": lambda params, x: x, "stack": lambda params, *xs: OPS["stack"](list(xs), params["axis"]),
    "cumsum": lambda params, x: OPS["cumsum"](x, params["axis"], params["reverse"]),
    "pad": _padded, "rev": _flipped,
    "cumlogsumexp": lambda params, x: OPS["logcumsumexp"](x, params["axis"], params["reverse"]),
    "reduce_or": _along("any"), "reduce_and": _along("all"), "clamp": _clipped,
}

__all__ = ["TABLE"]
