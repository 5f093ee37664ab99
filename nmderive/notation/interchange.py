"""Plain SymPy in and out: Sum, Product, Indexed, KroneckerDelta and Piecewise."""

from __future__ import annotations

from typing import Any

from sympy import (
    Abs,
    Add,
    Expr,
    Float,
    Indexed,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Max,
    Min,
    Mod,
    Mul,
    Ne,
    Piecewise,
    Pow,
    Product,
    Rational,
    Sum,
    Symbol,
    exp,
    log,
    sign,
    tanh,
)
from sympy.core.relational import Relational
from sympy.logic.boolalg import And, Boolean, true

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.extrema import Attained, IndexExtremum
from nmderive.calculus.kinks import largest, smallest
from nmderive.calculus.names import display_name, scoped
from nmderive.calculus.sums import (
    IndexedOperator,
    IndexProduct,
    IndexSum,
    Iverson,
    Remainder,
    RowFunction,
    RowFunctionDerivative,
)
from nmderive.calculus.symbols import M, Member, N, S, T, array, index, parameter
from nmderive.errors import UnsupportedError
from nmderive.notation.ast import free_index_symbols

_SIZES = {"n": N, "m": M}
_PLAIN = (Add, Mul, Pow, exp, log, tanh, Abs, sign, Iverson, IndexedOperator, RowFunction, RowFunctionDerivative,
          Attained)
_HINT = "sums run over (index, 1, n) or (index, 1, m); functions are exp, log, tanh, sqrt, Abs, Max, Min"


def from_sympy(expr: Expr) -> Expr:
    """Return a plain SymPy expression in nmderive's own sums and letters.

    Symbols are matched by name: n and m are the sizes, s the logits, t the labels.
    """
    if isinstance(expr, Sum | Product):
        return _operator_in(expr)
    if isinstance(expr, Float):
        return Rational(str(expr))
    if isinstance(expr, Rational | Remainder) or expr.is_NumberSymbol:
        return expr
    if isinstance(expr, Symbol):
        return _symbol_in(expr)
    if isinstance(expr, Indexed):
        return Indexed(_base_in(expr.base), *map(_index_in, expr.indices))
    if isinstance(expr, KroneckerDelta):
        return KroneckerDelta(*map(_index_in, expr.args[:2]))
    if isinstance(expr, IndexedOperator):
        bound = expr.bound
        return expr.func(from_sympy(expr.body), bound, expr.domain, *expr.conditions)
    if isinstance(expr, RowFunction | RowFunctionDerivative | Iverson):
        return expr
    if isinstance(expr, Max | Min):
        return (largest if isinstance(expr, Max) else smallest)(*map(from_sympy, expr.args))
    if isinstance(expr, _PLAIN):
        return expr.func(*map(from_sympy, expr.args))
    raise UnsupportedError(f"{type(expr).__name__} is not supported: {expr}", hint=_HINT)


def _symbol_in(symbol: Symbol) -> Expr:
    if symbol.name in _SIZES:
        return _SIZES[symbol.name]
    if symbol.is_integer:
        return index(symbol.name)
    for known in ("positive", "nonnegative"):
        if getattr(symbol, f"is_{known}"):
            return parameter(symbol.name, known)
    return parameter(symbol.name)


def _base_in(base: IndexedBase) -> IndexedBase:
    name = base.name
    if name in ("s", "t"):
        return S if name == "s" else T
    known = "positive" if base.is_positive else "nonnegative" if base.is_nonnegative else "real"
    return array(name, known)


def _index_in(place: Any) -> Expr:
    if isinstance(place, Integer) and place >= 1:
        return place
    if place == M:
        return Cyclic(0)
    if isinstance(place, Cyclic):
        return place
    if isinstance(place - 1, Mod) and (place - 1).args[1] == M:
        return Cyclic((place - 1).args[0] + 1)
    if isinstance(place, Symbol):
        return place if place.name.startswith("_") and place.is_integer else index(place.name)
    raise UnsupportedError(
        f"the index {place} is not supported", hint="an index is a symbol or an integer from 1"
    )


def _operator_in(expr: Sum | Product) -> Expr:
    kind = IndexSum if isinstance(expr, Sum) else IndexProduct
    body, conditions = _conditions_in(expr.function, kind.identity)
    result = from_sympy(_indices_renamed(body, expr))
    for limit in expr.limits:
        bound, domain = _limit(limit)
        own = [c for c in conditions if c.has(bound)]
        conditions = [c for c in conditions if not c.has(bound)]
        result = kind(result, bound, domain, *own)
    if conditions:
        raise UnsupportedError(f"a condition does not mention a summed index: {conditions[0]}", hint=_HINT)
    return result


