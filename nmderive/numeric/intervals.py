"""Interval arithmetic on whole arrays: the generated code runs on it unchanged.

``Interval`` holds two float64 arrays; sums, products and quotients are rounded outwards by one step, which
is rigorous because IEEE operations err by less than that. Exponentials and logarithms are taken from arb
(python-flint). ``exact_arrays`` does the same with arrays of arb numbers at any precision.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from flint import arb

from nmderive.errors import UnsupportedError
from nmderive.numeric import kernels

_DOWN, _UP = -np.inf, np.inf


class Interval:
    """An array of intervals [lo, hi]."""

    __array_ufunc__ = None
    __slots__ = ("hi", "lo")

    def __init__(self, lo: Any, hi: Any) -> None:
        self.lo, self.hi = np.asarray(lo, dtype=float), np.asarray(hi, dtype=float)

    @property
    def shape(self) -> tuple[int, ...]:
        """The array's shape."""
        return self.lo.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.lo.ndim

    def __getitem__(self, key: Any) -> Interval:
        return Interval(self.lo[key], self.hi[key])

    def __neg__(self) -> Interval:
        return Interval(-self.hi, -self.lo)

    def __add__(self, other: Any) -> Interval:
        other = interval(other)
        return outward(self.lo + other.lo, self.hi + other.hi)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Interval:
        return self + -interval(other)

    def __rsub__(self, other: Any) -> Interval:
        return interval(other) + -self

    def __mul__(self, other: Any) -> Interval:
        other = interval(other)
        a, b, c, d = self.lo * other.lo, self.lo * other.hi, self.hi * other.lo, self.hi * other.hi
        return outward(np.minimum(np.minimum(a, b), np.minimum(c, d)), np.maximum(np.maximum(a, b), np.maximum(c, d)))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Interval:
        other = interval(other)
        with np.errstate(all="ignore"):
            crosses = (other.lo <= 0) & (other.hi >= 0)
            lo, hi = np.where(crosses, np.nan, 1 / other.hi), np.where(crosses, np.nan, 1 / other.lo)
        return self * outward(lo, hi)

    def __rtruediv__(self, other: Any) -> Interval:
        return interval(other) / self

    def __pow__(self, power: int) -> Interval:
        result = self
        for _ in range(power - 1):
            result = result * self
        return result

    def mid(self) -> Any:
        """Return the midpoints."""
        return self.lo / 2 + self.hi / 2

    def radius(self) -> Any:
        """Return radii around ``mid`` that cover the intervals."""
        mid = self.mid()
        return np.nextafter(np.maximum(self.hi - mid, mid - self.lo), _UP)

    def magnitude(self) -> Any:
        """Return the largest absolute values."""
        return np.maximum(np.abs(self.lo), np.abs(self.hi))


def interval(x: Any) -> Interval:
    """Return ``x`` as intervals; floats are taken as exact."""
    return x if isinstance(x, Interval) else Interval(x, x)


def outward(lo: Any, hi: Any) -> Interval:
    """Return intervals rounded outwards by one step."""
    return Interval(np.nextafter(lo, _DOWN), np.nextafter(hi, _UP))


def _by_arb(name: str) -> Any:
    def function(x: Any) -> Interval:
        x = interval(x)
        lo = [float(getattr(arb(v), name)().lower()) for v in np.ravel(x.lo)]
        hi = [float(getattr(arb(v), name)().upper()) for v in np.ravel(x.hi)]
        # float() of an arb rounds to nearest: one more step outwards.
        return outward(np.reshape(lo, x.shape), np.reshape(hi, x.shape))

    return function


def _absolute(x: Any) -> Interval:
    x = interval(x)
    low, high = np.abs(x.lo), np.abs(x.hi)
    return Interval(np.where((x.lo < 0) & (x.hi > 0), 0.0, np.minimum(low, high)), np.maximum(low, high))


def _sign(x: Any) -> Interval:
    """Return the sign where it is one number: at a kink nothing that needs a derivative can be certified."""
    x = interval(x)
    if np.any((x.lo <= 0) & (x.hi >= 0)):
        raise UnsupportedError("the box holds a kink of the loss, where it has no derivative")
    return Interval(np.sign(x.lo), np.sign(x.hi))


def _exact_sign(x: Any) -> Any:
    def one(v: Any) -> Any:
        if arb(v).contains(0):
            raise UnsupportedError("the point is a kink of the loss, where it has no derivative")
        return arb(v).sgn()

    return np.frompyfunc(one, 1, 1)(np.asarray(x, dtype=object))


def _sum(x: Any, axis: Any = None) -> Interval:
    x = interval(x)
    count = x.lo.size if axis is None else np.prod([x.shape[a] for a in np.atleast_1d(axis)])
    slack = (count + 2) * 2.0**-53 * np.sum(x.magnitude(), axis=axis) * 1.01
    return outward(np.sum(x.lo, axis=axis) - slack, np.sum(x.hi, axis=axis) + slack)


