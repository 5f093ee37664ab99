"""PyTorch's functions and methods by name, as operations of the table; arguments are arrays, numbers and flags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Integer

from nmderive.calculus.symbols import N
from nmderive.tracing.array import Array, axis_number
from nmderive.tracing.context import Misfit, current, refused
from nmderive.tracing.frontends.stops import without_gradient
from nmderive.tracing.frontends.torch_taking import TAKING, arr, plain, sizes_of
from nmderive.tracing.operations import OPERATIONS as OPS


def _numbers(name: str) -> Callable[..., Array]:
    def function(*args: Any, **options: Any) -> Array:
        plain(name, **options)
        return OPS[name](*map(arr, args))

    return function


def _swapped(name: str) -> Callable[..., Array]:
    return lambda x, y: OPS[name](arr(y), arr(x))


def _sum_of(name: str) -> Callable[..., Array]:
    def function(x: Array, other: Any, *, alpha: Any = 1) -> Array:
        return OPS[name](arr(x), OPS["multiply"](arr(alpha), arr(other)))

    return function


def _divided(x: Any, y: Any, *, rounding_mode: Any = None) -> Array:
    plain("division", rounding_mode=rounding_mode)
    return OPS["divide"](arr(x), arr(y))


def reduction(name: str) -> Callable[..., Array]:
    """Return an operation along axes with PyTorch's names of them."""
    def function(x: Array, dim: Any = None, keepdim: bool = False, *more: Any, dtype: Any = None, axis: Any = None,
                 keepdims: bool = False) -> Array:
        if more:  # sum(0, 1) is no call of PyTorch's with two dimensions
            raise refused(f"{name} with several dimensions needs a tuple")
        chosen = dim if dim is not None else axis
        return OPS[name](x, None if chosen in ((), []) else chosen, bool(keepdim or keepdims))

    return function


def _variance(x: Array, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *, correction: Any = None,
              ) -> Array:
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    ddof = correction if correction is not None else int(unbiased is not False)
    return OPS["var"](x, dim, keepdim, ddof)


def _along(name: str) -> Callable[..., Array]:
    def function(x: Array, dim: Any = None, _stacklevel: int = 3, dtype: Any = None) -> Array:
        if dim is None:  # what PyTorch takes, and warns of
            dim = 1 if x.ndim == 2 else 0
            current().note(f"{name} without dim is along dim {dim}, as PyTorch takes it")
        return OPS[name](x, dim)

    return function


def _permute(x: Array, *dims: Any, **named: Any) -> Array:
    order = named.get("dims", dims)
    return OPS["transpose"](x, order[0] if len(order) == 1 and isinstance(order[0], tuple | list) else order)


def _t(x: Array) -> Array:
    return OPS["transpose"](x) if x.ndim == 2 else x


def _mt(x: Array) -> Array:
    return OPS["swapaxes"](x, -1, -2)


def _view(x: Array, *shape: Any, **named: Any) -> Array:
    return OPS["reshape"](x, sizes_of(named.get("shape", shape)))


def _expand(x: Array, *shape: Any) -> Array:
    return OPS["broadcast_to"](x, sizes_of(shape))


def _flatten(x: Array, start_dim: int = 0, end_dim: int = -1) -> Array:
    first, last = (axis_number(dim, x.ndim, "flatten") for dim in (start_dim, end_dim))
    if first == last:
        return x
    if (first, last) != (0, x.ndim - 1):
        raise refused("flatten of some axes", "sums over several axes: x.sum(dim=(1, 2))")
    return OPS["reshape"](x, [-1])


def _stack(tensors: Any, dim: int = 0, axis: int | None = None) -> Array:
    return OPS["stack"](list(tensors), dim if axis is None else axis)


def _squeeze(x: Array, dim: Any = None) -> Array:
    if dim is not None and x.shape[axis_number(dim, x.ndim, "squeeze")] != 1:
        if x.shape == (N,):
            return x  # one logit a sample; that a single sample loses its axis does not change a sum or mean
        raise refused("squeeze of an axis whose size is n or m: it stays but where that is 1",
                      "leave it out, or say that there is one logit a sample: --let 's_i: logits'", Misfit)
    return OPS["squeeze"](x, dim)


def _where(condition: Array, x: Any, y: Any) -> Array:
    return OPS["where"](condition, arr(x), arr(y))


def _masked_fill(x: Array, mask: Array, value: Any) -> Array:
    return OPS["where"](mask, arr(value), x)


def _detach(x: Array) -> Array:
    return without_gradient(x, "detach")


def _same(x: Array, *_: Any, **__: Any) -> Array:
    return x


def _as_float(x: Array, *_: Any, **__: Any) -> Array:
    return OPS["as_numbers"](x)


