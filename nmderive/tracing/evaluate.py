"""Values of a reading at numbers: the expression walked in NumPy, one axis an open index; complex numbers allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
from sympy import (
    Abs,
    Add,
    Expr,
    Indexed,
    IndexedBase,
    KroneckerDelta,
    Mul,
    Ne,
    Number,
    Pow,
    Symbol,
    exp,
    log,
    sign,
    tanh,
)
from sympy.core.relational import LessThan, Relational, StrictLessThan
from sympy.logic.boolalg import And, Boolean

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.extrema import IndexExtremum, IndexMax
from nmderive.calculus.sums import IndexedOperator, IndexSum, Iverson
from nmderive.calculus.symbols import M, N, index
from nmderive.errors import UnsupportedError

_DEPTH = 8
#: Values of the largest intermediate array; a reading that needs more is not checked, hence not read.
_LARGEST = 4_000_000


class Evaluator:
    """Values at ``sizes`` (n, m), of ``arrays`` and ``parameters`` by name.

    The array called ``several`` has one axis more at its end: values are found for each position along it at once.
    """

    def __init__(
        self, sizes: Mapping[str, int], arrays: Mapping[str, Any], parameters: Mapping[str, float], several: str = ""
    ) -> None:
        self.sizes, self.parameters, self.several = sizes, parameters, several
        # More digits than the function has, so that numbers as large as those of masks may cancel.
        self.arrays = {name: _wide(x) for name, x in arrays.items()}

    def value(self, expr: Expr) -> Any:
        """Return the value of an expression without free indices."""
        return self.values(expr)[0]

    def values(self, expr: Expr) -> Any:
        """Return the values of an expression without free indices, for each position along the last axis."""
        with np.errstate(all="ignore"):
            return np.asarray(self._at(expr, {}, 0)).reshape(-1)

    def _at(self, expr: Expr, places: Mapping[Symbol, Any], depth: int) -> Any:
        if isinstance(expr, Indexed):
            return self._entry(expr, places)
        if isinstance(expr, IndexedOperator):
            return self._operator(expr, places, depth)
        if isinstance(expr, Number) or expr.is_NumberSymbol:
            return _number(expr)
        if isinstance(expr, Symbol):
            return self._symbol(expr, places)
        if isinstance(expr, KroneckerDelta):
            a, b = (self._place(x, places) for x in expr.args[:2])
            return np.equal(a, b).astype(float)
        if isinstance(expr, Iverson):
            return self._holds(expr.args[0], places).astype(float)
        arguments = [self._at(a, places, depth) for a in expr.args]
        for kind, meaning in _MEANINGS.items():
            if isinstance(expr, kind):
                return meaning(arguments)
        raise UnsupportedError(f"{type(expr).__name__} cannot be evaluated: {expr}")

    def _symbol(self, symbol: Symbol, places: Mapping[Symbol, Any]) -> Any:
        if symbol in (N, M):
            return float(self.sizes[symbol.name])
        return places[symbol] if symbol in places else self.parameters[symbol.name]

    def _place(self, position: Expr, places: Mapping[Symbol, Any]) -> Any:
        if position.is_Integer and position > 0:
            return np.asarray(int(position))
        if isinstance(position, Cyclic):
            return (self._whole(position.args[0], places) - 1) % self.sizes["m"] + 1
        return places[position]

    def _whole(self, position: Expr, places: Mapping[Symbol, Any]) -> Any:
        """Return a sum of positions and whole numbers with whole coefficients."""
        if isinstance(position, Add | Mul):
            values = [self._whole(a, places) for a in position.args]
            return _added(values) if isinstance(position, Add) else _multiplied(values)
        return np.asarray(int(position)) if position.is_Integer else places[position]

    def _entry(self, entry: Indexed, places: Mapping[Symbol, Any]) -> Any:
        assert isinstance(entry.base, IndexedBase)
        values, at = self.arrays[entry.base.name], [self._place(i, places) - 1 for i in entry.indices]
        if entry.base.name == self.several:
            at.append(np.arange(values.shape[-1]))
        return values[tuple(at)]

    def _operator(self, operator: IndexedOperator, places: Mapping[Symbol, Any], depth: int) -> Any:
        size, name = self.sizes[operator.domain.name], index(f"nmderive_open{depth}")
        if depth == _DEPTH or size ** (depth + 1) > _LARGEST:
            raise UnsupportedError("sums are nested too deeply to be evaluated")
        body, conditions = operator.open(name)
        own = np.arange(1, size + 1).reshape([size if k == depth else 1 for k in range(_DEPTH + 1)])
        inner = {**places, name: own}
        values = np.asarray(self._at(body, inner, depth + 1))
        values = values + np.zeros_like(own) if values.ndim else np.full(own.shape, values)
        for condition in conditions:
            neutral = float(operator.identity)
            values = np.where(self._holds(condition, inner), values, neutral)
        if isinstance(operator, IndexExtremum):
            return _extremum(values, depth, isinstance(operator, IndexMax))
        combine = np.sum if isinstance(operator, IndexSum) else np.prod
        return combine(values, axis=depth, keepdims=True)

    def _holds(self, condition: Boolean, places: Mapping[Symbol, Any]) -> Any:
        if isinstance(condition, And):
            return np.logical_and.reduce([self._holds(c, places) for c in condition.args])
        assert isinstance(condition, Relational)
        a, b = self._place(condition.lhs, places), self._place(condition.rhs, places)
        if isinstance(condition, Ne):
            return np.not_equal(a, b)
        if isinstance(condition, StrictLessThan):
            return np.less(a, b)
        if isinstance(condition, LessThan):
            return np.less_equal(a, b)
        return np.greater(a, b) if condition.rel_op == ">" else np.greater_equal(a, b)


@cache
def _number(expr: Expr) -> Any:
    return np.longdouble(str(expr.evalf(25)))


def _wide(x: Any) -> Any:
    own = np.asarray(x)
    return own.astype(np.clongdouble if np.iscomplexobj(own) else np.longdouble)


def _extremum(values: Any, axis: int, is_max: bool) -> Any:
    """Return the extremum along an axis; of complex numbers the real part decides."""
    real = np.real(values)
    at = np.expand_dims((np.argmax if is_max else np.argmin)(real, axis=axis), axis)
    found = np.take_along_axis(values, at, axis=axis)
    return np.where(np.isnan(real).any(axis=axis, keepdims=True), np.nan, found)


def _power(arguments: list[Any]) -> Any:
    base, exponent = arguments
    if np.ndim(exponent) == 0 and float(np.real(exponent)).is_integer() and np.isrealobj(exponent):
        return np.asarray(base) ** int(exponent) if exponent >= 0 else 1.0 / np.asarray(base) ** int(-exponent)
    return np.asarray(base) ** exponent


def _added(arguments: list[Any]) -> Any:
    return sum(arguments[1:], start=arguments[0])


def _multiplied(arguments: list[Any]) -> Any:
    result = arguments[0]
    for a in arguments[1:]:
        result = result * a
    return result


_MEANINGS: dict[Any, Callable[[list[Any]], Any]] = {
    Add: _added, Mul: _multiplied, Pow: _power, exp: lambda a: np.exp(a[0]), log: lambda a: np.log(a[0]),
    tanh: lambda a: np.tanh(a[0]),
    # Of a complex number, whose imaginary part is the step, the real part decides on which side of the kink it lies.
    Abs: lambda a: np.sign(np.real(a[0])) * a[0], sign: lambda a: np.sign(np.real(a[0])),
}


def gradient(expr: Expr, evaluator: Evaluator, array: str) -> Any:
    """Return the derivative of ``expr`` by every entry of ``array``, by a complex step: exact to rounding."""
    own, step = np.asarray(evaluator.arrays[array]), 1e-30
    moves = np.eye(own.size).reshape((*own.shape, own.size))
    moved = own[..., None].astype(np.clongdouble) + 1j * step * moves
    at = Evaluator(evaluator.sizes, {**evaluator.arrays, array: moved}, evaluator.parameters, array)
    return np.broadcast_to(np.imag(at.values(expr)) / step, own.size).reshape(own.shape).astype(float)


__all__ = ["Evaluator", "gradient"]