def _einsum(spec: str, x: Any, y: Any, **_: Any) -> Any:
    """Multiply and sum: two operands whose letters come before a common ellipsis or end."""
    inputs, out = spec.replace("...", "").split("->")
    left, right = inputs.split(",")
    letters = list(dict.fromkeys(left + right))
    tail = [c for c in letters if c == "z"]
    order = [c for c in letters if c != "z"] + tail
    product = _spread(x, left, order) * _spread(y, right, order)
    gone = [order.index(c) - len(order) for c in order if c not in out]
    kept = [c for c in order if c in out]
    result = _sum_any(product, tuple(gone))
    wanted = [kept.index(c) for c in out]
    if wanted != sorted(wanted):
        moves = [k - len(kept) for k in wanted]
        result = _moved(result, moves, list(range(-len(kept), 0)))
    return result


def _spread(x: Any, own: str, order: list[str]) -> Any:
    wanted = [c for c in order if c in own]
    if list(own) != wanted:
        x = _moved(x, [own.index(c) - len(own) for c in wanted], list(range(-len(own), 0)))
    return x[(..., *[slice(None) if c in own else None for c in order])]


def _moved(x: Any, source: Any, target: Any) -> Any:
    if isinstance(x, Interval):
        return Interval(np.moveaxis(x.lo, source, target), np.moveaxis(x.hi, source, target))
    return np.moveaxis(x, source, target)


def _sum_any(x: Any, axis: Any) -> Any:
    return _sum(x, axis) if isinstance(x, Interval) else np.sum(x, axis=axis)


def _log1p(x: Any) -> Any:
    return interval_arrays.log(1.0 + interval(x))


def _exsum(x: Any, axis: int) -> Any:
    """Return the sums over the others, from the sums before and after, without subtracting."""
    parts = [x[(..., *_index(k, axis))] for k in range(x.shape[axis])]
    before, after = [parts[0] * 0], [parts[0] * 0]
    for k in range(len(parts) - 1):
        before.append(before[-1] + parts[k])
        after.append(after[-1] + parts[-1 - k])
    out = [b + c for b, c in zip(before, reversed(after), strict=True)]
    if isinstance(x, Interval):
        return Interval(np.stack([o.lo for o in out], axis), np.stack([o.hi for o in out], axis))
    return np.stack(out, axis)


def _gather(x: Any, place: Any, axis: int) -> Any:
    """Return the entries of an axis at given positions, as the kernel does."""
    if isinstance(x, Interval):
        return Interval(kernels.gather(x.lo, place, axis), kernels.gather(x.hi, place, axis))
    return kernels.gather(np.asarray(x, dtype=object), place, axis)


def _index(k: int, axis: int) -> list[Any]:
    return [k, *[slice(None)] * (-axis - 1)]


def _power(x: Any, exponent: Any) -> Any:
    """Return x to a power for positive x."""
    if isinstance(x, Interval) or isinstance(exponent, Interval):
        return interval_arrays.exp(interval_arrays.log(x) * interval(exponent))
    return exact_arrays.exp(exact_arrays.log(x) * exponent)


def _arange(first: int, end: Any, dtype: Any = None) -> Any:
    """Return the whole numbers below ``end``, which may be an interval or a ball around a whole number."""
    exact = end.lo if isinstance(end, Interval) else end
    return np.arange(first, round(float(exact)))


#: Stands for ``np`` when generated code runs on Interval arrays.
interval_arrays: Any = SimpleNamespace(
    exp=_by_arb("exp"), log=_by_arb("log"), log1p=_log1p, tanh=_by_arb("tanh"), abs=_absolute, sign=_sign,
    sum=_sum, einsum=_einsum, moveaxis=_moved, power=_power, arange=_arange, isin=np.isin, float64=np.float64,
)


def _elementwise(name: str) -> Any:
    run = np.frompyfunc(lambda v: getattr(arb(v), name)(), 1, 1)
    return lambda x: run(np.asarray(x, dtype=object))


#: Stands for ``np`` when generated code runs on object arrays of arb numbers.
exact_arrays: Any = SimpleNamespace(
    exp=_elementwise("exp"), log=_elementwise("log"), log1p=_elementwise("log1p"), tanh=_elementwise("tanh"),
    abs=np.abs, sign=_exact_sign,
    sum=np.sum, einsum=_einsum, moveaxis=np.moveaxis, power=_power, arange=_arange, isin=np.isin, float64=np.float64,
)
exsum, gather = _exsum, _gather

__all__ = ["Interval", "exact_arrays", "exsum", "gather", "interval", "interval_arrays", "outward"]
