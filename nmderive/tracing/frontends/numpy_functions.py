"""NumPy's array functions, and those of scipy.special that are no ufuncs, in terms of the table of operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nmderive.tracing.array import Array, rearranged
from nmderive.tracing.context import refused
from nmderive.tracing.frontends.numpy import FUNCTIONS, Traced, array_of, part_of
from nmderive.tracing.frontends.numpy_python import BUILTINS, arange
from nmderive.tracing.operations import OPERATIONS as OPS
from nmderive.tracing.operations.picking import pairs


def _reduction(name: str) -> Callable[..., Traced]:
    def reduction(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False,
                  **options: Any) -> Traced:
        _none(name, out=out, **options)
        return Traced(OPS[name](array_of(a), axis, _flag(keepdims)))

    return reduction


def _extremum(name: str) -> Callable[..., Traced]:
    def extremum(a: Any, axis: Any = None, out: Any = None, keepdims: Any = False, **options: Any) -> Traced:
        _none(name, out=out, **options)
        return Traced(OPS[name](array_of(a), axis, _flag(keepdims)))

    return extremum


def _none(what: str, **options: Any) -> None:
    for name, value in options.items():
        if value is not None and value is not np._NoValue:
            raise refused(f"np.{what} with {name}= is not supported")


def _flag(keepdims: Any) -> bool:
    return keepdims is not np._NoValue and bool(keepdims)


def _var(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: Any = False,
         **options: Any) -> Traced:
    _none("var", out=out, **options)
    return Traced(OPS["var"](array_of(a), axis, _flag(keepdims), ddof))


def _std(*args: Any, **kwargs: Any) -> Traced:
    return Traced(OPS["sqrt"](_var(*args, **kwargs).value))


def _average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: Any = False) -> Traced:
    if weights is None or returned:
        _none("average", returned=returned or None)
        return Traced(OPS["mean"](array_of(a), axis, _flag(keepdims)))
    x, w = array_of(a), array_of(weights)
    if w.ndim == 1 and x.ndim == 2 and axis in (0, -2):
        w = rearranged(w, [0, None])
    above, below = (OPS["sum"](y, axis, _flag(keepdims)) for y in (OPS["multiply"](x, w), OPS["broadcast_to"](
        w, tuple(map(Array, x.shape)))))
    return Traced(OPS["divide"](above, below))


def _nonzero(a: Any) -> Any:
    return (Traced(OPS["positions"](array_of(a))),)


def _where(condition: Any, x: Any = None, y: Any = None) -> Any:
    if x is None or y is None:
        return _nonzero(condition)
    return Traced(OPS["where"](array_of(condition), array_of(x), array_of(y)))


def _einsum(subscripts: Any, *operands: Any, out: Any = None, **options: Any) -> Traced:
    options.pop("optimize", None)
    _none("einsum", out=out, **options)
    return Traced(OPS["einsum"](subscripts, *map(array_of, operands)))


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Traced:
    if ord not in (None, "fro") and axis is None and array_of(x).ndim == 2:
        raise refused(f"the matrix norm of order {ord} is not supported", "the Frobenius norm has no ord=")
    return Traced(OPS["norm"](array_of(x), axis, keepdims, ord))


def _take(a: Any, indices: Any, axis: Any = None, **options: Any) -> Traced:
    x = array_of(a)
    if axis is None and x.ndim != 1 or options:
        raise refused("np.take without an axis flattens the array")
    before = (slice(None),) * (0 if axis is None else axis % x.ndim)
    return Traced(OPS["getitem"](x, (*before, array_of(indices))))


def _take_along_axis(arr: Any, indices: Any, axis: Any = -1) -> Traced:
    return Traced(OPS["take_along_axis"](array_of(arr), array_of(indices), axis))


def _like(value: int) -> Callable[..., Traced]:
    def like(a: Any, dtype: Any = None, **_: Any) -> Traced:
        return _full(a.shape, value, float if dtype is None else dtype)

    return like


def _reshape(a: Any, shape: Any = None, *, newshape: Any = None, **_: Any) -> Traced:
    wanted = shape if shape is not None else newshape
    sizes = wanted if isinstance(wanted, tuple | list) else (wanted,)
    return Traced(OPS["reshape"](array_of(a), [_size(v) for v in sizes]))


def _size(value: Any) -> Any:
    return value.value if isinstance(value, Traced) else int(value)


def _ravel(a: Any, *_: Any, **__: Any) -> Traced:
    return _reshape(a, (-1,))


def _softmax(name: str) -> Callable[..., Traced]:
    def function(x: Any, axis: Any = None) -> Traced:
        return Traced(OPS[name](array_of(x), axis))

    return function


def _logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Traced:
    if return_sign:
        raise refused("logsumexp with return_sign=True")
    x = array_of(a)
    if b is None:
        return Traced(OPS["logsumexp"](x, axis, keepdims))
    weighted = OPS["multiply"](array_of(b), OPS["exp"](x))
    return Traced(OPS["log"](OPS["sum"](weighted, axis, keepdims)))


def _moved(a: Any, source: int, destination: int) -> Traced:
    x = array_of(a)
    order = [p for p in range(x.ndim) if p != source % x.ndim]
    order.insert(destination % x.ndim, source % x.ndim)
    return Traced(OPS["transpose"](x, order))


def _stack(arrays: Any, axis: int = 0, **options: Any) -> Traced:
    _none("stack", **options)
    return Traced(OPS["stack"](list(map(array_of, arrays)), axis))


def _concatenate(arrays: Any, axis: Any = 0, **options: Any) -> Traced:
    _none("concatenate", **options)
    if axis is None:
        raise refused("concatenate of flat arrays", "give axis=1")
    return Traced(OPS["concatenate"](list(map(array_of, arrays)), axis))


def _hstack(tup: Any, **options: Any) -> Traced:
    return _concatenate(tup, min(1, array_of(tup[0]).ndim - 1), **options)


def _append(arr: Any, values: Any, axis: Any = None) -> Traced:
    return _concatenate((arr, values), axis)


def _roll(a: Any, shift: Any, axis: Any = None) -> Traced:
    return Traced(OPS["roll"](array_of(a), shift, axis))


def _flip(m: Any, axis: Any = None) -> Traced:
    return Traced(OPS["flip"](array_of(m), axis))


def _clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None, **options: Any) -> Traced:
    _none("clip", **options)
    bounds = (a_min if min is None else min, a_max if max is None else max)
    return Traced(OPS["clip"](array_of(a), *(None if b is None else array_of(b) for b in bounds)))


def _of_arrays(name: str, count: int = 1) -> Callable[..., Traced]:
    def function(*args: Any, **kwargs: Any) -> Traced:
        return Traced(OPS[name](*map(array_of, args[:count]), *args[count:], **kwargs))

    return function


def _diag(v: Any, k: int = 0) -> Traced:
    x = array_of(v)
    if k or x.ndim not in (1, 2):
        raise refused("np.diag off the diagonal", "multiply by np.eye(n)")
    return Traced(OPS["diagonal"](x) if x.ndim == 2 else OPS["diagonal_matrix"](x))


def _cumsum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Traced:
    _none("cumsum", out=out)
    x = array_of(a)
    return Traced(OPS["cumsum"](x, 0 if axis is None and x.ndim == 1 else axis))


def _copy(a: Any, *_: Any, **__: Any) -> Traced:
    return Traced(array_of(a))


FUNCTIONS.update({
    **{name: _reduction(name) for name in ("sum", "mean", "prod", "any", "all", "count_nonzero")},
    **{f"nan{name}": _reduction(name) for name in ("sum", "mean")},  # of numbers, as every formula is
    **{name: _extremum(name[-3:]) for name in ("max", "amax", "min", "amin")},
    "var": _var, "std": _std, "average": _average, "where": _where, "nonzero": _nonzero,
    "flatnonzero": lambda a: _nonzero(a)[0],
    "einsum": _einsum, "norm": _norm, "take": _take,
    "take_along_axis": _take_along_axis, "zeros_like": _like(0), "ones_like": _like(1),
    "full_like": lambda a, fill_value, dtype=None, **_: _full(a.shape, fill_value, dtype), "reshape": _reshape,
    "ravel": _ravel, "flatten": _ravel, "moveaxis": _moved, "stack": _stack,
    "concatenate": _concatenate, "concat": _concatenate, "hstack": _hstack, "append": _append,
    "roll": _roll, "flip": _flip, "copy": _copy, "clip": _clip,
    "dot": _of_arrays("dot", 2), "outer": _of_arrays("outer", 2), "inner": lambda a, b: Traced(
        OPS["matmul"](array_of(a), OPS["transpose"](array_of(b)))),
    "vdot": lambda a, b: Traced(OPS["sum"](OPS["multiply"](array_of(a), array_of(b)))),
    "tril": lambda m, k=0: Traced(OPS["triangle"](array_of(m), True, k)),
    "triu": lambda m, k=0: Traced(OPS["triangle"](array_of(m), False, k)),
    "triu_indices_from": lambda arr, k=0: _triangle(False)(arr.shape[0], k),
    "tril_indices_from": lambda arr, k=0: _triangle(True)(arr.shape[0], k),
    "broadcast_to": lambda array, shape, **_: Traced(OPS["broadcast_to"](array_of(array), list(map(_size, shape)))),
    **{name: _of_arrays(name) for name in ("transpose", "swapaxes", "expand_dims", "squeeze", "trace", "diagonal")},
    "fill_diagonal": lambda a, val, wrap=False: a.__setitem__((arange(a.shape[0]),) * 2, val),
    "diag": _diag, "cumsum": _cumsum, "ptp": lambda a, axis=None, **_: Traced(OPS["subtract"](
        OPS["max"](array_of(a), axis), OPS["min"](array_of(a), axis))),
})


def _view(name: str) -> Callable[..., Traced]:
    """Return a function whose result changes with the array that it is made of."""
    function = FUNCTIONS[name]
    return lambda a, *args, **kwargs: part_of(a, function(a, *args, **kwargs))


FUNCTIONS.update({name: _view(name) for name in (
    "reshape", "ravel", "transpose", "swapaxes", "moveaxis", "expand_dims", "squeeze", "broadcast_to", "diagonal")})


def _asarray(a: Any, dtype: Any = None, **_: Any) -> Traced:
    return part_of(a, Traced(array_of(a))) if dtype is None else Traced(array_of(a)).astype(dtype)


def _array(a: Any, dtype: Any = None, **_: Any) -> Traced:
    return _asarray(_copy(a), dtype)


def _eye(N: Any, M: Any = None, k: int = 0, dtype: Any = float, **_: Any) -> Traced:  # noqa: N803
    if k:
        raise refused("np.eye off the diagonal", "compare positions: np.arange(n)[:, None] == np.arange(n)")
    found = OPS["eye"](array_of(N), None if M is None else array_of(M))
    return Traced(OPS["as_condition"](found) if _is_bool(dtype) else found)


def _filled(value: int) -> Callable[..., Traced]:
    def filled(shape: Any, dtype: Any = float, **_: Any) -> Traced:
        return _full(shape, value, dtype)

    return filled


def _full(shape: Any, fill_value: Any, dtype: Any = None, **_: Any) -> Traced:
    sizes = shape if isinstance(shape, tuple | list) else (shape,)
    found = OPS["filled"](tuple(map(array_of, sizes)), array_of(fill_value))
    return Traced(OPS["as_condition"](found) if _is_bool(dtype, fill_value) else found)


def _is_bool(dtype: Any, value: Any = None) -> bool:
    return isinstance(value, bool) if dtype is None else np.dtype(dtype).kind == "b"


def _entropy(
    pk: Any, qk: Any = None, base: Any = None, axis: Any = 0, *, keepdims: bool = False, **options: Any
) -> Any:
    """Entropy of shares, or relative entropy, as scipy.stats has it: both are divided by their sums first."""
    from scipy import special

    _none("entropy", base=base, **{k: None if v == "propagate" else v for k, v in options.items()})
    shares = [x / np.sum(x, axis=axis, keepdims=True) for x in (pk, qk) if x is not None]
    terms = special.entr(shares[0]) if qk is None else special.rel_entr(*shares)
    return np.sum(terms, axis=axis, keepdims=keepdims)


def _triangle(lower: bool) -> Callable[..., Any]:
    """Return the positions of a triangle of a square matrix, as np.triu_indices gives them."""
    def positions(n: Any, k: int = 0, m: Any = None) -> Any:
        _none("triu_indices", m=m)
        return tuple(map(Traced, pairs(array_of(n).expr, lower, k)))

    return positions


def _of_lists(name: str) -> Callable[..., Traced]:
    """Return a function that takes lists of arrays, too, which NumPy makes arrays of at once."""
    return lambda a, *args, **kwargs: FUNCTIONS[name](Traced(array_of(a)), *args, **kwargs)


#: Functions that do not look at the types of their arguments; they are replaced while a trace runs.
REPLACED: dict[str, Callable[..., Any]] = {
    "numpy.asarray": _asarray, "numpy.array": _array, "numpy.asanyarray": _asarray,
    "numpy.arange": arange, "numpy.eye": _eye, "numpy.identity": _eye, "numpy.zeros": _filled(0),
    "numpy.ones": _filled(1), "numpy.full": _full, "numpy.ascontiguousarray": _asarray,
    "numpy.triu_indices": _triangle(False), "numpy.tril_indices": _triangle(True),
    **BUILTINS, **{f"numpy.{name}": _of_lists(name) for name in ("sum", "mean", "max", "min", "nansum", "nanmean")},
    "numpy.atleast_1d": lambda a: a if a.ndim else _reshape(a, (1,)),
    "scipy.special.softmax": _softmax("softmax"), "scipy.special.log_softmax": _softmax("log_softmax"),
    "scipy.special.logsumexp": _logsumexp, "scipy.stats.entropy": _entropy,
}

__all__ = ["REPLACED"]
