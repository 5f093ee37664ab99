r"""Differentiation of indexed-sum expressions by one entry of an array, deltas resolved.

Every occurrence of ``s[x, y]`` in an expression contributes the product of the outer derivatives on the
way to it, times delta(x, a) delta(y, b). A delta on a bound index is spent at its sum: the index is
replaced, and the sum's conditions move on to the new name (``k != j`` becomes ``b != j``), where the sum
over j takes them over. So no Kronecker delta is left unless two free indices meet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sympy import (
    Add,
    Expr,
    Function,
    Indexed,
    KroneckerDelta,
    Mul,
    Pow,
    S,
    Symbol,
    log,
    sign,
)
from sympy.logic.boolalg import Boolean, false, true

from nmderive.calculus.cyclic import Cyclic, solved
from nmderive.calculus.kinks import Attained, above
from nmderive.calculus.sums import (
    Differentiable,
    IndexedOperator,
    IndexProduct,
    IndexSum,
    Iverson,
    RowFunction,
    RowFunctionDerivative,
)
from nmderive.errors import UnsupportedError


@dataclass(frozen=True)
class _Path:
    """One contribution: ``factor`` where all ``deltas`` (pairs of equal indices) and ``conditions`` hold."""

    factor: Expr
    deltas: tuple[tuple[Expr, Expr], ...] = ()
    conditions: tuple[Boolean, ...] = ()

    def times(self, factor: Expr) -> _Path:
        """Return this path with its factor multiplied."""
        return replace(self, factor=factor * self.factor)


def differentiate(expr: Expr, wrt: Indexed | Symbol) -> Expr:
    """Return the derivative of ``expr`` by the array entry or scalar parameter ``wrt``."""
    return Add(*(_closed(path) for path in _paths(expr, wrt)))


def _closed(path: _Path) -> Expr:
    deltas = [KroneckerDelta(a, b) for a, b in path.deltas]
    return Mul(path.factor, *deltas, *(Iverson(c) for c in path.conditions))


def _paths(expr: Expr, wrt: Any) -> list[_Path]:
    if not _touches(expr, wrt):
        return []
    if isinstance(expr, Indexed):
        return _leaf(expr.indices, wrt.indices, S.One)
    if expr == wrt:
        return [_Path(S.One)]
    if isinstance(expr, Add):
        return [path for term in expr.args for path in _paths(term, wrt)]
    if isinstance(expr, Mul):
        return [
            path.times(Mul(*expr.args[:k], *expr.args[k + 1 :]))
            for k, factor in enumerate(expr.args) for path in _paths(factor, wrt)
        ]
    if isinstance(expr, Pow):
        return _power_paths(expr, wrt)
    if isinstance(expr, IndexProduct):
        ratio = expr.body
        terms = _paths(IndexSum(log(ratio), expr.bound, expr.domain, *expr.conditions), wrt)
        return [path.times(expr) for path in terms]
    if isinstance(expr, IndexedOperator):
        return _sum_paths(expr, [path.times(expr.share()) for path in _paths(expr.body, wrt)])
    if isinstance(expr, RowFunction | RowFunctionDerivative):
        return _row_function_paths(expr, wrt)
    if isinstance(expr, sign | above | Attained):
        return []  # constant off the kink, where it has no derivative
    if isinstance(expr, Function):
        return [path.times(expr.fdiff(k + 1)) for k, a in enumerate(expr.args) for path in _paths(a, wrt)]
    raise UnsupportedError(f"cannot differentiate {type(expr).__name__}: {expr}")


def _touches(expr: Expr, wrt: Any) -> bool:
    """Tell whether ``expr`` can depend on ``wrt``."""
    if isinstance(wrt, Indexed):
        return bool(expr.has(wrt.base))
    return bool(expr.has(wrt))


def _leaf(indices: tuple[Expr, ...], wrt: tuple[Expr, ...], factor: Expr) -> list[_Path]:
    if len(indices) != len(wrt):
        raise UnsupportedError("an array is used with different numbers of indices")
    pairs = []
    for a, b in zip(indices, wrt, strict=True):
        if a == b:
            continue
        if a.is_Integer and b.is_Integer:
            return []
        pairs.append((a, b))
    return [_Path(factor, tuple(pairs))]


def _power_paths(expr: Pow, wrt: Any) -> list[_Path]:
    base, exponent = expr.args
    paths = [path.times(exponent * base ** (exponent - 1)) for path in _paths(base, wrt)]
    return paths + [path.times(expr * log(base)) for path in _paths(exponent, wrt)]


def _row_function_paths(expr: RowFunction | RowFunctionDerivative, wrt: Any) -> list[_Path]:
    function = expr if isinstance(expr, RowFunction) else expr.args[0]
    by = () if isinstance(expr, RowFunction) else expr.args[1:]
    *row, output = wrt.indices
    if wrt.base != function.args[1]:
        return []
    derivative = RowFunctionDerivative(function, *by, output)
    return _leaf(function.row, tuple(row), derivative)


def _sum_paths(expr: IndexedOperator, inside: list[_Path]) -> list[_Path]:
    """Return the sum over the index of an operator of what stands inside."""
    paths = []
    for path in inside:
        full = replace(path, conditions=path.conditions + expr.conditions)
        full = _kept_inside(full, expr.bound)
        target = _spend(full, expr.bound)
        if target is None:
            paths.extend(_summed(full, expr))
        else:
            paths.extend(_replaced(full, expr.bound, target))
    return paths


def _spend(path: _Path, bound: Symbol) -> Expr | None:
    for a, b in path.deltas:
        if a == bound:
            return b
        if b == bound:
            return a
    for a, b in path.deltas:
        if a.has(Cyclic) or b.has(Cyclic):
            target = solved(a, b, bound)
            if target is not None:
                return target
    return None


def _kept_inside(path: _Path, bound: Symbol) -> _Path:
    """Make factors of the deltas that hold the index of a sum and cannot be solved for it, as 2 j = b modulo m."""
    if _spend(path, bound) is not None:
        return path
    inside = [d for d in path.deltas if any(x.has(bound) for x in d)]
    outside = tuple(d for d in path.deltas if d not in inside)
    return replace(path.times(Mul(*(KroneckerDelta(a, b) for a, b in inside))), deltas=outside)


def _replaced(path: _Path, bound: Symbol, target: Expr) -> list[_Path]:
    rule = {bound: target}
    conditions = [c.xreplace(rule) for c in path.conditions]
    if false in conditions:
        return []
    deltas = []
    for a, b in path.deltas:
        new_a, new_b = a.xreplace(rule), b.xreplace(rule)
        if new_a == new_b:
            continue
        if new_a.is_Integer and new_b.is_Integer:
            return []
        deltas.append((new_a, new_b))
    kept = tuple(c for c in conditions if c != true)
    return [_Path(path.factor.xreplace(rule), tuple(deltas), kept)]


def _summed(path: _Path, expr: IndexedOperator) -> list[_Path]:
    inside = tuple(c for c in path.conditions if c.has(expr.bound))
    outside = tuple(c for c in path.conditions if not c.has(expr.bound))
    factor = IndexSum(path.factor, expr.bound, expr.domain, *inside)
    return [] if factor.is_zero else [_Path(factor, path.deltas, outside)]


#: The package imports this module, so that sums never are without it.
Differentiable.rule = differentiate

__all__ = ["differentiate"]
