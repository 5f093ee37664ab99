"""Expansion at fixed n and m into plain SymPy: sums written out, entries as symbols s_1_2, t_1_2.

In the expanded form SymPy's own ``diff``, ``simplify`` and ``lambdify`` apply; the indexed-sum layer is
tested against them there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Add, Eq, Expr, Indexed, Integer, Max, Min, Mul, Piecewise, Symbol
from sympy.logic.boolalg import Boolean, false, true

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.extrema import Attained, IndexExtremum, IndexMax, IndexMin
from nmderive.calculus.sums import (
    IndexedOperator,
    IndexProduct,
    IndexSum,
    Iverson,
    RowFunction,
    RowFunctionDerivative,
)
from nmderive.calculus.symbols import SIZES, Member
from nmderive.errors import DomainError, UnsupportedError

_COMBINED: dict[Any, Any] = {IndexSum: Add, IndexProduct: Mul, IndexMax: Max, IndexMin: Min}


def specialise(
    expr: Expr,
    sizes: Mapping[str, int],
    sets: Mapping[str, frozenset[int]] | None = None,
    *,
    entries: bool = True,
) -> Expr:
    """Write out every sum of ``expr`` at ``sizes`` (n and m, or one of them).

    ``sets`` gives the members of class sets. With ``entries`` the array entries become plain symbols;
    free indices must then have been replaced by integers.
    """
    if isinstance(expr, IndexSum | IndexProduct | IndexExtremum):
        return _written_out(expr, sizes, sets or {}, entries)
    if isinstance(expr, Attained):
        return _share(expr, sizes, sets or {}, entries)
    if isinstance(expr, Symbol):
        return Integer(sizes[expr.name]) if expr in SIZES and expr.name in sizes else expr
    if isinstance(expr, Cyclic):
        return expr.at(sizes["m"]) if "m" in sizes else expr
    if isinstance(expr, Indexed):
        placed = _placed(expr, sizes)
        return entry_symbol(placed) if entries else placed
    if isinstance(expr, RowFunction | RowFunctionDerivative):
        return _placed(expr, sizes)
    if isinstance(expr, Iverson):
        return Iverson(_decided(_placed(expr.args[0], sizes), sets or {}))
    if not expr.args:
        return expr
    return expr.func(*(specialise(a, sizes, sets, entries=entries) for a in expr.args))


def entry_symbol(entry: Indexed) -> Symbol:
    """Return the plain symbol of an array entry with integer indices: s[1, 2] is ``s_1_2``."""
    if not all(k.is_Integer for k in entry.indices):
        raise UnsupportedError(f"{entry} has a free index; replace it by a number first")
    sign = "positive" if entry.is_positive else "nonnegative" if entry.is_nonnegative else "real"
    return Symbol("_".join([entry.base.name, *map(str, entry.indices)]), **{sign: True})


def _written_out(
    expr: IndexedOperator, sizes: Mapping[str, int], sets: Mapping[str, frozenset[int]], entries: bool
) -> Expr:
    size = sizes.get(expr.domain.name)
    if size is None:
        body = specialise(expr.body, sizes, sets, entries=entries)
        return expr.func(body, expr.bound, expr.domain, *expr.conditions)
    return _COMBINED[expr.func](*_values(expr, size, sizes, sets, entries))


def _share(expr: Attained, sizes: Mapping[str, int], sets: Mapping[str, frozenset[int]], entries: bool) -> Expr:
    """Return one over the number of entries that attain an extremum, where the value is one of them."""
    value, operator = expr.args
    if operator.domain.name not in sizes:
        return Attained(*(specialise(a, sizes, sets, entries=entries) for a in expr.args))
    values = _values(operator, sizes[operator.domain.name], sizes, sets, entries)
    top = _COMBINED[operator.func](*values)
    count = Add(*(Piecewise((1, Eq(x, top)), (0, True)) for x in values))
    return Piecewise((1 / count, Eq(specialise(value, sizes, sets, entries=entries), top)), (0, True))


def _values(
    expr: IndexedOperator, size: int, sizes: Mapping[str, int], sets: Mapping[str, frozenset[int]], entries: bool
) -> list[Expr]:
    """Return the body at each value that the bound index takes."""
    if size < 1:
        raise DomainError(f"{expr.domain} must be at least 1, not {size}")
    parts = []
    for value in range(1, size + 1):
        body, conditions = expr.open(Integer(value))
        decided = [_decided(_placed(c, sizes), sets) for c in conditions]
        if false in decided:
            continue
        if any(c != true for c in decided):
            raise UnsupportedError(f"the condition {conditions} is open at {dict(sizes)}")
        parts.append(specialise(body, sizes, sets, entries=entries))
    return parts if parts else [expr.empty()]


def _placed(expr: Any, sizes: Mapping[str, int]) -> Any:
    """Return ``expr`` with its cyclic class indices counted in 1..m, where m is given."""
    if "m" not in sizes or not expr.has(Cyclic):
        return expr
    return expr.xreplace({inner: inner.at(sizes["m"]) for inner in expr.atoms(Cyclic)})


def _decided(condition: Boolean, sets: Mapping[str, frozenset[int]]) -> Boolean:
    if not isinstance(condition, Member):
        return condition
    element, subset = condition.args
    if subset.name not in sets:
        raise DomainError(f"the members of {subset} are not given")
    return true if int(element) in sets[subset.name] else false


__all__ = ["entry_symbol", "specialise"]
