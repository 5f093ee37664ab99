"""Evaluation of an expression at a rational point, exactly or in balls.

A point gives e^s as rationals (so that s is a logarithm of a rational), labels and other arrays as
rationals, parameters, and members of class sets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sympy import (
    Abs,
    Add,
    Expr,
    Indexed,
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
from sympy.logic.boolalg import And, Boolean, false, true

from nmderive.budget import check_budget
from nmderive.calculus.cyclic import Cyclic, coefficients
from nmderive.calculus.extrema import Attained, IndexExtremum, IndexMax
from nmderive.calculus.sums import IndexedOperator, IndexProduct, IndexSum, Iverson
from nmderive.calculus.symbols import SIZES, Member
from nmderive.errors import DomainError, UnsupportedError
from nmderive.proving.numbers import BallField, ExactField, Field, Inexact

#: Sums of more terms are worked out once.
_LONG = 8


@dataclass(frozen=True)
class Point:
    """A rational point: sizes, ``exp_s`` and other arrays keyed by index tuples, parameters, sets."""

    sizes: Mapping[str, int]
    exp_s: Mapping[tuple[int, ...], Fraction]
    arrays: Mapping[str, Mapping[tuple[int, ...], Fraction]] = field(default_factory=dict)
    parameters: Mapping[str, Fraction] = field(default_factory=dict)
    sets: Mapping[str, frozenset[int]] = field(default_factory=dict)


class Evaluator:
    """Evaluates expressions over one field at one point; ``links`` gives arrays as expressions."""

    def __init__(self, field_: Field, point: Point, logits: str = "s") -> None:
        self.field = field_
        self.point = point
        self.logits = logits
        self._links: dict[str, tuple[tuple[Symbol, ...], Expr]] = {}
        self._cache: dict[tuple[str, tuple[int, ...]], Any] = {}
        self._sums: dict[tuple[Expr, tuple[tuple[Symbol, int], ...]], Any] = {}
        self._free: dict[Any, tuple[Symbol, ...]] = {}

    def link(self, array: str, indices: tuple[Symbol, ...], value: Expr) -> None:
        """Let every entry of ``array`` be ``value`` at its indices."""
        self._links[array] = (indices, value)

    def value(self, expr: Expr, env: Mapping[Symbol, int] | None = None) -> Any:
        """Return the value of ``expr`` with free indices taken from ``env``."""
        env = env or {}
        field_ = self.field
        kind = type(expr)
        if kind is Mul:
            return field_.rational(Fraction(0)) if self._is_zero_log_zero(expr, env) else self._fold(
                field_.multiply, expr.args, env)
        if kind is Add and len(expr.args) > _LONG:
            return self._kept(expr, env, lambda: self._fold(field_.add, expr.args, env))
        if kind is Add:
            return self._fold(field_.add, expr.args, env)
        if kind is Indexed:
            return self._entry(expr, env)
        if kind is exp:
            return field_.exp(self.value(expr.args[0], env))
        if isinstance(expr, Rational):
            return field_.rational(Fraction(int(expr.p), int(expr.q)))
        if kind is Pow:
            return self._kept(expr, env, lambda: field_.power(self.value(expr.base, env), self.value(expr.exp, env)))
        if kind is log:
            return field_.log(self.value(expr.args[0], env))
        if isinstance(expr, Symbol):
            return self._symbol(expr, env)
        return self._operator(expr, env)

    def _is_zero_log_zero(self, expr: Expr, env: Mapping[Symbol, int]) -> bool:
        """Tell whether a label of 0 stands beside the logarithm of 0: such a product counts as 0."""
        logs = [a for a in expr.args if isinstance(a, log)]
        labels = [a for a in expr.args if isinstance(a, Indexed) and a.base.name == "t"]
        if not logs or not any(self.value(a, env) == 0 for a in labels):
            return False
        return any(self.value(a.args[0], env) == 0 for a in logs)

    def _fold(self, operation: Any, args: tuple[Expr, ...], env: Mapping[Symbol, int]) -> Any:
        total = self.value(args[0], env)
        for arg in args[1:]:
            total = operation(total, self.value(arg, env))
        return total

    def _operator(self, expr: Expr, env: Mapping[Symbol, int]) -> Any:
        field_ = self.field
        if isinstance(expr, IndexSum | IndexProduct):
            return self._range(expr, env)
        if isinstance(expr, IndexExtremum):
            return self._kept(expr, env, lambda: self._extremum(expr, env))
        if isinstance(expr, Attained):
            return self._share(expr, env)
        if isinstance(expr, Iverson):
            return field_.rational(Fraction(int(self._holds(expr.args[0], env))))
        if isinstance(expr, KroneckerDelta):
            x, y = (self._number(a, env) for a in expr.args[:2])
            return field_.rational(Fraction(int(x == y)))
        if isinstance(expr, Abs | sign):
            return self._with_sign(expr, env)
        if isinstance(expr, tanh):
            double = field_.exp(field_.multiply(field_.rational(Fraction(2)), self.value(expr.args[0], env)))
            up = field_.add(double, field_.rational(Fraction(-1)))
            down = field_.add(double, field_.rational(Fraction(1)))
            return field_.multiply(up, field_.power(down, field_.rational(Fraction(-1))))
        raise UnsupportedError(f"{type(expr).__name__} cannot be evaluated at a point: {expr}")

    def _with_sign(self, expr: Expr, env: Mapping[Symbol, int]) -> Any:
        """Return |x| or the sign of x; at 0 the sign is no derivative of |x|, and is not defined."""
        inner = self.value(expr.args[0], env)
        if isinstance(expr, Abs) and isinstance(self.field, BallField):
            return self.field.absolute(inner)
        found = self.field.sign(inner)
        if found is None:
            raise Inexact("the sign of a number is open")
        if found == 0 and isinstance(expr, sign):
            raise DomainError("the point lies at a kink")
        own = self.field.rational(Fraction(found))
        return self.field.multiply(own, inner) if isinstance(expr, Abs) else own

    def _range(self, expr: IndexSum | IndexProduct, env: Mapping[Symbol, int]) -> Any:
        return self._kept(expr, env, lambda: self._range_value(expr, env))

    def _kept(self, expr: Expr, env: Mapping[Symbol, int], value: Callable[[], Any]) -> Any:
        """Return the value, worked out once for each choice of the indices that it depends on."""
        key = (expr, self._relevant(expr, env))
        if key not in self._sums:
            check_budget()
            self._sums[key] = value()
        return self._sums[key]

    def _relevant(self, expr: Expr, env: Mapping[Symbol, int]) -> tuple[tuple[Symbol, int], ...]:
        """Return the part of ``env`` that ``expr`` depends on."""
        return tuple((f, env[f]) for f in self._letters(expr) if f in env)

    def _letters(self, expr: Any) -> tuple[Symbol, ...]:
        """Return the free indices; every node that is shared is looked at once, which SymPy does not do."""
        found = self._free.get(expr)
        if found is None:
            own: set[Symbol] = {expr} if isinstance(expr, Symbol) else set()
            own.update(*(self._letters(a) for a in expr.args))
            if isinstance(expr, IndexedOperator):
                own.discard(expr.bound)
            found = self._free[expr] = tuple(sorted(own, key=lambda x: x.name))
        return found

    def _extremum(self, expr: IndexExtremum, env: Mapping[Symbol, int]) -> Any:
        """Return the largest (smallest) value of the body; balls that overlap give a ball around all that it may be."""
        side = 1 if isinstance(expr, IndexMax) else -1
        best, *others = self._bodies(expr, env) or [expr.empty()]
        for value in others:
            best = self.field.larger(best, value, side)
        return best

    def _share(self, expr: Attained, env: Mapping[Symbol, int]) -> Any:
        """Return 1 where the value alone attains the extremum, 0 where it does not; a tie is a kink."""
        value, operator = expr.args
        own, side = self.value(value, env), 1 if isinstance(operator, IndexMax) else -1
        ties = 0
        for other in self._bodies(operator, env):
            gap = self.field.sign(self.field.add(other, self.field.multiply(self.field.rational(Fraction(-1)), own)))
            if gap is None:
                raise Inexact("whether an entry attains an extremum is open")
            if gap * side > 0:
                return self.field.rational(Fraction(0))
            ties += gap == 0
        if ties > 1:
            raise DomainError("the point lies at a kink")
        return self.field.rational(Fraction(1))

    def _bodies(self, expr: IndexedOperator, env: Mapping[Symbol, int]) -> list[Any]:
        """Return the values of the body over the range."""
        scopes = ({**env, expr.bound: value} for value in range(1, self.point.sizes[expr.domain.name] + 1))
        return [self.value(expr.body, inner) for inner in scopes if all(self._holds(c, inner) for c in expr.conditions)]

    def _range_value(self, expr: IndexSum | IndexProduct, env: Mapping[Symbol, int]) -> Any:
        add = isinstance(expr, IndexSum)
        total = self.field.rational(Fraction(0 if add else 1))
        for value in range(1, self.point.sizes[expr.domain.name] + 1):
            inner = {**env, expr.bound: value}
            if all(self._holds(c, inner) for c in expr.conditions):
                term = self.value(expr.body, inner)
                total = self.field.add(total, term) if add else self.field.multiply(total, term)
        return total

    def _holds(self, condition: Boolean, env: Mapping[Symbol, int]) -> bool:
        if condition in (true, false):
            return bool(condition == true)
        if isinstance(condition, And):
            return all(self._holds(c, env) for c in condition.args)
        if isinstance(condition, Member):
            element, subset = condition.args
            if subset.name not in self.point.sets:
                raise DomainError(f"the members of {subset} are not given")
            return self._number(element, env) in self.point.sets[subset.name]
        x, y = (self._number(a, env) for a in condition.args)
        for kind, result in ((Ne, x != y), (Lt, x < y), (Le, x <= y)):
            if isinstance(condition, kind):
                return result
        raise UnsupportedError(f"the condition {condition} is not supported")

    def _number(self, expr: Expr, env: Mapping[Symbol, int]) -> int:
        """Return the number that an index is at the point."""
        if isinstance(expr, Integer):
            return int(expr)
        if isinstance(expr, Cyclic):
            letters, number = coefficients(expr)
            place = number + sum(c * self._number(x, env) for x, c in letters.items())
            return (place - 1) % self.point.sizes["m"] + 1
        if expr not in env:
            raise DomainError(f"the index {expr} has no value")
        return env[expr]

    def _entry(self, expr: Indexed, env: Mapping[Symbol, int]) -> Any:
        name = expr.base.name
        indices = tuple(self._number(a, env) for a in expr.indices)
        key = (name, indices)
        if key not in self._cache:
            self._cache[key] = self._entry_value(name, indices)
        return self._cache[key]

    def _entry_value(self, name: str, indices: tuple[int, ...]) -> Any:
        if name in self._links:
            letters, value = self._links[name]
            return self.value(value, dict(zip(letters, indices, strict=True)))
        if name == self.logits:
            if indices not in self.point.exp_s:
                raise DomainError(f"{name} has no entry {indices} at {dict(self.point.sizes)}")
            return self.field.log(self.field.rational(self.point.exp_s[indices]))
        table = self.point.arrays.get(name, {})
        if indices not in table:
            raise DomainError(f"{name} has no entry {indices} at {dict(self.point.sizes)}")
        return self.field.rational(table[indices])

    def _symbol(self, expr: Symbol, env: Mapping[Symbol, int]) -> Any:
        if expr in env:
            return self.field.rational(Fraction(env[expr]))
        if expr in SIZES:
            return self.field.rational(Fraction(self.point.sizes[expr.name]))
        if expr.name not in self.point.parameters:
            raise DomainError(f"the parameter {expr} has no value")
        return self.field.rational(self.point.parameters[expr.name])


__all__ = ["BallField", "Evaluator", "ExactField", "Inexact", "Point"]