def _as_long(x: Array, *_: Any, **__: Any) -> Array:
    if x.kind == "index":
        return x
    if x.kind == "bool":
        return OPS["as_numbers"](x)
    x.position("a cast to whole numbers")
    return x


def _norm(x: Array, p: Any = 2, dim: Any = None, keepdim: bool = False, dtype: Any = None, ord: Any = None) -> Array:
    return OPS["norm"](x, dim, keepdim, p if ord is None else ord)


def _vector_norm(x: Array, ord: Any = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Array:
    return OPS["norm"](x, dim, keepdim, ord)


def _linalg_norm(x: Array, ord: Any = None, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Array:
    if ord is not None and x.ndim == 2 and not isinstance(dim, int):
        raise refused("a matrix norm other than Frobenius' is not supported", "say dim=1 for the norm of each row")
    return OPS["norm"](x, dim, keepdim, ord)


def _as_bool(x: Array, *_: Any) -> Array:
    return OPS["as_condition"](x)


def _normalize(x: Array, p: Any = 2.0, dim: int = 1, eps: float = 1e-12, out: Any = None) -> Array:
    current().above_floor("norm under normalize", eps)
    return OPS["divide"](x, OPS["norm"](x, dim, True, p))


def _counted(x: Array, weights: Any = None, minlength: Any = 0) -> Array:
    plain("bincount", weights=weights)
    if not isinstance(minlength, Array) and minlength < 1:
        raise refused("bincount without minlength takes the number of classes from the data", "minlength=x.shape[1]")
    return OPS["sum"](OPS["one_hot"](x, minlength), 0)


def _rolled(x: Array, shifts: Any, dims: Any = None) -> Array:
    one = [v[0] if isinstance(v, tuple | list) and len(v) == 1 else v for v in (shifts, dims)]
    return OPS["roll"](x, *one)


def _padded(x: Array, pad: Any, mode: str = "constant", value: Any = None) -> Array:
    if mode != "constant" or len(pad) % 2:
        raise refused(f"pad with mode={mode!r}", "cat with the entries that are meant")
    for k in range(0, len(pad), 2):
        x = OPS["pad"](x, x.ndim - 1 - k // 2, pad[k], pad[k + 1], arr(0 if value is None else value))
    return x


def _einsum(equation: str, *operands: Any) -> Array:
    arrays = operands[0] if len(operands) == 1 and isinstance(operands[0], tuple | list) else operands
    return OPS["einsum"](equation, *arrays)


def _filled(value: int) -> Callable[..., Array]:
    return lambda *shape, **_: OPS["filled"](sizes_of(shape), Integer(value))


def _like(value: int) -> Callable[..., Array]:
    return lambda x, **_: OPS["filled"](tuple(map(Array, x.shape)), Integer(value))


def _cast(x: Array, dtype: Any = None, *_: Any, **__: Any) -> Array:
    return _as_long(x) if "Long" in str(dtype) or "int" in str(dtype) else _as_float(x)


def _clamped(x: Array, min: Any = None, max: Any = None) -> Array:
    low, high = (None if v is None or _is_limit(v) else arr(v) for v in (min, max))
    return OPS["clip"](x, low, high)


def _is_limit(bound: Any) -> bool:
    """Tell whether a bound is the largest float, beyond which there is no number."""
    return isinstance(bound, float) and abs(bound) >= _LARGEST_FLOAT


def _triangle(lower: bool) -> Callable[..., Array]:
    return lambda x, diagonal=0: OPS["triangle"](x, lower, diagonal)


#: That of single precision.
_LARGEST_FLOAT = 3.4e38

_SAME_NAME = (
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "rsqrt", "square", "reciprocal", "tanh", "sinh",
    "cosh", "sigmoid", "logaddexp", "xlogy", "logit", "logical_not", "logical_and", "logical_or", "matmul", "outer",
    "dot", "silu", "positive", "trace", "sign", "abs", "maximum", "minimum",
)

TABLE: dict[str, Callable[..., Array]] = {
    **TAKING,
    **{name: _numbers(name) for name in _SAME_NAME},
    "add": _sum_of("add"), "__add__": _sum_of("add"), "__radd__": _sum_of("add"), "sub": _sum_of("subtract"),
    "subtract": _sum_of("subtract"), "__sub__": _sum_of("subtract"), "rsub": _swapped("subtract"),
    "__rsub__": _swapped("subtract"), **dict.fromkeys(("mul", "multiply", "__mul__", "__rmul__"), _numbers("multiply")),
    **dict.fromkeys(("div", "divide", "true_divide", "__truediv__", "__div__"), _divided),
    **dict.fromkeys(("__rtruediv__", "__rdiv__"), _swapped("divide")),
    **dict.fromkeys(("neg", "negative", "__neg__"), _numbers("negative")),
    **dict.fromkeys(("pow", "__pow__", "float_power"), _numbers("power")), "__rpow__": _swapped("power"),
    **dict.fromkeys(("eq", "__eq__"), _numbers("equal")),
    **dict.fromkeys(("ne", "__ne__", "not_equal"), _numbers("not_equal")),
    **dict.fromkeys(("lt", "__lt__", "less"), _numbers("less")),
    **dict.fromkeys(("gt", "__gt__", "greater"), _numbers("greater")),
    **dict.fromkeys(("le", "__le__", "less_equal"), _numbers("less_equal")),
    **dict.fromkeys(("ge", "__ge__", "greater_equal"), _numbers("greater_equal")),
    **dict.fromkeys(("__invert__", "bitwise_not"), _numbers("logical_not")),
    **dict.fromkeys(("__and__", "bitwise_and"), _numbers("logical_and")),
    **dict.fromkeys(("__or__", "bitwise_or"), _numbers("logical_or")),
    **dict.fromkeys(("mm", "bmm", "mv", "__matmul__"), _numbers("matmul")), "__rmatmul__": _swapped("matmul"),
    "sum": reduction("sum"), "mean": reduction("mean"), "prod": reduction("prod"),
    "amax": reduction("max"), "amin": reduction("min"),
    "logsumexp": reduction("logsumexp"), "var": _variance, "std": lambda *a, **k: OPS["sqrt"](_variance(*a, **k)),
    **dict.fromkeys(("absolute", "__abs__"), _numbers("abs")), "fmax": _numbers("maximum"), "fmin": _numbers("minimum"),
    **dict.fromkeys(("relu", "relu_"), lambda x, inplace=False: OPS["relu"](x)), "sgn": _numbers("sign"),
    **dict.fromkeys(("clamp", "clip"), _clamped), "clamp_min": lambda x, min: _clamped(x, min),
    "clamp_max": lambda x, max: _clamped(x, None, max),
    "softmax": _along("softmax"), "log_softmax": _along("log_softmax"), "expit": _numbers("sigmoid"),
    "permute": _permute, "t": _t, "T": _t, "mT": _mt,
    "transpose": lambda x, dim0, dim1: OPS["swapaxes"](x, dim0, dim1),
    "swapaxes": lambda x, a, b: OPS["swapaxes"](x, a, b),
    "view": _view, "reshape": _view, "expand": _expand, "expand_as": lambda x, y: OPS["broadcast_to"](x, y.shape),
    "flatten": _flatten, "unsqueeze": lambda x, dim: OPS["expand_dims"](x, dim), "squeeze": _squeeze, "where": _where,
    "masked_fill": _masked_fill, "detach": _detach, "data": _detach,
    **dict.fromkeys(("contiguous", "clone", "to", "type_as", "cpu"), _same),
    **dict.fromkeys(("float", "double"), _as_float), **dict.fromkeys(("long", "int"), _as_long),
    "norm": _norm, "linalg_vector_norm": _vector_norm, "linalg_norm": _linalg_norm, "normalize": _normalize,
    "diag_embed": lambda x: OPS["diagonal_matrix"](x),
    **dict.fromkeys(("cat", "concat", "concatenate"), lambda tensors, dim=0: OPS["concatenate"](list(tensors), dim)),
    "hstack": lambda tensors: OPS["concatenate"](list(tensors), min(1, tensors[0].ndim - 1)),
    "bincount": _counted, "roll": _rolled,
    "flip": lambda x, *dims, **named: OPS["flip"](x, sizes_of(named.get("dims", dims))),
    "fliplr": lambda x: OPS["flip"](x, 1), "pad": _padded,
    "logcumsumexp": lambda x, dim: OPS["logcumsumexp"](x, dim),
    "positions": OPS["positions"], **dict.fromkeys(("remainder", "__mod__"), _numbers("remainder")),
    "einsum": _einsum, "stack": _stack, "tril": _triangle(True),
    "triu": _triangle(False), "type": _cast,
    "cumsum": lambda x, dim, dtype=None: OPS["cumsum"](x, dim),
    "fill_diagonal": lambda x, value: OPS["where"](OPS["eye"](Array(x.shape[0])), arr(value), x),
    "zeros": _filled(0), "ones": _filled(1), "zeros_like": _like(0),
    "ones_like": _like(1), "eye": lambda n, m=None: OPS["eye"](n, m), "bool": _as_bool,
    "full": lambda size, fill_value, **_: OPS["filled"](size, arr(fill_value)),
    "fill": lambda x, value: OPS["filled"](tuple(map(Array, x.shape)), arr(value)),
    "full_like": lambda x, fill_value, **_: OPS["filled"](tuple(map(Array, x.shape)), arr(fill_value)),
    "new_zeros": lambda x, *shape, **_: OPS["filled"](sizes_of(shape), Integer(0)),
}

__all__ = ["TABLE", "arr", "plain", "reduction"]