def _indices_renamed(body: Expr, expr: Any) -> Expr:
    return body.xreplace({limit[0]: index(limit[0].name) for limit in expr.limits})


def _limit(limit: Any) -> tuple[Symbol, Expr]:
    if len(limit) != 3 or limit[1] != 1 or str(limit[2]) not in _SIZES:
        raise UnsupportedError(f"the range {tuple(limit)} is not supported", hint=_HINT)
    return index(limit[0].name), _SIZES[str(limit[2])]


def _conditions_in(body: Expr, identity: Expr) -> tuple[Expr, list[Boolean]]:
    """Take conditions out of a body: ``(1 - delta(k, j))`` factors of a sum, or a Piecewise."""
    if isinstance(body, Piecewise):
        branches = body.args
        if len(branches) == 2 and branches[1][0] == identity and branches[1][1] == true:
            inner, more = _conditions_in(branches[0][0], identity)
            found = branches[0][1]
            parts = list(found.args) if isinstance(found, And) else [found]
            return inner, [_condition_in(c) for c in parts] + more
        raise UnsupportedError(f"this Piecewise is not supported: {body}", hint=_HINT)
    if identity != 0:
        return body, []
    kept: list[Expr] = []
    conditions: list[Boolean] = []
    for factor in Mul.make_args(body):
        pair = _excluded(factor)
        (kept if pair is None else conditions).append(factor if pair is None else pair)
    return Mul(*kept), conditions


def _excluded(factor: Expr) -> Boolean | None:
    delta = 1 - factor
    if isinstance(delta, KroneckerDelta):
        return Ne(*map(_index_in, delta.args[:2]))
    return None


def _condition_in(condition: Boolean) -> Boolean:
    if isinstance(condition, Member):
        return Member(_index_in(condition.args[0]), condition.args[1])
    if isinstance(condition, Relational):
        return condition.func(*map(_index_in, condition.args))
    raise UnsupportedError(f"the condition {condition} is not supported", hint=_HINT)


def to_sympy(expr: Expr) -> Expr:
    """Return ``expr`` with SymPy's own Sum and Product.

    ``k != j`` in a sum becomes a factor ``1 - KroneckerDelta(k, j)``, other conditions a Piecewise.
    """
    return _Writer(expr).node(expr)


def _index_out(place: Expr) -> Expr:
    """Return a class that is counted modulo m as Mod(x - 1, m) + 1."""
    if not isinstance(place, Cyclic):
        return place
    return Mod(place.args[0] - 1, M) + 1 if place.args[0] != 0 else M


def _condition_out(condition: Boolean) -> Boolean:
    if not condition.has(Cyclic):
        return condition
    return condition.func(*map(_index_out, condition.args))


class _Writer:
    """Walks an expression; ``_nmderive_scope`` holds the index names that are taken."""

    def __init__(self, expr: Expr) -> None:
        self._nmderive_scope: tuple[Symbol, ...] = tuple(free_index_symbols(expr))

    def node(self, expr: Expr) -> Expr:
        """Return one node in plain SymPy."""
        if isinstance(expr, IndexExtremum | Attained):
            raise UnsupportedError(f"plain SymPy has no maximum over a symbolic range: {expr}",
                                   hint="put in the sizes: --where n=2,m=3")
        if isinstance(expr, IndexedOperator):
            return self._operator(expr)
        if isinstance(expr, Iverson):
            return Piecewise((1, _condition_out(expr.args[0])), (0, True))
        if isinstance(expr, RowFunction | RowFunctionDerivative | Remainder):
            raise UnsupportedError(
                f"{expr} has no counterpart in plain SymPy", hint="put in a concrete f, or drop the remainder"
            )
        if isinstance(expr, Indexed):
            return Indexed(expr.base, *map(_index_out, expr.indices))
        if isinstance(expr, KroneckerDelta):
            return KroneckerDelta(*map(_index_out, expr.args[:2]))
        if not expr.args:
            return expr
        return expr.func(*map(self.node, expr.args))

    def _operator(self, operator: IndexedOperator) -> Expr:
        with scoped(self, display_name(operator, self)) as name:
            opened, conditions = operator.open(name)
            conditions = tuple(map(_condition_out, conditions))
            body = self.node(opened)
            is_sum = isinstance(operator, IndexSum)
            rest = []
            for condition in conditions:
                if is_sum and isinstance(condition, Ne):
                    body *= 1 - KroneckerDelta(*condition.args)
                else:
                    rest.append(condition)
            if rest:
                body = Piecewise((body, And(*rest)), (operator.identity, True))
            return (Sum if is_sum else Product)(body, (name, 1, operator.domain))
