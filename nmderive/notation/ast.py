"""The JSON form of an expression, as certificates carry it.

Nodes are lists whose first item names the kind: ``["num", "-3/2"]``, ``["sym", "n"]``,
``["sym", "j"]`` (j bound: an index used as a number), ``["at", "s", ["i", 1]]``, ``["add", [...]]``,
``["mul", [...]]``, ``["pow", a, b]`` (|x| is the power 1/2 of x^2), ``["exp", a]``, ``["log", a]``, ``["tanh", a]``,
``["sum", "j", "m", [conditions], body]``, ``["prod", ...]``, ``["fn", "f", "s", [indices]]``,
``["dfn", "f", "s", [indices], [by]]``, ``["iverson", condition]``, ``["delta", a, b]``, ``["remainder"]``.
Conditions are ``["ne", a, b]``, ``["lt", a, b]``, ``["le", a, b]`` and ``["in", a, "Omega_neg"]``.
In the place of a class index, ``["mod", [["d", 1], ["j", 1]], 0]`` is the class in 1..m that is congruent to
d + j + 0 modulo m: letters with whole coefficients, in order, and a number.

Bound names never repeat a free name, nor the name of a binder around them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from sympy import (
    Abs,
    Add,
    Expr,
    Indexed,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Le,
    Lt,
    Mul,
    Ne,
    Pow,
    Rational,
    Symbol,
    exp,
    log,
    sign,
    tanh,
)
from sympy.core.relational import LessThan, StrictLessThan
from sympy.logic.boolalg import Boolean

from nmderive.calculus.cyclic import Cyclic, coefficients
from nmderive.calculus.extrema import Attained, IndexMax, IndexMin
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
from nmderive.calculus.symbols import SIZES, ClassSet, M, Member, N, S, T, array, index, parameter
from nmderive.errors import ParseError, UnsupportedError
from nmderive.notation.limits import safe_power

Ast = list[Any]

#: Names that mean the same without an environment.
_DEFAULTS: dict[str, Any] = {"n": N, "m": M, "s": S, "t": T}
_FUNCTIONS = {"exp": exp, "log": log, "tanh": tanh, "sign": sign}
_NUMBER = re.compile(r"-?[0-9]{1,2000}(/[0-9]{1,2000})?")
_MAX_DEPTH = 200


def to_ast(expr: Expr) -> Ast:
    """Return the JSON form of ``expr``."""
    return [_copied(x) for x in _written(expr)]


@lru_cache(maxsize=512)
def _written(expr: Expr) -> Ast:
    return _Writer(expr).node(expr)


def _copied(node: Any) -> Any:
    return [_copied(x) for x in node] if isinstance(node, list) else node


def from_ast(data: Ast, environment: Mapping[str, Any] | None = None) -> Expr:
    """Return the expression that ``data`` describes.

    ``environment`` maps names of parameters and arrays to their SymPy objects, see ``environment_of``;
    a name that it lacks is a real parameter or a real array (n, m, s and t are as everywhere).
    """
    return _Reader({**_DEFAULTS, **(environment or {})}).node(data, {}, 0)


def environment_of(expr: Expr) -> dict[str, Any]:
    """Return the parameters, indices and arrays of ``expr`` by name, for ``from_ast``."""
    found: dict[str, Any] = {}
    for atom in expr.atoms(Symbol, IndexedBase):
        if not isinstance(atom, ClassSet):
            found.setdefault(_name(atom), atom)
    for base in expr.atoms(IndexedBase):
        found[_name(base)] = base
    return found


def free_index_symbols(expr: Expr) -> set[Symbol]:
    """Return the free indices of ``expr``, also those that only stand inside array entries."""
    if isinstance(expr, Symbol):
        is_free_index = expr.is_integer and expr not in SIZES and not isinstance(expr, ClassSet)
        return {expr} if is_free_index else set()
    found: set[Symbol] = set().union(*(free_index_symbols(a) for a in expr.args))
    return found - {expr.bound} if isinstance(expr, IndexedOperator) else found


def _name(symbol: Any) -> str:
    return str(symbol.label if isinstance(symbol, IndexedBase) else symbol.name)


class _Writer:
    """Walks an expression; ``_nmderive_scope`` holds the index names that are taken."""

    def __init__(self, expr: Expr) -> None:
        self._nmderive_scope: tuple[Symbol, ...] = tuple(free_index_symbols(expr))

    def node(self, expr: Any) -> Ast:
        """Return the JSON form of one node."""
        for kind, write in self._writers().items():
            if isinstance(expr, kind):
                return write(expr)
        raise UnsupportedError(f"{type(expr).__name__} has no place in a certificate: {expr}")

    def _writers(self) -> dict[Any, Callable[[Any], Ast]]:
        return {
            Rational: lambda e: ["num", str(e)],
            Symbol: self._symbol,
            Indexed: lambda e: ["at", _name(e.base), self._indices(e.indices)],
            Add: lambda e: ["add", [self.node(a) for a in e.as_ordered_terms()]],
            Mul: lambda e: ["mul", [self.node(a) for a in e.args]],
            exp: lambda e: ["exp", self.node(e.args[0])],
            Pow: lambda e: ["pow", self.node(e.base), self.node(e.exp)],
            log: lambda e: ["log", self.node(e.args[0])],
            tanh: lambda e: ["tanh", self.node(e.args[0])],
            Abs: lambda e: self._root_of_square(e.args[0], "1/2"),
            sign: lambda e: self._sign(e.args[0]),
            IndexedOperator: self._operator,
            RowFunction: lambda e: ["fn", *self._row(e)],
            RowFunctionDerivative: lambda e: ["dfn", *self._row(e.args[0]), self._indices(e.args[1:])],
            Iverson: lambda e: ["iverson", self._condition(e.args[0])],
            KroneckerDelta: lambda e: ["delta", *self._indices(e.args)],
            Attained: lambda e: ["attained", *map(self.node, e.args)],
            Remainder: lambda e: ["remainder"],
            type(exp(1)): lambda e: ["exp", ["num", "1"]],
        }

    def _sign(self, expr: Expr) -> Ast:
        """Return x/|x| where x holds logits, which is asked for beside its kink only; else the sign, 0 where x is 0."""
        if expr.has(S, RowFunction):
            return ["mul", [self.node(expr), self._root_of_square(expr, "-1/2")]]
        return ["sign", self.node(expr)]

    def _root_of_square(self, expr: Expr, exponent: str) -> Ast:
        """Return (x^2)^exponent: |x| is the root of x^2 in certificates."""
        return ["pow", ["pow", self.node(expr), ["num", "2"]], ["num", exponent]]

    def _symbol(self, symbol: Symbol) -> Ast:
        return ["sym", symbol.name]

    def _row(self, function: RowFunction) -> list[Any]:
        name, base, *indices = function.args
        return [str(name), _name(base), self._indices(indices)]

    def _indices(self, indices: Any) -> list[Any]:
        return [self._index(k) for k in indices]

    def _index(self, position: Any) -> Any:
        if isinstance(position, Cyclic):
            letters, number = coefficients(position)
            return ["mod", [[x.name, c] for x, c in sorted(letters.items(), key=lambda p: p[0].name)], number]
        return int(position) if isinstance(position, Integer) else str(position.name)

    def _operator(self, operator: IndexedOperator) -> Ast:
        with scoped(self, display_name(operator, self)) as name:
            body, conditions = operator.open(name)
            written = [self._condition(c) for c in conditions]
            return [operator.text_name, name.name, operator.domain.name, written, self.node(body)]

    def _condition(self, condition: Boolean) -> Ast:
        if isinstance(condition, Member):
            return ["in", *self._indices(condition.args[:1]), condition.args[1].name]
        for kind, word in ((Ne, "ne"), (StrictLessThan, "lt"), (LessThan, "le")):
            if isinstance(condition, kind):
                return [word, *self._indices(condition.args)]
        reversed_ = getattr(condition, "reversed", None)
        if isinstance(reversed_, StrictLessThan | LessThan):
            return self._condition(reversed_)
        raise UnsupportedError(f"the condition {condition} has no place in a certificate")


class _Reader:
    """Rebuilds an expression; ``scope`` maps bound names to their symbols."""

    def __init__(self, environment: Mapping[str, Any]) -> None:
        self._environment = environment

    def node(self, data: Any, scope: dict[str, Symbol], depth: int) -> Expr:
        """Return the expression of one node."""
        if depth > _MAX_DEPTH:
            raise ParseError("the expression is nested too deeply", hint="split it up")
        if not isinstance(data, list) or not data or not isinstance(data[0], str):
            raise ParseError(f"not an expression node: {str(data)[:80]}")
        read = getattr(self, f"_read_{data[0]}", None)
        if read is None:
            raise ParseError(f"unknown kind of node: {data[0][:80]!r}")
        try:
            return read(lambda d, s=scope: self.node(d, s, depth + 1), scope, *data[1:])
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            raise ParseError(f"malformed {data[0]!r} node: {str(data)[:80]}") from error

    def _read_num(self, sub: Any, scope: Any, text: str) -> Expr:
        if not _NUMBER.fullmatch(text):
            raise ValueError(text)
        return Rational(text)

    def _read_sym(self, sub: Any, scope: Any, name: str) -> Expr:
        found = scope.get(name, self._environment.get(name))
        return parameter(_text(name)) if found is None or isinstance(found, IndexedBase) else found

    def _read_at(self, sub: Any, scope: Any, name: str, indices: list[Any]) -> Expr:
        return Indexed(self._array(name), *self._all(indices, scope))

    def _read_add(self, sub: Any, scope: Any, args: list[Any]) -> Expr:
        return Add(*map(sub, args))

    def _read_mul(self, sub: Any, scope: Any, args: list[Any]) -> Expr:
        return Mul(*map(sub, args))

    def _read_pow(self, sub: Any, scope: Any, base: Any, exponent: Any) -> Expr:
        return safe_power(sub(base), sub(exponent))

    def _read_exp(self, sub: Any, scope: Any, argument: Any) -> Expr:
        return exp(sub(argument))

    def _read_log(self, sub: Any, scope: Any, argument: Any) -> Expr:
        return log(sub(argument))

    def _read_tanh(self, sub: Any, scope: Any, argument: Any) -> Expr:
        return tanh(sub(argument))

    def _read_sum(self, sub: Any, scope: Any, *rest: Any) -> Expr:
        return self._operator(IndexSum, sub, scope, *rest)

    def _read_prod(self, sub: Any, scope: Any, *rest: Any) -> Expr:
        return self._operator(IndexProduct, sub, scope, *rest)

    def _read_max(self, sub: Any, scope: Any, *rest: Any) -> Expr:
        return self._operator(IndexMax, sub, scope, *rest)

    def _read_min(self, sub: Any, scope: Any, *rest: Any) -> Expr:
        return self._operator(IndexMin, sub, scope, *rest)

    def _read_attained(self, sub: Any, scope: Any, value: Any, operator: Any) -> Expr:
        return Attained(sub(value), sub(operator))

    def _operator(self, kind: Any, sub: Any, scope: Any, *rest: Any) -> Expr:
        name, size, conditions, body = rest
        if size not in ("n", "m"):
            raise ValueError(size)
        bound = index(_text(name))
        inner = {**scope, name: bound}
        kept = [self._condition(c, inner) for c in conditions]
        return kind(sub(body, inner), bound, _DEFAULTS[size], *kept)

    def _read_fn(self, sub: Any, scope: Any, name: str, base: str, indices: list[Any]) -> Expr:
        function = self._environment.get(name, Symbol(_text(name)))
        return RowFunction(function, self._array(base), *self._all(indices, scope))

    def _read_dfn(self, sub: Any, scope: Any, name: str, base: str, indices: Any, by: Any) -> Expr:
        function = self._read_fn(sub, scope, name, base, indices)
        return RowFunctionDerivative(function, *self._all(by, scope))

    def _read_iverson(self, sub: Any, scope: Any, condition: Any) -> Expr:
        return Iverson(self._condition(condition, scope))

    def _read_delta(self, sub: Any, scope: Any, left: Any, right: Any) -> Expr:
        return KroneckerDelta(*self._all([left, right], scope))

    def _read_remainder(self, sub: Any, scope: Any) -> Expr:
        return Remainder()

    def _condition(self, data: Any, scope: Any) -> Boolean:
        word, left, right = data
        if word == "in":
            return Member(self._index(left, scope), ClassSet(_text(right)))
        return {"ne": Ne, "lt": Lt, "le": Le}[word](*self._all([left, right], scope))

    def _array(self, name: str) -> IndexedBase:
        found = self._environment.get(name)
        return found if isinstance(found, IndexedBase) else array(_text(name))

    def _all(self, indices: list[Any], scope: Any) -> list[Expr]:
        return [self._index(k, scope) for k in indices]

    def _index(self, name: Any, scope: Any) -> Expr:
        if isinstance(name, int) and not isinstance(name, bool):
            return Integer(name)
        if isinstance(name, list):
            return self._shifted(name, scope)
        return scope[name] if name in scope else index(_text(name))

    def _shifted(self, data: list[Any], scope: Any) -> Expr:
        """Return a class index modulo m."""
        word, letters, number = data
        whole = [number, *(c for _, c in letters)]
        if word != "mod" or not all(isinstance(c, int) and not isinstance(c, bool) for c in whole):
            raise ValueError(data)
        return Cyclic(Add(number, *(c * self._index(_text(x), scope) for x, c in letters)))


def _text(name: Any) -> str:
    if not isinstance(name, str) or not 0 < len(name) <= 100:
        raise ValueError(name)
    return name


__all__ = ["Ast", "environment_of", "free_index_symbols", "from_ast", "to_ast"]
