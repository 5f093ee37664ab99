"""Operations along axes: sum, mean, prod, logsumexp, var, norm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sympy import Abs, Expr, Integer, Mul, Symbol, exp, log, sqrt

from nmderive.tracing.array import MERGED, Array, axis_number, axis_numbers, rearranged, scalar
from nmderive.tracing.context import refused
from nmderive.tracing.operations.infinite import all_of_picked, filled
from nmderive.tracing.sums import product, running, total

Step = Callable[[Expr, Symbol, Expr], Expr]


def _reduced(x: Array, body: Expr, axis: Any, keepdims: bool, step: Step, what: str) -> Array:
    """Reduce the axes one after the other, the last first."""
    axes = axis_numbers(axis, x.ndim, what)
    for p in reversed(axes):
        body = step(body, x.axes[p], x.shape[p])
    shape = tuple(Integer(1) if p in axes else size for p, size in enumerate(x.shape))
    full = Array(body, shape)
    return full if keepdims else rearranged(full, [p for p in range(x.ndim) if p not in axes])


def sum_(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    """The sum over axes (all by default); conditions count 0 or 1."""
    if all_of_picked(x, axis, "sum").kept != 1:
        x = replace(x, expr=x.expr * x.kept, kept=Integer(1))
    return _reduced(x, x.number("sum"), axis, keepdims, total, "sum")


def prod(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    """The product over axes (all by default)."""
    return _reduced(x, x.number("prod"), axis, keepdims, product, "prod")


def count(x: Array, axis: Any = None) -> Expr:
    """Return the number of entries along axes."""
    return Mul(*(x.shape[p] for p in axis_numbers(axis, x.ndim, "mean")))


def mean(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    """The mean over axes (all by default): the sum divided by the number of entries."""
    summed = sum_(x, axis, keepdims)
    if x.kept != 1:
        return replace(summed, expr=summed.expr / sum_(Array(x.kept, x.shape), axis, keepdims).expr)
    return replace(summed, expr=summed.expr / count(x, axis))


def var(x: Array, axis: Any = None, keepdims: bool = False, ddof: int = 0) -> Array:
    """The variance over axes; ``ddof`` is taken off the number of entries."""
    middle = mean(x, axis, keepdims=True)
    squares = Array((x.number("var") - middle.expr) ** 2, x.shape)
    summed = sum_(squares, axis, keepdims)
    return replace(summed, expr=summed.expr / (count(x, axis) - ddof))


def exponential(x: Array) -> Array:
    """e^x, 0 where x is minus infinity."""
    powers = Array(exp(filled(x).number("exp")), x.shape)
    return powers if x.hole == 0 else replace(powers, expr=(1 - x.hole) * powers.expr)


def logsumexp(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    """The logarithm of the sum of exponentials over axes."""
    summed = sum_(exponential(x), axis, keepdims)
    return replace(summed, expr=log(summed.expr))


def cumsum(x: Array, axis: Any, reverse: bool = False) -> Array:
    """The sums up to each position along an axis, or from it on."""
    p = axis_number(axis, x.ndim, "cumsum")
    if x.shape[p] in MERGED:
        raise refused("cumsum along merged axes")
    return Array(running(x.number("cumsum"), x.axes[p], x.shape[p], reverse), x.shape)


def logcumsumexp(x: Array, axis: Any, reverse: bool = False) -> Array:
    """The logarithm of the sums of exponentials up to each position along an axis, or from it on."""
    summed = cumsum(exponential(x), axis, reverse)
    return replace(summed, expr=log(summed.expr))


def norm(x: Array, axis: Any = None, keepdims: bool = False, order: Any = None) -> Array:
    """The norm over axes: the Euclidean one, or (sum |x|^p)^(1/p) for an order p above zero."""
    if order in (None, 2, "fro"):
        summed = sum_(Array(x.number("norm") ** 2, x.shape), axis, keepdims)
        return replace(summed, expr=sqrt(summed.expr))
    if isinstance(order, str) or order <= 0 or order == float("inf"):
        raise refused(f"a norm of order {order} is not supported", "write it out: np.abs(x).max() for order inf")
    p = scalar(order).expr
    summed = sum_(Array(Abs(x.number("norm")) ** p, x.shape), axis, keepdims)
    return replace(summed, expr=summed.expr ** (1 / p))


OPERATIONS: dict[str, Callable[..., Array]] = {
    "sum": sum_, "prod": prod, "mean": mean, "var": var, "logsumexp": logsumexp, "norm": norm, "cumsum": cumsum,
    "logcumsumexp": logcumsumexp,
}
